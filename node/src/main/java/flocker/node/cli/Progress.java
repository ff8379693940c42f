package flocker.node.cli;

import flocker.protocol.admin.OperationView;

/** One line on standard error that is drawn over and over, where a person is looking. */
final class Progress {
  private static final String OVER = "\r\u001b[K";

  private final CliContext context;
  private boolean shown;

  Progress(CliContext context) {
    this.context = context;
  }

  void show(OperationView operation) {
    if (context.terminal()) {
      context.err().print(OVER + ProgressText.of(operation));
      context.err().flush();
      shown = true;
    }
  }

  void end() {
    if (shown) {
      context.err().print(OVER);
      context.err().flush();
    }
  }
}
