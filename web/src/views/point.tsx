import { useContext } from "preact/hooks";
import type { Context, PointView } from "../data";
import { carriers } from "../parts/points";
import { RunContext, useLoaded, useWidth } from "../hooks";
import { axisOf, when } from "../parts/axis";
import { Shown } from "../parts/notes";
import { to, webAddress } from "../route";
import { useWords } from "../words";

export function PointPage({ number }: { number: number }) {
  const words = useWords();
  const { counts } = useContext(RunContext);
  const loaded = useLoaded((source) => source.point(number), [number]);
  return (
    <>
      <nav class="neighbours" aria-label={words.t("point.kicker", { n: number + 1 })}>
        <a href={to(["points"])} data-up>
          ↑ {words.t("point.back")}
        </a>
        {number > 0 && (
          <a href={to(["points", number - 1])} data-previous>
            ← {words.t("point.previous")}
          </a>
        )}
        {number + 1 < counts.talking_points && (
          <a href={to(["points", number + 1])} data-next>
            {words.t("point.next")} →
          </a>
        )}
        <button type="button" onClick={() => print()}>
          {words.t("set.print")}
        </button>
      </nav>
      <Shown of={loaded}>{(point) => <Told told={point} />}</Shown>
    </>
  );
}

function Told({ told: { number, point, contexts } }: { told: PointView }) {
  const words = useWords();
  const most = Math.max(1, point.clusters, point.expected);
  const variants = Math.max(1, ...point.variants.map(({ count }) => count));
  return (
    <article>
      <p class="kicker">
        {words.t("point.kicker", { n: number + 1 })} · {words.t(`point.class.${point.class}`)}, {words.t(`point.kind.${point.kind}`)} · {words.span(point.first_seen, point.last_seen)}
      </p>
      <h1 class="headline quoted">{point.text}</h1>
      <section>
        <p class="lede">
          {words.t(point.q_value > TOO_SMALL ? "point.seen.small" : "point.seen", {
            articles: words.t("n.articles", { n: point.clusters }),
            outlets: carriers(words, point),
            expected: words.small(point.expected),
          })}
          {words.gap}
          {point.q_value > TOO_SMALL
            ? words.t("point.chance.small")
            : words.t("point.chance", { q: point.q_value < 0.001 ? "<0.001" : point.q_value.toFixed(3) })}
        </p>
        <dl class="bars">
          {(["seen", "expected"] as const).map((name) => {
            const value = name === "seen" ? point.clusters : point.expected;
            return (
              <div class={name}>
                <dt>{words.t(`bar.${name}`)}</dt>
                <dd>
                  <span class="bar" style={{ "--share": value / most }}>
                    {name === "seen" ? words.number(value) : words.small(value)}
                  </span>
                </dd>
              </div>
            );
          })}
        </dl>
        {point.on_subject != null && point.uptake != null && (
          <p class="note">
            {words.t("point.uptake", {
              using: words.number(point.on_subject_using ?? 0),
              articles: words.t("n.articles", { n: point.on_subject }),
              share: percent(point.uptake),
              low: percent(point.uptake_low ?? 0),
              high: percent(point.uptake_high ?? 1),
            })}
          </p>
        )}
      </section>
      <Times contexts={contexts} />
      {point.variants.length > 1 && (
        <section>
          <h2>{words.t("point.variants")}</h2>
          <dl class="bars variants">
            {point.variants.map(({ text, count }) => (
              <div>
                <dt>{text}</dt>
                <dd>
                  <span class="bar" style={{ "--share": count / variants }}>
                    {words.number(count)}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h2>{words.t("point.contexts")}</h2>
        <p class="note">{words.t("point.contexts.note", { n: contexts.length })}</p>
        <ol class="contexts">
          {contexts.map((context) => (
            <InContext of={context} />
          ))}
        </ol>
      </section>
    </article>
  );
}

function InContext({ of }: { of: Context }) {
  const words = useWords();
  const address = webAddress(of.url);
  return (
    <li data-row>
      <p class="where">
        <span class={of.outlet ? "name" : "soft"}>{of.outlet ?? words.t("unknown.outlet")}</span> <span class="soft">{words.time(of.published)}</span>{" "}
        {address ? (
          <a href={address} target="_blank" rel="noopener noreferrer" title={words.t("pair.open")}>
            {of.title ?? of.id} ↗
          </a>
        ) : (
          <span>{of.title ?? of.id}</span>
        )}{" "}
        {of.cluster !== null && <a href={to(["cluster", of.cluster])}>{words.t("point.set", { n: of.cluster })}</a>}
      </p>
      {of.words ? (
        <p class="words" lang="zh-Hans">
          {of.words[0]}
          <mark>{of.words[1]}</mark>
          {of.words[2]}
        </p>
      ) : (
        <p class="soft">{words.t("point.gone")}</p>
      )}
    </li>
  );
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Shares of false finds above which chance cannot be told from use. */
const TOO_SMALL = 0.05;
const ROW = 30;
const NAMES = 168;

/** Outlets one below the other, a dot where each first used it. */
function Times({ contexts }: { contexts: Context[] }) {
  const words = useWords();
  const [ref, width] = useWidth<HTMLDivElement>(720);
  const dated = contexts.flatMap((context) => {
    const time = when({ published: context.published, precision: context.published?.length === 10 ? "day" : "second" });
    return time ? [{ context, time }] : [];
  });
  const names = Math.min(NAMES, width * 0.36);
  const axis = axisOf(dated.map(({ time }) => time), names + 20, width - 12, true);
  if (!axis || dated.length < 2) return <></>;
  const height = dated.length * ROW + 26;
  return (
    <section>
      <h2>{words.t("point.times")}</h2>
      <div ref={ref} class="times">
        <svg width={width} height={height} role="img" aria-label={words.t("point.times")}>
          {axis.ticks.map(({ at, label }) => (
            <g>
              <line class="grid" x1={at} x2={at} y1={0} y2={height - 22} />
              <text x={at} y={height - 6} text-anchor={at > width - 40 ? "end" : at < names + 40 ? "start" : "middle"}>
                {label}
              </text>
            </g>
          ))}
          {dated.map(({ context, time }, row) => {
            const y = (row + 0.5) * ROW;
            const name = context.outlet ?? words.t("unknown.outlet");
            const fits = Math.floor(names / 14);
            return (
              <g>
                <title>{`${name} ${words.time(context.published)}`}</title>
                <text class="name" x={names} y={y + 4} text-anchor="end">
                  {[...name].length > fits ? `${[...name].slice(0, fits - 1).join("")}…` : name}
                </text>
                {time.to > time.from && <line class="day" x1={axis.place(time.from)} x2={axis.place(time.to)} y1={y} y2={y} />}
                <circle cx={axis.place((time.from + time.to) / 2)} cy={y} r={5} />
              </g>
            );
          })}
        </svg>
      </div>
    </section>
  );
}
