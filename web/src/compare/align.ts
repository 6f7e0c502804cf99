// What was cut, added, reworded or moved between two texts, unit by unit.

import { diffArrays } from "diff";

export type Kind = "same" | "cut" | "added" | "reworded" | "moved";

/** A stretch of both texts, in units, half open; one side is empty where something was cut, added or moved. */
export interface Step {
  kind: Kind;
  a: [number, number];
  b: [number, number];
  /** The other end of what was moved, as a place in the list of steps. */
  other?: number;
}

/** Units of a run that both texts hold once: such a run pins the two texts together. */
const ANCHOR = 6;
/** Between two anchors texts are compared unit by unit up to this many pairs of units. */
const PAIRS = 4_000_000;
/** Units that must agree between two edits to part them: less is chance. */
const APART = 2;
/** Units of a stretch that counts as moved. */
const MOVED = 12;

/** Steps from the first text to the second, in the order of both. */
export function align(a: string[], b: string[]): Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  for (const [x, y, length] of [...anchors(a, b), [a.length, b.length, 0] as const]) {
    between(a, b, [i, x], [j, y], steps);
    push(steps, "same", [x, x + length], [y, y + length]);
    [i, j] = [x + length, y + length];
  }
  return linkMoved(joined(steps), a, b);
}

/** Runs that both texts hold once, in an order that both agree on: place in `a`, place in `b`, length. */
function anchors(a: string[], b: string[]): [number, number, number][] {
  const once = (ids: string[]) => {
    const places = new Map<string, number>();
    for (let k = 0; k + ANCHOR <= ids.length; k += 1) {
      const run = ids.slice(k, k + ANCHOR).join("\u0000");
      places.set(run, places.has(run) ? -1 : k);
    }
    return places;
  };
  const inB = once(b);
  const pairs: [number, number][] = [];
  for (const [run, x] of once(a)) {
    const y = inB.get(run) ?? -1;
    if (x >= 0 && y >= 0) pairs.push([x, y]);
  }
  const merged: [number, number, number][] = [];
  for (const [x, y] of rising(pairs)) {
    const last = merged.at(-1);
    // Runs that overlap on both sides alike grow together; one that overlaps on one side only is passed over.
    if (last && x - last[0] === y - last[1] && x <= last[0] + last[2]) last[2] = x + ANCHOR - last[0];
    else if (!last || (x >= last[0] + last[2] && y >= last[1] + last[2])) merged.push([x, y, ANCHOR]);
  }
  return merged;
}

/** The longest list of pairs that rises on both sides; `pairs` rise on the first (patience sorting). */
function rising(pairs: [number, number][]): [number, number][] {
  const tails: number[] = [];
  const before: number[] = [];
  pairs.forEach(([, y], k) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]!]![1] < y) low = middle + 1;
      else high = middle;
    }
    before[k] = low > 0 ? tails[low - 1]! : -1;
    tails[low] = k;
  });
  const list: [number, number][] = [];
  for (let k = tails.at(-1) ?? -1; k >= 0; k = before[k]!) list.push(pairs[k]!);
  return list.reverse();
}

/** Compares what stands between two anchors. */
function between(a: string[], b: string[], [i, x]: [number, number], [j, y]: [number, number], steps: Step[]) {
  while (i < x && j < y && a[i] === b[j]) {
    push(steps, "same", [i, i + 1], [j, j + 1]);
    i += 1;
    j += 1;
  }
  let tail = 0;
  while (x - tail > i && y - tail > j && a[x - tail - 1] === b[y - tail - 1]) tail += 1;
  const [p, q] = [a.slice(i, x - tail), b.slice(j, y - tail)];
  if (p.length > 0 && q.length > 0 && p.length * q.length <= PAIRS) {
    for (const part of diffArrays(p, q)) {
      const n = part.value.length;
      if (part.removed) push(steps, "cut", [i, (i += n)], [j, j]);
      else if (part.added) push(steps, "added", [i, i], [j, (j += n)]);
      else push(steps, "same", [i, (i += n)], [j, (j += n)]);
    }
  } else {
    push(steps, "cut", [i, x - tail], [j, j]);
    push(steps, "added", [x - tail, x - tail], [j, y - tail]);
  }
  push(steps, "same", [x - tail, x], [y - tail, y]);
}

function push(steps: Step[], kind: Kind, a: [number, number], b: [number, number]) {
  if (a[0] === a[1] && b[0] === b[1]) return;
  const last = steps.at(-1);
  if (last && last.kind === kind) {
    last.a[1] = a[1];
    last.b[1] = b[1];
  } else {
    steps.push({ kind, a, b });
  }
}

/** Edits that only a chance agreement parts are one. */
function joined(steps: Step[]): Step[] {
  const size = (step: Step | undefined) => (step && step.kind !== "same" ? step.a[1] - step.a[0] + step.b[1] - step.b[0] : 0);
  const length = (step: Step) => step.a[1] - step.a[0];
  const list: Step[] = [];
  steps.forEach((step, k) => {
    const [left, right] = [size(steps[k - 1]), size(steps[k + 1])];
    const chance = step.kind === "same" && length(step) <= APART && left > 0 && right > 0 && left + right >= 3 * length(step);
    const edit = step.kind !== "same" || chance;
    const last = list.at(-1);
    if (edit && last && last.kind !== "same") {
      last.a[1] = step.a[1];
      last.b[1] = step.b[1];
    } else {
      list.push({ kind: edit ? "cut" : "same", a: [...step.a], b: [...step.b] });
    }
  });
  return list.flatMap(parted);
}

/** What an edit is; where one side is many times the other, it is a cut or an addition beside a small one. */
function parted(step: Step): Step[] {
  if (step.kind === "same") return [step];
  const { a, b } = step;
  const [cut, added] = [a[1] - a[0], b[1] - b[0]];
  if (cut === 0) return [{ ...step, kind: "added" }];
  if (added === 0) return [{ ...step, kind: "cut" }];
  if (Math.max(cut, added) >= MOVED && Math.max(cut, added) >= 4 * Math.min(cut, added)) {
    return [
      { kind: "cut", a, b: [b[0], b[0]] },
      { kind: "added", a: [a[1], a[1]], b },
    ];
  }
  return [{ ...step, kind: "reworded" }];
}

/** What was cut at one place and added whole at another was moved. */
function linkMoved(steps: Step[], a: string[], b: string[]): Step[] {
  const added = new Map<string, number>();
  const text = (ids: string[], [start, end]: [number, number]) => ids.slice(start, end).join("\u0000");
  steps.forEach((step, k) => {
    if (step.kind === "added" && step.b[1] - step.b[0] >= MOVED) added.set(text(b, step.b), k);
  });
  steps.forEach((step, k) => {
    const other = step.kind === "cut" && step.a[1] - step.a[0] >= MOVED ? added.get(text(a, step.a)) : undefined;
    if (other === undefined) return;
    added.delete(text(a, step.a));
    Object.assign(step, { kind: "moved", other });
    Object.assign(steps[other]!, { kind: "moved", other: k });
  });
  return steps;
}
