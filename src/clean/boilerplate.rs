//! Furniture learnt from the corpus: lines that recur on many *different* articles of one outlet or host.
//!
//! Document frequency alone does not tell furniture from a much reprinted story. So a line counts once for
//! each article it is on, and pages are of one article when they share their rarest long line. What a site
//! says of itself on pages without an article is recognised by the titles instead (`site_descriptions.rs`).

use super::edges::{BoilerplatePages, EdgeCache, EdgeLine, GroupKeys, PageEdges};
use super::site_descriptions::{self, Blurb, Lone};
use super::split::{self, SplitText};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// One learnt line and on how many different articles it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurnitureLine {
    /// The line as one page writes it.
    pub line: String,
    /// Different articles it was on, among those looked at.
    pub articles: u32,
}

/// The furniture of one outlet or host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurnitureGroup {
    /// The outlet or host; empty for pages of which neither is known.
    pub group: String,
    /// Its lines, the commonest first.
    pub lines: Vec<FurnitureLine>,
}

/// Which lines are furniture, per outlet or host. A value: written to the output folder, read back by
/// `--furniture`, and part of the parameters' fingerprint. Copies share what it knows.
#[derive(Clone, Debug, Default)]
pub struct FurnitureModel {
    /// What was learnt, in readable form, groups in name order.
    pub groups: Arc<Vec<FurnitureGroup>>,
    members: Arc<FxHashSet<u64>>,
    /// The groups that a line belongs to.
    groups_of: Arc<FxHashMap<u64, Vec<u64>>>,
}

/// Lines of groups that are furniture in one of two models only.
#[derive(Debug)]
pub struct FurnitureChange(FxHashSet<u64>);

impl FurnitureChange {
    /// True when one of the lines, given by their keys, is furniture on pages of these groups in one of the models only.
    pub(crate) fn concerns(&self, keys: GroupKeys, lines: &[u64]) -> bool {
        let mut groups = keys.each().chain([EVERY_PAGE]);
        !self.0.is_empty() && groups.any(|group| lines.iter().any(|&line| self.0.contains(&member(group, line))))
    }
}

/// The name of the group whose lines are furniture on every page, and its key.
const EVERYWHERE: &str = "*";
const EVERY_PAGE: u64 = 1;

fn group_key(name: &str) -> u64 {
    match name {
        "" => 0,
        EVERYWHERE => EVERY_PAGE,
        name => xxh3_64(name.as_bytes()).max(EVERY_PAGE + 1),
    }
}

impl FurnitureModel {
    /// The model that the settings of a run name, if they name one.
    pub fn of_run(config: &Config) -> Result<Option<Self>> {
        config.furniture.as_deref().map(FurnitureModel::read).transpose()
    }

