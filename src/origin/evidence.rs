//! Evidence for and against every candidate, added up in log-odds.

use super::candidate::Candidate;
use super::evidence_kind::EvidenceKind::{self, *};
use super::habits::{Habits, traits};
use super::mentions::{Mentioned, agency_span, bare_url, source_span};
use super::names::Entity;
use super::roles::Role;
use super::view::View;
use super::weights;
use crate::types::{DocId, Span};
use serde::{Deserialize, Serialize};

/// A piece of evidence: what it adds to the log-odds of a candidate, and the words it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its kind.
    pub kind: EvidenceKind,
    /// How much of it there is, in the unit of its kind.
    pub value: f64,
    /// What it adds, in natural log-odds: the value times the weight of its kind.
    pub weight: f64,
    /// The page it was read on.
    pub document: Option<DocId>,
    /// The words there.
    pub at: Option<Span>,
}

/// What speaks for a candidate and against it.
pub(super) fn evidence(view: &View, habits: &Habits, candidate: Candidate) -> Vec<Evidence> {
    let found = match candidate {
        Candidate::Member(k) => member(view, k, habits),
        Candidate::Outside(entity) => outside(view, entity, habits),
        Candidate::Unknown => unknown(view),
    };
    found.0
}

#[derive(Default)]
struct EvidenceList(Vec<Evidence>);

impl EvidenceList {
    fn plain(mut self, kind: EvidenceKind, value: f64) -> Self {
        self.add(kind, value, None, None);
        self
    }

    fn add(&mut self, kind: EvidenceKind, value: f64, document: Option<DocId>, at: Option<Span>) {
        if value.abs() > 1e-9 {
            self.0.push(Evidence { kind, value, weight: value * weights::of(kind), document, at });
        }
    }

    /// Evidence counted over pages: quotes the first of them.
    fn count(&mut self, kind: EvidenceKind, mentioned: Mentioned) {
        if let Some((doc, at)) = mentioned.first {
            self.add(kind, (1.0 + f64::from(mentioned.pages)).log2(), Some(doc), at);
        }
    }
}

/// The answer that nobody who is named, and no page, is the origin.
fn unknown(view: &View) -> EvidenceList {
    let mut found = EvidenceList::default().plain(UnknownBias, 1.0);
    found.add(NoneWhole, 1.0 - view.best_coverage(), None, None);
    found
}

fn member(view: &View, k: usize, habits: &Habits) -> EvidenceList {
    let mut found = EvidenceList::default();
    credits(view, k, &mut found);
    links(view, k, &mut found);
    times(view, k, &mut found);
    text(view, k, &mut found);
    make_up(view, k, habits, &mut found);
    publisher_marks(view, k, &mut found);
    match view.entity(k) {
        Some(entity) => {
            statements(view, entity, &mut found);
            standing(view, entity, habits, &mut found);
            found.add(SoleOutlet, f64::from(u8::from(view.is_only_outlet(entity))), None, None);
        }
        None => found.add(UnknownOutlet, 1.0, None, None),
    }
    found
}

fn credits(view: &View, k: usize, found: &mut EvidenceList) {
    let page = &view.pages[k];
    if let Some(me) = view.entity(k) {
        found.count(CreditedByOthers, view.mentions.credits(me));
        if view.agency(k).is_none() {
            found.count(DatelineElsewhere, view.mentions.agencies(me));
        }
        if view.agency(k) == Some(me) {
            found.add(OwnDateline, 1.0, Some(page.doc), agency_span(page));
        }
        if view.credit(k) == Some(me) {
            found.add(CreditsItself, 1.0, Some(page.doc), source_span(page));
        }
    }
    if view.credit(k).is_some() && view.credit(k) != view.entity(k) {
        found.add(CreditsAnother, 1.0, Some(page.doc), source_span(page));
    }
    if view.agency(k).is_some() && view.agency(k) != view.entity(k) {
        found.add(ForeignDateline, 1.0, Some(page.doc), agency_span(page));
    }
    found.count(OriginalTitle, view.mentions.titles(k, view.pages));
}

fn links(view: &View, k: usize, found: &mut EvidenceList) {
    let page = &view.pages[k];
    found.count(LinkedByOthers, view.mentions.links_to(k, view.pages));
    if let Some(me) = view.entity(k) {
        found.count(HostLinked, view.mentions.site_links(me, page.url.as_deref()));
    }
    if let Some(link) = &page.stated.original_url
        && page.url.as_deref().is_none_or(|url| bare_url(url) != bare_url(&link.value))
    {
        found.add(LinksElsewhere, 1.0, Some(page.doc), Some(link.at));
    }
}

