package flocker.protocol.admin;

/** What somebody typed, made fit to stand in an error message. */
final class Quote {
  private static final int MAX = 80;

  private Quote() {}

  /** At most 80 characters, control characters replaced. */
  static String shortened(String text) {
    if (text == null) {
      return "";
    }
    String shown = text.length() <= MAX ? text : text.substring(0, MAX) + "…";
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
