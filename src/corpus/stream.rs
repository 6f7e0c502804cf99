//! A file as a stream of unpacked bytes, of which the first may be looked at before they are read.

use super::packing::Packing;
use super::parallel_decompress::Frames;
use bzip2::bufread::MultiBzDecoder;
use encoding_rs::{Decoder, Encoding};
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Bytes that are unpacked, or asked of the system, at once.
const BUFFER: usize = 256 << 10;

/// The unpacked bytes of a file.
pub(crate) struct Stream {
    inner: Box<dyn Read + Send>,
    /// What has been looked at and not yet read.
    head: Vec<u8>,
    taken: usize,
    /// What went wrong while looking; whoever reads on meets it in its place.
    failed: Option<io::Error>,
    hash: Xxh3,
    /// Bytes read so far.
    pub bytes: u64,
}

impl Stream {
    /// Opens a file, packed or not: what it is packed with is recognised by its first bytes, whatever it is called.
    pub fn open(path: &Path) -> io::Result<(Self, Option<Packing>)> {
        let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
        let packing = Packing::by_magic(file.fill_buf()?);
        let in_pieces = packing.filter(|packing| Frames::reads(*packing) && !has_dictionary(file.buffer()));
        match in_pieces {
            Some(packing) if file.get_ref().metadata()?.is_file() => {
                let frames = Frames::new(file.into_inner(), packing);
                let inner = Box::new(Unpacking { packing, frames: Some(frames), rest: None });
                Ok((Stream::of(inner), Some(packing)))
            }
            _ => Stream::of_reader(file),
        }
    }

    /// The unpacked bytes of what a reader gives.
    pub fn of_reader(mut reader: impl BufRead + Send + 'static) -> io::Result<(Self, Option<Packing>)> {
        let packing = Packing::by_magic(reader.fill_buf()?);
        let inner: Box<dyn Read + Send> = match packing {
            None => Box::new(reader),
            Some(packing) => unpacked(reader, packing)?,
        };
        Ok((Stream::of(inner), packing))
    }

    fn of(inner: Box<dyn Read + Send>) -> Self {
        Stream { inner, head: Vec::new(), taken: 0, failed: None, hash: Xxh3::new(), bytes: 0 }
    }

    /// A stream of bytes in memory.
    pub fn of_memory(bytes: Arc<[u8]>) -> Self {
        Stream::of(Box::new(io::Cursor::new(bytes)))
    }

    /// The first bytes of what is to be read next: `size` of them, fewer at the end and before what cannot be read.
    pub fn peek(&mut self, size: usize) -> &[u8] {
        let looked_at = self.head.len() - self.taken;
        if looked_at < size && self.failed.is_none() {
            self.failed = (&mut self.inner).take((size - looked_at) as u64).read_to_end(&mut self.head).err();
        }
        let end = self.head.len().min(self.taken + size);
        &self.head[self.taken..end]
    }

    /// Reads until `block` has `size` bytes more; fewer only at the end.
    pub fn append(&mut self, block: &mut Vec<u8>, size: usize) -> io::Result<usize> {
        self.take(size as u64).read_to_end(block)
    }

    /// The stream in UTF-8. Offsets in it are then those of the UTF-8.
    pub fn decoded(self, encoding: &'static Encoding) -> Self {
        Stream::of(Box::new(Decoded {
            inner: self,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BUFFER],
            text: vec![0; 4 * BUFFER],
            ready: 0..0,
            is_done: false,
        }))
    }

    /// What is wrong behind the bytes that can be looked at, if anything is.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failed.as_ref()
    }

    /// Hash of the bytes read so far.
    pub fn hash(&self) -> u64 {
        self.hash.digest()
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let looked_at = &self.head[self.taken..];
        let count = if looked_at.is_empty() {
            match self.failed.take() {
                Some(error) => return Err(error),
                None => self.inner.read(into)?,
            }
        } else {
            let count = looked_at.len().min(into.len());
            into[..count].copy_from_slice(&looked_at[..count]);
            self.taken += count;
            if self.taken == self.head.len() {
                (self.head, self.taken) = (Vec::new(), 0);
            }
            count
        };
        self.hash.update(&into[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// The unpacked bytes of a file that is read from its beginning to its end.
fn unpacked(reader: impl BufRead + Send + 'static, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(reader)),
        Packing::Zstd => zstd_decoder(reader)?,
        Packing::Bzip2 => Box::new(MultiBzDecoder::new(reader)),
        Packing::Xz => Box::new(Slow(XzReader::new(reader, true))),
        Packing::Lz4 => Box::new(Lz4Frames::new(reader)),
        Packing::Zip | Packing::Tar => return Err(io::Error::other("an archive of files where a file was expected")),
    })
}

/// How a Zstandard file begins that carries the dictionary of its frames: the web archives of the Archive Team.
const DICTIONARY: &[u8] = &[0x5D, 0x2A, 0x4D, 0x18];

/// The largest dictionary that is read.
const LONGEST_DICTIONARY: u32 = 64 << 20;

fn has_dictionary(head: &[u8]) -> bool {
    head.starts_with(DICTIONARY)
}

/// ```text
/// file       = skippable frame*
/// skippable  = 5D 2A 4D 18 length:u32 dictionary      the dictionary perhaps packed itself
/// ```
fn zstd_decoder(mut reader: impl BufRead + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    if !has_dictionary(reader.fill_buf()?) {
        return Ok(Box::new(zstd::stream::read::Decoder::with_buffer(reader)?));
    }
    let mut head = [0; 8];
    reader.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    if length > LONGEST_DICTIONARY {
        return Err(io::Error::other("the dictionary of this file is longer than 64 MB"));
    }
    let mut dictionary = vec![0; length as usize];
    reader.read_exact(&mut dictionary)?;
    if Packing::by_magic(&dictionary) == Some(Packing::Zstd) {
        let mut unpacked = Vec::new();
        let decoder = zstd::stream::read::Decoder::with_buffer(&dictionary[..])?;
        decoder.take(u64::from(LONGEST_DICTIONARY)).read_to_end(&mut unpacked)?;
        dictionary = unpacked;
    }
    Ok(Box::new(zstd::stream::read::Decoder::with_dictionary(reader, &dictionary)?))
}

/// A decoder that loses what a call has decoded when it then meets something broken: little is asked of it at once.
struct Slow<R>(R);

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = into.len().min(4096);
        self.0.read(&mut into[..size])
    }
}

