// The past of one user system, put together from what is known of it. Pure.
import type { Cluster, HappenedEvent, Snapshot, Stash } from "./model";

/** One host's time as master. */
export interface Reign {
  epoch: number;
  host: string | null;
  from: number;
  to: number;
}

export interface Change {
  at: number;
  epoch: number;
  host: string | null;
  kind: "failover" | "switchover" | "restart" | "roll-back" | "begin";
}

export interface Past {
  reigns: Reign[];
  changes: Change[];
  snapshots: { at: number; epoch: number; name: string }[];
  stashes: { at: number; host: string; name: string; reason: string }[];
}

/** Epochs of one host have its index as their remainder. */
const HOSTS = 256;

export function past(
  name: string,
  cluster: Cluster,
  snapshots: Snapshot[],
  stashes: Stash[],
  events: HappenedEvent[],
): Past {
  const system = cluster.systems.find((s) => s.name === name);
  const owners = new Map<number, string>();
  const begins = new Map<number, number>();
  const released = new Set<number>();
  const rolledBack = new Set<number>();
  const begin = (epoch: number, at: number) => begins.set(epoch, Math.min(at, begins.get(epoch) ?? Infinity));

  for (const snapshot of snapshots) {
    // Epoch 0 is of the import, before anybody was elected.
    if (snapshot.epoch) begin(snapshot.epoch, Date.parse(snapshot.at));
  }
  for (const event of events) {
    const epoch = Number(event.details.epoch ?? "");
    if (event.system !== name || !epoch) continue;
    if (event.type === "elected") {
      owners.set(epoch % HOSTS, event.host);
      begin(epoch, Date.parse(event.at));
    } else if (event.type === "master-known" && event.details.master) {
      owners.set(epoch % HOSTS, event.details.master);
      begin(epoch, Date.parse(event.at));
    } else if (event.type === "released") {
      released.add(epoch);
    } else if (event.type.startsWith("roll") || event.type === "rolled-back") {
      rolledBack.add(epoch);
    }
  }
  if (system?.master && system.epoch) owners.set(system.epoch % HOSTS, system.master);

  const now = Date.parse(cluster.at);
  const epochs = [...begins.keys()].sort((one, other) => one - other);
  const reigns = epochs.map((epoch, i): Reign => {
    const next = epochs[i + 1];
    return {
      epoch,
      host: owners.get(epoch % HOSTS) ?? null,
      from: begins.get(epoch)!,
      to: next === undefined ? now : begins.get(next)!,
    };
  });
  const changes = reigns.map((reign, i): Change => {
    const before = reigns[i - 1];
    let kind: Change["kind"] = "failover";
    if (!before) kind = "begin";
    else if (rolledBack.has(reign.epoch)) kind = "roll-back";
    else if (released.has(before.epoch)) kind = "switchover";
    else if (before.host !== null && before.host === reign.host) kind = "restart";
    return { at: reign.from, epoch: reign.epoch, host: reign.host, kind };
  });
  return {
    reigns,
    changes,
    snapshots: snapshots
      .filter((s) => s.epoch !== null)
      .map((s) => ({ at: Date.parse(s.at), epoch: s.epoch!, name: s.name })),
    stashes: stashes
      .filter((s) => s.system === name)
      .map((s) => ({ at: Date.parse(s.at), host: s.host, name: s.name, reason: s.reason })),
  };
}

/** What a change is called in a list. */
export function sentence(change: Change): string {
  const host = change.host ?? "another host";
  switch (change.kind) {
    case "begin":
      return `${host} is master, as far back as is known`;
    case "switchover":
      return `moved to ${host}`;
    case "restart":
      return `${host} went on under a new epoch`;
    case "roll-back":
      return `rolled back on ${host}`;
    case "failover":
      return `${host} took over`;
  }
}
