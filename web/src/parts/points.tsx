import type { PointRow } from "../data";
import { to } from "../route";
import { useWords, type Words } from "../words";

/** Who uses a wording: known outlets, and pages of which none is known. */
export function carriers(words: Words, { outlets, of_unknown_outlet }: PointRow): string {
  if (outlets === 0 && of_unknown_outlet > 0) return words.t("outlets.unknown");
  const known = words.t("n.outlets", { n: outlets });
  return of_unknown_outlet > 0 ? words.t("outlets.and.unknown", { known, pages: words.t("n.pages", { n: of_unknown_outlet }) }) : known;
}

/** Talking points as rows, with what was seen against what chance expects. */
export function PointRows({ rows }: { rows: { row: PointRow; number: number }[] }) {
  const words = useWords();
  return (
    <table class="list points">
      <thead>
        <tr>
          <th scope="col">{words.t("col.wording")}</th>
          <th scope="col" class="n">
            {words.t("col.outlets")}
          </th>
          <th scope="col" class="n">
            {words.t("col.articles")}
          </th>
          <th scope="col" class="n expected">
            {words.t("col.expected")}
          </th>
          <th scope="col" class="when">
            {words.t("col.seen")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, number }) => (
          <tr data-row key={number}>
            <td class="title">
              <a href={to(["points", number])}>{row.text}</a>
            </td>
            <td class="n">{row.outlets === 0 && row.of_unknown_outlet > 0 ? words.t("outlets.unknown.short") : words.number(row.outlets)}</td>
            <td class="n">{words.number(row.clusters)}</td>
            <td class="n expected">{words.small(row.expected)}</td>
            <td class="when">{words.span(row.first_seen, row.last_seen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
