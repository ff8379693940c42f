package flocker.protocol.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the admin records look as JSON over HTTP: identities as plain strings and numbers, instants
 * in ISO 8601 UTC, what is empty as {@code null}. GUIDs are strings, because a JSON number loses
 * digits in most readers.
 */
public final class AdminJson {
  /** Longest request body, and longest string in one. */
  public static final int MAX_REQUEST_BYTES = 256 << 10;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NAME = 256;
  private static final int MAX_NUMBER = 64;

  private AdminJson() {}

  /** For what a stranger sends: bounded, unknown or repeated properties refused, no coercion. */
  public static ObjectMapper strict() {
    return base(StreamReadConstraints.builder()
            .maxDocumentLength(MAX_REQUEST_BYTES)
            .maxStringLength(MAX_REQUEST_BYTES)
            .maxNestingDepth(MAX_DEPTH)
            .maxNameLength(MAX_NAME)
            .maxNumberLength(MAX_NUMBER)
            .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /** For what a node answers, which may be newer and say more than this program knows. */
  public static ObjectMapper tolerant() {
    return base(StreamReadConstraints.defaults())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  private static JsonMapper.Builder base(StreamReadConstraints constraints) {
    JsonFactory factory = JsonFactory.builder().streamReadConstraints(constraints).build();
    return JsonMapper.builder(factory)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .addModule(identities())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  }

  private static SimpleModule identities() {
    SimpleModule module = new SimpleModule("flocker-identities");
    module.addSerializer(Epoch.class, new EpochSerializer());
    module.addDeserializer(Epoch.class, new EpochDeserializer());
    text(module, HostId.class, HostId::new);
    text(module, SystemId.class, SystemId::new);
    text(module, SnapshotName.class, SnapshotName::new);
    text(module, SnapshotGuid.class, SnapshotGuid::parse);
    return module;
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(type, ToStringSerializer.instance);
    module.addDeserializer(type, new TextDeserializer<>(type, parse));
  }

  private static final class EpochSerializer extends JsonSerializer<Epoch> {
    @Override
    public void serialize(Epoch epoch, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(epoch.value());
    }
  }

  private static final class EpochDeserializer extends JsonDeserializer<Epoch> {
    @Override
    public Epoch deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return new Epoch(in.getLongValue());
    }
  }

  private static final class TextDeserializer<T> extends JsonDeserializer<T> {
    private final Class<T> type;
    private final Function<String, T> parse;

    TextDeserializer(Class<T> type, Function<String, T> parse) {
      this.type = type;
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString();
      try {
        return parse.apply(text);
      } catch (RuntimeException e) {
        throw context.weirdStringException(text, type, e.getMessage());
      }
    }
  }

  /** What a person should read of a parser's complaint: no source dump, no class names. */
  public static String complaint(JsonProcessingException fault) {
    if (fault instanceof UnrecognizedPropertyException unknown) {
      return "there is no property '" + Quote.shortened(path(unknown)) + "'";
    }
    if (fault instanceof JsonMappingException mapping) {
      Throwable cause = mapping.getCause();
      String what =
          cause instanceof IllegalArgumentException && cause.getMessage() != null
              ? cause.getMessage()
              : "it is missing, or not of the type that belongs there";
      return mapping.getPath().isEmpty()
          ? what
          : "property '" + Quote.shortened(path(mapping)) + "': " + what;
    }
    JsonLocation at = fault.getLocation();
    return at == null
        ? "the text is not valid JSON"
        : "the text is not valid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static String path(JsonMappingException fault) {
    return fault.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .collect(Collectors.joining("."));
  }
}
