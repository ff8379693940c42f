package flocker.protocol.admin;

/**
 * It was not done.
 *
 * @param message for people: what was attempted, what was found, what happens now, what to do
 */
public record AdminRefusal(RefusalCode code, String message) implements AdminReply {}
