//! Records of an earlier run, read again from their files by the readers that read them then.

use super::encoding::decode_line;
use super::open::{self, Kept};
use super::record_cache::{LONGEST, Spool, original_place};
use super::walk::Listed;
use super::{CorpusConfig, Format, record, whole_text};
use crate::error::Result;
use rustc_hash::FxHashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Records of one file, as JSON lines.
pub(crate) struct ReadAgain {
    /// Those that were asked for; `None` for one that is not there.
    pub lines: Vec<Option<String>>,
    /// Offsets in the file count rows.
    pub by_rows: bool,
}

/// The records at `offsets` of a file. Of JSON Lines in UTF-8 the lines alone are read, other files up to their end.
pub(crate) fn read_again(
    path: &Path,
    offsets: &[u64],
    config: &CorpusConfig,
) -> Result<std::result::Result<ReadAgain, String>> {
    let otherwise = Some(Format::PlainText);
    let file = Listed { path: path.to_owned(), name: String::new(), otherwise, is_stdin: false, input: 0 };
    let spool = Spool::new(config.scratch());
    let mut in_order = offsets.to_vec();
    in_order.sort_unstable();
    let opened = match open::open(&file, config, &spool, Some(&in_order))?.opened.into_iter().next() {
        Some((_, Ok(opened))) => opened,
        Some((_, Err(reason))) => return Ok(Err(reason)),
        None => return Ok(Err("it is no longer in its archive".into())),
    };
    let spooled = spool.finish()?;
    let places: FxHashMap<u64, (u64, u32)> = match opened.kept {
        Kept::Spooled => opened.part.places.iter().map(|&place| (original_place(&spooled, place.0).0, place)).collect(),
        _ => FxHashMap::default(),
    };
    let line = |bytes: &[u8]| decode_line(bytes, encoding_rs::UTF_8).into_owned();
    let read = |offset: &u64| match &opened.kept {
        Kept::Lines(source) => {
            let mut bytes = Vec::new();
            let rest = BufReader::new(source.from(*offset)).take(LONGEST as u64 + 1).read_until(b'\n', &mut bytes);
            rest.ok().filter(|read| *read > 0)?;
            Some(line(bytes.strip_suffix(b"\n").unwrap_or(&bytes)))
        }
        Kept::Whole => Some(record::of_text(&whole_text(&std::fs::read(path).ok()?), &config.names)),
        Kept::Reread(_) => None,
        Kept::Spooled => {
            let (start, length) = *places.get(offset)?;
            Some(line(&spooled[start as usize..start as usize + length as usize]))
        }
    };
    let lines = offsets.iter().map(read).collect();
    Ok(Ok(ReadAgain { lines, by_rows: opened.kind.format == Format::Parquet }))
}
