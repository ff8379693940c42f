package flocker.protocol.wire;

import flocker.protocol.WireMessage;
import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.replication.ReplicationMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Every type that may cross a wire or a disk, under the name it has there. The only such list. */
public final class WireCatalogue {
  /** The one message that is not CBOR. */
  static final String CHUNK = "chunk.1";

  private static final Map<String, Class<? extends WireMessage>> TYPES = new LinkedHashMap<>();
  private static final Map<Class<?>, String> MANIFESTS = new LinkedHashMap<>();

  static {
    put("authority-batch.1", AuthorityBatch.class);

    put("authority-durable.1", AuthorityDurable.class);
    put("authority-promised.1", AuthorityEvent.Promised.class);
    put("authority-asked.1", AuthorityEvent.Asked.class);
    put("authority-won.1", AuthorityEvent.Won.class);
    put("authority-released.1", AuthorityEvent.Released.class);
    put("authority-barrier-kept.1", AuthorityEvent.BarrierKept.class);
    put("authority-lease-lengthened.1", AuthorityEvent.LeaseLengthened.class);
    put("authority-record-kept.1", AuthorityEvent.RecordKept.class);

    put("describe.1", ReplicationMessage.Describe.class);
    put("begin.1", ReplicationMessage.Begin.class);
    put(CHUNK, ReplicationMessage.Chunk.class);
    put("still-sending.1", ReplicationMessage.StillSending.class);
    put("end.1", ReplicationMessage.End.class);
    put("abort.1", ReplicationMessage.Abort.class);
    put("versions.1", ReplicationMessage.Versions.class);
    put("credit.1", ReplicationMessage.Credit.class);
    put("received.1", ReplicationMessage.Received.class);
    put("refused.1", ReplicationMessage.Refused.class);
    put("failed.1", ReplicationMessage.Failed.class);
  }

  private WireCatalogue() {}

  private static void put(String manifest, Class<? extends WireMessage> type) {
    if (TYPES.put(manifest, type) != null || MANIFESTS.put(type, manifest) != null) {
      throw new IllegalStateException("listed twice: " + manifest + " " + type);
    }
  }

  /** All manifests with their types. */
  public static Map<String, Class<? extends WireMessage>> types() {
    return Collections.unmodifiableMap(TYPES);
  }

  static Optional<Class<? extends WireMessage>> type(String manifest) {
    return Optional.ofNullable(TYPES.get(manifest));
  }

  static Optional<String> manifest(Class<?> type) {
    return Optional.ofNullable(MANIFESTS.get(type));
  }
}
