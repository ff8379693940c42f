package flocker.protocol.replication;

/**
 * What a receiver may be told: messages of masters, which travel, and commands of its own host,
 * which have no serializer and so cannot.
 */
public interface ToReceiver {}
