//! The pages of a run as verification reads them, and the comparison of two single pages.

use super::progress::Unobserved;
use super::sketch::{Sketches, Wanted, sketch};
use crate::candidates::Pair;
use crate::clean::Units;
use crate::error::Result;
use crate::pages::Pages;
use crate::signature::Signatures;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{self, Bodies, Equal, Match};

/// The pages as verification asks for them.
pub(crate) struct Compared<'p, 'c> {
    pub pages: &'p Pages<'c>,
    pub signatures: &'p Signatures,
    pub stories: &'p [u32],
    /// What an earlier run measured.
    pub known: &'p (dyn Fn(Pair) -> Option<Option<Match<'static>>> + Sync),
}

impl<'p, 'c> Compared<'p, 'c> {
    /// Pages of which no earlier run knows anything.
    pub fn new(pages: &'p Pages<'c>, signatures: &'p Signatures, stories: &'p [u32]) -> Self {
        Compared { pages, signatures, stories, known: &|_| None }
    }
}

impl Bodies for Compared<'_, '_> {
    fn read(&self, doc: DocId, body: &mut Units, title: &mut Units) {
        self.pages.body_and_title(doc, body, title);
    }

    fn equal(&self, pair: Pair) -> Option<Equal> {
        let [a, b] = [pair.a, pair.b].map(|doc| (self.signatures.body_hash(doc.0), self.signatures.units(doc.0)));
        if a != b {
            return None;
        }
        let spans = [self.pages.bodies.whole(pair.a)?, self.pages.bodies.whole(pair.b)?];
        Some(Equal { units: a.1, spans })
    }

    fn known(&self, pair: Pair) -> Option<Option<Match<'static>>> {
        (self.known)(pair)
    }

    fn story(&self, doc: DocId) -> u32 {
        self.stories[doc.index()]
    }

    fn order(&self, doc: DocId) -> u64 {
        self.pages.corpus.order(doc)
    }
}

/// Measures two pages of a corpus against each other as a run does; `None` when they have nothing in common. Signs
/// every page of the corpus, so it is meant for one of few pages.
pub fn compare(pages: &mut Pages, pair: Pair) -> Result<Option<Match<'static>>> {
    let scratch = Scratch::default();
    let Sketches { signatures, bodies, .. } = sketch(pages, Wanted::default(), None, &scratch, &Unobserved)?;
    pages.bodies = bodies;
    let stories = vec![0; signatures.len()];
    let bodies = Compared::new(pages, &signatures, &stories);
    let found = verify::verify(&[pair], &bodies, &scratch, |_| Ok(()))?;
    Ok(found.iter().next().map(Match::into_owned))
}
