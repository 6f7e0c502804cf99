//! Bylines with a slash between who and where, as Taiwanese papers set them: `〔記者馮凱／台北報導〕`,
//! `（突發中心蔣麗／新北報導）`, `高文博╱台北報導`.

use super::names::{is_full_name, is_of_pictures};
use super::person::names_at;
use super::ranges::{is_han, trimmed};
use crate::lexicon::{LABELS, Label, QUALIFIERS, SLASH_ENDINGS, SLASH_NO_PLACES};
use std::ops::Range;

/// Who and where, as bytes of the readable line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SlashByline {
    /// The reporters.
    pub authors: Vec<Range<usize>>,
    /// The outlet before a reporter's role.
    pub source: Option<Range<usize>>,
    /// Where they were.
    pub place: Option<Range<usize>>,
}

/// Bytes of what is before and after the slash, at most.
const LONGEST: usize = 90;

/// Reads `inside`, the inside of a bracket, or all of a readable line.
pub(super) fn slash_byline(line: &str, inside: Range<usize>) -> Option<SlashByline> {
    let text = &line[inside.clone()];
    if text.len() > LONGEST {
        return None;
    }
    let (slash, mark) = text.char_indices().rfind(|(_, c)| matches!(c, '/' | '╱' | '∕'))?;
    let after = trimmed(line, inside.start + slash + mark.len_utf8()..inside.end);
    let where_from = SLASH_ENDINGS.strip_suffix(&line[after.clone()])?;
    if where_from.chars().count() > 6 || is_of_pictures(text) {
        return None;
    }
    let before = trimmed(line, inside.start..inside.start + slash);
    let mut found = SlashByline { place: Some(after.start..after.start + where_from.len()), ..SlashByline::default() };
    found.place = found.place.filter(|place| !place.is_empty() && !SLASH_NO_PLACES.contains(&line[place.clone()]));
    for part in parts(line, before) {
        let name = without_desk(line, part.clone());
        let names = names_at(&line[name.clone()], true);
        let all = names.last().is_some_and(|last| name.start + last.end == name.end);
        if all && names.iter().all(|range| is_full_name(&line[name.start + range.start..name.start + range.end])) {
            found.authors.extend(names.into_iter().map(|range| name.start + range.start..name.start + range.end));
        } else if (2..=4).contains(&line[name.clone()].chars().count())
            && name.start > part.start
            && line[name.clone()].chars().all(is_han)
        {
            found.authors.push(name.clone());
        }
    }
    (!found.authors.is_empty() || found.place.is_some()).then_some(found)
}

/// The parts of a list of names.
fn parts(line: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut from = range.start;
    let text = &line[range.clone()];
    let ends = text.match_indices(['、', ',', '/', ' ', '╱', '&']).map(|(at, mark)| (range.start + at, mark.len()));
    let parts = ends.chain([(range.end, 0)]).map(|(end, length)| {
        let part = trimmed(line, from..end);
        from = end + length;
        part
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// The name without the role or the desk before it: `記者馮凱`, `突發中心蔣麗`.
fn without_desk(line: &str, part: Range<usize>) -> Range<usize> {
    let text = &line[part.clone()];
    let roles =
        LABELS.iter().filter(|label| label.label == Label::Author && label.word.len() > 3).map(|label| label.word);
    let desks = QUALIFIERS.iter().chain(["中心", "特派员", "组"]);
    let end = roles.chain(desks).filter_map(|word| text.rfind(word).map(|at| at + word.len())).max();
    end.filter(|&at| at < text.len()).map_or(part.clone(), |at| part.start + at..part.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_where() {
        for (line, authors, place) in [
            ("记者冯凯/台北报道", vec!["冯凯"], "台北"),
            ("记者冯凯、蒋丽/台北报道", vec!["冯凯", "蒋丽"], "台北"),
            ("突发中心蒋丽/新北报道", vec!["蒋丽"], "新北"),
            ("高文博╱台北报道", vec!["高文博"], "台北"),
            ("编译高文博/综合报道", vec!["高文博"], ""),
            ("突发中心/台北报道", vec![], "台北"),
        ] {
            let found = slash_byline(line, 0..line.len()).unwrap_or_default();
            assert_eq!(found.authors.iter().map(|range| &line[range.clone()]).collect::<Vec<_>>(), authors, "{line}");
            assert_eq!(found.place.map_or("", |range| &line[range]), place, "{line}");
        }
        for line in ["记者冯凯/摄影", "国际中心/综合外电报道", "冯凯/墨川日报", "1/2"] {
            assert_eq!(slash_byline(line, 0..line.len()), None, "{line}");
        }
    }
}