fn times(view: &View, k: usize, found: &mut EvidenceList) {
    let doc = Some(view.pages[k].doc);
    let counts = view.counts(k);
    let [before, after, tied] = [counts.before, counts.after, counts.tied].map(|count| count as f64);
    let dated = before + after + tied;
    if dated == 0.0 {
        return;
    }
    if before == 0.0 {
        found.add(Earliest, after / dated, doc, None);
        found.add(TiedEarliest, f64::from(u8::from(tied > 0.0)), doc, None);
    }
    found.add(Later, before / dated, doc, None);
}

fn text(view: &View, k: usize, found: &mut EvidenceList) {
    let doc = Some(view.pages[k].doc);
    let Some(mine) = view.coverage(k) else { return };
    found.add(MissingText, view.best_coverage() - mine, doc, None);
    found.add(ExtraText, f64::from(1.0 - view.member_overlap(k).shared), doc, None);
}

/// What a page looks like, and whether it names its writer.
fn make_up(view: &View, k: usize, habits: &Habits, found: &mut EvidenceList) {
    let page = &view.pages[k];
    let doc = Some(page.doc);
    found.add(MakeUp, habits.of_traits(traits(view, k)), doc, None);
    found.add(Bylined, f64::from(u8::from(page.stated.byline.is_some())), doc, page.stated.byline);
}

/// What all pages together say of an outlet, whether it has a page here or not.
fn statements(view: &View, entity: Entity, found: &mut EvidenceList) {
    if let Some((times, doc, at)) = view.mentions.reporters(entity) {
        found.add(ReportersSpeak, (1.0 + f64::from(times)).log2(), Some(doc), Some(at));
    }
    let naming = view.mentions.naming(entity);
    found.add(NamedByPages, f64::from(naming) / view.len() as f64, None, None);
    let alone = naming > 0 && view.mentions.named() == 1;
    found.add(Uncontested, f64::from(u8::from(alone)), None, None);
}

fn standing(view: &View, entity: Entity, habits: &Habits, found: &mut EvidenceList) {
    match view.names.role(entity) {
        Role::Agency => found.add(RoleOriginates, 1.0, None, None),
        Role::Paper | Role::Broadcaster | Role::Government => found.add(RoleOriginates, 0.5, None, None),
        Role::Aggregator => found.add(RoleCopies, 1.0, None, None),
        Role::Portal | Role::Unknown => {}
    }
    found.add(Habit, habits.of(entity), None, None);
}

/// Marks of other publishers in a page, and marks of its publisher in other pages.
fn publisher_marks(view: &View, k: usize, found: &mut EvidenceList) {
    let page = &view.pages[k];
    let Some(me) = view.entity(k) else { return };
    let other = page.marks.claims.iter().find(|(outlet, _)| view.names.outlet(*outlet) != me).map(|(_, at)| *at);
    let voice = page.marks.voice.as_ref().filter(|found| is_of_another_kind(&found.value, view.names.role(me)));
    if let Some(at) = other.or(voice.map(|found| found.at)) {
        found.add(ForeignHouse, 1.0, Some(page.doc), Some(at));
    }
    found.count(ClaimedElsewhere, view.mentions.claims(me));
}

/// True when words in which a text speaks as a publisher cannot be those of an outlet of this kind.
fn is_of_another_kind(words: &str, role: Role) -> bool {
    match words.chars().nth(1) {
        Some('报' | '報' | '刊') => !matches!(role, Role::Paper | Role::Unknown),
        Some('台' | '臺') => !matches!(role, Role::Broadcaster | Role::Unknown),
        // Papers call themselves 本社 too, and everybody has a site.
        Some('社') => !matches!(role, Role::Agency | Role::Paper | Role::Unknown),
        _ => role == Role::Aggregator,
    }
}

fn outside(view: &View, entity: Entity, habits: &Habits) -> EvidenceList {
    let mut found = EvidenceList::default().plain(OutsideBias, 1.0);
    found.count(NamedOutside, view.mentions.credits(entity));
    found.count(DatelineElsewhere, view.mentions.agencies(entity));
    found.count(HostLinked, view.mentions.site_links(entity, None));
    found.count(ClaimedElsewhere, view.mentions.claims(entity));
    statements(view, entity, &mut found);
    found.add(NoneWhole, 1.0 - view.best_coverage(), None, None);
    standing(view, entity, habits, &mut found);
    found
}
