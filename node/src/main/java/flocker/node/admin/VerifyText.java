package flocker.node.admin;

import flocker.node.verify.Comparison;
import flocker.protocol.admin.SystemName;
import java.util.List;
import java.util.stream.Collectors;

/** What a comparison of copies found, in words. */
final class VerifyText {
  private static final int SHOWN = 5;

  private VerifyText() {}

  /** Of one slave. */
  static String of(Comparison.Outcome outcome) {
    String at = outcome.snapshot().map(name -> " at " + name).orElse("");
    if (outcome.same()) {
      return outcome.slave()
          + " holds what the master holds"
          + at
          + " ("
          + outcome.files()
          + " files and folders, "
          + outcome.bytes()
          + " bytes)";
    }
    if (outcome.differences().isEmpty()) {
      return outcome.slave() + " could not be compared" + at + ": " + outcome.problem();
    }
    List<String> all = outcome.differences();
    return outcome.slave()
        + " does not hold what the master holds"
        + at
        + ": "
        + String.join(", ", all.subList(0, Math.min(all.size(), SHOWN)))
        + (all.size() > SHOWN ? " and more" : "")
        + ". Look for failing disks on both ('zpool status')";
  }

  /** Of all of them. */
  static String of(SystemName system, List<Comparison.Outcome> outcomes) {
    return outcomes.isEmpty()
        ? "no other host holds " + system
        : outcomes.stream().map(VerifyText::of).collect(Collectors.joining("; "));
  }
}
