//! The dataflow as a list of steps, in order. Queries only select, join and count; what is decided of rows is decided by the
//! functions.
//!
//! In queries `{name}` is the table of that step; `{lines}` are the records, `{parts}` and `{partitions}` numbers.

use super::candidates::{
    PairRow, SortedPairRow, add_up, bound, closest, edges, join, meet, propose, represent, sort_out,
};
use super::furniture::{Survey, choose, keyed, learn};
use super::incident_matches::{IncidentRow, SideRow, decide, star};
use super::model::NamesSeen;
use super::partition::{PartRow, measure};
use super::points::{Scales, VoterRow, outlet_tables, places, points, quotes, record_rows, search, speak, vote};
use super::sets::{add_habits, add_names, group, habits, records, resolved};
use super::sketches::{LineRow, SourceRow, compilation, number, sketch};
use super::step::{Broadcast, Step, by_key, fold, map, step, whole};
use super::totals::{PageCounter, found, totals};
use crate::error::Result;
use crate::export::Table;
use crate::report;
use serde::{Deserialize, Serialize};

/// A text that all tasks get.
#[derive(Serialize, Deserialize)]
struct NoteRow {
    note: String,
}

fn note(value: &impl Serialize) -> Result<Vec<NoteRow>> {
    Ok(vec![NoteRow { note: super::rows::value(value)?.to_string() }])
}

/// All steps of a run. Those whose rows are not wanted get none.
pub fn steps(run: &Broadcast) -> Vec<Step> {
    let wants = |is_wanted: bool| move |step: Step| if is_wanted { step } else { step.without_rows() };
    let points = talking_points().into_iter().map(wants(run.config.only.talking_points()));
    let [boilerplate, candidates, matches, sets, tables, outlets] =
        [boilerplate(), candidates(), matches(), sets(), tables(), outlets()];
    let boilerplate = boilerplate.into_iter().map(wants(run.furniture.is_none()));
    let rest = [pages(), candidates, matches, sets, tables].into_iter().flatten();
    [survey()].into_iter().chain(boilerplate).chain(rest).chain(points).chain(outlets).collect()
}

const LINES: &str = "select line from {lines}";

/// Which names and hosts there are, and which pages the boilerplate may be learnt from.
fn survey() -> Step {
    step("survey").selects(&[LINES]).saved().calls(|run| {
        let config = run.config.clone();
        let add = move |survey: &mut Survey, rows: Vec<LineRow>| survey.add(&rows, &config);
        Ok(fold(add, |survey| Ok(survey.finish())))
    })
}

/// The boilerplate, learnt unless it is given.
fn boilerplate() -> Vec<Step> {
    vec![
        step("choose")
            .selects(&["select publisher, page from {survey} where page is not null"])
            .by(&["publisher"])
            .calls(|_| Ok(whole(choose))),
        step("keyed").selects(&[LINES]).calls(|run| {
            let config = run.config.clone();
            Ok(map(move |rows: Vec<LineRow>| keyed(&rows, &config)))
        }),
        step("furniture")
            .selects(&["select line from {keyed} k left semi join {choose} c on k.key = c.key"])
            .in_one_task()
            .broadcast()
            .calls(|run| {
                let (config, given) = (run.config.clone(), run.furniture.clone());
                Ok(whole(move |rows: Vec<LineRow>| match given.clone() {
                    Some(note) => Ok(vec![NoteRow { note }]),
                    None => note(&learn(&rows, &config)?),
                }))
            }),
    ]
}

