// What the program hands over. Fields are those of the output tables, which ARCHITECTURE.md and the README tell of.

export type Lang = "zh" | "en";

export interface Run {
  mode: "file" | "serve";
  lang: Lang | null;
  version: string;
  config: Record<string, unknown>;
  input_hash: string;
  counts: Counts;
}

export interface Counts {
  documents: number;
  skipped: number;
  repeated_ids: number;
  bytes: number;
  outlets: number;
  clusters: number;
  clustered: number;
  compilations: number;
  matches: number;
  talking_points: number;
}

export interface Overview {
  names: string[];
  outlets: Outlet[];
  pairs: OutletPair[];
  /** Day, pages, copies among them. */
  days: [string, number, number][];
  undated: [number, number];
  sets: number;
  points: number;
  top: PointRow[];
}

export interface Outlet {
  outlet: string;
  pages: number;
  originals: number;
  copies: number;
  credited: number;
  uncredited: number;
  median_lag_minutes: number | null;
}

export interface OutletPair {
  from: string;
  to: string;
  reprints: number;
  talking_points: number;
  expected: number;
  q_value: number;
  median_lag_minutes: number | null;
}

export interface Row {
  set: number;
  title: string;
  size: number;
  outlets: number[];
  first: string | null;
  last: string | null;
  origin: { document: string | null; outlet: string | null; probability: number } | null;
  block?: number;
}

export interface Piece {
  kind: string;
  weight: number;
  quote: string | null;
  document: string | null;
}

export interface Verdict {
  document: string | null;
  outlet: string | null;
  probability: number;
  argument: { about: "page" | "outside" | "unknown"; reasons: string[]; for: Piece[]; against: Piece[] };
}

export type Relation = "original" | "verbatim" | "edited" | "shortened" | "expanded" | "compilation";

export interface PageText {
  text: string | null;
  furniture: [number, number][];
}

export interface Member extends Partial<PageText> {
  id: string;
  parent: string | null;
  parent_probability: number | null;
  relation: Relation | null;
  jaccard: number | null;
  containment: number | null;
  credit: { status: "given" | "withheld" | "wrong"; quote: string | null } | null;
  kept: number | null;
  title: string | null;
  outlet: string | null;
  published: string | null;
  precision: "second" | "minute" | "day" | "none";
  url: string | null;
  sha256: string;
  source: string | null;
}

export interface SetView {
  set: number;
  title: string | null;
  size: number;
  outlets: number;
  first: string | null;
  last: string | null;
  representative: string;
  cohesion: { min: number; mean: number };
  origin: Verdict | null;
  runner_up: Verdict | null;
  first_seen: { document: string | null };
  common_source: { issuer: string | null; quote: string; document: string } | null;
  members: Member[];
}

export interface PointRow {
  text: string;
  kind: "phrase" | "passage";
  outlets: number;
  clusters: number;
  documents: number;
  first_seen: string | null;
  last_seen: string | null;
  expected: number;
  q_value: number;
}

export interface PointView {
  number: number;
  point: PointRow & { variants: { text: string; count: number }[]; score: number };
  contexts: Context[];
}

export interface Context {
  id: string;
  title: string | null;
  outlet: string | null;
  published: string | null;
  url: string | null;
  cluster: number | null;
  words: [string, string, string] | null;
}

export type Sort = "size" | "outlets" | "earliest" | "latest" | "doubt";

export interface Query {
  q: string;
  outlet: string;
  with: string;
  from: string;
  to: string;
  sort: Sort;
}
