package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.OperationView;
import java.util.Optional;

/** How far long work has come, in one line. */
final class ProgressText {
  private ProgressText() {}

  static String of(OperationView operation) {
    if (operation.state() != OperationView.State.RUNNING) {
      return operation.message();
    }
    StringBuilder text = new StringBuilder(operation.message());
    if (operation.doneBytes() > 0) {
      text.append(": ").append(new ByteSize(operation.doneBytes()));
      operation.totalBytes().ifPresent(total -> text.append(" of ").append(new ByteSize(total)));
    }
    if (operation.bytesPerSecond() > 0) {
      text.append(", ").append(new ByteSize(operation.bytesPerSecond())).append("/s");
      remaining(operation)
          .ifPresent(seconds -> text.append(", ").append(TimeText.span(seconds)).append(" left"));
    }
    return text.toString();
  }

  private static Optional<Double> remaining(OperationView operation) {
    return operation
        .totalBytes()
        .map(total -> (double) (total - operation.doneBytes()) / operation.bytesPerSecond())
        .filter(seconds -> seconds >= 0);
  }
}
