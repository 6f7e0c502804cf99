//! Texts that were encoded twice: UTF-8 that somebody read as Windows-1252 (or Latin-1), or as GBK, and saved as UTF-8
//! once more (`æ–°é—»`, `鏂伴椈`; both were 新闻).
//!
//! They are mended where it is certain: the characters, written in the encoding they were read in, are UTF-8 again, and
//! that spells Chinese or typographic marks. No other text does so: in Windows-1252 the bytes of a Han character are
//! an accented letter and two signs, in GBK a rare character and half of the next. A text is mended as a whole or not
//! at all. Bytes that the first reader could not make out are lost; each place becomes one U+FFFD, and is never guessed.

use encoding_rs::{EncoderResult, GBK};
use std::sync::LazyLock;

/// Characters that tell at once whether to go on: the first ones that are not ASCII.
const PROBE: usize = 12;
/// Of this many characters one may be lost.
const LOST: usize = 8;

/// An encoding that UTF-8 is taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TakenFor {
    Windows1252,
    Gbk,
}

impl TakenFor {
    /// Fewer Chinese characters and typographic marks may have come about by chance.
    fn least(self) -> usize {
        match self {
            TakenFor::Windows1252 => 2,
            TakenFor::Gbk => 4,
        }
    }
}

/// What `text` was before it was encoded twice, when it certainly was. A text of the usual kind costs a look at its
/// first character that is not ASCII.
pub(super) fn mend(text: &str) -> Option<String> {
    let first = text.as_bytes().iter().position(|byte| !byte.is_ascii())?;
    let rest = &text[first..];
    let encoding = taken_for(rest.chars().next()?)?;
    let probe: String = rest.chars().filter(|c| !c.is_ascii()).take(PROBE).collect();
    let mended = undo(&probe, encoding)?;
    if mended.spelled == 0 {
        return None;
    }
    let mended = undo(text, encoding)?;
    let whole = LOST * mended.lost <= mended.spelled;
    (whole && mended.spelled >= encoding.least()).then_some(mended.text)
}

/// The encoding in which the first byte of a character of UTF-8 may have become `c`: a lead byte of two to four.
fn taken_for(c: char) -> Option<TakenFor> {
    let code = c as u32;
    match code {
        0xC3..=0xF4 => Some(TakenFor::Windows1252),
        0x4E00..=0x9FFF if GBK_LEADS[(code - 0x4E00) as usize] => Some(TakenFor::Gbk),
        _ => None,
    }
}

/// The Han characters from U+4E00 on whose two bytes in GBK may begin a character of three bytes in UTF-8.
static GBK_LEADS: LazyLock<Box<[bool]>> = LazyLock::new(|| {
    let mut leads = vec![false; 0x9FFF - 0x4E00 + 1].into_boxed_slice();
    for pair in (0xE2..=0xEF).flat_map(|lead| (0x80..=0xBF).map(move |next| [lead, next])) {
        let (read, _) = GBK.decode_without_bom_handling(&pair);
        let han = read.chars().next().and_then(|c| (c as usize).checked_sub(0x4E00));
        han.into_iter().for_each(|at| leads.get_mut(at).into_iter().for_each(|lead| *lead = true));
    }
    leads
});

/// A text as it was.
struct Mended {
    text: String,
    /// Chinese characters and typographic marks that became of others.
    spelled: usize,
    /// Places where bytes were lost.
    lost: usize,
}

/// Writes `text` in `encoding` and reads it as UTF-8; `None` when it cannot be written, or spells what no such text does.
fn undo(text: &str, encoding: TakenFor) -> Option<Mended> {
    let bytes = match encoding {
        TakenFor::Windows1252 => text.chars().map(windows_1252).collect::<Option<Vec<u8>>>()?,
        TakenFor::Gbk => gbk(text)?,
    };
    let mut mended = Mended { text: String::with_capacity(bytes.len()), spelled: 0, lost: 0 };
    let mut in_loss = false;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
            match c as u32 {
                0xC0..=0x17F => {}
                _ if is_spelled(c) => mended.spelled += 1,
                _ => return None,
            }
        }
        mended.text.push_str(chunk.valid());
        in_loss &= chunk.valid().is_empty();
        if !chunk.invalid().is_empty() && !in_loss {
            in_loss = true;
            mended.lost += 1;
            mended.text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Some(mended)
}

