//! The files of `corpus-samples/formats`: the same five pages in every format, packing and encoding that is read. Here
//! is also how a file of each is made, for them and for other tests.

use crate::support::{Folder, Output, members, repository, string, tonggao};
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

/// The fields that a table has a column for.
pub const COLUMNS: [&str; 6] = ["id", "title", "url", "outlet", "published", "text"];

pub fn table(records: &[Value], separator: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    for record in records {
        writer.write_record(COLUMNS.map(|column| record[column].as_str().unwrap_or_default())).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Two members, divided in the middle of a line.
pub fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let (first, second) = text.as_ref().split_at(text.as_ref().len() / 2);
    [first, second]
        .iter()
        .flat_map(|part| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(part).unwrap();
            packed.finish().unwrap()
        })
        .collect()
}

pub fn zstd(text: impl AsRef<[u8]>) -> Vec<u8> {
    let (first, second) = text.as_ref().split_at(text.as_ref().len() / 2);
    [first, second].iter().flat_map(|part| zstd::encode_all(*part, 1).unwrap()).collect()
}

pub fn encoded(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

pub fn utf16(text: &str) -> Vec<u8> {
    ['\u{FEFF}'].into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Row groups of seven.
#[cfg(feature = "parquet")]
pub fn parquet(records: &[Value]) -> Vec<u8> {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use std::sync::Arc;
    let column = |name: &'static str| -> (&str, ArrayRef) {
        (name, Arc::new(records.iter().map(|record| record[name].as_str()).collect::<StringArray>()))
    };
    let batch = RecordBatch::try_from_iter_with_nullable(COLUMNS.map(column).map(|(name, cells)| (name, cells, true)));
    let batch = batch.unwrap();
    let properties = parquet::file::properties::WriterProperties::builder();
    let properties = properties.set_max_row_group_row_count(Some(7)).build();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// A page of a site as its server sends it: menus, the article, a footer.
#[cfg(feature = "parquet")]
fn html(page: &Value, charset: &str) -> String {
    let text = page["text"].as_str().unwrap();
    let (title, rest) = text.split_once('\n').unwrap();
    let (credit, body) = rest.split_once('\n').unwrap();
    let paragraphs: String = body.lines().map(|line| format!("    <p>　　{line}</p>\n")).collect();
    let menu = "<li><a href=\"/a\">要聞</a></li><li><a href=\"/b\">本地</a></li>".repeat(4);
    let outlet = page["outlet"].as_str().unwrap();
    format!(
        "<!doctype html>\n<html><head><meta charset=\"{charset}\"><title>{title}_{outlet}</title></head>\n<body>\n\
         <ul class=\"menu\">{menu}</ul>\n<div class=\"main\">\n  <h1>{title}</h1>\n  <div class=\"info\">{credit}</div>\n  \
         <div class=\"content\">\n{paragraphs}  </div>\n</div>\n<div class=\"footer\">版權所有 {outlet}</div>\n</body></html>\n"
    )
}

/// A record of an archive.
pub fn archived(kind: &str, url: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let length = block.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-01T00:00:00Z\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// The pages as their servers sent them, the second half of them in GB18030.
#[cfg(feature = "parquet")]
fn warc(pages: &[Value]) -> Vec<u8> {
    let answer = |(k, page): (usize, &Value)| {
        let (charset, encoding) = if k < 3 { ("utf-8", encoding_rs::UTF_8) } else { ("gbk", encoding_rs::GB18030) };
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
        let block = [&head[..], &encoded(&html(page, charset), encoding)].concat();
        gzip(archived("response", page["url"].as_str().unwrap(), "application/http; msgtype=response", &block))
    };
    let info = gzip(archived("warcinfo", "", "application/warc-fields", b"format: WARC File Format 1.0\r\n"));
    [info].into_iter().chain(pages.iter().enumerate().map(answer)).flatten().collect()
}

#[cfg(feature = "parquet")]
fn wet(pages: &[Value]) -> Vec<u8> {
    let text = |page: &Value| {
        let text = page["text"].as_str().unwrap();
        archived("conversion", page["url"].as_str().unwrap(), "text/plain", text.as_bytes())
    };
    pages.iter().flat_map(text).collect()
}

fn samples() -> PathBuf {
    repository("corpus-samples/formats")
}

/// A file a page, below `folder`.
#[cfg(feature = "parquet")]
fn write_each(folder: &str, extension: &str, pages: &[Value], bytes: impl Fn(&Value) -> Vec<u8>) {
    std::fs::create_dir_all(samples().join(folder)).unwrap();
    for (k, page) in pages.iter().enumerate() {
        std::fs::write(samples().join(format!("{folder}/{}.{extension}", k + 1)), bytes(page)).unwrap();
    }
}

#[test]
#[ignore = "writes corpus-samples/formats again from its pages.jsonl"]
#[cfg(feature = "parquet")]
fn write_the_samples() {
    let jsonl = std::fs::read_to_string(samples().join("pages.jsonl")).unwrap();
    let pages: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(samples().join(name), bytes).unwrap();
    write("pages.jsonl.gz", gzip(&jsonl));
    write("pages.jsonl.zst", zstd(&jsonl));
    write("pages.csv", table(&pages, b',').into_bytes());
    write("pages.tsv", table(&pages, b'\t').into_bytes());
    write("pages.parquet", parquet(&pages));
    write("pages.warc.gz", warc(&pages));
    write("pages.wet", wet(&pages));
    let text = |page: &Value| string(&page["text"]);
    write_each("gb18030", "txt", &pages, |page| encoded(&text(page), encoding_rs::GB18030));
    write_each("big5", "txt", &pages, |page| encoded(&text(page), encoding_rs::BIG5));
    write_each("utf16", "txt", &pages, |page| utf16(&text(page)));
    write_each("html", "html", &pages, |page| html(page, "utf-8").into_bytes());
}

/// Every input that has the pages, what it is taken for, and whether its records have ids of their own.
fn sample_inputs() -> Vec<(&'static str, &'static str, bool)> {
    Vec::from([
        ("pages.jsonl", "1 file as JSON Lines", true),
        ("pages.jsonl.gz", "1 file as JSON Lines (gzip)", true),
        ("pages.jsonl.zst", "1 file as JSON Lines (zstd)", true),
        ("pages.csv", "1 file as CSV", true),
        ("pages.tsv", "1 file as TSV", true),
        #[cfg(feature = "parquet")]
        ("pages.parquet", "1 file as Parquet", true),
        ("gb18030", "5 files as plain text (gb18030)", false),
        ("big5", "5 files as plain text (Big5)", false),
        ("utf16", "5 files as plain text (UTF-16LE)", false),
        #[cfg(feature = "html")]
        ("html", "5 files as HTML", false),
        #[cfg(feature = "html")]
        ("pages.warc.gz", "1 file as WARC (gzip)", false),
        ("pages.wet", "1 file as WARC", false),
    ])
}

/// Which pages, by their number, are of one set.
fn sets(output: &Output) -> Vec<Vec<usize>> {
    let ids = output.ids();
    let number = |id: &String| ids.iter().position(|held| held == id).unwrap();
    let set = |cluster: &Value| {
        let mut set: Vec<usize> = members(cluster).iter().map(number).collect();
        set.sort_unstable();
        set
    };
    let mut sets: Vec<Vec<usize>> = output.records("clusters.jsonl").iter().map(set).collect();
    sets.sort();
    sets
}

#[test]
fn every_sample_gives_the_same_pages() {
    let jsonl = std::fs::read_to_string(samples().join("pages.jsonl")).unwrap();
    let pages: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let base = Output::of(&samples().join("pages.jsonl"), &[]);
    let hashes =
        |output: &Output| output.records("documents.jsonl").iter().map(|d| string(&d["sha256"])).collect::<Vec<_>>();
    for (name, kind, has_ids) in sample_inputs() {
        let folder = Folder::new();
        let out = folder.path("out");
        let said = crate::support::detect(&samples().join(name), &out, &[]).ends_with(0);
        said.names_in_errors(&[&format!("{kind}\n")]);
        let read = Output::read(&out);
        assert_eq!(hashes(&read), hashes(&base), "{name}");
        assert_eq!(sets(&read), [[0, 1], [2, 3]], "{name}");
        if has_ids {
            assert_eq!(read.ids(), pages.iter().map(|page| string(&page["id"])).collect::<Vec<_>>());
        }
        for id in read.ids() {
            let explained = tonggao(&["explain"]).path(&out).words(&["--page", &id]).ends_with(0);
            assert!(explained.out.contains(&id), "{name}: {}", explained.out);
        }
    }
}

#[test]
#[cfg(feature = "html")]
fn archived_and_saved_pages_say_what_their_tables_say() {
    let html = Output::of(&samples().join("html"), &[]);
    assert_eq!(html.ids(), ["1.html", "2.html", "3.html", "4.html", "5.html"]);
    assert_eq!(html.run()["page_encodings"]["UTF-8"], 5);
    let warc = Output::of(&samples().join("pages.warc.gz"), &[]);
    assert_eq!(warc.run()["page_encodings"]["gb18030"], 2);
    let base = Output::of(&samples().join("pages.jsonl"), &[]);
    let field = |output: &Output, name: &str| {
        output.records("documents.jsonl").iter().map(|d| d[name].clone()).collect::<Vec<_>>()
    };
    assert_eq!(field(&warc, "url"), field(&base, "url"));
    for output in [&html, &warc] {
        assert_eq!(field(output, "title"), field(&base, "title"));
        assert_eq!(field(output, "published"), field(&base, "published"));
    }
}