/// Frames of LZ4, one after another; the decoder ends behind each.
struct Lz4Frames<R: BufRead> {
    decoder: lz4_flex::frame::FrameDecoder<R>,
}

impl<R: BufRead> Lz4Frames<R> {
    fn new(reader: R) -> Self {
        Lz4Frames { decoder: lz4_flex::frame::FrameDecoder::new(reader) }
    }
}

impl<R: BufRead> Read for Lz4Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.decoder.read(into)?;
            let is_end = into.is_empty() || self.decoder.get_mut().fill_buf()?.is_empty();
            if count > 0 || is_end {
                return Ok(count);
            }
        }
    }
}

/// A packed file: in pieces as long as that goes, then from there to its end.
struct Unpacking {
    packing: Packing,
    frames: Option<Frames>,
    rest: Option<Box<dyn Read + Send>>,
}

impl Read for Unpacking {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(frames) = &mut self.frames {
            let count = frames.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            if let Some(file) = frames.rest()? {
                self.rest = Some(unpacked(BufReader::with_capacity(BUFFER, file), self.packing)?);
            }
            self.frames = None;
        }
        self.rest.as_mut().map_or(Ok(0), |rest| rest.read(into))
    }
}

/// A stream turned into UTF-8 as it is read.
struct Decoded {
    inner: Stream,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Decoded, of which `ready` is still to be read.
    text: Vec<u8>,
    ready: Range<usize>,
    is_done: bool,
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.is_done {
            let count = self.inner.read(&mut self.raw)?;
            self.is_done = count == 0;
            // `text` has room for whatever `raw` can become: three bytes for each and some more at the end.
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..count], &mut self.text, self.is_done);
            self.ready = 0..written;
        }
        let count = self.ready.len().min(into.len());
        into[..count].copy_from_slice(&self.text[self.ready.start..self.ready.start + count]);
        self.ready.start += count;
        Ok(count)
    }
}

#[cfg(test)]
impl Stream {
    /// A stream of these bytes, `size` of them at a time.
    pub fn of_bytes(bytes: Vec<u8>, size: usize) -> Self {
        struct Dripping(io::Cursor<Vec<u8>>, usize);
        impl Read for Dripping {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let size = self.1.min(into.len());
                self.0.read(&mut into[..size])
            }
        }
        Stream::of(Box::new(Dripping(io::Cursor::new(bytes), size)))
    }
}

