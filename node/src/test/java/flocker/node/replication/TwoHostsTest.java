package flocker.node.replication;

import static flocker.node.replication.Lines.EPOCH;
import static flocker.node.replication.Lines.LIVE;
import static flocker.node.replication.Lines.MASTER;
import static flocker.node.replication.Lines.SLAVE;
import static flocker.node.replication.Lines.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.node.time.Clocks;
import flocker.protocol.id.Epoch;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.ToReceiver;
import flocker.protocol.replication.ToReplicator;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/**
 * Real chunks between two actor systems over TCP, on the lane for large messages and through the
 * real serializer. The receiver is found by its fixed path.
 */
class TwoHostsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int BYTES = 8 << 20;

  private static Config remoting() {
    return ConfigFactory.parseString(
        """
        pekko.actor.provider = remote
        pekko.actor.warn-about-direct-use-of-remote = off
        pekko.remote.use-unsafe-remote-features-outside-cluster = on
        pekko.remote.warn-about-direct-use = off
        pekko.remote.artery {
          transport = tcp
          canonical.hostname = "127.0.0.1"
          canonical.port = 0
          large-message-destinations = ["/user/systems/*/receiver"]
        }
        """);
  }

  @Test
  void eightMebibytesArriveAsTheyWere() throws StorageFault, IOException {
    ActorTestKit a = ActorTestKit.create("flocker", remoting());
    ActorTestKit b = ActorTestKit.create("flocker", remoting());
    try (InMemoryStorage here = new InMemoryStorage(1);
        InMemoryStorage there = new InMemoryStorage(2)) {
      byte[] bytes = new byte[BYTES];
      new Random(3).nextBytes(bytes);
      Lines.write(here, LIVE, "large", bytes);
      Snapshot first = Lines.take(here, LIVE, EPOCH, 0);

      b.spawn(systems(there, b.<ReceiverEvent>createTestProbe().ref()), "systems");
      TestProbe<ReplicatorEvent> statuses = a.createTestProbe();
      ActorRef<ToReceiver> receiver =
          ActorRefResolver.get(a.system())
              .resolveActorRef(
                  "pekko://flocker@127.0.0.1:"
                      + b.system().address().getPort().orElseThrow()
                      + "/user/systems/"
                      + SYSTEM
                      + "/receiver");
      ActorRef<ToReplicator> replicator =
          a.spawn(
              ReplicatorActor.create(
                  ReplicatorSettings.DEFAULT,
                  new ReplicatorActor.Route(EPOCH, SLAVE),
                  new Copy(SYSTEM, MASTER, here, LIVE),
                  () -> Optional.of(receiver),
                  System::nanoTime,
                  statuses.ref()));
      replicator.tell(new ReplicatorActor.Replicate(Lines.taken(first)));
      awaitConfirmed(statuses, first);
      Snapshot second = Lines.next(here, LIVE, EPOCH, 1);
      replicator.tell(new ReplicatorActor.Replicate(Lines.taken(second)));
      awaitConfirmed(statuses, second);

      assertThat(digest(there, "large")).isEqualTo(digest(here, "large"));
      assertThat(there.snapshots(LIVE)).containsExactly(first, second);
    } finally {
      a.shutdownTestKit();
      b.shutdownTestKit();
    }
  }

  /** The path at which a node has its receivers. */
  private static Behavior<Void> systems(Storage storage, ActorRef<ReceiverEvent> events) {
    Behavior<ToReceiver> receiver =
        ReceiverActor.create(
            ReceiverSettings.DEFAULT,
            new Copy(SYSTEM, SLAVE, storage, LIVE),
            new ReceiverActor.Beginning(Epoch.ZERO, false, false),
            new Clocks(() -> Lines.AT, System::nanoTime),
            events);
    Behavior<Void> system =
        Behaviors.setup(
            context -> {
              context.spawn(receiver, "receiver");
              return Behaviors.empty();
            });
    return Behaviors.setup(
        context -> {
          context.spawn(system, SYSTEM.value());
          return Behaviors.empty();
        });
  }

  private static void awaitConfirmed(TestProbe<ReplicatorEvent> statuses, Snapshot snapshot) {
    ReplicatorEvent event = statuses.receiveMessage(SOON);
    while (!(event instanceof ReplicaStatus status
        && status.confirmed().equals(snapshot.position()))) {
      event = statuses.receiveMessage(SOON);
    }
  }

  private static StreamDigest digest(Storage storage, String file)
      throws StorageFault, IOException {
    MessageDigest digest = StreamDigest.start();
    Dataset dataset = LIVE;
    digest.update(Files.readAllBytes(storage.mount(dataset).resolve(file)));
    storage.unmount(dataset);
    return StreamDigest.of(digest);
  }
}
