//! Which encoding a text is in, decided in this order: a byte order mark, what the page declares, our own test for UTF-8,
//! and a statistical detector. UTF-8 comes before the detector, because a detector gives UTF-8 up at the first damaged
//! byte, and scraped pages have such bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::Serialize;
use std::borrow::Cow;

/// What an encoding was detected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DetectedBy {
    /// A byte order mark.
    Bom,
    /// The page, or the server that sent it.
    Declared,
    /// The bytes are those of UTF-8, some of them perhaps lost.
    Utf8,
    /// The bytes are ASCII, which is UTF-8 and most other encodings.
    Ascii,
    /// How often which bytes follow each other.
    Detected,
}

/// An encoding, and what it was detected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub encoding: &'static Encoding,
    pub detected_by: DetectedBy,
}

/// Bytes that are looked at to detect the encoding of a file.
pub(super) const SAMPLE: usize = 256 << 10;

/// Bytes that are looked at when the sample is ASCII: the first other character may come late.
pub(super) const LONG_SAMPLE: usize = 4 << 20;

/// Bytes that the detector is shown, from the first that is not ASCII: enough to be sure, and it is slow.
const DETECTED: usize = 16 << 10;

/// Tells the encoding of a text from `sample`, its first bytes. `declared` is what its server and the page
/// itself say, in the order of their weight; a declaration that the bytes contradict is passed over, and so is Latin-1,
/// which servers declare that know nothing, and which any bytes fit. `host` is where it comes from, for texts of a few characters.
pub(super) fn choose(sample: &[u8], declared: &[&str], host: Option<&str>) -> Choice {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Choice { encoding, detected_by: DetectedBy::Bom };
    }
    if let Some(encoding) = utf16_without_mark(sample) {
        return Choice { encoding, detected_by: DetectedBy::Detected };
    }
    if sample.is_ascii() {
        return Choice { encoding: UTF_8, detected_by: DetectedBy::Ascii };
    }
    let declared = || declared.iter().filter_map(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Some(encoding) = declared().find(|encoding| *encoding != WINDOWS_1252 && fits(sample, encoding)) {
        return Choice { encoding: whole(encoding), detected_by: DetectedBy::Declared };
    }
    if is_utf8(sample) {
        return Choice { encoding: UTF_8, detected_by: DetectedBy::Utf8 };
    }
    if let Some(encoding) = declared().find(|encoding| is_double_byte(encoding) && fits_damaged(sample, encoding)) {
        return Choice { encoding: whole(encoding), detected_by: DetectedBy::Declared };
    }
    let sample = without_utf8_lines(sample);
    let detected = whole(detect(&sample, host));
    let encoding = if is_double_byte(detected) { detected } else { of_undamaged_lines(&sample).unwrap_or(detected) };
    Choice { encoding, detected_by: DetectedBy::Detected }
}

/// Reads a text that is in `encoding`. What cannot be read becomes U+FFFD, one for each broken sequence, as the
/// Encoding Standard divides them; nothing is guessed.
pub(super) fn decode<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    if encoding == UTF_8 {
        return match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        };
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// Reads a line of a file that is in `encoding`. Files that were put together have lines in others: a line in good UTF-8
/// is that, and one that is plainly Chinese or Western in another encoding is read as such.
pub(super) fn decode_line<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) if encoding == UTF_8 => Cow::Borrowed(text),
        _ => decode(bytes, encoding_of_line(bytes, encoding)),
    }
}

/// The encoding of a line of a file that is in `encoding`; see [`decode_line`].
pub(super) fn encoding_of_line(bytes: &[u8], encoding: &'static Encoding) -> &'static Encoding {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) if encoding == UTF_8 || has_long(text) => UTF_8,
        Err(_) if encoding == UTF_8 => foreign(bytes).unwrap_or(UTF_8),
        _ => encoding,
    }
}

/// Reads a text that is in `encoding`, line by line where it is not all in that.
pub(super) fn decode_text<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    if encoding == UTF_8 && simdutf8::basic::from_utf8(bytes).is_ok() || encoding == UTF_16LE || encoding == UTF_16BE {
        return decode(bytes, encoding);
    }
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    Cow::Owned(lines.map(|line| decode_line(line, encoding)).collect())
}

