package flocker.node.change;

/**
 * How one source stands.
 *
 * @param name as in {@link ChangeDetected}
 * @param detail for people
 */
public record SourceStatus(String name, Watch.State state, String detail) {}
