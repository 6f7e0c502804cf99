import type { Piece, SetView, Verdict } from "../data";
import { to } from "../route";
import { useWords, type Words } from "../words";

/** Evidence that quotes a time. */
const CLOCKS = new Set(["earliest", "tied_earliest", "later"]);

/** A candidate by name. */
export function nameOf(set: SetView, { document, outlet }: Pick<Verdict, "document" | "outlet">, words: Words): string {
  if (document === null) return outlet ?? words.t("row.origin.unknown");
  const page = set.members.find(({ id }) => id === document);
  return outlet ?? page?.outlet ?? words.t("unknown.outlet.page");
}

/** What a kind of evidence says, by who it is about. */
export function claim(kind: string, about: Verdict["argument"]["about"], words: Words): string {
  const key = `claim.${kind}`;
  return words.t(about === "page" && words.has(`${key}.page`) ? `${key}.page` : key);
}

export function sentence(set: SetView, words: Words): string {
  const { origin } = set;
  if (!origin) return words.t("set.verdict.none");
  const { about, reasons } = origin.argument;
  const told = reasons.map((kind) => claim(kind, about, words)).join(words.t("set.and"));
  return words.t(`set.verdict.${about}`, {
    who: nameOf(set, origin, words),
    p: words.probability(origin.probability),
    because: told && words.t("set.because", { reasons: told }),
  });
}

/** The verdict with what speaks for and against it. */
export function Argued({ set }: { set: SetView }) {
  const words = useWords();
  const { origin, runner_up: second, first_seen: first, common_source: common } = set;
  if (!origin) return <p class="verdict">{sentence(set, words)}</p>;
  const { about } = origin.argument;
  const seen = first.document === null ? undefined : set.members.find(({ id }) => id === first.document);
  const side = (heading: string, pieces: Piece[], sign: "for" | "against") => (
    <div class={`side ${sign}`}>
      <h3>{words.t(heading)}</h3>
      {pieces.length === 0 && <p class="soft">{words.t("set.nothing")}</p>}
      <ul>
        {pieces.map((piece) => (
          <li>
            <Weight of={piece.weight} />
            <span>
              {claim(piece.kind, about, words)}
              {piece.quote && <q>{CLOCKS.has(piece.kind) ? words.time(piece.quote) : piece.quote}</q>}
              {piece.document && piece.document !== origin.document && (
                <a class="id" href={pageAddress(set, origin.document, piece.document)}>
                  {piece.document}
                </a>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
  return (
    <section class="argued">
      <p class={`verdict ${about}`}>{sentence(set, words)}</p>
      {set.origin_verdict && <p class="note">{words.t("set.verdict.people")}</p>}
      <div class="chance" role="img" aria-label={words.probability(origin.probability)}>
        <span style={{ "--share": origin.probability }} class={about} />
      </div>
      <div class="sides">
        {side("set.for", origin.argument.for, "for")}
        {side("set.against", origin.argument.against, "against")}
      </div>
      {common && (
        <p class="note">
          {words.t("set.common", { who: common.issuer ?? words.t("set.common.unnamed") })} <q>{common.quote}</q>
        </p>
      )}
      <p class="note">
        {second &&
          words.t(second.argument.about === "unknown" ? "set.runner.unknown" : "set.runner", {
            who: nameOf(set, second, words) + (second.argument.about === "page" && second.outlet ? ` (${second.document})` : ""),
            p: words.probability(second.probability),
          })}{words.gap}
        {seen && words.t("set.first", { who: `${seen.outlet ?? words.t("unknown.outlet")} (${seen.id}), ${words.time(seen.published)}` })}
      </p>
      <p class="note caveat">
        {words.t("note.guess")}
        {words.gap}
        {words.t("note.calibrated")}
      </p>
    </section>
  );
}

/** A page against the origin, where a piece of evidence was read. */
function pageAddress(set: SetView, origin: string | null, page: string): string {
  const other = [origin, set.representative, ...set.members.map(({ id }) => id)].find((id) => id !== null && id !== page);
  return other ? to(["cluster", set.set, "pair", other, page]) : to(["cluster", set.set]);
}

function Weight({ of }: { of: number }) {
  const words = useWords();
  const text = `${of > 0 ? "+" : "−"}${Math.abs(of).toFixed(2)}`;
  return (
    <span class="weight" title={words.t("set.weight", { weight: text })} style={{ "--share": Math.min(1, Math.abs(of) / 5) }}>
      {text}
    </span>
  );
}
