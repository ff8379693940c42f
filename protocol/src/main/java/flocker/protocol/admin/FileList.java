package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import flocker.protocol.id.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a directory of a snapshot holds, or one file of it.
 *
 * @param host whose copy was looked at
 * @param path the real place inside the user filesystem, links followed; begins with {@code /}
 * @param entries by name
 * @param more there are more entries than these; ask for those after the last one
 */
public record FileList(
    SnapshotName snapshot, HostName host, String path, List<Entry> entries, boolean more)
    implements AdminReply {
  /** Kinds of files. */
  public enum Type {
    @JsonProperty("file")
    FILE,
    @JsonProperty("directory")
    DIRECTORY,
    @JsonProperty("link")
    LINK,
    /** A FIFO, a socket or a device. */
    @JsonProperty("special")
    SPECIAL
  }

  /**
   * @param bytes of a file's contents; zero of others
   * @param mode permission bits with setuid, setgid and sticky, in octal
   * @param target of a link, as it is written there
   */
  public record Entry(
      String name,
      Type type,
      long bytes,
      String mode,
      int uid,
      int gid,
      Instant modified,
      Optional<String> target) {}

  public FileList {
    entries = List.copyOf(entries);
  }
}
