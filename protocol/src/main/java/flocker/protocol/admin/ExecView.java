package flocker.protocol.admin;

/**
 * What a command did inside a user system.
 *
 * @param truncated there was more output than is shown
 */
public record ExecView(int exitCode, String stdout, String stderr, boolean truncated)
    implements AdminReply {}
