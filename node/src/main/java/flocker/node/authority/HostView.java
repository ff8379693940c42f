package flocker.node.authority;

import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Position;

/**
 * What another host last said about itself.
 *
 * @param position of its copy
 * @param couldServe fit, a voter, and it hears a majority
 * @param record the newest record it keeps, as far as it said
 * @param heardMillisAgo how long ago it said anything
 */
public record HostView(
    Position position, boolean couldServe, RecordVersion record, long heardMillisAgo) {
  /** It said within the last {@code millis} that it could serve. */
  public boolean couldServeWithin(long millis) {
    return couldServe && heardMillisAgo <= millis;
  }
}
