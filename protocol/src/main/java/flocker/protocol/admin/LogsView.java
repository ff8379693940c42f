package flocker.protocol.admin;

/**
 * @param host where the output was written
 * @param text oldest first, ends with the newest
 */
public record LogsView(SystemName system, HostName host, String text) implements AdminReply {}
