// The values that the program gives to the views. Records of the output contract come from records.ts, which is made from
// the library's own records; what a view adds to them is declared here.

import type {
  ClusterRecord,
  CountsRecord,
  EvidenceRecord,
  MemberRecord,
  OriginRecord,
  OutletPairRecord,
  OutletRecord,
  PointRecord,
} from "./records";

export type Lang = "zh" | "en";

export interface Run {
  mode: "file" | "serve";
  lang: Lang | null;
  version: string;
  config: Record<string, unknown>;
  input_hash: string;
  /** The commit of the index that is shown; only of an index. */
  commit?: number | null;
  counts: Counts;
}

export type Counts = CountsRecord;

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

export type Outlet = OutletRecord;

export type OutletPair = OutletPairRecord;

export interface Row {
  set: number;
  title: string;
  size: number;
  outlets: number[];
  first: string | null;
  last: string | null;
  origin: Pick<OriginRecord, "document" | "outlet" | "probability"> | null;
  block?: number;
}

export type Piece = EvidenceRecord;

export interface Verdict extends Pick<OriginRecord, "document" | "outlet" | "probability"> {
  argument: { about: "page" | "outside" | "unknown"; reasons: string[]; for: Piece[]; against: Piece[] };
}

export type Relation = NonNullable<MemberRecord["relation"]>;

export interface PageText {
  text: string | null;
  furniture: [number, number][];
}

export interface Member extends MemberRecord, Partial<PageText> {
  kept: number | null;
  title: string | null;
  outlet: string | null;
  published: string | null;
  precision: "second" | "minute" | "day" | "none";
  url: string | null;
  sha256: string;
  source: string | null;
}

export interface SetView
  extends Pick<ClusterRecord, "title" | "size" | "outlets" | "representative" | "cohesion" | "first_seen" | "common_source" | "origin_verdict"> {
  set: number;
  /** The numbers of the sets before and after it. */
  previous: number | null;
  next: number | null;
  first: string | null;
  last: string | null;
  origin: Verdict | null;
  runner_up: Verdict | null;
  members: Member[];
}

export type PointRow = Pick<
  PointRecord,
  "text" | "kind" | "class" | "outlets" | "of_unknown_outlet" | "clusters" | "documents" | "first_seen" | "last_seen" | "expected" | "q_value"
>;

export interface PointView {
  number: number;
  point: PointRow &
    Pick<PointRecord, "variants" | "score" | "on_subject" | "on_subject_using" | "uptake" | "uptake_low" | "uptake_high">;
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
