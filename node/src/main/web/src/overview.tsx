import type { Page } from "./app";
import { Charts } from "./charts";
import { count, seconds, words } from "./format";
import type { Cluster, Host, System } from "./model";
import { Alarms, Events, loss, readable, Space, State, SystemState, type Tone } from "./parts";

export function Overview({ page }: { page: Page }) {
  const cluster = page.live.cluster!;
  const alarms = [
    ...cluster.alarms,
    ...cluster.systems.flatMap((system) => system.alarms.map((alarm) => ({ ...alarm, of: system.name }))),
  ];
  return (
    <>
      <Verdict cluster={cluster} alarms={alarms.length} />
      <Alarms alarms={alarms} now={page.now} />
      <section aria-labelledby="systems-title">
        <h2 id="systems-title">User systems</h2>
        {cluster.systems.length === 0 ? (
          <div class="empty card">
            <p>
              There is no user system yet. <code>flocker system create NAME --from-tar FILE</code> makes one.
            </p>
          </div>
        ) : (
          <div class="cards">
            {cluster.systems.map((system) => (
              <SystemCard key={system.id} system={system} cluster={cluster} />
            ))}
          </div>
        )}
      </section>
      <section aria-labelledby="hosts-title">
        <h2 id="hosts-title">Hosts</h2>
        <div class="cards">
          {cluster.hosts.map((host) => (
            <HostCard key={host.id} host={host} cluster={cluster} />
          ))}
        </div>
      </section>
      <Charts page={page} />
      <section aria-labelledby="events-title">
        <h2 id="events-title">What happened</h2>
        <Events events={readable(page.live.events, 12)} now={page.now} naming />
      </section>
    </>
  );
}

/** The one sentence that somebody in a hurry reads. */
function Verdict({ cluster, alarms }: { cluster: Cluster; alarms: number }) {
  const away = cluster.hosts.filter((host) => !host.reachable);
  const down = cluster.systems.filter((s) => s.state !== "running" && s.state !== "stopped");
  const tone: Tone = down.length > 0 ? "bad" : away.length > 0 || alarms > 0 ? "busy" : "good";
  const text =
    down.length > 0
      ? `${words(down.map((s) => s.name))} ${down.length === 1 ? "is" : "are"} not running`
      : away.length > 0
        ? `${words(away.map((h) => h.name))} ${away.length === 1 ? "is" : "are"} out of contact`
        : alarms > 0
          ? `${count(alarms, "alarm")} ${alarms === 1 ? "needs" : "need"} a look`
          : "All is well";
  const worst = cluster.systems
    .map((s) => s.lossIfMasterDiedNow?.seconds)
    .filter((s): s is number => s !== undefined);
  const bare = cluster.systems.filter((s) => s.master && !s.lossIfMasterDiedNow);
  const promise =
    bare.length > 0
      ? `${words(bare.map((s) => s.name))} ${bare.length === 1 ? "has" : "have"} no copy that could take over.`
      : worst.length === 0
        ? ""
        : Math.max(...worst) === 0
          ? "If a master died now, nothing would be missing."
          : `If a master died now, at most its last ${seconds(Math.max(...worst))} would be missing.`;
  return (
    <div class={`verdict ${tone}`}>
      <h1 tabIndex={-1}>{text}</h1>
      <p>
        {count(cluster.hosts.length, "host")}, {count(cluster.systems.length, "user system")}. {promise}
      </p>
    </div>
  );
}

function SystemCard({ system, cluster }: { system: System; cluster: Cluster }) {
  const storing = cluster.hosts.filter((host) => host.role !== "witness");
  return (
    <article class="card system">
      <div class="head">
        <h3>
          <a href={`#/systems/${system.name}`}>{system.name}</a>
        </h3>
        <SystemState system={system} />
      </div>
      <dl class="facts">
        <div>
          <dt>Master</dt>
          <dd>{system.master ?? "none"}</dd>
        </div>
        <div>
          <dt>Missing if it died</dt>
          <dd>{system.master ? loss(system) : "–"}</dd>
        </div>
      </dl>
      <ul class="copies" aria-label={`Copies of ${system.name}`}>
        {storing.map((host) => {
          const replica = system.replicas.find((r) => r.host === host.name);
          const master = system.master === host.name;
          const tone = master ? "good" : replica ? replicaTone(replica.state) : "off";
          return (
            <li key={host.name}>
              <span class="who">{host.name}</span>
              <State tone={tone}>
                {master ? "master" : replica ? replicaWord(replica) : "no copy known"}
              </State>
            </li>
          );
        })}
      </ul>
    </article>
  );
}

export function replicaTone(state: string): Tone {
  if (state === "up-to-date" || state === "catching-up") return "good";
  if (state === "away" || state === "failing") return "bad";
  return "busy";
}

export function replicaWord(replica: System["replicas"][number]): string {
  switch (replica.state) {
    case "up-to-date":
      return "up to date";
    case "catching-up":
      return replica.lagSeconds === null ? "catching up" : `${seconds(replica.lagSeconds)} behind`;
    case "full-send":
      return "getting its first copy";
    case "diverged":
      return "keeping a stash";
    default:
      return replica.state;
  }
}

function HostCard({ host, cluster }: { host: Host; cluster: Cluster }) {
  const masters = cluster.systems.filter((system) => system.master === host.name).map((system) => system.name);
  const sick = host.storage?.state !== undefined && host.storage.state !== "online";
  const tone: Tone = !host.reachable ? "bad" : sick || host.drained ? "busy" : "good";
  return (
    <article class="card host">
      <div class="head">
        <h3>{host.name}</h3>
        <State tone={tone}>
          {!host.reachable ? "no contact" : host.drained ? "drained" : sick ? `storage ${host.storage!.state}` : "in contact"}
        </State>
      </div>
      <dl class="facts">
        <div>
          <dt>Role</dt>
          <dd>
            {masters.length > 0 ? `master of ${words(masters)}` : host.role}
            {host.voter ? "" : ", no voter"}
          </dd>
        </div>
        <div>
          <dt>Address</dt>
          <dd class="figure">{host.address}</dd>
        </div>
      </dl>
      <p class="pool">
        {host.storage ? (
          <Space storage={host.storage} />
        ) : (
          <span class="muted">{host.role === "witness" ? "Votes, and has no storage" : "Storage not known"}</span>
        )}
      </p>
    </article>
  );
}