/// What is kept of each page.
fn pages() -> Vec<Step> {
    vec![
        step("names_seen")
            .selects(&["select name, is_host, host, named, records from {survey} where page is null"])
            .in_one_task()
            .broadcast()
            .calls(|_| Ok(whole(|rows| note(&NamesSeen::gather(rows))))),
        step("sketch").selects(&[LINES]).saved().calls_with_records(Table::Documents, |run| {
            let model = run.model()?;
            Ok(map(move |rows: Vec<LineRow>| sketch(&rows, &model)))
        }),
        step("count_pages")
            .selects(&["select key, id, skipped from {sketch}"])
            .by(&["key"])
            .calls(|_| Ok(fold(PageCounter::add, PageCounter::finish))),
        step("totals").selects(&["select * from {count_pages}"]).in_one_task().broadcast().calls(|run| {
            let pages_per_part = run.pages_per_part;
            Ok(whole(move |rows| note(&totals(rows, pages_per_part))))
        }),
        step("pages").selects(&["select * from {sketch} where key is not null"]),
        step("verdicts").calls(|run| {
            let model = run.model()?;
            Ok(whole(move |_: Vec<NoteRow>| Ok(model.verdict_rows())))
        }),
        step("judged").selects(&["select v.a, v.b, v.same from {verdicts} v left semi join {pages} x on x.key = v.a \
            left semi join {pages} y on y.key = v.b"]),
    ]
}

/// From pages to pairs.
fn candidates() -> Vec<Step> {
    vec![
        step("represent")
            .selects(&["select key, body_hash, units, slots, simhash, buckets from {pages}"])
            .by(&["body_hash"])
            .sorted(&["body_hash", "key"])
            .saved()
            .calls(|_| Ok(map(represent()))),
        step("meet")
            .selects(&["select explode(buckets) as bucket, a as key, units, slots, simhash from {represent} where b is null"])
            .by(&["bucket"])
            .sorted(&["bucket", "key"])
            .calls(|_| Ok(meet())),
        step("add_up")
            .selects(&[
                "select key as page, minhash, samples, units from {pages}",
                "select a as page, b as other, band, near, shared from {meet}",
            ])
            .by(&["page"])
            .sorted(&["page"])
            .calls(|_| Ok(by_key(|row: &PairRow| row.page, add_up))),
        step("propose")
            .selects(&["select key as page, minhash, samples, units from {pages}", "select * from {add_up}"])
            .by(&["page"])
            .sorted(&["page"])
            .saved()
            .calls(|_| Ok(by_key(|row: &PairRow| row.page, propose))),
        forest("stories").selects(&["select a as page, b as label from {propose} where copy"]),
        step("sort_out")
            .selects(&[
                "select p.*, coalesce(x.label, p.a) as story_a, coalesce(y.label, p.b) as story_b from (select a, b, alike, \
                 enough, passage, shared, apart, units_a, units_b from {propose} union all select a, b, null, null, null, \
                 null, null, null, null from {represent} where b is not null) p left join {stories} x on x.page = p.a left \
                 join {stories} y on y.page = p.b",
            ])
            .saved()
            .calls(|_| Ok(map(sort_out))),
        step("bound")
            .selects(&["select * from {sort_out} where open = 'bound'"])
            .by(&["story"])
            .sorted(&["story"])
            .calls(|_| Ok(by_key(|row: &SortedPairRow| row.story, bound))),
        step("closest")
            .selects(&["select * from {sort_out} where open = 'closest'"])
            .by(&["page"])
            .sorted(&["page"])
            .calls(|_| Ok(by_key(|row: &SortedPairRow| row.page, closest))),
        step("pairs")
            .selects(&["select a, b, story from {sort_out} where open = 'nothing' union all select a, b, story from \
                {bound} union all select a, b, story from {closest}"])
            .saved(),
    ]
}

/// A spanning forest of some edges: every page of a component with the least of its pages.
fn forest(name: &'static str) -> Step {
    step(name).merged().saved().calls(|_| Ok(fold(join, edges)))
}

/// A step over the pages and pairs of a part.
fn part(name: &'static str) -> Step {
    step(name).by(&["part"]).sorted(&["part", "a"])
}

