package flocker.protocol.system;

/**
 * What a host's list of systems may be told: messages of other hosts, and commands of its own host,
 * which have no serializer and so cannot travel.
 */
public interface ToSystems {}
