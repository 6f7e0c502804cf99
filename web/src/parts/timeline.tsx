import { scaleLinear, scaleUtc } from "d3-scale";
import { useMemo } from "preact/hooks";
import { useWidth } from "../hooks";
import { to } from "../route";
import { useWords } from "../words";

const HEIGHT = 132;
const AXIS = 22;
/** Bars that still can be told apart. */
const BARS = 150;
const DAY = 86_400_000;

type Bin = "day" | "week" | "month" | "year";

interface Bar {
  start: number;
  end: number;
  pages: number;
  copies: number;
}

function floor(time: number, bin: Bin): number {
  const date = new Date(time);
  if (bin === "day") return time;
  if (bin === "week") return time - ((date.getUTCDay() + 6) % 7) * DAY;
  return Date.UTC(date.getUTCFullYear(), bin === "month" ? date.getUTCMonth() : 0, 1);
}

function next(time: number, bin: Bin): number {
  const date = new Date(time);
  if (bin === "day") return time + DAY;
  if (bin === "week") return time + 7 * DAY;
  return bin === "month" ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) : Date.UTC(date.getUTCFullYear() + 1, 0, 1);
}

/** The finest bins that are not too many. */
function bars(days: [string, number, number][]): { bin: Bin; bars: Bar[] } {
  const times = days.map(([day, pages, copies]) => ({ time: Date.parse(`${day}T00:00:00Z`), pages, copies })).filter(({ time }) => !Number.isNaN(time));
  const span = times.length > 0 ? (times.at(-1)!.time - times[0]!.time) / DAY : 0;
  const bin: Bin = span <= BARS ? "day" : span <= 7 * BARS ? "week" : span <= 30 * BARS ? "month" : "year";
  const made = new Map<number, Bar>();
  for (const { time, pages, copies } of times) {
    const start = floor(time, bin);
    const bar = made.get(start) ?? { start, end: next(start, bin), pages: 0, copies: 0 };
    bar.pages += pages;
    bar.copies += copies;
    made.set(start, bar);
  }
  return { bin, bars: [...made.values()] };
}

const iso = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Pages over time, the copies among them below. */
export function Timeline({ days }: { days: [string, number, number][] }) {
  const words = useWords();
  const [ref, width] = useWidth<HTMLDivElement>(800);
  const { bin, bars: list } = useMemo(() => bars(days), [days]);
  const [first, last] = [list[0], list.at(-1)];
  if (!first || !last) return <></>;
  const x = scaleUtc([first.start, last.end], [0, width]);
  const y = scaleLinear([0, Math.max(...list.map(({ pages }) => pages))], [0, HEIGHT - 16]);
  const ticks = x.ticks(Math.max(2, Math.floor(width / 110)));
  return (
    <figure class="timeline">
      <div ref={ref}>
        <svg width={width} height={HEIGHT + AXIS} role="group" aria-label={words.t("overview.timeline")}>
          <line class="axis" x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} />
          {ticks.map((tick) => (
            <g transform={`translate(${x(tick)},${HEIGHT})`}>
              <line class="axis" y2={4} />
              <text y={17} text-anchor={x(tick) < 24 ? "start" : x(tick) > width - 24 ? "end" : "middle"}>
                {label(tick, bin, ticks.length > 1 ? +ticks[1]! - +ticks[0]! : DAY)}
              </text>
            </g>
          ))}
          {list.map((bar) => {
            const left = x(bar.start);
            const wide = Math.max(1.5, x(bar.end) - left - (x(bar.end) - left > 4 ? 1.5 : 0));
            const name = `${iso(bar.start)}: ${words.t("n.pages", { n: bar.pages })}, ${words.t("overview.legend.copies")} ${words.number(bar.copies)}`;
            return (
              <a href={to(["clusters"], { from: iso(bar.start), to: iso(bar.end - DAY) })} aria-label={name}>
                <title>{name}</title>
                <rect class="hit" x={left} y={0} width={wide} height={HEIGHT} />
                <rect class="others" x={left} y={HEIGHT - y(bar.pages)} width={wide} height={y(bar.pages - bar.copies)} />
                <rect class="copies" x={left} y={HEIGHT - y(bar.copies)} width={wide} height={y(bar.copies)} />
              </a>
            );
          })}
        </svg>
      </div>
      <figcaption>
        <span class="key copies" /> {words.t("overview.legend.copies")} <span class="key others" /> {words.t("overview.legend.other")}{" "}
        <span class="note">{words.t("overview.timeline.note", { bin: words.t(`overview.bin.${bin}`) })}</span>
      </figcaption>
    </figure>
  );
}

function label(tick: Date, bin: Bin, apart: number): string {
  const text = tick.toISOString();
  if (apart >= 360 * DAY || bin === "year") return text.slice(0, 4);
  return apart >= 27 * DAY ? text.slice(0, 7) : text.slice(5, 10);
}
