//! An origin's evidence as an argument: what speaks for it and against it, and which pieces are worth naming. The
//! terminal and the report both say it, each in its own way.

use super::evidence_text::About;
use crate::origin::EvidenceKind::{self, OutsideBias, UnknownBias};
use crate::records::{EvidenceRecord, OriginRecord};
use serde::Serialize;

/// Evidence that adds less than this to the log-odds is not worth a line.
const NOTHING: f64 = 0.05;
/// Evidence that adds more than this is a reason.
const REASON: f64 = 0.5;
/// Reasons that a verdict names.
const REASONS: usize = 2;

/// The argument for one candidate.
#[derive(Debug, Serialize)]
pub(crate) struct Argument<'a> {
    /// Who it is about.
    pub about: About,
    /// The weightiest kinds of evidence for it, at most two; what a candidate starts with is no reason.
    pub reasons: Vec<EvidenceKind>,
    /// What speaks for it, the weightiest first.
    #[serde(rename = "for")]
    pub pro: Vec<&'a EvidenceRecord>,
    /// What speaks against it, the weightiest first.
    #[serde(rename = "against")]
    pub con: Vec<&'a EvidenceRecord>,
}

impl<'a> Argument<'a> {
    /// The argument that an origin's record makes. Evidence is in it by the weight it has, the greatest first.
    pub(crate) fn of(origin: &'a OriginRecord) -> Self {
        let is_bias = |piece: &EvidenceRecord| matches!(piece.kind, OutsideBias | UnknownBias);
        let reasons = origin.evidence.iter().filter(|piece| piece.weight >= REASON && !is_bias(piece));
        let worth = |piece: &&EvidenceRecord| piece.weight.abs() >= NOTHING;
        let (pro, con) = origin.evidence.iter().filter(worth).partition(|piece| piece.weight > 0.0);
        Argument {
            about: About::of(origin),
            reasons: reasons.take(REASONS).map(|piece| piece.kind).collect(),
            pro,
            con,
        }
    }

    /// Both sides together, the weightiest first.
    pub(crate) fn weightiest(&self) -> Vec<&'a EvidenceRecord> {
        let mut pieces = [self.pro.as_slice(), self.con.as_slice()].concat();
        pieces.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()));
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::EvidenceKind::{CreditedByOthers, Later, TiedEarliest};

    #[test]
    fn a_bias_is_no_reason_and_what_weighs_nothing_is_left_out() {
        let piece = |kind, weight| EvidenceRecord { kind, weight, quote: None, document: None };
        let evidence =
            vec![piece(CreditedByOthers, 2.0), piece(Later, -0.9), piece(UnknownBias, 0.7), piece(TiedEarliest, 0.01)];
        let origin = OriginRecord { document: None, outlet: None, probability: 0.8, evidence };
        let argument = Argument::of(&origin);
        let kinds = |pieces: &[&EvidenceRecord]| pieces.iter().map(|piece| piece.kind).collect::<Vec<_>>();
        assert_eq!(argument.reasons, [CreditedByOthers]);
        assert_eq!(kinds(&argument.pro), [CreditedByOthers, UnknownBias]);
        assert_eq!(kinds(&argument.con), [Later]);
        assert_eq!(kinds(&argument.weightiest()), [CreditedByOthers, Later, UnknownBias]);
    }
}
