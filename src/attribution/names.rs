//! What can be the name of a person or of an outlet. All functions read the readable form (simplified, half
//! width); none knows any particular outlet.

use super::person::{LONG_NAME, likeness, names_at};
use super::ranges::is_han;
use crate::lexicon::{
    BODY_ENDINGS, CONTINUATIONS, NAME_PARTICLES, NO_OUTLETS, NO_PEOPLE, NOBODY, OF_PICTURES, OTHER_ENDINGS,
    OUTLET_ENDINGS, PLACES, RELATIVE, SAYING_ENDINGS, UNNAMED, VAGUE,
};

/// True when `name` looks like a person's: two to four characters that begin with a family name (see person.rs), and
/// no place, body or other word. `欧阳修平`, `王芳`; not `王`, not `了解到`.
pub(super) fn is_full_name(name: &str) -> bool {
    let least = if name.len() < 12 { LEAST_LIKENESS } else { LONG_NAME };
    let looks = name.chars().all(is_han) && likeness(name).is_some_and(|alike| alike >= least);
    let other = || PLACES.contains(name) || NO_PEOPLE.contains(name) || BODY_ENDINGS.suffix(name).is_some();
    looks && !other() && (name.len() < 12 || names_at(name, true).len() == 1)
}

/// A name's likeness at least, in tenths of the natural logarithm: one real name in two hundred has less.
const LEAST_LIKENESS: i32 = -10;

/// True for what can be a person's name after a word that announces one: two to four Han characters, a foreign
/// name with its dots (`让·莫内`), or Latin words with capitals (`Li Ming`). Places, and words that bylines go
/// on with, are none.
pub(super) fn is_person(name: &str) -> bool {
    let length = name.chars().count();
    if PLACES.contains(name) || is_nobody(name) || CONTINUATIONS.prefix(name).is_some() {
        return false;
    }
    if name.chars().all(is_han) {
        return (2..=4).contains(&length);
    }
    let dotted = name.contains('·') && name.chars().all(|c| is_han(c) || c == '·') && !name.starts_with('·');
    (dotted && (4..=16).contains(&length)) || is_latin_name(name)
}

/// One to four Latin words, each with a capital or an initial; at least two letters in all.
pub(super) fn is_latin_name(name: &str) -> bool {
    let mut words = 0;
    for word in name.split(' ') {
        // `Amanda "Mae" Tan`
        let word = word.trim_matches(['"', '“', '”', '‘']);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let letters = word.chars().all(|c| (c.is_alphabetic() && !is_han(c)) || matches!(c, '.' | '-' | '\'' | '’'));
        let particle = NAME_PARTICLES.contains(word);
        if !letters || !(capital || particle) {
            return false;
        }
        words += 1;
    }
    (1..=4).contains(&words) && name.len() >= 2
}

/// True for 佚名 and its like.
pub(super) fn is_nobody(name: &str) -> bool {
    NOBODY.contains(name) || name.is_ascii() && NOBODY.contains(&name.to_ascii_lowercase())
}

/// True for 本报, 本网 and their like, and what they begin (`本报综合`): relative to the paper, no name.
pub(super) fn is_relative(name: &str) -> bool {
    RELATIVE.contains(name)
        || name == "原创"
        || (["本报", "本网", "本站", "本台", "本刊"].iter().any(|own| name.starts_with(own))
            && name.chars().count() <= 5)
}

/// True for 网络, 互联网, 综合媒体 and their like: it says that the text came from elsewhere, not from where.
pub(super) fn is_vague(name: &str) -> bool {
    let bare = name.trim_start_matches("综合").trim_end_matches("综合").trim_end_matches("整理");
    let bare = bare.trim_end_matches("转载").trim_end_matches("报道").trim_start_matches("来自");
    bare.is_empty() || VAGUE.contains(bare) || bare.ends_with("网络") || is_media_of_a_kind(bare)
}

/// `外国媒体`, `港媒`, `巴勒斯坦媒体`; not `墨川融媒体`.
fn is_media_of_a_kind(name: &str) -> bool {
    let media = name.strip_suffix("媒体").or_else(|| name.strip_suffix("外媒"));
    let kind = media.is_some_and(|of| !of.ends_with(['融', '全', '新', '传']));
    kind || (name.ends_with('媒') && !name.ends_with("融媒") && !name.ends_with("传媒"))
}

/// True when `name` ends as names of outlets do.
pub(super) fn ends_as_outlet(name: &str) -> bool {
    let other_word = OTHER_ENDINGS.suffix(name).is_some();
    !other_word && OUTLET_ENDINGS.iter().any(|end| ends_ignoring_case(name, end) && name.len() > end.len())
}

