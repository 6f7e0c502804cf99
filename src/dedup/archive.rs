//! A WARC file without some of its records: the others, and what is between them, stay byte for byte. A file that
//! is packed member by member, as archives are so that a record can be read alone, stays so.

use crate::corpus::WARC_MAGIC;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};
use std::iter::Peekable;
use std::vec::IntoIter;

/// What is left out, by its first byte in the unpacked file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub at: u64,
    /// Bytes of headers and block; `None` for what goes up to the next record, whatever it is.
    pub length: Option<u64>,
}

/// Bytes that are read at once.
const BLOCK: usize = 256 << 10;
/// A member of fewer bytes is kept whole, to be written as it lies in the file when nothing of it is left out.
const WHOLE: usize = 64 << 20;
/// How a member begins.
const GZIP: &[u8] = b"\x1F\x8B";

/// Writes an unpacked archive without `cuts`, which are in order. What is broken behind the byte `end`, where the last
/// record that was read ends, is left out. Holds a block at a time.
pub(super) fn copy(reader: &mut dyn Read, cuts: Vec<Cut>, end: u64, writer: &mut dyn Write) -> io::Result<()> {
    Cutter::new(cuts, end).drain(reader, writer).map(drop)
}

/// The same for an archive packed with gzip, whose `packed` bytes these are; cuts count unpacked bytes. A member that
/// keeps all it has is written as it is, one that keeps nothing is not written, any other is packed again. Holds a
/// member of up to 64 MB twice.
pub(super) fn copy_members(mut packed: &[u8], cuts: Vec<Cut>, end: u64, writer: &mut dyn Write) -> io::Result<()> {
    let mut cutter = Cutter::new(cuts, end);
    while packed.starts_with(GZIP) {
        let mut member = GzDecoder::new(packed);
        let (mut bytes, mut kept) = (Vec::new(), Vec::new());
        let read = (&mut member).take(WHOLE as u64).read_to_end(&mut bytes);
        cutter.push(&bytes, &mut kept)?;
        let is_whole = read.is_ok() && bytes.len() < WHOLE;
        if is_whole && (kept == bytes || kept.is_empty()) {
            let rest = member.into_inner();
            if !kept.is_empty() {
                writer.write_all(&packed[..packed.len() - rest.len()])?;
            }
            packed = rest;
            continue;
        }
        let mut again = GzEncoder::new(&mut *writer, flate2::Compression::default());
        again.write_all(&kept)?;
        let goes_on = match read {
            Ok(_) => cutter.drain(&mut member, &mut again)?,
            Err(error) => cutter.is_past(error)?,
        };
        again.finish()?;
        if !goes_on {
            return Ok(());
        }
        packed = member.into_inner();
    }
    Ok(())
}

/// Passes bytes on without those that are cut out.
struct Cutter {
    cuts: Peekable<IntoIter<Cut>>,
    /// Where the last record that was read ends.
    end: u64,
    /// Bytes that came by.
    at: u64,
    state: CutState,
}

/// What is being done with the bytes that come.
enum CutState {
    Copy,
    /// Left out, so many of them.
    Pass(u64),
    /// Left out as long as they are blank: they end the record before.
    Blanks,
    /// Left out up to a line that begins a record; so many bytes of its beginning have come.
    Seek(usize),
}

impl Cutter {
    fn new(cuts: Vec<Cut>, end: u64) -> Self {
        Cutter { cuts: cuts.into_iter().peekable(), end, at: 0, state: CutState::Copy }
    }

    /// Passes on all that can be read; false when something broken comes behind the last record.
    fn drain(&mut self, reader: &mut dyn Read, writer: &mut dyn Write) -> io::Result<bool> {
        let mut block = vec![0; BLOCK];
        loop {
            match reader.read(&mut block) {
                Ok(0) => return Ok(true),
                Ok(count) => self.push(&block[..count], writer)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.is_past(error),
            }
        }
    }

    /// False where an error loses nothing, for all records have come by.
    fn is_past(&self, error: io::Error) -> io::Result<bool> {
        if self.at < self.end { Err(error) } else { Ok(false) }
    }

    fn push(&mut self, mut bytes: &[u8], writer: &mut dyn Write) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = match self.state {
                CutState::Copy => {
                    while self.cuts.next_if(|cut| cut.at < self.at).is_some() {}
                    if self.begin_cut(0) {
                        continue;
                    }
                    let next = self.cuts.peek().map_or(u64::MAX, |cut| cut.at - self.at);
                    let count = next.min(bytes.len() as u64) as usize;
                    writer.write_all(&bytes[..count])?;
                    count
                }
                CutState::Pass(left) => {
                    let count = left.min(bytes.len() as u64);
                    let left = left - count;
                    self.state = if left == 0 { CutState::Blanks } else { CutState::Pass(left) };
                    count as usize
                }
                CutState::Blanks => {
                    let blanks = bytes.len() - bytes.trim_ascii_start().len();
                    if blanks < bytes.len() {
                        self.state = CutState::Copy;
                    }
                    blanks
                }
                CutState::Seek(come) => self.seek(come, bytes, writer)?,
            };
            self.at += count as u64;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Begins the cut that begins here, if one does, of which `come` bytes have come already.
    fn begin_cut(&mut self, come: u64) -> bool {
        let Some(cut) = self.cuts.next_if(|cut| cut.at == self.at) else { return false };
        self.state = match cut.length {
            Some(length) => CutState::Pass(length.saturating_sub(come)),
            None => CutState::Seek(0),
        };
        true
    }