/// True for a text with characters of three bytes and more, which other encodings hit by chance and not in a row.
fn has_long(text: &str) -> bool {
    text.chars().filter(|c| c.len_utf8() > 2).take(LONG).count() == LONG
}

/// Characters that make a line of UTF-8 certain.
const LONG: usize = 4;

/// Bytes beyond ASCII that make a line in another encoding certain.
const FOREIGN: usize = 12;

/// The encoding of a line that is not UTF-8, if it is certain.
fn foreign(line: &[u8]) -> Option<&'static Encoding> {
    let beyond = line.iter().filter(|byte| !byte.is_ascii()).count();
    if is_utf8(line) {
        return None;
    }
    let encoding = whole(detect(line, None));
    let is_western = encoding == WINDOWS_1252;
    let is_sure = if is_western { beyond * 8 <= line.len() && has_no_utf8(line) } else { beyond >= FOREIGN };
    (is_sure && fits(line, encoding)).then_some(encoding)
}

/// True for bytes beyond ASCII that are quotation marks and dashes of Windows, or letters next to others: `caf\xE9`. Bytes
/// that are left of a damaged letter or mark of UTF-8 are none of those.
fn has_no_utf8(line: &[u8]) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| line.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let is_western = |(k, byte): (usize, &u8)| match byte {
        0..=0x7F | 0x85 | 0x91..=0x97 => true,
        0xE0 | 0xE1 | 0xE3..=0xFF => is_letter(k.checked_sub(1)) || is_letter(Some(k + 1)),
        _ => false,
    };
    line.iter().enumerate().all(is_western)
}

/// True for a text of which more than one character in twenty is a control or could not be read: no text. The controls
/// beyond ASCII do not count: texts that were encoded twice are full of them.
pub(super) fn is_binary(text: &str) -> bool {
    let is_odd = |c: &char| matches!(*c, '\0'..='\x08' | '\x0E'..='\x1A' | '\x1C'..='\x1F' | '\x7F' | char::REPLACEMENT_CHARACTER);
    let (mut odd, mut all) = (0, 0);
    for c in text.chars() {
        all += 1;
        odd += usize::from(is_odd(&c));
    }
    odd > 8 && 20 * odd > all
}

/// What is said of bytes that are no text.
pub(super) const NO_TEXT: &str =
    "no text: too many of its bytes are control characters or none in any encoding that is read";

/// GB18030 for GBK, which it contains.
fn whole(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// True for bytes that are UTF-8 with, at most, some damage. The last character may be cut off.
///
/// Chinese in UTF-8 is three bytes a character with their own marks, which other encodings hit by chance in some 3 % of
/// their bytes; half is asked for. Western text has two bytes a character, which chance hits more often; three
/// quarters are asked for, and that three bytes in four are ASCII.
pub(super) fn is_utf8(sample: &[u8]) -> bool {
    // Bytes in sequences of three and four, in sequences of two, and in none.
    let (mut long, mut short, mut broken) = (0, 0, 0);
    for chunk in sample.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c.len_utf8() {
                1 => {}
                2 => short += 2,
                length => long += length,
            }
        }
        broken += chunk.invalid().len();
    }
    let all = long + short + broken;
    let is_western = 4 * all <= sample.len() && 4 * (long + short) >= 3 * all;
    broken == 0 || 2 * long >= all || is_western
}

/// The lines that are not good UTF-8 beyond doubt: those of a file that was put together tell the encoding of the rest.
fn without_utf8_lines(sample: &[u8]) -> Cow<'_, [u8]> {
    let is_utf8 = |line: &[u8]| std::str::from_utf8(line).is_ok_and(has_long);
    let lines = || sample.split_inclusive(|byte| *byte == b'\n');
    if lines().any(is_utf8) {
        Cow::Owned(lines().filter(|line| !is_utf8(line)).flatten().copied().collect())
    } else {
        Cow::Borrowed(sample)
    }
}

/// True when a declared encoding is not contradicted by the bytes: at most one character in a hundred cannot be read.
fn fits(sample: &[u8], encoding: &'static Encoding) -> bool {
    let (bad, all) = unreadable(sample, encoding);
    100 * bad <= all
}

/// The same for text that is damaged: one in ten. A byte that is lost shifts the pairs behind it.
fn fits_damaged(sample: &[u8], encoding: &'static Encoding) -> bool {
    let (bad, all) = unreadable(sample, encoding);
    10 * bad <= all
}