    /// Reads a `furniture.json`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let groups = serde_json::from_str(&text).map_err(|error| Error::Invalid {
            path: path.to_owned(),
            place: None,
            reason: error.to_string(),
            expected: "a furniture.json of an output folder",
        })?;
        Ok(FurnitureModel::from_groups(groups))
    }

    /// The model that `groups` spell out.
    pub fn from_groups(mut groups: Vec<FurnitureGroup>) -> Self {
        groups.sort_by(|a, b| a.group.cmp(&b.group));
        let mut members = FxHashSet::default();
        let mut groups_of: FxHashMap<u64, Vec<u64>> = FxHashMap::default();
        let mut doc = SplitText::default();
        for group in &groups {
            let key = group_key(&group.group);
            for line in &group.lines {
                split::split(&line.line, &mut doc);
                members.extend(doc.lines.iter().map(|l| member(key, l.key)));
                for l in doc.lines.iter().filter(|_| key > EVERY_PAGE) {
                    groups_of.entry(l.key).or_default().push(key);
                }
            }
        }
        FurnitureModel { groups: groups.into(), members: members.into(), groups_of: groups_of.into() }
    }

    /// The same model, in which these lines are furniture on every page.
    pub(crate) fn with_lines(self, lines: &[String]) -> Self {
        if lines.is_empty() {
            return self;
        }
        let written = |line: &String| FurnitureLine { line: line.clone(), articles: 0 };
        let mut groups = Arc::unwrap_or_clone(self.groups);
        groups.push(FurnitureGroup { group: EVERYWHERE.to_owned(), lines: lines.iter().map(written).collect() });
        FurnitureModel::from_groups(groups)
    }

    /// True when a line with this key is furniture on pages of these groups.
    pub(super) fn holds(&self, keys: GroupKeys, line: u64) -> bool {
        !self.members.is_empty()
            && keys.each().chain([EVERY_PAGE]).any(|group| self.members.contains(&member(group, line)))
    }

    /// The group and the learnt line by which a line with this key is furniture. Splits the learnt lines of these groups
    /// again, so it is meant for a page that somebody looks at.
    pub fn learnt(&self, keys: GroupKeys, line: u64) -> Option<(&str, &FurnitureLine)> {
        let mine = self.groups.iter().filter(|group| keys.each().any(|key| key == group_key(&group.group)));
        let mut split = SplitText::default();
        let mut is_it = |known: &&FurnitureLine| {
            split::split(&known.line, &mut split);
            split.lines.iter().any(|part| part.key == line)
        };
        mine.into_iter().find_map(|group| Some((group.group.as_str(), group.lines.iter().find(&mut is_it)?)))
    }

    /// The outlet whose template a page shows: two at least of its outermost lines are furniture of that outlet, and
    /// more than of any other. `outlet_of` tells which outlet a group (an outlet or host, by hash) belongs to. For pages
    /// that nothing else tells the outlet of.
    pub fn template_of(&self, outermost: &[u64], outlet_of: impl Fn(u64) -> Option<u32>) -> Option<u32> {
        let mut votes: Vec<u32> = Vec::new();
        for line in outermost {
            let groups = self.groups_of.get(line).into_iter().flatten();
            let mut outlets: Vec<u32> = groups.filter_map(|&group| outlet_of(group)).collect();
            outlets.sort_unstable();
            outlets.dedup();
            votes.extend(outlets);
        }
        votes.sort_unstable();
        let mut counts: Vec<(usize, u32)> = votes.chunk_by(|x, y| x == y).map(|run| (run.len(), run[0])).collect();
        counts.sort_unstable_by_key(|&(lines, _)| std::cmp::Reverse(lines));
        let next = counts.get(1).map_or(0, |c| c.0);
        counts.first().filter(|&&(lines, _)| lines >= 2 && lines > next).map(|&(_, outlet)| outlet)
    }

    /// Tells the templates of unknown sites apart: the least of the outermost lines of a page that are furniture of
    /// pages of unknown outlet. `None` for a page with fewer than three of them: one or two may be in use anywhere.
    pub fn unknown_template(&self, outermost: &[u64]) -> Option<u64> {
        let found = outermost.iter().copied().filter(|&key| self.members.contains(&member(0, key)));
        let (count, least) = found.fold((0, u64::MAX), |(count, least), key| (count + 1, least.min(key)));
        (count >= 3).then_some(least)
    }

    /// What is furniture in one of two models only.
    pub(crate) fn change_from(&self, earlier: &FurnitureModel) -> FurnitureChange {
        FurnitureChange(self.members.symmetric_difference(&earlier.members).copied().collect())
    }

    /// Hash of the whole model, for fingerprints.
    pub fn fingerprint(&self) -> u64 {
        self.groups.iter().flat_map(|g| g.lines.iter().map(move |l| (g, l))).fold(0, |hash, (group, line)| {
            xxh3_64_with_seed(line.line.as_bytes(), hash ^ xxh3_64(group.group.as_bytes()))
        })
    }
}

