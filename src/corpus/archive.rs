//! Archives of files: zip (and WACZ, a zip of web archives), tar as it is or packed. A file in one is a stretch of it;
//! a packed tar is unpacked into a temporary file first.

use super::encoding;
use super::packing::Packing;
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::storage::Bytes;
use flate2::bufread::DeflateDecoder;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Bytes that are asked of a file in an archive at once.
const BUFFER: usize = 256 << 10;

/// An archive and the files in it.
pub(super) struct Archive {
    bytes: Arc<Bytes>,
    pub packing: Packing,
    pub members: Vec<Member>,
    /// What is wrong with the archive.
    pub broken: Option<String>,
    /// Members that are passed over for good reason, and how many of each kind.
    pub passed: BTreeMap<Cow<'static, str>, usize>,
}

/// A file in an archive.
pub(super) struct Member {
    /// Its path there, with no step out of the archive.
    pub name: String,
    start: u64,
    length: u64,
    method: Method,
}

/// How a file is packed in its archive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    /// As it is, or in a way that its own first bytes show.
    Stored,
    Deflated,
    Other(u16),
    Encrypted,
}

/// The bytes of a zip archive.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Bytes of a record of tar.
pub(super) const TAR_HEAD: usize = 512;

/// True for bytes that begin with a record of tar: its sum is right.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(head) = head.get(..TAR_HEAD) else { return false };
    let written = std::str::from_utf8(&head[148..156]).unwrap_or_default().trim_matches(['\0', ' ']);
    let sum =
        head.iter().enumerate().map(|(k, byte)| if (148..156).contains(&k) { 32 } else { u32::from(*byte) }).sum();
    head[0] != 0 && u32::from_str_radix(written, 8) == Ok(sum)
}

