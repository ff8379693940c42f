package flocker.node.storage.zfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage.Origin;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Parsers accept what was recorded from the tools, and refuse everything near it. */
class ZfsOutputTest {
  private static final String PARENT = "tank/flocker";
  private static final Instant AT = Instant.ofEpochSecond(1795366930);

  static String recorded(String file) throws IOException {
    try (InputStream in = ZfsOutputTest.class.getResourceAsStream("/zfs/output/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Snapshot snapshot(String name, String guid) {
    return new Snapshot(new SnapshotName(name), SnapshotGuid.parse(guid), AT);
  }

  private static void refused(ThrowingCallable parse) {
    assertThatThrownBy(parse).isInstanceOf(StorageFault.class).hasMessageContaining("from zfs");
  }

  @Test
  void devicesAreTheLeavesOfTheTree() throws Exception {
    String tree =
        """
          pool: tank
         state: ONLINE
         scrub: none requested
        config:

        \tNAME        STATE     READ WRITE CKSUM
        \ttank        ONLINE       0     0     0
        \t  mirror-0  ONLINE       0     0     0
        \t    sda1    ONLINE       0     0     0
        \t    /dev/loop3  ONLINE       0     0     0
        \tlogs
        \t  /var/lib/x/log  ONLINE       0     0     0

        errors: No known data errors
        """;
    assertThat(ZfsOutput.devices("tank", tree))
        .containsExactly(Path.of("/dev/sda1"), Path.of("/dev/loop3"), Path.of("/var/lib/x/log"));
    refused(() -> ZfsOutput.devices("tank", "no pools available\n"));
  }

  @Test
  void snapshotsAreReadFromGet() throws Exception {
    String text = recorded("snapshots-get.txt");

    assertThat(ZfsOutput.snapshotsOfGet("tank/flocker/x", text))
        .containsExactly(
            snapshot("a", "8944521118171716531"), snapshot("b", "11953499831430039882"));
    assertThat(ZfsOutput.snapshotsOfGet("tank/flocker", text)).isEmpty();
    assertThat(ZfsOutput.snapshotsOfGet("tank/flocker/x", "")).isEmpty();
  }

  @Test
  void damagedGetIsRefused() throws Exception {
    String text = recorded("snapshots-get.txt");

    for (String bad :
        List.of(
            text.substring(0, text.length() - 1),
            text.substring(0, text.lastIndexOf("tank")),
            text.replace("11953499831430039882", "119534998314300398820"),
            text.replace("11953499831430039882", "6.36E"),
            text.replace("\t22\n", "\t-22\n"),
            text.replace("\t22\n", "\t\n"),
            text.replace("createtxg", "createtxt"),
            text.replaceFirst("x@b", "x@c"),
            text.replace("\t", " "))) {
      refused(() -> ZfsOutput.snapshotsOfGet("tank/flocker/x", bad));
    }
  }

  @Test
  void snapshotsAreOrderedByTransactionNotByName() throws Exception {
    String text = "t/f/x@b\t2\t30\t1795366930\nt/f/x@a\t1\t40\t1795366930\nt/f/x@no way\t3\t1\t1\n";

    assertThat(ZfsOutput.snapshotsOfList("t/f/x", text))
        .containsExactly(snapshot("b", "2"), snapshot("a", "1"));
    refused(() -> ZfsOutput.snapshotsOfList("t/f/x", "t/f/x@b\t2\t30\n"));
    refused(() -> ZfsOutput.snapshotsOfList("t/f/x", "t/f/x@b\t2\t30\t1.5\n"));
  }

  @Test
  void propertiesAreExactlyThoseAskedFor() throws Exception {
    String text = recorded("state.txt");

    assertThat(ZfsOutput.properties(text, ZfsCommand.STATE))
        .containsEntry("canmount", "noauto")
        .containsEntry("mountpoint", "/tmp/h/mnt/x");
    refused(() -> ZfsOutput.properties(text + "more\tx\n", ZfsCommand.STATE));
    refused(() -> ZfsOutput.properties(text.replace("mounted\tno", "mounted\t"), ZfsCommand.STATE));
    refused(() -> ZfsOutput.properties(text.replace("mounted", "amount"), ZfsCommand.STATE));
    refused(() -> ZfsOutput.properties(text.strip(), ZfsCommand.STATE));
    refused(() -> ZfsOutput.properties("", ZfsCommand.STATE));
  }

  @Test
  void valuesAreReadStrictly() throws Exception {
    assertThat(ZfsOutput.yes("yes")).isTrue();
    assertThat(ZfsOutput.on("off")).isFalse();
    assertThat(ZfsOutput.count("227643392")).isEqualTo(227643392L);
    assertThat(ZfsOutput.ratio("1.52x")).isEqualByComparingTo("1.52");
    assertThat(ZfsOutput.ratio("1.52")).isEqualByComparingTo("1.52");
    assertThat(ZfsOutput.health("ONLINE\n")).isEqualTo("ONLINE");
    assertThat(ZfsOutput.estimate("full\ttank/a@1\t12624\nsize\t12624\n")).isEqualTo(12624);
    refused(() -> ZfsOutput.yes("on"));
    refused(() -> ZfsOutput.on(""));
    refused(() -> ZfsOutput.count("1.5G"));
    refused(() -> ZfsOutput.count("-1"));
    refused(() -> ZfsOutput.ratio("x"));
    refused(() -> ZfsOutput.health("ONLINE\nONLINE\n"));
    refused(() -> ZfsOutput.health("no pools available\n"));
    refused(() -> ZfsOutput.estimate("full\ttank/a@1\t12624\n"));
  }

  @Test
  void filesystemsLieBelowTheParent() throws Exception {
    String text = "tank/flocker\toff\tno\ntank/flocker/stash/x\tnoauto\tyes\n";

    assertThat(ZfsOutput.filesystems(PARENT, text))
        .containsExactly(
            new ZfsOutput.Filesystem("tank/flocker", "off", false),
            new ZfsOutput.Filesystem("tank/flocker/stash/x", "noauto", true));
    assertThat(ZfsOutput.dataset(PARENT, "tank/flocker/stash/x")).contains(new Dataset("stash/x"));
    assertThat(ZfsOutput.dataset(PARENT, "tank/flocker")).isEmpty();
    assertThat(ZfsOutput.dataset(PARENT, "tank/flocker/not ours")).isEmpty();
    refused(() -> ZfsOutput.filesystems(PARENT, "tank/flockers/x\toff\tno\n"));
    refused(() -> ZfsOutput.filesystems(PARENT, "tank/flocker/x\toff\n"));
  }

  @Test
  void anOriginIsASnapshotBelowTheParent() throws Exception {
    assertThat(ZfsOutput.origin(PARENT, "-")).isEmpty();
    assertThat(ZfsOutput.origin(PARENT, "tank/flocker/x2@a"))
        .contains(new Origin(new Dataset("x2"), new SnapshotName("a")));
    refused(() -> ZfsOutput.origin(PARENT, "tank/other/x2@a"));
    refused(() -> ZfsOutput.origin(PARENT, "tank/flocker/x2"));
  }

  @Test
  void onlyAPropertySetOnTheDatasetItselfCounts() throws Exception {
    assertThat(ZfsOutput.userProperty("local\t256\n")).contains("256");
    assertThat(ZfsOutput.userProperty("received\ta\tb\n")).contains("a\tb");
    assertThat(ZfsOutput.userProperty("-\t-\n")).isEmpty();
    assertThat(ZfsOutput.userProperty("inherited from tank\t256\n")).isEmpty();
    refused(() -> ZfsOutput.userProperty("256\n"));
    refused(() -> ZfsOutput.userProperty(""));
  }

  @Test
  void versionsTellTheImplementationsApart() {
    assertThat(ZfsOutput.release("zfs-2.1.11-1+deb12u1\nzfs-kmod-2.1.11-1\n"))
        .contains("2.1.11-1+deb12u1");
    assertThat(ZfsOutput.release("usage: zfs command args ...\n")).isEmpty();
    assertThat(
            ZfsOutput.poolVersion("This system is currently running ZFS pool version 23.\n\nAll…"))
        .contains("23");
    assertThat(ZfsOutput.poolVersion("This system supports ZFS pool feature flags.\n")).isEmpty();
  }

  @Test
  void noiseIsRefusedAndNeverCrashes() throws Exception {
    Random random = new Random(42);
    String good = recorded("snapshots-get.txt");
    for (int i = 0; i < 2000; i++) {
      StringBuilder bad = new StringBuilder(good);
      for (int j = 0; j <= i % 4; j++) {
        bad.setCharAt(random.nextInt(bad.length()), (char) random.nextInt(256));
      }
      try {
        assertThat(ZfsOutput.snapshotsOfGet("tank/flocker/x", bad.toString()).size())
            .isLessThanOrEqualTo(3);
      } catch (StorageFault e) {
        assertThat(e.getMessage()).contains("from zfs");
      }
    }
  }
}
