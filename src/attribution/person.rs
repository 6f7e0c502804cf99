//! How much a run of Han characters looks like the name of a person, and where names written without anything between
//! them begin and end. A character's chances in each place of a name come from a table; a name's likeness is their sum
//! in the natural logarithm, against the same characters in text (a naive Bayes model).

use super::ranges::is_han;
use crate::lexicon::name_characters;
use std::ops::Range;

/// The share of names of two, three and four characters, in tenths of the natural logarithm.
const LENGTHS: [i32; 3] = [-11, -4, -39];
/// A given-name character that the table does not have.
const UNSEEN: i32 = -25;
/// A name of one run must look at least so much like one when all of the run is names ...
const IN_FULL_RUN: i32 = -40;
/// ... and so much when text follows.
const BEFORE_TEXT: i32 = 8;
/// A name of four characters, which is rare, must look so much like one.
pub(super) const LONG_NAME: i32 = 20;
/// Characters of a run that are read.
const RUN: usize = 40;

/// The likeness of a name in tenths of the natural logarithm; `None` when it does not begin with a family name or has
/// another length. Above 0 it is likelier a name than text.
pub(crate) fn likeness(name: &str) -> Option<i32> {
    let mut chars = ['\0'; 4];
    let mut length = 0;
    for c in name.chars() {
        *chars.get_mut(length)? = c;
        length += 1;
    }
    likeness_of(&chars[..length])
}

fn likeness_of(name: &[char]) -> Option<i32> {
    let one = name.get(..1).and_then(name_characters::surname).and_then(|chance| Some(chance + given(&name[1..])?));
    let two = name.get(..2).and_then(name_characters::surname).and_then(|chance| Some(chance + given(&name[2..])?));
    one.max(two)
}

fn given(name: &[char]) -> Option<i32> {
    let chance = |at: usize, place: usize| name_characters::given(name[at], place).unwrap_or(UNSEEN);
    match name.len() {
        1 => Some(chance(0, 0) + LENGTHS[0]),
        2 => Some(chance(0, 1) + chance(1, 2) + LENGTHS[1]),
        // Both parents' family names and two characters, mostly.
        3 => Some(
            chance(0, 0).max(name_characters::surname(&name[..1]).unwrap_or(UNSEEN))
                + chance(1, 1)
                + chance(2, 2)
                + LENGTHS[2],
        ),
        _ => None,
    }
}

/// True when the characters of a name without a family name (a pen name, a name in another tongue) are such as names
/// have: their best chances in any place of a name average above 0.
pub(super) fn sounds_like_a_name(name: &str) -> bool {
    let best = |c: char| {
        let places = (0..3).filter_map(|place| name_characters::given(c, place));
        places.chain(name_characters::surname(&[c])).max().unwrap_or(UNSEEN)
    };
    let chances: Vec<i32> = name.chars().map(best).collect();
    !chances.is_empty() && chances.iter().sum::<i32>() >= 0
}

/// The names that `run` begins with. When the run ends at a border (`bounded`), names that fill it go before others.
/// Empty when it begins with none.
pub(super) fn names_at(run: &str, bounded: bool) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = run.char_indices().take(RUN).take_while(|(_, c)| is_han(*c)).collect();
    let letters: Vec<char> = chars.iter().map(|(_, c)| *c).collect();
    let ends_here = chars.last().is_some_and(|(at, c)| at + c.len_utf8() == run.len());
    let full = (bounded && ends_here).then(|| best(&letters, IN_FULL_RUN, true)).flatten();
    let Some(lengths) = full.or_else(|| best(&letters, BEFORE_TEXT, false)) else { return Vec::new() };
    let place =
        |at: usize| chars.get(at).map_or_else(|| chars.last().map_or(0, |(at, c)| at + c.len_utf8()), |(at, _)| *at);
    let mut from = 0;
    let ranges = lengths.into_iter().map(|length| {
        let range = place(from)..place(from + length);
        from += length;
        range
    });
    ranges.collect()
}

/// The lengths of the names that `run` begins with, those whose likeness adds up to most; each is at least `least`.
fn best(run: &[char], least: i32, in_full: bool) -> Option<Vec<usize>> {
    // reached[k]: the most that names filling the first k characters add up to, and the length of the last.
    let mut reached: Vec<Option<(i32, usize)>> = vec![None; run.len() + 1];
    reached[0] = Some((0, 0));
    for from in 0..run.len() {
        let Some((so_far, _)) = reached[from] else { continue };
        for length in 2..=4.min(run.len() - from) {
            let enough = if length == 4 { least.max(LONG_NAME) } else { least };
            let Some(alike) = likeness_of(&run[from..from + length]).filter(|alike| *alike >= enough) else { continue };
            let slot = &mut reached[from + length];
            if slot.is_none_or(|(held, _)| so_far + alike > held) {
                *slot = Some((so_far + alike, length));
            }
        }
    }
    let mut end = if in_full {
        run.len()
    } else {
        (0..=run.len()).filter(|&end| reached[end].is_some()).max_by_key(|&end| reached[end].map(|(sum, _)| sum))?
    };
    let mut lengths = Vec::new();
    while end > 0 {
        let (_, length) = reached[end]?;
        lengths.push(length);
        end -= length;
    }
    lengths.reverse();
    (!lengths.is_empty()).then_some(lengths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(run: &str, bounded: bool) -> Vec<&str> {
        names_at(run, bounded).into_iter().map(|range| &run[range]).collect()
    }

    #[test]
    fn names_look_like_names() {
        for name in ["冯凯", "高文博", "欧阳修平", "向雪", "赖佩璇", "周林晓婉"] {
            assert!(likeness(name).is_some_and(|alike| alike > 0), "{name}");
        }
        for other in ["成都", "时间", "单位", "于是", "任务", "了解到", "从现场", "农机局", "王", "王芳说了话"]
        {
            assert!(likeness(other).is_none_or(|alike| alike < 0), "{other}");
        }
    }

    #[test]
    fn names_without_a_family_name_sound_like_names() {
        for name in ["阿依古丽", "泽宇", "露天", "克雷格"] {
            assert!(sounds_like_a_name(name), "{name}");
        }
        for other in ["现场", "分享", "招待会", "调查事件", "今天", ""] {
            assert!(!sounds_like_a_name(other), "{other}");
        }
    }

    #[test]
    fn runs_of_names_come_apart() {
        for (run, names) in [
            ("高文博吴晓丹钱一鸣", vec!["高文博", "吴晓丹", "钱一鸣"]),
            ("冯凯蒋丽", vec!["冯凯", "蒋丽"]),
            ("冯凯王晓雪李杰", vec!["冯凯", "王晓雪", "李杰"]),
            ("欧阳修平", vec!["欧阳修平"]),
        ] {
            assert_eq!(split(run, true), names, "{run}");
        }
        assert_eq!(split("从现场了解到", true), Vec::<&str>::new());
    }

    #[test]
    fn text_may_follow() {
        for (run, names) in [
            ("高文博今日上午来到", vec!["高文博"]),
            ("冯凯昨日从渡口", vec!["冯凯"]),
            ("蒋晓丽王芳据介绍", vec!["蒋晓丽", "王芳"]),
            ("现场的人都说", vec![]),
        ] {
            assert_eq!(split(run, false), names, "{run}");
        }
    }
}
