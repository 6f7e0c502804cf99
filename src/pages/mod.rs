//! The pages of a corpus as the stages ask for them: with their groups, outlets and facts. A page is cleaned
//! anew each time; only the place of its body is kept.

mod body_spans;

pub use body_spans::{BodyPart, BodySpans, BodyWriter};

use crate::attribution::{
    Aliases, Attribution, OutletKeys, Outlets, PageOutlet, SeenNames, attribute_in_zone, date_in_url, parse_field_time,
    printed_time,
};
use crate::clean::{self, CleanDoc, EdgeCache, FurnitureChange, FurnitureModel, GroupKeys, Units};
use crate::corpus::{Corpus, RawDoc};
use crate::types::{DocId, Precision, Timestamp};
use rayon::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;

/// A corpus with what its fields say about outlets. 24 bytes a page.
pub struct Pages<'c> {
    /// The records.
    pub corpus: &'c Corpus,
    /// Outlets, numbered.
    pub outlets: Outlets,
    /// The furniture that cleaning masks.
    pub furniture: FurnitureModel,
    /// Where the bodies are; empty until the pages have been signed.
    pub bodies: BodySpans,
    seen: SeenNames,
    keys: Vec<OutletKeys>,
    /// True for records that are left out; empty when none is.
    gone: Vec<bool>,
    /// The edges of pages that furniture was learnt from, for a further run over some of the records.
    edges: Arc<EdgeCache>,
    zone: i32,
}

/// A page as it was read, with what it states.
pub(crate) struct PageRead<'p> {
    /// The page.
    pub doc: DocId,
    /// Its record.
    pub raw: &'p RawDoc<'p>,
    /// Its cleaned text.
    pub clean: &'p CleanDoc,
    /// What it states about itself.
    pub attribution: Attribution,
    /// When it was published, by the best of field, page and address.
    pub published: Option<Timestamp>,
}

/// Pages whose fields one task reads.
const PART: usize = 8192;

impl<'c> Pages<'c> {
    /// Reads the fields of every page for outlets and hosts, which `aliases` knows other names of. No furniture is known yet.
    pub fn new(corpus: &'c Corpus, zone: i32, aliases: &Aliases) -> Self {
        let (keys, seen) = names(corpus);
        let outlets = Outlets::learn(&seen, aliases);
        let (furniture, bodies, gone, edges) = Default::default();
        Pages { corpus, outlets, furniture, bodies, seen, keys, gone, edges, zone }
    }

    /// The same as if the records of which `gone` is true were not there. What was read of the others is not read again.
    pub(crate) fn without(&self, gone: Vec<bool>, aliases: &Aliases) -> Self {
        let mut keys: Vec<OutletKeys> = self.keys.iter().map(|keys| keys.by_fields()).collect();
        keys.iter_mut().zip(&gone).filter(|(_, is_gone)| **is_gone).for_each(|(keys, _)| *keys = OutletKeys::default());
        let seen = self.seen.of_some(&keys);
        let outlets = Outlets::learn(&seen, aliases);
        let (furniture, bodies) = Default::default();
        let Pages { corpus, zone, .. } = *self;
        let edges = self.edges.clone();
        edges.forget(|doc| is_gone(&gone, doc));
        Pages { corpus, outlets, furniture, bodies, seen, keys, gone, edges, zone }
    }

    /// The pages of a corpus that an index knows already: what tells their outlets, and where their bodies are.
    pub(crate) fn known(
        corpus: &'c Corpus,
        zone: i32,
        (outlets, furniture): (&Outlets, &FurnitureModel),
        keys: Vec<OutletKeys>,
        bodies: BodySpans,
    ) -> Self {
        let (outlets, furniture) = (outlets.clone(), furniture.clone());
        let (seen, gone, edges) = Default::default();
        Pages { corpus, outlets, furniture, bodies, seen, keys, gone, edges, zone }
    }

    /// True for a record that is left out.
    pub(crate) fn is_gone(&self, doc: DocId) -> bool {
        is_gone(&self.gone, doc)
    }

    /// True when a page is cleaned as it is with `earlier` groups of pages and furniture, of which `changed` is no longer
    /// the same. `lines` are the keys of its lines.
    pub(crate) fn is_cleaned_as(&self, earlier: &Pages, changed: &FurnitureChange, doc: DocId, lines: &[u64]) -> bool {
        self.groups(doc) == earlier.groups(doc) && !changed.concerns(self.groups(doc), lines)
    }

    /// What tells the outlet of a page.
    pub(crate) fn outlet_keys(&self, doc: DocId) -> OutletKeys {
        self.keys[doc.index()]
    }

