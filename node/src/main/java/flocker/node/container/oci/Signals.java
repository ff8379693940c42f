package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import java.util.Locale;
import java.util.Map;

/** Names and numbers of the signals that stop an init. Source: signal(7); the same everywhere. */
final class Signals {
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "USR1", 10, "USR2", 12, "TERM", 15, "PWR", 30,
          "RTMIN+3", 37);

  private Signals() {}

  /** Accepts {@code TERM}, {@code SIGTERM} and {@code 15}. */
  static int number(String name) throws ContainerFault {
    String plain = name.strip().toUpperCase(Locale.ROOT);
    if (plain.startsWith("SIG")) {
      plain = plain.substring(3);
    }
    if (plain.matches("[1-9][0-9]?") && Integer.parseInt(plain) <= 64) {
      return Integer.parseInt(plain);
    }
    Integer number = NUMBERS.get(plain);
    if (number == null) {
      throw new ContainerFault(
          Kind.OTHER,
          "unknown stop signal '" + name + "'; known are " + NUMBERS.keySet() + " and numbers");
    }
    return number;
  }
}
