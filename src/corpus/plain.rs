//! A quick reading of plain JSON objects: what nearly all records are. It never guesses: what it is not sure of
//! (nested values, control characters, surrogate escapes, anything malformed) it leaves to `serde_json`.

/// One value of an object, as it is in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain<'a> {
    /// What is between the quotes, and whether an escape is in it.
    Text(&'a str, bool),
    /// A number of digits only, as written.
    Number(&'a str),
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
}

/// Calls `with` on the name and value of every member; false when the line is not a plain object, and then
/// nothing that `with` received counts. One pass over the bytes; allocates nothing.
pub(super) fn members<'a>(line: &'a str, mut with: impl FnMut(&'a str, Plain<'a>)) -> bool {
    let holds_controls = line.as_bytes().iter().fold(false, |any, &byte| any | (byte < b' '));
    let mut reader = Cursor { line, at: 0 };
    if holds_controls || !reader.takes(b'{') {
        return false;
    }
    loop {
        let Some((name, false)) = reader.string() else { return false };
        if !reader.takes(b':') {
            return false;
        }
        let Some(value) = reader.value() else { return false };
        with(name, value);
        if !reader.takes(b',') {
            return reader.takes(b'}') && reader.at == line.len();
        }
    }
}

/// The text of a JSON string without surrogate escapes; its escapes have been looked at by [`members`].
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let (c, length) = escaped(&rest.as_bytes()[at..]).unwrap_or(('\\', 1));
        text.push(c);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}

/// The character of the escape that `bytes` begin with, and how long the escape is.
fn escaped(bytes: &[u8]) -> Option<(char, usize)> {
    let c = match bytes.get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        &c @ (b'"' | b'\\' | b'/') => c.into(),
        b'u' => {
            let digits = bytes.get(2..6).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
            let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            return Some((char::from_u32(code)?, 6));
        }
        _ => return None,
    };
    Some((c, 2))
}

struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Passes blanks and then `byte`, if it is next.
    fn takes(&mut self, byte: u8) -> bool {
        let bytes = self.line.as_bytes();
        while bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let next = bytes.get(self.at) == Some(&byte);
        self.at += usize::from(next);
        next
    }

    /// A string: what is between its quotes, and whether it has escapes.
    fn string(&mut self) -> Option<(&'a str, bool)> {
        if !self.takes(b'"') {
            return None;
        }
        let (start, mut has_escapes) = (self.at, false);
        loop {
            let bytes = &self.line.as_bytes()[self.at..];
            let stop = memchr::memchr2(b'"', b'\\', bytes)?;
            if bytes[stop] == b'"' {
                let end = self.at + stop;
                self.at = end + 1;
                return Some((&self.line[start..end], has_escapes));
            }
            has_escapes = true;
            self.at += stop + escaped(&bytes[stop..])?.1;
        }
    }

    fn value(&mut self) -> Option<Plain<'a>> {
        if let Some((text, has_escapes)) = self.string() {
            return Some(Plain::Text(text, has_escapes));
        }
        let rest = &self.line[self.at..];
        let word = &rest[..rest.bytes().take_while(u8::is_ascii_alphanumeric).count()];
        self.at += word.len();
        match word {
            "null" => Some(Plain::Null),
            "true" | "false" => Some(Plain::Bool),
            digits if is_plain_number(digits) => Some(Plain::Number(digits)),
            _ => None,
        }
    }
}

/// True for up to eighteen digits without a leading zero: numbers that read back as they are written.
fn is_plain_number(word: &str) -> bool {
    let digits = !word.is_empty() && word.len() <= 18 && word.bytes().all(|b| b.is_ascii_digit());
    digits && (word == "0" || !word.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let is_plain = members(line, |name, value| {
            let value = match value {
                Plain::Text(raw, _) => unescape(raw),
                Plain::Number(word) => word.to_owned(),
                Plain::Null => "null".into(),
                Plain::Bool => "bool".into(),
            };
            found.push((name.to_owned(), value));
        });
        is_plain.then_some(found)
    }

    #[test]
    fn reads_members_in_order() {
        let found = read(r#"{"id": 7, "text":"一\n\"二\"\u4e09", "x":null,"y" : true }"#).unwrap();
        let values: Vec<&str> = found.iter().map(|m| m.1.as_str()).collect();
        assert_eq!(values, ["7", "一\n\"二\"三", "null", "bool"]);
    }

    #[test]
    fn leaves_the_rest_to_others() {
        for line in [
            "",
            "{}",
            "[1]",
            r#"{"a":1.5}"#,
            r#"{"a":[1]}"#,
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"a":"x"} x"#,
            "{\"a\":\"\t\"}",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        for line in
            [r#"{"a""#, r#"{"a":"x"#, r#"{"a":"\q"}"#, r#"{"a":01}"#, r#"{"a":"x",}"#, r#"{"\u0061":1}"#, r#"{"a":-1}"#]
        {
            assert_eq!(read(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde(text in "\\PC*|[\\\\\"\n\r\tab一]*") {
            let line = serde_json::json!({ "text": text }).to_string();
            if let Some(found) = read(&line) {
                prop_assert_eq!(&found[0].1, &text);
            }
        }

        #[test]
        fn takes_nothing_that_serde_refuses(line in "[{}\":,\\\\nu0-9a ]{0,24}") {
            if read(&line).is_some() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
            }
        }
    }
}
