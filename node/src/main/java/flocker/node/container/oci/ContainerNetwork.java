package flocker.node.container.oci;

import flocker.node.container.ContainerFault;
import flocker.node.container.ContainerFault.Kind;
import flocker.protocol.id.SystemId;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a container's own network namespace with the host: a veth pair, a default route, and
 * masquerading where nft(8) can do it. The namespace lives and dies with the container's processes.
 */
final class ContainerNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerNetwork.class);
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
  private static final int KEEP_BYTES = 16 * 1024;

  private final Tools tools;
  private final OciSettings.Limits limits;

  ContainerNetwork(Tools tools, OciSettings.Limits limits) {
    this.tools = tools;
    this.limits = limits;
  }

  /** Wires up the namespace of this process; one at a time, so that no two get one address. */
  synchronized NetworkPlan connect(SystemId system, long initPid) throws ContainerFault {
    NetworkPlan plan =
        NetworkPlan.choose(system, ContainerNetwork::taken)
            .orElseThrow(
                () -> new ContainerFault(Kind.OTHER, "no free addresses left in 169.254.0.0/16"));
    must(List.of("ip", "-batch", "-"), plan.hostCommands(initPid), system);
    must(
        List.of("nsenter", "--net=/proc/" + initPid + "/ns/net", "--", "ip", "-batch", "-"),
        plan.containerCommands(),
        system);
    openOutwards(system, plan);
    return plan;
  }

  /** Removes all that {@link #connect} made on the host; nothing to remove is fine. */
  void disconnect(SystemId system) throws ContainerFault {
    String device = NetworkPlan.deviceOf(system);
    if (exists(device)) {
      Tools.Result removed = run(List.of("ip", "link", "del", device), "");
      // The kernel removes it by itself when the namespace ends: the loser of that race is told so.
      if (removed.exitCode() != 0 && exists(device)) {
        throw new ContainerFault(
            Kind.OTHER, "cannot remove network device " + device + ": " + removed.said());
      }
    }
    String table = NetworkPlan.tableOf(system);
    try {
      run(List.of("nft", "-f", "-"), "add table ip " + table + "\ndelete table ip " + table + "\n");
    } catch (ContainerFault withoutNft) {
      LOG.debug("no firewall table to remove: {}", withoutNft.getMessage());
    }
  }

  private void openOutwards(SystemId system, NetworkPlan plan) {
    try {
      Tools.Result made = run(List.of("nft", "-f", "-"), plan.firewall(system));
      if (made.exitCode() != 0) {
        LOG.warn(
            "network-outbound-closed system={} reason={} the container cannot call other hosts;"
                + " published ports work",
            system,
            made.said());
        return;
      }
      if (!Files.readString(FORWARDING, StandardCharsets.US_ASCII).strip().equals("1")) {
        Files.writeString(FORWARDING, "1", StandardCharsets.US_ASCII);
        LOG.info("network-forwarding-enabled system={} for its container's calls out", system);
      }
    } catch (ContainerFault | IOException failure) {
      LOG.warn(
          "network-outbound-closed system={} reason={} the container cannot call other hosts;"
              + " published ports work",
          system,
          failure.getMessage());
    }
  }

  private static boolean taken(NetworkPlan plan) {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(device -> !device.getName().equals(plan.device()))
          .flatMap(device -> device.getInterfaceAddresses().stream())
          .map(InterfaceAddress::getAddress)
          .anyMatch(address -> plan.covers(address.getAddress()));
    } catch (SocketException unreadable) {
      return false;
    }
  }

  private static boolean exists(String device) {
    return Files.exists(Path.of("/proc/sys/net/ipv4/conf", device));
  }

  private void must(List<String> command, String input, SystemId system) throws ContainerFault {
    Tools.Result result = run(command, input);
    if (result.exitCode() != 0) {
      throw new ContainerFault(
          Kind.OTHER, "cannot set up the network of system " + system + ": " + result.said());
    }
  }

  private Tools.Result run(List<String> command, String input) throws ContainerFault {
    return tools.run(command, input, limits.command(), KEEP_BYTES);
  }
}
