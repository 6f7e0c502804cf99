import { useContext, useMemo, useState } from "preact/hooks";
import type { Outlet, Overview, PointRow, Row } from "../data";
import { RunContext, useLoaded } from "../hooks";
import { Matrix } from "../parts/matrix";
import { Shown } from "../parts/notes";
import { PointRows } from "../parts/points";
import { SetRows } from "../parts/rows";
import { Timeline } from "../parts/timeline";
import { to } from "../route";
import { useWords } from "../words";

const LARGEST = 8;
const STRONGEST = 8;
const ANY = { q: "", outlet: "", with: "", from: "", to: "", sort: "size" as const };

export function OverviewPage() {
  const loaded = useLoaded(async (source) => {
    const [overview, { rows }] = await Promise.all([source.overview(), source.sets(ANY, 0, LARGEST)]);
    return { overview, rows };
  }, []);
  return <Shown of={loaded}>{({ overview, rows }) => <Told overview={overview} rows={rows} />}</Shown>;
}

/** The first sayings, or any points where a corpus has none. */
function strongest(top: PointRow[]) {
  const rows = top.map((row, number) => ({ row, number }));
  const sayings = rows.filter(({ row }) => row.class === "saying");
  return (sayings.length > 0 ? sayings : rows).slice(0, STRONGEST);
}

function Told({ overview, rows }: { overview: Overview; rows: Row[] }) {
  const words = useWords();
  const { counts } = useContext(RunContext);
  const repeats = words.number(counts.clustered - counts.clusters);
  const figures: [string, string][] = [
    ["overview.pages", words.number(counts.documents)],
    ["overview.outlets", words.number(counts.outlets)],
    ["overview.sets", words.number(counts.clusters)],
    ["overview.clustered", words.number(counts.clustered)],
    ["overview.copies", repeats],
  ];
  if (counts.compilations > 0) figures.push(["overview.roundups", words.number(counts.compilations)]);
  if (counts.skipped > 0) figures.push(["overview.skipped", words.number(counts.skipped)]);
  const dated = overview.days.length > 0;
  return (
    <>
      <section class="lead">
        <h1>
          {words.t("overview.lead", {
            documents: words.t("n.pages", { n: counts.documents }),
            copies: repeats,
            clustered: words.t("n.pages", { n: counts.clustered }),
            clusters: words.t("n.sets", { n: counts.clusters }),
          })}
        </h1>
        <dl class="figures">
          {figures.map(([name, value]) => (
            <div>
              <dt>{words.t(name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{words.t("overview.timeline")}</h2>
        {dated && <Timeline days={overview.days} />}
        {overview.undated[0] > 0 && (
          <p class="note">
            {dated ? words.t("overview.undated", { n: words.t("n.pages", { n: overview.undated[0] }) }) : words.t("overview.undated.all")}
          </p>
        )}
      </section>
      <section>
        <h2>{words.t("overview.largest")}</h2>
        <SetRows rows={rows} />
        <p class="more">
          <a href={to(["clusters"])}>
            {words.t("overview.all.sets")} ({words.number(overview.sets)}) →
          </a>
        </p>
      </section>
      <section>
        <h2>{words.t("overview.strongest")}</h2>
        {overview.top.length > 0 ? (
          <>
            <PointRows rows={strongest(overview.top)} />
            <p class="more">
              <a href={to(["points"])}>
                {words.t("overview.all.points")} ({words.number(overview.points)}) →
              </a>
            </p>
          </>
        ) : (
          <p class="note">{words.t("overview.points.none")}</p>
        )}
      </section>
      <section>
        <h2>{words.t("overview.matrix")}</h2>
        {overview.pairs.length > 0 ? (
          <>
            <p class="note">{words.t("overview.matrix.note")}</p>
            <Matrix pairs={overview.pairs} />
          </>
        ) : (
          <p class="note">{words.t("overview.matrix.none")}</p>
        )}
      </section>
      <section>
        <h2>{words.t("overview.outlets.title")}</h2>
        {overview.outlets.length > 0 ? <Outlets list={overview.outlets} /> : <p class="note">{words.t("overview.outlets.none")}</p>}
      </section>
    </>
  );
}

const COLUMNS = ["pages", "originals", "copies", "credited", "uncredited", "median_lag_minutes"] as const;
type Column = (typeof COLUMNS)[number];
const NAMES: Record<Column, string> = {
  pages: "col.pages",
  originals: "col.originals",
  copies: "col.copies",
  credited: "col.credited",
  uncredited: "col.uncredited",
  median_lag_minutes: "col.lag",
};
const FIRST = 20;

function Outlets({ list }: { list: Outlet[] }) {
  const words = useWords();
  const [by, setBy] = useState<Column>("pages");
  const [name, setName] = useState("");
  const [shown, setShown] = useState(FIRST);
  const sorted = useMemo(() => {
    const held = list.filter(({ outlet }) => outlet.toLowerCase().includes(name.toLowerCase()));
    return held.sort((x, y) => (y[by] ?? -Infinity) - (x[by] ?? -Infinity) || (x.outlet < y.outlet ? -1 : 1));
  }, [list, by, name]);
  return (
    <>
      {list.length > FIRST && (
        <p class="filters">
          <input type="search" aria-label={words.t("overview.filter.outlets")} placeholder={words.t("overview.filter.outlets")} value={name} onInput={(e) => setName(e.currentTarget.value)} />
        </p>
      )}
      <div class="scroll" tabIndex={0} role="group" aria-label={words.t("overview.outlets.title")}>
        <table class="list outlets">
          <thead>
            <tr>
              <th scope="col">{words.t("col.outlet")}</th>
              {COLUMNS.map((column) => (
                <th scope="col" class="n" aria-sort={by === column ? "descending" : undefined}>
                  <button type="button" class="sort" onClick={() => setBy(column)}>
                    {words.t(NAMES[column])}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, shown).map((outlet) => (
              <tr data-row key={outlet.outlet}>
                <td class="title">
                  <a href={to(["clusters"], { outlet: outlet.outlet })}>{outlet.outlet}</a>
                </td>
                {COLUMNS.map((column) => (
                  <td class="n">{column === "median_lag_minutes" ? words.lag(outlet[column]) : words.number(outlet[column])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > shown && (
        <p class="more">
          <button type="button" onClick={() => setShown(shown + 100)}>
            {words.t("n.more", { n: Math.min(100, sorted.length - shown) })}
          </button>
        </p>
      )}
    </>
  );
}