fn member(group: u64, line: u64) -> u64 {
    line ^ group.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Pages of one group that are looked at: enough to tell, and a bound on memory.
const PAGES_PER_GROUP: usize = 150;
/// Pages that a group must have: fewer cannot show what recurs.
const LEAST_PAGES: usize = 3;
/// Pages whose edges are in memory at once, of some 600 bytes each.
const PAGES_AT_ONCE: usize = 1 << 18;
/// A line of more units than this may be an official text that many articles quote, so it must recur more.
const LONG_LINE: usize = 60;

/// Pages of unknown outlet that are looked at: they belong to many sites, so it takes more of them.
const PAGES_OF_NOBODY: usize = 20_000;
/// Pages without an article that are kept: some five kilobytes each.
const LONE_PAGES: usize = 4000;

/// A line that recurs within a group.
struct Recurring {
    key: u64,
    /// How many articles it is on.
    articles: usize,
    units: u16,
    /// A page that shows it, and where.
    doc: DocId,
    at: Span,
    /// Pages on which it is outermost and does not recur alone.
    in_company: usize,
}

/// The pages of a group that are looked at, at most.
pub(crate) fn most(group: u64) -> usize {
    if group == 0 { PAGES_OF_NOBODY } else { PAGES_PER_GROUP }
}

/// Leaves the pages that are looked at in each group, which are known by an order, and gives those of groups that are too small
/// to show what recurs.
pub(crate) fn sample<T: Ord + Copy + Send>(groups: &mut FxHashMap<u64, Vec<T>>) -> Vec<T> {
    groups.par_iter_mut().for_each(|(&group, members)| {
        members.sort_unstable();
        members.truncate(most(group));
    });
    let is_small = |group: u64, members: &[T]| group != 0 && members.len() < LEAST_PAGES;
    let small = groups.iter().filter(|&(&group, members)| is_small(group, members));
    let mut few: Vec<T> = small.flat_map(|(_, members)| members).copied().collect();
    few.sort_unstable();
    few.truncate(PAGES_OF_NOBODY);
    groups.retain(|&group, members| !is_small(group, members));
    few
}

/// Learns the furniture of every outlet and host from at most 150 pages of each (more where neither is known). A light
/// pass: lines are split and hashed, nothing is compared. A line counts from 3 different articles on (more for larger
/// groups, long lines, and pages of unknown outlet). No page is split of which `cache` has the edges.
pub fn learn(pages: &impl BoilerplatePages, cache: &EdgeCache) -> FurnitureModel {
    let mut groups: FxHashMap<u64, Vec<(u64, DocId)>> = FxHashMap::default();
    for doc in (0..pages.len() as u32).map(DocId).filter(|&doc| !pages.is_gone(doc)) {
        let (keys, order) = pages.keys(doc);
        for group in keys.each() {
            groups.entry(group).or_default().push((order, doc));
        }
    }
    // Where the outlet is known three articles tell; of the rest every page is looked at.
    let few = sample(&mut groups);
    let among: Vec<DocId> = groups.get(&0).into_iter().flatten().map(|&(_, doc)| doc).collect();
    let groups = of_same_pages(groups);
    let mut learnt = Vec::new();
    let mut lone = Vec::new();
    keep_lone(pages, &cache.of(pages, few.into_iter().map(|(_, doc)| doc)), &mut lone);
    let mut rest = groups.as_slice();
    while !rest.is_empty() {
        let mut pages_so_far = 0;
        let within = |group: &&Group| {
            pages_so_far += group.members.len();
            pages_so_far <= PAGES_AT_ONCE
        };
        let (some, others) = rest.split_at(rest.iter().take_while(within).count().max(1));
        let sampled = cache.of(pages, some.iter().flat_map(|group| &group.members).map(|&(_, doc)| doc));
        learnt.par_extend(some.par_iter().flat_map_iter(|group| learn_group(pages, group, &sampled)));
        keep_lone(pages, &sampled, &mut lone);
        rest = others;
    }
    if !lone.is_empty() {
        let among = cache.of(pages, lone.iter().map(|page| page.doc).chain(among));
        let lines = |(doc, edges): &(DocId, Arc<PageEdges>)| {
            let ends = edges.ends(site_descriptions::OUTERMOST);
            let possible = ends.filter(|line| site_descriptions::is_possible(line.units.into()));
            let lines: Vec<Span> = possible.map(|line| line.at).collect();
            (!lines.is_empty()).then_some((*doc, lines))
        };
        let among: Vec<(DocId, Vec<Span>)> = among.iter().filter_map(lines).collect();
        let found = site_descriptions::blurbs(&lone, &among, |doc, with| pages.read(doc, with));
        add_blurbs(pages, &mut learnt, found);
    }
    FurnitureModel::from_groups(learnt)
}

/// The outlets and hosts that some pages belong to.
struct Group {
    keys: Vec<u64>,
    /// Pages with the order they are sampled in.
    members: Vec<(u64, DocId)>,
}

/// Puts together what has the same pages, as an outlet and its host do: they are read and learnt from once.
fn of_same_pages(groups: FxHashMap<u64, Vec<(u64, DocId)>>) -> Vec<Group> {
    let mut groups: Vec<(u64, Vec<(u64, DocId)>)> = groups.into_iter().collect();
    groups.sort_unstable_by(|(key, members), (other, others)| (members, key).cmp(&(others, other)));
    let mut together: Vec<Group> = Vec::with_capacity(groups.len());
    for (key, members) in groups {
        match together.last_mut() {
            Some(last) if last.members == members => last.keys.push(key),
            _ => together.push(Group { keys: vec![key], members }),
        }
    }
    together
}

/// Keeps the pages without an article, so many at most, chosen by content.
fn keep_lone(pages: &impl BoilerplatePages, sampled: &[(DocId, Arc<PageEdges>)], lone: &mut Vec<Arc<Lone>>) {
    lone.extend(sampled.iter().filter_map(|(_, page)| page.lone.clone()));
    lone.sort_by_cached_key(|page| (pages.keys(page.doc).1, page.doc));
    lone.dedup_by_key(|page| page.doc);
    lone.truncate(LONE_PAGES);
}

/// Adds to the groups of their pages the lines that sites say of themselves.
fn add_blurbs(pages: &impl BoilerplatePages, learnt: &mut Vec<FurnitureGroup>, found: Vec<Blurb>) {
    let mut articles: BTreeMap<(String, String), u32> = BTreeMap::new();
    for blurb in found {
        for group in pages.keys(blurb.doc).0.each() {
            let name = if group == 0 { String::new() } else { pages.group_name(blurb.doc, group) };
            let most = articles.entry((name, blurb.line.clone())).or_default();
            *most = blurb.pages.max(*most);
        }
    }
    for ((name, line), articles) in articles {
        let at = learnt.iter().position(|group| group.group == name).unwrap_or_else(|| {
            learnt.push(FurnitureGroup { group: name, lines: Vec::new() });
            learnt.len() - 1
        });
        let lines = &mut learnt[at].lines;
        if lines.iter().all(|known| known.line != line) {
            lines.push(FurnitureLine { line, articles });
            lines.sort_by_key(|line| std::cmp::Reverse(line.articles));
        }
    }
}

/// The furniture that some pages show, for each group that they belong to; nothing for pages that show none.
fn learn_group(
    pages: &impl BoilerplatePages,
    group: &Group,
    sampled: &[(DocId, Arc<PageEdges>)],
) -> Vec<FurnitureGroup> {
    let Group { keys, members } = group;
    let page = |doc: DocId| sampled.binary_search_by_key(&doc, |(doc, _)| *doc).ok().map(|at| &sampled[at]);
    let sampled: Vec<Sampled> =
        members.iter().filter_map(|&(_, doc)| page(doc)).map(|(doc, edges)| (*doc, &**edges)).collect();
    let mut found: Vec<Recurring> = recurring(&sampled);
    found.retain(|line| is_furniture(line, keys[0], sampled.len()));
    found.sort_unstable_by_key(|line| (std::cmp::Reverse(line.articles), line.key));
    let written = |line: Recurring| FurnitureLine { line: written(pages, &line), articles: line.articles as u32 };
    let lines: Vec<FurnitureLine> = found.into_iter().map(written).collect();
    let named = |&key: &u64| {
        let group = if key == 0 { String::new() } else { pages.group_name(members[0].1, key) };
        FurnitureGroup { group, lines: lines.clone() }
    };
    if lines.is_empty() { Vec::new() } else { keys.iter().map(named).collect() }
}

/// A page that is looked at.
type Sampled<'e> = (DocId, &'e PageEdges);

