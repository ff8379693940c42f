package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes that people write as {@code 512M} or {@code 1.5G}; units are powers of 1024.
 */
public record ByteSize(@JsonValue long bytes) {
  private static final Pattern SHAPE =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?)(?:([KMGT])(?:i?B)?|B)?");
  private static final String UNITS = "KMGT";

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is never negative: " + bytes);
    }
  }

  /** Reads {@code 512M}, {@code 1.5GiB}, {@code 4096}. */
  public static ByteSize parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw unreadable(text);
    }
    long unit = matcher.group(2) == null ? 1 : 1L << (10 * (UNITS.indexOf(matcher.group(2)) + 1));
    try {
      return new ByteSize(
          new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact());
    } catch (ArithmeticException e) {
      throw unreadable(text);
    }
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "a size is a number with K, M, G or T, like 512M; not '" + Quote.shortened(text) + "'");
  }

  /** For people: at most three digits and a unit. */
  @Override
  public String toString() {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    String shape = value < 10 ? "%.1f %siB" : "%.0f %siB";
    return String.format(Locale.ROOT, shape, value, UNITS.charAt(unit));
  }
}
