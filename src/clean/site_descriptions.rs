//! What a site says of itself on pages that have no article: a page whose text has nothing of what its title says,
//! and shows, but for a few words, what another page shows under a title that has nothing to do with it either.
//! Two pages are enough to tell, where lines that merely recur take more (see `boilerplate.rs`).

use super::Units;
use super::split::SplitText;
use super::title::own_part;
use super::units::scan;
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A page of more units has something of its own.
const PAGE: usize = 300;
/// Shorter lines are not considered.
const LINE: usize = 8;
/// Units of a shingle by which lines are compared.
const SHINGLE: usize = 4;
/// Lines are alike when they share this part of the shingles of the longer one.
const ALIKE: f64 = 0.7;
/// A text is foreign to a title when it has at most this part of the title's pairs of neighbouring units, ...
const FOREIGN: f64 = 0.15;
/// ... of which there must be so many.
const TITLE_PAIRS: usize = 5;
/// Two titles are unrelated when they share at most this part of the pairs of the shorter one.
const UNRELATED: f64 = 0.35;
/// The first and last lines of a page that are looked at.
pub(super) const OUTERMOST: usize = 3;

/// Lines with one shingle that a line is compared with: a form that thousands of pages fill in is known after some of them.
const COMPARED: usize = 64;

/// The pairs of neighbouring units of a title, less the site that it names.
#[derive(Clone, Debug)]
pub(super) struct TitlePairs(Vec<u64>);

impl TitlePairs {
    /// `None` for a title too short to tell anything.
    pub(super) fn new(title: &str) -> Option<Self> {
        let own = own_part(title);
        let mut units = Units::default();
        scan(own, Span::new(0, own.len()), &mut units, &mut Default::default());
        let mut pairs: Vec<u64> = pairs(&units.ids).collect();
        pairs.sort_unstable();
        pairs.dedup();
        (pairs.len() >= TITLE_PAIRS).then_some(TitlePairs(pairs))
    }

    /// True when a text says next to nothing of what the title says.
    fn is_foreign_to(&self, text: &[u32]) -> bool {
        let mut shared: Vec<u64> = pairs(text).filter(|pair| self.0.binary_search(pair).is_ok()).collect();
        shared.sort_unstable();
        shared.dedup();
        shared.len() as f64 <= FOREIGN * self.0.len() as f64
    }

    fn is_unrelated_to(&self, other: &TitlePairs) -> bool {
        let shared = self.0.iter().filter(|pair| other.0.binary_search(pair).is_ok()).count();
        shared as f64 <= UNRELATED * self.0.len().min(other.0.len()) as f64
    }
}

fn pairs(ids: &[u32]) -> impl Iterator<Item = u64> {
    ids.windows(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1]))
}

fn shingles(ids: &[u32]) -> FxHashSet<u64> {
    ids.windows(SHINGLE).map(|units| xxh3_64(bytemuck::cast_slice(units))).collect()
}

/// A page that has no article, with its lines.
#[derive(Debug)]
pub(super) struct Lone {
    /// The page.
    pub doc: DocId,
    title: TitlePairs,
    lines: Vec<FxHashSet<u64>>,
}

/// The page that was just split, if its text has nothing of its title.
pub(super) fn lone(doc: DocId, split: &SplitText, title: &str) -> Option<Lone> {
    let units = &split.units.ids;
    if !(LINE..=PAGE).contains(&units.len()) {
        return None;
    }
    let title = TitlePairs::new(title)?;
    let all = split.lines.iter().map(|line| split.ids(line));
    let lines = || all.filter(|line| line.len() >= LINE).map(shingles).collect();
    title.is_foreign_to(units).then(|| Lone { doc, title, lines: lines() })
}

/// A line that a page shows although its title says something else.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Blurb {
    /// The page.
    pub doc: DocId,
    /// The line as the page writes it.
    pub line: String,
    /// Pages with titles of their own on which lines alike were seen, among those compared.
    pub pages: u32,
}

/// True for a line of a length at which it may be what a site says of itself.
pub(super) fn is_possible(units: usize) -> bool {
    (LINE..=PAGE).contains(&units)
}

/// A line of a page that has no article, and the page.
type Suspect<'l> = (&'l Lone, &'l FxHashSet<u64>);

