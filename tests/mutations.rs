//! Every reader and parser on inputs that are changed at random: nothing panics, and what is read is as promised. A run of
//! the tests makes some hundred changes to each; `TONGGAO_MUTATIONS` asks for more.

use crate::support::{Folder, repository};
use std::path::{Path, PathBuf};
use tonggao::stages::attribution::{attribute_in_zone, date_in_url, parse_field_time, parse_time};
use tonggao::stages::clean::{FurnitureModel, GroupKeys, clean};
use tonggao::{Config, Corpus, Index, InputRecord, Only, Unobserved, detect};

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    /// The numbers of a change.
    fn of(change: u64) -> Self {
        Random(change.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// Pieces that mean something to some reader.
const TOKENS: [&[u8]; 40] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\t",
    b"\\u",
    b"\\ud83d",
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"&#",
    b"&#x110000;",
    b"&nbsp;",
    b"=",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b"\xa1\xa1",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"null",
    b"WARC/1.0\r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    "来源：".as_bytes(),
    "（".as_bytes(),
    "2024年13月32日 25:61".as_bytes(),
    "\u{200b}\u{301}".as_bytes(),
];

/// One of the seeds, changed in one to eight places.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let (at, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        match random.below(6) {
            0 => _ = bytes.drain(at.min(to)..at.max(to).min(at.min(to) + 64)),
            1 => _ = bytes.splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied()),
            2 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                bytes.splice(at..at, other[from..other.len().min(from + 200)].iter().copied());
            }
            3 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            4 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            _ => bytes.truncate(bytes.len() - random.below(bytes.len() / 4 + 1)),
        }
    }
    bytes
}

/// Files of the samples, so much of each that a change is likely to meet something.
fn samples(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().flat_map(|name| files(&repository(&format!("corpus-samples/{name}")))).collect()
}

fn files(path: &Path) -> Vec<Vec<u8>> {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        inside.sort();
        return inside.iter().flat_map(|path| files(path)).collect();
    }
    let bytes = std::fs::read(path).unwrap();
    vec![bytes[..bytes.len().min(6000)].to_vec(), bytes]
}

/// Calls `with` on changed seeds; a panic is told with the number of the change.
fn each(seeds: &[Vec<u8>], with: impl Fn(&[u8], &mut Random)) {
    assert!(!seeds.is_empty());
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let first = number("TONGGAO_MUTATION", 0);
    for change in first..first + number("TONGGAO_MUTATIONS", 150) {
        let mut random = Random::of(change);
        let bytes = mutated(seeds, &mut random);
        let run = std::panic::AssertUnwindSafe(|| with(&bytes, &mut random));
        if std::panic::catch_unwind(run).is_err() {
            std::fs::write(std::env::temp_dir().join("tonggao-mutation"), &bytes).unwrap();
            panic!("change {change}");
        }
    }
}

/// Opens changed files of a name and goes through their records.
fn read(name: &str, seeds: &[Vec<u8>]) {
    let folder = Folder::new();
    each(seeds, |bytes, _| {
        std::fs::write(folder.path(name), bytes).unwrap();
        let Ok(corpus) = Corpus::open(&[folder.path(name)], &Config::default()) else { return };
        for doc in (0..corpus.len() as u32).map(tonggao::DocId) {
            assert_eq!(corpus.doc(doc).text, corpus.text(doc));
            _ = (corpus.id(doc), corpus.place(doc), corpus.order(doc), corpus.unknown_fields(doc));
        }
        _ = (corpus.summary(), corpus.kinds());
    });
}

#[test]
fn json_lines() {
    read("a.jsonl", &samples(&["formats/pages.jsonl", "news/wire.jsonl"]));
}

#[test]
fn tables() {
    read("a.csv", &samples(&["formats/pages.csv", "formats/pages.tsv"]));
}

#[test]
#[cfg(feature = "html")]
fn saved_pages() {
    read("a.html", &samples(&["formats/html", "news/pages"]));
}

#[test]
fn web_archives() {
    let archive = &samples(&["formats/pages.warc.gz"])[1];
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&archive[..]), &mut unpacked).unwrap();
    let mut seeds = samples(&["formats/pages.wet"]);
    seeds.extend([unpacked[..unpacked.len().min(6000)].to_vec(), unpacked]);
    read("a.warc", &seeds);
}

#[test]
fn encodings() {
    read("a.txt", &samples(&["formats/big5", "formats/gb18030", "formats/utf16"]));
}

