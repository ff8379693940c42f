package flocker.node.config;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import java.util.regex.Pattern;

/**
 * One host of the cluster.
 *
 * @param index given at join, never reused; part of every epoch the host asks for
 * @param address where its remoting and its API listen
 * @param witness true for a voter without storage
 */
public record HostEntry(HostId id, String name, int index, String address, boolean witness) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:-]{1,255}");

  public HostEntry {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "a host's name is a lower-case letter, then letters, digits and '-', not '" + name + "'");
    }
    if (index < 0 || index >= Epoch.MAX_HOSTS) {
      throw new ConfigException("a host's index is 0 to 255, not " + index);
    }
    if (!ADDRESS.matcher(address).matches()) {
      throw new ConfigException("not an address: '" + address + "'");
    }
  }
}
