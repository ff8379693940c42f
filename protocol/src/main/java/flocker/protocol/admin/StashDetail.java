package flocker.protocol.admin;

import java.util.List;
import java.util.Optional;

/**
 * One stash.
 *
 * @param base the newest snapshot that it has in common with what replaced it; empty if there is
 *     none or it is not known
 * @param snapshots its own, oldest first, at most {@link #MOST}
 * @param total how many of those there are
 */
public record StashDetail(
    StashView stash, Optional<String> base, int total, List<SnapshotView> snapshots)
    implements AdminReply {
  /** So that an answer fits one remoting frame. */
  public static final int MOST = 200;

  public StashDetail {
    snapshots = List.copyOf(snapshots);
  }
}
