package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a user system's writes may be on its master alone: any ({@code asynchronous}), or
 * those of a time ({@code bounded:10s}), after which the container stands still until another host
 * has caught up.
 *
 * @param bound from 1 s to 1 h; empty: there is none
 */
public record LossPolicy(Optional<Duration> bound) {
  /** Never waits for another host. */
  public static final LossPolicy ASYNCHRONOUS = new LossPolicy(Optional.empty());

  private static final Pattern BOUNDED = Pattern.compile("bounded:([0-9]{1,7})(ms|s|m)");

  public LossPolicy {
    boolean short1 = bound.filter(b -> b.compareTo(Duration.ofSeconds(1)) < 0).isPresent();
    boolean long1 = bound.filter(b -> b.compareTo(Duration.ofHours(1)) > 0).isPresent();
    if (short1 || long1) {
      throw new IllegalArgumentException("a loss bound is 1s to 60m");
    }
  }

  /** Reads what {@link #toString} writes; minutes too. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static LossPolicy parse(String text) {
    if (text.equals("asynchronous")) {
      return ASYNCHRONOUS;
    }
    Matcher matcher = BOUNDED.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a loss policy is 'asynchronous' or like 'bounded:10s', not '"
              + Quote.shortened(text)
              + "'");
    }
    long number = Long.parseLong(matcher.group(1));
    return new LossPolicy(
        Optional.of(
            switch (matcher.group(2)) {
              case "ms" -> Duration.ofMillis(number);
              case "s" -> Duration.ofSeconds(number);
              default -> Duration.ofMinutes(number);
            }));
  }

  @Override
  @JsonValue
  public String toString() {
    if (bound.isEmpty()) {
      return "asynchronous";
    }
    long millis = bound.get().toMillis();
    return "bounded:" + (millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms");
  }
}
