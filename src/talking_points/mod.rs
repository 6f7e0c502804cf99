//! The wording that outlets share without copying each other's articles.

pub(crate) mod aggregation;
mod articles;
mod background;
mod bit_filter;
mod bursts;
mod chance;
mod class;
pub mod co_adoption;
mod grams;
mod judge;
mod key_table;
mod lexicon;
mod list;
mod markov_baseline;
mod occurrences;
mod page_counts;
mod places;
mod profile;
mod quotes;
mod radix;
mod rank;
mod reference;
mod sequences;
pub(crate) mod significance;
mod spelling;
pub(crate) mod spread;
mod subject;
mod surroundings;
mod tally;
mod templates;
mod token;
mod trace;
mod variants;
mod words;

pub use articles::{Article, Articles};
pub use bursts::Burst;
pub use class::PointClass;
pub use list::Draft;
pub use quotes::Quote;
pub use reference::Background;
pub use subject::OnSubject;
pub use trace::{Traced, trace};

use crate::error::Result;
use crate::storage::{Column, Scratch};
use crate::types::{DocId, Span, Timestamp};
use chance::Chance;
use jieba_rs::Jieba;
use lexicon::Glue;
use occurrences::{Holder, Votes};
use profile::Profile;
use reference::Reference;
use serde::{Deserialize, Serialize};
use spelling::SpeltCandidates;
use std::cmp::Reverse;
use subject::OnSubjects;
use tally::Ballot;
use variants::Relations;
use words::Tokens;

/// One page as this stage sees it: whose vote it is.
#[derive(Clone, Copy, Debug)]
pub struct Voter {
    /// The page.
    pub doc: DocId,
    /// Its reprint set: pages of one set vote once. A page that is no reprint is a set of its own.
    pub set: u32,
    /// Its outlet; of an unknown one, a number of its own of 2^63 or more. Pages of one outlet vote once.
    pub outlet: u64,
    /// Units of its body: the longest page speaks for its set.
    pub units: u32,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// A number of the page that does not depend on where it stands in the input; breaks ties.
    pub order: u64,
}

/// The bit that the numbers of unknown outlets have.
pub(crate) const UNKNOWN_OUTLET: u64 = 1 << 63;

/// By what the page that speaks for its set is chosen: the least, so the longest.
pub(crate) fn speaker_rank(units: u32, order: u64) -> (Reverse<u32>, u64) {
    (Reverse(units), order)
}

impl Voter {
    /// True for a page of a known outlet.
    pub(crate) fn has_known_outlet(&self) -> bool {
        self.outlet & UNKNOWN_OUTLET == 0
    }
}

/// Whether a point is a set phrase or a longer passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PointKind {
    /// A set phrase.
    Phrase,
    /// A passage of a sentence or more.
    Passage,
}

/// A wording that several outlets use in articles that are not copies of one another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TalkingPoint {
    /// The wording in its best-known form, as a page writes it.
    pub text: String,
    /// Phrase or passage.
    pub kind: PointKind,
    /// Saying, term or formula.
    pub class: PointClass,
    /// The numbers that decided the class, for fitting: see [`point_features`]. Not carried from task to task.
    #[serde(skip)]
    pub features: Vec<f64>,
    /// Every form gathered under it, with the number of pages that hold it.
    pub variants: Vec<(String, u32)>,
    /// Known outlets that hold it.
    pub outlets: u32,
    /// Pages of no known outlet that hold it.
    pub of_unknown_outlet: u32,
    /// Reprint sets that hold it.
    pub sets: u32,
    /// Pages that hold it.
    pub documents: u32,
    /// The first and last time it was seen.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Its burst, if it is dated and came in one.
    pub burst: Option<Burst>,
    /// Share of its pages that put it in quotation marks.
    pub quoted: f64,
    /// What part of it comes from a text that several articles quote; `None` when no set has it from one.
    pub common_source: Option<CommonSource>,
    /// Reprint sets that could have used it, as they are on its subject, and those of them that do.
    pub on_subject: OnSubject,
    /// Reprint sets that would hold it by chance: if words were drawn from the corpus without the sets that hold it,
    /// or from the background, whose own pages may hold it too.
    pub expected: f64,
    /// What the list is ranked by.
    pub score: f64,
    /// Share of false finds among the points at least this sure (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// Where it stands: a page and the bytes of its text.
    pub examples: Vec<(DocId, Span)>,
    /// The earliest page of each outlet that holds it, with the page's reprint set. Not carried from task to task.
    #[serde(skip)]
    pub carriers: Vec<Carrier>,
}

