// The records of the output contract. Made from src/records of the library by a test.

export interface DocumentRecord {
  id: string;
  file: string;
  offset: number;
  bytes: number;
  title: string | null;
  outlet: string | null;
  outlet_from: "field" | "url" | "title" | "template" | null;
  published: string | null;
  published_precision: "second" | "minute" | "day" | "none";
  url: string | null;
  sha256: string;
  attribution: AttributionRecord;
  furniture: [number, number][];
  repairs: Record<string, number>;
  fields: unknown | null;
}

export interface AttributionRecord {
  source: string | null;
  authors: string[];
  correspondents: string[];
  editors: string[];
  dateline: DatelineRecord | null;
  original_url: string | null;
  original_title: string | null;
  reprint_notice: string | null;
}

export interface DatelineRecord {
  agency: string | null;
  place: string | null;
  date: string | null;
}

export interface PlacedRecord {
  cluster: number | null;
  parent: string | null;
  relation: "original" | "verbatim" | "edited" | "shortened" | "expanded" | "compilation" | null;
  kept: boolean;
  draws_on: SourceRecord[] | null;
}

export interface SourceRecord {
  document: string;
  cluster: number | null;
}

export interface ClusterRecord {
  cluster: number;
  size: number;
  outlets: number;
  first_published: string | null;
  last_published: string | null;
  title: string | null;
  representative: string;
  cohesion: Cohesion;
  origin: OriginRecord | null;
  runner_up: OriginRecord | null;
  origin_verdict: boolean;
  first_seen: FirstSeen;
  common_source: IssuedRecord | null;
  members: MemberRecord[];
}

export interface Cohesion {
  min: number;
  mean: number;
}

export interface OriginRecord {
  document: string | null;
  outlet: string | null;
  probability: number;
  evidence: EvidenceRecord[];
}

export interface EvidenceRecord {
  kind: "credited_by_others" | "credits_itself" | "credits_another" | "linked_by_others" | "links_elsewhere" | "host_linked" | "own_dateline" | "foreign_dateline" | "dateline_elsewhere" | "reporters_speak" | "named_by_pages" | "uncontested" | "earliest" | "tied_earliest" | "later" | "missing_text" | "extra_text" | "role_originates" | "role_copies" | "habit" | "make_up" | "bylined" | "original_title" | "foreign_house" | "claimed_elsewhere" | "sole_outlet" | "unknown_outlet" | "named_outside" | "none_whole" | "outside_bias" | "unknown_bias";
  weight: number;
  quote: string | null;
  document: string | null;
}

export interface FirstSeen {
  document: string | null;
}

export interface IssuedRecord {
  issuer: string | null;
  quote: string;
  document: string;
}

export interface MemberRecord {
  id: string;
  parent: string | null;
  parent_probability: number | null;
  relation: "original" | "verbatim" | "edited" | "shortened" | "expanded" | "compilation" | null;
  jaccard: number | null;
  containment: number | null;
  credit: CreditRecord | null;
}

export interface CreditRecord {
  status: "given" | "withheld" | "wrong";
  quote: string | null;
}

export interface MatchRecord {
  a: string;
  b: string;
  jaccard: number;
  containment_a: number;
  containment_b: number;
  kind: "reprint" | "part" | "contained" | "template" | "common_source" | "passage";
  probability: number;
  spread: SpreadRecord[];
  verdict: boolean | null;
  common_source: IssuedRecord | null;
  passages: PassageRecord[];
}

export interface SpreadRecord {
  shared_with_one: number;
  shared_with_two: number;
  rest_with_two: number;
}

export interface PassageRecord {
  a: [number, number];
  b: [number, number];
  identity: number;
}

export interface PointRecord {
  text: string;
  kind: "phrase" | "passage";
  class: "saying" | "term" | "formula";
  variants: VariantRecord[];
  outlets: number;
  of_unknown_outlet: number;
  clusters: number;
  documents: number;
  first_seen: string | null;
  last_seen: string | null;
  burst: BurstRecord | null;
  quoted: number;
  common_source: CommonSourceRecord | null;
  on_subject: number | null;
  on_subject_using: number | null;
  uptake: number | null;
  uptake_low: number | null;
  uptake_high: number | null;
  expected: number;
  score: number;
  q_value: number;
  examples: ExampleRecord[];
}

export interface VariantRecord {
  text: string;
  count: number;
}

export interface BurstRecord {
  start: string;
  end: string;
  clusters: number;
}

export interface CommonSourceRecord {
  clusters: number;
  document: string;
}

export interface ExampleRecord {
  id: string;
  start: number;
  end: number;
}

export interface OutletRecord {
  outlet: string;
  pages: number;
  originals: number;
  copies: number;
  credited: number;
  uncredited: number;
  median_lag_minutes: number | null;
  talking_points: number;
  amplification: number | null;
  amplification_low: number | null;
  amplification_high: number | null;
  median_delay_days: number | null;
  median_delay_days_low: number | null;
  median_delay_days_high: number | null;
}

export interface OutletPairRecord {
  from: string;
  to: string;
  reprints: number;
  talking_points: number;
  expected: number;
  q_value: number;
  median_lag_minutes: number | null;
  talking_points_soon: number;
  talking_points_expected: number;
  talking_points_q_value: number;
}

export interface RemovedRecord {
  id: string;
  file: string;
  offset: number;
  twin: string;
  reason: "exact" | "reprint" | "part";
  score: number;
  twin_file: string;
  twin_offset: number;
}

export interface ExtractedRecord {
  id: string;
  url: string | null;
  title: string | null;
  outlet: string | null;
  outlet_from: "field" | "url" | "title" | "template" | null;
  published: string | null;
  published_precision: "second" | "minute" | "day" | "none";
  attribution: AttributionRecord;
  text: string;
  boilerplate: [number, number][];
}

export interface CountsRecord {
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

export interface CandidatesRecord {
  sources: unknown;
  verified: number;
}

export interface StageTime {
  stage: string;
  seconds: number;
}

export interface LeftOutRecord {
  groups: number;
  lines: number;
}
