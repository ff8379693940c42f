package flocker.protocol;

/**
 * Anything that is sent to another JVM. Bound to {@code WireSerializer}; each concrete type has a
 * stable manifest in {@code WireCatalogue}. Messages that stay inside one JVM do not implement
 * this, so that one that escapes fails at once.
 */
public interface WireMessage {}
