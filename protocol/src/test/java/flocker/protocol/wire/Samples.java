package flocker.protocol.wire;

import flocker.protocol.WireMessage;
import flocker.protocol.admin.AdminSamples;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.authority.AuthorityMessage;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import flocker.protocol.replication.Failure;
import flocker.protocol.replication.Payload;
import flocker.protocol.replication.Refusal;
import flocker.protocol.replication.ReplicationMessage;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamDigest;
import flocker.protocol.replication.StreamId;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.Trailer;
import flocker.protocol.replication.Version;
import flocker.protocol.retention.BasesTold;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.SystemRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** One message of each type, always the same. */
final class Samples {
  static final Epoch EPOCH = new Epoch(770);
  static final HostId MASTER = new HostId("00000000000000aa");
  static final HostId SLAVE = new HostId("fedcba9876543210");
  static final SystemId SYSTEM = new SystemId("8123456789abcdef");
  static final StreamId STREAM = new StreamId(EPOCH, SYSTEM, MASTER, 4_000_000_000_001L);
  static final Version OLD = version(7, 11);
  static final Version NEW = version(8, -2);

  private Samples() {}

  /** One of each type. */
  static List<WireMessage> all(ActorSystem<?> system) {
    Map<Class<?>, WireMessage> all = new LinkedHashMap<>();
    own(system).forEach(message -> all.putIfAbsent(message.getClass(), message));
    AdminSamples.commands(peer(system))
        .forEach(message -> all.putIfAbsent(message.getClass(), message));
    AdminSamples.replies().forEach(message -> all.putIfAbsent(message.getClass(), message));
    return List.copyOf(all.values());
  }

  private static <T> ActorRef<T> peer(ActorSystem<?> system) {
    return ActorRefResolver.get(system)
        .resolveActorRef("pekko://" + system.name() + "/user/peer#7");
  }

  private static List<WireMessage> own(ActorSystem<?> system) {
    ActorRef<ReplicationMessage.FromSlave> replyTo = peer(system);
    Position position = OLD.position().orElseThrow();
    RecordVersion recordVersion = new RecordVersion(EPOCH, 3);
    AuthorityRecord record =
        new AuthorityRecord(
            recordVersion, new TreeSet<>(List.of(MASTER, SLAVE)), "{\"name\":\"shop\"}");
    return List.of(
        batch(position, record),
        new AuthorityDurable(
            EPOCH, Optional.of(SLAVE), EPOCH, new Epoch(258), Epoch.ZERO, position, 3000, record),
        new AuthorityEvent.Promised(EPOCH, SLAVE),
        new AuthorityEvent.Asked(EPOCH),
        new AuthorityEvent.Won(EPOCH),
        new AuthorityEvent.Released(EPOCH, SLAVE),
        new AuthorityEvent.BarrierKept(position),
        new AuthorityEvent.LeaseLengthened(60_000),
        new CatalogMessage.Add(
            new Catalog.Entry(
                SYSTEM,
                SLAVE,
                SystemRecord.of(new SystemName("shop"), SystemSettings.defaults(), true)),
            peer(system)),
        new CatalogMessage.Remove(SYSTEM, peer(system)),
        new CatalogMessage.Changed(CatalogMessage.Outcome.REFUSED, "a system named 'shop' exists"),
        new AuthorityEvent.RecordKept(record),
        new BasesTold(
            EPOCH, SYSTEM, MASTER, List.of(new BasesTold.Base(SLAVE, new SnapshotGuid(-5)))),
        new ReplicationMessage.Describe(STREAM, replyTo),
        new ReplicationMessage.Begin(
            STREAM,
            new StreamPlan(
                StreamPlan.Mode.REPLACE,
                Optional.of(OLD.guid()),
                Optional.of(new SnapshotGuid(5)),
                NEW,
                Optional.of(123_456_789_012L)),
            replyTo),
        new ReplicationMessage.Chunk(STREAM, 2, 6, Payload.wrap(new byte[] {1, 2, -3, 0})),
        new ReplicationMessage.StillSending(STREAM, 2),
        new ReplicationMessage.End(STREAM, new Trailer(2, 10, digest(), true)),
        new ReplicationMessage.Abort(STREAM, "the operator wants it"),
        new ReplicationMessage.Versions(
            STREAM, SLAVE, new SlaveVersions(true, true, List.of(OLD, NEW))),
        new ReplicationMessage.Credit(STREAM, SLAVE, 12, 5_000_000_000L),
        new ReplicationMessage.Received(STREAM, SLAVE, NEW),
        new ReplicationMessage.Refused(
            STREAM, SLAVE, Refusal.OLDER_EPOCH, new Epoch(1026), "promised 1026"),
        new ReplicationMessage.Failed(STREAM, SLAVE, Failure.GAP, "chunk 4 after chunk 2"));
  }

  static StreamDigest digest() {
    return StreamDigest.of(StreamDigest.start());
  }

  private static AuthorityBatch batch(Position position, AuthorityRecord record) {
    RecordVersion version = record.version();
    List<AuthorityMessage> messages =
        List.of(
            new AuthorityMessage.PreVoteRequest(EPOCH, 1, position, version, 3000),
            new AuthorityMessage.PreVoteAnswer(
                EPOCH,
                1,
                AuthorityMessage.Refusal.RECORD,
                EPOCH,
                Position.NONE,
                false,
                Optional.of(record)),
            new AuthorityMessage.VoteRequest(EPOCH, 1, position, version, 3000),
            new AuthorityMessage.VoteAnswer(
                EPOCH, 1, AuthorityMessage.Refusal.NONE, EPOCH, position, true, Optional.empty()),
            new AuthorityMessage.Nudge(EPOCH),
            new AuthorityMessage.Renew(EPOCH, 9, 3000, version),
            new AuthorityMessage.RenewAnswer(EPOCH, 9, true, EPOCH, version, position, true),
            new AuthorityMessage.Release(EPOCH, SLAVE),
            new AuthorityMessage.RecordBarrier(EPOCH, 2, position),
            new AuthorityMessage.BarrierAnswer(EPOCH, 2, true, EPOCH),
            new AuthorityMessage.OfferRecord(EPOCH, record, EPOCH, position),
            new AuthorityMessage.RecordAnswer(EPOCH, version, EPOCH));
    return new AuthorityBatch(
        "lab",
        MASTER,
        SLAVE,
        messages.stream().map(m -> new AuthorityBatch.Item(SYSTEM, m)).toList());
  }

  private static Version version(long sequence, long guid) {
    return new Version(
        SnapshotName.of(EPOCH, sequence, Instant.parse("2026-11-22T17:00:00Z")),
        new SnapshotGuid(guid));
  }
}
