package flocker.node.cli;

import flocker.protocol.admin.RefusalCode;

/** What the command's exit status means to a script. */
enum ExitCode {
  DONE(0),
  REFUSED(1),
  USAGE(2),
  NO_CONTACT(3),
  NOT_PERMITTED(4),
  UNKNOWN_OUTCOME(5);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }

  /** For a code as a node writes it, also one that this program does not know. */
  static ExitCode ofRefusal(String code) {
    if (code.equals(RefusalCode.TIMED_OUT.word())) {
      return UNKNOWN_OUTCOME;
    }
    if (code.equals(RefusalCode.NOT_PERMITTED.word())
        || code.equals(RefusalCode.NOT_AUTHENTICATED.word())) {
      return NOT_PERMITTED;
    }
    return REFUSED;
  }
}