/// True for encodings that have two bytes for a character of Chinese, Japanese or Korean.
fn is_double_byte(encoding: &'static Encoding) -> bool {
    [GB18030, GBK, BIG5, EUC_KR, EUC_JP, SHIFT_JIS].contains(&encoding)
}

/// Bytes beyond ASCII of the least text that tells a double-byte encoding.
const LEAST: usize = 4;

/// The double-byte encoding of a sample with damaged lines, by its other lines: the detector gives an encoding up at the
/// first byte that it does not have. None when fewer than three quarters of the bytes beyond ASCII are in lines that it
/// has.
fn of_undamaged_lines(sample: &[u8]) -> Option<&'static Encoding> {
    let beyond = |bytes: &[u8]| bytes.iter().filter(|byte| !byte.is_ascii()).count();
    [GB18030, BIG5].into_iter().find(|encoding| {
        let lines = sample.split_inclusive(|byte| *byte == b'\n');
        let whole: Vec<u8> = lines.filter(|line| unreadable(line, encoding).0 == 0).flatten().copied().collect();
        4 * beyond(&whole) >= 3 * beyond(sample).max(LEAST) && self::whole(detect(&whole, None)) == *encoding
    })
}

/// Characters beyond ASCII that cannot be read in an encoding, and all of them.
fn unreadable(sample: &[u8], encoding: &'static Encoding) -> (usize, usize) {
    let text = encoding.decode_without_bom_handling(sample).0;
    let (mut bad, mut all) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        // Single-byte encodings read anything; control characters are what they make of other people's bytes.
        bad += usize::from(c == char::REPLACEMENT_CHARACTER || ('\u{80}'..='\u{9F}').contains(&c));
    }
    (bad, all)
}

fn detect(sample: &[u8], host: Option<&str>) -> &'static Encoding {
    let first = sample.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let shown = &sample[first..sample.len().min(first + DETECTED)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(shown, first + shown.len() == sample.len());
    let domain = host.and_then(|host| host.rsplit('.').next()).map(str::to_ascii_lowercase);
    let domain = domain.as_deref().filter(|domain| domain.bytes().all(|b| b.is_ascii_lowercase()));
    detector.guess(domain.map(str::as_bytes), Utf8Detection::Deny)
}

/// UTF-16 without a byte order mark: the upper bytes of its ASCII characters are zero, and what it spells is what
/// Chinese and English are written in. Text with hardly an ASCII character (no line break, no figure) is not recognised.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let even = &sample[..sample.len() & !1];
    // English in UTF-16 is ASCII with zeros between, ASCII with a stray zero in it is not.
    let least = if std::str::from_utf8(even).is_ok() { even.len() / 4 } else { even.len() / 400 };
    let spells = |encoding: &&'static Encoding| {
        let upper = usize::from(*encoding == UTF_16LE);
        let zeros = even.iter().skip(upper).step_by(2).filter(|byte| **byte == 0).count();
        if zeros <= least {
            return false;
        }
        let text = encoding.decode_without_bom_handling(even).0;
        let (usual, all) = (text.chars().filter(is_usual).count(), text.chars().count());
        20 * usual >= 19 * all
    };
    [UTF_16LE, UTF_16BE].into_iter().find(spells)
}

