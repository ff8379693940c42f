package flocker.protocol.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a user system is run. What is left out gets its default.
 *
 * @param init the init command with its arguments, looked up inside the user filesystem; default
 *     {@code /sbin/init}
 * @param publish the ports at which every host serves it
 * @param env added to the container's minimal environment
 * @param memory limit, at least 4 MiB; empty means none
 * @param cpus limit in cores; empty means none
 * @param stopSignal sent to init to stop it, without {@code SIG}; default {@code TERM}
 * @param stopGraceSeconds how long init may take before everything is killed; default 10
 * @param workingDirectory where init starts, absolute; empty means {@code /}
 * @param user whom init runs as: a name or number, with {@code :group} behind it if that is to be
 *     another than the user's own; names are looked up inside; empty means root
 */
public record SystemSettings(
    List<String> init,
    List<Publish> publish,
    Map<String, String> env,
    Optional<ByteSize> memory,
    Optional<Double> cpus,
    String stopSignal,
    Integer stopGraceSeconds,
    Optional<String> workingDirectory,
    Optional<String> user) {
  private static final List<String> DEFAULT_INIT = List.of("/sbin/init");
  private static final String DEFAULT_SIGNAL = "TERM";
  private static final int DEFAULT_GRACE_SECONDS = 10;
  private static final int MAX_GRACE_SECONDS = 600;
  private static final long MIN_MEMORY_BYTES = 4L << 20;
  private static final int MAX_CPUS = 1024;
  private static final int MAX_ENTRIES = 256;
  private static final int MAX_TEXT = 32 << 10;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
  private static final Pattern USER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?");
  private static final Pattern SIGNAL = Pattern.compile("[A-Z][A-Z0-9+-]{1,11}");

  public SystemSettings {
    init = init == null || init.isEmpty() ? DEFAULT_INIT : List.copyOf(init);
    publish = publish == null ? List.of() : List.copyOf(publish);
    env = env == null ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(env));
    memory = memory == null ? Optional.empty() : memory;
    cpus = cpus == null ? Optional.empty() : cpus;
    stopSignal = stopSignal == null ? DEFAULT_SIGNAL : stopSignal;
    stopGraceSeconds = stopGraceSeconds == null ? DEFAULT_GRACE_SECONDS : stopGraceSeconds;
    workingDirectory = workingDirectory == null ? Optional.empty() : workingDirectory;
    user = user == null ? Optional.empty() : user;
    checkInit(init);
    checkPublish(publish);
    checkPlace(workingDirectory, user);
    env.forEach(SystemSettings::checkVariable);
    require(
        textLength(init, env) <= MAX_TEXT,
        "the init command and the environment are longer than 32 KiB together");
    require(
        memory.isEmpty() || memory.get().bytes() >= MIN_MEMORY_BYTES,
        "the memory limit is at least 4M");
    require(
        cpus.isEmpty() || (cpus.get() > 0 && cpus.get() <= MAX_CPUS),
        "the cpu limit is more than 0 and at most 1024 cores");
    require(
        SIGNAL.matcher(stopSignal).matches() && !stopSignal.startsWith("SIG"),
        "a stop signal is a name without SIG, like TERM or INT; not '"
            + Quote.shortened(stopSignal)
            + "'");
    require(
        stopGraceSeconds >= 0 && stopGraceSeconds <= MAX_GRACE_SECONDS,
        "the stop grace is 0 to 600 seconds, not " + stopGraceSeconds);
  }

  /** In {@code /}, as root. */
  public SystemSettings(
      List<String> init,
      List<Publish> publish,
      Map<String, String> env,
      Optional<ByteSize> memory,
      Optional<Double> cpus,
      String stopSignal,
      Integer stopGraceSeconds) {
    this(
        init,
        publish,
        env,
        memory,
        cpus,
        stopSignal,
        stopGraceSeconds,
        Optional.empty(),
        Optional.empty());
  }

  private static void checkPlace(Optional<String> directory, Optional<String> user) {
    require(
        directory.isEmpty()
            || (directory.get().startsWith("/")
                && directory.get().length() <= 4096
                && directory.get().indexOf(0) < 0),
        "the working directory is an absolute path inside the user filesystem");
    require(
        user.isEmpty() || USER.matcher(user.get()).matches(),
        "a user is a name or a number, with ':' and a group behind it if need be");
  }

  /** Every default. */
  public static SystemSettings defaults() {
    return new SystemSettings(
        List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), null, null);
  }

  private static void checkInit(List<String> init) {
    require(init.size() <= MAX_ENTRIES, "the init command has more than 256 words");
    require(!init.get(0).isBlank(), "the init command must not be blank");
    for (String word : init) {
      require(word.indexOf(0) < 0, "the init command must not contain a NUL");
    }
  }

  private static void checkPublish(List<Publish> publish) {
    require(publish.size() <= MAX_ENTRIES, "more than 256 published ports");
    for (int i = 0; i < publish.size(); i++) {
      for (Publish other : publish.subList(i + 1, publish.size())) {
        require(
            !publish.get(i).collidesWith(other),
            "the ports '" + publish.get(i) + "' and '" + other + "' cannot both be published");
      }
    }
  }

  private static void checkVariable(String key, String value) {
    require(
        VARIABLE.matcher(key).matches(),
        "an environment variable's name is letters, digits and '_', not '"
            + Quote.shortened(key)
            + "'");
    require(
        value != null && value.indexOf(0) < 0, "the value of " + key + " is missing or has a NUL");
  }

  private static int textLength(List<String> init, Map<String, String> env) {
    return init.stream().mapToInt(String::length).sum()
        + env.entrySet().stream().mapToInt(e -> e.getKey().length() + e.getValue().length()).sum();
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
