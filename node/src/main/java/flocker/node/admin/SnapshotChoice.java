package flocker.node.admin;

import flocker.node.storage.Snapshot;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.id.Position;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which snapshot an operator means, or why that cannot be said.
 *
 * @param found empty if there is none or more than one
 * @param why empty if one was found; for people
 */
record SnapshotChoice(Optional<Snapshot> found, RefusalCode code, String why) {
  private static final String NEWEST = "newest";

  /**
   * Whole name, GUID, position and label, in this order; {@code newest} is the newest with a
   * position.
   *
   * @param all of one copy, oldest first
   */
  static SnapshotChoice of(SnapshotRef wanted, List<Snapshot> all) {
    String text = wanted.text();
    Optional<Snapshot> exact =
        one(all, s -> s.name().value().equals(text))
            .or(() -> one(all, s -> s.guid().toString().equals(text)))
            .or(
                () ->
                    one(
                        all,
                        s -> s.position().map(SnapshotChoice::label).equals(Optional.of(text))));
    if (exact.isPresent()) {
      return new SnapshotChoice(exact, RefusalCode.NOT_FOUND, "");
    }
    List<Snapshot> labelled =
        all.stream().filter(s -> s.name().mark().label().equals(Optional.of(text))).toList();
    if (labelled.size() == 1) {
      return new SnapshotChoice(Optional.of(labelled.get(0)), RefusalCode.NOT_FOUND, "");
    }
    if (labelled.size() > 1) {
      return refused(
          RefusalCode.CONFLICT,
          labelled.size()
              + " snapshots are called '"
              + text
              + "'; name one by its position: "
              + String.join(
                  ", ",
                  labelled.stream()
                      .map(s -> s.position().map(SnapshotChoice::label).orElse(s.name().value()))
                      .toList()));
    }
    Optional<Snapshot> newest =
        all.stream().filter(s -> s.position().isPresent()).reduce((older, newer) -> newer);
    if (text.equals(NEWEST) && newest.isPresent()) {
      return new SnapshotChoice(newest, RefusalCode.NOT_FOUND, "");
    }
    return refused(
        RefusalCode.NOT_FOUND,
        "there is no snapshot '" + text + "' on this host; see 'flocker snapshot list'");
  }

  private static SnapshotChoice refused(RefusalCode code, String why) {
    return new SnapshotChoice(Optional.empty(), code, why);
  }

  private static Optional<Snapshot> one(List<Snapshot> all, Predicate<Snapshot> meant) {
    return all.stream().filter(meant).findFirst();
  }

  private static String label(Position position) {
    return position.epoch() + "." + position.sequence();
  }
}
