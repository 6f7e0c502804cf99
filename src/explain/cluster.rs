//! A reprint set: where it came from, as a person would argue it.

use super::Answer;
use super::evidence::sentence;
use super::words::{Sheet, count, percent, shortened};
use crate::error::Result;
use crate::origin::{CreditGiven, Relation};
use crate::output_folder::Argument;
use crate::output_folder::Document;
use crate::output_folder::OutFolder;
use crate::output_folder::{About, claim};
use crate::records::{ClusterRecord, CreditRecord, IssuedRecord, MemberRecord, OriginRecord};
use rustc_hash::FxHashMap;
use serde::Deserialize;

const CAVEAT: &str = "An origin is a guess from evidence, not a finding of fact. Probabilities are calibrated on sets that \
                      readers traced and on simulated histories; docs/origin.md says what they mean.";

pub(super) fn explain(out: &OutFolder, number: u32) -> Result<Answer> {
    let Some(cluster) = find(out, number)? else {
        let place = out.path("clusters.jsonl");
        return Ok(Answer::Nothing(format!("no reprint set number {number} in {}", place.display())));
    };
    let documents = documents(out, number)?;
    let known = |document: Document| (document.outlet, document.published);
    let documents = documents.into_iter().map(|(id, document)| (id, known(document))).collect();
    Ok(Answer::Text(set_in_words(cluster, documents)))
}

/// A reprint set in words. `documents` has outlet and time of its pages by id.
pub(crate) fn set_in_words(
    cluster: ClusterRecord,
    documents: FxHashMap<String, (Option<String>, Option<String>)>,
) -> String {
    let set = SetExplanation { documents, cluster };
    let mut sheet = Sheet::default();
    set.introduce(&mut sheet);
    set.argue(&mut sheet);
    set.list_members(&mut sheet);
    sheet.heading(CAVEAT);
    sheet.done()
}

/// The cluster with this number; they are in order.
fn find(out: &OutFolder, number: u32) -> Result<Option<ClusterRecord>> {
    #[derive(Deserialize)]
    struct Numbered {
        cluster: u32,
    }
    let mut found = None;
    out.each_line("clusters.jsonl", |line, at| {
        let Numbered { cluster } = out.parse("clusters.jsonl", line, at)?;
        if cluster == number {
            found = Some(out.parse("clusters.jsonl", line, at)?);
        }
        Ok(cluster < number)
    })?;
    Ok(found)
}

/// The pages of the cluster by id.
fn documents(out: &OutFolder, number: u32) -> Result<FxHashMap<String, Document>> {
    let mark = format!("\"cluster\":{number},");
    let mut found = FxHashMap::default();
    out.each_line("documents.jsonl", |line, at| {
        if memchr::memmem::find(line, mark.as_bytes()).is_some() {
            let document: Document = out.parse("documents.jsonl", line, at)?;
            if document.cluster == Some(number) {
                found.insert(document.id.clone(), document);
            }
        }
        Ok(true)
    })?;
    Ok(found)
}

struct SetExplanation {
    cluster: ClusterRecord,
    /// Outlet and time of its pages by id.
    documents: FxHashMap<String, (Option<String>, Option<String>)>,
}

