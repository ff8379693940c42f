package flocker.node.container.oci;

import flocker.node.container.CgroupLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A private place for containers: directories below /tmp, an own cgroup parent. */
public final class OciFixture implements AutoCloseable {
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final String forwarding;
  private final Path directory;
  private final CgroupLayout layout;
  private final String parent;
  private final OciSettings settings;

  private OciFixture(OciSettings.Limits limits) throws IOException {
    forwarding = Files.readString(FORWARDING);
    directory = Files.createTempDirectory("fkc");
    parent = "/flocker-test-" + directory.getFileName();
    layout = CgroupLayout.read();
    settings =
        new OciSettings(
            System.getProperty("flocker.oci", "runc"),
            program("flocker-console"),
            directory.resolve("state"),
            directory.resolve("log"),
            parent,
            limits);
  }

  /** Skips the test, loudly, where the container tier was not asked for. */
  public static OciFixture open(OciSettings.Limits limits) throws IOException {
    List<String> tiers = List.of(System.getProperty("flocker.tiers", "").split(",", -1));
    Assumptions.assumeTrue(
        tiers.contains("container"),
        "NOT RUN: real containers and guards; run with -Dflocker.tiers=container as root");
    return new OciFixture(limits);
  }

  public static Path program(String name) {
    return Path.of(System.getProperty("flocker.root"), "node/target/flocker/libexec", name);
  }

  public OciSettings settings() {
    return settings;
  }

  public CgroupLayout layout() {
    return layout;
  }

  public Path directory() {
    return directory;
  }

  public OciRuntime runtime() {
    return new OciRuntime(settings, layout);
  }

  /** Figures are kept where a person finds them after the run. */
  public static void record(String name, String figures) throws IOException {
    Path file =
        Path.of(System.getProperty("flocker.root"), "node/target/measurements", name + ".txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, figures + "\n");
  }

  @Override
  public void close() throws IOException {
    for (Path group : layout.directories(parent)) {
      Files.deleteIfExists(group);
    }
    Files.writeString(FORWARDING, forwarding);
    for (Path group : layout.directories(settings.daemonsGroup())) {
      removeUnlessInUse(group);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void removeUnlessInUse(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException inUse) {
      System.getLogger("fixture").log(System.Logger.Level.DEBUG, "{0} is in use", group);
    }
  }
}
