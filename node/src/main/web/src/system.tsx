import { useEffect, useMemo, useState } from "preact/hooks";
import { ActionBar, Question, rollBack, systemActions, useOffers, type Action } from "./actions";
import { get, Refused } from "./api";
import type { Page } from "./app";
import { LagChart } from "./charts";
import { ago, bytes, count, moment, seconds, words } from "./format";
import { past } from "./history";
import type { SnapshotList, Stash, System } from "./model";
import { replicaTone, replicaWord } from "./overview";
import { Alarms, Events, loss, readable, State, SystemState } from "./parts";
import { Timeline } from "./timeline";

const SHOWN = 12;

/** Lists that the stream does not carry, asked for anew when something has changed. */
function useLists(name: string, system: System | undefined) {
  const [snapshots, setSnapshots] = useState<SnapshotList | null>(null);
  const [stashes, setStashes] = useState<Stash[] | null>(null);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  const newest = system?.newest?.name;

  useEffect(() => {
    const timer = setInterval(() => setRound((r) => r + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    let current = true;
    const said = (failure: unknown) => current && setProblem(failure instanceof Refused ? failure.message : "");
    get<SnapshotList>(`/v1/systems/${name}/snapshots?limit=400`).then((list) => {
      if (current) {
        setSnapshots(list);
        setProblem("");
      }
    }, said);
    return () => {
      current = false;
    };
  }, [name, round, system?.master, newest === undefined]);
  useEffect(() => {
    let current = true;
    get<{ stashes: Stash[] }>(`/v1/stashes?system=${name}`).then(
      (list) => current && setStashes(list.stashes),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [name, system?.stashes, system?.epoch]);
  return { snapshots, stashes, problem };
}

export function SystemPage({ page, name }: { page: Page; name: string }) {
  const cluster = page.live.cluster!;
  const system = cluster.systems.find((s) => s.name === name);
  const { snapshots, stashes, problem } = useLists(name, system);
  const offers = useOffers(name);
  const events = useMemo(() => page.live.events.filter((e) => e.system === name), [page.live.events, name]);
  const told = useMemo(
    () => past(name, cluster, snapshots?.snapshots ?? [], stashes ?? [], events),
    [name, cluster, snapshots, stashes, events],
  );
  const storing = cluster.hosts.filter((host) => host.role !== "witness").map((host) => host.name);

  if (!system) {
    return (
      <div class="empty">
        <p class="crumb">
          <a href="#/">Overview</a>
        </p>
        <h1 tabIndex={-1}>There is no system named {name}</h1>
        <p>It may have been destroyed. Its stashes stay until an operator destroys them.</p>
      </div>
    );
  }
  return (
    <>
      <div class="title">
        <p class="crumb">
          <a href="#/">Overview</a>
        </p>
        <div class="head">
          <h1 tabIndex={-1}>{system.name}</h1>
          <SystemState system={system} />
        </div>
        <p class="lead">
          {system.master ? (
            <>
              Runs on <strong>{system.master}</strong>. If that host died now, <strong>{loss(system)}</strong> would be
              missing.
            </>
          ) : (
            "No host is master of it at the moment; the hosts are choosing one."
          )}
        </p>
        <ActionBar page={page} actions={systemActions(page, system, offers)} of={system.name} />
      </div>
      <Alarms alarms={system.alarms} now={page.now} />
      <section aria-labelledby="past-title">
        <h2 id="past-title">History</h2>
        <div class="card">
          <Timeline past={told} hosts={storing} now={page.now} name={system.name} />
        </div>
      </section>
      <section aria-labelledby="copies-title">
        <h2 id="copies-title">Copies</h2>
        <div class="pair">
          <Copies system={system} />
          <LagChart page={page} system={system.name} />
        </div>
      </section>
      <section aria-labelledby="facts-title">
        <h2 id="facts-title">Facts</h2>
        <Facts system={system} page={page} />
      </section>
      <section aria-labelledby="snapshots-title">
        <h2 id="snapshots-title">Snapshots</h2>
        {problem && !snapshots ? (
          <p class="muted">{problem}</p>
        ) : (
          <Snapshots list={snapshots} page={page} system={system} rolls={page.operator && offers.has("rollback")} />
        )}
      </section>
      <section aria-labelledby="stashes-title">
        <h2 id="stashes-title">Stashes</h2>
        <Stashes list={stashes} now={page.now} />
      </section>
      <section aria-labelledby="events-title">
        <h2 id="events-title">What happened</h2>
        <Events events={readable(events, 12)} now={page.now} naming={false} />
      </section>
    </>
  );
}

function Copies({ system }: { system: System }) {
  return (
    <div class="card">
      <table>
        <caption class="hidden">Copies of {system.name} on other hosts than its master</caption>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Behind
            </th>
            <th scope="col" class="number">
              Stream
            </th>
          </tr>
        </thead>
        <tbody>
          {system.replicas.map((replica) => (
            <tr key={replica.host}>
              <th scope="row">{replica.host}</th>
              <td>
                <State tone={replicaTone(replica.state)}>{replicaWord(replica)}</State>
              </td>
              <td class="number">{seconds(replica.lagSeconds)}</td>
              <td class="number">
                {replica.stream ? (
                  <>
                    {bytes(replica.stream.bytes)}
                    {replica.stream.totalBytes !== null && ` of ${bytes(replica.stream.totalBytes)}`}
                    {replica.stream.secondsLeft ? <small> {seconds(replica.stream.secondsLeft)} left</small> : null}
                  </>
                ) : (
                  bytes(replica.lagBytes)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {system.replicas.length === 0 && <p class="muted none">The master has told of no copy yet.</p>}
    </div>
  );
}

function Facts({ system, page }: { system: System; page: Page }) {
  const lease = system.lease;
  return (
    <dl class="facts card wide">
      <div>
        <dt>Lease</dt>
        <dd>
          {lease ? (
            <>
              {lease.heldBy}, <span class="figure">{(lease.remainingMillis / 1000).toFixed(1)} s</span> left
            </>
          ) : (
            "nobody holds one"
          )}
        </dd>
      </div>
      <div>
        <dt>Epoch</dt>
        <dd class="figure">{system.epoch}</dd>
      </div>
      <div>
        <dt>Container</dt>
        <dd>
          {system.container
            ? system.container.startedAt
              ? `runs since ${moment(system.container.startedAt, page.now)}`
              : system.container.state
            : "not known"}
          {system.container && system.container.restarts > 0 && `, ${count(system.container.restarts, "restart")}`}
        </dd>
      </div>
      <div>
        <dt>Newest snapshot</dt>
        <dd>{system.newest ? ago(system.newest.at, page.now) : "none"}</dd>
      </div>
      <div>
        <dt>Barrier</dt>
        <dd class="figure">{system.barrier ? system.barrier.position : "none"}</dd>
      </div>
      <div>
        <dt>Reached at</dt>
        <dd class="figure">{system.endpoints.length > 0 ? words(system.endpoints) : "no published port"}</dd>
      </div>
    </dl>
  );
}

interface SnapshotsProps {
  list: SnapshotList | null;
  page: Page;
  system: System;
  rolls: boolean;
}

function Snapshots({ list, page, system, rolls }: SnapshotsProps) {
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<Action | null>(null);
  const now = page.now;
  if (!list) return <p class="muted">Asking the master…</p>;
  if (list.snapshots.length === 0) return <p class="muted">There is none yet.</p>;
  const newest = [...list.snapshots].reverse();
  const shown = all ? newest : newest.slice(0, SHOWN);
  return (
    <div class="card">
      <div class={all ? "scroll" : ""} tabIndex={all ? 0 : -1} role={all ? "region" : undefined} aria-label={all ? "All snapshots" : undefined}>
        <table>
          <caption class="hidden">Snapshots on {list.host}, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">Taken</th>
              <th scope="col" class="number">
                Position
              </th>
              <th scope="col" class="name">
                Name
              </th>
              {rolls && (
                <th scope="col" class="number">
                  <span class="hidden">Go back to it</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((snapshot) => (
              <tr key={snapshot.name}>
                <td>
                  <time dateTime={snapshot.at}>{moment(snapshot.at, now)}</time>
                </td>
                <td class="number">{snapshot.epoch === null ? "–" : `${snapshot.epoch}.${snapshot.seq}`}</td>
                <td class="name">{snapshot.name}</td>
                {rolls && (
                  <td class="number">
                    <button
                      type="button"
                      class="quiet small"
                      aria-label={`Roll back to ${snapshot.name}…`}
                      onClick={() => setAsked(rollBack(system, snapshot, moment(snapshot.at, now)))}
                    >
                      Roll back…
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked && (
        <Question
          action={asked}
          close={() => setAsked(null)}
          go={(values) => {
            setAsked(null);
            page.tasks.run(asked.title, () => asked.run(values));
          }}
        />
      )}
      {newest.length > SHOWN && (
        <p class="more">
          <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show the newest only" : `Show all ${list.total}`}
          </button>
        </p>
      )}
    </div>
  );
}

function Stashes({ list, now }: { list: Stash[] | null; now: number }) {
  if (!list) return <p class="muted">Asking the hosts…</p>;
  if (list.length === 0) return <p class="muted">None. A version that loses in a failover would be kept here.</p>;
  return (
    <div class="card">
      <table>
        <caption class="hidden">Versions that lost and were kept</caption>
        <thead>
          <tr>
            <th scope="col">Kept</th>
            <th scope="col">On</th>
            <th scope="col" class="number">
              Position
            </th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {list.map((stash) => (
            <tr key={`${stash.host} ${stash.name}`}>
              <td>
                <time dateTime={stash.at}>{moment(stash.at, now)}</time>
              </td>
              <th scope="row">{stash.host}</th>
              <td class="number">{stash.position ?? "–"}</td>
              <td>{stash.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
