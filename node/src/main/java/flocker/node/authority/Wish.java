package flocker.node.authority;

/** Why a host stands, besides silence: somebody wants it to, and how much. */
final class Wish {
  private static final int MOST_TRIES = 6;

  private boolean wanted;
  private boolean forced;
  private boolean newEpoch;
  private int tries;

  /** Somebody waits for the outcome. */
  boolean wanted() {
    return wanted;
  }

  /** By an operator's word, whatever copies and barriers others have. */
  boolean forced() {
    return forced;
  }

  /** The master there is asks for its own next epoch, at the position that it has. */
  boolean newEpoch() {
    return newEpoch;
  }

  /** Nobody's order: the master before was silent, or there was none. */
  boolean byItself() {
    return !wanted && !newEpoch;
  }

  void want() {
    wanted = true;
    tries = 0;
  }

  void force(boolean value) {
    forced = value;
  }

  void wantNewEpoch() {
    newEpoch = true;
  }

  void newEpochEnded() {
    newEpoch = false;
  }

  /** Fulfilled. */
  void clear() {
    wanted = false;
    forced = false;
    newEpoch = false;
  }

  /** A try has failed; true if whoever waits is to be told that it was the last. */
  boolean failed(boolean mayRetry) {
    if (!wanted || (mayRetry && ++tries < MOST_TRIES)) {
      return false;
    }
    wanted = false;
    forced = false;
    return true;
  }
}