fn by_part<O>(
    function: impl FnMut(Vec<PartRow>) -> Result<Vec<O>> + Send,
) -> impl FnMut(Option<Vec<PartRow>>) -> Result<Vec<O>> + Send {
    by_key(|row: &PartRow| row.part, function)
}

/// From pairs to decided matches.
fn matches() -> Vec<Step> {
    vec![
        step("wanted").selects(&["select a, b, story from {pairs} union all select v.a, v.b, v.a as story from {judged} \
            v left anti join {pairs} p on p.a = v.a and p.b = v.b"]),
        part("measure")
            .selects(&[
                "select w.part, p.key as a, p.body_hash, p.units, p.line, p.spans from (select pmod(story, {parts}) as \
                 part, a as key from {wanted} union select pmod(story, {parts}) as part, b as key from {wanted}) w join \
                 {pages} p on p.key = w.key",
                "select pmod(story, {parts}) as part, a, b from {wanted}",
            ])
            .saved()
            .calls_with_records(Table::Matches, |run| {
                let model = run.model()?;
                Ok(by_part(move |rows| measure(rows, &model)))
            }),
        forest("articles").selects(&["select a as page, b as label from {measure} where one_article"]),
        step("labelled").selects(&["select m.a, m.b, m.matched, m.turned, coalesce(x.label, m.a) as article_a, \
            coalesce(y.label, m.b) as article_b from {measure} m left join {articles} x on x.page = m.a left join \
            {articles} y on y.page = m.b"]),
        step("star")
            .selects(&[
                "select side.key, side.other, side.article, side.other_article, matched, turned from (select explode(\
                 array(named_struct('key', a, 'other', b, 'article', article_a, 'other_article', article_b), \
                 named_struct('key', b, 'other', a, 'article', article_b, 'other_article', article_a))) as side, matched, \
                 turned from {labelled})",
            ])
            .by(&["key"])
            .sorted(&["key", "other"])
            .saved()
            .calls(|_| Ok(by_key(|row: &IncidentRow| row.key, star))),
        step("decide")
            .selects(&["select * from {star} where place is null"])
            .by(&["a", "b"])
            .sorted(&["a", "b"])
            .saved()
            .calls(|run| {
                let (same_article, verdicts) = (run.config.same_article, run.model()?.pair_verdicts());
                let decided = move |sides| decide(sides, same_article, &verdicts);
                Ok(by_key(|row: &SideRow| (row.a, row.b), decided))
            }),
        step("compilations").selects(&["select a, b, place from {star} where place is not null"]),
    ]
}

const IN_SETS: &str = "select row.* from {group} where found = 'in_set'";

/// From matches to sets and their histories.
fn sets() -> Vec<Step> {
    vec![
        forest("components").selects(&["select a as page, b as label from {decide} where joins union all select a as page, \
            b as label from {judged} where same"]),
        // Compilations that people put into sets: no others are in components.
        step("gathered").selects(&["select j.page from (select a as page from {judged} where same union select b as page \
            from {judged} where same) j left semi join {compilations} c on c.a = j.page"]),
        part("group")
            .selects(&[
                "select pmod(c.label, {parts}) as part, p.key as a, p.body_hash, p.units, p.line, p.spans, p.facts, \
                 k.page is not null as medoid from {components} c join {pages} p on p.key = c.page left join {gathered} \
                 k on k.page = c.page",
                "select pmod(x.label, {parts}) as part, d.a, d.b, d.matched from {decide} d join {components} x on \
                 x.page = d.a join {components} y on y.page = d.b where x.label = y.label",
            ])
            .saved()
            .calls_with_records(Table::Matches, |run| {
                let model = run.model()?;
                Ok(by_part(move |rows| group(rows, &model)))
            }),
        step("names")
            .selects(&["select names from {group} where found = 'names'"])
            .in_one_task()
            .broadcast()
            .calls(|run| {
                let model = run.model()?;
                let finish = move |counts| note(&resolved(&counts, &model));
                Ok(fold(add_names, finish))
            }),
        step("members").selects(&["select row.a as key, row.set from {group} where found = 'in_set' and row.b is null"]),
        part("count_habits")
            .selects(&["select row.part, row.a, row.b, row.body_hash, row.units, row.facts, row.set, row.medoid, row.matched \
                from {group} where found = 'in_set'"])
            .calls(|run| {
                let (model, names) = (run.model()?, run.names()?);
                Ok(by_part(move |rows| habits(rows, &names, &model)))
            }),
        step("habits")
            .selects(&["select habits from {count_habits}"])
            .in_one_task()
            .broadcast()
            .calls(|_| Ok(fold(add_habits, |counts| note(&counts)))),
        part("records")
            .selects(&[IN_SETS])
            .saved()
            .calls_with_records(Table::Clusters, |run| {
                let (model, names, habits) = (run.model()?, run.names()?, run.habits()?);
                Ok(by_part(move |rows| records(rows, &names, &habits, &model)))
            }),
    ]
}

