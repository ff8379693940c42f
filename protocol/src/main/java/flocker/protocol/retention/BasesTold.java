package flocker.protocol.retention;

import flocker.protocol.WireMessage;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import java.util.List;
import java.util.Objects;

/**
 * What a master knows of the other hosts' copies, told to each of them every few seconds, so that
 * whoever is master next goes on keeping what a host that is away can be sent from. May be lost.
 *
 * @param epoch of the master; what is older than one heard before is not listened to
 * @param from the master
 * @param bases at most one of each host, in any order
 */
public record BasesTold(Epoch epoch, SystemId system, HostId from, List<Base> bases)
    implements WireMessage, ToRetention {
  private static final int MOST = 256;

  /** The newest snapshot that {@code host} has confirmed to a master. */
  public record Base(HostId host, SnapshotGuid guid) {
    public Base {
      Objects.requireNonNull(host, "host");
      Objects.requireNonNull(guid, "guid");
    }
  }

  public BasesTold {
    Objects.requireNonNull(epoch, "epoch");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(from, "from");
    bases = List.copyOf(bases);
    if (bases.size() > MOST || bases.stream().map(Base::host).distinct().count() < bases.size()) {
      throw new IllegalArgumentException("one base of each host, at most " + MOST);
    }
  }
}
