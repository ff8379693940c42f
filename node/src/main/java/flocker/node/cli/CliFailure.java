package flocker.node.cli;

/** A command that did not do what it was asked; the message is for whoever typed it. */
final class CliFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exit;
  private final String code;

  CliFailure(ExitCode exit, String code, String message) {
    super(message);
    this.exit = exit;
    this.code = code;
  }

  static CliFailure noContact(String message) {
    return new CliFailure(ExitCode.NO_CONTACT, "no-contact", message);
  }

  static CliFailure unknownOutcome(String message) {
    return new CliFailure(ExitCode.UNKNOWN_OUTCOME, "timed-out", message);
  }

  static CliFailure usage(String message) {
    return new CliFailure(ExitCode.USAGE, "usage", message);
  }

  ExitCode exit() {
    return exit;
  }

  String code() {
    return code;
  }
}
