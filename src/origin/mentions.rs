//! Which pages of a cluster name whom, looked up by who is named.

use super::PageFacts;
use super::names::{Entity, Names};
use crate::attribution::folded;
use crate::types::{DocId, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Pages that name somebody: how many, and the words on the first of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mentioned {
    pub pages: u32,
    pub first: Option<(DocId, Option<Span>)>,
}

/// Pages of other outlets by the entity that they name, in the order of members.
#[derive(Default)]
struct ByEntity(FxHashMap<Entity, Mentioned>);

impl ByEntity {
    fn add(&mut self, entity: Entity, doc: DocId, at: Option<Span>) {
        let mentioned = self.0.entry(entity).or_default();
        mentioned.pages += 1;
        mentioned.first.get_or_insert((doc, at));
    }

    fn of(&self, entity: Entity) -> Mentioned {
        self.0.get(&entity).copied().unwrap_or_default()
    }
}

/// The first two pages that name something, and how many do: enough to leave one out.
#[derive(Clone, Copy, Default)]
struct FirstTwo {
    pages: u32,
    first: [Option<(u32, Span)>; 2],
}

impl FirstTwo {
    fn add(&mut self, k: u32, at: Span) {
        if let Some(free) = self.first.iter_mut().find(|place| place.is_none()) {
            *free = Some((k, at));
        }
        self.pages += 1;
    }

    /// The pages other than `k`, which is one of them if `counted`.
    fn without(&self, k: usize, counted: bool, pages: &[PageFacts]) -> Mentioned {
        let first = self.first.iter().flatten().find(|(m, _)| *m as usize != k);
        Mentioned {
            pages: self.pages - u32::from(counted),
            first: first.map(|&(m, at)| (pages[m as usize].doc, Some(at))),
        }
    }
}

/// Links to the site of an entity, by the address.
#[derive(Default)]
struct SiteLinks<'a> {
    pages: u32,
    /// Every address with its first page, by that page.
    first: Vec<(&'a str, DocId, Span)>,
    by_url: FxHashMap<&'a str, u32>,
}

/// Who names whom in a cluster. Looking one up costs the same in clusters of any size.
#[derive(Default)]
pub(super) struct Mentions<'a> {
    /// The entities that have a page.
    present: FxHashSet<Entity>,
    credits: ByEntity,
    agencies: ByEntity,
    claims: ByEntity,
    sites: FxHashMap<Entity, SiteLinks<'a>>,
    urls: FxHashMap<&'a str, FirstTwo>,
    titles: FxHashMap<String, FirstTwo>,
    /// Every member's stated original title, folded.
    stated_titles: Vec<Option<String>>,
    /// By entity: how often its reporters speak on the page where they do so most, and where.
    reporters: FxHashMap<Entity, (u32, DocId, Span)>,
    /// Pages that name an entity as source, in a dateline, or as that of the reporters.
    naming: FxHashMap<Entity, u32>,
}

/// An address as it is compared: without scheme, `www.` and a closing slash.
pub(super) fn bare_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}

impl<'a> Mentions<'a> {
    /// Reads them off the pages. `entity`, `credit` and `agency` give what each member is, credits and is dated by.
    pub(super) fn new(pages: &'a [PageFacts], names: &Names, of: [&[Option<Entity>]; 3]) -> Self {
        let [entities, credits, agencies] = of;
        let mut all = Mentions { present: entities.iter().flatten().copied().collect(), ..Mentions::default() };
        for (k, page) in pages.iter().enumerate() {
            let foreign = |named: Option<Entity>| named.filter(|&e| entities[k] != Some(e));
            if let Some(entity) = foreign(credits[k]) {
                all.credits.add(entity, page.doc, source_span(page));
            }
            if let Some(entity) = foreign(agencies[k]) {
                all.agencies.add(entity, page.doc, agency_span(page));
            }
            let mut claimed = FxHashSet::default();
            for &(outlet, at) in &page.marks.claims {
                if let Some(entity) = foreign(Some(names.outlet(outlet))).filter(|&e| claimed.insert(e)) {
                    all.claims.add(entity, page.doc, Some(at));
                }
            }
            all.add_link(k, page, names, entities[k]);
            all.add_title(k, page);
            let mut named: FxHashSet<Entity> = [credits[k], agencies[k]].into_iter().flatten().collect();
            named.extend(all.add_reporters(page, names));
            named.into_iter().for_each(|entity| *all.naming.entry(entity).or_default() += 1);
        }
        all
    }

    fn add_link(&mut self, k: usize, page: &'a PageFacts, names: &Names, entity: Option<Entity>) {
        let Some(link) = &page.stated.original_url else { return };
        let url = bare_url(&link.value);
        self.urls.entry(url).or_default().add(k as u32, link.at);
        if let Some(site) = names.host_of(&link.value).filter(|&e| entity != Some(e)) {
            let links = self.sites.entry(site).or_default();
            links.pages += 1;
            let of_url = links.by_url.entry(url).or_default();
            *of_url += 1;
            if *of_url == 1 {
                links.first.push((url, page.doc, link.at));
            }
        }
    }

