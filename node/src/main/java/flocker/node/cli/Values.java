package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.LossPolicy;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VersionRef;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How words on the command line become values; what is wrong with one is wrong usage. */
final class Values {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private Values() {}

  private static <T> T converted(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a time is like 500ms, 10s or 2m, not '" + text + "'");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static final class Name implements ITypeConverter<SystemName> {
    @Override
    public SystemName convert(String text) {
      return converted(text, SystemName::new);
    }
  }

  static final class Snapshot implements ITypeConverter<SnapshotRef> {
    @Override
    public SnapshotRef convert(String text) {
      return converted(text, SnapshotRef::new);
    }
  }

  static final class Host implements ITypeConverter<HostName> {
    @Override
    public HostName convert(String text) {
      return converted(text, HostName::new);
    }
  }

  static final class Rules implements ITypeConverter<RetentionRules> {
    @Override
    public RetentionRules convert(String text) {
      return converted(text, RetentionRules::parse);
    }
  }

  static final class Version implements ITypeConverter<VersionRef> {
    @Override
    public VersionRef convert(String text) {
      return converted(text, VersionRef::new);
    }
  }

  static final class Size implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      return converted(text, ByteSize::parse);
    }
  }

  static final class Port implements ITypeConverter<Publish> {
    @Override
    public Publish convert(String text) {
      return converted(text, Publish::parse);
    }
  }

  static final class Loss implements ITypeConverter<LossPolicy> {
    @Override
    public LossPolicy convert(String text) {
      return converted(text, LossPolicy::parse);
    }
  }

  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return converted(text, Values::time);
    }
  }
}
