//! The dataflow as a list of steps, which an engine runs one after the other. A step selects rows from the tables that
//! earlier steps gave, brings those of equal keys into one task, in an order, and hands them to a function of the core.
//! Queries only select, join and count; what is decided of rows is decided by the functions.
//!
//! In queries `{name}` is the table of that step; `{lines}` are the records, `{parts}` and `{partitions}` numbers.

use serde::Serialize;

/// What becomes of the rows that a step gives.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Keep {
    /// Nothing: who reads them has them made.
    View,
    /// They are written to the folder of the job, and `--resume` finds them there.
    Saved,
    /// They are saved, and the driver gives their only row to all steps that follow.
    Broadcast,
    /// They are a table of the output.
    Table,
}

/// How many tasks have the rows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Tasks {
    /// As many as there are partitions; rows of equal keys are in one.
    Many,
    /// One.
    One,
    /// Many, then a few that have what these gave, and so on until one has all.
    Merged,
}

/// A step.
#[derive(Clone, Copy, Serialize)]
pub(super) struct PlannedStep {
    name: &'static str,
    /// The function that makes the rows; without one they stay as they were selected.
    call: Option<&'static str>,
    /// Queries, of which the rows come together. Where a query gives no tag its place in this list is the tag of its rows.
    inputs: &'static [&'static str],
    /// The columns that the function takes. What a query does not give is null.
    takes: &'static str,
    /// Rows of equal values here come into one task.
    by: &'static [&'static str],
    /// Rows come in this order.
    order: &'static [&'static str],
    tasks: Tasks,
    keep: Keep,
    /// It is left out, and its table is empty, when talking points are not wanted.
    of_points: bool,
}

/// A step that calls the function of its own name on rows that come as they are.
const MAP: PlannedStep = PlannedStep {
    name: "",
    call: None,
    inputs: &[],
    takes: "",
    by: &[],
    order: &[],
    tasks: Tasks::Many,
    keep: Keep::View,
    of_points: false,
};

const LINES: &str = "select line from {lines}";
const EDGES: &str = "page bigint, label bigint";
const MEETINGS: &str = "tag int, page bigint, other bigint, minhash binary, samples int, units int, band int, near int, \
    shared int, minhash_a binary, samples_a int, units_a int";
const PART: &str = "part bigint, tag int, a bigint, b bigint, body_hash bigint, units int, line string, spans binary, \
    facts binary, match binary, set bigint, medoid boolean";
const VOTERS: &str = "part bigint, tag int, set bigint, a bigint, body_hash bigint, units int, note string, line string, \
    spans binary, facts binary";
const NOTES: &str = "tag int, a bigint, b bigint, n int, m int, note string";
const MATCHES_WITHIN: &str = "select pmod(set, {parts}) as part, 1 as tag, a, b, match from {group} where tag = 3";
/// A row that says nothing, so that one task has at least one.
const NOTHING: &str = "select cast(null as string) as note";

