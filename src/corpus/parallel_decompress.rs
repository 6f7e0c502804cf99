//! Packed files of many parts (frames of Zstandard, members of gzip, blocks of BGZF), unpacked in parallel.
//!
//! A stretch of the file is cut where parts begin and every piece is unpacked by itself. Frames of Zstandard say how
//! long they are. Members of gzip do not: what looks like the beginning of one may be chance, so a piece counts only
//! when the one before it ended exactly there. A part that is long, or broken, ends this: it and all that follows is
//! for a reader that goes from the beginning to the end, and tells what is wrong.

use super::packing::Packing;
use flate2::bufread::GzDecoder;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use zstd::zstd_safe;

/// Packed bytes that a piece has at least.
const PIECE: usize = 256 << 10;
/// The next part begins within this many bytes behind those, or the file is not read in pieces.
const LONGEST: usize = 1 << 20;
/// The most that a piece may become.
const UNPACKED: usize = 64 << 20;

/// The beginning of a packed file, as far as it is read in pieces.
pub(super) struct Frames {
    file: File,
    packing: Packing,
    /// Where the next piece begins.
    at: u64,
    /// Unpacked and not yet read.
    ready: VecDeque<Vec<u8>>,
    read: usize,
    is_done: bool,
}

/// What one piece became.
struct Unpacked {
    bytes: Vec<u8>,
    /// How much of the stretch it took, from the first of its bytes.
    end: usize,
    /// The next part could not be unpacked here.
    stopped: bool,
}

impl Frames {
    /// True for packings whose parts can be found without unpacking those before.
    pub fn reads(packing: Packing) -> bool {
        matches!(packing, Packing::Gzip | Packing::Zstd)
    }

    /// A packed file from its beginning.
    pub fn new(file: File, packing: Packing) -> Self {
        Frames { file, packing, at: 0, ready: VecDeque::new(), read: 0, is_done: false }
    }

    /// The next bytes; none where reading in pieces ends.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !into.is_empty() {
            if let Some(first) = self.ready.front() {
                let count = into.len().min(first.len() - self.read);
                into[..count].copy_from_slice(&first[self.read..self.read + count]);
                self.read += count;
                if self.read == first.len() {
                    self.ready.pop_front();
                    self.read = 0;
                }
                if count > 0 {
                    return Ok(count);
                }
            } else if self.is_done {
                return Ok(0);
            } else {
                self.unpack()?;
            }
        }
        Ok(0)
    }

    /// The file where reading in pieces has ended; `None` at its end.
    pub fn rest(&mut self) -> io::Result<Option<File>> {
        let is_end = self.at >= self.file.metadata()?.len();
        self.file.seek(SeekFrom::Start(self.at))?;
        if is_end { Ok(None) } else { self.file.try_clone().map(Some) }
    }

    /// Unpacks the next stretch.
    fn unpack(&mut self) -> io::Result<()> {
        let pieces = 2 * rayon::current_num_threads();
        let mut stretch = Vec::new();
        self.file.seek(SeekFrom::Start(self.at))?;
        (&mut self.file).take((pieces * PIECE + LONGEST) as u64).read_to_end(&mut stretch)?;
        let cuts = cuts(&stretch, self.packing, pieces);
        if cuts.is_empty() {
            self.is_done = true;
            return Ok(());
        }
        let packing = self.packing;
        let unpacked: Vec<Unpacked> = cuts.par_iter().map(|piece| unpack(&stretch, piece.clone(), packing)).collect();
        let mut end = 0;
        for (piece, unpacked) in cuts.iter().zip(unpacked) {
            if self.is_done || piece.start != end {
                break;
            }
            end = unpacked.end;
            self.is_done = unpacked.stopped;
            self.ready.push_back(unpacked.bytes);
        }
        self.at += end as u64;
        Ok(())
    }
}

/// Pieces of a stretch, the first from its beginning. None when no part ends soon enough.
fn cuts(stretch: &[u8], packing: Packing, pieces: usize) -> Vec<Range<usize>> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while cuts.len() < pieces {
        let Some(to) = next_part(stretch, from, packing) else { break };
        cuts.push(from..to);
        from = to;
    }
    cuts
}

/// Where a part begins, or the stretch ends with one, a piece or more behind `from`, where one begins.
fn next_part(stretch: &[u8], from: usize, packing: Packing) -> Option<usize> {
    match packing {
        Packing::Zstd => {
            let mut to = from;
            while to < from + PIECE && to < stretch.len() {
                to += zstd_safe::find_frame_compressed_size(&stretch[to..]).ok().filter(|size| *size > 0)?;
            }
            (to > from).then_some(to)
        }
        _ => {
            let search = stretch.get(from + PIECE..(from + PIECE + LONGEST).min(stretch.len()))?;
            memchr::memmem::find_iter(search, b"\x1F\x8B\x08")
                .map(|at| from + PIECE + at)
                .find(|&at| is_member(&stretch[at..]))
        }
    }
}

/// True for bytes that may begin a member of gzip: no reserved flag, a usual level, a known system (RFC 1952).
fn is_member(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1F, 0x8B, 8, 0..=0x1F, _, _, _, _, 0 | 2 | 4, 0..=13 | 255, ..])
}

/// Unpacks the parts that begin in a piece.
fn unpack(stretch: &[u8], piece: Range<usize>, packing: Packing) -> Unpacked {
    let mut all = Unpacked { bytes: Vec::new(), end: piece.start, stopped: false };
    while all.end < piece.end {
        let before = all.bytes.len();
        let rest = &stretch[all.end..];
        let room = UNPACKED - before;
        match unpack_part(rest, packing, room, &mut all.bytes) {
            Ok(length) if length > 0 && all.bytes.len() - before <= room => all.end += length,
            _ => {
                all.bytes.truncate(before);
                all.stopped = true;
                return all;
            }
        }
    }
    all
}

/// Unpacks one part, up to a byte more than there is room for; gives its packed length.
fn unpack_part(packed: &[u8], packing: Packing, room: usize, into: &mut Vec<u8>) -> io::Result<usize> {
    let limit = room as u64 + 1;
    match packing {
        Packing::Zstd => {
            let length = zstd_safe::find_frame_compressed_size(packed).map_err(|_| io::ErrorKind::InvalidData)?;
            zstd::stream::read::Decoder::with_buffer(&packed[..length])?.take(limit).read_to_end(into)?;
            Ok(length)
        }
        _ => {
            let mut member = GzDecoder::new(packed);
            (&mut member).take(limit).read_to_end(into)?;
            Ok(packed.len() - member.into_inner().len())
        }
    }
}