/// The lines of `lone` pages that are on others too, there and on other pages, by page. `among` has all these pages with the
/// places of those of their outermost lines that are possible; `read` gives a page's text and title.
pub(super) fn blurbs<R>(lone: &[Arc<Lone>], among: &[(DocId, Vec<Span>)], read: R) -> Vec<Blurb>
where
    R: Fn(DocId, &mut dyn FnMut(&str, Option<&str>)) + Sync,
{
    let suspects: Vec<Suspect> =
        lone.iter().flat_map(|page| page.lines.iter().map(move |line| (&**page, line))).collect();
    let mut holders: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (number, (_, line)) in suspects.iter().enumerate() {
        for &shingle in *line {
            let those = holders.entry(shingle).or_default();
            if those.len() < COMPARED {
                those.push(number as u32);
            }
        }
    }
    let on_page = |shared: &mut SharedShingles, &(doc, ref lines): &(DocId, Vec<Span>)| {
        let mut found = Vec::new();
        read(doc, &mut |text, title| {
            if let Some(title) = title.and_then(TitlePairs::new) {
                found = on_page(doc, text, (&title, lines), (&suspects, &holders), shared);
            }
        });
        found
    };
    let none = || SharedShingles { counts: vec![0; suspects.len()], met: Vec::new() };
    among.par_iter().map_init(none, on_page).flatten_iter().collect()
}

/// How many shingles a line shares with each of the suspects.
struct SharedShingles {
    /// By number of the suspect; 0 between two lines.
    counts: Vec<u32>,
    /// The suspects with which it shares any.
    met: Vec<u32>,
}

impl SharedShingles {
    fn add(&mut self, suspect: u32) {
        let count = &mut self.counts[suspect as usize];
        if *count == 0 {
            self.met.push(suspect);
        }
        *count += 1;
    }

    /// Gives the counts, and forgets them.
    fn take(&mut self) -> impl Iterator<Item = (usize, u32)> {
        let counts = &mut self.counts;
        self.met.drain(..).map(|suspect| (suspect as usize, std::mem::take(&mut counts[suspect as usize])))
    }
}

/// Those of some lines of a page that are like lines of suspects under unrelated titles.
fn on_page(
    doc: DocId,
    text: &str,
    (title, lines): (&TitlePairs, &[Span]),
    (suspects, holders): (&[Suspect], &FxHashMap<u64, Vec<u32>>),
    shared: &mut SharedShingles,
) -> Vec<Blurb> {
    let (mut found, mut units) = (Vec::new(), Units::default());
    for line in lines {
        units.clear();
        scan(text, *line, &mut units, &mut Default::default());
        if !is_possible(units.len()) || !title.is_foreign_to(&units.ids) {
            continue;
        }
        let own = shingles(&units.ids);
        own.iter().filter_map(|shingle| holders.get(shingle)).flatten().for_each(|&suspect| shared.add(suspect));
        let is_alike = |&(suspect, shared): &(usize, u32)| {
            let (other, line) = suspects[suspect];
            f64::from(shared) >= ALIKE * own.len().max(line.len()) as f64
                && other.doc != doc
                && other.title.is_unrelated_to(title)
        };
        let alike = shared.take().filter(is_alike).count() as u32;
        if alike > 0 {
            found.push(Blurb { doc, line: line.of(text).to_owned(), pages: alike + 1 });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;

    const SITE: &str = "《街坊说》是临澍在线与市民热线合办的栏目，读者可以通过电话和信箱反映身边的事。";

    /// Blurbs among pages given as title and text.
    fn found(pages: &[(&str, String)]) -> Vec<(u32, String)> {
        let mut split = SplitText::default();
        let (mut suspects, mut lines) = (Vec::new(), Vec::new());
        for (doc, (title, text)) in (0..).map(DocId).zip(pages) {
            split::split(text, &mut split);
            suspects.extend(lone(doc, &split, title).map(Arc::new));
            lines.push((doc, split.lines.iter().map(|line| line.span).collect()));
        }
        let read = |doc: DocId, with: &mut dyn FnMut(&str, Option<&str>)| {
            let (title, text) = &pages[doc.index()];
            with(text, Some(title));
        };
        blurbs(&suspects, &lines, read).into_iter().map(|blurb| (blurb.doc.0, blurb.line)).collect()
    }

    #[test]
    fn a_text_under_two_titles_that_it_says_nothing_of_is_the_sites() {
        let other = SITE.replace("电话和信箱", "电话、信箱");
        let article = "小区门口的路灯坏了三个月，晚上下班的人只能摸黑走，物业说已经报修了两次。";
        let pages = [
            ("反映河西小区路灯不亮_临澍在线", SITE.to_owned()),
            ("请问公交月票怎么办理", format!("{other}\n{article}")),
        ];
        assert_eq!(found(&pages), [(0, SITE.to_owned()), (1, other)]);
    }

    #[test]
    fn a_retitled_article_is_none() {
        let article = "小区门口的路灯坏了三个月，晚上下班的人只能摸黑走，物业说已经报修了两次。";
        let pages = [("小区门口的路灯坏了三个月", article.to_owned()), ("晚上下班只能摸黑走", article.to_owned())];
        assert!(found(&pages).is_empty());
        let alike = [("河西聊天交友吧", SITE.to_owned()), ("河东聊天交友吧", SITE.to_owned())];
        assert!(found(&alike).is_empty(), "related titles");
        assert!(found(&[("反映河西小区路灯不亮", SITE.to_owned())]).is_empty(), "one page");
    }
}
