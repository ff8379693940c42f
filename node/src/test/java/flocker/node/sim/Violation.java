package flocker.node.sim;

/** An invariant does not hold. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String rule;

  Violation(String rule, String message) {
    super(rule + ": " + message);
    this.rule = rule;
  }

  String rule() {
    return rule;
  }
}
