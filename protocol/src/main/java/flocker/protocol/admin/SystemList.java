package flocker.protocol.admin;

import java.util.List;

/** User systems by name. */
public record SystemList(List<SystemView> systems) implements AdminReply {
  public SystemList {
    systems = List.copyOf(systems);
  }
}
