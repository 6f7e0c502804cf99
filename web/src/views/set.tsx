import type { SetView } from "../data";
import { useLoaded } from "../hooks";
import { Members } from "../parts/members";
import { Shown } from "../parts/notes";
import { Argued } from "../parts/verdict";
import { to } from "../route";
import { useWords } from "../words";

export function SetPage({ number }: { number: number }) {
  const loaded = useLoaded((source) => source.set(number), [number]);
  return (
    <>
      <Neighbours number={number} set={loaded.value} />
      <Shown of={loaded}>{(set) => <Told set={set} />}</Shown>
    </>
  );
}

function Neighbours({ number, set }: { number: number; set?: SetView }) {
  const words = useWords();
  return (
    <nav class="neighbours" aria-label={words.t("set.kicker", { n: number })}>
      <a href={to(["clusters"])} data-up>
        ↑ {words.t("set.back")}
      </a>
      {set && set.previous !== null && (
        <a href={to(["cluster", set.previous])} data-previous>
          ← {words.t("set.previous")}
        </a>
      )}
      {set && set.next !== null && (
        <a href={to(["cluster", set.next])} data-next>
          {words.t("set.next")} →
        </a>
      )}
      <button type="button" onClick={() => print()}>
        {words.t("set.print")}
      </button>
    </nav>
  );
}

function Told({ set }: { set: SetView }) {
  const words = useWords();
  return (
    <article>
      <p class="kicker">
        {words.t("set.kicker", { n: set.set })} · {words.t("n.pages", { n: set.size })} · {words.t("n.outlets", { n: set.outlets })} ·{" "}
        {words.span(set.first, set.last)}
      </p>
      <h1 class="headline">{set.title ?? words.t("set.untitled")}</h1>
      <Argued set={set} />
      <section>
        <h2>{words.t("set.members")}</h2>
        <p class="note">{words.t("set.members.note")}</p>
        <Members set={set} />
        <p class="note">{words.t("set.cohesion", { min: words.percent(set.cohesion.min), mean: words.percent(set.cohesion.mean) })}</p>
      </section>
      <section class="paper">
        <h2>{words.t("set.hashes")}</h2>
        <ul>
          {set.members.map((member) => (
            <li>
              {member.id} · {member.outlet ?? words.t("unknown.outlet")} · {words.time(member.published)}
              {member.url && <> · {member.url}</>} · {member.text === null ? words.t("member.gone") : `SHA-256 ${member.sha256}`}
            </li>
          ))}
        </ul>
      </section>
    </article>
  );
}
