package flocker.node.container.oci;

import flocker.protocol.id.SystemId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The two ends of the cable between the host and one container: four addresses (a /30) of the
 * link-local block. Pure.
 *
 * @param device the host end's name; unique to the system
 * @param block the first of the four addresses
 */
record NetworkPlan(String device, int block) {
  private static final int LINK_LOCAL = (169 << 24) | (254 << 16);
  private static final int BLOCKS_PER_ROW = 64;
  private static final int ROWS = 254;

  /**
   * Where this system's search begins follows from its id alone; the first block that is not taken
   * is used. Left out: the first and last 256 addresses (RFC 3927) and those of 169.254.169 and
   * .170, where clouds keep their metadata. Empty if every block is taken.
   */
  static Optional<NetworkPlan> choose(SystemId system, Predicate<NetworkPlan> taken) {
    int blocks = ROWS * BLOCKS_PER_ROW;
    int first = Math.floorMod(system.value().hashCode() * 0x9E3779B1, blocks);
    for (int i = 0; i < blocks; i++) {
      int index = (first + i) % blocks;
      int row = 1 + index / BLOCKS_PER_ROW;
      if (row == 169 || row == 170) {
        continue;
      }
      int block = LINK_LOCAL | (row << 8) | ((index % BLOCKS_PER_ROW) * 4);
      NetworkPlan plan = new NetworkPlan(deviceOf(system), block);
      if (!taken.test(plan)) {
        return Optional.of(plan);
      }
    }
    return Optional.empty();
  }

  /** At most 15 characters, as the kernel demands. */
  static String deviceOf(SystemId system) {
    return "fk" + system.value().substring(0, Math.min(12, system.value().length()));
  }

  static String tableOf(SystemId system) {
    return "flocker_" + system.value();
  }

  String hostAddress() {
    return dotted(block + 1);
  }

  String containerAddress() {
    return dotted(block + 2);
  }

  /** Whether this address, in network byte order, is one of the four. */
  boolean covers(byte[] address) {
    return address.length == 4
        && ((((address[0] & 0xff) << 24)
                    | ((address[1] & 0xff) << 16)
                    | ((address[2] & 0xff) << 8)
                    | (address[3] & 0xff))
                & ~3)
            == block;
  }

  /** For ip(8) -batch on the host. */
  String hostCommands(long initPid) {
    return "link add %s type veth peer name eth0 netns %d%naddr add %s/30 dev %s%nlink set %s up%n"
        .formatted(device, initPid, hostAddress(), device, device);
  }

  /** For ip(8) -batch in the container's network namespace. */
  String containerCommands() {
    return "link set lo up%naddr add %s/30 dev eth0%nlink set eth0 up%nroute add default via %s%n"
        .formatted(containerAddress(), hostAddress());
  }

  /** For nft(8): the container may call out under the host's address; nobody is routed to it. */
  String firewall(SystemId system) {
    return """
        add table ip %1$s
        delete table ip %1$s
        table ip %1$s {
          chain out {
            type nat hook postrouting priority 100; policy accept;
            ip saddr %2$s oifname != "%3$s" masquerade
          }
          chain through {
            type filter hook forward priority 0; policy accept;
            oifname "%3$s" ct state != { established, related } drop
          }
        }
        """
        .formatted(tableOf(system), containerAddress(), device);
  }

  private static String dotted(int address) {
    return ((address >>> 24) & 0xff)
        + "."
        + ((address >>> 16) & 0xff)
        + "."
        + ((address >>> 8) & 0xff)
        + "."
        + (address & 0xff);
  }
}
