package flocker.node.verify;

import flocker.node.time.BootClock;
import flocker.protocol.admin.FolderDigest;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.id.SnapshotGuid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One snapshot that is being read for a comparison, folder by folder. {@link #read} is the
 * worker's, everything else the actor's; they share what is volatile.
 */
public final class Reading {
  /** A folder that nobody asks about any more is not read to its end. */
  static final Duration GIVEN_UP = Duration.ofSeconds(60);

  private final SystemName system;
  private final SnapshotGuid snapshot;
  private final BootClock clock;
  private final TreeDigests digests;
  private String folder = "";
  private boolean running;
  private Optional<TreeDigests.Folder> read = Optional.empty();
  private String failure = "";
  private volatile long asked;

  public Reading(SystemName system, SnapshotGuid snapshot, BootClock clock) {
    this.system = system;
    this.snapshot = snapshot;
    this.clock = clock;
    HalfTime pace = new HalfTime(clock);
    this.digests =
        new TreeDigests(
            () -> {
              if (clock.nanos() - asked > GIVEN_UP.toNanos()) {
                throw new IOException("nobody asks for it any more");
              }
              pace.step();
            });
  }

  /** Whether this is the snapshot that is asked about. */
  public boolean isOf(VerifyCommand.DigestFolder question) {
    return question.system().equals(system) && question.snapshot().equals(snapshot);
  }

  /** A folder is being read: no other one can be. */
  public boolean running() {
    return running;
  }

  /** Whether the folder is being read or was the last that was. */
  public boolean has(VerifyCommand.DigestFolder question) {
    return question.folder().equals(folder) && (running || read.isPresent() || !failure.isEmpty());
  }

  /** The worker is about to {@link #read} it. */
  public void begin(VerifyCommand.DigestFolder question) {
    folder = question.folder();
    running = true;
    read = Optional.empty();
    failure = "";
    asked = clock.nanos();
  }

  /** Blocks. */
  public Result read(Path root, String which) throws IOException {
    return new Result(digests.folder(root, which));
  }

  /** What the worker brings back. */
  public record Result(TreeDigests.Folder folder) {}

  /** The worker has ended. */
  public void ended(Optional<Result> result, String why) {
    running = false;
    read = result.map(Result::folder);
    failure = why;
  }

  /** Why it could not be read; empty if it was, or is being. Said once. */
  public String failure() {
    String said = failure;
    failure = "";
    return said;
  }

  /** The answer as far as it is known. */
  public FolderDigest answer(VerifyCommand.DigestFolder question, HostName self) {
    asked = clock.nanos();
    List<TreeDigests.Entry> rest =
        read.map(TreeDigests.Folder::entries).orElse(List.of()).stream()
            .filter(entry -> entry.name().compareTo(question.after()) > 0)
            .toList();
    int shown = Math.min(rest.size(), FolderDigest.MOST_ENTRIES);
    return new FolderDigest(
        snapshot,
        self,
        folder,
        read.isPresent(),
        digests.files(),
        digests.bytes(),
        read.map(TreeDigests.Folder::digest).orElse(""),
        rest.subList(0, shown).stream()
            .map(e -> new FolderDigest.Entry(e.name(), e.folder(), e.digest()))
            .toList(),
        shown < rest.size());
  }
}
