//! Which articles are on the subject of a wording, so that they could have used it.

use super::token::{BREAK, END};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Words that tell a page from others.
const KEYWORDS: usize = 16;
/// Pages with so many of them in common are on one subject.
const COMMON_KEYWORDS: usize = 3;
/// Pages of which pairs are compared, at most.
const COMPARED: usize = 12;
/// Pages whose keywords are counted for a subject, at most.
const COUNTED: usize = 48;
/// Words that a subject is known by, at most.
const SUBJECT: usize = 8;

/// Reprint sets on the subject of a wording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnSubject {
    /// All of them; 0 for a wording of no one subject.
    pub sets: u32,
    /// Those that use the wording.
    pub users: u32,
}

/// How many pages are on the subjects that were looked for: wordings of one story share theirs.
#[derive(Default)]
pub(super) struct SubjectSizes {
    /// Keywords of a subject on each page; zero between two calls.
    counts: Vec<u8>,
    /// By the keywords of the subject.
    known: FxHashMap<Vec<u32>, u32>,
}

/// For each wording how many sets are on its subject: known, or found when a wording is listed, as few are.
pub(super) enum OnSubjects {
    /// All are known.
    Known(Vec<OnSubject>),
    /// What the pages are about, and for each wording the pages that use it; none where these are on no subject together.
    Findable(Subjects, Vec<Box<[u32]>>),
}

impl OnSubjects {
    /// The sets on the subject of a wording of these words.
    pub fn of(&self, wording: usize, words: &[u32], sizes: &mut SubjectSizes) -> OnSubject {
        match self {
            OnSubjects::Known(all) => all[wording],
            OnSubjects::Findable(subjects, users) => subjects.of(&users[wording], words, sizes),
        }
    }
}

/// What the pages are about.
pub(super) struct Subjects {
    /// The keywords of each page, in ascending order, after a [`BREAK`] for each that is missing.
    keywords: Vec<[u32; KEYWORDS]>,
    /// The pages of each keyword.
    pages: FxHashMap<u32, Vec<u32>>,
}

impl Subjects {
    /// Takes the keywords of each page, in ascending order.
    pub fn new(keywords: Vec<Vec<u32>>) -> Subjects {
        let mut pages: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (page, words) in (0u32..).zip(&keywords) {
            words.iter().for_each(|&word| pages.entry(word).or_default().push(page));
        }
        let padded = |words: &Vec<u32>| {
            let mut padded = [BREAK; KEYWORDS];
            padded[KEYWORDS - words.len()..].copy_from_slice(words);
            padded
        };
        Subjects { keywords: keywords.iter().map(padded).collect(), pages }
    }

    /// Of the pairs of pages, the share that are on one subject, by their keywords without those of the wording.
    pub fn one_subject(&self, users: &[u32], wording: &[u32]) -> f32 {
        let pages: Vec<&[u32; KEYWORDS]> =
            users.iter().take(COMPARED).map(|&page| &self.keywords[page as usize]).collect();
        let (mut alike, mut pairs) = (0, 0);
        for (at, one) in pages.iter().enumerate() {
            for other in &pages[..at] {
                pairs += 1;
                let is_alike = || in_common(*one, *other, wording) >= COMMON_KEYWORDS;
                alike += u32::from(has_enough_in_common(one, other) && is_alike());
            }
        }
        alike as f32 / pairs.max(1) as f32
    }

    /// The pages on the subject of those that use a wording: pages with at least three of the keywords that most of its
    /// users have. Linear in the pages of these keywords, once for each subject that `sizes` does not know.
    pub fn of(&self, users: &[u32], wording: &[u32], sizes: &mut SubjectSizes) -> OnSubject {
        let common = self.common_keywords(users, wording);
        if common.len() < COMMON_KEYWORDS {
            return OnSubject::default();
        }
        let is_on_it = |&&page: &&u32| in_common(&self.keywords[page as usize], &common, &[]) >= COMMON_KEYWORDS;
        OnSubject { users: users.iter().filter(is_on_it).count() as u32, sets: self.size(common, sizes) }
    }

