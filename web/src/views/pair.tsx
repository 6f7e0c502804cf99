import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { compare, type Comparison, type Paragraph, type Segment } from "../compare/segments";
import type { Member, PageText, SetView } from "../data";
import { useLoaded } from "../hooks";
import { Shown } from "../parts/notes";
import { go, to, webAddress } from "../route";
import { useWords } from "../words";

type Mode = "side" | "merged";
const EDITS = ["cut", "added", "reworded", "moved"] as const;

export function PairPage({ number, a, b }: { number: number; a: string; b: string }) {
  const loaded = useLoaded(
    async (source) => {
      const set = await source.set(number);
      return { set, a, b, texts: await source.texts(set, a, b) };
    },
    [number, a, b],
  );
  const words = useWords();
  return (
    <>
      <nav class="neighbours" aria-label={words.t("pair.title")}>
        <a href={to(["cluster", number])} data-up>
          ↑ {words.t("set.kicker", { n: number })}
        </a>
        <a href={to(["cluster", number, "pair", b, a])}>⇄ {words.t("pair.swap")}</a>
        <button type="button" onClick={() => print()}>
          {words.t("set.print")}
        </button>
      </nav>
      <Shown of={loaded}>{(value) => <Read {...value} />}</Shown>
    </>
  );
}

function Read({ set, a, b, texts }: { set: SetView; a: string; b: string; texts: [PageText, PageText] }) {
  const words = useWords();
  const narrow = matchMedia("(max-width: 720px)").matches;
  const [mode, setMode] = useState<Mode>(narrow ? "merged" : "side");
  const [active, setActive] = useState<number>();
  const gone = texts.some(({ text }) => text === null);
  const found = useMemo(() => compare(...texts), [texts]);
  const edits = useMemo(() => found.steps.flatMap(({ kind }, k) => (kind === "same" ? [] : [k])), [found]);
  const body = useRef<HTMLDivElement>(null);
  useLinkedScroll(body, `${mode}${a}${b}`);

  const show = (step: number) => {
    setActive(step);
    body.current?.querySelectorAll(`[data-step="${step}"]`).forEach((mark) => intoView(mark as HTMLElement));
  };
  const turn = (by: 1 | -1) => {
    const at = active === undefined ? -1 : edits.indexOf(active);
    const next = edits[at < 0 ? (by > 0 ? 0 : edits.length - 1) : (at + by + edits.length) % edits.length];
    if (next !== undefined) show(next);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
    if (/^(INPUT|SELECT)$/.test((event.target as HTMLElement).tagName)) return;
    turn(event.key === "j" ? 1 : -1);
  };
  useEffect(() => {
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  });

  const member = (id: string) => set.members.find((member) => member.id === id);
  const text = (paragraphs: Paragraph[]) => <Text paragraphs={paragraphs} active={active} other={active === undefined ? undefined : found.steps[active]?.other} choose={show} />;
  const column = (name: "a" | "b", id: string) => (
    <div class="column">
      <Chosen set={set} id={id} other={name === "a" ? b : a} side={name} />
      <div class="text" tabIndex={0} role="region" aria-label={words.t("pair.a.label", { id })} lang="zh-Hans">
        {texts[name === "a" ? 0 : 1].text === null ? <p class="soft">{words.t("pair.gone")}</p> : text(found[name])}
      </div>
    </div>
  );
  return (
    <article class="pair">
      <h1 class="hidden">{words.t("pair.title")}</h1>
      <div class="tools">
        <Legend found={found} edits={edits.length} gone={gone} />
        <div class="turn">
          <button type="button" onClick={() => turn(-1)} disabled={edits.length === 0} title={words.t("pair.previous")} aria-label={words.t("pair.previous")}>
            ↑
          </button>
          <button type="button" onClick={() => turn(1)} disabled={edits.length === 0} title={words.t("pair.next")} aria-label={words.t("pair.next")}>
            ↓
          </button>
          <span class="modes" role="group" aria-label={words.t("pair.mode")}>
            {(["side", "merged"] as const).map((name) => (
              <button type="button" aria-pressed={mode === name} onClick={() => setMode(name)}>
                {words.t(`pair.${name}`)}
              </button>
            ))}
          </span>
        </div>
      </div>
      <div ref={body}>
        {mode === "side" || gone ? (
          <div class="columns">
            {column("a", a)}
            {column("b", b)}
          </div>
        ) : (
          <>
            <div class="columns heads">
              <Chosen set={set} id={a} other={b} side="a" />
              <Chosen set={set} id={b} other={a} side="b" />
            </div>
            <div class="text one" lang="zh-Hans">
              {text(found.merged)}
            </div>
          </>
        )}
      </div>
      <p class="note">{words.t("pair.note")}</p>
      <p class="note paper">{[member(a), member(b)].map((page) => page && `${page.id} SHA-256 ${page.sha256}`).join(" · ")}</p>
    </article>
  );
}

