//! What a file is packed with, by its first bytes.

use serde::Serialize;

/// What a file is packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// gzip, of any number of members.
    Gzip,
    /// Zstandard, of any number of frames, with a dictionary before them or not.
    Zstd,
    /// bzip2, of any number of streams.
    Bzip2,
    /// xz, of any number of streams.
    Xz,
    /// LZ4 in frames.
    Lz4,
    /// A file of a zip archive.
    Zip,
    /// A file of a tar archive, itself packed or not.
    Tar,
}

impl Packing {
    /// The packing that begins with these bytes, if it is one. A Zstandard file may begin with a skippable frame.
    pub(super) fn by_magic(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, 8, ..] => Some(Packing::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Packing::Bzip2),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Packing::Xz),
            [0x04, 0x22, 0x4D, 0x18, ..] => Some(Packing::Lz4),
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
            _ => None,
        }
    }

    /// True for the packing of a file that lies in another, with others.
    pub(crate) fn is_archive(self) -> bool {
        matches!(self, Packing::Zip | Packing::Tar)
    }

    /// Its common name.
    pub fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Bzip2 => "bzip2",
            Packing::Xz => "xz",
            Packing::Lz4 => "lz4",
            Packing::Zip => "zip",
            Packing::Tar => "tar",
        }
    }
}
