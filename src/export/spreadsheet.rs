//! CSV as spreadsheets read it.

use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;
use std::io::Write;

/// Tells spreadsheets that a file is UTF-8: without it those of Chinese systems read it as GBK.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A CSV writer as spreadsheets want it.
pub(crate) fn lines<W: Write>(mut writer: W) -> std::io::Result<csv::Writer<W>> {
    writer.write_all(BYTE_ORDER_MARK)?;
    Ok(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(writer))
}

/// Text that no spreadsheet takes for a formula: a page may call itself `=HYPERLINK(…)`. A text that begins with a sign
/// that starts formulas gets an apostrophe before it, which spreadsheets hide.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "@SUM(A1)", "+86 10", "-1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("1+1"), "1+1");
    }
}