#[test]
fn packed_files() {
    read("a.jsonl", &samples(&["formats/pages.jsonl.gz", "formats/pages.jsonl.zst", "formats/pages.warc.gz"]));
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_files() {
    read("a.parquet", &samples(&["formats/pages.parquet"]));
}

/// Found by change 5688: the library that decodes Parquet panics at numbers of more bits than their type has.
#[test]
#[cfg(feature = "parquet")]
fn a_parquet_page_whose_numbers_are_too_wide_is_listed() {
    let bytes = mutated(&samples(&["formats/pages.parquet"]), &mut Random::of(5688));
    let folder = Folder::new().with("a.parquet", bytes);
    let said = match Corpus::open(&[folder.path("a.parquet")], &Config::default()) {
        Ok(corpus) => format!("{:?}", corpus.skipped),
        Err(error) => error.to_string(),
    };
    assert!(said.contains("its bytes are damaged"), "{said}");
}

/// Texts of pages and of damage, in UTF-8 again after a change.
fn texts(with: impl Fn(&str)) {
    let seeds = samples(&["damage", "formats/pages.jsonl"]);
    each(&seeds, |bytes, _| with(&String::from_utf8_lossy(bytes)));
}

#[test]
fn repair_and_attribution() {
    texts(|text| {
        let doc = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        let stated = attribute_in_zone(text, None, &doc, 8 * 3600);
        let people = stated.authors.iter().chain(&stated.correspondents).chain(&stated.editors);
        let found = stated.source.iter().map(|(found, _)| found).chain(people).map(|found| found.at);
        let units = (0..doc.body.len()).map(|at| doc.body.span(at..at + 1));
        for span in found.chain(units).chain(doc.lines.iter().map(|line| line.span)) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
        }
    });
}

#[test]
fn times() {
    let seeds = [
        "2024-03-05 08:30:00",
        "2024年3月5日 上午8点半",
        "2024-03-05T08:30:00.123+08:00",
        "1709598600",
        "Mar 5, 2024 8:30 p.m. EST",
        "5 March 2024",
        "二〇二四年三月五日",
        "http://a.cn/2024/0305/c123-4567.html",
        "昨天 08:30",
        "20240305083000",
    ];
    each(&seeds.map(|seed| seed.as_bytes().to_vec()), |bytes, random| {
        let text = String::from_utf8_lossy(bytes);
        _ = (
            parse_time(&text, random.below(100_000) as i32 - 50_000),
            parse_field_time(&text, 0),
            date_in_url(&text, 0),
        );
    });
}

#[test]
fn files_of_an_index() {
    let sample = repository("corpus-samples/index-v2");
    let mut names: Vec<PathBuf> = std::fs::read_dir(sample).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let folder = Folder::new();
    std::fs::create_dir(folder.path("index")).unwrap();
    each(&[Vec::new()], |_, random| {
        let changed = random.below(names.len());
        for (at, path) in names.iter().enumerate() {
            let whole = std::fs::read(path).unwrap();
            let bytes = if at == changed { mutated(&[whole], random) } else { whole };
            std::fs::write(folder.path("index").join(path.file_name().unwrap()), bytes).unwrap();
        }
        _ = Index::check(folder.path("index"));
        let Ok(index) = Index::open(folder.path("index")) else { return };
        _ = (index.clusters().map(<[u32]>::len), index.events(0).map(|events| events.len()));
        _ = index.page("{\"text\": \"渡口停了十一年的木船昨天重新下水。\"}").map(|page| index.query(page).map(drop));
    });
}

#[test]
fn files_that_settings_name() {
    let verdicts = "{\"a\": \"a\", \"b\": \"b\", \"same_article\": true}\n{\"page\": \"a\", \"origin\": \"b\"}\n\
                    {\"line\": \"责任编辑\", \"boilerplate\": true}\n";
    let seeds = [vec![verdicts.as_bytes().to_vec()], samples(&["output-v1/furniture.json"])].concat();
    let folder = Folder::new();
    let text = "渡口停了十一年的木船昨天重新下水，撑船的师傅说桨一直搁在檐下，每年立夏刷一遍桐油。";
    let page = |id: &str| InputRecord { id: Some(id.into()), text: text.into(), ..InputRecord::default() };
    let corpus = Corpus::from_records([page("a"), page("b")]).unwrap();
    each(&seeds, |bytes, random| {
        std::fs::write(folder.path("named"), bytes).unwrap();
        let named = Some(folder.path("named"));
        let config = Config { only: Only::Clusters, threads: 1, ..Config::default() };
        let config = if random.below(2) == 0 {
            Config { verdicts: named, ..config }
        } else {
            Config { furniture: named, ..config }
        };
        _ = detect(&corpus, &config, &Unobserved).map(drop);
    });
}

#[test]
fn settings_by_name() {
    let settings = serde_json::to_vec(&Config::default()).unwrap();
    each(
        &[settings, b"{\"memory\": \"2G\", \"timezone\": \"+08:00\", \"only\": \"clusters\"}".to_vec()],
        |bytes, _| {
            if let Ok(settings) = serde_json::from_slice(bytes) {
                _ = Config::from_settings(settings);
            }
        },
    );
}