    /// Pages with at least three of the keywords of a subject.
    fn size(&self, subject: Vec<u32>, sizes: &mut SubjectSizes) -> u32 {
        let SubjectSizes { counts, known } = sizes;
        counts.resize(self.keywords.len(), 0);
        *known.entry(subject).or_insert_with_key(|subject| {
            let pages = || subject.iter().flat_map(|word| &self.pages[word]);
            let mut size = 0;
            for &page in pages() {
                counts[page as usize] += 1;
                size += u32::from(usize::from(counts[page as usize]) == COMMON_KEYWORDS);
            }
            pages().for_each(|&page| counts[page as usize] = 0);
            size
        })
    }

    /// The keywords that most users of a wording have, without those of the wording, in ascending order.
    fn common_keywords(&self, users: &[u32], wording: &[u32]) -> Vec<u32> {
        let counted = &users[..users.len().min(COUNTED)];
        let keywords = counted.iter().flat_map(|&page| self.keywords[page as usize]);
        let mut words: Vec<u32> = keywords.filter(|&word| word != BREAK).collect();
        words.sort_unstable();
        let mut common: Vec<(usize, u32)> = words
            .chunk_by(|a, b| a == b)
            .filter(|of_one| 2 * of_one.len() > counted.len() && !wording.contains(&of_one[0]))
            .map(|of_one| (of_one.len(), of_one[0]))
            .collect();
        common.sort_unstable_by_key(|&(count, word)| (std::cmp::Reverse(count), word));
        let mut subject: Vec<u32> = common.into_iter().take(SUBJECT).map(|(_, word)| word).collect();
        subject.sort_unstable();
        subject
    }
}

/// The first test of two pages, with those words of a wording that they have: it compares all with all, which takes
/// fewer steps than it looks, for processors compare several at once.
fn has_enough_in_common(one: &[u32; KEYWORDS], other: &[u32; KEYWORDS]) -> bool {
    let times = |word: u32| other.iter().map(|&other| u32::from(other == word)).sum::<u32>();
    let common: u32 = one.iter().map(|&word| u32::from(word != BREAK) * times(word)).sum();
    common as usize >= COMMON_KEYWORDS
}

/// Words that two ascending lists have in common, without those of a wording.
fn in_common(mut one: &[u32], mut other: &[u32], wording: &[u32]) -> usize {
    let mut common = 0;
    while let ([a, ..], [b, ..]) = (one, other) {
        common += usize::from(a == b && *a != BREAK && !wording.contains(a));
        (one, other) = (&one[usize::from(a <= b)..], &other[usize::from(b <= a)..]);
    }
    common
}

/// The words of a page that weigh most by tf-idf, in ascending order; words that are nowhere else are left out.
pub(super) fn keywords(page: &[u32], counts: &FxHashMap<u32, u32>, all: usize) -> Vec<u32> {
    let mut words: Vec<u32> = page.iter().copied().filter(|&word| word != BREAK && word != END).collect();
    words.sort_unstable();
    let mut weighed: Vec<(f32, u32)> = words
        .chunk_by(|a, b| a == b)
        .filter_map(|of_one| {
            let count = counts.get(&of_one[0]).copied().filter(|&count| count as usize > of_one.len())?;
            Some((of_one.len() as f32 * (all as f32 / count as f32).ln(), of_one[0]))
        })
        .collect();
    if weighed.len() > KEYWORDS {
        weighed.select_nth_unstable_by(KEYWORDS, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed.truncate(KEYWORDS);
    }
    let mut best: Vec<u32> = weighed.into_iter().map(|(_, word)| word).collect();
    best.sort_unstable();
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_on_the_subject_are_those_with_its_keywords() {
        let about = |words: [u32; 4]| words.to_vec();
        // Pages 0 to 2 use the wording, 3 is on their subject too, 4 and 5 are not.
        let pages = [[1, 2, 3, 9], [1, 2, 3, 8], [1, 2, 3, 7], [1, 2, 3, 6], [1, 2, 5, 6], [5, 6, 7, 8]].map(about);
        let subjects = Subjects::new(pages.to_vec());
        let mut sizes = SubjectSizes::default();
        for _ in 0..2 {
            assert_eq!(subjects.of(&[0, 1, 2], &[], &mut sizes), OnSubject { sets: 4, users: 3 });
        }
        assert_eq!(subjects.one_subject(&[0, 1, 2], &[]), 1.0);
        // Without a word of the wording too little is left; users of unrelated pages have no subject.
        assert_eq!(subjects.of(&[0, 1, 2], &[3], &mut sizes), OnSubject::default());
        assert_eq!(subjects.of(&[0, 5], &[], &mut sizes), OnSubject::default());
    }
}
