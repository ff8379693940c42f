package flocker.node.guard;

import flocker.node.guard.Guards.GuardState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a guard says of itself, in its status line or its result file.
 *
 * @param word the first word of the line
 * @param values the key=value pairs
 * @param cgroups the directories it guards, in its order; empty in a result
 */
record GuardReport(String word, Map<String, String> values, List<Path> cgroups) {
  GuardReport {
    values = Map.copyOf(values);
    cgroups = List.copyOf(cgroups);
  }

  /** Reads a line; empty if it is not a report. */
  static Optional<GuardReport> parse(String line) {
    String[] words = line.strip().split(" ", -1);
    if (!List.of("armed", "killing", "killed", "not-proven-dead").contains(words[0])) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    List<Path> cgroups = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals <= 0) {
        return Optional.empty();
      }
      String key = words[i].substring(0, equals);
      String value = words[i].substring(equals + 1);
      if (key.equals("cgroup")) {
        cgroups.add(Path.of(value));
      } else {
        values.put(key, value);
      }
    }
    return Optional.of(new GuardReport(words[0], values, cgroups));
  }

  GuardState state() {
    return switch (word) {
      case "armed" -> GuardState.ARMED;
      case "killed" -> GuardState.KILLED;
      default -> GuardState.NOT_PROVEN_DEAD;
    };
  }

  boolean partnerAlive() {
    return "alive".equals(values.get("partner"));
  }

  /** Nanoseconds from the deadline to the verified death; only of a kill by deadline. */
  Optional<Long> nanosFromDeadlineToDeath() {
    if (!"deadline".equals(values.get("reason")) || !word.equals("killed")) {
      return Optional.empty();
    }
    return Optional.of(
        Long.parseLong(values.get("ended")) - Long.parseLong(values.get("deadline")));
  }
}
