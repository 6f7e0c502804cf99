//! Why a line was taken for what it was, for people who ask. Tests the line as cleaning did, in the same order.

use super::classify::{is_clock, is_notice};
use super::line_patterns::{Cue, cue};
use super::split;
use super::{CleanDoc, FurnitureLine, FurnitureModel, GroupKeys, Label, Line, Readable, Region};
use xxhash_rust::xxh3::xxh3_64;

/// What decided the region of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was learnt: it recurs on different articles of one outlet or host.
    Learnt {
        /// The outlet or host; empty for pages of which neither is known.
        group: String,
        /// Different articles it stood on.
        articles: u32,
    },
    /// It begins with a label that credits somebody or something.
    CreditLabel(Label),
    /// It is little more than a date and a time.
    Clock,
    /// It is worded as a page's machinery is everywhere (上一篇, a registration number).
    Machinery,
    /// It heads a list of other articles (相关阅读).
    ListHeader,
    /// It stands in such a list.
    InList,
    /// It is worded as captions are, or is a picture's file name.
    Caption,
    /// It is worded as copyright notices and disclaimers are.
    Notice,
    /// It stands before the headline.
    BeforeHeadline,
    /// It follows the article's end.
    AfterArticle,
    /// It equals the title field, or is the likeliest headline by its place and length.
    HeadlinePlace,
    /// Nothing speaks against its being the article's text.
    Text,
}

/// Why line `at` of a cleaned page is what it is. Splits the learnt lines of the page's own groups again, so it
/// is meant for a page that somebody looks at, not for a corpus.
pub fn why(text: &str, clean: &CleanDoc, at: usize, model: &FurnitureModel, keys: GroupKeys) -> Why {
    let line = &clean.lines[at];
    let mut shown = Readable::default();
    shown.fill(text, line.span);
    let first = |region: Region| clean.lines.iter().position(|line| line.region == region);
    match line.region {
        Region::Body => Why::Text,
        Region::Headline => Why::HeadlinePlace,
        Region::Caption => Why::Caption,
        Region::Credit => match cue(&shown.text) {
            Some(Cue::Credit(label)) => Why::CreditLabel(label),
            _ => Why::Clock,
        },
        Region::Furniture if model.holds(keys, line.key) => learnt(line, model, keys),
        Region::Furniture => match cue(&shown.text) {
            Some(Cue::Machinery) => Why::Machinery,
            Some(Cue::ListHeader) => Why::ListHeader,
            _ if is_notice(text, line) => Why::Notice,
            _ if is_in_list(text, clean, at) => Why::InList,
            _ if first(Region::Headline).is_some_and(|headline| at < headline) => Why::BeforeHeadline,
            _ if is_clock(&shown.text) => Why::Clock,
            _ => Why::AfterArticle,
        },
    }
}

/// True when only furniture stands between the header of a list and line `at`.
fn is_in_list(text: &str, clean: &CleanDoc, at: usize) -> bool {
    let mut shown = Readable::default();
    let above = clean.lines[..at].iter().rev().take_while(|line| line.region == Region::Furniture);
    above.into_iter().any(|line| {
        shown.fill(text, line.span);
        cue(&shown.text) == Some(Cue::ListHeader)
    })
}

/// The learnt line that this one is, figures aside.
fn learnt(line: &Line, model: &FurnitureModel, keys: GroupKeys) -> Why {
    let group_key = |name: &str| if name.is_empty() { 0 } else { xxh3_64(name.as_bytes()).max(1) };
    let mine = model.groups.iter().filter(|group| keys.each().any(|key| key == group_key(&group.group)));
    let mut split = CleanDoc::default();
    let mut is_it = |known: &FurnitureLine| {
        split::split(&known.line, &mut split);
        split.lines.iter().any(|part| part.key == line.key)
    };
    for group in mine {
        if let Some(known) = group.lines.iter().find(|known| is_it(known)) {
            return Why::Learnt { group: group.group.clone(), articles: known.articles };
        }
    }
    Why::Learnt { group: String::new(), articles: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{FurnitureGroup, clean};

    #[test]
    fn every_line_has_its_reason() {
        let text = "墨川网 欢迎您\n口袋公园让城市多了一抹绿\n来源：墨川日报\n本市今年新建口袋公园十二处，总面积超过三万平方米。\n\
                    负责人介绍，选址时先听附近居民的意见，再由设计单位上门听取修改建议。\n责任编辑：高文博\n看得见的温暖\n上一篇：无";
        let line = FurnitureLine { line: "看得见的温暖".to_owned(), articles: 7 };
        let model =
            FurnitureModel::from_groups(vec![FurnitureGroup { group: "墨川网".to_owned(), lines: vec![line] }]);
        let keys = GroupKeys { outlet: xxh3_64("墨川网".as_bytes()), host: 0 };
        let page = clean(text, Some("口袋公园让城市多了一抹绿"), &model, keys);
        let found: Vec<Why> = (0..page.lines.len()).map(|at| why(text, &page, at, &model, keys)).collect();
        let expected = [
            Why::BeforeHeadline,
            Why::HeadlinePlace,
            Why::CreditLabel(Label::Source),
            Why::Text,
            Why::Text,
            Why::CreditLabel(Label::Editor),
            Why::Learnt { group: "墨川网".to_owned(), articles: 7 },
            Why::Machinery,
        ];
        assert_eq!(found, expected);
    }
}
