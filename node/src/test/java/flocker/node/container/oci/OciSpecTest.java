package flocker.node.container.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.node.container.ContainerSpec;
import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime is told. */
final class OciSpecTest {
  private static final OciSpec.Controllers ALL = new OciSpec.Controllers(true, true, true, true);
  private static final OciSpec.Controllers NONE =
      new OciSpec.Controllers(false, false, false, false);

  @TempDir private Path directory;

  private JsonNode json(OciSpec.Controllers controllers, Optional<Path> resolver) throws Exception {
    ContainerSpec spec =
        new ContainerSpec(
            new SystemId("0123456789abcdef"),
            Path.of("/pool/x"),
            List.of("/sbin/init", "--flag"),
            Map.of("A", "b=c", "HOME", "/srv"),
            Optional.of(256L << 20),
            Optional.of(1.5),
            "shop",
            "TERM",
            Duration.ofSeconds(1));
    OciSettings settings =
        new OciSettings(
            "runc", Path.of("/x"), directory, directory, "/flocker", OciSettings.Limits.DEFAULT);
    Bundle bundle = new Bundle(settings, spec.system());
    bundle.create(
        OciSpec.of(
            spec,
            new OciSpec.Place(
                "/flocker/a/x", controllers, 500, 20_000, resolver, new OciSpec.User(0, 0))));
    return new ObjectMapper().readTree(bundle.directory().resolve("config.json").toFile());
  }

  @Test
  void describesAWholeUserland() throws Exception {
    JsonNode config = json(ALL, Optional.of(Path.of("/etc/resolv.conf")));
    assertThat(config.at("/process/args")).hasToString("[\"/sbin/init\",\"--flag\"]");
    assertThat(config.at("/process/env").toString())
        .contains("\"A=b=c\"", "\"HOME=/srv\"", "\"container=flocker\"", "\"PATH=/usr/local/sbin");
    assertThat(config.at("/process/noNewPrivileges").asBoolean(true)).isFalse();
    assertThat(config.at("/process/capabilities/bounding").toString())
        .contains("CAP_SETUID")
        .doesNotContain("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE");
    assertThat(config.at("/root").path("path").asText()).isEqualTo("/pool/x");
    assertThat(config.at("/hostname").asText()).isEqualTo("shop");
    assertThat(config.at("/linux/cgroupsPath").asText()).isEqualTo("/flocker/a/x");
    assertThat(config.at("/linux/namespaces").findValuesAsText("type"))
        .containsExactlyInAnyOrder("pid", "ipc", "uts", "mount", "network", "cgroup");
    assertThat(config.at("/linux/maskedPaths").toString()).contains("/proc/kcore");
    assertThat(config.at("/mounts").findValuesAsText("destination"))
        .contains("/proc", "/dev", "/dev/shm", "/run", "/sys", "/etc/resolv.conf")
        .doesNotContain("/tmp");
    assertThat(config.at("/process/rlimits/0/hard").asLong()).isEqualTo(20_000);
  }

  @Test
  void setsTheLimitsThatTheHostCanKeep() throws Exception {
    JsonNode resources = json(ALL, Optional.empty()).at("/linux/resources");
    assertThat(resources.at("/memory/limit").asLong()).isEqualTo(256L << 20);
    assertThat(resources.at("/memory/swap").asLong()).isEqualTo(256L << 20);
    assertThat(resources.at("/cpu/quota").asLong()).isEqualTo(150_000);
    assertThat(resources.at("/cpu/period").asLong()).isEqualTo(100_000);
    assertThat(resources.at("/pids/limit").asLong()).isEqualTo(500);
    assertThat(resources.at("/devices/0/allow").asBoolean(true)).isFalse();
  }

  @Test
  void leavesOutWhatTheHostCannotKeep() throws Exception {
    JsonNode config = json(NONE, Optional.empty());
    assertThat(config.at("/linux/resources").fieldNames()).toIterable().containsExactly("devices");
    assertThat(config.at("/mounts").findValuesAsText("destination"))
        .doesNotContain("/etc/resolv.conf");
  }

  @Test
  void aResolverOnTheHostsLoopbackIsNoUseInside() {
    assertThat(ResolverFile.usable(List.of("# x", "nameserver 127.0.0.53"))).isFalse();
    assertThat(ResolverFile.usable(List.of("nameserver ::1"))).isFalse();
    assertThat(ResolverFile.usable(List.of("search a", "nameserver 192.0.2.1"))).isTrue();
    assertThat(ResolverFile.usable(List.of())).isFalse();
  }
}