/// The tables of pages, sets and matches.
fn tables() -> Vec<Step> {
    vec![
        step("numbers")
            .selects(&["select key, least from {records} where judged = 'set'"])
            .sorted(&["least"])
            .in_one_task()
            .saved()
            .calls(|_| Ok(map(number()))),
        step("clusters")
            .selects(&["select r.record, n.cluster from {records} r join {numbers} n on n.key = r.key where r.judged = 'set'"])
            .table(Table::Clusters, &["cluster"]),
        step("numbered").selects(&["select m.key, n.cluster from {members} m join {numbers} n on n.key = m.set"]),
        step("sources")
            .selects(&["select c.a as key, c.place, p.id, n.cluster from {compilations} c join {pages} p on p.key = c.b \
                left join {numbered} n on n.key = c.b"])
            .by(&["key"])
            .sorted(&["key"])
            .calls(|_| Ok(by_key(|row: &SourceRow| row.key, compilation))),
        step("documents")
            .selects(&["select p.record, n.cluster, r.parent, coalesce(r.relation, s.relation) as relation, r.kept, \
                s.draws_on from {pages} p left join {numbered} n on n.key = p.key left join (select key, parent, \
                relation, kept from {records} where judged = 'page') r on r.key = p.key left join {sources} s on s.key = \
                p.key"])
            .table(Table::Documents, &["cluster", "parent", "relation", "kept", "draws_on"]),
        step("matches")
            .selects(&[
                "select m.record, d.kind, d.probability, d.spread from {measure} m join {decide} d on d.a = m.a and d.b = \
                 m.b",
                "select record, null as kind, null as probability, null as spread from {group} where found = 'measured'",
            ])
            .table(Table::Matches, &["kind", "probability", "spread"]),
    ]
}

/// What of the corpus is counted by outlet.
const COUNTS: &[&str] = &[
    "select outlet, count(*) as pages from {pages} where outlet is not null group by outlet",
    "select traffic from {records} where judged = 'traffic'",
    "select adoption from {weigh} where adoption is not null",
];

