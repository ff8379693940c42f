package flocker.node.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as people say them. */
final class TimeText {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private TimeText() {}

  static String utc(Instant at) {
    return UTC.format(at);
  }

  /** {@code 0.3 s}, {@code 12 s}, {@code 5 min}, {@code 3 h}, {@code 9 d}. */
  static String span(Duration time) {
    double seconds = Math.max(0, time.toMillis()) / 1000.0;
    if (seconds == 0) {
      return "0 s";
    }
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    if (seconds < 2 * 3600) {
      return (long) (seconds / 60) + " min";
    }
    return seconds < 2 * 86_400 ? (long) (seconds / 3600) + " h" : (long) (seconds / 86_400) + " d";
  }

  static String span(double seconds) {
    return span(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  static String ago(Instant at, Instant now) {
    return span(Duration.between(at, now)) + " ago";
  }
}
