//! Evidence for and against every candidate, added up in log-odds.

use super::common::common_text;
use super::mentions::{Mentioned, agency_span, bare_url, source_span};
use super::names::{Entity, Names};
use super::parents::Tree;
use super::roles::Role;
use super::view::View;
use super::{Copy, CreditGiven, Lineage, Page, RunnerUp, Source, weights};
use crate::types::{DocId, Span};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A kind of evidence. Each has a weight in [`super::WEIGHTS`]; the unit it is counted in is said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Pages of other outlets credit it: log2(1 + how many).
    CreditedByOthers,
    /// It credits itself.
    CreditsItself,
    /// It credits somebody else.
    CreditsAnother,
    /// Another page links to it as the original: log2(1 + how many).
    LinkedByOthers,
    /// It links to another page as the original.
    LinksElsewhere,
    /// Another page links to its site as the original: log2(1 + how many).
    HostLinked,
    /// Its dateline names its own house.
    OwnDateline,
    /// Its dateline names another house.
    ForeignDateline,
    /// Datelines on other pages name its house: log2(1 + how many).
    DatelineElsewhere,
    /// Share of the dated other pages that are certainly later.
    Earliest,
    /// It may be as early as the earliest, as far as precision tells.
    TiedEarliest,
    /// Share of the dated other pages that are certainly earlier.
    Later,
    /// It has no time while others do.
    Undated,
    /// Share of the common text that it lacks while another page has it.
    MissingText,
    /// Share of its text that no other page has.
    ExtraText,
    /// Its kind of outlet mostly writes for itself (agency, paper, broadcaster, government).
    RoleOriginates,
    /// Its kind of outlet mostly republishes (aggregator).
    RoleCopies,
    /// How much more often than others it was the origin in other clusters of this corpus (log ratio).
    Habit,
    /// Its headline stands in its own text word for word, as headlines do that a copying desk takes from there.
    HeadlineFromText,
    /// Another page has the same text in full-width punctuation, and this one in half width.
    LostWidth,
    /// Another page has the same text in more paragraphs.
    JoinedParagraphs,
    /// Its commas are half width, which texts lose on the way.
    HalfWidth,
    /// It names its writer.
    Bylined,
    /// Another page states its title as the original one.
    OriginalTitle,
    /// It bears marks of another house: it speaks as one of another kind (本报 on a portal), or a claim of rights in it
    /// names another outlet.
    ForeignHouse,
    /// Claims of rights on pages of other outlets name it: log2(1 + how many).
    ClaimedElsewhere,
    /// It is certainly later than the day in a link to the original that a page states.
    AfterLinkDate,
    /// Pages credit it, and it has no page here: log2(1 + how many).
    NamedOutside,
    /// Share of what pages have in common that even the fullest of them lacks.
    NoneWhole,
    /// No page of the cluster states a source, a dateline or a link: the share of clusters of this corpus in which one does,
    /// for silence tells where others speak.
    Silent,
    /// What every outside candidate starts with.
    OutsideBias,
    /// What the answer "unknown" starts with.
    UnknownBias,
}

use EvidenceKind::*;

/// A piece of evidence: what it adds to the log-odds of a candidate, and the words it rests on.
#[derive(Clone, Debug, PartialEq)]
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

/// Who may be the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    Member(usize),
    Outside(Entity),
    Unknown,
}

/// A candidate as it was weighed.
pub(super) struct Weighed {
    pub candidate: Candidate,
    pub score: f64,
    pub probability: f64,
}

/// The judgement of a cluster.
pub(super) struct Verdict {
    /// All candidates, the likeliest first.
    pub candidates: Vec<Weighed>,
    /// The probability of every member.
    of_members: Vec<f64>,
    /// The place of the one that is named: the likeliest, or "unknown" where that one is not likely enough.
    named: usize,
}

/// Where no page of a cluster says where its text is from though most clusters of the corpus have one that does, a page
/// is named from this probability on: to name the wrong one costs twice what silence does.
const NAMED_IN_SILENCE: f64 = 2.0 / 3.0;
/// Most clusters: the share of those in which a page says so.
const MOST: f64 = 0.5;

/// How often each entity originated what it ran, in the other clusters of the corpus.
pub(super) struct Habits {
    log_ratio: Vec<f64>,
    /// The share of clusters in which a page states where its text is from.
    speaking: f64,
}

impl Habits {
    /// What is known before any cluster was judged.
    pub(super) fn unknown() -> Self {
        Habits { log_ratio: Vec::new(), speaking: 0.0 }
    }

