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
    /// What it takes of what other steps broadcast, next to the settings and the model.
    needs: &'static [&'static str],
    /// It is left out, and its table is empty, when talking points are not wanted.
    of_points: bool,
    /// The same when no verdicts are given.
    of_verdicts: bool,
}

/// A step that gives what it selects.
const fn step(name: &'static str) -> PlannedStep {
    PlannedStep {
        name,
        call: None,
        inputs: &[],
        takes: "",
        by: &[],
        order: &[],
        tasks: Tasks::Many,
        keep: Keep::View,
        needs: &[],
        of_points: false,
        of_verdicts: false,
    }
}

impl PlannedStep {
    const fn selects(self, inputs: &'static [&'static str]) -> Self {
        PlannedStep { inputs, ..self }
    }

    const fn calls(self, function: &'static str, takes: &'static str) -> Self {
        PlannedStep { call: Some(function), takes, ..self }
    }

    const fn by(self, by: &'static [&'static str]) -> Self {
        PlannedStep { by, ..self }
    }

    const fn sorted(self, order: &'static [&'static str]) -> Self {
        PlannedStep { order, ..self }
    }

    const fn in_one_task(self) -> Self {
        PlannedStep { tasks: Tasks::One, ..self }
    }

    const fn merged(self) -> Self {
        PlannedStep { tasks: Tasks::Merged, ..self }
    }

    const fn saved(self) -> Self {
        PlannedStep { keep: Keep::Saved, ..self }
    }

    const fn broadcast(self) -> Self {
        PlannedStep { keep: Keep::Broadcast, ..self }
    }

    const fn table(self) -> Self {
        PlannedStep { keep: Keep::Table, ..self }
    }

    const fn needs(self, needs: &'static [&'static str]) -> Self {
        PlannedStep { needs, ..self }
    }

    const fn of_points(self) -> Self {
        PlannedStep { of_points: true, ..self }
    }

    const fn of_verdicts(self) -> Self {
        PlannedStep { of_verdicts: true, ..self }
    }
}

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
    step("survey").selects(&[LINES]).calls("survey", "line string").saved(),
    step("choose")
        .selects(&["select x, y from {survey} where kind = 2"])
        .calls("choose", "x bigint, y bigint")
        .by(&["x"])
        .sorted(&["x", "y"]),
    step("keys").selects(&[LINES]).calls("keys", "line string"),
    step("furniture")
        .selects(&["select line from {keys} k left semi join {choose} c on k.key = c.key"])
        .calls("learn", "line string")
        .in_one_task()
        .saved(),
    step("model")
        .selects(&[
            "select kind, x, y, n, name from {survey} where kind < 2",
            "select 3 as kind, note as name from {furniture}",
        ])
        .calls("model", "kind int, x bigint, y bigint, n bigint, name string")
        .needs(&["verdicts"])
        .in_one_task()
        .broadcast(),
    step("sketch").selects(&[LINES]).calls("sketch", "line string").saved(),
    step("pages").selects(&["select * from {sketch} where key is not null"]),
    step("verdicts").selects(&[NOTHING]).calls("verdicts", "note string").in_one_task().of_verdicts(),
    step("judged")
        .selects(&["select v.a, v.b, v.same from {verdicts} v left semi join {pages} x on x.key = v.a left semi \
         join {pages} y on y.key = v.b"]),
];

/// From pages to pairs.
const CANDIDATES: &[PlannedStep] = &[
    step("represent")
        .selects(&["select key, body_hash, units, slots, simhash, buckets from {pages}"])
        .calls(
            "represent",
            "key bigint, body_hash bigint, units int, slots bigint, simhash bigint, buckets array<bigint>",
        )
        .by(&["body_hash"])
        .sorted(&["body_hash", "key"])
        .saved(),
    step("meet")
        .selects(&["select explode(buckets) as bucket, a as key, units, slots, simhash from {represent} where \
             tag = 1"])
        .calls("meet", "bucket bigint, key bigint, units int, slots bigint, simhash bigint")
        .by(&["bucket"])
        .sorted(&["bucket", "key"]),
    step("add_up")
        .selects(&[
            "select key as page, minhash, samples, units from {pages}",
            "select a as page, b as other, band, near, shared from {meet}",
        ])
        .calls("add_up", MEETINGS)
        .by(&["page"])
        .sorted(&["page", "tag", "other"]),
    step("propose")
        .selects(&["select key as page, minhash, samples, units from {pages}", "select * from {add_up}"])
        .calls("propose", MEETINGS)
        .by(&["page"])
        .sorted(&["page", "tag", "other"])
        .saved(),
    step("stories")
        .selects(&["select a as page, b as label from {propose} where copy"])
        .calls("forest", EDGES)
        .merged()
        .saved(),
    step("sort_out")
        .selects(&[
            "select p.*, coalesce(x.label, p.a) as story_a, coalesce(y.label, p.b) as story_b from \
             {propose} p left join {stories} x on x.page = p.a left join {stories} y on y.page = p.b",
            "select r.a, r.b, coalesce(x.label, r.a) as story_a from {represent} r left join {stories} x \
             on x.page = r.a where r.tag = 0",
        ])
        .calls(
            "sort_out",
            "a bigint, b bigint, alike boolean, enough boolean, passage boolean, shared int, apart int, \
             units_a int, units_b int, story_a bigint, story_b bigint",
        )
        .saved(),
    step("bound")
        .selects(&["select * from {sort_out} where tag = 1"])
        .calls("bound", "story bigint, a bigint, b bigint, apart int, units_a int, units_b int")
        .by(&["story"])
        .sorted(&["story"]),
    step("closest")
        .selects(&["select * from {sort_out} where tag = 2"])
        .calls(
            "closest",
            "page bigint, a bigint, b bigint, story bigint, other_story bigint, shared int, units_a int, \
             units_b int",
        )
        .by(&["page"])
        .sorted(&["page"]),
    step("pairs")
        .selects(&["select a, b, story from {sort_out} where tag = 0 union all select a, b, story from {bound} \
             union all select a, b, story from {closest}"])
        .saved(),
];

