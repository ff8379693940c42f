package flocker.node.replication;

/**
 * How far a sender may run. Pure.
 *
 * @param sent how many chunks were sent
 * @param upTo the number of the last chunk the receiver allows
 */
record SendWindow(long sent, long upTo) {
  static final SendWindow CLOSED = new SendWindow(0, 0);

  SendWindow {
    if (sent > upTo) {
      throw new IllegalArgumentException("sent " + sent + " chunks, allowed were " + upTo);
    }
  }

  boolean open() {
    return sent < upTo;
  }

  /** Credit is never taken back: an older message changes nothing. */
  SendWindow onCredit(long granted) {
    return granted > upTo ? new SendWindow(sent, granted) : this;
  }

  /** After one more chunk, which must have been allowed. */
  SendWindow onSent() {
    return new SendWindow(sent + 1, upTo);
  }
}
