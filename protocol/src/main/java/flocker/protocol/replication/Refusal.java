package flocker.protocol.replication;

/** Why a receiver does not begin, or does not take part. Nothing has changed on its disk. */
public enum Refusal {
  /** It has promised, or seen, a newer epoch. */
  OLDER_EPOCH,
  /** It is itself the master, or about to be. */
  MASTER_HERE,
  /** The message is about another user system. */
  WRONG_SYSTEM,
  /** No such stream is open, or no longer. */
  UNKNOWN_STREAM,
  /** Its copy is not what the plan was made for. */
  STALE_PLAN,
  /** The stream would not fit. */
  NO_SPACE,
  /** It is still settling what an earlier crash or stream left. */
  NOT_READY
}