/// From pairs to decided matches.
const MATCHES: &[PlannedStep] = &[
    step("wanted").selects(&[
        "select a, b, story from {pairs} union all select v.a, v.b, v.a as story from {judged} v left anti \
         join {pairs} p on p.a = v.a and p.b = v.b",
    ]),
    step("measure")
        .selects(&[
            "select w.part, p.key as a, p.body_hash, p.units, p.line, p.spans from (select pmod(story, \
             {parts}) as part, a as key from {wanted} union select pmod(story, {parts}) as part, b as key \
             from {wanted}) w join {pages} p on p.key = w.key",
            "select pmod(story, {parts}) as part, a, b from {wanted}",
        ])
        .calls("measure", PART)
        .by(&["part"])
        .sorted(&["part", "tag", "a"])
        .saved(),
    step("articles")
        .selects(&["select a as page, b as label from {measure} where one_article"])
        .calls("forest", EDGES)
        .merged()
        .saved(),
    step("labelled").selects(&[
        "select m.a, m.b, m.match, coalesce(x.label, m.a) as article_a, coalesce(y.label, m.b) as \
             article_b from {measure} m left join {articles} x on x.page = m.a left join {articles} y on \
             y.page = m.b",
    ]),
    step("star")
        .selects(&[
            "select a as key, b as other, article_a as article, article_b as other_article, match from \
             {labelled}",
            "select b as key, a as other, article_b as article, article_a as other_article, match from \
             {labelled}",
        ])
        .calls("star", "key bigint, other bigint, article bigint, other_article bigint, match binary")
        .by(&["key"])
        .sorted(&["key", "other"])
        .saved(),
    step("decide")
        .selects(&["select * from {star} where side < 2"])
        .calls("decide", "a bigint, b bigint, side int, match binary, spread binary, compilation boolean")
        .by(&["a", "b"])
        .sorted(&["a", "b", "side"])
        .saved(),
    step("compilations").selects(&["select a, b, place from {star} where side = 2"]),
];

/// From matches to sets and their histories.
const SETS: &[PlannedStep] = &[
    step("components")
        .selects(&["select a as page, b as label from {decide} where joins union all select a as page, b as label from {judged} \
             where same"])
        .calls("forest", EDGES)
        .merged()
        .saved(),
    // Compilations that people put into sets: no others are in components.
    step("gathered").selects(&["select j.page from (select a as page from {judged} where same union select b as page from \
         {judged} where same) j left semi join {compilations} c on c.a = j.page"]),
    step("group")
        .selects(&[
            "select pmod(c.label, {parts}) as part, p.key as a, p.body_hash, p.units, p.line, p.spans, \
             p.facts, k.page is not null as medoid from {components} c join {pages} p on p.key = c.page left join {gathered} k \
             on k.page = c.page",
            "select pmod(x.label, {parts}) as part, d.a, d.b, d.match from {decide} d join {components} x \
             on x.page = d.a join {components} y on y.page = d.b where x.label = y.label",
        ])
        .calls("group", PART)
        .by(&["part"])
        .sorted(&["part", "tag", "a"])
        .saved(),
    step("names")
        .selects(&["select note from {group} where tag = 2", NOTHING])
        .calls("names", "note string")
        .in_one_task()
        .broadcast(),
    step("members").selects(&["select a as key, set, medoid from {group} where tag = 0"]),
    step("count_habits")
        .selects(&[
            "select pmod(m.set, {parts}) as part, p.key as a, p.body_hash, p.units, p.facts, m.set, \
             m.medoid from {members} m join {pages} p on p.key = m.key",
            MATCHES_WITHIN,
        ])
        .calls("habits", PART)
        .needs(&["names"])
        .by(&["part"])
        .sorted(&["part", "tag", "a"]),
    step("habits")
        .selects(&["select note from {count_habits}", NOTHING])
        .calls("sum_habits", "note string")
        .in_one_task()
        .broadcast(),
    step("records")
        .selects(&[
            "select pmod(m.set, {parts}) as part, p.key as a, p.body_hash, p.units, p.line, p.spans, \
             p.facts, m.set, m.medoid from {members} m join {pages} p on p.key = m.key",
            MATCHES_WITHIN,
        ])
        .calls("records", PART)
        .needs(&["names", "habits"])
        .by(&["part"])
        .sorted(&["part", "tag", "a"])
        .saved(),
];

