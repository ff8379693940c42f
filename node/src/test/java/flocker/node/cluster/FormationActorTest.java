package flocker.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import flocker.node.cluster.FormationActor.RestartNeeded;
import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.FormationView.Phase;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.http.javadsl.Http;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts on loopback addresses with real remoting, real HTTP and real promise files. */
class FormationActorTest {
  private static final int REMOTING = Nodes.freePort("127.0.5.1");
  private static final int API = Nodes.freePort("127.0.5.1");

  @TempDir Path dir;

  private final List<HostId> ids = new ArrayList<>();
  private final Map<HostId, URI> apis = new TreeMap<>();
  private final Map<HostId, ActorSystem<SpawnProtocol.Command>> running = new TreeMap<>();
  private final Map<HostId, TestProbe<RestartNeeded>> owners = new TreeMap<>();

  @BeforeEach
  void three() throws Exception {
    for (int i = 1; i <= 3; i++) {
      HostId id = new HostId(String.format("%016x", i));
      ids.add(id);
      apis.put(id, URI.create("http://127.0.5." + i + ":" + API + "/"));
      Files.createDirectories(dir.resolve(id.value()));
    }
  }

  @AfterEach
  void stopAll() {
    running.values().forEach(Nodes::stop);
  }

  @Test
  void anyMajorityFormsOneClusterAndOthersJoinIt() throws Exception {
    start(1);
    await().atMost(Nodes.PATIENCE).until(() -> view(1).why().contains("majority"));
    assertThat(view(1).phase()).isEqualTo(Phase.WAITING);
    assertThat(view(1).why()).contains(ids.get(1).value()).contains(ids.get(2).value());

    start(2);
    await().atMost(Nodes.PATIENCE).until(() -> view(1).member() && view(2).member());
    start(3);
    await().atMost(Nodes.PATIENCE).until(() -> view(3).member());
    assertThat(List.of(view(1).incarnation(), view(2).incarnation()))
        .containsOnly(view(3).incarnation());

    Nodes.stop(running.remove(ids.get(0)));
    start(1);
    await().atMost(Nodes.PATIENCE).until(() -> view(1).member());
    assertThat(view(1).incarnation()).isEqualTo(view(2).incarnation());
    await().atMost(Nodes.PATIENCE).until(() -> view(2).members().size() == 3);
    try (var kept = Files.list(dir.resolve(ids.get(1).value()))) {
      assertThat(kept).as("promises are dropped by members").isEmpty();
    }
  }

  @Test
  void threeStartedTogetherFormSoon() throws Exception {
    long began = System.nanoTime();
    start(1);
    start(2);
    start(3);
    long started = System.nanoTime();
    await()
        .atMost(Nodes.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> view(1).member() && view(2).member() && view(3).member());
    Files.writeString(
        Path.of("target", "formation-figures.txt"),
        "three hosts in one JVM: started in "
            + (started - began) / 1_000_000
            + " ms, members "
            + (System.nanoTime() - started) / 1_000_000
            + " ms later\n");
    assertThat(List.of(view(1).incarnation(), view(2).incarnation()))
        .containsOnly(view(3).incarnation());
  }

  @Test
  void aMemberThatIsRemovedAsksForARestart() throws Exception {
    start(1);
    start(2);
    await().atMost(Nodes.PATIENCE).until(() -> view(1).member() && view(2).member());
    Cluster.get(running.get(ids.get(1)))
        .manager()
        .tell(new Down(Nodes.address(running.get(ids.get(0)))));
    assertThat(owners.get(ids.get(0)).receiveMessage(Nodes.PATIENCE).reason()).contains("removed");
    assertThat(view(1).phase()).isEqualTo(Phase.RESTART);
  }

  @Test
  void promisesOverTheApiAreOnDiskAndSurviveARestart() throws Exception {
    start(3);
    HttpFormationPeers peers = new HttpFormationPeers(apis);
    PromiseAnswer yes =
        answer(() -> peers.promise(ids.get(2), new PromiseRequest("test", ids.get(0), 7)));
    assertThat(yes.granted()).isTrue();
    assertThat(Files.readString(dir.resolve(ids.get(2).value()).resolve("formation-promise")))
        .startsWith(ids.get(0) + " 7 ");
    Nodes.stop(running.remove(ids.get(2)));
    start(3);
    PromiseAnswer no =
        answer(() -> peers.promise(ids.get(2), new PromiseRequest("test", ids.get(1), 8)));
    assertThat(no.granted()).isFalse();
    assertThat(no.why()).contains(ids.get(0).value());
  }

  @Test
  void aPromiseOfAnotherBootIsAsNewAsCanBe() throws Exception {
    PromiseStore before = new FilePromiseStore(dir, "boot-1");
    FormationPromise promise = new FormationPromise(ids.get(0), 7, 1_000);
    before.save(Optional.of(promise));
    assertThat(before.load(500, 30_000)).contains(promise);
    assertThat(new FilePromiseStore(dir, "boot-2").load(500, 30_000))
        .contains(new FormationPromise(ids.get(0), 7, 30_500));
    before.save(Optional.empty());
    assertThat(before.load(500, 30_000)).isEmpty();
  }

  private void start(int number) throws Exception {
    HostId id = ids.get(number - 1);
    ActorSystem<SpawnProtocol.Command> system = Nodes.start("127.0.5." + number, REMOTING);
    running.put(id, system);
    TestProbe<RestartNeeded> owner = TestProbe.create(RestartNeeded.class, system);
    owners.put(id, owner);
    FormationActor.Parts parts =
        new FormationActor.Parts(
            new FormationSetting(
                "test",
                id,
                Nodes.address(system).toString(),
                new TreeSet<>(ids),
                "founded-by-" + id + "-" + System.nanoTime()),
            new TreeSet<>(ids),
            new HttpFormationPeers(apis),
            FilePromiseStore.in(dir.resolve(id.value())),
            System::nanoTime,
            owner.getRef());
    ActorRef<FormationActor.Command> formation =
        AskPattern.<SpawnProtocol.Command, ActorRef<FormationActor.Command>>ask(
                system,
                to ->
                    new SpawnProtocol.Spawn<>(
                        FormationActor.create(parts),
                        "formation",
                        DispatcherSelector.blocking(),
                        to),
                Nodes.PATIENCE,
                system.scheduler())
            .toCompletableFuture()
            .join();
    Http.get(system)
        .newServerAt("127.0.5." + number, API)
        .bind(FormationRoutes.create(system, formation))
        .toCompletableFuture()
        .join()
        .addToCoordinatedShutdown(Duration.ofSeconds(1), system);
  }

  private FormationView view(int number) {
    return answer(() -> new HttpFormationPeers(apis).view(ids.get(number - 1)));
  }

  /** Asks until there is an answer: a busy machine may miss the second that each request has. */
  private static <T> T answer(Supplier<CompletionStage<T>> request) {
    return await()
        .atMost(Nodes.PATIENCE)
        .ignoreExceptions()
        .until(() -> request.get().toCompletableFuture().join(), Objects::nonNull);
  }
}
