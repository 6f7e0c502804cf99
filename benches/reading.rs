//! JSON Lines to comparable text on one thread, next to its floor, in bytes of file per second.
//!
//! `read_and_clean` is all that is before signatures: the file mapped, records found and checked (UTF-8, JSON),
//! their text read, cleaned and folded. `utf8_and_json` is its floor: the UTF-8 check and one parse of every line.

#[path = "corpus.rs"]
mod corpus;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use serde::Deserialize;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;
use tonggao::Config;
use tonggao::Corpus;
use tonggao::DocId;
use tonggao::stages::clean::{CleanDoc, FurnitureModel, GroupKeys, clean_into};

/// Always the same corpus: see `corpus.rs`.
const SEED: u64 = 1;
const STORIES: usize = 1500;

fn main() {
    divan::main();
}

/// The corpus in memory and on disk.
struct Made {
    lines: Vec<u8>,
    _folder: TempDir,
    file: PathBuf,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let file = folder.path().join("made.jsonl");
    let lines = corpus::jsonl(SEED, STORIES).into_bytes();
    std::fs::write(&file, &lines).expect("a temporary file can be written");
    Made { lines, _folder: folder, file }
});

/// What the floor reads of a record.
#[derive(Deserialize)]
struct TextOnly<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// Times `each` with one thread.
fn alone(bencher: Bencher, each: impl Fn(&Made) + Sync) {
    let made = &*MADE;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
    bencher.counter(BytesCount::new(made.lines.len())).bench_local(|| pool.install(|| each(made)));
}

fn opened(made: &Made) -> Corpus {
    Corpus::open(std::slice::from_ref(&made.file), &Config::default()).expect("the corpus can be read")
}

/// Calls `with` on the text of every record.
fn every_text(corpus: &Corpus, mut with: impl FnMut(&str)) {
    (0..corpus.len() as u32).for_each(|doc| with(&corpus.text(DocId(doc))));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn utf8_and_json(bencher: Bencher) {
    alone(bencher, |made| {
        for line in made.lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            let line = simdutf8::basic::from_utf8(line).expect("the corpus is UTF-8");
            let record: TextOnly = serde_json::from_str(line).expect("the corpus is JSON Lines");
            black_box(record.text.len());
        }
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn read_only(bencher: Bencher) {
    alone(bencher, |made| {
        every_text(&opened(made), |text| {
            black_box(text.len());
        })
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn read_and_clean(bencher: Bencher) {
    let unknown = FurnitureModel::default();
    alone(bencher, |made| {
        let mut cleaned = CleanDoc::default();
        every_text(&opened(made), |text| {
            clean_into(text, None, &unknown, GroupKeys::default(), &mut cleaned);
            black_box(cleaned.body.len());
        });
    });
}
