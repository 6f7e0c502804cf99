import type { Row } from "../data";
import { to } from "../route";
import { useWords } from "../words";

/** Reprint sets as rows; the whole row is easy to hit, its headline is the link. */
export function SetRows({ rows }: { rows: Row[] }) {
  const words = useWords();
  const most = Math.max(1, ...rows.map((row) => row.size));
  return (
    <table class="list sets">
      <thead>
        <tr>
          <th scope="col" class="n">
            {words.t("col.pages")}
          </th>
          <th scope="col">{words.t("col.title")}</th>
          <th scope="col">{words.t("col.origin")}</th>
          <th scope="col" class="when">
            {words.t("col.time")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr data-row key={row.set}>
            <td class="n">
              <span class="bar" style={{ "--share": row.size / most }}>
                {words.number(row.size)}
              </span>
            </td>
            <td class="title">
              <a href={to(["cluster", row.set])}>{row.title}</a>
            </td>
            <td class="who">
              <Origin of={row.origin} />
            </td>
            <td class="when">{words.span(row.first, row.last)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Origin({ of }: { of: Row["origin"] }) {
  const words = useWords();
  if (!of) return <></>;
  const unknown = of.document === null && of.outlet === null;
  if (unknown) return <span class="soft">{words.t("row.origin.unknown")}</span>;
  return (
    <>
      <span class="name">{of.outlet ?? words.t("unknown.outlet.page")}</span>
      {of.document === null && <span class="tag">{words.t("outside")}</span>} <span class="p">{words.probability(of.probability)}</span>
    </>
  );
}