    /// How often an entity with a page in a cluster was found its origin, against the mean of all, with four clusters
    /// of the mean added to each; and how many clusters say where their text is from.
    pub(super) fn learn(counts: &HabitCounts) -> Self {
        let present = counts.present.iter().map(|&n| n as f64);
        let originated = counts.originated.iter().map(|&p| p as f64 / ONE);
        let mean = originated.clone().sum::<f64>() / present.clone().sum::<f64>().max(1.0);
        let ratio = |(o, p): (f64, f64)| ((o + 4.0 * mean) / (p + 4.0) / mean.max(1e-6)).ln().clamp(-2.0, 2.0);
        let log_ratio = originated.zip(present).map(ratio).collect();
        Habits { log_ratio, speaking: counts.speaking as f64 / counts.clusters.max(1) as f64 }
    }

    fn of(&self, entity: Entity) -> f64 {
        self.log_ratio.get(entity.0 as usize).copied().unwrap_or(0.0)
    }
}

/// A probability of 1 as it is counted. Whole numbers add up to the same in any order.
const ONE: f64 = 4_294_967_296.0;

/// What habits are learnt from, by entity. Counts of parts of a corpus can be added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HabitCounts {
    /// Clusters in which it has a page.
    present: Vec<u64>,
    /// Probabilities that it originated them, each of [`ONE`].
    originated: Vec<u64>,
    /// All clusters.
    clusters: u64,
    /// Those in which a page states where its text is from.
    speaking: u64,
}

impl HabitCounts {
    pub(super) fn gather(verdicts: &[(Source, f64)], pages: &[Vec<Page>], names: &Names) -> Self {
        let mut present = vec![0; names.len()];
        let mut originated = vec![0; names.len()];
        for ((origin, probability), members) in verdicts.iter().zip(pages) {
            let mut here: Vec<Entity> = members.iter().filter_map(|p| p.outlet.map(|o| names.outlet(o))).collect();
            here.sort_unstable();
            here.dedup();
            here.iter().for_each(|e| present[e.0 as usize] += 1);
            if let Source::Document(doc) = *origin
                && let Some(outlet) = members.iter().find(|p| p.doc == doc).and_then(|p| p.outlet)
            {
                originated[names.outlet(outlet).0 as usize] += (probability * ONE).round() as u64;
            }
        }
        let speaking = pages.iter().filter(|members| !is_silent(members)).count() as u64;
        HabitCounts { present, originated, clusters: pages.len() as u64, speaking }
    }

