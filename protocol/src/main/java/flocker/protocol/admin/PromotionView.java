package flocker.protocol.admin;

import java.util.Optional;

/**
 * What a forced promotion would leave behind, as far as the host knows; nothing is done by asking.
 *
 * @param host which would be master
 * @param position of its copy; empty: it has none
 * @param newestOn the host whose copy was last seen to be newer than that; empty: none was
 * @param newest the position of that copy
 * @param barrier a recorded barrier that the copy lacks; empty: it lacks none
 */
public record PromotionView(
    SystemName system,
    HostName host,
    Optional<PositionLabel> position,
    Optional<HostName> newestOn,
    Optional<PositionLabel> newest,
    Optional<PositionLabel> barrier)
    implements AdminReply {

  /** In words, for an operator and for the events. */
  public String missing() {
    StringBuilder text = new StringBuilder("the copy on ").append(host);
    text.append(position.map(at -> " is at " + at).orElse(" holds nothing"));
    if (newest.isPresent() && newestOn.isPresent()) {
      text.append(", that on ").append(newestOn.get());
      text.append(" was last seen at ").append(newest.get());
    }
    barrier.ifPresent(at -> text.append(", and it lacks the barrier at ").append(at));
    if (newest.isEmpty() && barrier.isEmpty()) {
      text.append("; no newer copy is known");
    }
    return text.toString();
  }
}
