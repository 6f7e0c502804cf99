//! The charset that a page declares in its own markup.

use super::super::encoding::{self, DetectedBy};
use super::thin::Attributes;
use memchr::memmem;
use std::borrow::Cow;

/// Bytes in which the declaration is; browsers look at 1,024, scraped pages have longer heads.
const HEAD: usize = 16_384;

/// The charset declared in the meta tags of a page: `<meta charset=gbk>` or `<meta http-equiv=content-type
/// content="text/html; charset=gbk">`, in lower case. Looks at the first 16 KB; `None` when nothing is declared
/// there, or when the bytes are UTF-16, in which no such tag can be read.
pub fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(HEAD)];
    for at in memmem::find_iter(head, b"<") {
        let tag = &head[at + 1..];
        let is_meta = tag.len() > 5 && tag[..4].eq_ignore_ascii_case(b"meta") && tag[4].is_ascii_whitespace();
        if !is_meta {
            continue;
        }
        let end = tag.iter().position(|&b| b == b'>').unwrap_or(tag.len());
        let written = String::from_utf8_lossy(&tag[4..end]);
        if let Some(charset) = charset_of(&written) {
            return Some(charset);
        }
    }
    None
}

/// The text of a page in the charset that its byte order mark, its meta tag or its bytes show, in this order.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let declared = declared_charset(bytes);
    let choice = encoding::choose(&bytes[..bytes.len().min(encoding::SAMPLE)], declared.as_deref().as_slice(), None);
    let mark = match choice.detected_by {
        DetectedBy::Bom if choice.encoding == encoding_rs::UTF_8 => 3,
        DetectedBy::Bom => 2,
        _ => 0,
    };
    encoding::decode(&bytes[mark..], choice.encoding)
}

fn charset_of(attributes: &str) -> Option<String> {
    for (name, value) in Attributes(attributes.trim_end_matches('/')) {
        let declared = if name.eq_ignore_ascii_case("charset") {
            Some(value)
        } else if name.eq_ignore_ascii_case("content") {
            value.to_ascii_lowercase().find("charset=").and_then(|at| value.get(at + "charset=".len()..))
        } else {
            None
        };
        let Some(declared) = declared else { continue };
        let label = declared.trim().trim_matches(['"', '\'']);
        let label: String = label.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c)).collect();
        if !label.is_empty() {
            return Some(label.to_ascii_lowercase());
        }
    }
    None
}