fn ends_ignoring_case(name: &str, end: &str) -> bool {
    let (name, end) = (name.as_bytes(), end.as_bytes());
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// True for what can name a source at all: 2 to 24 characters, no sentence, no vague or relative word.
/// `墨川日报`, `第三只眼`, `FM99交通台`; not `网络`, not `本报`, not `据了解，`.
pub(super) fn is_outlet(name: &str) -> bool {
    if !name.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '《' | '“')) || is_path(name) {
        return false;
    }
    let (mut length, mut letters, mut figures) = (0, 0, 0);
    for c in name.chars() {
        length += 1;
        letters += usize::from(c.is_alphabetic());
        figures += usize::from(c.is_ascii_digit());
        if matches!(c, '。' | ',' | '，' | ';' | '!' | '?' | '=' | '"' | '…' | '#') {
            return false;
        }
    }
    let most = if name.is_ascii() { 60 } else { 24 };
    (2..=most).contains(&length)
        && (letters >= 2 || (letters == 1 && figures > 0 && name.ends_with(is_han)))
        && !is_relative(name)
        && !is_vague(name)
        && !is_nobody(name)
        && SAYING_ENDINGS.suffix(name).is_none()
        && !["请", "如", "凡", "未", "谢绝", "不代表", "是", "http", "www."].iter().any(|word| name.starts_with(word))
}

/// True for what can be in `据X报道` and name somebody: an outlet that is not described instead of named.
pub(super) fn is_named(name: &str) -> bool {
    is_outlet(name)
        && !name.contains(' ')
        && !UNNAMED.within(name)
        && !NO_OUTLETS.contains(name)
        && !name.starts_with(['该', '其', '某', '有', '据', '对', '在'])
        && !name.ends_with('方')
        && !name.ends_with("人士")
        && !name.ends_with("时间")
        && !name.chars().all(|c| c.is_ascii_digit())
}

/// True for an address without its beginning, or a list: `墨川/新闻/2`.
fn is_path(name: &str) -> bool {
    name.matches('/').count() > 1
}

/// Where an agency's or paper's name ends at the head of `text` and a place begins: `墨川日报|苇城`. The end of
/// `text` when there is no place; 0 when nothing in it looks like an outlet.
pub(super) fn outlet_before_place(text: &str) -> usize {
    // The place may follow a reporter (`墨川社记者王芳北京`), who ends the name as well.
    if let Some(end) = text.find("记者").filter(|&at| at > 0).or_else(|| place_at_end(text)) {
        return end;
    }
    let mut found = 0;
    for (at, _) in text.char_indices().skip(1) {
        if found > 0 && at > found {
            break;
        }
        let longest = OUTLET_ENDINGS.prefix(&text[at..]).map(str::len);
        if let Some(length) = longest
            && !(text[at..].starts_with('台') && text[at + 3..].starts_with(['湾', '北', '中', '南', '海', '州']))
        {
            found = found.max(at + length);
        }
    }
    found
}

/// True for the places that bylines and datelines name most.
pub(super) fn is_place(name: &str) -> bool {
    PLACES.contains(name)
}

/// The place that `text` ends with, if what is before it is not empty.
pub(super) fn place_at_end(text: &str) -> Option<usize> {
    PLACES.suffix(text).filter(|place| text.len() > place.len()).map(|place| text.len() - place.len())
}

/// True for words that name photographers, or whoever gave pictures.
pub(super) fn is_of_pictures(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '/']);
    (text.ends_with('摄') && !text.ends_with("并摄"))
        || OF_PICTURES.iter().any(|end| text.ends_with(end) && !text.ends_with("文/图") && !text.ends_with("文字/图片"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people() {
        for name in ["王芳", "欧阳明月", "阿依古丽", "让·莫内", "Li Ming", "J. R. Smith"] {
            assert!(is_person(name), "{name}");
        }
        for name in ["佚名", "北京", "报道", "从现场", "王", "某某某某某", "admin", "the end", "2024"] {
            assert!(!is_person(name), "{name}");
        }
        assert!(is_full_name("王芳") && is_full_name("欧阳明月"));
        assert!(!is_full_name("农机局") && !is_full_name("阳山县"));
        assert!(!is_full_name("了解到") && !is_full_name("成都") && !is_full_name("王芳李明"));
    }

    #[test]
    fn outlets() {
        for name in ["墨川日报", "第三只眼", "FM99交通台", "《读城》", "The Daily Post", "苇城市公安局"]
        {
            assert!(is_outlet(name), "{name}");
        }
        for name in [
            "网络",
            "互联网",
            "综合",
            "本报",
            "本网综合",
            "外国媒体",
            "港媒",
            "请注明出处",
            "他说，是的",
            "充电平台数据显示",
        ] {
            assert!(!is_outlet(name), "{name}");
        }
        assert!(!is_vague("苇城融媒体") && !is_vague("苇城融媒"));
    }

    #[test]
    fn described_is_not_named() {
        for name in ["有关部门", "警方", "知情人士", "当地媒体", "北京时间", "多家媒体", "记者", "最新"]
        {
            assert!(!is_named(name), "{name}");
        }
        assert!(is_named("墨川新闻客户端"));
    }

    #[test]
    fn agency_and_place_part() {
        for (text, agency) in [
            ("远川社苇城", "远川社"),
            ("远川通讯社北京", "远川通讯社"),
            ("墨川日报苇城", "墨川日报"),
            ("墨川新闻网", "墨川新闻网"),
            ("远川社台北", "远川社"),
            ("晨光北京", "晨光"),
        ] {
            assert_eq!(&text[..outlet_before_place(text)], agency, "{text}");
        }
        assert_eq!(outlet_before_place("徐某某被"), 0);
    }
}
