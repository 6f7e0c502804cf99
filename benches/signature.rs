//! From text to signature on one thread, whole and step by step, in bytes of text per second.

#[path = "corpus.rs"]
mod corpus;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::sync::LazyLock;
use tonggao::stages::clean::{CleanDoc, FurnitureModel, GroupKeys, clean, clean_into};
use tonggao::stages::shingle::for_each_shingle;
use tonggao::stages::signature::sign;

/// Always the same corpus: see `corpus.rs`.
const SEED: u64 = 1;
const STORIES: usize = 250;

fn main() {
    divan::main();
}

/// Texts of pages, furniture and all, and what cleaning makes of them.
struct Pages {
    texts: Vec<String>,
    units: Vec<Vec<u32>>,
    bytes: usize,
}

static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let text = |line: &str| -> String {
        let record: serde_json::Value = serde_json::from_str(line).expect("the corpus is JSON Lines");
        record["text"].as_str().expect("every record has a text").to_owned()
    };
    let texts: Vec<String> = corpus::jsonl(SEED, STORIES).lines().map(text).collect();
    let unknown = FurnitureModel::default();
    let units = texts.iter().map(|text| clean(text, None, &unknown, GroupKeys::default()).body.ids).collect();
    Pages { bytes: texts.iter().map(String::len).sum(), texts, units }
});

/// Times `each` over all pages.
fn over_pages(bencher: Bencher, each: impl Fn(&Pages)) {
    let pages = &*PAGES;
    bencher.counter(BytesCount::new(pages.bytes)).bench_local(|| each(pages));
}

fn clean_all(pages: &Pages, mut with: impl FnMut(&CleanDoc)) {
    let unknown = FurnitureModel::default();
    let mut cleaned = CleanDoc::default();
    for text in &pages.texts {
        clean_into(text, None, &unknown, GroupKeys::default(), &mut cleaned);
        with(&cleaned);
    }
}

#[divan::bench(sample_count = 30)]
fn clean_shingle_sign(bencher: Bencher) {
    over_pages(bencher, |pages| clean_all(pages, |cleaned| drop(black_box(sign(&cleaned.body.ids)))));
}

#[divan::bench(sample_count = 30)]
fn clean_only(bencher: Bencher) {
    over_pages(bencher, |pages| {
        clean_all(pages, |cleaned| {
            black_box(cleaned.body.len());
        })
    });
}

#[divan::bench(sample_count = 30)]
fn shingle_only(bencher: Bencher) {
    over_pages(bencher, |pages| {
        let mut all = 0;
        pages.units.iter().for_each(|units| for_each_shingle(units, |hash, _| all ^= hash));
        black_box(all);
    });
}

#[divan::bench(sample_count = 30)]
fn shingle_and_sign(bencher: Bencher) {
    over_pages(bencher, |pages| pages.units.iter().for_each(|units| drop(black_box(sign(units)))));
}
