package flocker.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules about the text of files; each says what to write instead. Pure: given lines, it answers.
 */
final class Tidy {
  /**
   * A word that is not written.
   *
   * @param word as a regular expression
   * @param instead what to write
   * @param where the paths, from the root with slashes, that the rule is about
   */
  record Ban(Pattern word, String instead, Predicate<String> where) {}

  static final int LINE = 100;
  static final int MAIN_CLASS = 400;
  static final int TEST_CLASS = 600;

  private static final Predicate<String> JAVA = path -> path.endsWith(".java");
  private static final Predicate<String> MAIN = path -> path.contains("/src/main/java/");
  private static final Predicate<String> COMMAND = path -> path.contains("/flocker/node/cli/");
  private static final Predicate<String> ZFS = path -> path.contains("/node/storage/zfs/");
  private static final Predicate<String> ITSELF = path -> path.contains("/flocker/arch/");
  private static final Predicate<String> ENTRY = path -> path.endsWith("/node/NodeMain.java");

  /** Written in pieces, so that this file does not break its own rule. */
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
              "(?<![\\w.$}>-])/(work|home|root|Users)/",
              "a path from settings, or a temporary directory",
              path -> true),
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
    int limit = MAIN.test(path) ? MAIN_CLASS : TEST_CLASS;
    return JAVA.test(path) && lines > limit
        ? Optional.of(path + " has " + lines + " lines; at most " + limit + ", make two of it")
        : Optional.empty();
  }

  /** Text that is looked at: sources, scripts and settings, not recorded bytes. */
  static boolean isText(String path) {
    return !path.matches(".*\\.(cbor|jar|class|tar|gz|png|o|bin|stream)$");
  }
}
