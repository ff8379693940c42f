package flocker.node;

import com.typesafe.config.Config;
import flocker.node.cluster.FilePromiseStore;
import flocker.node.cluster.PekkoConfig;
import flocker.node.config.ConfigException;
import flocker.node.config.ConfigFile;
import flocker.node.config.NodeConfig;
import flocker.node.container.CgroupLayout;
import flocker.node.container.ContainerFault;
import flocker.node.container.oci.OciRuntime;
import flocker.node.container.oci.OciSettings;
import flocker.node.guard.GuardSettings;
import flocker.node.guard.ProcessGuards;
import flocker.node.journal.JournalFault;
import flocker.node.journal.JournalFiles;
import flocker.node.metrics.MeteredStorage;
import flocker.node.storage.Storage;
import flocker.node.storage.zfs.ZfsSettings;
import flocker.node.storage.zfs.ZfsStorage;
import flocker.node.time.BootClock;
import flocker.node.time.LinuxBootClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code flocker node}: reads the configuration, opens journal and drivers, and runs the actors
 * until it is told to end.
 */
public final class NodeMain {
  private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

  private NodeMain() {}

  /** Runs in the foreground; returns the exit code. */
  public static int run(Path stateDir, Path home) {
    try {
      ConfigFile file = new ConfigFile(stateDir);
      Config text = file.load();
      NodeConfig config = NodeConfig.from(stateDir, text);
      RunDirectory run = RunDirectory.fromEnvironment();
      run.create();
      try (JournalFiles journal = JournalFiles.open(stateDir, config.self().id())) {
        return run(config, text, journal, run, home);
      }
    } catch (ConfigException | JournalFault | IOException | ContainerFault e) {
      LOG.error("node-refused {}", e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static int run(
      NodeConfig config, Config text, JournalFiles journal, RunDirectory run, Path home)
      throws IOException, ContainerFault, InterruptedException {
    BootClock clock = LinuxBootClock.open(LOG::warn);
    Optional<Storage> storage =
        config.self().witness()
            ? Optional.empty()
            : Optional.of(MeteredStorage.of(new ZfsStorage(zfs(config), clock)));
    CgroupLayout layout = CgroupLayout.read();
    OciRuntime containers = new OciRuntime(oci(config, run, home), layout);
    if (storage.isPresent()) {
      containers.probe();
    }
    ProcessGuards guards =
        new ProcessGuards(
            new GuardSettings(
                home.resolve("libexec/flocker-guard"),
                run.guards(),
                layout.directories(config.container().cgroupParent() + "-daemons")));
    SecureRandom seeds = new SecureRandom();
    NodeParts parts =
        new NodeParts(
            config,
            storage,
            containers,
            guards,
            clock,
            Clock.systemUTC()::instant,
            () -> new SplittableRandom(seeds.nextLong()),
            FilePromiseStore.in(config.stateDir()),
            url -> publish(run, url));
    ActorSystem<GuardianActor.Command> system =
        ActorSystem.create(
            GuardianActor.create(parts),
            PekkoConfig.SYSTEM,
            PekkoConfig.of(
                config.self().address(),
                config.ports().remoting(),
                journal.config().withFallback(text.withOnlyPath("flocker"))));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(system), "flocker-stop"));
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.error("node-ended {}", e.getMessage());
      return 1;
    }
    return 0;
  }

  private static ZfsSettings zfs(NodeConfig config) {
    NodeConfig.StorageConfig storage = config.storage();
    ZfsSettings.Deadlines usual = ZfsSettings.Deadlines.DEFAULT;
    return new ZfsSettings(
        storage.pool(),
        storage.pool() + "/" + storage.parent(),
        config.stateDir().resolve("mnt").toAbsolutePath(),
        Path.of("/"),
        List.of(),
        false,
        new ZfsSettings.Deadlines(
            storage.commandDeadline(), usual.bulk(), usual.stall(), usual.busy(), usual.slow()));
  }

  private static OciSettings oci(NodeConfig config, RunDirectory run, Path home) {
    return new OciSettings(
        config.container().runtime(),
        home.resolve("libexec/flocker-console"),
        run.containers(),
        config.stateDir().resolve("logs").toAbsolutePath(),
        config.container().cgroupParent(),
        OciSettings.Limits.DEFAULT);
  }

  private static void publish(RunDirectory run, String url) {
    try {
      run.publishApi(url);
    } catch (IOException e) {
      LOG.warn("api-not-announced {}: give commands --api {}", e.getMessage(), url);
    }
  }

  private static void stop(ActorSystem<?> system) {
    try {
      Done unused =
          CoordinatedShutdown.get(system)
              .runAll(CoordinatedShutdown.jvmExitReason())
              .toCompletableFuture()
              .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("stop-failed {}", e.getMessage());
    }
  }
}
