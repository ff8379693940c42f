package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.NewSystem;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.admin.SystemSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    description = "Import a root filesystem as a new user system, and start it.",
    footer = {
      "",
      "The source is read by the node that is asked, on its own host; that host becomes the",
      "first master. The command waits until the system is imported; with --no-wait it prints",
      "the operation, to be followed with 'flocker operation list'.",
      "",
      "An OCI image's command, environment, exposed TCP ports, working directory, user and stop",
      "signal are taken over where they are not given here.",
      "",
      "Examples:",
      "  flocker system create forge --from-oci /srv/forge.oci",
      "  flocker system create shop --from-tar /srv/shop.tar.gz --init /sbin/init --publish 80",
      "  flocker system create db --from-dir /srv/db --init 'postgres -D /data' \\",
      "    --publish 5432 --memory 512M --env TZ=UTC --stop-signal INT"
    })
final class SystemCreateCommand extends NodeCall {
  @Parameters(paramLabel = "NAME", converter = Values.Name.class)
  private SystemName system;

  @ArgGroup(multiplicity = "1")
  private Source source;

  private static final class Source {
    @Option(
        names = "--from-tar",
        paramLabel = "FILE",
        description = "A tar file, plain or packed by gzip, zstd or xz.")
    private Path tar;

    @Option(names = "--from-dir", paramLabel = "DIR", description = "A directory.")
    private Path directory;

    @Option(names = "--from-oci", paramLabel = "DIR", description = "An OCI image layout.")
    private Path oci;
  }

  @Option(
      names = "--init",
      paramLabel = "CMD",
      defaultValue = "/sbin/init",
      description = "The init command with its arguments; default ${DEFAULT-VALUE}.")
  private String init;

  @Option(
      names = "--publish",
      paramLabel = "[ADDR:]PORT[:PORT]",
      converter = Values.Port.class,
      description = "Serve this port on every host; the last port is the system's own.")
  private List<Publish> publish = List.of();

  @Option(
      names = "--env",
      paramLabel = "K=V",
      description = "Add a variable to init's environment.")
  private List<String> environment = List.of();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Values.Size.class,
      description = "Limit its memory, e.g. 512M.")
  private ByteSize memory;

  @Option(names = "--cpus", paramLabel = "N", description = "Limit its processor time, e.g. 1.5.")
  private Double cpus;

  @Option(
      names = "--stop-signal",
      paramLabel = "NAME",
      description = "What init is sent to stop it; default TERM.")
  private String stopSignal;

  @Option(
      names = "--stop-grace",
      paramLabel = "TIME",
      converter = Values.Time.class,
      description = "How long it may take to stop before it is killed; default 10s.")
  private Duration stopGrace;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Where init starts, inside; default /.")
  private String workingDirectory;

  @Option(
      names = "--user",
      paramLabel = "USER[:GROUP]",
      description = "Whom init runs as, looked up inside; default root.")
  private String user;

  @Option(names = "--no-wait", description = "Do not wait for the import's end.")
  private boolean noWait;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    NewSystem request = request();
    ApiClient client = client();
    ApiClient.Answer answer =
        client.post("/v1/systems?" + timeoutQuery(timeout.value()), request, timeout.value());
    FollowedOperation followed = new FollowedOperation(context(), client, "creating " + system);
    return show(followed.outcome(answer, !noWait), OperationView.class, FollowedOperation::text);
  }

  private NewSystem request() {
    try {
      return new NewSystem(
          system,
          source(),
          new SystemSettings(
              ShellWords.split(init),
              publish,
              variables(),
              Optional.ofNullable(memory),
              Optional.ofNullable(cpus),
              stopSignal,
              stopGrace == null ? null : Math.toIntExact(stopGrace.plusMillis(999).toSeconds()),
              Optional.ofNullable(workingDirectory),
              Optional.ofNullable(user)));
    } catch (IllegalArgumentException e) {
      throw misuse(e.getMessage());
    }
  }

  private SystemSource source() {
    if (source.tar != null) {
      return new SystemSource(SystemSource.Kind.TAR, absolute(source.tar));
    }
    return source.directory != null
        ? new SystemSource(SystemSource.Kind.DIRECTORY, absolute(source.directory))
        : new SystemSource(SystemSource.Kind.OCI, absolute(source.oci));
  }

  private String absolute(Path path) {
    return context().directory().resolve(path).normalize().toString();
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--env takes NAME=VALUE, not '" + variable + "'");
      }
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }
}
