package flocker.protocol.retention;

/**
 * What a host's retention may be told: messages of other hosts, and commands of its own host, which
 * have no serializer and so cannot travel.
 */
public interface ToRetention {}