    /// Gives the entities whose reporters speak on the page: one may go by several names.
    fn add_reporters(&mut self, page: &PageFacts, names: &Names) -> Vec<Entity> {
        let mut speaking: BTreeMap<Entity, (u32, Span)> = BTreeMap::new();
        for reporting in &page.reporters {
            let Some(entity) = names.named(&reporting.outlet.value) else { continue };
            speaking.entry(entity).or_insert((0, reporting.outlet.at)).0 += reporting.times;
        }
        for (&entity, &(times, at)) in &speaking {
            let held = self.reporters.entry(entity).or_insert((times, page.doc, at));
            if times > held.0 {
                *held = (times, page.doc, at);
            }
        }
        speaking.into_keys().collect()
    }

    fn add_title(&mut self, k: usize, page: &PageFacts) {
        let stated = page.stated.original_title.as_ref();
        let title = stated.map(|title| folded(&title.value));
        if let (Some(title), Some(stated)) = (&title, stated) {
            self.titles.entry(title.clone()).or_default().add(k as u32, stated.at);
        }
        self.stated_titles.push(title);
    }

    /// True when the entity has a page here.
    pub(super) fn has_page(&self, entity: Entity) -> bool {
        self.present.contains(&entity)
    }

    /// Pages of other outlets that credit the entity.
    pub(super) fn credits(&self, entity: Entity) -> Mentioned {
        self.credits.of(entity)
    }

    /// Pages of other outlets whose dateline names the entity.
    pub(super) fn agencies(&self, entity: Entity) -> Mentioned {
        self.agencies.of(entity)
    }

    /// Pages of other outlets on which a claim of rights names the entity.
    pub(super) fn claims(&self, entity: Entity) -> Mentioned {
        self.claims.of(entity)
    }

    /// Pages of other outlets that link to the site of the entity, but not to the page `except`.
    pub(super) fn site_links(&self, entity: Entity, except: Option<&str>) -> Mentioned {
        let Some(links) = self.sites.get(&entity) else { return Mentioned::default() };
        let except = except.map(bare_url);
        let left_out = except.and_then(|url| links.by_url.get(url)).copied().unwrap_or(0);
        let first = links.first.iter().find(|(url, ..)| Some(*url) != except);
        Mentioned { pages: links.pages - left_out, first: first.map(|&(_, doc, at)| (doc, Some(at))) }
    }

    /// Other pages that link to the page of member `k`.
    pub(super) fn links_to(&self, k: usize, pages: &[PageFacts]) -> Mentioned {
        let Some(url) = pages[k].url.as_deref().map(bare_url) else { return Mentioned::default() };
        let own = pages[k].stated.original_url.as_ref().is_some_and(|link| bare_url(&link.value) == url);
        self.urls.get(url).map_or_else(Mentioned::default, |linking| linking.without(k, own, pages))
    }

    /// Other pages that state the title of member `k` as the original one.
    pub(super) fn titles(&self, k: usize, pages: &[PageFacts]) -> Mentioned {
        let Some(title) = &pages[k].title else { return Mentioned::default() };
        let own = self.stated_titles[k].as_ref() == Some(title);
        self.titles.get(title).map_or_else(Mentioned::default, |stating| stating.without(k, own, pages))
    }

    /// How often the reporters of the entity speak on the page where they do so most, and the words there.
    pub(super) fn reporters(&self, entity: Entity) -> Option<(u32, DocId, Span)> {
        self.reporters.get(&entity).copied()
    }

    /// Pages that name the entity as source, in a dateline, or as that of the reporters, its own among them.
    pub(super) fn naming(&self, entity: Entity) -> u32 {
        self.naming.get(&entity).copied().unwrap_or(0)
    }

    /// How many entities pages name so.
    pub(super) fn named(&self) -> usize {
        self.naming.len()
    }

    /// Entities that pages name as source and that have no page here, in order.
    pub(super) fn outside(&self) -> Vec<Entity> {
        let named = [&self.credits, &self.agencies, &self.claims].into_iter().flat_map(|by| by.0.keys());
        let mut outside: Vec<Entity> = named
            .chain(self.sites.keys())
            .chain(self.reporters.keys())
            .copied()
            .filter(|&entity| !self.has_page(entity))
            .collect();
        outside.sort_unstable();
        outside.dedup();
        outside
    }
}

/// Where a page names its source.
pub(super) fn source_span(page: &PageFacts) -> Option<Span> {
    page.stated.source.as_ref().map(|found| found.at)
}

/// Where a page names its agency.
pub(super) fn agency_span(page: &PageFacts) -> Option<Span> {
    page.stated.agency.as_ref().map(|found| found.at)
}
