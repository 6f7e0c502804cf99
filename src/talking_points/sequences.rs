//! Many sequences, all looked for at once.

use super::bit_filter::BitFilter;
use rustc_hash::FxHashMap;

/// From this few sequences on they are compared one by one.
const FEW: u32 = 6;

/// Sequences of numbers, in ascending order without repeats, each of at least `HEAD`.
#[derive(Debug, Default)]
pub(super) struct Sequences<const HEAD: usize> {
    tokens: Vec<u32>,
    starts: Vec<u32>,
    /// Which begin with the same `HEAD` numbers.
    heads: FxHashMap<[u32; HEAD], (u32, u32)>,
    /// The heads: most places of a text are no head of any.
    filter: BitFilter,
}

impl<const HEAD: usize> Sequences<HEAD> {
    /// Takes sequences in ascending order, none twice.
    pub fn new<'a>(sorted: impl Iterator<Item = &'a [u32]>) -> Self {
        let mut made = Sequences { starts: vec![0], ..Sequences::default() };
        for sequence in sorted {
            made.tokens.extend_from_slice(sequence);
            made.starts.push(made.tokens.len() as u32);
        }
        made.filter = BitFilter::for_hashes(made.len().max(256));
        for at in 0..made.len() {
            let Some(&head) = made.of(at).first_chunk() else { continue };
            made.heads.entry(head).or_insert((at as u32, 0)).1 = at as u32 + 1;
            made.filter.insert(mixed(head));
        }
        made
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// One of them.
    pub fn of(&self, at: usize) -> &[u32] {
        &self.tokens[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Calls `found` with every sequence that `text` begins with, the shortest first. Returns the length of the
    /// longest of those that begin with all of `text` and go on, if there are any.
    pub fn each_at_start(&self, text: &[u32], mut found: impl FnMut(u32)) -> Option<usize> {
        let head = *text.first_chunk()?;
        if !self.filter.may_have(mixed(head)) {
            return None;
        }
        let &(mut from, mut to) = self.heads.get(&head)?;
        for depth in HEAD.. {
            if to - from <= FEW {
                return self.each_of_few(from..to, depth, text, found);
            }
            // In ascending order a sequence stands before the longer ones it begins.
            while from < to && self.of(from as usize).len() == depth {
                found(from);
                from += 1;
            }
            let Some(&next) = text.get(depth) else { break };
            from += self.first_where(from, to, |sequence| sequence[depth] >= next);
            to = from + self.first_where(from, to, |sequence| sequence[depth] > next);
        }
        (from..to).map(|at| self.of(at as usize).len()).max()
    }

    /// The same for the sequences `among`, of which the first `same` numbers are known to be those of `text`.
    fn each_of_few(
        &self,
        among: std::ops::Range<u32>,
        same: usize,
        text: &[u32],
        mut found: impl FnMut(u32),
    ) -> Option<usize> {
        let mut longest = None;
        for at in among {
            let sequence = self.of(at as usize);
            if sequence.len() <= text.len() {
                if sequence[same..] == text[same..sequence.len()] {
                    found(at);
                }
            } else if sequence[same..text.len()] == text[same..] {
                longest = longest.max(Some(sequence.len()));
            }
        }
        longest
    }

    fn first_where(&self, from: u32, to: u32, holds: impl Fn(&[u32]) -> bool) -> u32 {
        let (mut low, mut high) = (from, to);
        while low < high {
            let middle = low.midpoint(high);
            if holds(self.of(middle as usize)) { high = middle } else { low = middle + 1 }
        }
        low - from
    }
}

/// The hash of a head.
fn mixed<const HEAD: usize>(head: [u32; HEAD]) -> u64 {
    let mix = |hash: u64, two: &[u32]| {
        let two = two.iter().fold(0, |both: u64, &token| both << 32 | u64::from(token));
        hash.rotate_left(23) ^ two.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    };
    head.chunks(2).fold(0, mix).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 20
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u32> {
        text.chars().map(|c| c as u32).collect()
    }

    fn sequences(texts: &[&str]) -> Sequences<4> {
        let mut all: Vec<Vec<u32>> = texts.iter().map(|text| units(text)).collect();
        all.sort();
        Sequences::new(all.iter().map(|units| units.as_slice()))
    }

    #[test]
    fn finds_every_sequence_a_text_begins_with() {
        let known = sequences(&["一二三四", "一二三四五六", "一二三四六", "二三四五"]);
        let mut found = Vec::new();
        assert_eq!(known.each_at_start(&units("一二三四五六七"), |at| found.push(known.of(at as usize).len())), None);
        assert_eq!(found, [4, 6]);
        assert_eq!(known.each_at_start(&units("一二三"), |_| panic!("too short")), None);
        assert_eq!(known.each_at_start(&units("二三四六"), |_| panic!("none such")), None);
    }

    #[test]
    fn many_of_one_head_are_told_apart_and_what_goes_on_is_said() {
        let ends: Vec<String> = ('天'..'妈').map(|c| format!("一二三四{c}五六")).collect();
        let mut texts: Vec<&str> = ends.iter().map(String::as_str).collect();
        texts.extend(["一二三四", "一二三四天五六七八"]);
        let known = sequences(&texts);
        let mut found = Vec::new();
        let goes_on =
            known.each_at_start(&units("一二三四天五六七"), |at| found.push(known.of(at as usize).len()));
        assert_eq!((found, goes_on), (vec![4, 7], Some(9)));
        assert_eq!(known.each_at_start(&units("一二三四"), |_| {}), Some(9));
    }
}