/// Where a line is: its key, the page among those sampled, and the line of the page.
type LinePlace = (u64, u32, u32);

/// The lines that are on three pages or more, and on how many articles each is, an article being known by
/// its rarest long line.
fn recurring(sampled: &[Sampled]) -> Vec<Recurring> {
    let places_of = |(page, (_, sampled)): (u32, &Sampled)| {
        sampled.lines.iter().zip(0..).map(|(line, at)| (line.key, page, at)).collect::<Vec<LinePlace>>()
    };
    let mut places: Vec<LinePlace> = (0..).zip(sampled).flat_map(places_of).collect();
    places.sort_unstable();
    let runs = || places.chunk_by(|x, y| x.0 == y.0);
    let mut frequency: Vec<Vec<u32>> = sampled.iter().map(|(_, page)| vec![0; page.lines.len()]).collect();
    for run in runs() {
        run.iter().for_each(|&(_, page, at)| frequency[page as usize][at as usize] = run.len() as u32);
    }
    let articles: Vec<PageArticle> =
        sampled.iter().zip(&frequency).map(|((_, page), frequency)| PageArticle::of(page, frequency)).collect();
    runs().filter(|run| run.len() >= RECURS).filter_map(|run| recurring_line(run, sampled, &articles)).collect()
}

/// A line is on so many pages at least to recur.
const RECURS: usize = 3;

