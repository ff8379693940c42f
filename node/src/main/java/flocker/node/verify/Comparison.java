package flocker.node.verify;

import flocker.node.blocking.Blocking;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.FolderDigest;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Compares one slave's copy with the master's, at the newest snapshot that both have. Each reads
 * its own; only digests travel, and folders of the same digest are not looked into.
 */
public final class Comparison {
  /** Between two looks whether a host has read a folder. */
  static final Duration LOOK = Duration.ofMillis(500);

  /** Looks in a row without an answer, each with its own patience: about half a minute. */
  static final int MOST_SILENT = 20;

  /** What the hosts are asked; fails when no answer comes in time. */
  public interface Copies {
    /** The newest snapshots of a host's copy. */
    CompletionStage<AdminReply> snapshots(HostName host);

    /** What it holds in a folder, see {@link VerifyCommand.DigestFolder}. */
    CompletionStage<AdminReply> folder(
        HostName host, SnapshotGuid snapshot, String folder, String after);
  }

  /** Completes after a while. */
  @FunctionalInterface
  public interface Pause {
    CompletionStage<Void> of(Duration time);
  }

  /** Is told what is being done, in words. */
  @FunctionalInterface
  public interface Progress {
    void at(String words);
  }

  /**
   * How it ended.
   *
   * @param snapshot at which they were compared; empty if they were not
   * @param files that the slave has read
   * @param differences the first of them
   * @param problem why it could not be compared to the end; empty if it was
   */
  public record Outcome(
      HostName slave,
      Optional<SnapshotName> snapshot,
      long files,
      long bytes,
      List<String> differences,
      String problem) {
    public Outcome {
      differences = List.copyOf(differences);
    }

    /** Nothing differs, and all was compared. */
    public boolean same() {
      return differences.isEmpty() && problem.isEmpty();
    }
  }

  private final Copies copies;
  private final Pause pause;
  private final Progress progress;
  private final HostName master;
  private final HostName slave;
  private final Descent descent = new Descent();
  private Optional<SnapshotView> snapshot = Optional.empty();
  private long files;
  private long bytes;

  public Comparison(
      Copies copies, Pause pause, Progress progress, HostName master, HostName slave) {
    this.copies = copies;
    this.pause = pause;
    this.progress = progress;
    this.master = master;
    this.slave = slave;
  }

  /** Never fails. */
  public CompletionStage<Outcome> run() {
    return snapshots(master)
        .thenCombine(snapshots(slave), Comparison::newestOfBoth)
        .thenCompose(
            common -> {
              if (common.isEmpty()) {
                return failed("it has none of the master's newest snapshots");
              }
              snapshot = common;
              return descend(common.get().guid());
            })
        .handle((done, failure) -> outcome(failure == null ? "" : Blocking.reason(failure)));
  }

  private Outcome outcome(String problem) {
    return new Outcome(
        slave,
        snapshot.map(SnapshotView::name),
        files,
        bytes,
        descent.found().stream().map(Descent.Difference::toString).toList(),
        problem);
  }

  private static <T> CompletionStage<T> failed(String why) {
    return CompletableFuture.failedStage(new IllegalStateException(why));
  }

  private CompletionStage<List<SnapshotView>> snapshots(HostName host) {
    return copies
        .snapshots(host)
        .thenCompose(
            reply ->
                reply instanceof SnapshotList list
                    ? CompletableFuture.completedStage(list.snapshots())
                    : failed(host + ": " + why(reply)));
  }

  static Optional<SnapshotView> newestOfBoth(
      List<SnapshotView> ofMaster, List<SnapshotView> ofSlave) {
    Set<SnapshotGuid> there = ofSlave.stream().map(SnapshotView::guid).collect(Collectors.toSet());
    return ofMaster.stream()
        .filter(view -> there.contains(view.guid()))
        .reduce((older, newer) -> newer);
  }

  private CompletionStage<Void> descend(SnapshotGuid guid) {
    Optional<String> folder = descent.next();
    if (folder.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    return read(master, guid, folder.get())
        .thenCombine(
            read(slave, guid, folder.get()),
            (masters, slaves) -> {
              descent.compared(
                  masters.digest(), masters.entries(), slaves.digest(), slaves.entries());
              return guid;
            })
        .thenCompose(this::descend);
  }

  private record Whole(String digest, List<FolderDigest.Entry> entries) {}

  private CompletionStage<Whole> read(HostName host, SnapshotGuid guid, String folder) {
    return page(host, guid, folder, new ArrayList<>(), 0);
  }

  private CompletionStage<Whole> page(
      HostName host,
      SnapshotGuid guid,
      String folder,
      List<FolderDigest.Entry> before,
      int silent) {
    String after = before.isEmpty() ? "" : before.get(before.size() - 1).name();
    return copies
        .folder(host, guid, folder, after)
        .handle(
            (reply, failure) -> failure == null ? Optional.of(reply) : Optional.<AdminReply>empty())
        .thenCompose(
            reply -> {
              if (reply.isEmpty()) {
                return silent + 1 >= MOST_SILENT
                    ? failed(host + " does not answer")
                    : again(host, guid, folder, before, silent + 1);
              }
              if (!(reply.get() instanceof FolderDigest digest)) {
                return failed(host + ": " + why(reply.get()));
              }
              if (host.equals(slave)) {
                told(digest);
              }
              if (!digest.ready()) {
                return again(host, guid, folder, before, 0);
              }
              before.addAll(digest.entries());
              return digest.more() && !digest.entries().isEmpty()
                  ? page(host, guid, folder, before, 0)
                  : CompletableFuture.completedStage(new Whole(digest.digest(), before));
            });
  }

  private CompletionStage<Whole> again(
      HostName host,
      SnapshotGuid guid,
      String folder,
      List<FolderDigest.Entry> before,
      int silent) {
    return pause.of(LOOK).thenCompose(v -> page(host, guid, folder, before, silent));
  }

  private void told(FolderDigest digest) {
    files = digest.files();
    bytes = digest.bytes();
    progress.at(slave + " is compared with " + master + ": " + files + " files and folders so far");
  }

  private static String why(AdminReply reply) {
    return reply instanceof AdminRefusal refusal ? refusal.message() : "an answer of another kind";
  }
}
