package flocker.protocol.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;

/** Writes and reads the documents of authority records as JSON. */
public final class Documents {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new ParameterNamesModule())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Documents() {}

  /** A system's settings as its record keeps them. */
  public static String write(SystemRecord system) {
    return text(system);
  }

  /** The cluster's catalog as its record keeps it. */
  public static String write(Catalog catalog) {
    return text(catalog);
  }

  /** Reads what {@link #write(SystemRecord)} wrote. */
  public static SystemRecord system(String document) {
    return read(document, SystemRecord.class);
  }

  /** Reads what {@link #write(Catalog)} wrote. */
  public static Catalog catalog(String document) {
    return read(document, Catalog.class);
  }

  private static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + value, e);
    }
  }

  private static <T> T read(String document, Class<T> type) {
    try {
      return MAPPER.readValue(document, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not a " + type.getSimpleName() + " document: " + e.getOriginalMessage(), e);
    }
  }
}
