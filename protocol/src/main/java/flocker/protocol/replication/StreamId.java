package flocker.protocol.replication;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.util.Objects;

/**
 * The identity of one attempt to bring one slave up to date.
 *
 * @param epoch the master's term; a receiver looks at it before anything else
 * @param system the user system
 * @param master the host that sends
 * @param number never used twice by one master towards one slave in one epoch; not negative
 */
public record StreamId(Epoch epoch, SystemId system, HostId master, long number) {
  public StreamId {
    Objects.requireNonNull(epoch, "epoch");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(master, "master");
    if (number < 0) {
      throw new IllegalArgumentException("a stream's number is not negative: " + number);
    }
  }

  @Override
  public String toString() {
    return system + "/" + epoch + "/" + master + "/" + number;
  }
}