/// What the lines of a page tell of it among the others of its group.
struct PageArticle {
    /// Its two rarest long lines, the rarest first, with the number of pages that show each.
    rarest: [Option<(u32, u64)>; 2],
    /// How many of its outermost lines recur.
    outermost: usize,
}

impl PageArticle {
    fn of(page: &PageEdges, frequency: &[u32]) -> Self {
        let mut rarest = [None; 2];
        for (line, &pages) in page.lines.iter().zip(frequency).filter(|(line, _)| line.units >= 12) {
            let this = Some((pages, line.key));
            if rarest[0].is_none() || this < rarest[0] {
                rarest = [this, rarest[0]];
            } else if rarest[1].is_none() || this < rarest[1] {
                rarest[1] = this;
            }
        }
        let recurs = |(line, pages): &(&EdgeLine, &u32)| line.outermost && **pages as usize >= RECURS;
        PageArticle { rarest, outermost: page.lines.iter().zip(frequency).filter(recurs).count() }
    }

    /// The page's article, known by another line than `except`.
    fn article(&self, except: u64) -> Option<u64> {
        self.rarest.iter().flatten().map(|(_, key)| *key).find(|&key| key != except)
    }
}

/// The line of these places, if it is on a page whose article is known.
fn recurring_line(places: &[LinePlace], sampled: &[Sampled], of_pages: &[PageArticle]) -> Option<Recurring> {
    let key = places[0].0;
    let line = |page: u32, at: u32| &sampled[page as usize].1.lines[at as usize];
    let article = |page: u32| of_pages[page as usize].article(key);
    let mut articles: Vec<u64> = places.iter().filter_map(|&(_, page, _)| article(page)).collect();
    articles.sort_unstable();
    articles.dedup();
    let &(_, page, at) = places.iter().find(|&&(_, page, _)| article(page).is_some())?;
    let in_company = |&&(_, page, at): &&LinePlace| {
        line(page, at).outermost && of_pages[page as usize].outermost >= 2 && article(page).is_some()
    };
    Some(Recurring {
        key,
        articles: articles.len(),
        units: line(page, at).units,
        doc: sampled[page as usize].0,
        at: line(page, at).at,
        in_company: places.iter().filter(in_company).count(),
    })
}

/// Decides on how many different articles of a group a line must be. Pages of unknown outlet belong to many
/// sites, so there it takes more, unless the line is outermost together with others that recur: a template.
fn is_furniture(line: &Recurring, group: u64, pages: usize) -> bool {
    let long = usize::from(line.units) > LONG_LINE;
    let articles = line.articles;
    if group != 0 {
        let (share, least) = if long { (pages / 12, 5) } else { (pages / 40, 3) };
        return articles >= share.max(least);
    }
    let template = !long && articles >= 3 && line.in_company >= 3;
    template || articles >= if long { 16 } else { 8 }
}

/// A line as a page writes it.
fn written(pages: &impl BoilerplatePages, line: &Recurring) -> String {
    let mut written = String::new();
    pages.read(line.doc, &mut |text, _| line.at.of(text).clone_into(&mut written));
    written
}
