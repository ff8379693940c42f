package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which snapshots a copy keeps, as an operator writes it in one line: {@code all for 10m, 1/min for
 * 2h, 1/h for 3d, 1/day for 30d, at least 20}. Ages are counted back from the copy's newest
 * snapshot, not from a clock.
 *
 * @param all everything this young is kept
 * @param grids of each period the first is kept; in order, each older and coarser than the one
 *     before
 * @param atLeast so many of the newest are kept whatever their age, at least one
 */
public record RetentionRules(Optional<Duration> all, List<Grid> grids, int atLeast) {
  private static final int MOST_TEXT = 300;
  private static final int MOST_GRIDS = 10;
  private static final int MOST_AT_LEAST = 100_000;
  private static final long LONGEST_SECONDS = Duration.ofDays(36_500).toSeconds();
  private static final Pattern ALL = Pattern.compile("all for (\\S+)");
  private static final Pattern GRID = Pattern.compile("([0-9]{1,4})/([a-z]{1,8}) for (\\S+)");
  private static final Pattern LEAST = Pattern.compile("at least ([0-9]{1,6})");
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,7})([smhdw])");
  private static final String LIKE = "all for 10m, 1/min for 2h, 1/h for 3d, at least 20";

  /** What a copy keeps unless an operator says otherwise: some two hundred snapshots. */
  public static final RetentionRules DEFAULT =
      parse("all for 1m, 1/min for 2h, 1/h for 3d, 1/day for 30d, at least 20");

  /**
   * What a copy keeps on a slave: longer, so that somebody who breaks into the user system and
   * destroys or encrypts what is in it finds older versions out of reach for longer.
   */
  public static final RetentionRules DEFAULT_ON_SLAVES =
      parse("all for 1m, 1/min for 2h, 1/h for 7d, 1/day for 90d, at least 20");

  /** What the periods of a grid are called. */
  public enum Unit {
    MIN(60),
    H(3600),
    DAY(86_400),
    WEEK(604_800);

    private final int seconds;

    Unit(int seconds) {
      this.seconds = seconds;
    }

    private static Optional<Unit> named(String word) {
      for (Unit unit : values()) {
        if (unit.toString().equals(word)) {
          return Optional.of(unit);
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * So many of each unit, for snapshots up to an age.
   *
   * @param count divides the unit into periods of whole seconds
   * @param span up to this age
   */
  public record Grid(int count, Unit unit, Duration span) {
    public Grid {
      if (count < 1 || unit.seconds % count != 0) {
        throw new IllegalArgumentException(
            count + "/" + unit + " does not divide it into periods of whole seconds");
      }
      checkSpan(span);
    }

    /** Length of a period; periods begin at whole multiples of it since 1970. */
    public Duration period() {
      return Duration.ofSeconds(unit.seconds / count);
    }

    @Override
    public String toString() {
      return count + "/" + unit + " for " + text(span);
    }
  }

  public RetentionRules {
    all = all == null ? Optional.empty() : all;
    grids = grids == null ? List.of() : List.copyOf(grids);
    all.ifPresent(RetentionRules::checkSpan);
    if (atLeast < 1 || atLeast > MOST_AT_LEAST) {
      throw new IllegalArgumentException(
          "'at least' is 1 to "
              + MOST_AT_LEAST
              + ", because the newest snapshot is never destroyed");
    }
    if (grids.size() > MOST_GRIDS) {
      throw new IllegalArgumentException("more than " + MOST_GRIDS + " rules");
    }
    Duration before = all.orElse(Duration.ZERO);
    String said = all.map(span -> "all for " + text(span)).orElse("");
    Duration period = Duration.ZERO;
    for (Grid grid : grids) {
      if (grid.span().compareTo(before) <= 0 || grid.period().compareTo(period) <= 0) {
        throw new IllegalArgumentException(
            "'"
                + grid
                + "' must be for longer, and keep fewer, than '"
                + said
                + "' before it: rules go from young and many to old and few");
      }
      before = grid.span();
      period = grid.period();
      said = grid.toString();
    }
  }

  private static void checkSpan(Duration span) {
    if (span.toSeconds() < 1
        || !span.equals(Duration.ofSeconds(span.toSeconds()))
        || span.toSeconds() > LONGEST_SECONDS) {
      throw new IllegalArgumentException("an age is 1 s to 100 years, not " + span);
    }
  }

  /** Reads one line; what is wrong with it is said in the exception. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static RetentionRules parse(String line) {
    if (line == null || line.isBlank() || line.length() > MOST_TEXT) {
      throw new IllegalArgumentException(
          "retention rules are a line of at most " + MOST_TEXT + " characters like '" + LIKE + "'");
    }
    Optional<Duration> all = Optional.empty();
    List<Grid> grids = new ArrayList<>();
    Optional<Integer> least = Optional.empty();
    String[] parts = line.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip().replaceAll("[ \\t]+", " ");
      Matcher grid = GRID.matcher(part);
      Matcher everything = ALL.matcher(part);
      Matcher number = LEAST.matcher(part);
      if (everything.matches()) {
        if (i > 0) {
          throw unfit(part, "'all for …' stands first, and once");
        }
        all = Optional.of(span(part, everything.group(1)));
      } else if (grid.matches()) {
        grids.add(grid(part, grid));
      } else if (number.matches()) {
        if (i < parts.length - 1) {
          throw unfit(part, "'at least …' stands last, and once");
        }
        least = Optional.of(Integer.valueOf(number.group(1)));
      } else {
        throw unfit(part, "it is none of 'all for 10m', '1/h for 3d', 'at least 20'");
      }
    }
    if (least.isEmpty()) {
      throw new IllegalArgumentException(
          "the rules do not say how many of the newest are kept in any case: end them with 'at"
              + " least 20' or another number");
    }
    return new RetentionRules(all, grids, least.get());
  }

  private static Grid grid(String part, Matcher matcher) {
    Unit unit =
        Unit.named(matcher.group(2))
            .orElseThrow(() -> unfit(part, "a period is one of min, h, day, week"));
    try {
      return new Grid(Integer.parseInt(matcher.group(1)), unit, span(part, matcher.group(3)));
    } catch (IllegalArgumentException e) {
      throw unfit(part, e.getMessage());
    }
  }

  private static Duration span(String part, String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      throw unfit(part, "an age is a number with s, m, h, d or w, like 10m or 30d");
    }
    Duration span =
        Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds(matcher.group(2)));
    checkSpan(span);
    return span;
  }

  private static long seconds(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      case "d" -> 86_400;
      default -> 604_800;
    };
  }

  private static IllegalArgumentException unfit(String part, String why) {
    return new IllegalArgumentException(
        "retention rule '" + Quote.shortened(part) + "' is not understood: " + why);
  }

  /** An age in the largest unit that fits. */
  public static String text(Duration span) {
    long all = span.toSeconds();
    for (String unit : List.of("d", "h", "m")) {
      if (all % seconds(unit) == 0) {
        return all / seconds(unit) + unit;
      }
    }
    return all + "s";
  }

  /** The line, as {@link #parse} reads it. */
  @Override
  @JsonValue
  public String toString() {
    List<String> parts = new ArrayList<>();
    all.ifPresent(span -> parts.add("all for " + text(span)));
    parts.addAll(grids.stream().map(Grid::toString).collect(Collectors.toList()));
    parts.add("at least " + atLeast);
    return String.join(", ", parts);
  }
}
