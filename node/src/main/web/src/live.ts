// The cluster as the node tells it, and whether it still does.
import { get, Refused } from "./api";
import type { Cluster, HappenedEvent, TrailPoint } from "./model";

export type Contact = "connecting" | "live" | "lost" | "login";

export interface Live {
  contact: Contact;
  /** When the newest status came, by this browser's clock. */
  heardAt: number;
  /** What this browser's clock must be corrected by to be the node's, in milliseconds. */
  skew: number;
  cluster: Cluster | null;
  events: HappenedEvent[];
  trail: TrailPoint[];
}

const KEPT_EVENTS = 2000;
const KEPT_POINTS = 720;
const SPACING = 4500;
const SILENCE = 12000;
const RETRY = 2000;

function key(event: HappenedEvent): string {
  return `${event.host} ${event.at} ${event.seq}`;
}

/** Events of several hosts in one line, each once, oldest first. */
export function joined(known: HappenedEvent[], more: HappenedEvent[]): HappenedEvent[] {
  const all = new Map(known.map((event) => [key(event), event]));
  more.forEach((event) => all.set(key(event), event));
  return [...all.values()]
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.seq - other.seq)
    .slice(-KEPT_EVENTS);
}

export function point(cluster: Cluster): TrailPoint {
  return {
    at: cluster.at,
    systems: Object.fromEntries(
      cluster.systems.map((system) => [
        system.name,
        {
          lag: Object.fromEntries(
            system.replicas.flatMap((r) => (r.lagSeconds === null ? [] : [[r.host, r.lagSeconds]])),
          ),
          loss: system.lossIfMasterDiedNow?.seconds ?? null,
        },
      ]),
    ),
    hosts: Object.fromEntries(
      cluster.hosts.flatMap((host) =>
        host.storage
          ? [
              [
                host.name,
                {
                  free: host.storage.free,
                  size: host.storage.size,
                  sent: host.traffic?.sentBytes,
                  received: host.traffic?.receivedBytes,
                },
              ],
            ]
          : [],
      ),
    ),
  };
}

export class Follower {
  private live: Live = {
    contact: "connecting",
    heardAt: 0,
    skew: 0,
    cluster: null,
    events: [],
    trail: [],
  };
  private source: EventSource | null = null;
  private retry: number | undefined;
  private watchdog: number | undefined;

  constructor(private readonly changed: (live: Live) => void) {}

  start() {
    this.stop();
    const source = new EventSource("/v1/stream");
    this.source = source;
    this.heard();
    source.addEventListener("trail", (message) => this.set({ trail: JSON.parse(message.data) }));
    source.addEventListener("events", (message) => {
      this.heard();
      this.set({ events: joined(this.live.events, JSON.parse(message.data)) });
    });
    source.addEventListener("status", (message) => this.onStatus(JSON.parse(message.data)));
    source.onerror = () => this.lost();
  }

  stop() {
    clearTimeout(this.retry);
    clearTimeout(this.watchdog);
    this.source?.close();
    this.source = null;
  }

  private set(change: Partial<Live>) {
    this.live = { ...this.live, ...change };
    this.changed(this.live);
  }

  private heard() {
    clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => this.lost(), SILENCE);
  }

  private onStatus(told: Cluster) {
    this.heard();
    // Each host names itself first; people look for a host where it was.
    const cluster = { ...told, hosts: [...told.hosts].sort((one, other) => (one.name < other.name ? -1 : 1)) };
    const last = this.live.trail.at(-1);
    const due = !last || Date.parse(cluster.at) - Date.parse(last.at) >= SPACING;
    this.set({
      contact: "live",
      heardAt: Date.now(),
      skew: Date.parse(cluster.at) - Date.now(),
      cluster,
      trail: due ? [...this.live.trail, point(cluster)].slice(-KEPT_POINTS) : this.live.trail,
    });
  }

  /** Why a stream broke is not told: ask, and come back. */
  private async lost() {
    this.stop();
    let contact: Contact = "lost";
    try {
      await get("/v1/status");
      contact = "connecting";
    } catch (failure) {
      if (failure instanceof Refused && failure.status === 401) contact = "login";
    }
    this.set({ contact });
    if (contact !== "login") this.retry = window.setTimeout(() => this.start(), RETRY);
  }
}