/// An outlet's first page that holds a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrier {
    /// The page.
    pub doc: DocId,
    /// Its reprint set, as numbered for this stage.
    pub set: u32,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
}

/// The part of a wording's sets that have it from a text which several articles quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommonSource {
    /// How many sets.
    pub sets: u32,
    /// The earliest page that quotes it.
    pub doc: DocId,
}

/// Finds the talking points, strongest first: wording that at least 3 reprint sets and 3 outlets share (2 and 2 in
/// a corpus of fewer than 20 sets) beyond what chance explains.
///
/// One page, the longest, speaks for each set while wording is looked for; then every page votes, so that what an
/// outlet's copy holds counts for the outlet too. The modules tell the method: `grams` grows the candidates,
/// `background` and `chains` say what chance explains, `significance` how sure that is, `bursts` how suddenly it
/// came, `variants` which forms are one point, `rank` what the list is ranked by, `judge` what is listed.
///
/// Pages that only gather others (round-ups) should not be among the voters: they are copies in parts. What pages
/// have from a text that several articles quote is a point only if it stands outside of such `quotes` as well, in
/// as many sets as make a point.
///
/// The answer does not depend on the order of the voters, on how their sets and outlets are numbered, or on the
/// number of threads. Linear in the text: every page is read once or twice, those that speak once more
/// (and again for wordings with letters),
/// and these alone are cut into words; lines that pages of one set share are searched once. Memory: 2 bytes a word
/// of the speaking pages, 32 MB to sort and 27 for the dictionary while candidates grow, then some 700 bytes for each
/// wording that chance does not explain. The words and units of the speaking pages and how often each is on its page (15
/// bytes a word), the places of recurring n-grams, 16 bytes for each wording on a line that is not shared, and 8 for each
/// such line of a page, go through `scratch`. Sets that should be one cost the most, as whole articles are then recurring
/// wording.
///
/// What chance explains is measured on `background` when there is one, else from the corpus without the sets that
/// hold a wording.
pub fn find(
    voters: Vec<Voter>,
    quotes: Vec<Quote>,
    articles: &impl Articles,
    background: Option<Background>,
    scratch: &Scratch,
) -> Result<Vec<TalkingPoint>> {
    let ballot = Ballot::new(voters, quotes);
    let found = search(&ballot, articles, background, scratch)?;
    let votes = Votes::count(&found.spelt.wordings, &found.spelt.joined(), &ballot.voters, articles, scratch)?;
    let drafts = judged(&found, &ballot, &|at| votes.of(at));
    let texts = list::texts(&drafts, articles);
    let text = |doc: DocId, span: Span| texts.get(&(doc, span)).cloned().unwrap_or_default();
    Ok(drafts.into_iter().map(|draft| draft.finish(&text)).collect())
}

/// The names of the numbers that decide the class of a point.
pub fn point_features() -> &'static [&'static str] {
    &profile::FEATURES
}

/// The wordings that chance does not explain, with what decides about them before pages vote.
struct Unlikely {
    spelt: SpeltCandidates,
    chances: Vec<Chance>,
    profiles: Column<Profile>,
    on_subject: OnSubjects,
    /// How formulaic each page that speaks for a set is, 0..1.
    formulaic: Vec<f32>,
    /// Different n-grams that were looked at.
    tested: u64,
}

