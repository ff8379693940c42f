package flocker.node.sim;

/**
 * Mistakes that can be switched on in the simulated driver and in the model around the authority,
 * to see that the invariants would find them.
 */
enum Bug {
  /** Nothing is ever written to the journal. */
  NOTHING_PERSISTED,
  /** The lease is counted from the answer that completed it, not from the sending. */
  LEASE_FROM_REPLY,
  /** The guards never kill. */
  GUARD_OFF,
  /** A restarted voter votes at once. */
  RESTART_FORGETS,
  /** A longer lease is acknowledged before it is on disk. */
  LONGER_LEASE_NOT_PERSISTED,
  /** A diverged copy is overwritten. */
  STASH_SKIPPED,
  /** The position is recorded before the data is on another host. */
  BARRIER_BEFORE_DATA,
  /** A voter says that it recorded a barrier, and does not. */
  BARRIER_UNRECORDED,
  /** A host asks for an epoch again that it forgot, and voters grant it to the same host. */
  SAME_EPOCH_TWICE,
  /** A voter does not compare the candidate's copy with its own. */
  VOTE_FOR_STALER,
  /** A voter does not compare the candidate's copy with the barriers. */
  VOTE_BEHIND_BARRIER,
  /** The margin for clock rates is left out. */
  MARGIN_ZERO,
  /** A roll-back moves the copy before its epoch is granted. */
  ROLLBACK_MOVES_FIRST,
  /** A master goes on under an epoch that it has released. */
  RELEASE_TAKEN_BACK,
  /** Streams are said to have ended while they go on. */
  STREAMS_NOT_ENDED,
  /** A stream of an older epoch is received. */
  OLD_STREAM_RECEIVED
}
