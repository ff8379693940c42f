package flocker.node.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The part of a request's address after the question mark, read strictly. */
record ApiQuery(Map<String, String> values) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
  private static final long MAX_TIMEOUT_SECONDS = 600;

  ApiQuery {
    values = Map.copyOf(values);
  }

  /** How long a change may take before its outcome is told to be unknown. */
  Duration timeout() {
    return Duration.ofSeconds(
        number("timeout", DEFAULT_TIMEOUT.toSeconds(), 1, MAX_TIMEOUT_SECONDS));
  }

  /** A number within bounds, or {@code otherwise} if it is not given. */
  long number(String name, long otherwise, long min, long max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of bounds.
    }
    throw ApiProblem.badRequest("'" + name + "' is a number from " + min + " to " + max);
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** A value of its own type, or empty if it is not given. */
  <T> Optional<T> value(String name, Function<String, T> parse) {
    try {
      return Optional.ofNullable(values.get(name)).map(parse);
    } catch (IllegalArgumentException e) {
      throw ApiProblem.badRequest("'" + name + "': " + e.getMessage());
    }
  }
}