    /// Looks for a line that begins a record, and says how many bytes it has gone by. The beginning has one line
    /// break, its first byte, so that a byte which does not continue it can only begin it anew.
    fn seek(&mut self, mut come: usize, bytes: &[u8], writer: &mut dyn Write) -> io::Result<usize> {
        for (k, &byte) in bytes.iter().enumerate() {
            let is_next = if come == 0 { byte == b'\n' } else { byte == WARC_MAGIC[come - 1] };
            come = if is_next { come + 1 } else { usize::from(byte == b'\n') };
            if come > WARC_MAGIC.len() {
                let behind = self.at + k as u64 + 1;
                let begun = std::mem::replace(&mut self.at, behind - WARC_MAGIC.len() as u64);
                while self.cuts.next_if(|cut| cut.at < self.at).is_some() {}
                if !self.begin_cut(WARC_MAGIC.len() as u64) {
                    self.state = CutState::Copy;
                    writer.write_all(WARC_MAGIC)?;
                }
                self.at = begun;
                return Ok(k + 1);
            }
        }
        self.state = CutState::Seek(come);
        Ok(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {}\r\n\r\n{name}\r\n\r\n", name.len())
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    /// What stays of some records without those that are marked, cut by length or up to the next, read in small blocks.
    fn copied(records: &[(&str, bool)], by_length: bool, size: usize) -> String {
        let (mut all, mut cuts) = (String::new(), Vec::new());
        for (record, stays) in records {
            let (at, length) = (all.len() as u64, by_length.then_some(record.trim_end().len() as u64));
            cuts.extend((!stays).then_some(Cut { at, length }));
            all += record;
        }
        let mut cutter = Cutter::new(cuts, all.len() as u64);
        let mut out = Vec::new();
        all.as_bytes().chunks(size).for_each(|block| cutter.push(block, &mut out).unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_stays_is_the_same_byte_for_byte_however_it_is_read() {
        let [a, b, c] = ["甲\nWARC", "乙", "丙\n\nx"].map(record);
        for stays in 0..8u32 {
            let records = [(&*a, stays & 1 > 0), (&*b, stays & 2 > 0), (&*c, stays & 4 > 0)];
            let expected: String = records.iter().filter(|(_, stays)| *stays).map(|(record, _)| *record).collect();
            for (by_length, size) in [(true, 1), (true, 7), (true, 999), (false, 1), (false, 7), (false, 999)] {
                assert_eq!(copied(&records, by_length, size), expected, "{stays} {by_length} {size}");
            }
        }
    }

    #[test]
    fn members_stay_as_they_are_or_go_and_mixed_ones_are_packed_again() {
        let [a, b, c, d] = ["甲", "乙", "丙", "丁"].map(record);
        let members = [packed(a.as_bytes()), packed(b.as_bytes()), packed((c.clone() + &d).as_bytes())];
        let cut = |before: &str, of: &str| Cut { at: before.len() as u64, length: Some(of.trim_end().len() as u64) };
        let (before_c, all) = (a.clone() + &b, [&*a, &*b, &*c, &*d].concat());
        let cuts = vec![cut(&a, &b), cut(&before_c, &c)];
        let mut out = Vec::new();
        copy_members(&members.concat(), cuts, all.len() as u64, &mut out).unwrap();
        assert!(out.starts_with(&members[0]));
        let mut last = String::new();
        GzDecoder::new(&out[members[0].len()..]).read_to_string(&mut last).unwrap();
        assert_eq!(last, d);
    }

    #[test]
    fn a_broken_end_is_left_out_and_a_broken_record_is_an_error() {
        let [a, b] = ["甲", "乙"].map(record);
        let mut members = [packed(a.as_bytes()), packed(b.as_bytes())].concat();
        members.truncate(members.len() - 9);
        let (mut out, read) = (Vec::new(), a.trim_end().len() as u64);
        let behind = Cut { at: a.len() as u64, length: None };
        copy_members(&members, vec![behind], read, &mut out).unwrap();
        assert!(out.starts_with(&packed(a.as_bytes())));
        assert!(copy_members(&members, vec![], (a.len() + b.len()) as u64, &mut Vec::new()).is_err());
    }
}
