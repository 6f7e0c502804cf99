//! Forms that many pages fill in. Two fillings may agree in most figures by chance; that they fill a form is then
//! known from other pages only.

use crate::types::DocId;
use crate::verify::{Kind, Match, Reason, Thresholds, reason};
use std::collections::BTreeSet;

/// Other pages that must fill the form of both.
const OTHERS: usize = 2;
/// Figures that must differ between two pages of a known form, and their share of the figures at corresponding
/// places: a copy hardly changes any, and damage seldom changes two.
const CHANGED: u32 = 2;
const SHARE: f32 = 0.2;

/// Makes a [`Kind::Passage`] of reprint matches whose pages fill one form with at least two other pages, when some
/// of their figures differ.
pub(super) fn mark(matches: &mut [Match]) {
    let fills = |m: &Match| reason(m, &Thresholds::default()) == Reason::OneForm;
    let pairs = matches.iter().filter(|m| fills(m)).flat_map(|m| [(m.pair.a, m.pair.b), (m.pair.b, m.pair.a)]);
    let same_form: BTreeSet<_> = pairs.collect();
    for m in matches.iter_mut().filter(|m| m.kind == Kind::Reprint) {
        let figures = (m.figures_changed + m.figures_kept) as f32;
        if m.figures_changed < CHANGED || (m.figures_changed as f32) < SHARE * figures {
            continue;
        }
        let of_a = same_form.range((m.pair.a, DocId(0))..).take_while(|(doc, _)| *doc == m.pair.a);
        if of_a.filter(|&&(_, other)| same_form.contains(&(m.pair.b, other))).take(OTHERS).count() == OTHERS {
            m.kind = Kind::Passage;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};

    /// Two texts that are alike but for `changed` of seven figures.
    fn alike(a: u32, b: u32, changed: u32) -> Match {
        let mut found = shared(a, b, [90, 90], vec![passage(0..90, 0..90)]);
        (found.figures_changed, found.figures_kept) = (changed, 7 - changed);
        found.kind = if changed >= 3 { Kind::Passage } else { Kind::Reprint };
        found
    }

    fn kind_of_first(others: &[Match]) -> Kind {
        let mut matches = [&[alike(0, 1, 2)], others].concat();
        mark(&mut matches);
        matches[0].kind
    }

    #[test]
    fn fillings_of_a_known_form_are_no_copies_though_most_figures_agree() {
        assert_eq!(kind_of_first(&[alike(0, 2, 6), alike(0, 3, 6), alike(1, 2, 6), alike(1, 3, 6)]), Kind::Passage);
    }

    #[test]
    fn two_changed_figures_alone_make_no_form() {
        assert_eq!(kind_of_first(&[]), Kind::Reprint);
        assert_eq!(kind_of_first(&[alike(0, 2, 6), alike(1, 3, 6)]), Kind::Reprint);
    }
}
