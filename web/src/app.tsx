import { useEffect, useMemo, useState } from "preact/hooks";
import type { Lang, Run } from "./data";
import { Failure, Help } from "./parts/notes";
import { useKeyboard } from "./keyboard";
import { go, to, useRoute } from "./route";
import { sourceOf } from "./source";
import { RunContext, SourceContext } from "./hooks";
import { OverviewPage } from "./views/overview";
import { PairPage } from "./views/pair";
import { PointPage } from "./views/point";
import { PointsPage } from "./views/points";
import { SetPage } from "./views/set";
import { SetsPage } from "./views/sets";
import { useWords, Words, WordsContext } from "./words";

type Theme = "auto" | "light" | "dark";

/** A choice that this browser remembers, where it may. */
function useChoice<T extends string>(name: string, fallback: T): [T, (value: T) => void] {
  const key = `tonggao.${name}`;
  const [value, set] = useState<T>(() => {
    try {
      return (localStorage.getItem(key) as T | null) ?? fallback;
    } catch {
      return fallback;
    }
  });
  const choose = (value: T) => {
    set(value);
    try {
      localStorage.setItem(key, value);
    } catch {
      // A file opened from a disk may not be allowed to remember.
    }
  };
  return [value, choose];
}

function usual(run: Run): Lang {
  return run.lang ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
}

export function App({ run }: { run: Run }) {
  const [theme, setTheme] = useChoice<Theme>("theme", "auto");
  // A report made with --lang opens in that language, whatever another one was left in.
  const [lang, setLang] = useChoice<Lang>(run.lang ? `lang.${run.lang}` : "lang", usual(run));
  const words = useMemo(() => new Words(lang === "zh" ? "zh" : "en"), [lang]);
  const source = useMemo(() => sourceOf(run), [run]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.lang = words.lang === "zh" ? "zh-Hans" : "en";
  }, [theme, words]);
  return (
    <RunContext.Provider value={run}>
      <SourceContext.Provider value={source}>
        <WordsContext.Provider value={words}>
          <Frame theme={theme} setTheme={setTheme} setLang={setLang} run={run} />
        </WordsContext.Provider>
      </SourceContext.Provider>
    </RunContext.Provider>
  );
}

interface FrameProps {
  theme: Theme;
  setTheme: (theme: Theme) => void;
  setLang: (lang: Lang) => void;
  run: Run;
}

function Frame({ theme, setTheme, setLang, run }: FrameProps) {
  const { t, lang } = bound(useWords());
  const route = useRoute();
  const [help, setHelp] = useState(false);
  useKeyboard(route, { help, setHelp });
  const [view] = route.path;
  const address = route.path.join("/");
  useEffect(() => scrollTo(0, 0), [address]);
  const tab = (name: string, path: string[], views: (string | undefined)[]) => (
    <a href={to(path)} aria-current={views.includes(view) ? "page" : undefined}>
      {t(name)}
    </a>
  );
  const search = (event: Event) => {
    event.preventDefault();
    const q = new FormData(event.currentTarget as HTMLFormElement).get("q");
    go(to(["clusters"], { q: `${q ?? ""}` }));
  };
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => (event.preventDefault(), document.getElementById("content")?.focus())}>
        {t("nav.skip")}
      </a>
      <header class="top">
        <a class="brand" href="#/" title={t("app.tagline")}>
          <span class="seal" aria-hidden="true">
            稿
          </span>
          <span>{lang === "zh" ? "通稿" : "tonggao"}</span>
        </a>
        <nav aria-label={t("nav.main")}>
          {tab("nav.overview", [], [undefined])}
          {tab("nav.sets", ["clusters"], ["clusters", "cluster"])}
          {tab("nav.points", ["points"], ["points"])}
        </nav>
        <form class="search" role="search" onSubmit={search}>
          <input type="search" name="q" aria-label={t("search.label")} placeholder={t("search.placeholder")} autocomplete="off" />
        </form>
        <div class="switches">
          <select aria-label={t("theme.label")} value={theme} onChange={(e) => setTheme(e.currentTarget.value as Theme)}>
            {(["auto", "light", "dark"] as const).map((name) => (
              <option value={name}>{t(`theme.${name}`)}</option>
            ))}
          </select>
          <button type="button" class="lang" title={t("lang.label")} onClick={() => setLang(lang === "zh" ? "en" : "zh")}>
            <span lang="zh-Hans" class={lang === "zh" ? "on" : ""}>
              中
            </span>{" "}
            <span lang="en" class={lang === "en" ? "on" : ""}>
              EN
            </span>
          </button>
          <button type="button" class="keys" aria-label={t("help.open")} title={t("help.open")} onClick={() => setHelp(true)}>
            ?
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <View path={route.path} query={route.query} />
      </main>
      <Foot run={run} />
      {help && <Help close={() => setHelp(false)} />}
    </>
  );
}

function bound(words: Words) {
  return { t: words.t.bind(words), lang: words.lang, gap: words.gap };
}

function View({ path, query }: { path: string[]; query: URLSearchParams }) {
  const [view, number, ...rest] = path;
  const n = Number(number);
  const counts = number !== undefined && Number.isSafeInteger(n) && n >= 0;
  if (!("DecompressionStream" in window)) return <Failure reason="error.old" />;
  if (view === undefined) return <OverviewPage />;
  if (view === "clusters" && number === undefined) return <SetsPage query={query} />;
  if (view === "cluster" && counts && rest[0] === "pair" && rest.length === 3) {
    return <PairPage number={n} a={rest[1]!} b={rest[2]!} />;
  }
  if (view === "cluster" && counts && rest.length === 0) return <SetPage number={n} />;
  if (view === "points" && number === undefined) return <PointsPage query={query} />;
  if (view === "points" && counts && rest.length === 0) return <PointPage number={n} />;
  return <Failure reason="error.lost" />;
}

/** What every sheet says of the run, on the screen and on paper. */
function Foot({ run }: { run: Run }) {
  const { t, gap } = bound(useWords());
  return (
    <footer class="foot">
      <p>
        <strong>{t("note.guess")}</strong>
        {gap}
        {t("note.calibrated")}
      </p>
      <p>
        {t("foot.version", { version: run.version })} ·{" "}
        {run.commit ? t("foot.commit", { commit: run.commit, hash: run.input_hash }) : t("foot.input", { hash: run.input_hash })}
      </p>
      <p>
        {t("foot.config")} <code>{JSON.stringify(run.config)}</code>
      </p>
    </footer>
  );
}