/// The archive that a path leads into, and the path of a file in it: `a.zip/b/c.txt` where `a.zip` is a file.
pub(super) fn split(path: &Path) -> (PathBuf, Option<String>) {
    let inside = |archive: &Path| {
        let inner = path.strip_prefix(archive).ok()?.components();
        Some(inner.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/"))
    };
    match path.ancestors().skip(1).find(|archive| archive.is_file()) {
        Some(archive) if !path.exists() => (archive.to_owned(), inside(archive)),
        _ => (path.to_owned(), None),
    }
}

/// Opens a zip archive.
pub(super) fn zip(bytes: Bytes) -> Archive {
    let mut archive = Archive::new(bytes, Packing::Zip);
    let listed = match zip::ZipArchive::new(Cursor::new(&archive.bytes[..])) {
        Ok(mut directory) => list_zip(&mut directory),
        Err(error) => {
            archive.broken = Some(format!(
                "the directory at the end of this zip archive cannot be read: {error}. What is read was found without it; \
                 fetch the archive again"
            ));
            walk_zip(&archive.bytes)
        }
    };
    archive.take(listed);
    archive.choose();
    archive
}

/// Opens a tar archive that is not packed.
pub(super) fn tar(bytes: Bytes) -> Archive {
    let mut archive = Archive::new(bytes, Packing::Tar);
    let (listed, broken) = list_tar(&archive.bytes);
    archive.broken = broken;
    archive.take(listed);
    archive.choose();
    archive
}

/// Opens a packed tar archive, unpacked into a temporary file. What comes before a break is there.
pub(super) fn packed_tar(mut stream: Stream, scratch: &Path) -> Result<Archive> {
    let failed = |source| Error::Write { path: scratch.to_owned(), source };
    std::fs::create_dir_all(scratch).map_err(failed)?;
    let mut file = tempfile::tempfile_in(scratch).map_err(failed)?;
    let mut block = Vec::new();
    let broken = loop {
        block.clear();
        let read = stream.append(&mut block, BUFFER);
        io::Write::write_all(&mut file, &block).map_err(failed)?;
        match read {
            Ok(0) => break None,
            Ok(_) => {}
            Err(error) => break Some(super::stream::broken(&error)),
        }
    };
    let mut archive = tar(Bytes::map_file(&file).map_err(failed)?);
    archive.broken = broken.or(archive.broken);
    Ok(archive)
}

impl Archive {
    fn new(bytes: Bytes, packing: Packing) -> Self {
        Archive { bytes: Arc::new(bytes), packing, members: Vec::new(), broken: None, passed: BTreeMap::new() }
    }

    fn take(&mut self, listed: Vec<(Vec<u8>, Member)>) {
        for (name, member) in listed {
            match inner_name(&name) {
                Some(name) => self.members.push(Member { name, ..member }),
                None => self.pass("hidden files in archives"),
            }
        }
    }

    fn pass(&mut self, what: &'static str) {
        *self.passed.entry(what.into()).or_default() += 1;
    }

    /// Keeps of the parts of one document, or of a web archive, those that are pages.
    fn choose(&mut self) {
        let has = |name: &str| self.members.iter().any(|member| member.name == name);
        if has("[Content_Types].xml") || has("mimetype") {
            self.members.clear();
            self.broken = Some("an office document or a book, which is not read; save it as text or as a table".into());
        } else if has("datapackage.json") && self.members.iter().any(Member::is_web_archive) {
            let before = self.members.len();
            self.members.retain(Member::is_web_archive);
            self.passed.insert("files of a WACZ that are no web archive".into(), before - self.members.len());
        }
    }

    /// The bytes of a file in the archive, unpacked; or why there are none.
    pub fn open(&self, member: &Member) -> std::result::Result<Stream, String> {
        let end = member.start.saturating_add(member.length).min(self.bytes.len() as u64);
        let section = FileSection { bytes: self.bytes.clone(), at: member.start.min(end) as usize, end: end as usize };
        let opened = match member.method {
            Method::Stored => Stream::of_reader(section),
            Method::Deflated => Stream::of_reader(BufReader::with_capacity(BUFFER, DeflateDecoder::new(section))),
            Method::Other(method) => {
                return Err(format!("packed in the zip with method {method}, which is not read; unpack it"));
            }
            Method::Encrypted => return Err("encrypted, which is not read; unpack it with its password".into()),
        };
        opened.map(|(stream, _)| stream).map_err(|error| format!("cannot be unpacked: {error}"))
    }

    /// True when a member goes on behind the end of a cut archive.
    pub fn is_cut(&self, member: &Member) -> bool {
        member.start.saturating_add(member.length) > self.bytes.len() as u64
    }
}

impl Member {
    fn is_web_archive(&self) -> bool {
        self.name.starts_with("archive/") && self.name.contains(".warc")
    }
}

/// A path inside of an archive without its beginning and its steps up; `None` for one that is hidden.
fn inner_name(name: &[u8]) -> Option<String> {
    let encoding = encoding::choose(name, &[], None).encoding;
    let path = encoding::decode(name, encoding).replace('\\', "/");
    let parts = Path::new(&path).components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
        _ => None,
    });
    let parts: Vec<String> = parts.collect();
    let is_hidden = parts.is_empty() || parts.iter().any(|part| part.starts_with('.') || part == "__MACOSX");
    (!is_hidden).then(|| parts.join("/"))
}

