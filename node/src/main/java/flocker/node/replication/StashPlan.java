package flocker.node.replication;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of making a version beside the live one and swapping the two, and what to do with what
 * a crash left of them. Pure.
 *
 * <pre>
 * clone a snapshot → temporary           (left out without a common snapshot)
 * promote temporary until it is no clone (likewise)
 * fill temporary: receive, or take the first snapshot of a new epoch
 * seal temporary: read-only              recovery up to here: undo, the old version is live
 * describe live: reason, owner, time, base
 * rename live → stash                    the commit point; recovery from here: finish
 * rename temporary → live
 * </pre>
 */
final class StashPlan {
  /** What a recovery does. */
  enum Step {
    /** Make the temporary version a clone of the live one again. */
    PROMOTE_LIVE,
    /** The same of a stash that the temporary version was made from. */
    PROMOTE_OTHERS,
    DESTROY_TEMPORARY,
    TEMPORARY_TO_LIVE
  }

  /**
   * @param live whether the live dataset exists
   * @param temporary whether the temporary one does
   * @param liveIsClone whether the live one is a clone of the temporary one
   * @param othersAreClones whether another dataset is
   */
  record Found(boolean live, boolean temporary, boolean liveIsClone, boolean othersAreClones) {}

  private StashPlan() {}

  /** In this order; each may be repeated after a crash in it. */
  static List<Step> recovery(Found found) {
    if (!found.temporary()) {
      return List.of();
    }
    if (!found.live()) {
      return List.of(Step.TEMPORARY_TO_LIVE);
    }
    List<Step> steps = new ArrayList<>();
    if (found.liveIsClone()) {
      steps.add(Step.PROMOTE_LIVE);
    }
    if (found.othersAreClones()) {
      steps.add(Step.PROMOTE_OTHERS);
    }
    steps.add(Step.DESTROY_TEMPORARY);
    return List.copyOf(steps);
  }
}
