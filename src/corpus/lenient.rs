//! JSON that is none by the letter, and that common programs write: Python's `json` writes `NaN` and lone surrogates,
//! other people's own writers leave control characters in strings.

/// `line` as JSON by the letter; `None` when there was nothing to mend. A number that is none becomes `null`, a lone
/// surrogate U+FFFD, a control character its escape.
pub(super) fn mended(line: &str) -> Option<String> {
    let bytes = line.as_bytes();
    let mut out = String::with_capacity(line.len() + 16);
    let (mut copied, mut at, mut in_string) = (0, 0, false);
    while at < bytes.len() {
        let step = if in_string { in_text(bytes, at) } else { outside(bytes, at) };
        match step {
            Step::Keep(length) => at += length,
            Step::Quote => {
                in_string = !in_string;
                at += 1;
            }
            Step::Replace(length, with) => {
                out.push_str(&line[copied..at]);
                out.push_str(&with);
                at += length;
                copied = at;
            }
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&line[copied..]);
    Some(out)
}

enum Step {
    Keep(usize),
    Quote,
    Replace(usize, String),
}

fn outside(bytes: &[u8], at: usize) -> Step {
    let rest = &bytes[at..];
    match rest[0] {
        b'"' => Step::Quote,
        b'N' if rest.starts_with(b"NaN") => Step::Replace(3, "null".into()),
        b'I' if rest.starts_with(b"Infinity") => Step::Replace(8, "null".into()),
        b'-' if rest.starts_with(b"-Infinity") => Step::Replace(9, "null".into()),
        _ => Step::Keep(1),
    }
}

fn in_text(bytes: &[u8], at: usize) -> Step {
    match bytes[at] {
        b'"' => Step::Quote,
        b'\\' => escape(bytes, at),
        byte if byte < b' ' => Step::Replace(1, format!("\\u{byte:04x}")),
        _ => Step::Keep(1),
    }
}

fn escape(bytes: &[u8], at: usize) -> Step {
    match (unit(bytes, at), bytes.get(at + 1)) {
        (Some(0xD800..=0xDBFF), _) if matches!(unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => Step::Keep(12),
        (Some(0xD800..=0xDFFF), _) => Step::Replace(6, "\\ufffd".into()),
        // An apostrophe needs no escape, and JSON knows none.
        (None, Some(b'\'')) => Step::Replace(2, "'".into()),
        (_, Some(next)) if next.is_ascii() => Step::Keep(2),
        _ => Step::Keep(1),
    }
}

/// The UTF-16 unit that an escape at `at` writes.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
    let digits = std::str::from_utf8(&escape[2..]).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_python_writes_becomes_json() {
        for (line, want) in [
            (r#"{"a":NaN,"b":-Infinity,"c":"NaN"}"#, r#"{"a":null,"b":null,"c":"NaN"}"#),
            (r#"{"a":"x\ud83dy\ude00"}"#, r#"{"a":"x\ufffdy\ufffd"}"#),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, r#"{"a":"\ufffd\ud83d\ude00"}"#),
            ("{\"a\":\"x\ty\"}", r#"{"a":"x\u0009y"}"#),
            (r#"{"a":"it\'s"}"#, r#"{"a":"it's"}"#),
        ] {
            let mended = mended(line).unwrap();
            assert_eq!(mended, want);
            serde_json::from_str::<serde_json::Value>(&mended).unwrap();
        }
        assert_eq!(mended(r#"{"a":"\\ud83d \ud83d\ude00"}"#), None);
    }

    proptest! {
        #[test]
        fn what_is_json_stays(text in "\\PC{0,30}|[\\\\\"\n\tab一😀]{0,20}") {
            let line = serde_json::json!({ "text": text, "n": [1.5, null] }).to_string();
            prop_assert_eq!(mended(&line), None);
        }

        #[test]
        fn nothing_makes_it_stumble(text in "[\\\\ud8c0DFNaI\"'{}: \u{1}一-]{0,40}") {
            mended(&text);
        }
    }
}
