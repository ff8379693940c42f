package flocker.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The term of one master: {@code 256 × term + index of the host that asks}. Two hosts can never
 * hold the same epoch, and a host never asks for the same one twice. Zero is the epoch before the
 * first master.
 */
public record Epoch(@JsonValue long value) implements Comparable<Epoch> {
  /** Before any master. */
  public static final Epoch ZERO = new Epoch(0);

  /** How many hosts a cluster may ever have; an index is never reused. */
  public static final int MAX_HOSTS = 256;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Epoch {
    if (value < 0) {
      throw new IllegalArgumentException("an epoch is never negative: " + value);
    }
  }

  /** The smallest epoch of host {@code index} (0 to 255) that is greater than this one. */
  public Epoch next(int index) {
    if (index < 0 || index >= MAX_HOSTS) {
      throw new IllegalArgumentException("host index must be 0 to 255, not " + index);
    }
    return new Epoch((value / MAX_HOSTS + 1) * MAX_HOSTS + index);
  }

  /** The index of the host that asked for this epoch. */
  public int index() {
    return (int) (value % MAX_HOSTS);
  }

  /** The count of terms, for people. */
  public long term() {
    return value / MAX_HOSTS;
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
