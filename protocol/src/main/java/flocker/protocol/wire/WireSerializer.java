package flocker.protocol.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import flocker.protocol.WireMessage;
import flocker.protocol.replication.ReplicationMessage.Chunk;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;

/** Bytes of every {@link WireMessage}, on the wire and in the journal. */
public final class WireSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  /** No message but a chunk is longer: it must fit into an ordinary frame of 256 KiB. */
  public static final int MAX_BYTES = 192 * 1024;

  private static final String BINDING = "flocker-wire";

  private final ObjectMapper mapper;
  private final int identifier;

  public WireSerializer(ExtendedActorSystem system) {
    this.identifier =
        system
            .settings()
            .config()
            .getInt("pekko.actor.serialization-identifiers.\"" + getClass().getName() + "\"");
    this.mapper = mapper(JacksonObjectMapperProvider.get(system));
  }

  /** Pekko's mapper knows actor references; what is stricter than its defaults stands here. */
  private static ObjectMapper mapper(JacksonObjectMapperProvider provider) {
    ObjectMapper made = provider.create(BINDING, Optional.of(new CBORFactory()));
    made.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    made.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    made.enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
    made.enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    made.enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    made.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    made.setConfig(
        made.getDeserializationConfig().without(MapperFeature.ALLOW_COERCION_OF_SCALARS));
    return made;
  }

  @Override
  public int identifier() {
    return identifier;
  }

  @Override
  public String manifest(Object message) {
    return WireCatalogue.manifest(message.getClass())
        .orElseThrow(
            () ->
                new IllegalArgumentException(message.getClass() + " is not in the WireCatalogue"));
  }

  @Override
  public byte[] toBinary(Object message) {
    if (message instanceof Chunk chunk) {
      ByteBuffer buffer =
          ByteBuffer.allocate(ChunkCodec.length(chunk)).order(ByteOrder.LITTLE_ENDIAN);
      ChunkCodec.write(chunk, buffer);
      return buffer.array();
    }
    return cbor(message);
  }

  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    if (message instanceof Chunk chunk) {
      buffer.order(ByteOrder.LITTLE_ENDIAN);
      ChunkCodec.write(chunk, buffer);
    } else {
      buffer.put(cbor(message));
    }
  }

  private byte[] cbor(Object message) {
    String manifest = manifest(message);
    try {
      byte[] bytes = mapper.writeValueAsBytes(message);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            manifest + " is " + bytes.length + " bytes long, more than " + MAX_BYTES);
      }
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + manifest, e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    Class<? extends WireMessage> type = type(manifest);
    if (type == Chunk.class) {
      return chunk(ByteBuffer.wrap(bytes));
    }
    return message(bytes, manifest, type);
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    Class<? extends WireMessage> type = type(manifest);
    if (type == Chunk.class) {
      return chunk(buffer);
    }
    refuseTooLong(buffer.remaining(), manifest);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return message(bytes, manifest, type);
  }

  private static Class<? extends WireMessage> type(String manifest)
      throws NotSerializableException {
    Optional<Class<? extends WireMessage>> type = WireCatalogue.type(manifest);
    if (type.isEmpty()) {
      throw new NotSerializableException(
          "no message is called '" + manifest + "' here; is the other host newer?");
    }
    return type.get();
  }

  private static Chunk chunk(ByteBuffer buffer) throws NotSerializableException {
    try {
      return ChunkCodec.read(buffer.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IllegalArgumentException e) {
      throw refused(WireCatalogue.CHUNK, e);
    }
  }

  private Object message(byte[] bytes, String manifest, Class<? extends WireMessage> type)
      throws NotSerializableException {
    refuseTooLong(bytes.length, manifest);
    try {
      Object message = mapper.readValue(bytes, type);
      if (message == null) {
        throw new NotSerializableException("an empty " + manifest + " is refused");
      }
      return message;
    } catch (NotSerializableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refused(manifest, e);
    }
  }

  private static void refuseTooLong(int length, String manifest) throws NotSerializableException {
    if (length > MAX_BYTES) {
      throw new NotSerializableException(
          manifest + " of " + length + " bytes is refused: at most " + MAX_BYTES);
    }
  }

  private static NotSerializableException refused(String manifest, Exception why) {
    NotSerializableException refused =
        new NotSerializableException("an invalid " + manifest + " is refused: " + why.getMessage());
    refused.initCause(why);
    return refused;
  }
}
