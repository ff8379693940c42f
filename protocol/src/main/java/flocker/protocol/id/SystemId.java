package flocker.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The random identity of a user system; its name is a label. Shape: 16 lower-case hexadecimal
 * digits, or the reserved word {@code cluster} for the authority that orders cluster-wide changes
 * and has neither dataset nor container.
 */
public record SystemId(@JsonValue String value) implements Comparable<SystemId> {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{16}|cluster");

  /** The cluster's own authority. */
  public static final SystemId CLUSTER = new SystemId("cluster");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SystemId {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("system id must be 16 hexadecimal digits, not: " + value);
    }
  }

  /** True for the cluster's own authority. */
  public boolean isCluster() {
    return equals(CLUSTER);
  }

  @Override
  public int compareTo(SystemId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
