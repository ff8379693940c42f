package flocker.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import flocker.node.config.ConfigException;
import flocker.node.config.ConfigFile;
import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.node.journal.JournalFault;
import flocker.node.journal.JournalFiles;
import flocker.protocol.id.HostId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flocker init}: makes a host's configuration and journal, once. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Set this host up: write its configuration and make its journal. Once per host.",
    footer = {
      "",
      "Example, for host a of three:",
      "  flocker init --cluster home --name a --index 0 --address 10.0.0.1 --id 00000000000000aa \\",
      "    --peer b,1,10.0.0.2,00000000000000bb --peer c,2,10.0.0.3,00000000000000cc --pool tank"
    })
public final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--state-dir",
      defaultValue = "/var/lib/flocker",
      description = "Where configuration and journal go (default: ${DEFAULT-VALUE}).")
  private Path stateDir;

  @Option(names = "--cluster", required = true, description = "Name of the cluster.")
  private String cluster;

  @Option(names = "--name", required = true, description = "Name of this host.")
  private String name;

  @Option(names = "--index", required = true, description = "Its index, 0 to 255, never reused.")
  private int index;

  @Option(names = "--address", required = true, description = "Address that other hosts reach.")
  private String address;

  @Option(names = "--id", required = true, description = "Its random id: 16 hexadecimal digits.")
  private String id;

  @Option(names = "--witness", description = "This host votes and has no storage.")
  private boolean witness;

  @Option(
      names = "--peer",
      paramLabel = "NAME,INDEX,ADDRESS,ID[,witness]",
      description = "Another host of the cluster; repeat for each.")
  private List<String> peers = new ArrayList<>();

  @Option(names = "--pool", description = "The ZFS pool, which must exist.")
  private String pool;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any other setting.")
  private Map<String, String> settings = Map.of();

  @Override
  public Integer call() {
    FlockerCommand root = (FlockerCommand) spec.root().userObject();
    stateDir = root.context().directory().resolve(stateDir);
    try {
      List<HostEntry> hosts = new ArrayList<>();
      hosts.add(new HostEntry(new HostId(id), name, index, address, witness));
      peers.forEach(peer -> hosts.add(parse(peer)));
      ConfigFile file = new ConfigFile(stateDir);
      if (file.exists()) {
        spec.commandLine()
            .getErr()
            .println(file.path() + " exists: this host was set up before. Nothing was changed.");
        return 1;
      }
      Config own = config(hosts);
      NodeConfig.from(stateDir, ConfigFactory.load(own));
      Files.createDirectories(
          stateDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      JournalFiles.create(stateDir, new HostId(id));
      file.write(own);
      spec.commandLine()
          .getOut()
          .println("Host " + name + " of cluster " + cluster + " is set up in " + stateDir + ".");
      return 0;
    } catch (ConfigException | IllegalArgumentException | JournalFault | IOException e) {
      spec.commandLine().getErr().println("init: " + e.getMessage());
      return 1;
    }
  }

  private Config config(List<HostEntry> hosts) {
    List<Map<String, Object>> entries =
        hosts.stream()
            .map(
                host ->
                    Map.<String, Object>of(
                        "id", host.id().value(),
                        "name", host.name(),
                        "index", host.index(),
                        "address", host.address(),
                        "witness", host.witness()))
            .toList();
    Config config =
        ConfigFactory.empty()
            .withValue("flocker.cluster.name", ConfigValueFactory.fromAnyRef(cluster))
            .withValue("flocker.cluster.hosts", ConfigValueFactory.fromIterable(entries))
            .withValue("flocker.host.id", ConfigValueFactory.fromAnyRef(id));
    if (pool != null) {
      config = config.withValue("flocker.storage.pool", ConfigValueFactory.fromAnyRef(pool));
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String key =
          setting.getKey().startsWith("flocker.")
              ? setting.getKey()
              : "flocker." + setting.getKey();
      if (!ConfigFactory.defaultReference().hasPath(key)) {
        throw new ConfigException("there is no setting '" + key + "'");
      }
      config = config.withValue(key, ConfigValueFactory.fromAnyRef(setting.getValue()));
    }
    return config;
  }

  private HostEntry parse(String peer) {
    String[] part = peer.split(",", -1);
    boolean isWitness = part.length == 5 && part[4].equals("witness");
    if (part.length != 4 && !isWitness) {
      throw new ParameterException(
          spec.commandLine(), "--peer is NAME,INDEX,ADDRESS,ID[,witness], not '" + peer + "'");
    }
    try {
      return new HostEntry(
          new HostId(part[3]), part[0], Integer.parseInt(part[1]), part[2], isWitness);
    } catch (IllegalArgumentException | ConfigException e) {
      throw new ParameterException(
          spec.commandLine(), "--peer '" + peer + "': " + e.getMessage(), e);
    }
  }
}
