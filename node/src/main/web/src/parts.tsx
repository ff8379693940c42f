// Small things that several views show.
import type { ComponentChildren } from "preact";
import { bytes, count, label, moment, seconds } from "./format";
import type { Alarm, HappenedEvent, Host, System } from "./model";

export type Tone = "good" | "busy" | "bad" | "off";

export function systemTone(system: System): Tone {
  if (system.state === "running") return system.alarms.length > 0 ? "busy" : "good";
  if (system.state === "stopped") return "off";
  return system.state === "failed" || system.state === "no-master" ? "bad" : "busy";
}

/** A state as a word with a mark; never by colour alone. */
export function State({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`state ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  );
}

export function SystemState({ system }: { system: System }) {
  return <State tone={systemTone(system)}>{label(system.state)}</State>;
}

export function Alarms({ alarms, now }: { alarms: (Alarm & { of?: string })[]; now: number }) {
  if (alarms.length === 0) return null;
  return (
    <ul class="alarms" aria-label="Alarms">
      {alarms.map((alarm) => (
        <li key={`${alarm.of} ${alarm.code}`}>
          <strong>
            {alarm.of ? `${alarm.of}: ` : ""}
            {label(alarm.code)}
          </strong>
          <span>{alarm.message}</span>
          <time dateTime={alarm.since}>since {moment(alarm.since, now)}</time>
        </li>
      ))}
    </ul>
  );
}

export function Space({ storage }: { storage: NonNullable<Host["storage"]> }) {
  if (storage.size <= 0) return <span class="muted">size not known</span>;
  const used = 1 - storage.free / storage.size;
  return (
    <span class="space">
      <meter
        min={0}
        max={1}
        high={0.9}
        value={used}
        aria-label={`${Math.round(used * 100)} % of the pool is used`}
      />
      <span class="figure">{bytes(storage.free)}</span> free of <span class="figure">{bytes(storage.size)}</span>
    </span>
  );
}

/** How much would be missing, in one short phrase. */
export function loss(system: System): string {
  const found = system.lossIfMasterDiedNow;
  if (!found) return "no copy to take over";
  if (found.seconds === 0) return "nothing";
  const size = found.bytes ? ` (${bytes(found.bytes)})` : "";
  return `the last ${seconds(found.seconds)}${size}`;
}

export function stashesOf(system: System): string {
  return system.stashes === 0 ? "none" : count(system.stashes, "stash", "stashes");
}

const TOLD: Record<string, (event: HappenedEvent) => string> = {
  elected: (e) => `${e.host} was elected master`,
  "master-known": (e) => `${e.details.master} is master`,
  "lease-lapsed": (e) => `${e.host} lost its lease: no majority answered`,
  deposed: (e) => `${e.host} gives way to a newer master`,
  released: (e) => e.text.replace(/^this host gave the system/, `${e.host} gave it`),
  stashed: (e) => `${e.host} kept what had lost as a stash`,
  "container-ended": (e) => `The container on ${e.host} ended by itself`,
  "alarm-raised": (e) => `Alarm on ${e.host}: ${e.text}`,
  "alarm-cleared": (e) => `Alarm over on ${e.host}: ${e.text}`,
};

const DETAIL = new Set(["phase-changed"]);

/** What people want to read of the events: each change once, the newest first. */
export function readable(events: HappenedEvent[], most: number): HappenedEvent[] {
  const told = new Set<string>();
  const kept: HappenedEvent[] = [];
  // Oldest first, so that of several hosts who say the same the first is kept.
  for (const event of events) {
    if (DETAIL.has(event.type)) continue;
    if (event.type === "elected" || event.type === "master-known") {
      const key = `${event.system} ${event.details.epoch}`;
      if (told.has(key)) continue;
      told.add(key);
    }
    kept.push(event);
  }
  return kept.slice(-most).reverse();
}

export function Events({ events, now, naming }: { events: HappenedEvent[]; now: number; naming: boolean }) {
  if (events.length === 0) return <p class="muted">Nothing has happened since the hosts started.</p>;
  return (
    <ol class="events">
      {events.map((event) => (
        <li key={`${event.host} ${event.at} ${event.seq}`} class={event.type}>
          <time dateTime={event.at}>{moment(event.at, now)}</time>
          <span>
            {naming && event.system && <strong>{event.system}: </strong>}
            {(TOLD[event.type] ?? ((e: HappenedEvent) => `${e.host}: ${e.text}`))(event)}
          </span>
        </li>
      ))}
    </ol>
  );
}
