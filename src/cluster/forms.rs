//! Forms that many pages fill in. Two fillings may agree in most figures by chance; that they fill a form is then
//! known from other pages only.

use crate::error::Result;
use crate::storage::Scratch;
use crate::verify::{Kind, Match, Matches, Reason, Thresholds, reason};

/// Other pages that must fill the form of both.
pub(crate) const OTHERS: usize = 2;
/// Figures that must differ between two pages of a known form, and their share of the figures at corresponding
/// places: a copy hardly changes any, and damage seldom changes two.
const CHANGED: u32 = 2;
const SHARE: f32 = 0.2;

/// Makes a [`Kind::Passage`] of reprint matches whose pages fill one form with at least two other pages, when some
/// of their figures differ.
pub(super) fn mark(matches: &mut Matches, scratch: &Scratch) -> Result<()> {
    let mut same_form = scratch.sorter::<[u32; 2]>();
    for m in matches.iter().filter(fills) {
        same_form.push([m.pair.a.0, m.pair.b.0])?;
        same_form.push([m.pair.b.0, m.pair.a.0])?;
    }
    let same_form = same_form.finish()?.unique()?;
    for at in 0..matches.len() {
        let m = matches.get(at);
        if !may_fill(&m) {
            continue;
        }
        let from = same_form.partition_point(|pair| pair[0] < m.pair.a.0);
        let of_a = same_form[from..].iter().take_while(|pair| pair[0] == m.pair.a.0);
        let of_both = of_a.filter(|pair| same_form.binary_search(&[m.pair.b.0, pair[1]]).is_ok());
        if of_both.take(OTHERS).count() == OTHERS {
            matches.set_kind(at, Kind::Passage);
        }
    }
    Ok(())
}

/// True when the two are one form filled in twice, by themselves.
pub(crate) fn fills(m: &Match) -> bool {
    reason(m, &Thresholds::default()) == Reason::OneForm
}

/// True for a reprint match with so many figures changed that it is none if the form is known.
pub(crate) fn may_fill(m: &Match) -> bool {
    let figures = (m.figures_changed + m.figures_kept) as f32;
    m.kind == Kind::Reprint && m.figures_changed >= CHANGED && (m.figures_changed as f32) >= SHARE * figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};

    /// Two texts that are alike but for `changed` of seven figures.
    fn alike(a: u32, b: u32, changed: u32) -> Match<'static> {
        let mut found = shared(a, b, [90, 90], vec![passage(0..90, 0..90)]);
        (found.figures_changed, found.figures_kept) = (changed, 7 - changed);
        found.kind = if changed >= 3 { Kind::Passage } else { Kind::Reprint };
        found
    }

    fn kind_of_first(others: &[Match]) -> Kind {
        let scratch = Scratch::default();
        let all = [&[alike(0, 1, 2)], others].concat();
        let mut matches = Matches::gather(all.into_iter(), &scratch).unwrap();
        mark(&mut matches, &scratch).unwrap();
        matches.kind(0)
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
