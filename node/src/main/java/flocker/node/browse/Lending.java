package flocker.node.browse;

/**
 * The life of one clone: who waits for it, who reads in it. Pure; each event gives the next state
 * and the one thing to do.
 *
 * @param users who hold it or wait for it
 */
record Lending(State state, int users) {
  /** What the clone is. */
  enum State {
    ABSENT,
    OPENING,
    OPEN,
    CLOSING
  }

  /** What is to be done now. */
  enum Act {
    NOTHING,
    /** Make and mount it. */
    OPEN,
    /** Tell those who wait where it is. */
    LEND,
    /** Nobody reads in it any more: look again in a while. */
    LINGER,
    /** Unmount and destroy it. */
    CLOSE
  }

  /** What comes of an event. */
  record Next(Lending lending, Act act) {}

  static final Lending ABSENT = new Lending(State.ABSENT, 0);

  private Next next(State then, int readers, Act act) {
    return new Next(new Lending(then, readers), act);
  }

  /** Somebody wants it. */
  Next wanted() {
    return switch (state) {
      case ABSENT -> next(State.OPENING, 1, Act.OPEN);
      case OPENING, CLOSING -> next(state, users + 1, Act.NOTHING);
      case OPEN -> next(State.OPEN, users + 1, Act.LEND);
    };
  }

  /** It is mounted. */
  Next opened() {
    return next(State.OPEN, users, users > 0 ? Act.LEND : Act.LINGER);
  }

  /** It could not be made; those who waited are told so and wait no more. */
  Next notOpened() {
    return next(State.ABSENT, 0, Act.NOTHING);
  }

  /** A reader has finished. */
  Next released() {
    int left = Math.max(users - 1, 0);
    return next(state, left, state == State.OPEN && left == 0 ? Act.LINGER : Act.NOTHING);
  }

  /** A while has passed since it was last released. */
  Next lingered() {
    return state == State.OPEN && users == 0
        ? next(State.CLOSING, 0, Act.CLOSE)
        : next(state, users, Act.NOTHING);
  }

  /** It is gone. Whoever wanted it meanwhile gets a new one. */
  Next closed() {
    return users > 0 ? next(State.OPENING, users, Act.OPEN) : next(State.ABSENT, 0, Act.NOTHING);
  }

  /** It could not be destroyed, and is there still. */
  Next notClosed() {
    return next(State.OPEN, users, users > 0 ? Act.LEND : Act.LINGER);
  }
}
