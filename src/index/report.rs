//! The report of an index, one answer at a time: what `view/` shows of an output folder, from the tables of the index and
//! the texts where they are.
//!
//! Lists of sets, outlets and days are made once for a commit, from the tables alone. A set, a title, a text is read when it is
//! asked for; a page that is no longer in its file as it was is shown without what only its text says.

use super::Index;
use super::query::LISTED;
use super::state::StoredCluster;
use super::{lanes, points, until_source_changed};
use crate::error::Result;
use crate::origin::Source;
use crate::outlets::{self, OutletTables, TrafficCounter};
use crate::output_folder::Document;
use crate::pages::Pages;
use crate::pipeline::{Findings, SketchPart, Wanted, sketch_page};
use crate::records::{CountsRecord, MemberRecord, VERSION, rounded, time};
use crate::report;
use crate::types::{DocId, Language, Timestamp};
use crate::view::{
    self, Catalog, Days, OriginCell, OutletNames, Overview, POINTS, PageText, PointRow, PointView, Query, ROWS, Report,
    SetRow, SetRows, SetView, Shape, Strongest,
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// Sets that one task reads.
const TOGETHER: usize = 1024;
/// Members whose titles are looked at for that of their set.
const TITLED: usize = 64;
/// All that the report wants of a page.
const RECORDS: Wanted = Wanted { records: true, facts: true, lines: false, hash_alone: false };

/// The report of an index as of one commit.
pub struct IndexReport {
    index: Arc<Index>,
    lang: Option<Language>,
    catalog: Catalog,
    /// The strongest lines of `outlets.jsonl` and `outlet_pairs.jsonl`, without what talking points tell.
    outlets: Vec<Value>,
    pairs: Vec<Value>,
    /// The talking points that the last compaction found.
    points: Vec<Value>,
    /// Hash of an id and its page, in order.
    by_id: Vec<(u64, u32)>,
    /// Titles of sets that were asked for.
    titles: Vec<OnceLock<Option<String>>>,
    counts: CountsRecord,
}

/// What lists of sets want of some sets.
#[derive(Default)]
struct Listed {
    shapes: Vec<Shape>,
    ran: Vec<(u32, u32)>,
    /// The page of each set that the others repeat.
    repeated: Vec<DocId>,
    traffic: TrafficCounter,
}

/// Outlet and time of all pages.
struct PageTable {
    outlets: Vec<Option<u32>>,
    times: Vec<Option<Timestamp>>,
    bytes: u64,
}

impl IndexReport {
    /// Reads the tables of the index once (5 s of processor time for a million pages): 16 bytes a page, and some 60 a reprint
    /// set and 8 for each of its outlets stay in memory. The page opens in the language of its reader unless `lang` says
    /// otherwise.
    pub fn new(index: Arc<Index>, lang: Option<Language>) -> Result<IndexReport> {
        let pages = index.page_table()?;
        let listed = index.listed(&pages)?;
        let Listed { shapes, ran, repeated, mut traffic } = listed;
        let repeated: FxHashSet<DocId> = repeated.into_iter().collect();
        let mut days = Days::default();
        let mut with_pages: FxHashSet<u32> = FxHashSet::default();
        for ((doc, outlet), time) in (0..).map(DocId).zip(&pages.outlets).zip(&pages.times) {
            let repeats = index.at.state.of(doc).is_some() && !repeated.contains(&doc);
            days.count(time.and_then(day).as_deref(), repeats);
            with_pages.extend(outlet);
            outlet.iter().for_each(|&outlet| traffic.pages(outlet, 1));
        }
        let names = index.at.outlets.names();
        let OutletTables { outlets, pairs } = outlets::named(traffic.finish(), Vec::new(), names);
        let points = points::read(&index.at.folder, &index.at.manifest)?;
        let counts = CountsRecord {
            documents: index.len(),
            skipped: 0,
            repeated_ids: 0,
            bytes: pages.bytes,
            outlets: with_pages.len(),
            clusters: shapes.len(),
            clustered: shapes.iter().map(|shape| shape.size as usize).sum(),
            compilations: 0,
            matches: 0,
            talking_points: points.len(),
        };
        Ok(IndexReport {
            lang,
            titles: shapes.iter().map(|_| OnceLock::new()).collect(),
            catalog: Catalog::new(shapes, ran, OutletNames::of(names), days),
            outlets: strongest(outlets.into_iter().map(report::outlet_record), Strongest::outlets()),
            pairs: strongest(pairs.into_iter().map(report::outlet_pair_record), Strongest::pairs()),
            points,
            by_id: index.by_id()?,
            counts,
            index,
        })
    }

    /// The commit that it is of.
    pub fn commit(&self) -> u64 {
        self.index.commit()
    }

    /// A page by its id.
    fn page_of(&self, id: &str) -> Result<Option<DocId>> {
        let hash = xxh3_64(id.as_bytes());
        let from = self.by_id.partition_point(|&(of, _)| of < hash);
        for &(_, doc) in self.by_id[from..].iter().take_while(|&&(of, _)| of == hash) {
            if self.index.at.id(DocId(doc))? == id {
                return Ok(Some(DocId(doc)));
            }
        }
        Ok(None)
    }

    /// The records and texts of pages by id; `None` where there is no page with the id.
    fn read(&self, ids: &[&str]) -> Result<Vec<Option<ReadPage>>> {
        let found: Vec<Option<DocId>> = ids.iter().map(|id| self.page_of(id)).collect::<Result<_>>()?;
        let mut docs: Vec<DocId> = found.iter().copied().flatten().collect();
        docs.sort_unstable();
        docs.dedup();
        let read = self.index.passing_over_gone(&docs, |pages, times| self.index.records(pages, &docs, times))?;
        let page = |doc: DocId| docs.binary_search(&doc).ok().map(|place| read[place].clone());
        Ok(found.into_iter().map(|doc| doc.and_then(page)).collect())
    }

    /// The title of the set at a place: that of the page which is its origin, else of the set.
    fn title(&self, place: u32) -> Result<Option<&str>> {
        let known = &self.titles[place as usize];
        if known.get().is_none() {
            let title = match self.title_of(place, true)? {
                None => self.title_of(place, false)?,
                found => found,
            };
            _ = known.set(title);
        }
        Ok(known.get().and_then(Option::as_deref))
    }

    fn title_of(&self, place: u32, of_origin: bool) -> Result<Option<String>> {
        let Some(set) = self.index.at.state.recent(self.number(place))? else { return Ok(None) };
        let docs = match (&set.lineage.origin, of_origin) {
            (&Source::Document(doc), true) => vec![doc],
            (_, true) => return Ok(None),
            _ => titled(&set),
        };
        self.index.with_findings(&set, &docs, |findings| Ok(report::set_title(findings, of_origin)))
    }

    /// The number of the set at a place.
    fn number(&self, place: u32) -> u32 {
        self.index.at.state.numbers()[place as usize]
    }

    fn row(&self, place: u32) -> Result<SetRow> {
        let number = self.number(place);
        let (shape, title) = (self.catalog.shapes[place as usize], self.title(place)?.map(str::to_owned));
        let set = self.index.at.state.recent(number)?;
        let set = set.ok_or_else(|| super::pack::damaged(&self.index.at.folder, "a set is missing"))?;
        let extent = self.index.extent(&set)?;
        let origin = match &set.lineage.origin {
            Source::Document(doc) => Some(self.index.at.id(*doc)?),
            Source::Outside(_) | Source::Unknown => None,
        };
        let title = title.map_or_else(|| self.index.at.id(set.medoid), Ok)?;
        Ok(SetRow {
            set: number,
            title,
            size: shape.size,
            outlets: self.catalog.outlets_of(place).collect(),
            first: extent.first.map(|time| time.to_string()),
            last: extent.last.map(|time| time.to_string()),
            origin: Some(OriginCell {
                document: origin,
                outlet: set.lineage.outlet.clone(),
                probability: rounded(set.lineage.probability, 4),
            }),
            block: None,
        })
    }

    fn set_view(&self, number: u32) -> Result<Option<SetView>> {
        let numbers = self.index.at.state.numbers();
        let Ok(place) = numbers.binary_search(&number) else { return Ok(None) };
        let Some(set) = self.index.at.state.recent(number)? else { return Ok(None) };
        let neighbours = [place.checked_sub(1), Some(place + 1)].map(|place| numbers.get(place?).copied());
        let docs = &set.members[..set.members.len().min(LISTED)];
        let title = self.title(place as u32)?.map(str::to_owned);
        let view = self.index.with_findings(&set, docs, |findings| {
            let mut record = self.index.extent(&set)?.of(report::set_record(findings), number);
            record.title = title;
            let pages = self.index.records(&findings.pages, docs, &findings.times)?;
            let mut members: Vec<MemberRecord> = std::mem::take(&mut record.members);
            members.sort_unstable_by(|x, y| x.id.cmp(&y.id));
            let member = |page: ReadPage| {
                let at = members.binary_search_by(|member| member.id.as_str().cmp(&page.document.id)).ok()?;
                // Texts are asked for two by two; here only those that are gone are named.
                let text = page.text.is_none().then_some(None);
                Some((page.document, members[at].clone(), text))
            };
            Ok(SetView::of(record, neighbours, pages.into_iter().filter_map(member).collect()))
        })?;
        Ok(Some(view))
    }

    fn point_view(&self, number: u32) -> Result<Option<PointView>> {
        let Some(mut point) = self.points.get(number as usize).cloned() else { return Ok(None) };
        let examples = view::examples(&mut point);
        let ids: Vec<&str> = examples.iter().map(|example| example.id.as_str()).collect();
        let pages = self.read(&ids)?;
        let shown = pages.into_iter().zip(examples);
        let shown = shown.filter_map(|(page, example)| page.map(|page| (page.document, example, page.text)));
        Ok(Some(PointView::new(number, point, shown)))
    }
}

impl Report for IndexReport {
    fn page(&self) -> Vec<u8> {
        let manifest = &self.index.at.manifest;
        let run = json!({
            "version": VERSION,
            "config": manifest.settings,
            "input_hash": manifest.fingerprint,
            "commit": manifest.commit,
            "counts": self.counts,
        });
        view::page(self.lang, &run)
    }

    fn overview(&self) -> Result<Vec<u8>> {
        let row = |point: &Value| serde_json::from_value::<PointRow>(point.clone()).ok();
        let top = self.points.iter().take(POINTS).filter_map(row).collect();
        let (outlets, pairs) = (self.outlets.clone(), self.pairs.clone());
        Ok(view::json(&Overview::new(&self.catalog, outlets, pairs, self.points.len(), top)))
    }

    fn sets(&self, query: Query) -> Result<Vec<u8>> {
        let read = || {
            let sets = self.catalog.found(&query, |sets, words| {
                let has_words = |set: &u32| Ok(self.title(*set)?.is_some_and(|title| view::has_all(title, words)));
                let has_words: Vec<bool> = sets.par_iter().map(has_words).collect::<Result<_>>()?;
                Ok(sets.into_iter().zip(has_words).filter_map(|(set, has)| has.then_some(set)).collect())
            })?;
            let shown: Vec<u32> = sets.iter().copied().skip(query.skip).take(query.take.min(ROWS)).collect();
            let rows = shown.par_iter().map(|&set| self.row(set)).collect::<Result<_>>()?;
            Ok(view::json(&SetRows { total: sets.len(), rows }))
        };
        until_source_changed(read)
    }

    fn set(&self, number: u32) -> Result<Option<Vec<u8>>> {
        until_source_changed(|| lanes::alone(|| Ok(self.set_view(number)?.as_ref().map(view::json))))
    }

    fn texts(&self, ids: &[&str]) -> Result<Vec<u8>> {
        let text = |page: ReadPage| PageText { text: page.text, furniture: page.document.furniture };
        let read = || {
            let pages = self.read(ids)?;
            Ok(view::json(&pages.into_iter().map(|page| page.map(text)).collect::<Vec<Option<PageText>>>()))
        };
        until_source_changed(|| lanes::alone(read))
    }

    fn point(&self, number: u32) -> Result<Option<Vec<u8>>> {
        until_source_changed(|| lanes::alone(|| Ok(self.point_view(number)?.as_ref().map(view::json))))
    }
}

/// A page as `documents.jsonl` would have it, and its text; `None` where that is not in its file as it was.
#[derive(Clone)]
struct ReadPage {
    document: Document,
    text: Option<String>,
}

impl Index {
    /// Hashes of the ids of all pages, in order, with the pages.
    fn by_id(&self) -> Result<Vec<(u64, u32)>> {
        let mut by_id = Vec::with_capacity(self.len());
        for segment in &self.at.segments {
            let ids = segment.all_ids()?;
            by_id.extend((segment.first..).zip(ids).map(|(doc, id)| (xxh3_64(id.as_bytes()), doc)));
        }
        by_id.par_sort_unstable();
        Ok(by_id)
    }

    fn page_table(&self) -> Result<PageTable> {
        let mut table = PageTable { outlets: Vec::new(), times: Vec::new(), bytes: 0 };
        for segment in &self.at.segments {
            for row in segment.pages.all()? {
                let known = self.at.outlets.of_page(segment.keys(row)?);
                table.outlets.push(known.map(|known| known.outlet));
                table.times.push(row.time());
                table.bytes += u64::from(row.record().length);
            }
        }
        Ok(table)
    }

    /// What lists of sets want of all sets.
    fn listed(&self, pages: &PageTable) -> Result<Listed> {
        let count = self.at.state.numbers().len();
        let some = |first: usize| self.listed_of(first..(first + TOGETHER).min(count), pages);
        let parts: Vec<Listed> =
            (0..count).step_by(TOGETHER).collect::<Vec<_>>().into_par_iter().map(some).collect::<Result<_>>()?;
        let mut all = Listed::default();
        for part in parts {
            all.shapes.extend(part.shapes);
            all.ran.extend(part.ran);
            all.repeated.extend(part.repeated);
            all.traffic.add(part.traffic.finish());
        }
        Ok(all)
    }

    fn listed_of(&self, places: std::ops::Range<usize>, pages: &PageTable) -> Result<Listed> {
        let mut listed = Listed::default();
        let outlet = |doc: DocId| pages.outlets.get(doc.index()).copied().flatten();
        let time = |doc: DocId| pages.times.get(doc.index()).copied().flatten();
        self.at.state.each(places, |place, set| {
            let mut outlets: Vec<u32> = set.members.iter().filter_map(|&doc| outlet(doc)).collect();
            outlets.sort_unstable();
            outlets.dedup();
            let times = || set.members.iter().filter_map(|&doc| time(doc));
            let ends = [times().min_by_key(|time| time.seconds), times().max_by_key(|time| time.seconds)];
            let day = |end: Option<Timestamp>| end.and_then(day).and_then(|day| view::day_number(&day)).unwrap_or(0);
            listed.shapes.push(Shape {
                size: set.members.len() as u32,
                outlets: outlets.len() as u32,
                days: ends.map(day),
                probability: set.lineage.probability as f32,
            });
            listed.ran.extend(outlets.into_iter().map(|outlet| (place as u32, outlet)));
            let origin = match set.lineage.origin {
                Source::Document(doc) => Some(doc),
                Source::Outside(_) | Source::Unknown => None,
            };
            listed.repeated.push(origin.or(set.lineage.first_seen).unwrap_or(set.medoid));
            listed.traffic.copies(&outlet, &time, [&set.lineage]);
        })?;
        Ok(listed)
    }

    /// Calls `with` on a set as findings, of some of its pages, which are in order; pages that are gone are passed over.
    fn with_findings<R>(
        &self,
        set: &StoredCluster,
        docs: &[DocId],
        with: impl FnOnce(&Findings) -> Result<R>,
    ) -> Result<R> {
        self.set_findings(set, docs, true, |findings, _| with(&findings))
    }

    /// The records and texts of some pages, whose places among them are their numbers in `pages`.
    fn records(&self, pages: &Pages, docs: &[DocId], times: &[Option<Timestamp>]) -> Result<Vec<ReadPage>> {
        let record = |(local, &doc): (DocId, &DocId)| {
            let document = match pages.corpus.is_gone(local) {
                true => return Ok(ReadPage { document: self.gone(pages, local, doc, times)?, text: None }),
                false => self.record(pages, local, doc)?,
            };
            Ok(ReadPage { document, text: Some(pages.corpus.text(local).into_owned()) })
        };
        (0..).map(DocId).zip(docs).map(record).collect()
    }

    fn record(&self, pages: &Pages, local: DocId, doc: DocId) -> Result<Document> {
        let mut part = SketchPart::default();
        sketch_page(pages, local, RECORDS, &mut part);
        let mut line = part.draft.each().next().unwrap_or_default().to_vec();
        line.push(b'}');
        let document: Document = super::segment::json(&self.at.folder, &line)?;
        Ok(Document { cluster: self.at.state.of(doc), ..document })
    }

    /// What the index itself knows of a page.
    fn gone(&self, pages: &Pages, local: DocId, doc: DocId, times: &[Option<Timestamp>]) -> Result<Document> {
        let (file, offset, bytes) = pages.corpus.place(local);
        let time = times[local.index()];
        Ok(Document {
            id: pages.corpus.id(local).to_owned(),
            file: file.display().to_string(),
            offset,
            bytes,
            outlet: pages.outlet(local).map(|known| pages.outlets.name(known.outlet).to_owned()),
            published: time.and_then(time::written).map(|time| time.to_string()),
            published_precision: time.into(),
            cluster: self.at.state.of(doc),
            ..Document::default()
        })
    }
}

/// The records with the greatest numbers: of pairs of outlets there may be millions.
fn strongest<T: Serialize>(records: impl Iterator<Item = T>, mut lines: Strongest) -> Vec<Value> {
    // Texts and numbers always serialise.
    records.for_each(|record| lines.push(serde_json::to_value(record).unwrap_or_default()));
    lines.finish()
}

/// The day of a time in its zone, `2024-01-31`.
fn day(time: Timestamp) -> Option<String> {
    time::written(time)?.get(..10).map(str::to_owned)
}

/// The members whose titles are looked at: those that the history of the set names, and the first.
fn titled(set: &StoredCluster) -> Vec<DocId> {
    let origin = match set.lineage.origin {
        Source::Document(doc) => Some(doc),
        Source::Outside(_) | Source::Unknown => None,
    };
    let named = [origin, set.lineage.first_seen, Some(set.medoid)].into_iter().flatten();
    let mut docs: Vec<DocId> = set.members.iter().copied().take(TITLED).chain(named).collect();
    docs.sort_unstable();
    docs.dedup();
    docs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::output_folder::OutFolder;
    use crate::pipeline::{self, Unobserved};
    use crate::view::LiveReport;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn news() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/news")
    }

    fn report_of(index: &Path) -> IndexReport {
        IndexReport::new(Arc::new(Index::open(index).unwrap()), None).unwrap()
    }

    fn parsed(json: Vec<u8>) -> Value {
        serde_json::from_slice(&json).unwrap()
    }

    fn sets(report: &dyn Report, query: Value) -> Vec<Value> {
        let query: Query = serde_json::from_value(query).unwrap();
        parsed(report.sets(query).unwrap())["rows"].as_array().unwrap().clone()
    }

    /// A list of objects with some of their fields, in order.
    fn fields(list: &Value, names: &[&str]) -> Vec<String> {
        let some = |item: &Value| names.iter().map(|name| format!("{} ", item[name])).collect::<String>();
        let mut list: Vec<String> = list.as_array().unwrap().iter().map(some).collect();
        list.sort();
        list
    }

    #[test]
    fn an_index_is_shown_as_one_run_over_its_pages_would_be() {
        let root = tempfile::tempdir().unwrap();
        let (index, out) = (root.path().join("index"), root.path().join("out"));
        let config = Config::default();
        Index::create(&index, &[news()], &config, &Unobserved).unwrap();
        Index::compact(&index, false, &config, &Unobserved).unwrap();
        let corpus = pipeline::open(&[news()], &config, None).unwrap();
        let findings = pipeline::detect(&corpus, &config, &Unobserved).unwrap();
        report::write(&findings, &out).unwrap();
        let run = LiveReport::open(OutFolder::open(&out).unwrap(), None).unwrap();
        let shown = report_of(&index);

        let (of_run, of_index) = (parsed(run.overview().unwrap()), parsed(shown.overview().unwrap()));
        for field in ["days", "undated", "sets", "points", "top"] {
            assert_eq!(of_index[field], of_run[field], "{field}");
        }
        let columns = ["outlet", "pages", "originals", "copies", "credited", "uncredited", "median_lag_minutes"];
        assert_eq!(fields(&of_index["outlets"], &columns), fields(&of_run["outlets"], &columns));
        let columns = ["from", "to", "reprints", "expected", "q_value", "median_lag_minutes"];
        assert_eq!(fields(&of_index["pairs"], &columns), fields(&of_run["pairs"], &columns));

        let columns = ["title", "size", "first", "last", "origin"];
        for query in [
            json!({ "take": 99 }),
            json!({ "take": 9, "q": "老菜场" }),
            json!({ "take": 9, "outlet": "霁江日报" }),
            json!({ "take": 9, "from": "2024-01-10" }),
        ] {
            let [of_index, of_run] = [&shown as &dyn Report, &run].map(|report| json!(sets(report, query.clone())));
            assert!(!of_run.as_array().unwrap().is_empty());
            assert_eq!(fields(&of_index, &columns), fields(&of_run, &columns), "{query}");
        }
        let all = |report: &dyn Report| {
            let numbers = sets(report, json!({ "take": 99 }));
            let numbers = numbers.iter().map(|row| row["set"].as_u64().unwrap() as u32);
            let mut views: Vec<Value> = numbers.map(|n| parsed(report.set(n).unwrap().unwrap())).collect();
            for view in &mut views {
                ["set", "previous", "next"].iter().for_each(|field| view[field] = Value::Null);
            }
            views.sort_by_key(|view| view["representative"].to_string());
            views
        };
        assert_eq!(all(&shown), all(&run));
        let ids = ["ht-20240103-004", "no such page", "ky_9f31"];
        let texts = parsed(shown.texts(&ids).unwrap());
        assert_eq!(texts, parsed(run.texts(&ids).unwrap()));
        assert!(texts[0]["text"].is_string() && texts[1].is_null() && texts[2]["text"].is_string());
        let [of_index, of_run] = [&shown as &dyn Report, &run].map(|report| parsed(report.point(0).unwrap().unwrap()));
        let columns = ["id", "title", "outlet", "published", "words"];
        assert_eq!(fields(&of_index["contexts"], &columns), fields(&of_run["contexts"], &columns));
        assert_eq!(of_index["point"], of_run["point"]);
        assert!(shown.set(99).unwrap().is_none() && shown.point(9_999).unwrap().is_none());
        let page = String::from_utf8(shown.page()).unwrap();
        assert!(page.contains("\"commit\":2") && page.contains("\"documents\":44"));
    }

    #[test]
    fn numbers_of_sets_have_gaps_and_their_neighbours_are_named() {
        let root = tempfile::tempdir().unwrap();
        let index = root.path().join("index");
        Index::create(&index, &[news()], &Config::default(), &Unobserved).unwrap();
        let verdicts = root.path().join("verdicts.jsonl");
        let opened = Index::open(&index).unwrap();
        let pages = opened.members(1).unwrap();
        let differ = |pair: &[String]| format!("{}\n", json!({ "a": pair[0], "b": pair[1], "same_article": false }));
        let all: String = (0..pages.len())
            .flat_map(|a| (a + 1..pages.len()).map(move |b| (a, b)))
            .map(|(a, b)| differ(&[pages[a].clone(), pages[b].clone()]))
            .collect();
        fs::write(&verdicts, all).unwrap();
        let run = Config { verdicts: Some(verdicts), ..Config::default() };
        Index::add(&index, &[], &run, &Unobserved).unwrap();
        let shown = report_of(&index);
        assert!(shown.set(1).unwrap().is_none(), "its pages were parted");
        let set = parsed(shown.set(2).unwrap().unwrap());
        assert_eq!((&set["previous"], &set["next"]), (&json!(0), &json!(3)));
        assert_eq!(parsed(shown.set(0).unwrap().unwrap())["previous"], Value::Null);
    }

    #[test]
    fn pages_that_are_gone_or_changed_are_named_and_hide_no_others() {
        let root = tempfile::tempdir().unwrap();
        let text = "老渡口昨天重新开渡，三条木船挂着红灯笼下了水，撑船的师傅说停渡十一年，桨一直搁在檐下刷着桐油。";
        let paths = ["a.txt", "b.txt", "c.txt"].map(|name| root.path().join(name));
        paths.iter().for_each(|path| fs::write(path, format!("老渡口重新开渡\n来源：河湾日报\n{text}")).unwrap());
        let index = root.path().join("index");
        Index::create(&index, &paths, &Config::default(), &Unobserved).unwrap();
        let texts = |report: &IndexReport| -> Vec<bool> {
            let texts = parsed(report.texts(&["a.txt", "b.txt", "c.txt"]).unwrap());
            texts.as_array().unwrap().iter().map(|page| page["text"].is_string()).collect()
        };
        let gone = |report: &IndexReport| -> Vec<bool> {
            let set = parsed(report.set(0).unwrap().unwrap());
            assert_eq!((&set["size"], &set["members"].as_array().unwrap().len()), (&json!(3), &3));
            assert!(!set["origin"].is_null() && set["title"].is_string(), "{set}");
            set["members"].as_array().unwrap().iter().map(|page| page.get("text") == Some(&Value::Null)).collect()
        };
        assert_eq!((texts(&report_of(&index)), gone(&report_of(&index))), (vec![true; 3], vec![false; 3]));
        fs::remove_file(&paths[1]).unwrap();
        fs::write(&paths[2], format!("{text}改")).unwrap();
        let shown = report_of(&index);
        assert_eq!((texts(&shown), gone(&shown)), (vec![true, false, false], vec![false, true, true]));
        fs::remove_file(&paths[0]).unwrap();
        let shown = report_of(&index);
        let set = parsed(shown.set(0).unwrap().unwrap());
        assert_eq!((&set["title"], &set["members"][0]["id"]), (&Value::Null, &json!("a.txt")));
        assert_eq!(sets(&shown, json!({ "take": 9 }))[0]["title"], set["representative"]);
    }
}
