package flocker.protocol.admin;

/** One user system with its settings. */
public record SystemDetail(SystemView system, SystemSettings settings) implements AdminReply {}
