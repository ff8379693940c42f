package flocker.protocol.id;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a snapshot was taken and what may be said of it. Part of its name, so that it is the same on
 * every host and needs no property, which streams do not carry.
 *
 * @param reason one word, lower case with hyphens, at most 24 characters: {@code change}, {@code
 *     operator}, {@code first} of an epoch …
 * @param consistent the software inside had made itself consistent by a hook; otherwise it is what
 *     a power cut would have left
 * @param label by which an operator calls it; letters, digits, {@code -} and {@code _}, at most 40
 */
public record SnapshotMark(String reason, boolean consistent, Optional<String> label) {
  private static final Pattern REASON = Pattern.compile("[a-z][a-z-]{0,23}");
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,39}");

  /** Of the usual ones, taken because something was written. Not written into the name. */
  public static final SnapshotMark CHANGE = of("change");

  public SnapshotMark {
    if (reason == null || !REASON.matcher(reason).matches()) {
      throw new IllegalArgumentException(
          "a snapshot's reason is one word of small letters and '-', not '" + reason + "'");
    }
    if (label.isPresent() && !LABEL.matcher(label.get()).matches()) {
      throw new IllegalArgumentException(
          "a snapshot's name is 1 to 40 letters, digits, '-' and '_', not '"
              + label.get().substring(0, Math.min(label.get().length(), 60))
              + "'");
    }
  }

  /** Crash-consistent and without a label. */
  public static SnapshotMark of(String reason) {
    return new SnapshotMark(reason, false, Optional.empty());
  }

  /** The same, with a label if one is given. */
  public SnapshotMark labelled(Optional<String> name) {
    return new SnapshotMark(reason, consistent, name);
  }

  /** The same, after the software inside had made itself consistent. */
  public SnapshotMark madeConsistent() {
    return new SnapshotMark(reason, true, label);
  }
}
