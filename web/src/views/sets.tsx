import { useContext, useEffect, useState } from "preact/hooks";
import type { Query, Sort } from "../data";
import { RunContext, useLoaded } from "../hooks";
import { Shown } from "../parts/notes";
import { SetRows } from "../parts/rows";
import { go, to } from "../route";
import { useWords } from "../words";

const PAGE = 100;
const SORTS: Sort[] = ["size", "outlets", "earliest", "latest", "doubt"];

function queryOf(asked: URLSearchParams): Query {
  const text = (name: string) => asked.get(name) ?? "";
  const sort = SORTS.find((sort) => sort === asked.get("sort")) ?? "size";
  return { q: text("q"), outlet: text("outlet"), with: text("with"), from: text("from"), to: text("to"), sort };
}

export function SetsPage({ query: asked }: { query: URLSearchParams }) {
  const words = useWords();
  const run = useContext(RunContext);
  const query = queryOf(asked);
  const key = JSON.stringify(query);
  const [shown, setShown] = useState(PAGE);
  useEffect(() => setShown(PAGE), [key]);
  const overview = useLoaded((source) => source.overview(), []).value;
  const found = useLoaded((source) => source.sets(query, 0, shown), [key, shown]);
  const change = (part: Partial<Query>) => {
    const { sort, ...rest } = { ...query, ...part };
    go(to(["clusters"], { ...rest, sort: sort === "size" ? "" : sort }), true);
  };
  const filtered = [query.q, query.outlet, query.with, query.from, query.to].some((part) => part !== "");
  const outlet = (name: "outlet" | "with") => (
    <label>
      {words.t(`filter.${name}`)}
      <input list="outlets" value={query[name]} placeholder={words.t("filter.any")} onChange={(e) => change({ [name]: e.currentTarget.value })} />
    </label>
  );
  const day = (name: "from" | "to") => (
    <label>
      {words.t(`filter.${name}`)}
      <input type="date" value={query[name]} onChange={(e) => change({ [name]: e.currentTarget.value })} />
    </label>
  );
  return (
    <>
      <h1>{words.t("sets.title")}</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="wide">
          {words.t("search.label")}
          <input type="search" value={query.q} onInput={(e) => change({ q: e.currentTarget.value })} />
        </label>
        {outlet("outlet")}
        {(query.outlet || query.with) && outlet("with")}
        {day("from")}
        {day("to")}
        <label>
          {words.t("sort.label")}
          <select value={query.sort} onChange={(e) => change({ sort: e.currentTarget.value as Sort })}>
            {SORTS.map((sort) => (
              <option value={sort}>{words.t(`sort.${sort}`)}</option>
            ))}
          </select>
        </label>
        {filtered && (
          <a class="button" href={to(["clusters"])}>
            {words.t("filter.clear")}
          </a>
        )}
        <datalist id="outlets">
          {overview?.outlets.slice(0, 500).map(({ outlet }) => (
            <option value={outlet} />
          ))}
        </datalist>
      </form>
      <Shown of={found}>
        {({ total, rows }) => (
          <>
            <p class="note" role="status">
              {total > 0 ? words.t("n.sets", { n: total }) : words.t("filter.none")}
              {run.mode === "file" && overview && !filtered && total < overview.sets && (
                <> · {words.t("sets.rows", { n: total, all: overview.sets })} <code>tonggao serve OUT</code></>
              )}
            </p>
            {rows.length > 0 && <SetRows rows={rows} />}
            {total > shown && (
              <p class="more">
                <button type="button" onClick={() => setShown(shown + PAGE)}>
                  {words.t("n.more", { n: Math.min(PAGE, total - shown) })}
                </button>
              </p>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
