package flocker.protocol.admin;

/**
 * It was done.
 *
 * @param message one sentence for people, e.g. {@code shop is running on a}
 */
public record Done(String message) implements AdminReply {}