/// Why a stream ended before its end, in words that say what to do.
pub(super) fn broken(error: &io::Error) -> String {
    format!("cannot be read on from here: {error}; what comes before it was read. Fetch or pack the file again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_16BE, UTF_16LE};
    use proptest::prelude::*;
    use std::io::Write;

    fn open(bytes: &[u8]) -> (Stream, Option<Packing>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Stream::open(file.path()).unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut packed = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn lz4(bytes: &[u8]) -> Vec<u8> {
        let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB);
        let mut packed = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    type Pack = fn(&[u8]) -> Vec<u8>;

    const PACKINGS: [(Pack, Packing); 5] =
        [(gzip, Packing::Gzip), (zstd, Packing::Zstd), (bzip2, Packing::Bzip2), (xz, Packing::Xz), (lz4, Packing::Lz4)];

    #[test]
    fn a_dictionary_at_the_beginning_of_a_file_is_used() {
        let text = |k: u32| format!("渡船每天开六班，第{k}班是傍晚五点四十分，船工姓闵。").into_bytes();
        let dictionary = [text(0), text(1), text(2)].concat();
        let frame = |k: u32| {
            let mut packed = zstd::stream::write::Encoder::with_dictionary(Vec::new(), 3, &dictionary).unwrap();
            packed.write_all(&text(k)).unwrap();
            packed.finish().unwrap()
        };
        for carried in [dictionary.clone(), zstd(&dictionary)] {
            let head = [DICTIONARY, &(carried.len() as u32).to_le_bytes()].concat();
            let (mut stream, packing) = open(&[head, carried, frame(7), frame(8)].concat());
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            assert_eq!((packing, all), (Some(Packing::Zstd), [text(7), text(8)].concat()));
        }
    }

    #[test]
    fn members_and_frames_are_read_one_after_another() {
        for (pack, packing) in PACKINGS {
            let (mut stream, found) = open(&[pack(b"one "), pack(b""), pack(b"two")].concat());
            assert_eq!(found, Some(packing));
            assert_eq!(stream.peek(5), b"one t");
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            assert_eq!((all.as_slice(), stream.bytes), (&b"one two"[..], 7));
            assert_eq!(stream.hash(), xxhash_rust::xxh3::xxh3_64(b"one two"));
        }
    }

    /// Bytes that hardly pack, in packed parts of `size` bytes each.
    fn in_parts(pack: fn(&[u8]) -> Vec<u8>, size: usize, count: usize) -> (Vec<u8>, Vec<u8>) {
        let mut state = 7u64;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        let plain: Vec<u8> = (0..size * count).map(|_| byte()).collect();
        let packed = plain.chunks(size).flat_map(pack).collect();
        (plain, packed)
    }

    #[test]
    fn many_parts_are_unpacked_in_their_order_and_a_long_one_too() {
        for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
            for (size, count) in [(900, 3000), (40_000, 100), (3 << 20, 3)] {
                let (mut plain, mut packed) = in_parts(pack, size, count);
                let (long, long_packed) = in_parts(pack, 5 << 20, 1);
                let (last, last_packed) = in_parts(pack, 700_000, 4);
                plain.extend([long, last].concat());
                packed.extend([long_packed, last_packed].concat());
                let (mut stream, _) = open(&packed);
                let mut all = Vec::new();
                stream.read_to_end(&mut all).unwrap();
                assert!(all == plain, "{size} bytes a part: {} of {}", all.len(), plain.len());
            }
        }
    }

    #[test]
    fn what_looks_like_a_member_inside_one_is_no_beginning() {
        let begin = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3];
        let stored = |bytes: &[u8]| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
            packed.write_all(bytes).unwrap();
            packed.finish().unwrap()
        };
        let plain = begin.repeat(200_000);
        let packed: Vec<u8> = plain.chunks(130_000).flat_map(stored).collect();
        let mut all = Vec::new();
        open(&packed).0.read_to_end(&mut all).unwrap();
        assert!(all == plain);
    }

    #[test]
    fn a_broken_part_among_many_is_reported_in_its_place() {
        for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
            let (plain, mut packed) = in_parts(pack, 40_000, 60);
            let middle = packed.len() / 2 + 1000;
            packed.truncate(middle);
            let mut all = Vec::new();
            open(&packed).0.read_to_end(&mut all).unwrap_err();
            assert!(plain.starts_with(&all) && all.len() > plain.len() / 2 - 200_000, "{}", all.len());
        }
    }

    #[test]
    fn what_comes_before_a_break_is_read_and_the_break_is_reported() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|k| k.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for packed in PACKINGS.map(|(pack, _)| pack(&text)) {
            for peeked in [0, 10, 1 << 30] {
                let (mut stream, _) = open(&packed[..packed.len() / 2]);
                stream.peek(peeked);
                let mut all = Vec::new();
                let error = stream.read_to_end(&mut all).unwrap_err();
                assert!(all.len() > text.len() / 4 && text.starts_with(&all), "{:?}: {}", &packed[..4], all.len());
                assert!(broken(&error).contains("pack the file again"));
            }
        }
    }

    proptest! {
        #[test]
        fn utf16_is_decoded_whatever_the_pieces(text in "\\PC{0,60}", size in 1usize..9, big: bool) {
            let (units, encoding) = (text.encode_utf16(), if big { UTF_16BE } else { UTF_16LE });
            let bytes = units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let mut decoded = String::new();
            Stream::of_bytes(bytes, size).decoded(encoding).read_to_string(&mut decoded).unwrap();
            prop_assert_eq!(decoded, text);
        }
    }
}
