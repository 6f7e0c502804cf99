//! Corpora that nobody meant to be read: each ends with an exit code of the contract, writes nothing outside OUT, and takes
//! about as long as an ordinary corpus of its size.

use crate::support::{Folder, Output, detect, lines, timed};
use serde_json::{Value, json};

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Text that repeats nothing.
fn prose(seed: u64, characters: usize) -> String {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let character = |k: usize, random: &mut Random| match k % 24 {
        23 => '。',
        _ => char::from_u32(0x4E00 + random.below(6000) as u32).unwrap(),
    };
    (0..characters).map(|k| character(k, &mut random)).collect()
}

/// A page of an ordinary corpus.
fn ordinary(k: usize) -> Value {
    let (day, hour) = (k % 28 + 1, k % 24);
    json!({
        "id": format!("p{k}"), "title": prose(k as u64 / 2, 12), "url": format!("http://site{}.cn/{k}.html", k % 40),
        "published": format!("2024-03-{day:02} {hour:02}:15:00"), "text": prose(k as u64 / 2, 500),
    })
}

/// The files that bad corpora are made of: pages in several formats, whole and sound.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let pages: Vec<Value> = (0..12).map(ordinary).collect();
    let text = |k: usize| pages[k]["text"].as_str().unwrap().to_owned();
    let rows: String = (0..8).map(|k| format!("{k},\"{}\",报{k}\n", text(k))).collect();
    let body = |k: usize| format!("<html><body><h1>题</h1><p>{}</p><p>{}</p></body></html>", text(k), text(k + 1));
    let archived = |k: usize| {
        let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", body(k));
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/{k}\r\nWARC-Record-ID: <urn:{k}>\r\n\
             WARC-Date: 2024-03-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
            page.len()
        )
    };
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap()
    };
    let jsonl = lines(&pages).into_bytes();
    vec![
        ("a.csv", format!("id,text,媒体\n{rows}").into_bytes()),
        ("b.txt", text(3).into_bytes()),
        ("c.html", body(4).into_bytes()),
        ("d.warc", (archived(0) + &archived(2)).into_bytes()),
        ("e.jsonl.gz", packed(&jsonl)),
        ("f.jsonl.zst", zstd::encode_all(&*jsonl, 1).unwrap()),
        ("g.jsonl", encoding_rs::GB18030.encode(std::str::from_utf8(&jsonl).unwrap()).0.into_owned()),
        ("h.jsonl", jsonl),
    ]
}

/// Bytes that mean something to some reader.
const TOKENS: [&[u8]; 24] = [
    b"\0",
    b"\n",
    b"\r",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"\\u",
    b"\\ud800",
    b",",
    b"<",
    b"<!--",
    b"&#",
    b"</p>",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999\r\n",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"\xe2\x80\xae",
    b"\x1b[2J",
];

/// Damages a file: cuts it, splices pieces, repeats one, puts tokens in, flips bytes, or nests it.
fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(3) {
        let (at, other) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (from, to) = (at.min(other), at.max(other));
        match random.below(7) {
            0 => bytes.truncate(at),
            1 => _ = bytes.drain(from..to),
            2 => {
                let piece = bytes[from..to.min(from + 500)].to_vec();
                bytes.splice(other.min(bytes.len())..other.min(bytes.len()), piece.repeat(random.below(20)));
            }
            3 => {
                let token = TOKENS[random.below(TOKENS.len())].repeat(1 + random.below(50));
                bytes.splice(at..at, token);
            }
            4 => (0..random.below(20)).for_each(|_| {
                if let Some(byte) = (!bytes.is_empty()).then(|| random.below(bytes.len())) {
                    bytes[byte] = random.below(256) as u8;
                }
            }),
            5 => bytes = [b"[".repeat(random.below(3000)), bytes].concat(),
            _ => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let encodings =
                    [encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::WINDOWS_1252, encoding_rs::SHIFT_JIS];
                bytes = encodings[random.below(4)].encode(&text).0.into_owned();
            }
        }
    }
    bytes
}

/// How many bad corpora a run of the tests makes; a job of its own asks for more.
fn corpora() -> u64 {
    std::env::var("TONGGAO_BAD_CORPORA").map_or(150, |count| count.parse().expect("a number"))
}

#[test]
fn bad_corpora_end_well_and_write_nothing_outside_the_output() {
    let (seeds, mut outcomes) = (seeds(), [0; 3]);
    for seed in 0..corpora() {
        let mut random = Random(seed << 8 | 1);
        let mut folder = Folder::new();
        for _ in 0..=random.below(2) {
            let (name, bytes) = &seeds[random.below(seeds.len())];
            folder = folder.with(&format!("in/{seed}{name}"), damaged(bytes, &mut random));
        }
        let command = ["detect", "dedup"][random.below(2)];
        // A minute of the processor is a hundred times what any of them takes.
        let (code, said, _) = timed(command, &folder.path("in"), &folder.path("out"), &["-q"], 60);
        assert!(matches!(code, Some(0 | 2)), "corpus {seed} of {command}: exit code {code:?}: {said}");
        assert!(!said.contains("panicked"), "corpus {seed}: {said}");
        let expected: &[&str] = if code == Some(0) { &["in", "out"] } else { &["in"] };
        assert_eq!(folder.names(), expected, "corpus {seed} of {command}");
        outcomes[code.unwrap() as usize] += 1;
    }
    assert!(outcomes[0] > 20 && outcomes[2] > 0, "the damage is too weak or too strong to show anything: {outcomes:?}");
}

