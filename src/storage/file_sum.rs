//! Size and hash of a file, counted while it is written.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

/// A file as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Its size.
    pub bytes: u64,
    /// Hash of its bytes (XXH3, 64 bits), in hexadecimal.
    #[serde(with = "hexadecimal")]
    pub xxh3: u64,
}

/// Hashes as hexadecimal numbers of sixteen digits.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{hash:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let digits = String::deserialize(from)?;
        u64::from_str_radix(&digits, 16).map_err(D::Error::custom)
    }
}

impl FileSum {
    /// The sum of a file that lies on the disk.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        let mut sum = Summed { to: std::io::sink(), hash: Xxh3::new(), bytes: 0 };
        std::io::copy(&mut std::io::BufReader::with_capacity(1 << 20, File::open(path)?), &mut sum)?;
        Ok(sum.sum())
    }
}

/// Counts and hashes what is written through it.
pub(crate) struct Summed<W> {
    to: W,
    hash: Xxh3,
    bytes: u64,
}

impl<W> Summed<W> {
    pub(super) fn new(to: W) -> Self {
        Summed { to, hash: Xxh3::new(), bytes: 0 }
    }

    pub(super) fn sum(&self) -> FileSum {
        FileSum { bytes: self.bytes, xxh3: self.hash.digest() }
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
