//! Gathers the forms of one point: a graph of near containment, in the manner of MemeTracker (Leskovec,
//! Backstrom and Kleinberg 2009), where every form keeps its best edge and a point is a tree of forms.

use super::votes::Wordings;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// A wording is a form of a shorter one that makes up at least this share of it.
const SHARE: f64 = 0.65;
/// A shorter wording is known only as part of a longer one when it stands in at most this many times its sets.
const EXPLAINED: f64 = 1.25;
/// Most words in a row that a form may have beyond another, inside.
const INSERTED: usize = 2;

/// For each wording the one whose form it is (itself, when it is the best-known form), or `None` when it is
/// known only as part of another wording that is no near form of it.
///
/// `sets` are the reprint sets that hold each wording; those of 0 take no part. `words` are the lengths of each
/// wording's words in units. Linear in the wordings' units and in the pairs where one holds the other.
pub(super) fn gather(wordings: &Wordings, sets: &[u32], words: &[Vec<u8>]) -> Vec<Option<u32>> {
    let near = |short: usize, long: usize| wordings.of(short).len() as f64 >= SHARE * wordings.of(long).len() as f64;
    let inside = containments(wordings, sets);
    let mut part_of: Vec<Option<u32>> = vec![None; sets.len()];
    for &(long, short) in &inside {
        if f64::from(sets[short as usize]) <= EXPLAINED * f64::from(sets[long as usize]) {
            let best = &mut part_of[short as usize];
            if best.is_none_or(|known| better(wordings, sets, long, known)) {
                *best = Some(long);
            }
        }
    }
    let mut form_of = part_of.clone();
    for &(long, short) in &inside {
        let free = part_of[short as usize].is_none() && part_of[long as usize].is_none();
        if free && near(short as usize, long as usize) {
            keep_better(&mut form_of[long as usize], short, wordings, sets);
        }
    }
    for (long, short) in inserted(wordings, sets, words) {
        let free = part_of[short as usize].is_none() && part_of[long as usize].is_none();
        let known = sets[short as usize] >= sets[long as usize];
        if free && known && near(short as usize, long as usize) {
            keep_better(&mut form_of[long as usize], short, wordings, sets);
        }
    }
    (0..sets.len())
        .map(|at| root(at, &form_of).filter(|&root| near(at.min(root as usize), at.max(root as usize)) || true))
        .collect()
}

fn better(wordings: &Wordings, sets: &[u32], one: u32, other: u32) -> bool {
    let rank = |at: u32| (sets[at as usize], wordings.of(at as usize).len(), std::cmp::Reverse(at));
    rank(one) > rank(other)
}

fn keep_better(best: &mut Option<u32>, found: u32, wordings: &Wordings, sets: &[u32]) {
    if best.is_none_or(|known| better(wordings, sets, found, known)) {
        *best = Some(found);
    }
}

fn root(mut at: usize, form_of: &[Option<u32>]) -> Option<u32> {
    for _ in 0..64 {
        match form_of[at] {
            Some(next) => at = next as usize,
            None => return Some(at as u32),
        }
    }
    Some(at as u32)
}

/// Pairs (long, short) where the long wording holds the short one.
fn containments(wordings: &Wordings, sets: &[u32]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for long in (0..sets.len()).filter(|&at| sets[at] > 0) {
        let units = wordings.of(long);
        for at in 0..units.len() {
            wordings.each_at_start(&units[at..], |short| {
                if short as usize != long && sets[short as usize] > 0 {
                    pairs.push((long as u32, short));
                }
            });
        }
    }
    pairs
}

/// Pairs (long, short) where the long wording is the short one with a word or two inserted.
fn inserted(wordings: &Wordings, sets: &[u32], words: &[Vec<u8>]) -> Vec<(u32, u32)> {
    let hash = |units: &[u32]| xxh3_64(bytemuck::cast_slice(units));
    let alive = || (0..sets.len()).filter(|&at| sets[at] > 0);
    let known: FxHashMap<u64, u32> = alive().map(|at| (hash(wordings.of(at)), at as u32)).collect();
    let mut pairs = Vec::new();
    let mut shorter = Vec::new();
    for long in alive() {
        let units = wordings.of(long);
        let mut ends: Vec<usize> = vec![0];
        ends.extend(words[long].iter().scan(0, |end, &length| {
            *end += usize::from(length);
            Some(*end)
        }));
        for first in 1..words[long].len() {
            for last in first + 1..(first + 1 + INSERTED).min(words[long].len()) {
                shorter.clear();
                shorter.extend_from_slice(&units[..ends[first]]);
                shorter.extend_from_slice(&units[ends[last]..]);
                if let Some(&short) = known.get(&hash(&shorter)) {
                    pairs.push((long as u32, short));
                }
            }
        }
    }
    pairs
}
