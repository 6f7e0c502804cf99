//! All that reaches the terminal. Words of pages, file names and header cells are hostile: a control character in them
//! could move the cursor, rename the window or turn the line round, so none gets through.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// Prints to standard output. A reader that has gone away is no error, a full disk is.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match output.write_all(clean(text).as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints a line to standard error.
pub(super) fn say(line: &str) {
    // Who cannot be told cannot be told that either.
    let _ = writeln!(io::stderr().lock(), "{}", clean(line));
}

/// `1 page`, `2 pages`.
pub(super) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// Standard output for data: byte for byte, but cleaned where a terminal reads it.
pub(super) fn output() -> Box<dyn Write> {
    let output = io::stdout();
    match output.is_terminal() {
        true => Box::new(Cleaned { to: output, rest: Vec::new() }),
        false => Box::new(io::BufWriter::new(output)),
    }
}

/// The text with an escape (`\u{1b}`) in place of every character that a terminal would obey.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_obeyed(c) { clean.extend(c.escape_unicode()) } else { clean.push(c) }
    }
    Cow::Owned(clean)
}

/// Control characters, and those that set the direction of writing; a line break and a tab are neither.
fn is_obeyed(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Cleans what is written through it.
struct Cleaned<W: Write> {
    to: W,
    /// The beginning of a character whose end has not been written yet.
    rest: Vec<u8>,
}

impl<W: Write> Write for Cleaned<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.rest.len(),
        };
        let text = String::from_utf8_lossy(&self.rest[..whole]);
        self.to.write_all(clean(&text).as_bytes())?;
        self.rest.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(clean("标题\u{1b}[2J\u{7}\u{9b}31m"), "标题\\u{1b}[2J\\u{7}\\u{9b}31m");
        assert_eq!(clean("a\u{202e}b\r\n\tc"), "a\\u{202e}b\\u{d}\n\tc");
        assert!(matches!(clean("两行\n一格\t。"), Cow::Borrowed(_)));
    }

    #[test]
    fn data_are_cleaned_wherever_they_are_cut() {
        let text = "题\u{1b}]0;x\u{7}\u{202e}𠀀尾";
        for cut in 0..=text.len() {
            let mut cleaned = Cleaned { to: Vec::new(), rest: Vec::new() };
            cleaned.write_all(&text.as_bytes()[..cut]).unwrap();
            cleaned.write_all(&text.as_bytes()[cut..]).unwrap();
            assert_eq!(cleaned.to, clean(text).as_bytes(), "cut at {cut}");
        }
        let mut damaged = Cleaned { to: Vec::new(), rest: Vec::new() };
        damaged.write_all(b"a\xff\x1bb").unwrap();
        assert_eq!(String::from_utf8(damaged.to).unwrap(), "a\u{fffd}\\u{1b}b");
    }
}