    /// Adds the counts of other clusters, made with the same names.
    pub fn add(&mut self, other: &HabitCounts) {
        self.clusters += other.clusters;
        self.speaking += other.speaking;
        let both = [(&mut self.present, &other.present), (&mut self.originated, &other.originated)];
        for (mine, theirs) in both {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// Candidates that one task weighs.
const TASK: usize = 64;

/// Weighs all candidates of a cluster. Cost: linear in the cluster, but for sorting.
pub(super) fn weigh(view: &View, habits: &Habits) -> Verdict {
    let mut all: Vec<Candidate> = (0..view.len()).map(Candidate::Member).collect();
    all.extend(view.mentions.outside().into_iter().map(Candidate::Outside));
    all.push(Candidate::Unknown);
    let weigh = |candidate: Candidate| {
        let score = evidence(view, habits, candidate).iter().map(|e| e.weight).sum();
        Weighed { candidate, score, probability: 0.0 }
    };
    let mut candidates: Vec<Weighed> = all.into_par_iter().with_min_len(TASK).map(weigh).collect();
    let best = candidates.iter().map(|c| c.score).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = candidates.iter().map(|c| (c.score - best).exp()).sum();
    for c in &mut candidates {
        c.probability = (c.score - best).exp() / all;
    }
    let of_members = candidates[..view.len()].iter().map(|c| c.probability).collect();
    let tie = |c: &Weighed| match c.candidate {
        Candidate::Member(k) => (0, view.pages[k].order),
        Candidate::Outside(e) => (1, u64::from(e.0)),
        Candidate::Unknown => (2, 0),
    };
    candidates.sort_by(|x, y| y.score.total_cmp(&x.score).then_with(|| tie(x).cmp(&tie(y))));
    let is_odd = habits.speaking >= MOST && is_silent(view.pages);
    let is_weak =
        matches!(candidates[0].candidate, Candidate::Member(_)) && candidates[0].probability < NAMED_IN_SILENCE;
    let unknown = || candidates.iter().position(|c| c.candidate == Candidate::Unknown);
    let named = if is_odd && is_weak { unknown().unwrap_or(0) } else { 0 };
    Verdict { candidates, of_members, named }
}

/// What speaks for a candidate and against it.
pub(super) fn evidence(view: &View, habits: &Habits, candidate: Candidate) -> Vec<Evidence> {
    let found = match candidate {
        Candidate::Member(k) => member(view, k, habits),
        Candidate::Outside(entity) => outside(view, entity, habits),
        Candidate::Unknown => unknown(view, habits),
    };
    found.0
}

#[derive(Default)]
struct Gathered(Vec<Evidence>);

impl Gathered {
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
fn unknown(view: &View, habits: &Habits) -> Gathered {
    let mut found = Gathered::default().plain(UnknownBias, 1.0);
    found.add(NoneWhole, 1.0 - view.best_coverage(), None, None);
    if is_silent(view.pages) {
        found.add(Silent, habits.speaking, None, None);
    }
    found
}

/// True when no page states where its text is from.
fn is_silent(pages: &[Page]) -> bool {
    let speaks = |Page { stated, .. }: &Page| {
        stated.source.is_some() || stated.agency.is_some() || stated.original_url.is_some()
    };
    !pages.iter().any(speaks)
}

fn member(view: &View, k: usize, habits: &Habits) -> Gathered {
    let mut found = Gathered::default();
    credits(view, k, &mut found);
    links(view, k, &mut found);
    times(view, k, &mut found);
    text(view, k, &mut found);
    make_up(view, k, &mut found);
    houses(view, k, &mut found);
    if let Some(entity) = view.entity(k) {
        standing(view, entity, habits, &mut found);
    }
    found
}

fn credits(view: &View, k: usize, found: &mut Gathered) {
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

fn links(view: &View, k: usize, found: &mut Gathered) {
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

fn times(view: &View, k: usize, found: &mut Gathered) {
    let doc = Some(view.pages[k].doc);
    let counts = view.counts(k);
    let [before, after, tied] = [counts.before, counts.after, counts.tied].map(|count| count as f64);
    let dated = before + after + tied;
    if dated == 0.0 {
        let undated = view.dated() > 0 && view.pages[k].time.is_none();
        found.add(Undated, f64::from(u8::from(undated)), doc, None);
        return;
    }
    if before == 0.0 {
        found.add(Earliest, after / dated, doc, None);
        found.add(TiedEarliest, f64::from(u8::from(tied > 0.0)), doc, None);
    }
    found.add(Later, before / dated, doc, None);
}

fn text(view: &View, k: usize, found: &mut Gathered) {
    let doc = Some(view.pages[k].doc);
    let Some(mine) = view.coverage(k) else { return };
    found.add(MissingText, view.best_coverage() - mine, doc, None);
    found.add(ExtraText, f64::from(1.0 - view.surroundings(k).most_mine), doc, None);
}

/// What a page looks like beside pages of the same text.
fn make_up(view: &View, k: usize, found: &mut Gathered) {
    let page = &view.pages[k];
    let doc = Some(page.doc);
    found.add(HeadlineFromText, f64::from(u8::from(page.title_from_text)), doc, None);
    found.add(Bylined, f64::from(u8::from(page.stated.byline.is_some())), doc, page.stated.byline);
    let around = view.surroundings(k);
    found.add(HalfWidth, f64::from(u8::from(page.half_width > 0.8)), doc, None);
    found.add(LostWidth, f64::from(u8::from(around.full_width && page.half_width > 0.8)), doc, None);
    found.add(JoinedParagraphs, f64::from(u8::from(around.paragraphs > page.paragraphs)), doc, None);
}

fn standing(view: &View, entity: Entity, habits: &Habits, found: &mut Gathered) {
    match view.names.role(entity) {
        Role::Agency => found.add(RoleOriginates, 1.0, None, None),
        Role::Paper | Role::Broadcaster | Role::Government => found.add(RoleOriginates, 0.5, None, None),
        Role::Aggregator => found.add(RoleCopies, 1.0, None, None),
        Role::Portal | Role::Unknown => {}
    }
    found.add(Habit, habits.of(entity), None, None);
}

/// Marks of other houses in a page, and marks of its house in other pages.
fn houses(view: &View, k: usize, found: &mut Gathered) {
    let page = &view.pages[k];
    let Some(me) = view.entity(k) else { return };
    let other = page.marks.claims.iter().find(|(outlet, _)| view.names.outlet(*outlet) != me).map(|(_, at)| *at);
    let voice = page.marks.voice.as_ref().filter(|found| is_of_another_kind(&found.value, view.names.role(me)));
    if let Some(at) = other.or(voice.map(|found| found.at)) {
        found.add(ForeignHouse, 1.0, Some(page.doc), Some(at));
    }
    found.count(ClaimedElsewhere, view.mentions.claims(me));
    let Some(time) = page.time else { return };
    if let Some((other, at)) = view.mentions.link_before(time.day()) {
        found.add(AfterLinkDate, 1.0, Some(other), Some(at));
    }
}

/// True when words in which a text speaks as a house cannot be those of an outlet of this kind.
fn is_of_another_kind(words: &str, role: Role) -> bool {
    match words.chars().nth(1) {
        Some('报' | '報' | '刊') => !matches!(role, Role::Paper | Role::Unknown),
        Some('台' | '臺') => !matches!(role, Role::Broadcaster | Role::Unknown),
        // Papers call themselves 本社 too, and everybody has a site.
        Some('社') => !matches!(role, Role::Agency | Role::Paper | Role::Unknown),
        _ => role == Role::Aggregator,
    }
}

fn outside(view: &View, entity: Entity, habits: &Habits) -> Gathered {
    let mut found = Gathered::default().plain(OutsideBias, 1.0);
    found.count(NamedOutside, view.mentions.credits(entity));
    found.count(DatelineElsewhere, view.mentions.agencies(entity));
    found.count(HostLinked, view.mentions.site_links(entity, None));
    found.count(ClaimedElsewhere, view.mentions.claims(entity));
    found.add(NoneWhole, 1.0 - view.best_coverage(), None, None);
    standing(view, entity, habits, &mut found);
    found
}

fn weightiest_first(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()).then(x.kind.cmp(&y.kind)));
    evidence
}

impl Verdict {
    /// The likeliest origin, named or not: a tree has a root all the same.
    pub(super) fn origin(&self) -> Candidate {
        self.candidates[0].candidate
    }

    /// The probability that member `k` is the origin.
    pub(super) fn member_probability(&self, k: usize) -> f64 {
        self.of_members[k]
    }

    /// Puts the verdict into words and numbers.
    pub(super) fn into_lineage(self, view: &View, habits: &Habits, tree: Tree) -> Lineage {
        let evidence = |candidate: Candidate| weightiest_first(evidence(view, habits, candidate));
        let best = &self.candidates[self.named];
        let origin = view.source(best.candidate);
        let not_a_member: f64 = self
            .candidates
            .iter()
            .filter(|c| !matches!(c.candidate, Candidate::Member(_)))
            .map(|c| c.probability)
            .sum();
        let probability = if origin == Source::Unknown { not_a_member } else { best.probability };
        let copies = (0..view.len()).map(|k| tree.copy(view, k, best.candidate)).collect::<Vec<Copy>>();
        Lineage {
            origin,
            outlet: view.outlet(best.candidate),
            probability,
            evidence: evidence(best.candidate),
            runner_up: self.candidates.get(usize::from(self.named == 0)).map(|second| RunnerUp {
                source: view.source(second.candidate),
                outlet: view.outlet(second.candidate),
                probability: second.probability,
                evidence: evidence(second.candidate),
            }),
            first_seen: view.first_seen().map(|k| view.pages[k].doc),
            copies,
            common: common_text(view.pages),
        }
    }
}

/// Whether member `k` credits the origin or its parent.
pub(super) fn credit_given(
    view: &View,
    k: usize,
    parent: Option<usize>,
    origin: Candidate,
) -> (CreditGiven, Option<Span>) {
    let page = &view.pages[k];
    let due = |e: Entity| {
        let of_origin = match origin {
            Candidate::Member(o) => view.entity(o) == Some(e),
            Candidate::Outside(o) => o == e,
            Candidate::Unknown => view.entity(k) != Some(e),
        };
        of_origin || parent.is_some_and(|p| view.entity(p) == Some(e))
    };
    let linked = page.stated.original_url.as_ref().and_then(|u| Some((view.names.host_of(&u.value)?, u.at)));
    let named = [
        view.credit(k).map(|e| (e, source_span(page))),
        view.agency(k).map(|e| (e, agency_span(page))),
        linked.map(|(e, at)| (e, Some(at))),
    ];
    let mut stated = named.into_iter().flatten();
    match stated.clone().find(|&(e, _)| due(e)) {
        Some((_, at)) => (CreditGiven::Given, at),
        None => stated.next().map_or((CreditGiven::Withheld, None), |(_, at)| (CreditGiven::Wrong, at)),
    }
}
