//! How many pairs does the candidate stage lose? Compares what it proposes with all pairs of a corpus that verification
//! would accept as one article (kinds `reprint` and `part`).
//!
//! Every shingle of every body is indexed, and every pair of different bodies that shares a tenth of the shorter one's
//! shingles is measured. Equal bodies are one body here.
//!
//! A pair that is not proposed is *implied* when some copy of the one text and some copy of the other were proposed and
//! accepted: much reprinted texts are paired with their closest copies only, on purpose. What is neither is *lost*.
//!
//! ```text
//! cargo run --release --example candidate_loss -- news.jsonl
//! ```

use rustc_hash::{FxHashMap, FxHashSet};
use std::error::Error;
use std::path::PathBuf;
use tonggao::DocId;
use tonggao::stages::candidates::{self, Pair};
use tonggao::stages::clean::Units;
use tonggao::stages::shingle::{for_each_shingle, shingle_count};
use tonggao::stages::signature::{SignaturePart, SignatureWriter};
use tonggao::stages::storage::Scratch;
use tonggao::stages::verify::{Kind, Match};
use tonggao::{Config, Only};
use tonggao::{Corpus, Findings, Unobserved, detect};

/// Pairs that share less than this of the shorter text's shingles are not measured.
const SHARE: f64 = 0.1;

fn main() -> Result<(), Box<dyn Error>> {
    let inputs: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let config = Config { only: Only::Clusters, ..Config::default() };
    let corpus = Corpus::open(&inputs, &config)?;
    let findings = detect(&corpus, &config, &Unobserved)?;
    let bodies = Bodies::read(&findings);
    let near = bodies.near_pairs();
    let accepted: Vec<Pair> = findings.measure(&near)?.iter().filter(accepts).map(|m| m.pair).collect();
    let proposed = bodies.proposed(&findings)?;
    let found: Vec<Pair> = accepted.iter().copied().filter(|pair| proposed.contains(pair)).collect();
    let implied = Implied::new(&found, &findings)?;
    let missed: Vec<Pair> = accepted.iter().copied().filter(|pair| !proposed.contains(pair)).collect();
    let lost: Vec<Pair> = missed.iter().copied().filter(|&pair| !implied.proposes(pair)).collect();
    let percent = |part: usize| 100.0 * part as f64 / accepted.len().max(1) as f64;
    println!("pages {}, different bodies {}, pairs measured {}", corpus.len(), bodies.units.len(), near.len());
    println!("accepted as one article {}", accepted.len());
    println!("  proposed {} ({:.2} %)", found.len(), percent(found.len()));
    println!("  implied  {} ({:.2} %)", missed.len() - lost.len(), percent(missed.len() - lost.len()));
    println!("  lost     {} ({:.2} %)", lost.len(), percent(lost.len()));
    for m in findings.measure(&lost)?.iter().take(20) {
        let [a, b] = [m.pair.a, m.pair.b].map(|doc| corpus.id(doc));
        println!("    {:?} {:.2} of {:?} units: {a} {b}", m.kind, m.containment_of_shorter(), m.units);
    }
    Ok(())
}

fn accepts(found: &Match) -> bool {
    matches!(found.kind, Kind::Reprint | Kind::Part)
}

/// The different bodies of a corpus, each by the first page that has it.
struct Bodies {
    /// By page: the first page of equal body.
    first: Vec<DocId>,
    /// The different bodies that have units.
    units: Vec<(DocId, Vec<u32>)>,
}

impl Bodies {
    fn read(findings: &Findings) -> Self {
        let mut seen: FxHashMap<Vec<u32>, DocId> = FxHashMap::default();
        let mut read = |doc: DocId| {
            let mut units = Units::default();
            findings.pages.body(doc, &mut units);
            *seen.entry(units.ids).or_insert(doc)
        };
        let first: Vec<DocId> = (0..findings.pages.corpus.len() as u32).map(DocId).map(&mut read).collect();
        let mut units: Vec<(DocId, Vec<u32>)> =
            seen.into_iter().filter(|(units, _)| !units.is_empty()).map(|(units, doc)| (doc, units)).collect();
        units.sort_unstable();
        Bodies { first, units }
    }

    /// All pairs that share enough shingles to be worth a measurement.
    fn near_pairs(&self) -> Vec<Pair> {
        let mut index: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut pairs = Vec::new();
        let mut shared = vec![0u32; self.units.len()];
        let mut met: Vec<u32> = Vec::new();
        for (number, (doc, units)) in (0u32..).zip(&self.units) {
            let mut hashes = Vec::new();
            for_each_shingle(units, |hash, _| hashes.push(hash));
            hashes.sort_unstable();
            hashes.dedup();
            for hash in hashes {
                let bodies = index.entry(hash).or_default();
                for &other in bodies.iter() {
                    if shared[other as usize] == 0 {
                        met.push(other);
                    }
                    shared[other as usize] += 1;
                }
                bodies.push(number);
            }
            for other in met.drain(..) {
                let (other_doc, other_units) = &self.units[other as usize];
                let shorter = shingle_count(units.len().min(other_units.len()));
                if f64::from(std::mem::take(&mut shared[other as usize])) >= SHARE * shorter as f64 {
                    pairs.push(Pair::new(*doc, *other_doc));
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// What the candidate stage proposes, as pairs of different bodies.
    fn proposed(&self, findings: &Findings) -> Result<FxHashSet<Pair>, Box<dyn Error>> {
        let scratch = Scratch::default();
        let mut part = SignaturePart::default();
        let mut units = Units::default();
        for doc in (0..self.first.len() as u32).map(DocId) {
            findings.pages.body(doc, &mut units);
            part.sign(&units.ids);
        }
        let mut writer = SignatureWriter::new(self.first.len(), &scratch);
        writer.append(&part)?;
        let order = |doc: DocId| findings.pages.corpus.order(doc);
        let proposed = candidates::propose(&mut writer.finish()?, &order, &scratch)?;
        let of_bodies = |pair: &Pair| [pair.a, pair.b].map(|doc| self.first[doc.index()]);
        let different = proposed.pairs.iter().map(of_bodies).filter(|[a, b]| a != b);
        Ok(different.map(|[a, b]| Pair::new(a, b)).collect())
    }
}

/// Which texts are joined by pairs that were proposed and accepted.
struct Implied {
    /// By page: what stands for its copies.
    copies: FxHashMap<DocId, DocId>,
    joined: FxHashSet<[DocId; 2]>,
}

impl Implied {
    fn new(found: &[Pair], findings: &Findings) -> Result<Self, Box<dyn Error>> {
        let mut implied = Implied { copies: FxHashMap::default(), joined: FxHashSet::default() };
        for m in findings.measure(found)?.iter().filter(|m| m.kind == Kind::Reprint) {
            let (a, b) = (implied.root(m.pair.a), implied.root(m.pair.b));
            implied.copies.insert(a.max(b), a.min(b));
        }
        implied.joined = found.iter().map(|&pair| implied.texts(pair)).collect();
        Ok(implied)
    }

    fn root(&self, mut doc: DocId) -> DocId {
        while let Some(&up) = self.copies.get(&doc).filter(|&&up| up != doc) {
            doc = up;
        }
        doc
    }

    fn texts(&self, pair: Pair) -> [DocId; 2] {
        let (a, b) = (self.root(pair.a), self.root(pair.b));
        [a.min(b), a.max(b)]
    }

    fn proposes(&self, pair: Pair) -> bool {
        let [a, b] = self.texts(pair);
        a == b || self.joined.contains(&[a, b])
    }
}
