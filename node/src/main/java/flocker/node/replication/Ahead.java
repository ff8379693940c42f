package flocker.node.replication;

/**
 * How much of a stream may be on its way, in time: what waits in a slow link before a later,
 * shorter stream to the same host delays it. A fast link is filled all the same. Pure.
 *
 * @param sent bytes given to the link so far
 * @param written of these, bytes that are with the slave's storage
 */
record Ahead(long sent, long written) {
  private static final double SECONDS = 0.25;

  static final Ahead NOTHING = new Ahead(0, 0);

  Ahead onSent(int bytes) {
    return new Ahead(sent + bytes, written);
  }

  /** Never goes back: an older message changes nothing. */
  Ahead onWritten(long bytes) {
    return new Ahead(sent, Math.max(written, bytes));
  }

  /**
   * Whether more may follow; something is always on its way.
   *
   * @param elapsedNanos since the stream began
   */
  boolean room(long elapsedNanos) {
    double perSecond = elapsedNanos <= 0 ? 0 : written * 1e9 / elapsedNanos;
    return sent == written || sent - written < perSecond * SECONDS;
  }
}