/// Grows wordings from the pages that speak for the sets, and drops those that chance explains.
fn search(
    ballot: &Ballot,
    articles: &impl Articles,
    background: Option<Background>,
    scratch: &Scratch,
) -> Result<Unlikely> {
    let jieba = Jieba::new();
    let words = Tokens::cut(&ballot.speakers, articles, &jieba, scratch)?;
    let mut grown = grams::grow(&words, ballot.least, &Glue::of(&jieba), scratch)?;
    let (candidates, places) = (std::mem::take(&mut grown.candidates), std::mem::take(&mut grown.places));
    let (spelt, lexicon) = SpeltCandidates::read((&candidates, places), &words, (ballot, articles), &jieba);
    drop(candidates);
    let reference = background.map(|background| Reference::count(&spelt, &background, &jieba));
    drop(jieba);
    let chances = background::chances((&spelt, &lexicon), &words, &grown, reference.as_ref(), ballot, scratch)?;
    drop(std::mem::take(&mut grown.pairs));
    let (spelt, chances) = judge::keep_unlikely(spelt, chances, ballot.is_small());
    let (profiles, on_subject) = profile::profiles(&spelt, &chances, &words, &grown.singles, &lexicon, scratch)?;
    Ok(Unlikely { spelt, chances, profiles, on_subject, formulaic: grown.formulaic, tested: grown.tested })
}

