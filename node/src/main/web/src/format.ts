// Numbers and times for people. Pure.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  let number = value;
  let unit = 0;
  while (Math.abs(number) >= 1024 && unit < UNITS.length - 1) {
    number /= 1024;
    unit++;
  }
  const text = unit === 0 || number >= 100 ? number.toFixed(0) : number.toFixed(1);
  return `${text} ${UNITS[unit]}`;
}

/** A duration in seconds: 0.25 → "0.3 s", 75 → "1 min 15 s". */
export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0 s";
  if (value < 0.05) return "<0.1 s";
  if (value < 9.95) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(whole, 60, "min", "s");
  if (whole < 86400) return pair(Math.floor(whole / 60), 60, "h", "min");
  return pair(Math.floor(whole / 3600), 24, "d", "h");
}

function pair(value: number, base: number, large: string, small: string): string {
  const rest = value % base;
  return rest === 0 ? `${Math.floor(value / base)} ${large}` : `${Math.floor(value / base)} ${large} ${rest} ${small}`;
}

export function ago(at: string | number, now: number): string {
  const passed = (now - time(at)) / 1000;
  if (passed < 1.5) return "just now";
  if (passed < 90) return `${Math.round(passed)} s ago`;
  if (passed < 5400) return `${Math.round(passed / 60)} min ago`;
  if (passed < 129600) return `${Math.round(passed / 3600)} h ago`;
  return `${Math.round(passed / 86400)} d ago`;
}

export function time(at: string | number): number {
  return typeof at === "number" ? at : Date.parse(at);
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT_CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export function clock(at: string | number): string {
  return CLOCK.format(time(at));
}

export function shortClock(at: string | number): string {
  return SHORT_CLOCK.format(time(at));
}

export function day(at: string | number): string {
  return DAY.format(time(at));
}

/** With the day where it is another one than now. */
export function moment(at: string | number, now: number): string {
  const same = new Date(time(at)).toDateString() === new Date(now).toDateString();
  return same ? clock(at) : `${day(at)}, ${clock(at)}`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function words(list: string[]): string {
  if (list.length <= 1) return list.join("");
  return `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`;
}

/** "no-master" → "No master". */
export function label(word: string): string {
  const spaced = word.replaceAll("-", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
