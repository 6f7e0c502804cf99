//! What the first bytes of a text file say of its format.

use super::names::FieldNames;

/// Separators that a line of column names is tried with.
const SEPARATORS: [u8; 4] = *b",\t;|";

/// The separator under which a line names at least two columns, one of them a text and every name short; `None` when
/// it is no line of column names.
pub(super) fn delimiter_of(line: &[u8], names: &FieldNames) -> Option<u8> {
    let line = std::str::from_utf8(line).map_or_else(|_| encoding_rs::GB18030.decode(line).0, Into::into);
    let is_header = |by: &u8| {
        let cells: Vec<&str> = line.split(*by as char).map(|cell| cell.trim().trim_matches('"')).collect();
        cells.len() > 1 && cells.iter().all(|c| c.chars().count() < 40) && names.of_columns(&cells).is_some()
    };
    SEPARATORS.into_iter().find(is_header)
}

/// How the rows of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// `None` where no line of column names is known.
    pub separator: Option<u8>,
    /// Bytes before the line of column names: a note, or `sep=;` as spreadsheets write it.
    pub before: usize,
    /// Quotes in a cell are written `\"` and not doubled.
    pub has_escapes: bool,
}

/// Lines of a note that may be above the column names.
const NOTE: usize = 20;

/// The dialect of a table that begins with `head`.
pub(super) fn dialect(head: &[u8], names: &FieldNames) -> Dialect {
    let mut before = 0;
    let mut most = 0;
    let mut found = Dialect { separator: None, before: 0, has_escapes: false };
    for line in head.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')).take(2 * NOTE) {
        let text = line.trim_ascii();
        if let Some(separator) = named_separator(text) {
            let end = before + line.len();
            let before = end + usize::from(line.ends_with(b"\r") && head.get(end) == Some(&b'\n'));
            found = Dialect { separator: Some(separator), before, ..found };
            break;
        }
        // A row of data has as many cells as the column names, a note has fewer.
        let cells = |by: u8| text.iter().filter(|byte| **byte == by).count();
        if let Some(separator) = delimiter_of(text, names).filter(|by| before == 0 || cells(*by) > most) {
            found = Dialect { separator: Some(separator), before, ..found };
            break;
        }
        most = most.max(SEPARATORS.into_iter().map(cells).max().unwrap_or(0));
        before += line.len();
    }
    found.has_escapes = has_escapes(head, found.separator.unwrap_or(b','));
    found
}

/// `sep=;`.
fn named_separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => Some(*separator),
        _ => None,
    }
}

/// True for a table in which a backslash is before quotes inside of cells, and quotes are not doubled.
fn has_escapes(head: &[u8], separator: u8) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == separator || matches!(byte, b'\r' | b'\n' | b'"'));
    let inside = |pair: &[u8]| {
        let at = memchr::memmem::find_iter(head, pair);
        at.filter(|at| !is_end(head.get(at + 2)) && !is_end(at.checked_sub(1).and_then(|at| head.get(at)))).count()
    };
    inside(b"\\\"") > inside(b"\"\"")
}

/// True for bytes that begin as a page does; its tag may come after a declaration of XML.
pub(super) fn is_html(head: &[u8]) -> bool {
    let begins = |head: &[u8], tag: &[u8]| head.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag));
    let head = head.trim_ascii_start();
    let head = match memchr::memchr(b'>', head) {
        Some(end) if begins(head, b"<?xml") => head[end + 1..].trim_ascii_start(),
        _ => head,
    };
    begins(head, b"<!doctype html") || begins(head, b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_detected_from_their_first_lines() {
        let detected = |head: &str| {
            let found = dialect(head.as_bytes(), &FieldNames::default());
            (found.separator.map(char::from), found.before, found.has_escapes)
        };
        assert_eq!(detected("id,text\n1,甲\n"), (Some(','), 0, false));
        assert_eq!(detected("id|text\n1|甲\n"), (Some('|'), 0, false));
        assert_eq!(detected("sep=;\r\nid;text\r\n"), (Some(';'), 7, false));
        assert_eq!(detected("\"sep=|\"\na|b\n"), (Some('|'), 8, false));
        assert_eq!(detected("# 导出于五月，共 12 条\n\nid,title,text\n"), (Some(','), 32, false));
        assert_eq!(detected("a,b\n1,text\n"), (None, 0, false));
        assert_eq!(detected("id,text\n1,\"他说\\\"好\\\"，就走了\"\n"), (Some(','), 0, true));
        assert_eq!(detected("id,text\n1,\"他说\"\"好\"\"，就走了\"\n2,\"C:\\\"\n"), (Some(','), 0, false));
    }
}
