package flocker.protocol.replication;

import flocker.protocol.WireMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a master and a slave say to each other while one snapshot travels. See the package for the
 * order.
 */
public sealed interface ReplicationMessage extends WireMessage {
  /** The first field of each message; its epoch is looked at first. */
  StreamId stream();

  /** Explanations are for people and are cut off at this length. */
  int MAX_TEXT = 500;

  /** What a master says. */
  sealed interface FromMaster extends ReplicationMessage, ToReceiver {}

  /** What a slave says. */
  sealed interface FromSlave extends ReplicationMessage, ToReplicator {
    /** The slave. */
    HostId from();
  }

  /** What do you have? Answered by {@link Versions} or {@link Refused}. */
  record Describe(StreamId stream, ActorRef<FromSlave> replyTo) implements FromMaster {
    public Describe {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /** A stream follows. Answered by {@link Credit} or {@link Refused}; ends any older stream. */
  record Begin(StreamId stream, StreamPlan plan, ActorRef<FromSlave> replyTo)
      implements FromMaster {
    public Begin {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /**
   * A part of the stream. Has a codec of its own, so that megabytes are not wrapped twice.
   *
   * @param number 1, 2, 3 …
   * @param offset how many bytes of the stream came before
   */
  record Chunk(StreamId stream, long number, long offset, Payload payload) implements FromMaster {
    public Chunk {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(payload, "payload");
      if (number < 1 || offset < number - 1) {
        throw new IllegalArgumentException("chunk " + number + " cannot be at " + offset);
      }
    }
  }

  /** The sender lives, but its storage has given nothing new; {@code sent} chunks so far. */
  record StillSending(StreamId stream, long sent) implements FromMaster {
    public StillSending {
      Objects.requireNonNull(stream, "stream");
    }
  }

  /** There is no more. Answered by {@link Received} or {@link Failed}. */
  record End(StreamId stream, Trailer trailer) implements FromMaster {
    public End {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(trailer, "trailer");
    }
  }

  /** The sender gives up. Not answered. */
  record Abort(StreamId stream, String why) implements FromMaster {
    public Abort {
      Objects.requireNonNull(stream, "stream");
      why = cut(why);
    }
  }

  /** Answer to {@link Describe}. */
  record Versions(StreamId stream, HostId from, SlaveVersions have) implements FromSlave {
    public Versions {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(have, "have");
    }
  }

  /**
   * Chunks up to number {@code upTo} may be sent. Repeated while the receiver's storage works, so
   * that a busy receiver is not taken for a dead one.
   *
   * @param writtenBytes how much is with storage
   */
  record Credit(StreamId stream, HostId from, long upTo, long writtenBytes) implements FromSlave {
    public Credit {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(from, "from");
      if (upTo < 0 || writtenBytes < 0) {
        throw new IllegalArgumentException("no credit: " + upTo + ", " + writtenBytes);
      }
    }
  }

  /** {@code version} is durable on the slave, and is its newest. */
  record Received(StreamId stream, HostId from, Version version) implements FromSlave {
    public Received {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * @param promised the newest epoch that the slave has promised or seen
   */
  record Refused(StreamId stream, HostId from, Refusal why, Epoch promised, String text)
      implements FromSlave {
    public Refused {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(why, "why");
      Objects.requireNonNull(promised, "promised");
      text = cut(text);
    }
  }

  /** A begun stream was given up; nothing of it is left. */
  record Failed(StreamId stream, HostId from, Failure why, String text) implements FromSlave {
    public Failed {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(why, "why");
      text = cut(text);
    }
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