    /// Learns the furniture, or takes `model`, adds `lines`, which people called boilerplate, and then knows by their furniture the pages of known outlets that
    /// say nothing else of their outlet.
    pub fn furnish(&mut self, model: Option<FurnitureModel>, lines: &[String]) {
        self.furniture = model.unwrap_or_else(|| clean::learn(&*self, &self.edges)).with_lines(lines);
        let (furniture, outlets, gone) = (&self.furniture, &self.outlets, &self.gone);
        let outermost = |doc| self.edges.outermost(doc).unwrap_or_else(|| outermost_lines(self.corpus, doc));
        recognise(&mut self.keys, furniture, outlets, &|doc| !is_gone(gone, doc), &outermost);
    }

    /// Gives back the memory of what [`Pages::furnish`] read, when no further run will ask for it.
    pub(crate) fn forget_edges(&mut self) {
        self.edges = Arc::default();
    }

    /// The pages of a part of a corpus, when outlets and furniture were learnt from all of it.
    pub(crate) fn of_part(corpus: &'c Corpus, zone: i32, outlets: &Outlets, furniture: &FurnitureModel) -> Self {
        let mut pages = Pages { outlets: outlets.clone(), ..Pages::new(corpus, zone, &Aliases::default()) };
        pages.furnish(Some(furniture.clone()), &[]);
        pages
    }

    /// The names behind what pages say of their outlets.
    pub(crate) fn seen(&self) -> &SeenNames {
        &self.seen
    }

    /// The groups that furniture is learnt under, of a page.
    pub(crate) fn furniture_groups(&self, doc: DocId) -> impl Iterator<Item = u64> {
        self.groups(doc).each()
    }

    /// Takes an earlier run's word for the outlet whose site furniture a page shows.
    pub fn recall_template(&mut self, doc: DocId, outlet: &str) {
        self.keys[doc.index()].recall_template(outlet);
    }

    /// The zone of times that state none, in seconds east of UTC.
    pub fn zone(&self) -> i32 {
        self.zone
    }

    /// The outlet of a page, if it is known.
    pub fn outlet(&self, doc: DocId) -> Option<PageOutlet> {
        self.outlets.of_page(self.keys[doc.index()])
    }

    /// The template of an unknown site that a page shows, by hash, if it shows one that others show too.
    pub fn unknown_site(&self, doc: DocId) -> Option<u64> {
        Some(self.keys[doc.index()].unknown_site).filter(|&site| site != 0)
    }

    /// How many outlets have a page.
    pub fn outlet_count(&self) -> usize {
        let mut numbers: Vec<u32> =
            self.keys.iter().filter_map(|&k| self.outlets.of_page(k)).map(|o| o.outlet).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }

    fn groups(&self, doc: DocId) -> GroupKeys {
        let keys = self.keys[doc.index()];
        let outlet = [keys.field, keys.site, keys.template].into_iter().find(|&key| key != 0);
        GroupKeys { outlet: outlet.unwrap_or(0), host: keys.host }
    }

    /// The outlet or host and the learnt line by which a line of a page is furniture.
    pub fn learnt(&self, doc: DocId, line: &clean::Line) -> Option<(&str, &clean::FurnitureLine)> {
        self.furniture.learnt(self.groups(doc), line.key)
    }

    /// Calls `with` on a record, its cleaned text, and what it states.
    pub fn read<R>(&self, doc: DocId, with: impl FnOnce(&RawDoc, &CleanDoc) -> R) -> R {
        thread_local! {
            static SCRATCH: RefCell<CleanDoc> = RefCell::default();
        }
        self.corpus.with_doc(doc, |raw| {
            // Taken out while in use, so that a page may be read while another one is.
            let mut scratch = SCRATCH.take();
            clean::clean_into(&raw.text, raw.title.as_deref(), &self.furniture, self.groups(doc), &mut scratch);
            scratch.repairs.double_encoded = raw.mended;
            let result = with(raw, &scratch);
            SCRATCH.set(scratch);
            result
        })
    }

    /// Fills `units` with the units of a page's body.
    pub fn body(&self, doc: DocId, units: &mut Units) {
        self.corpus.with_text(doc, |text| clean::scan_spans(text, self.bodies.of(doc), units));
    }

    /// Fills two lists with the units of a page's body and of its title: that of its field, else its headline.
    pub fn body_and_title(&self, doc: DocId, body: &mut Units, title: &mut Units) {
        self.corpus.with_doc(doc, |raw| {
            clean::scan_spans(&raw.text, self.bodies.of(doc), body);
            let headline = || self.bodies.headline(doc).map(|headline| headline.of(&raw.text));
            clean::scan_title(raw.title.as_deref().or_else(headline).unwrap_or_default(), title);
        });
    }

    /// What a cleaned page states about itself.
    pub fn attribution(&self, raw: &RawDoc, clean: &CleanDoc) -> Attribution {
        attribute_in_zone(&raw.text, raw.title.as_deref(), clean, self.zone)
    }

