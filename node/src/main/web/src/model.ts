// What the API answers, as far as the page reads it; see flocker.protocol.admin.

export interface Alarm {
  code: string;
  message: string;
  since: string;
}

export interface Host {
  name: string;
  id: string;
  address: string;
  role: "master" | "slave" | "witness";
  reachable: boolean;
  voter: boolean;
  drained?: boolean | null;
  storage: { state: string; free: number; size: number } | null;
  traffic?: { sentBytes: number; receivedBytes: number } | null;
}

export interface Snapshot {
  name: string;
  guid: string;
  epoch: number | null;
  seq: number | null;
  at: string;
}

export interface Replica {
  host: string;
  state: "up-to-date" | "catching-up" | "full-send" | "diverged" | "away" | "failing";
  lagSeconds: number | null;
  lagBytes: number | null;
  position: string | null;
  stream?: {
    bytes: number;
    totalBytes: number | null;
    bytesPerSecond: number;
    secondsLeft: number | null;
  } | null;
}

export interface System {
  name: string;
  id: string;
  state: string;
  master: string | null;
  epoch: number;
  lease: { heldBy: string; remainingMillis: number } | null;
  endpoints: string[];
  container: { state: string; startedAt: string | null; exitCode: number | null; restarts: number } | null;
  snapshots: number;
  newest: Snapshot | null;
  replicas: Replica[];
  lossIfMasterDiedNow: { seconds: number; bytes: number | null } | null;
  barrier: { position: string; hosts: string[] } | null;
  stashes: number;
  alarms: Alarm[];
  /** Why hosts do nothing with it by themselves; null: they do. */
  paused: string | null;
  lossPolicy: string;
}

export interface Cluster {
  cluster: { name: string; version: string };
  node: string;
  at: string;
  hosts: Host[];
  systems: System[];
  voters: { number: number; ids: string[] };
  alarms: Alarm[];
}

export interface HappenedEvent {
  seq: number;
  at: string;
  host: string;
  type: string;
  system: string | null;
  text: string;
  details: Record<string, string>;
}

export interface Stash {
  name: string;
  system: string;
  host: string;
  reason: string;
  at: string;
  position: string | null;
  bytes: number | null;
}

export interface SnapshotList {
  system: string;
  host: string;
  total: number;
  snapshots: Snapshot[];
}

export interface TrailPoint {
  at: string;
  systems: Record<string, { lag: Record<string, number>; loss: number | null }>;
  hosts: Record<string, { free: number; size: number; sent?: number | null; received?: number | null }>;
}

export interface Operation {
  id: string;
  kind: string;
  system: string | null;
  host: string;
  state: "running" | "done" | "failed";
  doneBytes: number;
  totalBytes: number | null;
  bytesPerSecond: number;
  message: string;
}
