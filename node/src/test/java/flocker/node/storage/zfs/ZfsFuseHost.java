package flocker.node.storage.zfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A host of its own for storage tests: mount and pid namespaces with a private zfs-fuse and pools
 * in files of a temporary folder. Everything dies with the namespace's first process, which ends
 * when this JVM closes its standard input, also by dying.
 */
public final class ZfsFuseHost implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String INIT =
      """
      for d in /run/zfs /run/lock/zfs /var/lib/zfs; do mkdir -p $d; mount -t tmpfs t $d; done
      chmod 700 /run/zfs
      touch "$1"
      while read -r line; do :; done
      """;

  private final Path folder;
  private final Process namespace;
  private final ProcessHandle init;
  private Process daemon;

  private ZfsFuseHost(Path folder, Process namespace, ProcessHandle init) {
    this.folder = folder;
    this.namespace = namespace;
    this.init = init;
  }

  /** Starts namespaces and daemon, without a pool. */
  public static ZfsFuseHost start() throws IOException {
    Path folder = Files.createTempDirectory("flocker-storage-");
    Path ready = folder.resolve("ready");
    Process namespace =
        new ProcessBuilder(
                List.of(
                    "unshare",
                    "--mount",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    "--mount-proc",
                    "--propagation",
                    "private",
                    "bash",
                    "-c",
                    INIT,
                    "init",
                    ready.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("init.log").toFile())
            .start();
    Awaitility.await("namespace is up").atMost(PATIENCE).until(() -> Files.exists(ready));
    ProcessHandle init = namespace.children().findFirst().orElseThrow();
    ZfsFuseHost host = new ZfsFuseHost(folder, namespace, init);
    try {
      host.startDaemon();
    } catch (IOException | RuntimeException e) {
      host.close();
      throw e;
    }
    return host;
  }

  /** Puts a command into this host. */
  public List<String> prefix() {
    return List.of("nsenter", "-t", Long.toString(init.pid()), "-m", "-p", "--");
  }

  /** This host's root directory as the test sees it. */
  public Path root() {
    return Path.of("/proc", Long.toString(init.pid()), "root");
  }

  /** A folder for mounts; the same path inside and outside. */
  public Path folder() {
    return folder;
  }

  /** Makes a pool in a sparse file. */
  public void createPool(String pool, int megabytes) throws IOException {
    Path file = Files.createDirectories(folder.resolve("disk-" + pool)).resolve("vdev");
    run("truncate", "-s", megabytes + "M", file.toString());
    run(createWords(pool, file.toString()).toArray(String[]::new));
  }

  /** Makes a pool on a block device. */
  public void createPoolOn(Path device, String pool) throws IOException {
    run(createWords(pool, device.toString()).toArray(String[]::new));
  }

  static List<String> createWords(String pool, String file) {
    List<String> words = new ArrayList<>(List.of("zpool", "create", "-o", "cachefile=none"));
    words.addAll(List.of("-O", "atime=off", "-O", "canmount=off", "-m", "none", pool, file));
    return words;
  }

  /** kill -9; returns when every thread of it is gone. */
  public void killDaemon() throws IOException {
    daemonHandle().destroyForcibly();
    awaitDeath();
  }

  private void awaitDeath() throws IOException {
    try {
      if (!daemon.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("zfs-fuse does not die");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while zfs-fuse dies", e);
    }
  }

  /** Starts zfs-fuse, without any pool. */
  public void startDaemon() throws IOException {
    List<String> words = new ArrayList<>(prefix());
    words.addAll(List.of("zfs-fuse", "-n", "--no-kstat-mount", "--stack-size=1024", "-m", "64"));
    words.addAll(List.of("-a", "0", "-e", "0"));
    daemon =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("zfs.log").toFile()))
            .start();
    Awaitility.await("zfs-fuse answers")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> attempt("zpool", "list").exit() == 0);
  }

  /** What a reboot does after {@link #startDaemon}. */
  public void importPool(String pool) throws IOException {
    run(
        "zpool",
        "import",
        "-d",
        folder.resolve("disk-" + pool).toString(),
        "-o",
        "cachefile=none",
        "-f",
        pool);
  }

  public void freezeDaemon() throws IOException {
    signal("-STOP", daemonHandle());
  }

  /** Also nsenter, which stops itself when what it runs is stopped. */
  public void thawDaemon() throws IOException {
    signal("-CONT", daemon.toHandle());
    signal("-CONT", daemonHandle());
  }

  private static void signal(String signal, ProcessHandle process) throws IOException {
    local(List.of("kill", signal, Long.toString(process.pid())));
  }

  private ProcessHandle daemonHandle() {
    return daemon.children().findFirst().orElseThrow();
  }

  /** Runs a command in this host and returns its output; fails the test if it fails. */
  public String run(String... argv) throws IOException {
    Ended ended = attempt(argv);
    if (ended.exit() != 0) {
      throw new IOException(String.join(" ", argv) + ": " + ended);
    }
    return ended.output();
  }

  /** How a command ended. */
  public record Ended(int exit, String output) {}

  /** Runs a command in this host, stdout and stderr together. */
  public Ended attempt(String... argv) throws IOException {
    List<String> words = new ArrayList<>(prefix());
    words.addAll(List.of(argv));
    return local(words);
  }

  static Ended local(List<String> words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Ended(process.waitFor(), output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Power off, and nothing is left. */
  @Override
  public void close() {
    try {
      init.destroyForcibly();
      namespace.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (daemon != null) {
        daemon.destroyForcibly();
        awaitDeath();
      }
      deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void deleteTree(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, IOException failure)
              throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
