package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage.Origin;
import flocker.node.storage.StorageFault;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code zfs} and {@code zpool} print. Every parser accepts exactly the shape recorded
 * from the real tools (test resources {@code zfs/output}) and refuses anything else.
 */
final class ZfsOutput {
  private static final Pattern RELEASE = Pattern.compile("zfs-([0-9]+\\.[0-9]+\\.[0-9]+\\S*)");
  private static final Pattern POOL_VERSION =
      Pattern.compile("(?:running|using) ZFS pool version (\\d{1,4})\\.");
  private static final Pattern SIZE = Pattern.compile("size\\t(\\d{1,19})");
  private static final Pattern RATIO = Pattern.compile("(\\d{1,6}\\.\\d{1,4})x?");

  private static final Pattern GROUP =
      Pattern.compile(
          "(mirror|raidz\\d?|draid\\S*|spare|replacing|indirect)(-\\d+)?|logs|cache|spares|dedup|special");

  private ZfsOutput() {}

  /** One line of {@code zfs list -o name,canmount,mounted}. */
  record Filesystem(String name, String canMount, boolean mounted) {}

  /** {@code property <tab> value} lines, exactly those asked for and in that order. */
  static Map<String, String> properties(String text, List<String> asked) throws StorageFault {
    List<String> lines = lines(text);
    if (lines.size() != asked.size()) {
      throw malformed("one line for each of " + asked, text);
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split("\t", -1);
      if (fields.length != 2 || !fields[0].equals(asked.get(i)) || fields[1].isEmpty()) {
        throw malformed("a value of " + asked.get(i), text);
      }
      found.put(fields[0], fields[1]);
    }
    return found;
  }

  static long count(String value) throws StorageFault {
    try {
      long count = Long.parseLong(value);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw malformed("a number", value);
    }
    throw malformed("a number that is not negative", value);
  }

  /** A compression ratio: {@code 1.52x}, with {@code -p} of OpenZFS {@code 1.52}. */
  static BigDecimal ratio(String value) throws StorageFault {
    Matcher matcher = RATIO.matcher(value);
    if (!matcher.matches()) {
      throw malformed("a ratio", value);
    }
    return new BigDecimal(matcher.group(1));
  }

  static boolean yes(String value) throws StorageFault {
    return either(value, "yes", "no");
  }

  static boolean on(String value) throws StorageFault {
    return either(value, "on", "off");
  }

  private static boolean either(String value, String yes, String no) throws StorageFault {
    if (value.equals(yes)) {
      return true;
    }
    if (value.equals(no)) {
      return false;
    }
    throw malformed(yes + " or " + no, value);
  }

  /** {@code guid, creation} of one snapshot. */
  static Snapshot described(SnapshotName name, String text) throws StorageFault {
    Map<String, String> values = properties(text, List.of("guid", "creation"));
    return new Snapshot(name, guid(values.get("guid")), instant(values.get("creation")));
  }

