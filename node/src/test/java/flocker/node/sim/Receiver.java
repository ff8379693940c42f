package flocker.node.sim;

import flocker.node.authority.Input;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.Position;

/** The slave's side of replication on one host: one stream at a time, none of an old epoch. */
final class Receiver {
  /** Two streams of the same snapshot are not the same stream. */
  private static final class Stream {
    private final SimHost master;
    private final Epoch epoch;
    private final Snap to;

    private Stream(SimHost master, Epoch epoch, Snap to) {
      this.master = master;
      this.epoch = epoch;
      this.to = to;
    }
  }

  private final Cluster cluster;
  private final SimHost host;
  private final SimNode node;
  private Epoch floor;
  private Stream stream;
  private int votesPending;

  Receiver(Cluster cluster, SimHost host, SimNode node) {
    this.cluster = cluster;
    this.host = host;
    this.node = node;
    this.floor = host.journal().promised();
  }

  void promised(Epoch epoch) {
    floor = epoch;
    boolean old = stream != null && stream.epoch.compareTo(epoch) < 0;
    boolean goesOn =
        cluster.scenario().has(Bug.OLD_STREAM_RECEIVED)
            || cluster.scenario().has(Bug.STREAMS_NOT_ENDED);
    if (old && !goesOn) {
      stream = null;
    }
  }

  /** Nothing new is accepted from here until the vote is decided. */
  void end(Epoch epoch) {
    votesPending++;
    if (!cluster.scenario().has(Bug.STREAMS_NOT_ENDED) && stream != null) {
      if (cluster.world().chance(0.5)) {
        arrived(stream);
      }
      stream = null;
    }
    host.in(
        1,
        cluster.world().chance(0.1) ? 900 : 30,
        () -> node.give(new Input.StreamsEnded(epoch, position())));
  }

  private Position position() {
    return host.storage() && node.life().positionTold() ? host.replica().position() : Position.NONE;
  }

  void voteDecided() {
    votesPending--;
  }

  /** A stream from {@code expected}, the head that this host told, to {@code to}. */
  @SuppressWarnings("ReferenceEquality") // this very stream, not one like it
  void offered(SimHost master, Epoch epoch, Snap expected, Snap to) {
    boolean oldEpoch = epoch.compareTo(floor) < 0;
    boolean ending = votesPending > 0;
    if (cluster.scenario().has(Bug.OLD_STREAM_RECEIVED)) {
      oldEpoch = false;
    }
    if (cluster.scenario().has(Bug.STREAMS_NOT_ENDED)) {
      ending = false;
    }
    boolean occupied =
        stream != null
            || host.container() != null
            || host.replica().writable()
            || !node.life().positionTold();
    if (oldEpoch || ending || occupied || host.replica().head() != expected) {
      return;
    }
    Stream begun = new Stream(master, epoch, to);
    stream = begun;
    boolean slow = cluster.world().chance(0.05);
    host.in(
        2,
        slow ? 3_000 : 60,
        () -> {
          if (stream == begun) {
            stream = null;
            arrived(begun);
          }
        });
  }

  private void arrived(Stream received) {
    Replica replica = host.replica();
    if (replica.writable()) {
      return;
    }
    cluster.invariants().streamApplied(host, received.epoch);
    if (received.to.contains(replica.head())) {
      replica.advance(received.to);
    } else if (cluster.scenario().has(Bug.STASH_SKIPPED)) {
      replica.advance(received.to);
    } else {
      cluster.world().log(host.name(), () -> "stashes " + replica.head());
      replica.swap(received.to);
    }
    node.give(new Input.PositionChanged(replica.position()));
    confirm(received);
  }

  private void confirm(Stream received) {
    cluster
        .network()
        .deliver(
            host,
            received.master,
            () -> received.master.node().life().confirmed(host, received.epoch, received.to));
  }
}