/// Processor seconds of a run with everything, the least of two.
fn seconds(pages: &[Value]) -> f64 {
    let folder = Folder::new().with("in.jsonl", lines(pages));
    let once = |out: &str| {
        let (code, said, seconds) =
            timed("detect", &folder.path("in.jsonl"), &folder.path(out), &["-q", "--threads", "1"], 600);
        assert_eq!(code, Some(0), "{said}");
        seconds
    };
    once("one").min(once("two"))
}

/// Pages until they have as many bytes as an ordinary corpus.
fn of_size(bytes: usize, page: impl Fn(usize) -> Value) -> Vec<Value> {
    let (mut pages, mut size) = (Vec::new(), 0);
    while size < bytes {
        let next = page(pages.len());
        size += next.to_string().len() + 1;
        pages.push(next);
    }
    pages
}

#[test]
fn no_corpus_takes_many_times_what_an_ordinary_one_of_its_size_takes() {
    let bytes = 6_000_000;
    let ordinary_seconds = seconds(&of_size(bytes, ordinary));
    let repeated = prose(7, 600);
    let disclaimer = prose(9, 150);
    let form: Vec<String> = (0..8).map(|k| prose(20 + k, 30)).collect();
    let filled = move |k: usize| form.iter().map(|part| format!("{part}{}。\n", k * 7919)).collect::<String>();
    let titled = filled.clone();
    let quoted: String = (0..30).map(|k| format!("他说“{}”，", prose(40 + k, 8))).collect();
    let sentence = prose(11, 25).repeat(12);
    let short = |k: usize| {
        (0..k % 4 + 1).map(|c| char::from_u32(0x4E00 + (k * 31 + c * 7) as u32 % 300).unwrap()).collect::<String>()
    };
    let two_words = |k: usize| {
        let mut random = Random((k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..300).map(|_| ["ab ", "cd "][random.below(2)]).collect::<String>()
    };
    // Each of twenty paragraphs is on about two other pages.
    let paragraphs: Vec<String> = (0..11_000).map(|k| prose(1000 + k, 60)).collect();
    let round_up = move |k: usize| {
        let mut random = Random((k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..20).map(|_| paragraphs[random.below(paragraphs.len())].clone() + "\n").collect::<String>()
    };
    type Make = Box<dyn Fn(usize) -> Value>;
    let hostile: [(&str, Make); 13] = [
        ("exact copies", Box::new(move |_| json!({"text": repeated, "published": "2024-03-01"}))),
        ("one disclaimer", Box::new(move |k| json!({"text": format!("{}\n{disclaimer}", prose(k as u64, 300))}))),
        ("one form", Box::new(move |k| json!({"text": filled(k)}))),
        (
            "one form under titles",
            Box::new(
                move |k| json!({"text": titled(k), "title": prose(k as u64, 12), "outlet": format!("第{}报", k % 40)}),
            ),
        ),
        ("one set that stays", Box::new(move |k| json!({"text": format!("{}{quoted}", prose(k as u64, 100))}))),
        ("one sentence over and over", Box::new(move |k| json!({"text": prose(k as u64, 100) + &sentence}))),
        ("periodic texts", Box::new(|k| json!({"text": "一二三四五六七".repeat(60 + k % 50)}))),
        ("spaced letters", Box::new(|k| json!({"text": "a b 新　".repeat(100 + k % 50)}))),
        ("open marks", Box::new(|k| json!({"text": "<a <!--&#（".repeat(40 + k % 50)}))),
        ("one long page", Box::new(|_| json!({"text": prose(3, 2_000_000)}))),
        ("short texts", Box::new(move |k| json!({"id": k, "text": short(k)}))),
        ("two words", Box::new(move |k| json!({"text": two_words(k)}))),
        ("round-ups", Box::new(move |k| json!({"text": round_up(k)}))),
    ];
    for (name, page) in &hostile {
        let ratio = seconds(&of_size(bytes, page)) / ordinary_seconds;
        println!("{name}: {ratio:.1} times an ordinary corpus");
        let most = match *name {
            // Two hundred thousand pages, where an ordinary corpus of the bytes has four thousand.
            "short texts" => 10.0,
            "two words" => 15.0,
            "round-ups" => 10.0,
            _ => 6.0,
        };
        assert!(ratio < most, "{name} takes {ratio:.1} times what an ordinary corpus of its size takes");
    }
}

#[test]
fn one_record_of_many_megabytes_is_read_or_named() {
    let folder = Folder::new().with(
        "in.jsonl",
        lines(&[json!({"id": "long", "text": prose(3, 3_000_000)}), json!({"id": "short", "text": prose(4, 300)})]),
    );
    detect(&folder.path("in.jsonl"), &folder.path("out"), &["-q"]).ends_with(0);
    let out = Output::read(&folder.path("out"));
    let counted = out.run()["counts"]["documents"].as_u64().unwrap() + out.run()["counts"]["skipped"].as_u64().unwrap();
    assert_eq!(counted, 2);
}