  /**
   * {@code zfs get -r name,property,value} of {@code guid,createtxg,creation}: three lines a
   * dataset or snapshot. Only snapshots of {@code dataset} itself count, oldest first.
   */
  static List<Snapshot> snapshotsOfGet(String dataset, String text) throws StorageFault {
    List<String> lines = lines(text);
    if (lines.size() % 3 != 0) {
      throw malformed("three lines each", text);
    }
    List<String[]> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 3) {
      String[] row = new String[4];
      for (int j = 0; j < 3; j++) {
        String[] fields = lines.get(i + j).split("\t", -1);
        if (fields.length != 3
            || !fields[1].equals(List.of("guid", "createtxg", "creation").get(j))
            || (j > 0 && !fields[0].equals(row[0]))) {
          throw malformed("name, property, value", lines.get(i + j));
        }
        row[0] = fields[0];
        row[j + 1] = fields[2];
      }
      rows.add(row);
    }
    return ordered(dataset, rows);
  }

  /** {@code zfs list -Hp name,guid,createtxg,creation}; oldest first. */
  static List<Snapshot> snapshotsOfList(String dataset, String text) throws StorageFault {
    List<String[]> rows = new ArrayList<>();
    for (String line : lines(text)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 4) {
        throw malformed("four fields a line", line);
      }
      rows.add(fields);
    }
    return ordered(dataset, rows);
  }

  private static List<Snapshot> ordered(String dataset, List<String[]> rows) throws StorageFault {
    record Aged(long txg, Snapshot snapshot) {}
    List<Aged> aged = new ArrayList<>();
    for (String[] row : rows) {
      Optional<SnapshotName> name = snapshotOf(dataset, row[0]);
      if (name.isPresent()) {
        Snapshot snapshot = new Snapshot(name.get(), guid(row[1]), instant(row[3]));
        aged.add(new Aged(count(row[2]), snapshot));
      }
    }
    return aged.stream().sorted(Comparator.comparingLong(Aged::txg)).map(Aged::snapshot).toList();
  }

  /** Empty for another dataset's, and for names that Flocker could not have made. */
  private static Optional<SnapshotName> snapshotOf(String dataset, String full) {
    if (!full.startsWith(dataset + "@")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SnapshotName(full.substring(dataset.length() + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** {@code zfs list -H -o name,canmount,mounted}; all must lie in {@code parent}. */
  static List<Filesystem> filesystems(String parent, String text) throws StorageFault {
    List<Filesystem> found = new ArrayList<>();
    for (String line : lines(text)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 3 || !(fields[0].equals(parent) || fields[0].startsWith(parent + "/"))) {
        throw malformed("name, canmount, mounted of a dataset below " + parent, line);
      }
      found.add(new Filesystem(fields[0], fields[1], yes(fields[2])));
    }
    return found;
  }

  /** The dataset behind a full name; empty if it is not below {@code parent} or not Flocker's. */
  static Optional<Dataset> dataset(String parent, String full) {
    if (!full.startsWith(parent + "/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Dataset(full.substring(parent.length() + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** {@code name <tab> origin} lines; only clones are in the answer. */
  static Map<Dataset, Origin> origins(String parent, String text) throws StorageFault {
    Map<Dataset, Origin> found = new LinkedHashMap<>();
    for (String line : lines(text)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 2) {
        throw malformed("name and origin", line);
      }
      Optional<Dataset> dataset = dataset(parent, fields[0]);
      if (dataset.isPresent() && !fields[1].equals("-")) {
        found.put(dataset.get(), origin(parent, fields[1]).orElseThrow());
      }
    }
    return found;
  }

  /** One number a line, for each of {@code asked} in that order. */
  static <T> Map<T, Long> counts(List<T> asked, String text) throws StorageFault {
    List<String> lines = lines(text);
    if (lines.size() != asked.size()) {
      throw malformed("one line for each of " + asked.size(), text);
    }
    Map<T, Long> found = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      found.put(asked.get(i), count(lines.get(i)));
    }
    return found;
  }

  /** The value of the {@code origin} property. */
  static Optional<Origin> origin(String parent, String value) throws StorageFault {
    if (value.equals("-")) {
      return Optional.empty();
    }
    int at = value.indexOf('@');
    Optional<Dataset> dataset = at < 0 ? Optional.empty() : dataset(parent, value.substring(0, at));
    Optional<SnapshotName> snapshot = dataset.flatMap(of -> snapshotOf(parent + "/" + of, value));
    if (snapshot.isEmpty()) {
      throw malformed("a snapshot below " + parent, value);
    }
    return Optional.of(new Origin(dataset.get(), snapshot.get()));
  }

  /** {@code source <tab> value} of a user property; only one set on the dataset itself counts. */
  static Optional<String> userProperty(String text) throws StorageFault {
    List<String> lines = lines(text);
    int tab = lines.size() == 1 ? lines.get(0).indexOf('\t') : -1;
    if (tab < 0) {
      throw malformed("source and value", text);
    }
    String source = lines.get(0).substring(0, tab);
    return source.equals("local") || source.equals("received")
        ? Optional.of(lines.get(0).substring(tab + 1))
        : Optional.empty();
  }

  /** A pool's health, alone on a line. */
  static String health(String text) throws StorageFault {
    List<String> lines = lines(text);
    if (lines.size() != 1 || !lines.get(0).matches("[A-Z]{3,20}")) {
      throw malformed("a pool's health", text);
    }
    return lines.get(0);
  }

  /** The release that {@code zfs version} prints; empty if it is another implementation's text. */
  static Optional<String> release(String text) {
    Matcher matcher = RELEASE.matcher(text.lines().findFirst().orElse(""));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The pool version that {@code zpool upgrade} says the software runs. */
  static Optional<String> poolVersion(String text) {
    Matcher matcher = POOL_VERSION.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The {@code size} line of {@code zfs send -nP}. */
  static long estimate(String text) throws StorageFault {
    for (String line : lines(text)) {
      Matcher matcher = SIZE.matcher(line);
      if (matcher.matches()) {
        return count(matcher.group(1));
      }
    }
    throw malformed("a line with the size", text);
  }

  /** The leaves of the tree that {@code zpool status} prints: paths, or names below /dev. */
  static List<Path> devices(String pool, String text) throws StorageFault {
    List<Path> found = new ArrayList<>();
    boolean inTree = false;
    for (String line : lines(text)) {
      String[] words = line.strip().split("\\s+", 2);
      if (words[0].equals("NAME")) {
        inTree = true;
      } else if (inTree && (words[0].isEmpty() || words[0].endsWith(":"))) {
        break;
      } else if (inTree && !words[0].equals(pool) && !GROUP.matcher(words[0]).matches()) {
        found.add(Path.of("/dev").resolve(words[0]));
      }
    }
    if (found.isEmpty()) {
      throw malformed("the devices of " + pool, text);
    }
    return found;
  }

  private static SnapshotGuid guid(String value) throws StorageFault {
    try {
      return SnapshotGuid.parse(value);
    } catch (IllegalArgumentException e) {
      throw malformed("a GUID", value);
    }
  }

  private static Instant instant(String seconds) throws StorageFault {
    long count = count(seconds);
    if (count > Instant.MAX.getEpochSecond()) {
      throw malformed("a time in seconds", seconds);
    }
    return Instant.ofEpochSecond(count);
  }

  /** Lines must be ended: a last line without its end was cut off. */
  private static List<String> lines(String text) throws StorageFault {
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw malformed("whole lines", text);
    }
    return text.lines().toList();
  }

  private static StorageFault malformed(String expected, String found) {
    String shown = found.length() > 300 ? found.substring(0, 300) + "…" : found;
    return new StorageFault(
        StorageFault.Kind.OTHER,
        "expected " + expected + " from zfs, found: \"" + shown.replace("\n", "\\n") + "\"");
  }
}