fn is_usual(c: &char) -> bool {
    matches!(c, ' '..='~' | '\n' | '\r' | '\t' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_byte_does_not_change_the_encoding() {
        let simplified = "渡口的老船工昨天把最后一班船撑到对岸。\n岸上站着三十多个来送他的人，有人带了茶水。\n\
            他说桥修好以后就不撑船了。\n船留给镇上的小学，放在操场边。\n孩子们下课就坐在船里看书。\n";
        let traditional = "渡口的老船工昨天把最後一班船撐到對岸。\n岸上站著三十多個來送他的人，有人帶了茶水。\n\
            他說橋修好以後就不撐船了。\n船留給鎮上的小學，放在操場邊。\n孩子們下課就坐在船裡看書。\n";
        for (encoding, text) in [(GB18030, simplified), (BIG5, traditional)] {
            let mut bytes = encoding.encode(text).0.into_owned();
            bytes[12] = 0xFF;
            bytes.remove(21);
            for declared in [&[][..], &[encoding.name()]] {
                let choice = choose(&bytes, declared, None);
                assert_eq!(choice.encoding, encoding, "{declared:?}");
            }
        }
        let french = "Le café fermé à l'été a rouvert.\nLes élèves ont dîné près du théâtre, à côté du marché.\n";
        assert_eq!(choose(&WINDOWS_1252.encode(french).0, &[], None).encoding, WINDOWS_1252);
    }
    use encoding_rs::BIG5;

    const PAGES: [&str; 4] = [
        "桥头镇的旧糖厂停工二十一年之后，上个月被改成了一间菜籽油坊。老厂长卢望春说，烟囱没有拆，只是不再冒烟。",
        "县里的农机站今年冬天开了夜校，一共四十二个座位，报名的有九十七人。课讲到九点，炉子上的水刚好开第三遍。",
        "“路修到门口，货车就能进来了。”白石坳的果农说完这句话，又低头去数筐里的梨：一共三百六十个，个个套着纸袋。",
        "渡船每天开六班，最后一班是傍晚五点四十分。船工姓闵，今年六十三岁，他记得每一个坐过末班船的学生的名字。",
    ];

    const TRADITIONAL: [&str; 2] = [
        "橋頭鎮的舊糖廠停工二十一年之後，上個月被改成了一間菜籽油坊。老廠長說，煙囪沒有拆，只是不再冒煙。",
        "縣裡的農機站今年冬天開了夜校，一共四十二個座位，報名的有九十七人。課講到九點，爐子上的水剛好開第三遍。",
    ];

    fn detected(bytes: &[u8]) -> (&'static str, DetectedBy) {
        let choice = choose(bytes, &[], None);
        (choice.encoding.name(), choice.detected_by)
    }

    /// Every piece of `length` characters.
    fn pieces(pages: &[&str], length: usize) -> Vec<String> {
        let cut = |page: &&str| -> Vec<String> {
            let characters: Vec<char> = page.chars().collect();
            characters.windows(length).map(|piece| piece.iter().collect()).collect()
        };
        pages.iter().flat_map(cut).collect()
    }

    #[test]
    fn utf8_with_one_damaged_byte_is_utf8() {
        let mut cases = 0;
        for length in [4, 8, 15, 30] {
            for (k, piece) in pieces(&PAGES, length).iter().enumerate() {
                for at in 0..piece.len() {
                    let mut dropped = piece.as_bytes().to_vec();
                    dropped.remove(at);
                    let mut replaced = piece.as_bytes().to_vec();
                    replaced[at] = [b'?', 0x80, 0xFF, b' ', 0xD6][(k + at) % 5];
                    for bytes in [&dropped, &replaced, &piece.as_bytes()[..at.max(4)].to_vec()] {
                        assert_eq!(choose(bytes, &[], None).encoding, UTF_8, "{piece} damaged at {at}");
                        cases += 1;
                    }
                }
            }
        }
        assert!(cases > 3000, "{cases}");
    }

    #[test]
    fn chinese_encodings_are_detected_from_a_line_of_text() {
        for piece in pieces(&PAGES, 15) {
            assert_eq!(detected(&GB18030.encode(&piece).0), ("gb18030", DetectedBy::Detected), "{piece}");
        }
        for piece in pieces(&TRADITIONAL, 15) {
            assert_eq!(detected(&BIG5.encode(&piece).0), ("Big5", DetectedBy::Detected), "{piece}");
        }
    }

    #[test]
    fn other_encodings_with_a_damaged_byte_are_not_taken_for_utf8() {
        for piece in pieces(&PAGES, 15).iter().chain(&pieces(&TRADITIONAL, 15)) {
            for encoding in [GB18030, BIG5] {
                let (bytes, _, unmappable) = encoding.encode(piece);
                for at in (0..bytes.len()).filter(|_| !unmappable) {
                    let mut bytes = bytes.to_vec();
                    bytes.remove(at);
                    assert!(!is_utf8(&bytes), "{piece} in {} without byte {at}", encoding.name());
                }
            }
        }
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let text = PAGES.join("\n");
        assert_eq!(detected(&utf16(&format!("\u{FEFF}{text}"), false)), ("UTF-16LE", DetectedBy::Bom));
        assert_eq!(detected(&utf16(&format!("\u{FEFF}{text}"), true)), ("UTF-16BE", DetectedBy::Bom));
        assert_eq!(detected(&utf16(&text, false)), ("UTF-16LE", DetectedBy::Detected));
        assert_eq!(detected(&utf16(&text, true)), ("UTF-16BE", DetectedBy::Detected));
        assert_eq!(detected(&utf16("plain English words\n", false)), ("UTF-16LE", DetectedBy::Detected));
        assert_eq!(
            detected(format!("{text}\0").as_bytes()),
            ("UTF-8", DetectedBy::Utf8),
            "a stray zero is a stray zero"
        );
        assert_eq!(detected(b"English with a \0 in it"), ("UTF-8", DetectedBy::Ascii));
    }

    #[test]
    fn a_declaration_counts_unless_the_bytes_contradict_it() {
        let gbk = GB18030.encode(PAGES[0]).0.into_owned();
        let of = |bytes: &[u8], label: &str| {
            let choice = choose(bytes, &[label], None);
            (choice.encoding.name(), choice.detected_by)
        };
        assert_eq!(of(&gbk, " GB2312 "), ("gb18030", DetectedBy::Declared));
        assert_eq!(of(PAGES[0].as_bytes(), "utf-8"), ("UTF-8", DetectedBy::Declared));
        assert_eq!(of(&gbk, "utf-8"), ("gb18030", DetectedBy::Detected));
        assert_eq!(of(PAGES[0].as_bytes(), "gb2312"), ("UTF-8", DetectedBy::Utf8));
        assert_eq!(of(PAGES[0].as_bytes(), "iso-8859-1"), ("UTF-8", DetectedBy::Utf8));
        assert_eq!(of(PAGES[0].as_bytes(), "no such thing"), ("UTF-8", DetectedBy::Utf8));
        assert_eq!(of(&gbk, "iso-8859-1"), ("gb18030", DetectedBy::Detected));
        assert_eq!(choose(&gbk, &["utf-8", "gbk"], None).detected_by, DetectedBy::Declared);
    }

    #[test]
    fn lines_in_several_encodings_are_each_read_as_what_they_are() {
        let text = PAGES.join("\n");
        for (utf8, gbk) in [(&PAGES[..1], &PAGES[1..]), (&PAGES[..3], &PAGES[3..])] {
            let (utf8, gbk) = (utf8.join("\n") + "\n", gbk.join("\n"));
            let bytes = [utf8.as_bytes(), &GB18030.encode(&gbk).0].concat();
            let encoding = choose(&bytes, &[], None).encoding;
            assert_eq!(decode_text(&bytes, encoding), text, "{}", encoding.name());
        }
        let western = "The café by the ferry was sold to a man from the hills.\n";
        let bytes = [PAGES[0].as_bytes(), b"\n", &WINDOWS_1252.encode(western).0].concat();
        assert_eq!(decode_text(&bytes, UTF_8), format!("{}\n{western}", PAGES[0]));
    }

    #[test]
    fn bytes_that_are_no_text_are_known() {
        let mut state = 9u64;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        for _ in 0..20 {
            let bytes: Vec<u8> = (0..4000).map(|_| byte()).collect();
            let encoding = choose(&bytes, &[], None).encoding;
            assert!(is_binary(&decode_text(&bytes, encoding)), "{}", encoding.name());
        }
        for text in PAGES {
            assert!(!is_binary(text) && !is_binary(&text.replace("的", "\u{FFFD}")));
        }
    }

    #[test]
    fn western_text_in_utf8_with_a_damaged_byte() {
        let text = "The old café by the ferry was sold. Señor Ibáñez, who had run it for forty years, locked the door himself.";
        let mut bytes = text.as_bytes().to_vec();
        bytes.remove(text.find('é').unwrap());
        assert_eq!(detected(&bytes), ("UTF-8", DetectedBy::Utf8));
    }

    #[test]
    fn what_cannot_be_read_is_marked() {
        assert_eq!(decode(b"\xE6\x96\x87\xE6\x96x", UTF_8), "文\u{FFFD}x");
        assert_eq!(decode(b"\xCE\xC4\xFFx", GB18030), "文\u{FFFD}x");
    }
}
