package flocker.protocol.admin;

import java.util.List;

/**
 * @param events oldest first
 * @param next what to give as {@code since} for the page after this one
 */
public record EventPage(List<EventView> events, long next) implements AdminReply {
  public EventPage {
    events = List.copyOf(events);
  }
}
