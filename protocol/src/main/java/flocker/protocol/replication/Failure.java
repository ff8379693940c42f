package flocker.protocol.replication;

/** Why a receiver gave a begun stream up. Nothing of the stream is left on its disk. */
public enum Failure {
  /** A chunk is missing or came out of its turn. */
  GAP,
  /** A chunk came twice. */
  REPLAY,
  /** More chunks on the way than were granted, or one that is too large. */
  OVERRUN,
  /** What arrived is not what was sent. */
  DIGEST,
  /** The sender's storage failed. */
  SENDER,
  /** The receiver's storage failed. */
  STORAGE,
  /** The receiver's pool is full. */
  NO_SPACE,
  /** The stream was whole, but another snapshot came out of it than the plan named. */
  WRONG_SNAPSHOT,
  /** The sender was silent for too long. */
  SILENCE,
  /** A newer stream, a promise of a newer epoch or the host's own mastership ended it. */
  SUPERSEDED
}