/// Chinese characters, and the marks of Chinese and of typeset English.
fn is_spelled(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203B}' | '\u{3000}'..='\u{301F}' | '\u{3400}'..='\u{9FFF}'
        | '\u{FF01}'..='\u{FF5E}' | '\u{A0}' | '·' | '℃' | '①'..='⑳')
}

/// A byte that no UTF-8 has, in place of one that was lost.
const NO_BYTE: u8 = 0xFF;

/// The byte that was read as `c` in Windows-1252, or in Latin-1, which has controls where that has signs.
fn windows_1252(c: char) -> Option<u8> {
    const SIGNS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
    match c as u32 {
        code @ 0..=0xFF => Some(code as u8),
        0xFFFD => Some(NO_BYTE),
        _ => SIGNS.chars().position(|sign| sign == c).map(|at| 0x80 + at as u8),
    }
}

/// The bytes that were read as `text` in GBK.
fn gbk(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GBK.new_encoder();
    let mut bytes = vec![0; 2 * text.len() + 8];
    let (mut read, mut written) = (0, 0);
    loop {
        let (result, more, put) =
            encoder.encode_from_utf8_without_replacement(&text[read..], &mut bytes[written..], true);
        (read, written) = (read + more, written + put);
        match result {
            EncoderResult::InputEmpty => break,
            EncoderResult::Unmappable(char::REPLACEMENT_CHARACTER) => {
                bytes[written] = NO_BYTE;
                written += 1;
            }
            EncoderResult::Unmappable(_) | EncoderResult::OutputFull => return None,
        }
    }
    bytes.truncate(written);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    const PAGE: &str = "　　“渡口的灯亮到十点，”船工说，“末班船从不早走。”\n　　2023年冬天，他在岸边搭了一间小屋，一共用了46块木板。\n";

    /// What becomes of a text that is read in another encoding.
    fn misread(text: &str, encoding: &'static encoding_rs::Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn texts_taken_for_western_come_back_whole() {
        let latin_1: String = PAGE.bytes().map(char::from).collect();
        for misread in [misread(PAGE, WINDOWS_1252), latin_1] {
            assert_eq!(mend(&misread).as_deref(), Some(PAGE));
        }
        let english =
            "The ferryman’s lamp — the last one — burnt until ten. A café stood by the pier: “Señor Ibáñez’s”.";
        assert_eq!(mend(&misread(english, WINDOWS_1252)).as_deref(), Some(english));
    }

    #[test]
    fn texts_taken_for_gbk_come_back_but_for_what_was_lost() {
        let mended = mend(&misread(PAGE, GBK)).unwrap();
        let kept = mended.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER).count();
        let lost = mended.chars().count() - kept;
        assert!((1..=4).contains(&lost) && kept + lost == PAGE.chars().count(), "{mended}");
        let twelve = "船工把灯挂在渡口的木杆上";
        assert_eq!(mend(&misread(twelve, GBK)).as_deref(), Some(twelve));
    }

    #[test]
    fn what_is_in_order_stays() {
        for text in [
            PAGE,
            "plain words",
            "Ein Café in Ägypten, à la carte, Ærø und Çeşme",
            "“Quoted” — and so on…",
            "璋言、逯晴、姚溪三人同行",
            "鏂伴椈这两个字写错了，原来应当是别的字。",
            "Ã©",
            "锟斤拷锟斤拷锟斤拷",
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
    }

    proptest! {
        /// Texts of common characters, as pages have them, are never taken for anything else.
        #[test]
        fn no_ordinary_text_is_mended(text in "[一-龥，。：“”A-Za-z0-9é ]{0,60}") {
            prop_assert_eq!(mend(&text), None);
        }

        #[test]
        fn any_han_text_taken_for_western_comes_back(text in "[一-龥，。]{4,40}[a-z0-9一-龥 \n]{0,40}") {
            prop_assert_eq!(mend(&misread(&text, WINDOWS_1252)), Some(text));
        }
    }
}
