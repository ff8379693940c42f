package flocker.node.admin;

import flocker.node.config.HostEntry;
import flocker.node.config.NodeConfig;
import flocker.protocol.admin.HostName;
import flocker.protocol.id.HostId;
import java.util.Optional;

/** Names and ids of the cluster's hosts, for people and back. */
record Hosts(NodeConfig config) {
  HostName name(HostId id) {
    return new HostName(config.host(id).name());
  }

  HostName self() {
    return new HostName(config.self().name());
  }

  Optional<HostEntry> byName(HostName name) {
    return config.hosts().stream().filter(h -> h.name().equals(name.value())).findFirst();
  }

  boolean isSelf(HostId id) {
    return config.self().id().equals(id);
  }
}
