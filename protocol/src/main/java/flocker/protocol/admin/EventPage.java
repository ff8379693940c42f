package flocker.protocol.admin;

import java.util.List;

/**
 * @param events oldest first
 * @param next the number of the newest event there is on this page or before it: what to give as
 *     {@code since} for the next page
 */
public record EventPage(List<EventView> events, long next) implements AdminReply {
  public EventPage {
    events = List.copyOf(events);
  }
}
