//! What 60 saved news pages state and where their articles begin and end, against what is read from them. The pages
//! belong to their sites and are not part of the repository, so these tests are ignored unless asked for. To run them, set
//! `TONGGAO_HTML_PAGES` to the archive of the pages (html_pages.tar.gz) and pass `--ignored html_pages`. The tables in
//! `html_pages/` hold facts only.

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use tonggao::stages::attribution::attribute;
use tonggao::stages::clean::{FurnitureModel, GroupKeys, clean};
use tonggao::stages::corpus::html::{Page, extract};

const STATED: &str = include_str!("html_pages/stated.tsv");
const EXTENTS: &str = include_str!("html_pages/extents.tsv");

/// The pages by name (`163/1.html`).
fn pages() -> BTreeMap<String, String> {
    let path = std::env::var_os("TONGGAO_HTML_PAGES").expect("TONGGAO_HTML_PAGES names the archive of the pages");
    let mut tar = Vec::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut tar).unwrap();
    untar(&tar)
}

/// The files of a tar archive without long names.
fn untar(tar: &[u8]) -> BTreeMap<String, String> {
    let word = |bytes: &[u8]| String::from_utf8(bytes.iter().copied().take_while(|&b| b != 0).collect()).unwrap();
    let mut files = BTreeMap::new();
    let mut at = 0;
    while at + 512 <= tar.len() && tar[at] != 0 {
        let header = &tar[at..at + 512];
        let size = usize::from_str_radix(word(&header[124..136]).trim(), 8).unwrap();
        at += 512;
        if header[156] == b'0' {
            let name = word(&header[..100]).trim_start_matches("pages/").to_owned();
            files.insert(name, String::from_utf8(tar[at..at + size].to_vec()).unwrap());
        }
        at += size.next_multiple_of(512);
    }
    files
}

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// The fields of a page as `stated.tsv` writes them: title, source, authors, editors, time.
fn fields(page: &Page) -> [String; 5] {
    let cleaned = clean(&page.text, page.title.as_deref(), &FurnitureModel::default(), GroupKeys::default());
    let stated = attribute(&page.text, &cleaned);
    let source = stated.source.map_or("-".into(), |(found, _)| found.value);
    let names = |found: Vec<&tonggao::stages::attribution::Found>| {
        let mut names: Vec<&str> = found.iter().map(|found| found.value.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() { "-".to_owned() } else { names.join(",") }
    };
    let authors = names(stated.authors.iter().chain(&stated.correspondents).collect());
    let editors = names(stated.editors.iter().collect());
    [page.title.clone().unwrap_or("-".into()), source, authors, editors, page.published.clone().unwrap_or("-".into())]
}

fn same(field: usize, want: &str, got: &str) -> bool {
    let sorted = |names: &str| {
        let mut names: Vec<String> = names.split(',').map(str::to_owned).collect();
        names.sort_unstable();
        names
    };
    match field {
        // Blanks aside; a time may be known more finely than the page prints it.
        0 | 1 => want.split_whitespace().eq(got.split_whitespace()),
        4 if want != "-" => got.replace('T', " ").starts_with(want),
        _ => sorted(want) == sorted(got),
    }
}

#[test]
#[ignore = "reads saved pages that are not in the repository: see the head of this file"]
fn pages_state_what_was_read_from_them() {
    let pages = pages();
    let (mut right, mut all, mut wrong) = (0, 0, String::new());
    for row in rows(STATED) {
        let got = fields(&extract(&pages[row[0]]));
        for (k, name) in ["title", "source", "authors", "editors", "time"].iter().enumerate() {
            all += 1;
            if same(k, row[k + 1], &got[k]) {
                right += 1;
            } else {
                wrong += &format!("{} {name}: {} | {}\n", row[0], row[k + 1], got[k]);
            }
        }
    }
    println!("{right} of {all} fields\n{wrong}");
    assert!(right as f64 >= 0.95 * f64::from(all), "{right} of {all} fields\n{wrong}");
}

/// The characters that extents are counted in.
fn folded(text: &str) -> Vec<char> {
    let counts = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}');
    text.chars().filter(counts).collect()
}

fn hash(text: &[char]) -> String {
    let digest = Sha256::digest(text.iter().collect::<String>());
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
#[ignore = "reads saved pages that are not in the repository: see the head of this file"]
fn main_text_keeps_the_article_and_leaves_the_rest() {
    let pages = pages();
    let mut extents: BTreeMap<&str, Vec<(bool, usize, &str)>> = BTreeMap::new();
    for row in rows(EXTENTS) {
        extents.entry(row[0]).or_default().push((row[1] == "a", row[2].parse().unwrap(), row[3]));
    }
    assert_eq!(extents.len(), 20);
    let (mut kept, mut all, mut furniture, mut given, mut told) = (0, 0, 0, 0, String::new());
    for (name, paragraphs) in extents {
        let page = extract(&pages[name]);
        let text = folded(&page.text);
        let mut covered = vec![false; text.len()];
        let (mut page_kept, mut page_all, mut from) = (0, 0, 0);
        for (is_article, length, want) in paragraphs {
            let starts = (from..text.len()).chain(0..from).filter(|at| at + length <= text.len());
            let found = starts.into_iter().find(|&at| !covered[at] && hash(&text[at..at + length]) == want);
            if let Some(at) = found {
                covered[at..at + length].fill(true);
                from = if is_article { at + length } else { from };
            }
            if is_article {
                page_all += length;
                page_kept += if found.is_some() { length } else { 0 };
            }
        }
        let loose: String = text.iter().zip(&covered).map(|(&c, &hit)| if hit { ' ' } else { c }).collect();
        let loose: Vec<&str> = loose.split_whitespace().collect();
        let page_furniture = covered.iter().filter(|hit| !**hit).count();
        told += &format!("{name}: {page_kept} of {page_all}, {page_furniture} of {} {loose:?}\n", text.len());
        kept += page_kept;
        all += page_all;
        furniture += page_furniture;
        given += text.len();
    }
    println!("{told}");
    let (recall, share) = (kept as f64 / all as f64, furniture as f64 / given as f64);
    println!("kept {recall:.4}, furniture {share:.4}");
    assert!(recall >= 0.97 && share <= 0.03, "kept {recall:.4}, furniture {share:.4}\n{told}");
}