/// The tables of pages, sets and matches.
const TABLES: &[PlannedStep] = &[
    step("numbers")
        .selects(&["select key, least from {records} where tag = 0"])
        .calls("number", "key bigint, least string")
        .sorted(&["least"])
        .in_one_task()
        .saved(),
    step("clusters")
        .selects(&["select r.record, n.cluster from {records} r join {numbers} n on n.key = r.key where r.tag = \
             0"])
        .calls("clusters", "record string, cluster bigint")
        .table(),
    step("numbered").selects(&["select m.key, n.cluster from {members} m join {numbers} n on n.key = m.set"]),
    step("sources")
        .selects(&["select c.a as key, c.place, p.id, n.cluster from {compilations} c join {pages} p on p.key = \
             c.b left join {numbered} n on n.key = c.b"])
        .calls("sources", "key bigint, place int, id string, cluster bigint")
        .by(&["key"])
        .sorted(&["key", "place"]),
    step("documents")
        .selects(&["select p.draft, n.cluster, r.record as placed, s.draws_on from {pages} p left join \
             {numbered} n on n.key = p.key left join (select key, record from {records} where tag = 1) r \
             on r.key = p.key left join {sources} s on s.key = p.key"])
        .calls("documents", "draft string, cluster bigint, placed string, draws_on string")
        .table(),
    step("matches")
        .selects(&[
            "select m.record, d.decided from {measure} m join {decide} d on d.a = m.a and d.b = m.b",
            "select record from {group} where tag = 1",
        ])
        .calls("matches", "record string, decided string")
        .table(),
];

/// Talking points and outlets.
const POINTS: &[PlannedStep] = &[
    step("voters")
        .selects(&[
            "select key, units, vote as note from {pages}",
            "select key, set from {members}",
            "select a as key from {compilations}",
        ])
        .calls("voters", "tag int, key bigint, set bigint, units int, note string")
        .by(&["key"])
        .sorted(&["key", "tag"])
        .of_points(),
    step("speak")
        .selects(&["select * from {voters}"])
        .calls("speak", "key bigint, set bigint, units int, note string")
        .by(&["set"])
        .sorted(&["set", "key"])
        .saved()
        .of_points(),
    step("search")
        .selects(&["select v.set, p.key as a, p.body_hash, p.units, v.note, p.line, p.spans from {speak} v join \
             {pages} p on p.key = v.key where v.speaks"])
        .calls("search", VOTERS)
        .in_one_task()
        .saved()
        .of_points(),
    step("vote")
        .selects(&[
            "select explode(sequence(0, {partitions} - 1)) as part, a, note from {search} where tag = 0",
            "select pmod(v.set, {partitions}) as part, v.set, p.key as a, p.body_hash, p.units, v.note, \
             p.line, p.spans from {speak} v join {pages} p on p.key = v.key",
        ])
        .calls("vote", VOTERS)
        .by(&["part"])
        .sorted(&["part", "tag", "set", "a"])
        .saved()
        .of_points(),
    step("quotes")
        .selects(&["select a, b, match from {decide}", "select a, b, match from {group} where tag = 1"])
        .calls("quotes", "a bigint, b bigint, match binary")
        .of_points(),
    step("weigh")
        .selects(&[
            "select tag, a, n, note from {search}",
            "select 3 as tag, key as a, set as b, note from {speak}",
            "select 4 as tag, a, b, n, m from {vote}",
            "select 5 as tag, a, n, m from {quotes}",
        ])
        .calls("weigh", NOTES)
        .in_one_task()
        .saved()
        .of_points(),
    step("places")
        .selects(&["select w.b, w.spans, p.line from {weigh} w join {pages} p on p.key = w.a where w.tag = 1"])
        .calls("places", "b bigint, spans binary, line string"),
    step("talking_points")
        .selects(&["select a, note from {weigh} where tag = 0", "select note from {places}"])
        .calls("talking_points", NOTES)
        .in_one_task()
        .table(),
    step("count_outlets")
        .selects(&[
            "select outlet as a, count(*) as b from {pages} where outlet is not null group by outlet",
            "select record as note from {records} where tag = 2",
            "select note from {weigh} where tag = 2",
        ])
        .calls("count_outlets", NOTES)
        .in_one_task()
        .saved(),
    step("outlets")
        .selects(&["select record from {count_outlets} where tag = 0"])
        .calls("outlets", "record string")
        .in_one_task()
        .table(),
    step("outlet_pairs")
        .selects(&["select record from {count_outlets} where tag = 1"])
        .calls("outlet_pairs", "record string")
        .in_one_task()
        .table(),
];

/// All steps, in order.
pub(super) fn steps() -> Vec<PlannedStep> {
    [CORPUS, CANDIDATES, MATCHES, SETS, TABLES, POINTS].concat()
}
