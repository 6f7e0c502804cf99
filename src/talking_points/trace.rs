//! Where pages use given phrases, in whatever script, spacing and punctuation.

use super::articles::Articles;
use super::occurrences::{in_quotes, written};
use super::sequences::Sequences;
use crate::clean::{self, FurnitureModel, GroupKeys, Units};
use crate::types::{DocId, Span};
use rayon::prelude::*;

/// A place where a page uses a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traced {
    /// The phrase, by its place in the list.
    pub phrase: usize,
    /// The page.
    pub doc: DocId,
    /// Where on the page.
    pub span: Span,
    /// True when quotation marks are right before and after.
    pub is_quoted: bool,
}

/// The first place of each phrase on each page that uses it, in the order of phrases and pages. A phrase is given by its
/// forms; a form matches what has the same letters, digits and Han characters after folding. Reads every page once, in
/// parallel.
pub fn trace(phrases: &[Vec<String>], docs: &[DocId], articles: &impl Articles) -> Vec<Traced> {
    let units = |form: &String| clean::clean(form, None, &FurnitureModel::default(), GroupKeys::default()).body.ids;
    let forms = phrases.iter().enumerate().flat_map(|(at, forms)| forms.iter().map(move |form| (units(form), at)));
    let mut forms: Vec<(Vec<u32>, usize)> = forms.filter(|(units, _)| !units.is_empty()).collect();
    forms.sort_unstable();
    forms.dedup_by(|later, kept| later.0 == kept.0);
    let known: Sequences<1> = Sequences::new(forms.iter().map(|(units, _)| units.as_slice()));
    let read = |units: &mut Units, &doc: &DocId| {
        let mut found = Vec::new();
        articles.article(doc, &mut |article| {
            article.units(units);
            for at in 0..units.len() {
                known.each_at_start(&units.ids[at..], |form| {
                    let span = written(article.text, units, at..at + known.of(form as usize).len());
                    let is_quoted = in_quotes(article.text, span);
                    found.push(Traced { phrase: forms[form as usize].1, doc, span, is_quoted });
                });
            }
        });
        found.sort_unstable();
        found.dedup_by_key(|traced| traced.phrase);
        found
    };
    let mut traced: Vec<Traced> = docs.par_iter().map_init(Units::default, read).flat_map_iter(|found| found).collect();
    traced.sort_unstable();
    traced
}

#[cfg(test)]
mod tests {
    use super::super::articles::Article;
    use super::*;

    struct Texts([&'static str; 3]);

    impl Articles for Texts {
        fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
            let text = self.0[doc.index()];
            with(&Article { text, headline: None, body: &[Span::new(0, text.len())] });
        }
    }

    #[test]
    fn forms_in_both_scripts_are_uses_of_one_phrase() {
        let texts = Texts(["他们说“燈火照歸途”，又说灯火照归途。", "没有这句话", "灯火 照路途的人"]);
        let phrases = [vec!["灯火照归途".to_owned(), "灯火照路途".to_owned()], vec!["没有".to_owned()]];
        let found = trace(&phrases, &[DocId(0), DocId(1), DocId(2)], &texts);
        let told: Vec<_> =
            found.iter().map(|t| (t.phrase, t.doc.0, t.span.of(texts.0[t.doc.index()]), t.is_quoted)).collect();
        assert_eq!(told, [(0, 0, "燈火照歸途", true), (0, 2, "灯火 照路途", false), (1, 1, "没有", false)]);
    }
}
