// A text as the program compares it: one unit a Han or kana character, or a run of letters and digits, folded.

import { from, to } from "fold-table";

const FOLD = new Map([...from].map((c, k) => [c, to[k] ?? c]));
const ALONE = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}";
const UNIT = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{Alphabetic}\\p{N}])+`, "gu");
const TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ";
/** Pinyin that a conversion between scripts left in brackets, of which one may be lost. */
const PINYIN = new RegExp(`(?<=[\\p{Script=Han}?\\uFFFD])(?:[(（][a-zü${TONES}]{1,6}[)）]?|[a-zü${TONES}]{1,6}[)）])`, "gu");

export interface Units {
  ids: string[];
  /** Places in the text, in UTF-16 units: half open. */
  starts: number[];
  ends: number[];
}

function fold(text: string): string {
  return [...text.normalize("NFKC").toLowerCase()].map((c) => FOLD.get(c) ?? c).join("");
}

/** The units of a text outside of the ranges that are `left` out. */
export function unitsOf(text: string, left: [number, number][]): Units {
  const units: Units = { ids: [], starts: [], ends: [] };
  const pinyin = [...text.matchAll(PINYIN)]
    .filter((match) => [...match[0]].some((c) => TONES.includes(c)))
    .map((match): [number, number] => [match.index, match.index + match[0].length]);
  const skipped = [...left, ...pinyin].sort((x, y) => x[0] - y[0]);
  let next = 0;
  for (const match of text.matchAll(UNIT)) {
    const start = match.index;
    while (next < skipped.length && skipped[next]![1] <= start) next += 1;
    if (next < skipped.length && skipped[next]![0] <= start) continue;
    units.ids.push(fold(match[0]));
    units.starts.push(start);
    units.ends.push(start + match[0].length);
  }
  return units;
}

/** Ranges in characters, as the program counts, as ranges in UTF-16 units, as JavaScript does. */
export function inUtf16(text: string, ranges: [number, number][]): [number, number][] {
  if (ranges.length === 0) return [];
  const places: number[] = [];
  let at = 0;
  for (const c of text) {
    places.push(at);
    at += c.length;
  }
  places.push(at);
  const place = (k: number) => places[Math.min(k, places.length - 1)]!;
  return ranges.map(([start, end]) => [place(start), place(end)]);
}
