package flocker.node.replication;

import flocker.node.storage.Dataset;
import flocker.node.storage.Storage;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;

/** One host's copy of one user filesystem. */
public record Copy(SystemId system, HostId host, Storage storage, Dataset dataset) {}
