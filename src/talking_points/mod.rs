//! The wording that outlets share without copying each other's articles.

mod background;
mod bursts;
mod chains;
mod forms;
mod grams;
mod lexicon;
mod rank;
mod significance;
mod tally;
mod variants;
mod votes;
mod words;

use crate::clean::CleanDoc;
use crate::types::{DocId, Span, Timestamp};
use chains::Chains;
use grams::Candidate;
use jieba_rs::Jieba;
use lexicon::{Class, Glue, Lexicon};
use rayon::prelude::*;
use tally::{Ballot, Tally};
use variants::Forms;
use votes::{Votes, Wordings};
use words::{BREAK, Words, article, units_of};

/// One page as this stage sees it: whose vote it is.
#[derive(Clone, Copy, Debug)]
pub struct Voter {
    /// The page.
    pub doc: DocId,
    /// Its reprint set: pages of one set vote once. A page that is no reprint is a set of its own.
    pub set: u32,
    /// Its outlet (or, unknown, a number of its own): pages of one outlet vote once.
    pub outlet: u32,
    /// Units of its body: the longest page speaks for its set.
    pub units: u32,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// A number of the page that does not depend on where it stands in the input; breaks ties.
    pub order: u64,
}

/// Hands out pages, cleaned.
pub trait Texts: Sync {
    /// Calls `with` on the text of a page as read and what cleaning made of it.
    fn with(&self, doc: DocId, with: &mut dyn FnMut(&str, &CleanDoc));
}

/// Whether a point is a set phrase or a longer passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// A set phrase.
    Phrase,
    /// A passage of a sentence or more.
    Passage,
}

/// A wording that several outlets use in articles that are not copies of one another.
#[derive(Clone, Debug)]
pub struct TalkingPoint {
    /// The wording in its best-known form, as a page writes it.
    pub text: String,
    /// Phrase or passage.
    pub kind: PointKind,
    /// Every form gathered under it, with the number of pages that hold it.
    pub variants: Vec<(String, u32)>,
    /// Outlets that hold it.
    pub outlets: u32,
    /// Reprint sets that hold it.
    pub sets: u32,
    /// Pages that hold it.
    pub documents: u32,
    /// The first and last time it was seen.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Reprint sets that would hold it by chance.
    pub expected: f64,
    /// What the list is ranked by.
    pub score: f64,
    /// Share of false finds among the points at least this sure (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// Where it stands: a page and the bytes of its text.
    pub examples: Vec<(DocId, Span)>,
}

/// Finds the talking points, strongest first.
pub fn find(voters: &[Voter], texts: &impl Texts) -> Vec<TalkingPoint> {
    let ballot = Ballot::new(voters);
    let jieba = Jieba::new();
    let words = Words::cut(&ballot.speakers, texts, &jieba);
    let grown = grams::grow(&words, ballot.least, &Glue::of(&jieba));
    let mut lexicon = Lexicon::default();
    let spelt = spell(&grown.candidates, &words, &ballot, texts, &jieba, &mut lexicon);
    let wordings = Wordings::new(spelt.iter().map(|(units, _)| units.as_slice()));
    let candidates: Vec<Candidate> = spelt.iter().map(|&(_, candidate)| candidate).collect();
    drop(spelt);
    let votes = Votes::count(&wordings, voters, texts);
    let tallies: Vec<Tally> = (0..wordings.len()).into_par_iter().map(|at| ballot.tally(votes.of(at))).collect();
    let expected = background::expected(&candidates, &words, &grown, &lexicon);
    let chained = chained(&candidates, &words, &wordings, &ballot, texts);
    let p: Vec<f64> = (0..candidates.len())
        .map(|at| improbability(candidates[at].sets, expected[at].max(chained[at]), &tallies[at]))
        .collect();
    let q = significance::false_discovery(&p, grown.tested);
    let sets: Vec<u32> = tallies.iter().map(|tally| if ballot.shared(tally) { tally.sets } else { 0 }).collect();
    let times: Vec<u32> = candidates.iter().map(|candidate| candidate.times).collect();
    let lengths: Vec<Vec<u8>> = candidates.iter().map(|c| word_lengths(c, &words)).collect();
    let formulaic: Vec<f64> =
        (0..wordings.len()).map(|at| ballot.mean_of_sets(votes.of(at), &grown.formulaic)).collect();
    let evidence = |at: usize| rank::Evidence {
        sets: tallies[at].sets,
        outlets: tallies[at].outlets,
        expected: expected[at],
        chained: chained[at],
        small: ballot.is_small(),
        is_passage: wordings.of(at).len() > grams::LONG,
        formulaic: formulaic[at],
        quoted: tallies[at].quoted,
        burst: tallies[at].burst.as_ref(),
        named: rank::named_share(words.of(&candidates[at]), &lexicon),
    };
    let scores: Vec<f64> = (0..candidates.len()).map(|at| rank::score(&evidence(at))).collect();
    let strengths: Vec<f64> = (0..candidates.len()).map(|at| rank::strength(&evidence(at))).collect();
    drop(words);
    let gathered = Forms { wordings: &wordings, sets: &sets, times: &times, words: &lengths, strengths: &strengths };
    let root = gathered.gather();
    if let Ok(word) = std::env::var("TPDEBUG") {
        let show = |at: u32| -> String { wordings.of(at as usize).iter().filter_map(|&u| char::from_u32(u)).collect() };
        for at in 0..wordings.len() as u32 {
            if show(at).contains(&word) {
                let k = at as usize;
                eprintln!(
                    "D {} sets {} times {} score {:.2} E {:.1e} chained {:.1e} -> {}",
                    show(at),
                    sets[k],
                    times[k],
                    scores[k],
                    expected[k],
                    chained[k],
                    show(root[k])
                );
            }
        }
    }
    let mut listed: Vec<u32> = (0..candidates.len() as u32)
        .filter(|&at| sets[at as usize] > 0 && root[at as usize] == at && scores[at as usize] > 0.0)
        .collect();
    listed.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
    let mut members: Vec<(u32, u32)> = (0..candidates.len() as u32)
        .filter(|&at| sets[at as usize] > 0 && gathered.near(at, root[at as usize]))
        .map(|at| (root[at as usize], at))
        .collect();
    members.sort_unstable();
    let all_forms = forms::read(&members.iter().map(|&(_, at)| at).collect::<Vec<u32>>(), &votes, voters, texts);
    let forms_of = |root: u32| {
        let from = members.partition_point(|&(of, _)| of < root);
        let to = members.partition_point(|&(of, _)| of <= root);
        members[from..to].iter().map(|&(_, at)| at).zip(&all_forms[from..to])
    };
    listed
        .par_iter()
        .map(|&root| {
            let at = root as usize;
            let own = forms_of(root)
                .find(|&(member, _)| member == root)
                .map(|(_, forms)| forms.as_slice())
                .unwrap_or_default();
            let mut variants: Vec<(String, u32)> = own.to_vec();
            let others = forms_of(root).filter(|&(member, _)| member != root);
            variants
                .extend(others.filter_map(|(member, forms)| {
                    Some((forms.first()?.0.clone(), tallies[member as usize].documents))
                }));
            TalkingPoint {
                text: own.first().map(|(text, _)| text.clone()).unwrap_or_default(),
                kind: if wordings.of(at).len() > grams::LONG { PointKind::Passage } else { PointKind::Phrase },
                variants,
                outlets: tallies[at].outlets,
                sets: tallies[at].sets,
                documents: tallies[at].documents,
                seen: tallies[at].seen,
                expected: expected[at],
                score: scores[at],
                q_value: q[at],
                examples: forms::examples(votes.of(at), voters),
            }
        })
        .collect()
}

