//! A temporary file that readers open by path, and that is gone with the process however that ends.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The file, and the path by which this process opens it.
pub(super) struct Unnamed {
    file: File,
    path: PathBuf,
    /// Its name, where a file cannot be opened without one.
    _name: Option<tempfile::TempPath>,
}

impl Unnamed {
    /// Makes a file in `folder`.
    pub(super) fn new_in(folder: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            let file = tempfile::tempfile_in(folder)?;
            let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            if path.exists() {
                return Ok(Unnamed { file, path, _name: None });
            }
        }
        let (file, name) = tempfile::NamedTempFile::new_in(folder)?.into_parts();
        Ok(Unnamed { file, path: name.to_path_buf(), _name: Some(name) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn as_file(&self) -> &File {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn it_is_read_from_its_beginning_by_its_path_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let unnamed = Unnamed::new_in(folder.path()).unwrap();
        unnamed.as_file().write_all(b"words").unwrap();
        let mut text = String::new();
        File::open(unnamed.path()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "words");
        #[cfg(target_os = "linux")]
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(unnamed);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
