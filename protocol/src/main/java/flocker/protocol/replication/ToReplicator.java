package flocker.protocol.replication;

/**
 * What a replicator may be told: messages of its slave, which travel, and commands of its own host,
 * which have no serializer and so cannot.
 */
public interface ToReplicator {}