impl SetExplanation {
    fn introduce(&self, sheet: &mut Sheet) {
        let cluster = &self.cluster;
        let title = cluster.title.as_deref().map_or("(no title)".to_owned(), |title| shortened(title, 60));
        sheet.line(0, &format!("Reprint set {}: {title}", cluster.cluster));
        let dates = match (&cluster.first_published, &cluster.last_published) {
            (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
            (Some(only), _) => format!(", {only}"),
            _ => ", no times known".to_owned(),
        };
        sheet.line(2, &format!("{} of {}{dates}", count(cluster.size, "page"), count(cluster.outlets, "known outlet")));
    }

    fn argue(&self, sheet: &mut Sheet) {
        let Some(origin) = &self.cluster.origin else {
            sheet.heading("This run did not look for origins.");
            return;
        };
        sheet.heading(&self.verdict(origin));
        if self.cluster.origin_verdict {
            sheet.line(2, "A person says so, which outweighs the evidence.");
        }
        self.common_source(sheet);
        self.first_seen(sheet, origin);
        self.weigh(sheet, origin, ["What speaks for it", "What speaks against it"]);
        self.second(sheet, origin);
    }

    /// The verdict in one sentence, with the two weightiest reasons.
    fn verdict(&self, origin: &OriginRecord) -> String {
        let p = origin.probability;
        let argument = Argument::of(origin);
        let reasons: Vec<&str> = argument.reasons.iter().map(|&kind| claim(kind, argument.about)).collect();
        let because = match reasons.as_slice() {
            [] => String::new(),
            reasons => format!(", because {}", reasons.join(" and ")),
        };
        match (&origin.document, &origin.outlet) {
            (Some(_), _) => format!("Origin: most likely {} (probability {p:.2}){because}.", self.candidate(origin)),
            (None, Some(outlet)) => {
                format!(
                    "Origin: most likely {outlet}, outside this set (probability {p:.2}){because}; all pages here are copies."
                )
            }
            (None, None) => format!(
                "Origin: cannot be told. The evidence is inconclusive; that no page here is the origin has probability {p:.2}."
            ),
        }
    }

    /// Says that the pages print a text of somebody else, if they do.
    fn common_source(&self, sheet: &mut Sheet) {
        let Some(IssuedRecord { issuer, quote, document }) = &self.cluster.common_source else { return };
        let whose = issuer.as_ref().map_or("somebody whom no page names".to_owned(), Clone::clone);
        let told = format!(
            "Common source: the pages print a text of {whose} (“{quote}”, {}). The origin is where it was first run.",
            self.page(document)
        );
        sheet.hanging(2, 4, &told);
    }

    fn first_seen(&self, sheet: &mut Sheet, origin: &OriginRecord) {
        let Some(first) = &self.cluster.first_seen.document else { return };
        let same = if origin.document.as_ref() == Some(first) { "the same page" } else { "another page" };
        let note = if origin.document.is_some() { format!(", {same}") } else { String::new() };
        sheet.hanging(
            2,
            4,
            &format!("First seen in this corpus{note}: {}. Being first is no claim of origin.", self.page(first)),
        );
    }

    /// Evidence for and against, what each adds in log-odds, the weightiest first.
    fn weigh(&self, sheet: &mut Sheet, origin: &OriginRecord, headings: [&str; 2]) {
        let Argument { about, pro, con, .. } = Argument::of(origin);
        for (heading, pieces) in headings.into_iter().zip([pro, con]) {
            // From zero upwards: the sum of nothing is written without a sign of its own.
            let total = pieces.iter().fold(0.0, |sum, piece| sum + piece.weight);
            sheet.heading(&format!("{heading} ({total:+.2} in log-odds)"));
            for piece in &pieces {
                sheet.hanging(2, 9, &format!("{:+5.2}  {}", piece.weight, sentence(piece, about)));
            }
            if pieces.is_empty() {
                sheet.line(2, "nothing");
            }
        }
    }

    fn second(&self, sheet: &mut Sheet, origin: &OriginRecord) {
        let Some(second) = &self.cluster.runner_up else { return };
        sheet.heading(&format!("Runner-up: {} (probability {:.2})", self.candidate(second), second.probability));
        if About::of(origin) != About::Unknown {
            let factor = origin.probability / second.probability.max(1e-4);
            let shown = if second.probability < 1e-4 { "more than 9999".to_owned() } else { format!("{factor:.1}") };
            sheet.line(
                2,
                &format!(
                    "The verdict is {shown} times as likely, a margin of {:.2}.",
                    origin.probability - second.probability
                ),
            );
        }
        let argument = Argument::of(second);
        for piece in argument.weightiest().into_iter().take(6) {
            sheet.hanging(2, 9, &format!("{:+5.2}  {}", piece.weight, sentence(piece, argument.about)));
        }
    }

    /// A candidate by name.
    fn candidate(&self, of: &OriginRecord) -> String {
        match (&of.document, &of.outlet) {
            (Some(id), _) => self.page(id),
            (None, Some(outlet)) => format!("{outlet}, outside this set"),
            (None, None) => "“unknown”".to_owned(),
        }
    }

    /// A page with its outlet and time.
    fn page(&self, id: &str) -> String {
        let document = self.documents.get(id);
        let outlet = document.and_then(|known| known.0.as_deref()).unwrap_or("outlet unknown");
        let time = document.and_then(|known| known.1.as_deref()).unwrap_or("no time");
        format!("{id} ({outlet}, {time})")
    }

    fn list_members(&self, sheet: &mut Sheet) {
        sheet.heading("Members, by time");
        let time = |member: &MemberRecord| self.documents.get(&member.id).and_then(|known| known.1.clone());
        let mut members: Vec<&MemberRecord> = self.cluster.members.iter().collect();
        members.sort_by_key(|member| (time(member).is_none(), time(member), member.id.clone()));
        for member in members {
            sheet.hanging(2, 4, &self.page(&member.id));
            if let Some(line) = self.descent(member) {
                sheet.hanging(6, 8, &line);
            }
            if let Some(credit) = &member.credit {
                sheet.hanging(6, 8, &credited(credit));
            }
        }
    }

    /// What a member was copied from.
    fn descent(&self, member: &MemberRecord) -> Option<String> {
        let relation = relation(member.relation?);
        if member.relation == Some(Relation::Original) {
            return Some(relation.to_owned());
        }
        let kept =
            member.containment.map_or(String::new(), |share| format!(", {} of it is there", percent(share as f32)));
        Some(match &member.parent {
            Some(parent) => {
                let p = member.parent_probability.unwrap_or_default();
                format!("{relation} of {parent} (p {p:.2}){kept}")
            }
            None => format!("{relation} of a text that has no page here"),
        })
    }
}

pub(crate) fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Original => "the origin",
        Relation::Verbatim => "a copy",
        Relation::Edited => "an edited copy",
        Relation::Shortened => "a shortened copy",
        Relation::Expanded => "an expanded copy",
        Relation::Compilation => "a compilation",
    }
}

fn credited(credit: &CreditRecord) -> String {
    let quote = credit.quote.as_ref().map_or(String::new(), |quote| format!(": “{}”", shortened(quote, 40)));
    match credit.status {
        CreditGiven::Given => format!("credit given{quote}"),
        CreditGiven::Withheld => "credit withheld: it names nobody".to_owned(),
        CreditGiven::Wrong => format!("credit wrong, neither the origin nor its parent{quote}"),
    }
}
