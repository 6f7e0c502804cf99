// Every word that the report says of its own, from one dictionary a language; numbers and times as people read them.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Lang } from "./data";
import en from "./lang/en.json";
import zh from "./lang/zh.json";

type Dictionary = Record<string, string>;
const DICTIONARIES: Record<Lang, Dictionary> = { en, zh };

export class Words {
  constructor(readonly lang: Lang) {}

  /** The words of a key with its places filled. `{n}` of 1 or 0 takes words of its own where there are such. */
  t(key: string, places: Record<string, string | number> = {}): string {
    const words = DICTIONARIES[this.lang];
    const text = words[`${key}.${places.n}`] ?? words[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = places[name];
      return value === undefined ? place : typeof value === "number" ? this.number(value) : value;
    });
  }

  /** What stands between two sentences. */
  get gap(): string {
    return this.lang === "zh" ? "" : " ";
  }

  has(key: string): boolean {
    return key in DICTIONARIES[this.lang];
  }

  number(value: number, digits = 0): string {
    return value.toLocaleString(this.lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: digits });
  }

  percent(share: number): string {
    return share > 0 && share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`;
  }

  /** A probability, which is never certain. */
  probability(p: number): string {
    return p > 0.995 ? ">0.99" : p < 0.005 ? "<0.01" : p.toFixed(2);
  }

  /** A number that is expected by chance, which is never nothing. */
  small(value: number): string {
    return value < 0.01 ? "<0.01" : this.number(value, 2);
  }

  lag(minutes: number | null): string {
    if (minutes === null) return "";
    if (Math.abs(minutes) < 120) return this.t("time.minutes", { n: minutes });
    const hours = minutes / 60;
    if (Math.abs(hours) < 72) return this.t("time.hours", { n: Math.round(hours) });
    return this.t("time.days", { n: Math.round(hours / 24) });
  }

  /** A time as the page states it, without seconds and zone. */
  time(time: string | null): string {
    return time ? time.slice(0, 16).replace("T", " ") : this.t("unknown.time");
  }

  /** A stretch of days. */
  span(first: string | null, last: string | null): string {
    if (!first) return this.t("unknown.time");
    const [x, y] = [first.slice(0, 10), (last ?? first).slice(0, 10)];
    if (x === y) return x;
    return `${x} – ${x.slice(0, 4) === y.slice(0, 4) ? y.slice(5) : y}`;
  }
}

export const WordsContext = createContext(new Words("zh"));

export function useWords(): Words {
  return useContext(WordsContext);
}