/// Talking points.
fn talking_points() -> Vec<Step> {
    vec![
        step("speak")
            .selects(&["select p.key, p.vote, coalesce(m.set, p.key) as set, c.a is not null as is_compilation from {pages} \
                p left join {members} m on m.key = p.key left join (select distinct a from {compilations}) c on c.a = \
                p.key"])
            .by(&["set"])
            .sorted(&["set", "key"])
            .saved()
            .calls(|_| Ok(by_key(|row: &VoterRow| row.set, speak))),
        step("search")
            .selects(&[
                "select 0 as part, v.set, p.key as a, p.body_hash, p.units, v.vote, p.line, p.spans from {speak} v join \
                 {pages} p on p.key = v.key where v.speaks",
            ])
            .in_one_task()
            .saved()
            .calls(|run| {
                let model = run.model()?;
                Ok(whole(move |rows| search(rows, &model)))
            }),
        step("vote")
            .selects(&[
                "select explode(sequence(0, {partitions} - 1)) as part, 0 as a, false as is_page, place, wording from \
                 {search} where wording is not null",
                "select pmod(v.set, {partitions}) as part, true as is_page, v.set, p.key as a, p.body_hash, \
                 p.units, v.vote, p.line, p.spans from {speak} v join {pages} p on p.key = v.key",
            ])
            .by(&["part"])
            .sorted(&["part", "is_page", "place", "set", "a"])
            .saved()
            .calls(|run| Ok(vote(run.model()?))),
        step("quotes")
            .selects(&[
                "select a, b, matched from {decide}",
                "select row.a, row.b, row.matched from {group} where found = 'measured'",
            ])
            .calls(|_| Ok(map(quotes))),
        step("weigh")
            .selects(&[
                "select * from {search}",
                "select key as page, set, vote from {speak}",
                "select * from {vote}",
                "select * from {quotes}",
            ])
            .in_one_task()
            .saved()
            .calls(|_| Ok(fold(Scales::add, Scales::finish))),
        step("places")
            .selects(&[
                "select w.number, w.spans, p.line from {weigh} w join {pages} p on p.key = w.page where w.number \
                is not null",
            ])
            .calls(|run| {
                let model = run.model()?;
                Ok(map(move |rows| places(rows, &model)))
            }),
        step("points")
            .selects(&["select rank, draft from {weigh} where rank is not null", "select * from {places}"])
            .in_one_task()
            .calls_with_records(Table::TalkingPoints, |_| Ok(whole(points))),
        step("talking_points").selects(&["select record from {points}"]).table(Table::TalkingPoints, &[]),
    ]
}

/// Who runs whose copy, and how much was found.
fn outlets() -> Vec<Step> {
    vec![
        step("count_outlets").selects(COUNTS).in_one_task().calls_with_records(Table::Outlets, |run| {
            let model = run.model()?;
            let outlets = move |rows| Ok(outlet_tables(rows, &model)?.outlets.into_iter().map(report::outlet_record));
            Ok(whole(move |rows| record_rows(outlets(rows)?)))
        }),
        step("outlets").selects(&["select record from {count_outlets}"]).table(Table::Outlets, &[]),
        step("count_pairs").selects(COUNTS).in_one_task().calls_with_records(Table::OutletPairs, |run| {
            let model = run.model()?;
            let pairs = move |rows| Ok(outlet_tables(rows, &model)?.pairs.into_iter().map(report::outlet_pair_record));
            Ok(whole(move |rows| record_rows(pairs(rows)?)))
        }),
        step("outlet_pairs").selects(&["select record from {count_pairs}"]).table(Table::OutletPairs, &[]),
        step("counts")
            .selects(&[
                "select count(*) as clusters from {clusters}",
                "select count(cluster) as clustered from {documents}",
                "select count(*) as matches from {matches}",
                "select count(*) as talking_points from {talking_points}",
                "select count(*) as outlets from {outlets}",
                "select count(*) as verdicts from {judged}",
            ])
            .in_one_task()
            .broadcast()
            .calls(|_| Ok(whole(|rows| note(&found(rows))))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_columns_and_reads_earlier_steps() {
        let (mut known, mut functions) = (vec!["lines", "parts", "partitions"], 0);
        for step in steps(&Broadcast::default()) {
            for query in &step.inputs {
                let names = query.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
                names.for_each(|name| assert!(known.contains(&name), "{} reads {name}", step.name));
            }
            functions += usize::from(step.schema().unwrap().is_some());
            assert!(!known.contains(&step.name), "{}", step.name);
            known.push(step.name);
        }
        assert!(functions > 30 && steps(&Broadcast::default())[0].start(&Broadcast::default()).unwrap().is_some());
    }
}