fn list_zip(directory: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Vec<(Vec<u8>, Member)> {
    let mut listed = Vec::new();
    for k in 0..directory.len() {
        let Ok(file) = directory.by_index_raw(k) else { continue };
        if file.is_dir() || file.is_symlink() {
            continue;
        }
        let method = if file.encrypted() { Method::Encrypted } else { of_number(number_of(file.compression())) };
        let (start, length) = (file.data_start().unwrap_or(u64::MAX), file.compressed_size());
        listed.push((file.name_raw().to_vec(), Member { name: String::new(), start, length, method }));
    }
    listed
}

/// The number of a method of zip.
#[allow(deprecated)]
fn number_of(method: zip::CompressionMethod) -> u16 {
    match method {
        zip::CompressionMethod::Stored => 0,
        zip::CompressionMethod::Unsupported(number) => number,
        // Without its features the crate knows no other.
        _ => u16::MAX,
    }
}

fn of_number(number: u16) -> Method {
    match number {
        8 => Method::Deflated,
        // bzip2, Zstandard and xz are recognised by their first bytes.
        0 | 12 | 93 | 95 => Method::Stored,
        other => Method::Other(other),
    }
}

/// The files of a zip archive without its directory, one local header after another, as far as they state their lengths.
///
/// ```text
/// header = "PK" 03 04 version:u16 flags:u16 method:u16 time:u32 crc:u32 packed:u32 length:u32 name:u16 extra:u16 name extra
/// ```
fn walk_zip(bytes: &[u8]) -> Vec<(Vec<u8>, Member)> {
    let mut listed = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 30).filter(|head| head.starts_with(b"PK\x03\x04")) {
        let two = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let length = u32::from_le_bytes([head[18], head[19], head[20], head[21]]) as usize;
        let (flags, name) = (two(6), usize::from(two(26)));
        let start = at + 30 + name + usize::from(two(28));
        let Some(name) = bytes.get(at + 30..at + 30 + name) else { break };
        if flags & 8 > 0 || length == u32::MAX as usize {
            break;
        }
        if !name.ends_with(b"/") {
            let method = if flags & 1 > 0 { Method::Encrypted } else { of_number(two(8)) };
            let member = Member { name: String::new(), start: start as u64, length: length as u64, method };
            listed.push((name.to_vec(), member));
        }
        at = start + length;
    }
    listed
}

fn list_tar(bytes: &[u8]) -> (Vec<(Vec<u8>, Member)>, Option<String>) {
    let mut listed = Vec::new();
    let mut archive = tar::Archive::new(Cursor::new(bytes));
    let broken =
        |error: io::Error| format!("this tar archive is broken or cut off here: {error}; what comes before is read");
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return (listed, Some(broken(error))),
    };
    for entry in entries {
        match entry {
            Ok(entry) if entry.header().entry_type().is_file() || entry.header().entry_type().is_contiguous() => {
                let (start, length) = (entry.raw_file_position(), entry.size());
                let member = Member { name: String::new(), start, length, method: Method::Stored };
                listed.push((entry.path_bytes().into_owned(), member));
            }
            Ok(_) => {}
            Err(error) => return (listed, Some(broken(error))),
        }
    }
    (listed, None)
}

/// A stretch of an archive.
struct FileSection {
    bytes: Arc<Bytes>,
    at: usize,
    end: usize,
}

impl Read for FileSection {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = (&self.bytes[self.at..self.end]).read(into)?;
        self.at += count;
        Ok(count)
    }
}

