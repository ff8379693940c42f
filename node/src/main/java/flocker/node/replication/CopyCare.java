package flocker.node.replication;

import flocker.node.storage.StorageFault;
import flocker.protocol.id.Position;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamPlan;
import java.time.Instant;
import java.util.function.Supplier;

/** What a receiver does with its own copy between streams. Blocks. */
record CopyCare(Copy copy, Supplier<Instant> wallClock) {
  /** What the copy is, after {@code recovery}. */
  record Found(Position position, Stasher.Recovery recovery) {}

  /**
   * @param recover whether to put right first what was left unfinished
   */
  Found look(boolean recover) throws StorageFault {
    Stasher.Recovery recovery = recover ? stasher().recover() : Stasher.Recovery.NOTHING;
    return new Found(copy.position(), recovery);
  }

  /**
   * What a master is told of the copy, after all that is in none of its snapshots is in one.
   *
   * @param modified storage refuses to extend it, though its content is that of its newest snapshot
   * @param mayBeDirty it may hold writes that are in no snapshot
   */
  SlaveVersions have(boolean modified, boolean mayBeDirty) throws StorageFault {
    if (!copy.storage().exists(copy.dataset())) {
      return SlaveVersions.NOTHING;
    }
    if (modified) {
      stasher().keep();
    } else if (mayBeDirty) {
      stasher().settle();
    }
    return copy.versions();
  }

  /** The writing end of a stream. */
  ReceiveJob receive(StreamPlan plan) {
    return new ReceiveJob(copy.storage(), copy.dataset(), stasher(), plan);
  }

  private Stasher stasher() {
    return new Stasher(copy.storage(), copy.dataset(), copy.host(), wallClock);
  }
}
