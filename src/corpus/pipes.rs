//! Standard input and pipes, which can be read once: put into temporary files, so that later passes can read them again.

use super::STDIN;
use super::unnamed::Unnamed;
use crate::error::{Error, Result};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// What came through a pipe.
pub(super) struct Pipe {
    pub file: Unnamed,
    /// What it is called.
    pub name: String,
}

/// How long a pipe may be without a program that writes to it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The inputs, those that are pipes (`-`, a named pipe, `<(…)`) replaced by files in `folder`.
pub(super) fn spool(inputs: &[PathBuf], folder: &Path) -> Result<(Vec<PathBuf>, Vec<Pipe>)> {
    let (mut paths, mut pipes) = (Vec::new(), Vec::new());
    for input in inputs {
        let is_stdin = input.as_os_str() == STDIN;
        if !is_stdin && !is_pipe(input) {
            paths.push(input.clone());
            continue;
        }
        let path = || if is_stdin { PathBuf::from("standard input") } else { input.clone() };
        let spooled = || -> io::Result<Unnamed> {
            let file = Unnamed::new_in(folder)?;
            if is_stdin {
                io::copy(&mut io::stdin().lock(), &mut file.as_file())?;
            } else {
                io::copy(&mut open(input)?, &mut file.as_file())?;
            }
            Ok(file)
        };
        let file = spooled().map_err(|source| Error::Read { path: path(), source })?;
        paths.push(file.path().to_owned());
        pipes.push(Pipe { file, name: input.display().to_string() });
    }
    Ok((paths, pipes))
}

#[cfg(unix)]
pub(super) fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = std::fs::metadata(path).map(|metadata| metadata.file_type());
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_char_device() || kind.is_socket())
}

#[cfg(not(unix))]
pub(super) fn is_pipe(_: &Path) -> bool {
    false
}

/// Opens a pipe, which waits for a program at its other end. Where none comes the thread that waits is left behind.
fn open(path: &Path) -> io::Result<File> {
    let (sender, opened) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || sender.send(File::open(path)));
    let nobody = || io::Error::other(format!("a pipe that nobody has written to for {} seconds", PATIENCE.as_secs()));
    opened.recv_timeout(PATIENCE).map_err(|_| nobody())?
}