/// The chance of as many sets, and of so sudden a spread, where chance explains `expected` sets.
fn improbability(sets: u32, expected: f64, tally: &Tally) -> f64 {
    let count = significance::poisson_tail(sets, expected, true);
    match &tally.burst {
        Some(burst) => significance::both(count.max(1e-300).ln(), burst.ln_chance),
        None => count,
    }
}

/// For each candidate the sets that hold it by chance if outlets only chained pairs of words, or pairs of
/// characters, whichever is more: word borders that hang on what follows make words look more tied than they are.
fn chained(
    candidates: &[Candidate],
    words: &Words,
    wordings: &Wordings,
    ballot: &Ballot,
    texts: &impl Texts,
) -> Vec<f64> {
    let by_word = Chains::new(candidates.iter().map(|candidate| words.of(candidate)))
        .expected(&ballot.groups, |group, read| group.iter().for_each(|&page| read(words.page(page as usize))));
    let by_unit = Chains::new((0..wordings.len()).map(|at| wordings.of(at))).expected(&ballot.groups, |group, read| {
        for &page in group {
            texts.with(ballot.speakers[page as usize], &mut |text, clean| read(&article(text, clean).ids));
        }
    });
    let per_set = candidates.iter().map(|candidate| f64::from(candidate.sets) / f64::from(candidate.times));
    by_word.into_iter().zip(by_unit).zip(per_set).map(|((word, unit), share)| word.max(unit) * share).collect()
}

fn word_lengths(candidate: &Candidate, words: &Words) -> Vec<u8> {
    words.of(candidate).iter().filter(|&&word| word != BREAK).map(|&word| units_of(word) as u8).collect()
}

/// The units of the candidates, in ascending order, each once; those with an idle word at a border are left out.
fn spell(
    candidates: &[Candidate],
    words: &Words,
    ballot: &Ballot,
    texts: &impl Texts,
    jieba: &Jieba,
    lexicon: &mut Lexicon,
) -> Vec<(Vec<u32>, Candidate)> {
    let mut by_page: Vec<Vec<(u32, Candidate)>> = vec![Vec::new(); words.pages()];
    for candidate in candidates {
        by_page[words.page_of(candidate.first)].push((words.units_before(candidate.first) as u32, *candidate));
    }
    let mut spelt: Vec<(Vec<u32>, Candidate)> = by_page
        .par_iter()
        .enumerate()
        .filter(|(_, wanted)| !wanted.is_empty())
        .flat_map_iter(|(page, wanted)| {
            let mut made = Vec::new();
            texts.with(ballot.speakers[page], &mut |text, clean| {
                let units = article(text, clean);
                made = wanted
                    .iter()
                    .map(|(from, candidate)| {
                        let length: usize = words.of(candidate).iter().map(|&word| units_of(word)).sum();
                        (units.ids[*from as usize..*from as usize + length].to_vec(), *candidate)
                    })
                    .collect();
            });
            made
        })
        .collect();
    spelt.par_sort_by(|a, b| (&a.0, b.1.sets, b.1.times, a.1.first).cmp(&(&b.0, a.1.sets, a.1.times, b.1.first)));
    spelt.dedup_by(|a, b| a.0 == b.0);
    spelt.iter().for_each(|(units, candidate)| lexicon.learn(words.of(candidate), units, jieba));
    spelt.retain(|(_, candidate)| {
        let words = words.of(candidate);
        let class = |word: u32| lexicon.get(word).class;
        !matches!(class(words[0]), Class::Particle | Class::Conjunction)
            && !matches!(class(words[words.len() - 1]), Class::Particle | Class::Conjunction | Class::Preposition)
    });
    spelt
}
