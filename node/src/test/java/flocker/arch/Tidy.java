package flocker.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules about the text of files; each says what to write instead. Pure: given lines, it answers.
 */
// Predicates that are combined, not merely called.
@SuppressWarnings("UnnecessaryLambda")
final class Tidy {
  /**
   * A word that is not written.
   *
   * @param word as a regular expression
   * @param instead what to write
   * @param where the paths, from the root with slashes, that the rule is about
   */
  record Ban(Pattern word, String instead, Predicate<String> where) {}

  // The formatter holds code to 100; tables in comments and sources of other languages may be
  // wider.
  static final int LINE = 120;
  static final int MAIN_CLASS = 400;
  static final int TEST_CLASS = 600;

  /**
   * Classes that are larger than the limit, with the size they may have. To be made smaller, never
   * larger; a class that fits again is taken out.
   */
  static final Map<String, Integer> LARGER = Map.of("system/UserSystemActor.java", 470);

  private static final Predicate<String> JAVA = path -> path.endsWith(".java");
  private static final Predicate<String> MAIN = path -> path.contains("/src/main/java/");
  private static final Predicate<String> COMMAND = path -> path.contains("/flocker/node/cli/");
  private static final Predicate<String> ZFS = path -> path.contains("/node/storage/zfs/");
  private static final Predicate<String> ITSELF = path -> path.contains("/flocker/arch/");
  private static final Predicate<String> ENTRY = path -> path.endsWith("/node/NodeMain.java");

  /** Tests may name any user's folder as an example. */
  private static final Predicate<String> TEST = path -> path.contains("/src/test/");

  private static final List<Ban> BANS =
      List.of(
          ban("Thread\\.sleep", "Awaitility in tests; LockSupport.parkNanos in drivers", JAVA),
          ban("\\bInstant\\.now\\(", "the Supplier<Instant> handed in", JAVA.and(ENTRY.negate())),
          ban("System\\.currentTimeMillis", "BootClock, or the Supplier<Instant>", JAVA.and(MAIN)),
          ban("new Random\\(\\)", "the RandomGenerator handed in; a seed in tests", JAVA),
          ban(
              "new (Random|SplittableRandom)\\(",
              "the RandomGenerator",
              JAVA.and(MAIN.and(ENTRY.negate()))),
          ban("ThreadLocalRandom|Math\\.random\\(", "the RandomGenerator handed in", JAVA),
          ban("UUID\\.randomUUID", "an id from NodeMain's random", JAVA),
          ban("System\\.(out|err)\\b", "the log", JAVA.and(MAIN).and(COMMAND.negate())),
          ban("\\.printStackTrace\\(\\)", "the log, with the exception as last argument", JAVA),
          ban("@Disabled\\b", "an assumption that says what was not run", JAVA),
          ban("\\b(TODO|FIXME|XXX)\\b", "do it, or say it in docs/architecture.md", path -> true),
          ban(
              "^package [a-z.]*\\b(util|utils|common|helper|helpers|misc)\\b",
              "the name of its first user's domain",
              JAVA),
          ban("\"-F\"|\"-[a-zA-Z]*F[a-zA-Z]*\"", "a stash: receive -F destroys a version", ZFS),
          ban("\"rollback\"", "a stash: rollback destroys versions", ZFS),
          ban(
              "(?<![\\w.$}>-])/(work|root|Users)/",
              "a path from settings, or a temporary directory",
              path -> true),
          ban("(?<![\\w.$}>-])/home/", "a path from settings", TEST.negate()),
          ban(
              "https?://(repo\\d?|registry|index|proxy|mirrors?|artifactory|nexus)[.\\w-]*",
              "nothing: the build tool's own settings say where",
              path -> true));

  private Tidy() {}

  private static Ban ban(String word, String instead, Predicate<String> where) {
    return new Ban(Pattern.compile(word), instead, where.and(ITSELF.negate()));
  }

  /** What is wrong with a file, one line for each: {@code path:line what; instead}. */
  static List<String> faults(String path, List<String> lines) {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String at = path + ":" + (i + 1) + " ";
      String line = lines.get(i);
      for (Ban ban : BANS) {
        Matcher found = ban.word().matcher(line);
        if (ban.where().test(path) && found.find()) {
          faults.add(at + found.group() + "; instead: " + ban.instead());
        }
      }
      int limit = JAVA.test(path) || path.endsWith(".c") ? LINE : Integer.MAX_VALUE;
      if (line.length() > limit && !line.startsWith("import ")) {
        faults.add(at + "is " + line.length() + " columns wide; at most " + limit);
      }
      if (line.endsWith(" ") || line.endsWith("\t")) {
        faults.add(at + "ends in blanks");
      }
    }
    tooLong(path, lines.size()).ifPresent(faults::add);
    return faults;
  }

  private static Optional<String> tooLong(String path, int lines) {
    int usual = MAIN.test(path) ? MAIN_CLASS : TEST_CLASS;
    Optional<Integer> larger =
        LARGER.entrySet().stream()
            .filter(entry -> path.endsWith("/src/main/java/flocker/node/" + entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    int limit = larger.orElse(usual);
    if (JAVA.test(path) && lines > limit) {
      return Optional.of(path + " has " + lines + " lines; at most " + limit + ", make two of it");
    }
    return larger.isPresent() && lines <= usual
        ? Optional.of(path + " fits again; take it out of Tidy.LARGER")
        : Optional.empty();
  }

  /** Text that is looked at: sources, scripts and settings, not recorded bytes. */
  static boolean isText(String path) {
    return !path.matches(".*\\.(cbor|jar|class|tar|gz|png|o|bin|stream)$");
  }
}
