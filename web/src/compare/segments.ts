// Two texts cut into stretches that are shown alike: by step, by furniture, by paragraph.

import type { PageText } from "../data";
import { align, type Kind, type Step } from "./align";
import { inUtf16, unitsOf, type Units } from "./units";

/** Words of a page that are shown alike. */
export interface Segment {
  text: string;
  kind: Kind | "plain" | "furniture";
  /** The step it belongs to, if it belongs to one. */
  step?: number;
}

export type Paragraph = Segment[];

export interface Comparison {
  steps: Step[];
  a: Paragraph[];
  b: Paragraph[];
  /** Both in one, as an editor marks changes. */
  merged: Paragraph[];
  /** Units that were cut, added, reworded (on the first side) and moved, and that stayed. */
  counts: Record<Kind, number>;
}

interface Side {
  text: string;
  furniture: [number, number][];
  units: Units;
}

function side(page: PageText): Side {
  const text = page.text ?? "";
  const furniture = inUtf16(text, page.furniture);
  return { text, furniture, units: unitsOf(text, furniture) };
}

export function compare(first: PageText, second: PageText): Comparison {
  const [x, y] = [side(first), side(second)];
  const steps = align(x.units.ids, y.units.ids);
  const counts = { same: 0, cut: 0, added: 0, reworded: 0, moved: 0 };
  for (const { kind, a, b } of steps) counts[kind] += kind === "added" ? b[1] - b[0] : a[1] - a[0];
  return {
    steps,
    a: paragraphs(whole(x, steps, "a")),
    b: paragraphs(whole(y, steps, "b")),
    merged: paragraphs(merged(x, y, steps)),
    counts,
  };
}

/** The text range of a step on one side; nothing where the step is empty there. */
function range(of: Side, [start, end]: [number, number]): [number, number] | undefined {
  return start < end ? [of.units.starts[start]!, of.units.ends[end - 1]!] : undefined;
}

/** The plain text of a range, with its furniture marked. */
function plain(of: Side, from: number, to: number, kind: Segment["kind"] = "plain", step?: number): Segment[] {
  const list: Segment[] = [];
  let at = from;
  for (const [start, end] of of.furniture) {
    if (end <= at || start >= to) continue;
    if (start > at) list.push({ text: of.text.slice(at, start), kind, step });
    list.push({ text: of.text.slice(Math.max(start, at), Math.min(end, to)), kind: "furniture" });
    at = Math.min(end, to);
  }
  if (at < to) list.push({ text: of.text.slice(at, to), kind, step });
  return list;
}

function whole(of: Side, steps: Step[], name: "a" | "b"): Segment[] {
  const list: Segment[] = [];
  let at = 0;
  steps.forEach((step, k) => {
    const place = range(of, step[name]);
    if (!place) return;
    list.push(...plain(of, at, place[0]), ...plain(of, place[0], place[1], step.kind, k));
    at = place[1];
  });
  return [...list, ...plain(of, at, of.text.length)];
}

function merged(x: Side, y: Side, steps: Step[]): Segment[] {
  const list: Segment[] = [];
  let at = 0;
  steps.forEach((step, k) => {
    const [gone, come] = [range(x, step.a), range(y, step.b)];
    if (step.kind !== "same" && gone) {
      const text = x.text.slice(gone[0], gone[1]);
      list.push({ text, kind: step.kind === "moved" ? "moved" : "cut", step: k });
    }
    if (come) {
      list.push(...plain(y, at, come[0]));
      list.push(...plain(y, come[0], come[1], step.kind === "reworded" ? "added" : step.kind, k));
      at = come[1];
    }
  });
  return [...list, ...plain(y, at, y.text.length)];
}

/** Lines as paragraphs; empty ones are left out. */
function paragraphs(segments: Segment[]): Paragraph[] {
  const list: Paragraph[] = [[]];
  for (const segment of segments) {
    segment.text.split("\n").forEach((text, k) => {
      if (k > 0) list.push([]);
      if (text !== "") list.at(-1)!.push({ ...segment, text });
    });
  }
  return list.filter((paragraph) => paragraph.some(({ text }) => text.trim() !== ""));
}
