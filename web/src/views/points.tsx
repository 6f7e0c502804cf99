import { useState } from "preact/hooks";
import { useLoaded } from "../hooks";
import { Shown } from "../parts/notes";
import { PointRows } from "../parts/points";
import { go, to } from "../route";
import { useWords } from "../words";

const PAGE = 100;
const CLASSES = ["saying", "term", "formula"] as const;

export function PointsPage({ query }: { query: URLSearchParams }) {
  const words = useWords();
  const q = query.get("q") ?? "";
  const [shown, setShown] = useState(PAGE);
  const loaded = useLoaded((source) => source.overview(), []);
  return (
    <>
      <h1>{words.t("points.title")}</h1>
      <p class="lede">{words.t("points.lead")}</p>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="wide">
          {words.t("points.filter")}
          <input type="search" value={q} onInput={(e) => go(to(["points"], { q: e.currentTarget.value, class: query.get("class") ?? "" }), true)} />
        </label>
        <label>
          {words.t("points.class")}
          <select value={query.get("class") ?? ""} onChange={(e) => go(to(["points"], { q, class: e.currentTarget.value }), true)}>
            {["", ...CLASSES, "all"].map((name) => (
              <option value={name}>{words.t(`points.class.${name || "default"}`)}</option>
            ))}
          </select>
        </label>
      </form>
      <Shown of={loaded}>
        {({ top, points }) => {
          // A corpus without sayings shows all that it has.
          const kind = query.get("class") ?? (top.some((row) => row.class === "saying") ? "saying" : "all");
          const rows = top.map((row, number) => ({ row, number })).filter(({ row }) => (kind === "all" || row.class === kind) && row.text.toLowerCase().includes(q.toLowerCase()));
          return (
            <>
              <p class="note" role="status">
                {words.t("n.points", { n: rows.length })}
                {top.length < points && <> · {words.t("points.rows", { n: top.length, all: points })}</>} · {words.t("points.note")}
              </p>
              {rows.length > 0 && <PointRows rows={rows.slice(0, shown)} />}
              {rows.length > shown && (
                <p class="more">
                  <button type="button" onClick={() => setShown(shown + PAGE)}>
                    {words.t("n.more", { n: Math.min(PAGE, rows.length - shown) })}
                  </button>
                </p>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}
