package flocker.node.change;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The sources that an operator may choose; the interval is always there. */
public enum SourceName {
  /** Filesystem events of the kernel. */
  FANOTIFY,
  /** Writes to the pool's disks. */
  BLOCK_TRACE;

  /** As it is written everywhere. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Throws IllegalArgumentException, naming the choices. */
  public static SourceName of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no change source '"
                        + word
                        + "'; there are "
                        + Arrays.stream(values())
                            .map(SourceName::word)
                            .collect(Collectors.joining(", "))));
  }
}
