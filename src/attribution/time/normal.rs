//! One spelling for the many ways to type the same date: half-width signs, one dash, one blank, figures for numerals.

use std::borrow::Cow;

/// Marks behind which a Chinese numeral is a part of a date or clock.
const UNITS: &str = "年月日号號时時点點分秒";

/// `text` in the spelling that the parser reads; `None` when it has no number in it, and so no time.
pub(super) fn normal(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_digit()).then_some(Cow::Borrowed(text));
    }
    let signs: String = text.chars().map(sign).collect();
    let text = figures(&signs);
    text.bytes().any(|byte| byte.is_ascii_digit()).then_some(Cow::Owned(text))
}

fn sign(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        _ => c,
    }
}

/// Replaces Chinese numerals before a unit: `二〇二四年三月八日` becomes `2024年3月8日`.
fn figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(is_numeral) {
        let run = rest[from..].find(|c| !is_numeral(c)).unwrap_or(rest.len() - from);
        let (numeral, behind) = rest[from..].split_at(run);
        out.push_str(&rest[..from]);
        match behind.starts_with(|c| UNITS.contains(c)).then(|| value(numeral)).flatten() {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str(numeral),
        }
        rest = behind;
    }
    out + rest
}

fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '廿' | '卅')
}

fn digit(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' | 'Ｏ' | '元' => Some(u32::from(c == '元')),
        '两' => Some(2),
        _ => "一二三四五六七八九".chars().position(|known| known == c).map(|at| at as u32 + 1),
    }
}

/// `二〇二四`, `八`, `十二`, `三十`, `廿三`.
fn value(numeral: &str) -> Option<u32> {
    let digits: Option<Vec<u32>> = numeral.chars().map(digit).collect();
    if let Some(digits) = digits {
        // `零五` minutes; other pairs of figures (`三五天`) are no number.
        let is_number = matches!(digits[..], [_] | [0, _] | [_, _, _, _]);
        return is_number.then(|| digits.iter().fold(0, |number, digit| 10 * number + digit));
    }
    let numeral = numeral.replace('廿', "二十").replace('卅', "三十");
    let (tens, ones) = numeral.split_once('十')?;
    let of = |part: &str, none: u32| match part.chars().count() {
        0 => Some(none),
        1 => part.chars().next().and_then(digit),
        _ => None,
    };
    Some(10 * of(tens, 1)? + of(ones, 0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_numerals_get_one_spelling() {
        for (text, want) in [
            ("２０２４－０３－０８ １０：１２", "2024-03-08 10:12"),
            ("2024—03—08", "2024-03-08"),
            ("二〇二四年十二月廿三日 十点零五分", "2024年12月23日 十点5分"),
            ("二零二四年三十月", "2024年30月"),
            ("一九九八年十月十日", "1998年10月10日"),
        ] {
            let want = want.replace("十点", "10点");
            assert_eq!(normal(text).as_deref(), Some(&*want), "{text}");
        }
        assert_eq!(normal("十一个人，三个箱子"), None);
        assert_eq!(normal("no figure"), None);
    }
}