    /// The time that a cleaned page prints: what [`Pages::attribution`] says of it, at a fraction of the cost.
    pub fn printed_time(&self, raw: &RawDoc, clean: &CleanDoc) -> Option<Timestamp> {
        printed_time(&raw.text, clean, self.zone)
    }

    /// When a page was published: by its field, else as it prints, else by its address; a field that gives only
    /// the day is refined by a time that the page prints for the same day. `printed`, the time that the page prints, is not
    /// called when the field gives more than the day.
    pub fn published(&self, raw: &RawDoc, printed: impl FnOnce() -> Option<Timestamp>) -> Option<Timestamp> {
        let is_day = |time: &Timestamp| time.precision == Precision::Day;
        match raw.published.as_deref().and_then(|text| parse_field_time(text, self.zone)) {
            Some(day) if is_day(&day) => {
                let refines =
                    |finer: &Timestamp| !is_day(finer) && (0..86_400).contains(&(finer.seconds - day.seconds));
                Some(printed().filter(refines).unwrap_or(day))
            }
            Some(time) => Some(time),
            None => printed().or_else(|| raw.url.as_deref().and_then(|url| date_in_url(url, self.zone))),
        }
    }
}

fn is_gone(gone: &[bool], doc: DocId) -> bool {
    gone.get(doc.index()).copied().unwrap_or(false)
}

/// Reads the fields of every page of a corpus for what tells its outlet.
pub(crate) fn names(corpus: &Corpus) -> (Vec<OutletKeys>, SeenNames) {
    let read = |part: usize| {
        let mut seen = SeenNames::default();
        let range = part * PART..((part + 1) * PART).min(corpus.len());
        let mut read = |doc: DocId| corpus.names(doc, |outlet, url, title| seen.note(outlet, url, title));
        let keys: Vec<OutletKeys> = range.map(|k| read(DocId(k as u32))).collect();
        (keys, seen)
    };
    let parts: Vec<(Vec<OutletKeys>, SeenNames)> = (0..corpus.len().div_ceil(PART)).into_par_iter().map(read).collect();
    let mut keys = Vec::with_capacity(corpus.len());
    let mut seen = SeenNames::default();
    for (part, names) in parts {
        keys.extend(part);
        seen.add(names);
    }
    (keys, seen)
}

/// Knows by their furniture the outlets of pages that say nothing else of them, from the page `first` on. `outlets` has
/// the outlets behind the groups of the furniture.
pub(crate) fn recognise_templates(
    corpus: &Corpus,
    first: usize,
    keys: &mut [OutletKeys],
    furniture: &FurnitureModel,
    outlets: &Outlets,
) {
    recognise(keys, furniture, outlets, &|doc| doc.index() >= first, &|doc| outermost_lines(corpus, doc));
}

fn outermost_lines(corpus: &Corpus, doc: DocId) -> Vec<u64> {
    corpus.with_text(doc, clean::outermost_lines)
}

/// The same for the pages that `wants` is true of; `outermost` gives the keys of a page's outermost lines.
fn recognise(
    keys: &mut [OutletKeys],
    furniture: &FurnitureModel,
    outlets: &Outlets,
    wants: &(dyn Fn(DocId) -> bool + Sync),
    outermost: &(dyn Fn(DocId) -> Vec<u64> + Sync),
) {
    let unknown = |keys: &OutletKeys| keys.field == 0 && keys.host == 0 && keys.site == 0;
    let numbered = keys.par_iter_mut().enumerate().map(|(doc, keys)| (DocId(doc as u32), keys));
    numbered.filter(|(doc, keys)| wants(*doc) && unknown(keys)).for_each(|(doc, keys)| {
        let outermost = outermost(doc);
        let outlet = furniture.template_of(&outermost, |group| outlets.behind(group));
        keys.template = outlet.map_or(0, |outlet| outlets.key(outlet));
        if outlet.is_none() {
            keys.unknown_site = furniture.unknown_template(&outermost).unwrap_or(0);
        }
    });
}

impl clean::BoilerplatePages for Pages<'_> {
    fn len(&self) -> usize {
        self.corpus.len()
    }

    fn read(&self, doc: DocId, with: &mut dyn FnMut(&str, Option<&str>)) {
        self.corpus.with_doc(doc, |raw| with(&raw.text, raw.title.as_deref()));
    }

    fn is_gone(&self, doc: DocId) -> bool {
        Pages::is_gone(self, doc)
    }

    fn keys(&self, doc: DocId) -> (GroupKeys, u64) {
        (self.groups(doc), self.corpus.order(doc))
    }

    fn group_name(&self, _doc: DocId, group: u64) -> String {
        self.seen.behind(group).to_owned()
    }
}
