import { useEffect, useRef, useState } from "preact/hooks";
import { clock, count, day, moment, shortClock } from "./format";
import { sentence, type Past } from "./history";

const WINDOWS = [
  { name: "15 min", span: 15 * 60e3 },
  { name: "6 h", span: 6 * 3600e3 },
  { name: "7 days", span: 7 * 86400e3 },
  { name: "All", span: Infinity },
];
const LANE = 34;
const TOP = 22;
const AXIS = 24;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160, 43200].map((m) => m * 60e3);

/** Who was master when, which snapshots are kept, what was stashed: a picture, and the same in words. */
export function Timeline({ past, hosts, now, name }: { past: Past; hosts: string[]; now: number; name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [chosen, setChosen] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.max(280, entry!.contentRect.width)));
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, []);

  const oldest = Math.min(
    now - 60e3,
    ...past.snapshots.map((s) => s.at),
    ...past.stashes.map((s) => s.at),
    ...past.reigns.map((r) => r.from),
  );
  const from = Math.max(now - WINDOWS[chosen]!.span, oldest - (now - oldest) * 0.02);
  const left = Math.min(64, 16 + 8 * Math.max(...hosts.map((h) => h.length), 1));
  const right = width - 10;
  const x = (at: number) => left + ((at - from) / (now - from)) * (right - left);
  const lane = (host: string | null) => TOP + LANE * Math.max(0, hosts.indexOf(host ?? ""));
  const height = TOP + LANE * hosts.length + AXIS;
  const seen = past.reigns.filter((r) => r.to >= from && r.host !== null && hosts.includes(r.host));
  const changes = past.changes.filter((c) => c.at >= from && c.kind !== "begin");
  const snapshots = past.snapshots.filter((s) => s.at >= from);
  const stashes = past.stashes.filter((s) => s.at >= from);
  const host = (epoch: number) => past.reigns.find((r) => r.epoch === epoch)?.host ?? null;
  const step = STEPS.find((s) => ((right - left) * s) / (now - from) > 72) ?? STEPS.at(-1)!;
  const first = Math.ceil(from / step) * step;
  const marks = Array.from({ length: Math.max(0, Math.floor((now - first) / step) + 1) }, (_, i) => first + i * step);

  return (
    <div class="timeline">
      <fieldset class="segments">
        <legend class="hidden">How much of the past</legend>
        {WINDOWS.map((w, i) => (
          <label key={w.name}>
            <input type="radio" name={`window-${name}`} checked={i === chosen} onChange={() => setChosen(i)} />
            <span>{w.name}</span>
          </label>
        ))}
      </fieldset>
      <div ref={box}>
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`The past of ${name}: ${count(snapshots.length, "snapshot")}, ${count(changes.length, "change")} of master, ${count(stashes.length, "stash", "stashes")}. The list below says the same.`}
        >
          {marks.map((at) => (
            <g key={at} class="mark">
              <line x1={x(at)} x2={x(at)} y1={TOP - 4} y2={height - AXIS} />
              <text x={x(at)} y={height - 6} text-anchor="middle">
                {step >= 86400e3 ? day(at) : shortClock(at)}
              </text>
            </g>
          ))}
          {hosts.map((h) => (
            <g key={h} class="lane">
              <text x={0} y={lane(h) + LANE / 2 + 4}>
                {h}
              </text>
              <line x1={left} x2={right} y1={lane(h) + LANE / 2} y2={lane(h) + LANE / 2} />
            </g>
          ))}
          {seen.map((r) => (
            <rect
              key={r.epoch}
              class="reign"
              x={x(Math.max(r.from, from))}
              width={Math.max(2, x(r.to) - x(Math.max(r.from, from)))}
              y={lane(r.host) + 6}
              height={LANE - 12}
              rx={4}
            >
              <title>{`${r.host} was master under epoch ${r.epoch} from ${moment(r.from, now)}`}</title>
            </rect>
          ))}
          {snapshots.map((s) => {
            const owner = host(s.epoch);
            return owner === null ? null : (
              <line
                key={s.name}
                class="snap"
                x1={x(s.at)}
                x2={x(s.at)}
                y1={lane(owner) + 11}
                y2={lane(owner) + LANE - 11}
              />
            );
          })}
          {changes.map((c) => {
            const at = x(c.at);
            const end = at > right - 70;
            return (
              <g key={c.epoch} class={`change ${c.kind}`}>
                <line x1={at} x2={at} y1={TOP - 6} y2={height - AXIS} />
                <text x={end ? at - 5 : at + 5} y={11} text-anchor={end ? "end" : "start"}>
                  {c.kind === "switchover" ? "moved" : c.kind}
                </text>
                <title>{`${sentence(c)}, ${moment(c.at, now)}`}</title>
              </g>
            );
          })}
          {stashes.map((s) => (
            <g key={`${s.host} ${s.name}`} class="stash" transform={`translate(${x(s.at)} ${lane(s.host) + LANE / 2})`}>
              <path d="M0-7 7 0 0 7-7 0Z" />
              <title>{`stash on ${s.host}, ${moment(s.at, now)}: ${s.reason}`}</title>
            </g>
          ))}
        </svg>
      </div>
      <ul class="legend" aria-hidden="true">
        <li>
          <i class="reign" /> master
        </li>
        <li>
          <i class="snap" /> snapshot
        </li>
        <li>
          <i class="stash" /> stash
        </li>
        <li>
          <i class="change" /> change of master
        </li>
      </ul>
      <details>
        <summary>The same in words</summary>
        <ol class="events">
          {[
            ...changes.map((c) => ({ at: c.at, text: `${sentence(c)} (epoch ${c.epoch})` })),
            ...stashes.map((s) => ({ at: s.at, text: `${s.host} kept a stash: ${s.reason}` })),
          ]
            .sort((one, other) => other.at - one.at)
            .map((row) => (
              <li key={`${row.at} ${row.text}`}>
                <time>{moment(row.at, now)}</time>
                <span>{row.text}</span>
              </li>
            ))}
        </ol>
        {changes.length + stashes.length === 0 && (
          <p class="muted">
            {snapshots.length > 0
              ? `${count(snapshots.length, "snapshot")} since ${clock(snapshots[0]!.at)}, and no change of master.`
              : "Nothing in this span."}
          </p>
        )}
      </details>
    </div>
  );
}
