import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Page } from "./app";
import { bytes, clock, seconds } from "./format";
import type { TrailPoint } from "./model";

export interface Line {
  name: string;
  values: (number | null)[];
}

/** Lines of one figure over the same times (seconds since 1970). */
export interface Figure {
  times: number[];
  lines: Line[];
}

const MINUTES = 60;
const GAP = 90;

/** Lag of each copy of a system; a gap where nothing was asked for a while. */
export function lag(trail: TrailPoint[], system: string): Figure {
  return figure(trail, (p) => p.systems[system]?.lag ?? {});
}

/** What would be missing, of each system. */
export function losses(trail: TrailPoint[]): Figure {
  return figure(trail, (p) =>
    Object.fromEntries(Object.entries(p.systems).flatMap(([name, s]) => (s.loss === null ? [] : [[name, s.loss]]))),
  );
}

/** Free space of each host. */
export function space(trail: TrailPoint[]): Figure {
  // Size 0: its node had not looked at the pool yet.
  const known = (p: TrailPoint) => Object.entries(p.hosts).filter(([, h]) => h.size > 0);
  return figure(trail, (p) => Object.fromEntries(known(p).map(([name, h]) => [name, h.free])));
}

/** Bytes per second that each host sends as streams. */
export function throughput(trail: TrailPoint[]): Figure {
  const rates = trail.map((now, i): [TrailPoint, Record<string, number>] => {
    const before = trail[i - 1];
    const passed = before ? (Date.parse(now.at) - Date.parse(before.at)) / 1000 : 0;
    const found: Record<string, number> = {};
    for (const [name, host] of Object.entries(now.hosts)) {
      const last = before?.hosts[name]?.sent;
      // A counter that went back is of a node that was restarted.
      if (typeof last === "number" && typeof host.sent === "number" && host.sent >= last && passed > 0) {
        found[name] = (host.sent - last) / passed;
      }
    }
    return [now, found];
  });
  const byTime = new Map(rates.map(([p, r]) => [p, r]));
  return figure(trail, (p) => byTime.get(p) ?? {});
}

function figure(trail: TrailPoint[], pick: (p: TrailPoint) => Record<string, number>): Figure {
  const times: number[] = [];
  const rows: Record<string, number>[] = [];
  for (const p of trail) {
    const at = Date.parse(p.at) / 1000;
    const last = times.at(-1);
    if (last !== undefined && at <= last) continue;
    if (last !== undefined && at - last > GAP) {
      times.push(last + GAP / 2);
      rows.push({});
    }
    times.push(at);
    rows.push(pick(p));
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
  return { times, lines: names.map((name) => ({ name, values: rows.map((row) => row[name] ?? null) })) };
}

const DASHES: number[][] = [[], [5, 4], [1.5, 3.5], [9, 3, 2, 3]];

interface ChartProps {
  title: string;
  figure: Figure;
  format: (value: number) => string;
  /** Of the vertical axis at its least, in the figure's unit. */
  floor: number;
  /** Of bytes: the axis is divided by powers of two. */
  binary?: boolean;
}

const POWERS = Array.from({ length: 60 }, (_, i) => 2 ** i);

function latest(line: Line): number | null {
  for (let i = line.values.length - 1; i >= 0 && i > line.values.length - 4; i--) {
    const value = line.values[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

export function Chart({ title, figure, format, floor, binary }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [dark, setDark] = useState(matchMedia("(prefers-color-scheme: dark)").matches);
  const names = figure.lines.map((line) => line.name).join("\n");

  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setDark(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);

  useEffect(() => {
    const element = box.current!;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--muted"),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    const size = () => ({ width: Math.max(element.clientWidth, 120), height: 150 });
    plot.current = new uPlot(
      {
        ...size(),
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: true, range: (_, min, max) => [Math.min(min, max - 10 * MINUTES), max] },
          y: { range: (_, __, max) => [0, Math.max(floor, (max ?? 0) * 1.15)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 70,
            size: 24,
            values: (_, splits) => splits.map((s) => clock(s * 1000).slice(0, 5)),
          },
          { ...axis, ...(binary ? { incrs: POWERS } : {}), space: 36, size: 62, values: (_, splits) => splits.map(format) },
        ],
        series: [
          {},
          ...figure.lines.map((line, i) => ({
            label: line.name,
            stroke: colour(`--series-${i % 4}`),
            dash: DASHES[i % 4],
            width: 1.75,
            points: { show: false },
          })),
        ],
      },
      data(figure),
      element,
    );
    const watcher = new ResizeObserver(() => plot.current?.setSize(size()));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names, dark]);

  useEffect(() => plot.current?.setData(data(figure)), [figure]);

  const now = figure.lines.map((line) => {
    const value = latest(line);
    return `${line.name}: ${value === null ? "not known" : format(value)}`;
  });
  return (
    <figure class="chart card">
      <figcaption>
        <h3>{title}</h3>
        <ul>
          {figure.lines.map((line, i) => {
            const value = latest(line);
            return (
              <li key={line.name}>
                <svg width="18" height="8" aria-hidden="true">
                  <line
                    x1="0"
                    y1="4"
                    x2="18"
                    y2="4"
                    class={`series-${i % 4}`}
                    stroke-dasharray={DASHES[i % 4]!.join(" ") || undefined}
                  />
                </svg>
                {line.name} <span class="figure">{value === null ? "–" : format(value)}</span>
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div
        ref={box}
        class="plot"
        role="img"
        aria-label={`${title}, now ${now.join(", ") || "nothing known yet"}`}
      />
      {figure.lines.length === 0 && <p class="none">Nothing to show yet</p>}
    </figure>
  );
}

function data(figure: Figure): uPlot.AlignedData {
  return [figure.times, ...figure.lines.map((line) => line.values)];
}

const perSecond = (value: number) => `${bytes(value)}/s`;

/** The charts of the whole cluster. */
export function Charts({ page }: { page: Page }) {
  const trail = page.live.trail;
  const missing = useMemo(() => losses(trail), [trail]);
  const free = useMemo(() => space(trail), [trail]);
  const sent = useMemo(() => throughput(trail), [trail]);
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">Lately</h2>
      <div class="charts">
        <Chart title="Missing if the master died" figure={missing} format={seconds} floor={1} />
        <Chart title="Sent to copies" figure={sent} format={perSecond} floor={4096} binary />
        <Chart title="Free space" figure={free} format={bytes} floor={1 << 20} binary />
      </div>
    </section>
  );
}

/** The chart of one system. */
export function LagChart({ page, system }: { page: Page; system: string }) {
  const trail = page.live.trail;
  const found = useMemo(() => lag(trail, system), [trail, system]);
  return <Chart title="How far behind each copy is" figure={found} format={seconds} floor={1} />;
}
