package flocker.node.replication;

import java.util.Optional;

/**
 * Since when a slave lacks something. Times are boot nanoseconds. Pure.
 *
 * @param since the oldest snapshot that is not confirmed
 * @param sinceSent the oldest one that is not in the stream under way either
 */
record Lag(Optional<Long> since, Optional<Long> sinceSent) {
  static final Lag NONE = new Lag(Optional.empty(), Optional.empty());

  Lag taken(long at) {
    return new Lag(Optional.of(since.orElse(at)), Optional.of(sinceSent.orElse(at)));
  }

  /** A stream up to the newest snapshot begins. */
  Lag begun() {
    return new Lag(since, Optional.empty());
  }

  Lag confirmed() {
    return new Lag(sinceSent, sinceSent);
  }

  Lag failed() {
    return new Lag(since, since);
  }
}
