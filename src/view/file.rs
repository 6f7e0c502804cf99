//! `report.html`: one file that opens anywhere, with as much in it as fits into one.

use super::overview::SetRow;
use super::shell::{Mode, RowBlock, Shell};
use super::texts::FromFolder;
use super::{FolderIndex, Texts};
use crate::error::Result;
use crate::output_folder::OutFolder;
use crate::types::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde::Serialize;
use std::io::Write;

/// Rows of sets in the file, the largest sets.
const ROWS: usize = 30_000;
/// Bytes of the file that sets in full may take, as they are in it.
const SETS: usize = 9 << 20;
/// Bytes of the file after which sets are shown without their texts.
const WITH_TEXTS: usize = 7 << 20;
/// Bytes of sets before compression: what a run spends on its report has an end.
const RAW: usize = 32 << 20;
/// Members of a set whose texts are in the file.
const TEXTS: usize = 400;
/// Talking points in full.
const POINTS: u32 = 300;
/// Bytes of sets, before compression, that make a block.
const BLOCK: usize = 192 << 10;
/// Pages of the sets that are made at a time.
const WAVE: usize = 4_096;

/// Writes the report of a folder. It opens in the reader's language unless `lang` says otherwise. Rows of the 30,000
/// largest sets, the largest of them in full up to 9 MB; the page says what it leaves out.
pub fn write(index: &FolderIndex, texts: &dyn Texts, lang: Option<Language>, writer: &mut dyn Write) -> Result<()> {
    let mut order = index.catalog.by_size();
    order.truncate(ROWS);
    let mut rows = index.rows(&order)?;
    let mut blocks = sets(index, texts, &order, &mut rows)?;
    blocks.push(block("points", &index.points(0..POINTS, texts)?));
    blocks.push(block("overview", &index.overview()?));
    blocks.push(block("rows", &rows));
    let shell = Shell::new(Mode::File, lang.map(Language::code), &index.out().run_json()?, blocks);
    let written = shell.write(writer).and_then(|()| writer.flush());
    written.map_err(|source| crate::error::Error::Write { path: index.out().path("report.html"), source })
}

/// Writes the report of a folder from its tables, with texts read again from the files that the run has read. Texts that
/// cannot be read any more are left out.
pub fn rewrite(out: OutFolder, lang: Option<Language>, writer: &mut dyn Write) -> Result<()> {
    let index = FolderIndex::build(out)?;
    write(&index, &FromFolder(index.out()), lang, writer)
}

/// The largest sets in full, in blocks, until their bytes are used up. Rows learn the block of their set.
fn sets(index: &FolderIndex, texts: &dyn Texts, order: &[u32], rows: &mut [SetRow]) -> Result<Vec<RowBlock>> {
    let mut blocks: Vec<RowBlock> = Vec::new();
    let (mut used, mut raw) = (0, 0);
    let mut begin = 0;
    while begin < order.len() && used < SETS && raw < RAW {
        let sets = wave(index, &order[begin..]);
        let most = if used < WITH_TEXTS { TEXTS } else { 0 };
        let views = index.sets_with_texts(sets, texts, most)?;
        let told: Vec<Vec<u8>> = views.par_iter().map(json).collect();
        let rows = &mut rows[begin..];
        begin += sets.len();
        let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
        let (mut start, mut size) = (0, 0);
        for (k, one) in told.iter().enumerate() {
            size += one.len();
            if size >= BLOCK || k + 1 == told.len() {
                parts.push(start..k + 1);
                (start, size) = (k + 1, 0);
            }
        }
        let packed: Vec<String> = parts.par_iter().map(|part| packed(&list(&told[part.clone()]))).collect();
        for (part, data) in parts.into_iter().zip(packed) {
            if used + data.len() > SETS {
                return Ok(blocks);
            }
            used += data.len();
            raw += told[part.clone()].iter().map(Vec::len).sum::<usize>();
            rows[part].iter_mut().for_each(|row| row.block = Some(blocks.len() as u32));
            blocks.push(RowBlock { id: format!("sets-{}", blocks.len()), data });
        }
    }
    Ok(blocks)
}

/// The first of these sets, as many as have some thousand pages together.
fn wave<'s>(index: &FolderIndex, sets: &'s [u32]) -> &'s [u32] {
    let mut pages = 0;
    let enough = |set: &u32| {
        let begun = pages < WAVE;
        pages += (index.catalog.shapes[*set as usize].size as usize).min(TEXTS);
        begun
    };
    &sets[..sets.iter().copied().take_while(enough).count()]
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [b"[".as_slice(), &items.join(&b','), b"]"].concat()
}

fn block(id: &str, value: &impl Serialize) -> RowBlock {
    RowBlock { id: id.to_owned(), data: packed(&json(value)) }
}

/// Plain values always serialise.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Gzip in base64. Memory takes whatever is written to it.
fn packed(bytes: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(6));
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    STANDARD.encode(written.unwrap_or_default())
}
