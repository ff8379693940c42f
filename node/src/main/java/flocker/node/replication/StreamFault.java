package flocker.node.replication;

import flocker.protocol.replication.Failure;

/** A stream cannot go on, for a reason that the other side is told. */
final class StreamFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;

  StreamFault(Failure failure, String message) {
    super(message);
    this.failure = failure;
  }

  Failure failure() {
    return failure;
  }
}