/** One of the two pages: which, by whom, when; another member can be chosen in its place. */
function Chosen({ set, id, other, side }: { set: SetView; id: string; other: string; side: "a" | "b" }) {
  const words = useWords();
  const page = set.members.find((member) => member.id === id);
  const label = (member: Member) => `${member.outlet ?? words.t("unknown.outlet")} · ${words.time(member.published)} · ${member.id}`;
  const address = webAddress(page?.url ?? null);
  const choose = (chosen: string) => go(to(["cluster", set.set, "pair", ...(side === "a" ? [chosen, other] : [other, chosen])]), true);
  return (
    <header class="chosen">
      <select aria-label={words.t(`pair.${side}`)} value={id} onChange={(e) => choose(e.currentTarget.value)}>
        {set.members
          .filter((member) => member.id !== other)
          .map((member) => (
            <option value={member.id}>{label(member)}</option>
          ))}
      </select>
      <p class="title">
        {page?.title ?? words.t("set.untitled")}
        {address && (
          <a class="id" href={address} target="_blank" rel="noopener noreferrer" aria-label={words.t("pair.open")} title={words.t("pair.open")}>
            ↗
          </a>
        )}
      </p>
      <p class="paper">{page && label(page)}</p>
    </header>
  );
}

function Legend({ found, edits, gone }: { found: Comparison; edits: number; gone: boolean }) {
  const words = useWords();
  if (gone) return <p class="legend" />;
  return (
    <p class="legend">
      <strong>{words.t("pair.edits", { n: edits })}</strong>
      {EDITS.filter((kind) => found.counts[kind] > 0).map((kind) => (
        <span class={`mark ${kind}`}>
          {words.t(`pair.${kind}`)} {words.number(found.counts[kind])}
        </span>
      ))}
      <span class="soft">{words.t("pair.same", { n: found.counts.same })}</span>
    </p>
  );
}

interface TextProps {
  paragraphs: Paragraph[];
  active?: number;
  other?: number;
  choose: (step: number) => void;
}

function Text({ paragraphs, active, other, choose }: TextProps) {
  return (
    <>
      {paragraphs.map((paragraph) => (
        <p class={paragraph.every(({ kind }) => kind === "furniture") ? "furniture" : ""}>
          {paragraph.map((segment) => (
            <Words segment={segment} active={segment.step !== undefined && (segment.step === active || segment.step === other)} choose={choose} />
          ))}
        </p>
      ))}
    </>
  );
}

function Words({ segment: { text, kind, step }, active, choose }: { segment: Segment; active: boolean; choose: (step: number) => void }) {
  const words = useWords();
  const chosen = step === undefined ? undefined : () => choose(step);
  switch (kind) {
    case "plain":
      return <>{text}</>;
    case "furniture":
      return <span class="furniture" title={words.t("pair.furniture")}>{text}</span>;
    case "same":
      return (
        <span class={active ? "same active" : "same"} data-step={step} onClick={chosen}>
          {text}
        </span>
      );
    case "cut":
      return (
        <del class={`mark cut${active ? " active" : ""}`} data-step={step} title={words.t("pair.cut")} onClick={chosen}>
          {text}
        </del>
      );
    case "added":
      return (
        <ins class={`mark added${active ? " active" : ""}`} data-step={step} title={words.t("pair.added")} onClick={chosen}>
          {text}
        </ins>
      );
    default:
      return (
        <mark class={`mark ${kind}${active ? " active" : ""}`} data-step={step} title={words.t(`pair.${kind}`)} onClick={chosen}>
          {text}
        </mark>
      );
  }
}

/** The box that a mark scrolls in; the window has none. */
function boxOf(mark: HTMLElement): HTMLElement | undefined {
  const box = mark.closest<HTMLElement>(".text");
  return box && box.scrollHeight > box.clientHeight + 1 ? box : undefined;
}

function intoView(mark: HTMLElement) {
  const box = boxOf(mark);
  if (box) box.scrollTo({ top: box.scrollTop + mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3 });
  else mark.scrollIntoView({ block: "center" });
}

/** While one column scrolls, the other follows: what stands in both stays at one height. */
function useLinkedScroll(body: { current: HTMLDivElement | null }, key: string) {
  useEffect(() => {
    const boxes = [...(body.current?.querySelectorAll<HTMLElement>(".columns .text") ?? [])];
    const [x, y] = boxes;
    if (!x || !y) return;
    let leader: HTMLElement | undefined;
    const lead = (event: Event) => (leader = event.currentTarget as HTMLElement);
    const follow = (event: Event) => {
      const box = event.currentTarget as HTMLElement;
      if (box !== leader) return;
      const other = box === x ? y : x;
      const top = box.getBoundingClientRect().top + box.clientHeight / 3;
      const mark = [...box.querySelectorAll<HTMLElement>(".same[data-step]")].findLast((mark) => mark.getBoundingClientRect().top <= top);
      const twin = mark && other.querySelector<HTMLElement>(`.same[data-step="${mark.dataset.step}"]`);
      if (!mark || !twin) return;
      const along = (top - mark.getBoundingClientRect().top) / Math.max(1, mark.getBoundingClientRect().height);
      const at = twin.getBoundingClientRect();
      other.scrollTop += at.top + Math.min(1, along) * at.height - other.getBoundingClientRect().top - other.clientHeight / 3;
    };
    for (const box of boxes) {
      for (const name of ["pointerenter", "focusin", "wheel", "touchstart"]) box.addEventListener(name, lead, { passive: true });
      box.addEventListener("scroll", follow, { passive: true });
    }
    return () => {
      for (const box of boxes) {
        for (const name of ["pointerenter", "focusin", "wheel", "touchstart"]) box.removeEventListener(name, lead);
        box.removeEventListener("scroll", follow);
      }
    };
  }, [key]);
}