impl BufRead for FileSection {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(&self.bytes[self.at..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.end);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;

    /// A zip archive of these files, each deflated.
    pub fn zipped(files: &[(&[u8], &[u8])]) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for (name, content) in files {
            let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(content).unwrap();
            let packed = packed.finish().unwrap();
            let mut crc = flate2::Crc::new();
            crc.update(content);
            let offset = bytes.len() as u32;
            let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x58];
            [crc.sum(), packed.len() as u32, content.len() as u32].iter().for_each(|n| common.extend(n.to_le_bytes()));
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0, 0]);
            bytes.extend([&b"PK\x03\x04"[..], &common, name, &packed].concat());
            let place = [&[0; 10][..], &offset.to_le_bytes()].concat();
            directory.extend([&b"PK\x01\x02\x14\0"[..], &common, &place, name].concat());
        }
        let (start, count) = (bytes.len() as u32, (files.len() as u16).to_le_bytes());
        bytes.extend(&directory);
        bytes.extend(
            [
                &b"PK\x05\x06\0\0\0\0"[..],
                &count,
                &count,
                &(directory.len() as u32).to_le_bytes(),
                &start.to_le_bytes(),
                &[0, 0],
            ]
            .concat(),
        );
        bytes
    }

    pub fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    fn contents(archive: &Archive) -> Vec<(String, String)> {
        let content = |member: &Member| {
            let mut text = String::new();
            archive.open(member).unwrap().read_to_string(&mut text).unwrap();
            (member.name.clone(), text)
        };
        archive.members.iter().map(content).collect()
    }

    #[test]
    fn files_of_archives_are_read() {
        let long = format!("{}/{}.txt", "文件夹".repeat(30), "页".repeat(20));
        let files = [("a/b.txt", "甲".as_bytes()), (&long, "乙".as_bytes()), ("../c.txt", b""), (".git/x", b"y")];
        let tar_files: Vec<(&str, &[u8])> = files.iter().filter(|(name, _)| !name.starts_with("..")).copied().collect();
        let archive = tar(Bytes::Owned(tarred(&tar_files)));
        assert_eq!(contents(&archive), [("a/b.txt".into(), "甲".into()), (long.clone(), "乙".into())]);
        assert_eq!((archive.broken, archive.passed.len()), (None, 1));

        let zip_files: Vec<(&[u8], &[u8])> = files.iter().map(|(name, content)| (name.as_bytes(), *content)).collect();
        let whole = zipped(&zip_files);
        let archive = zip(Bytes::Owned(whole.clone()));
        let all = [("a/b.txt".into(), "甲".into()), (long, "乙".into()), ("c.txt".into(), String::new())];
        assert_eq!((contents(&archive), archive.broken.is_some()), (all.to_vec(), false));
        let cut = zip(Bytes::Owned(whole[..whole.len() - 30].to_vec()));
        assert_eq!((contents(&cut), cut.broken.is_some()), (all.to_vec(), true));
    }

    #[test]
    fn names_from_chinese_windows_are_read() {
        let name = encoding_rs::GB18030.encode("新闻稿件/渡口末班船.txt").0;
        let archive = zip(Bytes::Owned(zipped(&[(&name, b"x")])));
        assert_eq!(archive.members[0].name, "新闻稿件/渡口末班船.txt");
    }

    #[test]
    fn a_cut_tar_gives_what_comes_before() {
        let content = vec![b'x'; 3000];
        let whole = tarred(&[("a.txt", &content), ("b.txt", &content), ("c.txt", &content)]);
        assert!(is_tar(&whole) && !is_tar(&content) && !is_tar(&[0; 600]));
        for (end, count, cut) in [(whole.len(), 3, 0), (4000, 1, 0), (6500, 2, 1)] {
            let archive = tar(Bytes::Owned(whole[..end].to_vec()));
            let cuts = archive.members.iter().filter(|member| archive.is_cut(member)).count();
            assert_eq!((archive.members.len(), cuts), (count, cut), "{end}: {:?}", archive.broken);
        }
    }

    #[test]
    fn documents_and_web_archives_are_recognised() {
        let archive = zip(Bytes::Owned(zipped(&[(b"[Content_Types].xml", b"x"), (b"word/document.xml", b"x")])));
        assert!(archive.members.is_empty() && archive.broken.unwrap().contains("office"));
        let names: [&[u8]; 3] = [b"datapackage.json", b"pages/pages.jsonl", b"archive/data.warc.gz"];
        let archive = zip(Bytes::Owned(zipped(&names.map(|name| (name, &b"x"[..])))));
        assert_eq!((archive.members.len(), archive.members[0].name.as_str()), (1, "archive/data.warc.gz"));
    }

    #[test]
    fn a_path_into_an_archive_is_divided() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(split(&path.join("b/c.txt")), (path.clone(), Some("b/c.txt".into())));
        assert_eq!(split(&path), (path.clone(), None));
    }
}
