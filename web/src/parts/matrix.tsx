import type { OutletPair } from "../data";
import { to } from "../route";
import { useWords } from "../words";

/** Outlets on either side. */
const SIDE = 14;

function greatest(pairs: OutletPair[], side: "from" | "to"): string[] {
  const sums = new Map<string, number>();
  for (const pair of pairs) sums.set(pair[side], (sums.get(pair[side]) ?? 0) + pair.reprints);
  return [...sums].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).slice(0, SIDE).map(([name]) => name);
}

/** Who runs whose copy, for the outlets that pass on the most. */
export function Matrix({ pairs }: { pairs: OutletPair[] }) {
  const words = useWords();
  const [givers, takers] = [greatest(pairs, "from"), greatest(pairs, "to")];
  const cells = new Map(pairs.map((pair) => [`${pair.from}\u0000${pair.to}`, pair]));
  // A few copies make no strong colour.
  const most = Math.max(6, ...pairs.map((pair) => pair.reprints));
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={words.t("overview.matrix")}>
      <table class="matrix">
        <thead>
          <tr>
            <td />
            {takers.map((name) => (
              <th scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {givers.map((from) => (
            <tr>
              <th scope="row" title={from}>
                {from}
              </th>
              {takers.map((name) => {
                const pair = cells.get(`${from}\u0000${name}`);
                if (!pair) return <td class={from === name ? "self" : ""} />;
                const told = words.t("overview.matrix.cell", { from, to: name, n: pair.reprints, expected: words.number(pair.expected, 1) });
                const share = Math.sqrt(pair.reprints / most);
                return (
                  <td>
                    <a class={share > 0.7 ? "strong" : ""} style={{ "--share": share }} title={told} aria-label={told} href={to(["clusters"], { outlet: from, with: name })}>
                      {words.number(pair.reprints)}
                    </a>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