/// Judges the wordings by the votes that `holders` gives of each, in the order of the voters, and drafts the points.
fn judged(found: &Unlikely, ballot: &Ballot, holders: &(impl Fn(usize) -> Vec<Holder> + Sync)) -> Vec<Draft> {
    let Unlikely { spelt, chances, profiles, on_subject, formulaic, tested } = found;
    let judged = judge::judge(spelt, (chances, profiles), holders, ballot, formulaic, *tested);
    let roots = Relations { spelt, profiles, judged: &judged }.gather();
    list::drafts((spelt, profiles, on_subject), &judged, &roots, holders, ballot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{FurnitureModel, GroupKeys, clean};
    use crate::types::Precision;

    /// Pages as (reprint set, outlet, day, text).
    struct Pile(Vec<(u32, u32, i64, String)>);

    impl Articles for Pile {
        fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
            let text = &self.0[doc.index()].3;
            let clean = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
            with(&Article { text, headline: clean.headline_before_body(), body: &clean.body_spans() });
        }
    }

    fn points(
        voters: Vec<Voter>,
        quotes: Vec<Quote>,
        pile: &Pile,
        background: Option<Background>,
    ) -> Vec<TalkingPoint> {
        find(voters, quotes, pile, background, &Scratch::default()).unwrap()
    }

    impl Pile {
        fn voters(&self) -> Vec<Voter> {
            let voter = |(at, (set, outlet, day, text)): (usize, &(u32, u32, i64, String))| Voter {
                doc: DocId(at as u32),
                set: *set,
                outlet: u64::from(*outlet),
                units: text.chars().count() as u32,
                published: Some(Timestamp { seconds: day * 86_400, zone: 0, precision: Precision::Day }),
                order: xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            };
            self.0.iter().enumerate().map(voter).collect()
        }

        fn points(&self) -> Vec<TalkingPoint> {
            points(self.voters(), Vec::new(), self, None)
        }
    }

    const PLACES: [&str; 8] = ["柳塘", "石坝", "梅岭", "沙湾", "竹溪", "枫桥", "荷塘", "松岗"];
    const THINGS: [&str; 8] = ["水渠", "果园", "车站", "学校", "药铺", "球场", "粮仓", "码头"];

    /// Forty articles of eight outlets that share no more than ordinary words; `said` is put into some.
    fn pile(said: impl Fn(usize) -> Option<&'static str>) -> Pile {
        let article = |at: usize| {
            let (place, thing) = (PLACES[at % 8], THINGS[(at * 3 + at / 8) % 8]);
            let said = said(at).map_or(String::new(), |said| format!("大家谈到这里时都说，要让{said}，这样才好。"));
            let text = format!(
                "{place}的老人记得第{at}座{thing}是哪一年修的。{}年前后{place}只有一条土路。{said}如今{thing}旁边种了{}棵树。",
                1950 + at,
                at * 7 + 3
            );
            (at as u32, at as u32 % 8, at as i64 * 20, text)
        };
        Pile((0..40).map(article).collect())
    }

    #[test]
    fn wording_of_several_sets_and_outlets_is_a_point() {
        let pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
        let points = pile.points();
        let point = points.iter().find(|point| point.text.contains("小院灯火照亮回家路")).unwrap();
        assert_eq!((point.sets, point.outlets, point.documents), (5, 5, 5));
        assert!(point.expected < 1e-6);
        for &(doc, span) in &point.examples {
            assert!(span.of(&pile.0[doc.index()].3).contains("小院灯火"));
        }
    }

    #[test]
    fn one_outlets_column_is_none_and_neither_are_copies_of_one_article() {
        let column = pile(|at| (at % 8 == 3).then_some("小院灯火照亮回家路"));
        assert!(column.points().iter().all(|point| !point.text.contains("灯火")));
        let mut copied = pile(|at| (at < 8).then_some("小院灯火照亮回家路"));
        copied.0.iter_mut().take(8).for_each(|page| page.0 = 0);
        assert!(copied.points().iter().all(|point| !point.text.contains("灯火")));
    }

    #[test]
    fn both_scripts_are_one_point_named_in_simplified() {
        let pile = pile(|at| match at % 6 {
            0 => Some("小院灯火照亮回家路"),
            3 => Some("小院燈火照亮回家路"),
            _ => None,
        });
        let points = pile.points();
        let point = points.iter().find(|point| point.text.contains("小院灯火照亮回家路")).unwrap();
        assert_eq!(point.sets, 14);
        assert!(point.variants.iter().any(|(form, pages)| form.contains("燈火") && *pages == 7));
    }

    #[test]
    fn an_outlets_copy_counts_for_the_outlet() {
        let mut pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
        let copy = (0, 77, 3, pile.0[0].3.clone());
        pile.0.push(copy);
        let points = pile.points();
        let point = points.iter().find(|point| point.text.contains("小院灯火")).unwrap();
        assert_eq!((point.sets, point.outlets, point.documents), (5, 6, 6));
    }

    #[test]
    fn the_order_of_pages_and_the_numbers_of_sets_do_not_show() {
        let pile = pile(|at| (at % 7 == 1).then_some("小院灯火照亮回家路"));
        let mut turned = Pile(pile.0.iter().rev().cloned().collect());
        turned.0.iter_mut().for_each(|page| (page.0, page.1) = (1000 - page.0, 7 - page.1));
        let told = |points: Vec<TalkingPoint>| -> Vec<String> {
            let line = |p: TalkingPoint| {
                format!("{} {:?} {} {} {} {} {}", p.text, p.variants, p.sets, p.outlets, p.expected, p.score, p.q_value)
            };
            points.into_iter().map(line).collect()
        };
        assert_eq!(told(pile.points()), told(turned.points()));
    }

    #[test]
    fn lists_in_files_give_the_same_points() {
        let mut pile = pile(|at| (at % 7 == 1).then_some("小院灯火照亮回家路"));
        // No list of less than 16 KB goes to a file.
        let characters =
            |seed: u32| (0..400).filter_map(move |k| char::from_u32(0x4E00 + (seed * 7919 + k * 10_477) % 9000));
        for page in &mut pile.0 {
            page.3.extend(characters(page.0));
        }
        let folder = tempfile::tempdir().unwrap();
        let in_files = Scratch::new(folder.path().to_owned(), 1);
        let found = find(pile.voters(), Vec::new(), &pile, None, &in_files).unwrap();
        let json = |points: &[TalkingPoint]| serde_json::to_string(points).unwrap();
        assert!(found.iter().any(|point| point.text.contains("小院灯火")));
        assert_eq!(json(&found), json(&pile.points()));
    }

    #[test]
    fn in_steps_over_parts_the_points_are_the_same() {
        let mut pile = pile(|at| (at % 4 == 1).then_some("小院灯火照亮回家路"));
        for at in (1..40).step_by(8) {
            let (set, _, day, text) = pile.0[at].clone();
            pile.0.push((set, 50, day + 2, format!("{}\n渡口边的{at}只白鹭飞了起来。", text.replace("灯火", "燈火"))));
        }
        let quotes = [5, 9].map(|at| Quote { doc: DocId(at), span: Span::new(0, pile.0[at as usize].3.len()) });
        let voters = pile.voters();
        let mut whole = points(voters.clone(), quotes.to_vec(), &pile, None);
        assert!(whole.iter().any(|point| point.sets == 10 && point.common_source.is_some()));
        let speakers = Ballot::new(voters.clone(), Vec::new()).speakers;
        let speaking = voters.iter().filter(|voter| speakers.contains(&voter.doc)).copied().collect();
        let mut search = spread::search(speaking, &pile, &Scratch::default()).unwrap();
        let json = serde_json::to_string(&search.wordings).unwrap();
        search.wordings = serde_json::from_str(&json).unwrap();
        let sought = spread::Sought::new(&search.wordings);
        let votes = voters.chunks(7).flat_map(|some| sought.vote(some, &pile).unwrap()).collect();
        let drafts = spread::weigh(search, voters, quotes.to_vec(), votes);
        for (draft, point) in drafts.iter().zip(&mut whole) {
            assert_eq!(draft.point().carriers, std::mem::take(&mut point.carriers));
            assert_eq!(draft.point().features, std::mem::take(&mut point.features));
        }
        let drafts: Vec<Draft> = serde_json::from_str(&serde_json::to_string(&drafts).unwrap()).unwrap();
        let text = |doc: DocId, span: Span| span.of(&pile.0[doc.index()].3).to_owned();
        let points: Vec<TalkingPoint> = drafts.into_iter().map(|draft| draft.finish(&text)).collect();
        assert_eq!(format!("{points:?}"), format!("{whole:?}"));
    }

    #[test]
    fn clauses_that_recur_together_are_one_point() {
        let said = "守好门前的清水河，走稳脚下的青石路";
        let mut pile = pile(|_| None);
        pile.0.iter_mut().step_by(9).for_each(|page| page.3 = format!("{said}。{}", page.3));
        let points = pile.points();
        let holding: Vec<&TalkingPoint> = points.iter().filter(|point| point.text.contains("清水河")).collect();
        assert_eq!(holding.iter().map(|point| (&*point.text, point.sets)).collect::<Vec<_>>(), [(said, 5)]);
    }

    #[test]
    fn two_outlets_make_a_point_where_there_are_few() {
        let found = |outlets: u32| {
            let mut pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
            for (at, page) in pile.0.iter_mut().enumerate() {
                page.1 = if at % 9 == 0 { at as u32 / 9 % 2 } else { 2 + at as u32 % (outlets - 2) };
            }
            pile.points().iter().any(|point| point.text.contains("灯火"))
        };
        assert_eq!([6, 12].map(found), [true, false]);
    }

    #[test]
    fn english_is_read_by_words() {
        let mut pile = pile(|_| None);
        for (at, thing) in THINGS.iter().enumerate().take(5) {
            let text = format!(
                "{} people met near the {thing} hall. They spoke of a lantern on every doorstep, and left at {at}.",
                at * 31 + 5,
            );
            pile.0.push((100 + at as u32, at as u32, at as i64, text));
        }
        let points = pile.points();
        assert!(points.iter().any(|point| point.text.contains("lantern on every doorstep") && point.sets == 5));
    }

    #[test]
    fn planted_phrases_are_found_in_every_copy_and_place() {
        const PLANTED: [&str; 4] =
            ["小院灯火照亮回家路", "一张板凳议事到天明", "半亩荷塘连起两岸人", "守好门前这条清水河"];
        let mut pile = pile(|at| PLANTED.get(at % 5).copied());
        // Every third article has a copy that adds a line, and one whose first line is the phrase, as a headline.
        for at in (0..40).step_by(3).filter(|at| at % 5 < 4) {
            let (set, _, day, text) = pile.0[at].clone();
            pile.0.push((set, 50, day, format!("{text}\n渡口边的{at}只白鹭飞了起来，大家都停下来看。")));
            pile.0.push((set, 51, day + 1, format!("{}\n{text}", PLANTED[at % 5])));
        }
        let points = pile.points();
        for (number, planted) in PLANTED.iter().enumerate() {
            let point = points.iter().find(|point| point.text.contains(planted)).unwrap();
            let copied = (0..40).step_by(3).filter(|at| at % 5 == number).count() as u32;
            assert_eq!((point.sets, point.documents), (8, 8 + 2 * copied), "{planted}");
        }
    }

    #[test]
    fn a_passage_is_found_across_lines() {
        let said = "小院灯火照亮回家路，一张板凳议事到天明，半亩荷塘连起两岸人，守好门前这条清水河";
        let mut pile = pile(|at| (at % 9 == 0).then_some(said));
        let broken = pile.0[9].3.replace("议事到天明，", "议事到天明，\n　　");
        pile.0.push((9, 60, 4, broken));
        let points = pile.points();
        let point = points.iter().find(|point| point.text.contains(said)).unwrap();
        assert_eq!((point.sets, point.outlets, point.documents), (5, 6, 6));
        assert_eq!(point.kind, PointKind::Passage);
    }

    #[test]
    fn what_all_have_from_one_text_is_no_point() {
        let pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
        let found = |quoting: usize| {
            let quote = |at: usize| Quote { doc: DocId(at as u32), span: Span::new(0, pile.0[at].3.len()) };
            let quotes = (0..40).step_by(9).take(quoting).map(quote).collect();
            points(pile.voters(), quotes, &pile, None).iter().any(|point| point.text.contains("灯火"))
        };
        assert_eq!([0, 2, 3, 5].map(found), [true, true, false, false]);
    }

    #[test]
    fn what_some_have_from_one_text_is_said() {
        let pile = pile(|at| (at % 5 == 0).then_some("小院灯火照亮回家路"));
        let quote = |at: usize| Quote { doc: DocId(at as u32), span: Span::new(0, pile.0[at].3.len()) };
        let points = points(pile.voters(), [20, 5, 10].map(quote).to_vec(), &pile, None);
        let point = points.iter().find(|point| point.text.contains("灯火")).unwrap();
        assert_eq!((point.sets, point.common_source), (8, Some(CommonSource { sets: 3, doc: DocId(5) })));
    }

    #[test]
    fn every_outlets_first_page_carries_a_point() {
        let mut pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
        let again = (200, pile.0[9].1, 990, pile.0[9].3.replace("第9座", "旁边的"));
        pile.0.push(again);
        let points = pile.points();
        let point = points.iter().find(|point| point.text.contains("灯火")).unwrap();
        let docs: Vec<DocId> = point.carriers.iter().map(|carrier| carrier.doc).collect();
        assert_eq!((point.documents, docs), (6, [0, 9, 18, 27, 36].map(DocId).to_vec()));
    }

    #[test]
    fn wording_that_a_background_is_full_of_is_none() {
        let pile = pile(|at| (at % 9 == 0).then_some("小院灯火照亮回家路"));
        let listed = |said: Option<&'static str>| {
            let elsewhere = self::pile(|_| said);
            let background = Background { articles: &elsewhere, pages: 40 };
            points(pile.voters(), Vec::new(), &pile, Some(background)).iter().any(|point| point.text.contains("灯火"))
        };
        assert_eq!([None, Some("小院灯火照亮回家路")].map(listed), [true, false]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(Pile(Vec::new()).points().is_empty());
        assert!(Pile(vec![(0, 0, 0, String::new()), (1, 1, 0, "短".to_owned())]).points().is_empty());
    }
}
