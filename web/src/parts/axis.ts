// A time axis for times that come in a burst and then thinly for long.

import { scaleLinear, scaleSymlog, scaleUtc } from "d3-scale";
import type { Member } from "../data";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** From this span on the axis is compressed towards its end. */
const LONG = 4 * DAY;

/** When a page was published: a moment, or the stretch of a day. */
export interface When {
  from: number;
  to: number;
}

export function when({ published, precision }: Pick<Member, "published" | "precision">): When | undefined {
  if (!published) return undefined;
  if (precision === "day" || published.length === 10) {
    // A day is a day where the page was published; +08:00 is where most are.
    const from = Date.parse(`${published.slice(0, 10)}T00:00:00+08:00`);
    return Number.isNaN(from) ? undefined : { from, to: from + DAY };
  }
  const at = Date.parse(published);
  return Number.isNaN(at) ? undefined : { from: at, to: at };
}

export interface Axis {
  place(time: number): number;
  ticks: { at: number; label: string }[];
  compressed: boolean;
}

/** An axis from `left` to `right` that holds all these times; none without a time. Where `linear`, it is never compressed. */
export function axisOf(times: When[], left: number, right: number, linear = false): Axis | undefined {
  if (times.length === 0) return undefined;
  const first = Math.min(...times.map(({ from }) => from));
  const last = Math.max(...times.map(({ to }) => to), first + HOUR);
  const compressed = !linear && last - first > LONG;
  const scale = compressed
    ? scaleSymlog([0, last - first], [left, right]).constant(6 * HOUR)
    : scaleLinear([0, last - first], [left, right]);
  const place = (time: number) => scale(time - first);
  const candidates = compressed
    ? [0, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 3 * 365 * DAY, 10 * 365 * DAY]
        .filter((after) => after <= last - first)
        .map((after) => first + after)
    : scaleUtc([first + 8 * HOUR, last + 8 * HOUR], [left, right])
        .ticks(Math.max(2, Math.floor((right - left) / 90)))
        .map((tick) => +tick - 8 * HOUR);
  const ticks: Axis["ticks"] = [];
  const days = compressed || last - first > 3 * DAY;
  for (const time of candidates) {
    const [at, text] = [place(time), label(time, days)];
    const before = ticks.at(-1);
    const room = !before || (at - before.at > 74 && text !== before.label);
    // A label that would run over the end is left out.
    if (at >= left && at <= right - 24 && room) ticks.push({ at, label: text });
  }
  return { place, ticks, compressed };
}

/** A day or an hour, at +08:00. */
function label(time: number, days: boolean): string {
  const text = new Date(time + 8 * HOUR).toISOString();
  return days ? text.slice(2, 10) : text.slice(5, 16).replace("T", " ");
}
