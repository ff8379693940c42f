package flocker.protocol.admin;

import java.time.Instant;

/**
 * Something that an operator should know until it ends.
 *
 * @param code stable word, lower case with hyphens
 * @param message for people: what was found, what happens now, what to do
 */
public record Alarm(String code, String message, Instant since) {}