/// What is learnt of the whole corpus, and what is kept of each page.
const CORPUS: &[PlannedStep] = &[
    PlannedStep {
        name: "survey",
        call: Some("survey"),
        inputs: &[LINES],
        takes: "line string",
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "choose",
        call: Some("choose"),
        inputs: &["select x, y from {survey} where kind = 2"],
        takes: "x bigint, y bigint",
        by: &["x"],
        order: &["x", "y"],
        ..MAP
    },
    PlannedStep { name: "keys", call: Some("keys"), inputs: &[LINES], takes: "line string", ..MAP },
    PlannedStep {
        name: "furniture",
        call: Some("learn"),
        inputs: &["select line from {keys} k left semi join {choose} c on k.key = c.key"],
        takes: "line string",
        tasks: Tasks::One,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "model",
        call: Some("model"),
        inputs: &[
            "select kind, x, y, n, name from {survey} where kind < 2",
            "select 3 as kind, note as name from {furniture}",
        ],
        takes: "kind int, x bigint, y bigint, n bigint, name string",
        tasks: Tasks::One,
        keep: Keep::Broadcast,
        ..MAP
    },
    PlannedStep {
        name: "sketch",
        call: Some("sketch"),
        inputs: &[LINES],
        takes: "line string",
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep { name: "pages", inputs: &["select * from {sketch} where key is not null"], ..MAP },
];

/// From pages to pairs.
const CANDIDATES: &[PlannedStep] = &[
    PlannedStep {
        name: "represent",
        call: Some("represent"),
        inputs: &["select key, body_hash, units, slots, simhash, buckets from {pages}"],
        takes: "key bigint, body_hash bigint, units int, slots bigint, simhash bigint, buckets array<bigint>",
        by: &["body_hash"],
        order: &["body_hash", "key"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "meet",
        call: Some("meet"),
        inputs: &["select explode(buckets) as bucket, a as key, units, slots, simhash from {represent} where tag = 1"],
        takes: "bucket bigint, key bigint, units int, slots bigint, simhash bigint",
        by: &["bucket"],
        order: &["bucket", "key"],
        ..MAP
    },
    PlannedStep {
        name: "add_up",
        call: Some("add_up"),
        inputs: &[
            "select key as page, minhash, samples, units from {pages}",
            "select a as page, b as other, band, near, shared from {meet}",
        ],
        takes: MEETINGS,
        by: &["page"],
        order: &["page", "tag", "other"],
        ..MAP
    },
    PlannedStep {
        name: "propose",
        call: Some("propose"),
        inputs: &["select key as page, minhash, samples, units from {pages}", "select * from {add_up}"],
        takes: MEETINGS,
        by: &["page"],
        order: &["page", "tag", "other"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "stories",
        call: Some("forest"),
        inputs: &["select a as page, b as label from {propose} where copy"],
        takes: EDGES,
        tasks: Tasks::Merged,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "sort_out",
        call: Some("sort_out"),
        inputs: &[
            "select p.*, coalesce(x.label, p.a) as story_a, coalesce(y.label, p.b) as story_b from {propose} p \
             left join {stories} x on x.page = p.a left join {stories} y on y.page = p.b",
            "select r.a, r.b, coalesce(x.label, r.a) as story_a from {represent} r left join {stories} x on x.page = r.a \
             where r.tag = 0",
        ],
        takes: "a bigint, b bigint, alike boolean, enough boolean, passage boolean, shared int, apart int, units_a int, \
            units_b int, story_a bigint, story_b bigint",
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "bound",
        call: Some("bound"),
        inputs: &["select * from {sort_out} where tag = 1"],
        takes: "story bigint, a bigint, b bigint, apart int, units_a int, units_b int",
        by: &["story"],
        order: &["story"],
        ..MAP
    },
    PlannedStep {
        name: "closest",
        call: Some("closest"),
        inputs: &["select * from {sort_out} where tag = 2"],
        takes: "page bigint, a bigint, b bigint, story bigint, other_story bigint, shared int, units_a int, units_b int",
        by: &["page"],
        order: &["page"],
        ..MAP
    },
    PlannedStep {
        name: "pairs",
        inputs: &["select a, b, story from {sort_out} where tag = 0 union all select a, b, story from {bound} \
             union all select a, b, story from {closest}"],
        keep: Keep::Saved,
        ..MAP
    },
];

/// From pairs to decided matches.
const MATCHES: &[PlannedStep] = &[
    PlannedStep {
        name: "measure",
        call: Some("measure"),
        inputs: &[
            "select w.part, p.key as a, p.body_hash, p.units, p.line, p.spans from (select pmod(story, {parts}) as part, \
             a as key from {pairs} union select pmod(story, {parts}) as part, b as key from {pairs}) w \
             join {pages} p on p.key = w.key",
            "select pmod(story, {parts}) as part, a, b from {pairs}",
        ],
        takes: PART,
        by: &["part"],
        order: &["part", "tag", "a"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "articles",
        call: Some("forest"),
        inputs: &["select a as page, b as label from {measure} where one_article"],
        takes: EDGES,
        tasks: Tasks::Merged,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "labelled",
        inputs: &[
            "select m.a, m.b, m.match, coalesce(x.label, m.a) as article_a, coalesce(y.label, m.b) as article_b \
             from {measure} m left join {articles} x on x.page = m.a left join {articles} y on y.page = m.b",
        ],
        ..MAP
    },
    PlannedStep {
        name: "star",
        call: Some("star"),
        inputs: &[
            "select a as key, b as other, article_a as article, article_b as other_article, match from {labelled}",
            "select b as key, a as other, article_b as article, article_a as other_article, match from {labelled}",
        ],
        takes: "key bigint, other bigint, article bigint, other_article bigint, match binary",
        by: &["key"],
        order: &["key", "other"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "decide",
        call: Some("decide"),
        inputs: &["select * from {star} where side < 2"],
        takes: "a bigint, b bigint, side int, match binary, spread binary, compilation boolean",
        by: &["a", "b"],
        order: &["a", "b", "side"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep { name: "compilations", inputs: &["select a, b, place from {star} where side = 2"], ..MAP },
];

/// From matches to sets and their histories.
const SETS: &[PlannedStep] = &[
    PlannedStep {
        name: "components",
        call: Some("forest"),
        inputs: &["select a as page, b as label from {decide} where joins"],
        takes: EDGES,
        tasks: Tasks::Merged,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "group",
        call: Some("group"),
        inputs: &[
            "select pmod(c.label, {parts}) as part, p.key as a, p.body_hash, p.units, p.line, p.spans, p.facts \
             from {components} c join {pages} p on p.key = c.page",
            "select pmod(x.label, {parts}) as part, d.a, d.b, d.match from {decide} d join {components} x on x.page = d.a \
             join {components} y on y.page = d.b where x.label = y.label",
        ],
        takes: PART,
        by: &["part"],
        order: &["part", "tag", "a"],
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "names",
        call: Some("names"),
        inputs: &["select note from {group} where tag = 2", NOTHING],
        takes: "note string",
        tasks: Tasks::One,
        keep: Keep::Broadcast,
        ..MAP
    },
    PlannedStep { name: "members", inputs: &["select a as key, set, medoid from {group} where tag = 0"], ..MAP },
    PlannedStep {
        name: "count_habits",
        call: Some("habits"),
        inputs: &[
            "select pmod(m.set, {parts}) as part, p.key as a, p.body_hash, p.units, p.facts, m.set, m.medoid \
             from {members} m join {pages} p on p.key = m.key",
            MATCHES_WITHIN,
        ],
        takes: PART,
        by: &["part"],
        order: &["part", "tag", "a"],
        ..MAP
    },
    PlannedStep {
        name: "habits",
        call: Some("sum_habits"),
        inputs: &["select note from {count_habits}", NOTHING],
        takes: "note string",
        tasks: Tasks::One,
        keep: Keep::Broadcast,
        ..MAP
    },
    PlannedStep {
        name: "records",
        call: Some("records"),
        inputs: &[
            "select pmod(m.set, {parts}) as part, p.key as a, p.body_hash, p.units, p.line, p.spans, p.facts, m.set, \
             m.medoid from {members} m join {pages} p on p.key = m.key",
            MATCHES_WITHIN,
        ],
        takes: PART,
        by: &["part"],
        order: &["part", "tag", "a"],
        keep: Keep::Saved,
        ..MAP
    },
];

/// The tables of pages, sets and matches.
const TABLES: &[PlannedStep] = &[
    PlannedStep {
        name: "numbers",
        call: Some("number"),
        inputs: &["select key, least from {records} where tag = 0"],
        takes: "key bigint, least string",
        order: &["least"],
        tasks: Tasks::One,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "clusters",
        call: Some("clusters"),
        inputs: &["select r.record, n.cluster from {records} r join {numbers} n on n.key = r.key where r.tag = 0"],
        takes: "record string, cluster bigint",
        keep: Keep::Table,
        ..MAP
    },
    PlannedStep {
        name: "numbered",
        inputs: &["select m.key, n.cluster from {members} m join {numbers} n on n.key = m.set"],
        ..MAP
    },
    PlannedStep {
        name: "sources",
        call: Some("sources"),
        inputs: &["select c.a as key, c.place, p.id, n.cluster from {compilations} c join {pages} p on p.key = c.b \
             left join {numbered} n on n.key = c.b"],
        takes: "key bigint, place int, id string, cluster bigint",
        by: &["key"],
        order: &["key", "place"],
        ..MAP
    },
    PlannedStep {
        name: "documents",
        call: Some("documents"),
        inputs: &["select p.draft, n.cluster, r.record as placed, s.draws_on from {pages} p left join {numbered} n \
             on n.key = p.key left join (select key, record from {records} where tag = 1) r on r.key = p.key \
             left join {sources} s on s.key = p.key"],
        takes: "draft string, cluster bigint, placed string, draws_on string",
        keep: Keep::Table,
        ..MAP
    },
    PlannedStep {
        name: "matches",
        call: Some("matches"),
        inputs: &[
            "select m.record, d.decided from {measure} m join {decide} d on d.a = m.a and d.b = m.b",
            "select record from {group} where tag = 1",
        ],
        takes: "record string, decided string",
        keep: Keep::Table,
        ..MAP
    },
];

/// Talking points and outlets.
const POINTS: &[PlannedStep] = &[
    PlannedStep {
        name: "voters",
        call: Some("voters"),
        inputs: &[
            "select key, units, vote as note from {pages}",
            "select key, set from {members}",
            "select a as key from {compilations}",
        ],
        takes: "tag int, key bigint, set bigint, units int, note string",
        by: &["key"],
        order: &["key", "tag"],
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "speak",
        call: Some("speak"),
        inputs: &["select * from {voters}"],
        takes: "key bigint, set bigint, units int, note string",
        by: &["set"],
        order: &["set", "key"],
        keep: Keep::Saved,
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "search",
        call: Some("search"),
        inputs: &["select v.set, p.key as a, p.body_hash, p.units, v.note, p.line, p.spans from {speak} v \
             join {pages} p on p.key = v.key where v.speaks"],
        takes: VOTERS,
        tasks: Tasks::One,
        keep: Keep::Saved,
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "vote",
        call: Some("vote"),
        inputs: &[
            "select explode(sequence(0, {partitions} - 1)) as part, a, note from {search} where tag = 0",
            "select pmod(v.set, {partitions}) as part, v.set, p.key as a, p.body_hash, p.units, v.note, p.line, p.spans \
             from {speak} v join {pages} p on p.key = v.key",
        ],
        takes: VOTERS,
        by: &["part"],
        order: &["part", "tag", "set", "a"],
        keep: Keep::Saved,
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "quotes",
        call: Some("quotes"),
        inputs: &["select a, b, match from {decide}", "select a, b, match from {group} where tag = 1"],
        takes: "a bigint, b bigint, match binary",
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "weigh",
        call: Some("weigh"),
        inputs: &[
            "select tag, a, n, note from {search}",
            "select 3 as tag, key as a, set as b, note from {speak}",
            "select 4 as tag, a, b, n, m from {vote}",
            "select 5 as tag, a, n, m from {quotes}",
        ],
        takes: NOTES,
        tasks: Tasks::One,
        keep: Keep::Saved,
        of_points: true,
        ..MAP
    },
    PlannedStep {
        name: "places",
        call: Some("places"),
        inputs: &["select w.b, w.spans, p.line from {weigh} w join {pages} p on p.key = w.a where w.tag = 1"],
        takes: "b bigint, spans binary, line string",
        ..MAP
    },
    PlannedStep {
        name: "talking_points",
        call: Some("talking_points"),
        inputs: &["select a, note from {weigh} where tag = 0", "select note from {places}"],
        takes: NOTES,
        tasks: Tasks::One,
        keep: Keep::Table,
        ..MAP
    },
    PlannedStep {
        name: "count_outlets",
        call: Some("count_outlets"),
        inputs: &[
            "select outlet as a, count(*) as b from {pages} where outlet is not null group by outlet",
            "select record as note from {records} where tag = 2",
            "select note from {weigh} where tag = 2",
        ],
        takes: NOTES,
        tasks: Tasks::One,
        keep: Keep::Saved,
        ..MAP
    },
    PlannedStep {
        name: "outlets",
        call: Some("outlets"),
        inputs: &["select record from {count_outlets} where tag = 0"],
        takes: "record string",
        tasks: Tasks::One,
        keep: Keep::Table,
        ..MAP
    },
    PlannedStep {
        name: "outlet_pairs",
        call: Some("outlet_pairs"),
        inputs: &["select record from {count_outlets} where tag = 1"],
        takes: "record string",
        tasks: Tasks::One,
        keep: Keep::Table,
        ..MAP
    },
];

/// All steps, in order.
pub(super) fn steps() -> Vec<PlannedStep> {
    [CORPUS, CANDIDATES, MATCHES, SETS, TABLES, POINTS].concat()
}
