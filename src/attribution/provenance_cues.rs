//! Marks of a publisher that are left in a page: the words in which it speaks of itself (`本报讯`), names of outlets in its
//! claims of rights, and whose text it prints when that is nobody's report.

use super::{Edges, Found, Outlets, issuer};
use crate::clean::{CleanDoc, Readable, Region, lines_in};
use crate::lexicon::{SELF_NAMES, SELF_WRITES};
use crate::types::Span;
use serde::{Deserialize, Serialize};

/// The marks of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The words in which the text speaks as a publisher: `本报讯`, `本台记者`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<Found>,
    /// Outlets of the corpus that claims of rights below the text name, and where.
    pub claims: Vec<(u32, Span)>,
    /// Where the page says that its text is a notice, speech or statement of somebody else in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<Found>,
    /// Who issued that, or the news that it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Found>,
}

/// Characters of an article's first lines that are looked at.
const LEAD: usize = 90;
/// Lines in which a text in full is announced.
const FIRST: usize = 3;
/// Lines among which a signature is looked for: other lines of the page may follow it.
const LAST: usize = 12;
/// A line of more bytes is no claim of rights.
const CLAIM: usize = 1200;

/// Reads the marks of a cleaned page. Linear in its edge lines, and in the lines below its text.
pub(crate) fn marks(text: &str, clean: &CleanDoc, outlets: &Outlets) -> Marks {
    let mut marks = Marks::default();
    let mut line = Readable::default();
    let found = |line: &Readable, range: std::ops::Range<usize>| {
        let value = line.written(text, range.start, range.end);
        Found { value, at: line.raw(text, range.start, range.end) }
    };
    let edges = Edges::of(text, &clean.lines);
    let headline = clean.lines_of(Region::Headline).take(1);
    let first = headline.chain(clean.lines_of(Region::Body).take(FIRST));
    let last = edges.last_words(&clean.lines).filter(|line| line.span.len() <= CLAIM);
    for (number, span) in first.map(|line| line.span).chain(last.map(|line| line.span)).enumerate() {
        let raw = span.of(text);
        let length = raw.char_indices().nth(LEAD).map_or(raw.len(), |(at, _)| at);
        let short = Span::new(span.start as usize, span.start as usize + length);
        line.fill(text, if number <= FIRST { short } else { span });
        marks.voice = marks.voice.or_else(|| voice(&line.text).map(|range| found(&line, range)));
        if number <= FIRST {
            marks.issuer = marks.issuer.or_else(|| issuer::issuer(&line.text).map(|range| found(&line, range)));
            marks.printed = marks.printed.or_else(|| issuer::in_full(&line.text).map(|range| found(&line, range)));
        }
    }
    let mut next = Readable::default();
    for pair in clean.lines[clean.lines.len().saturating_sub(LAST)..].windows(2) {
        if pair.iter().any(|line| line.span.len() > LEAD) {
            continue;
        }
        line.fill(text, pair[0].span);
        next.fill(text, pair[1].span);
        if let Some(range) = issuer::signature(&line.text, &next.text) {
            let signed = found(&line, range);
            (marks.printed, marks.issuer) = (Some(signed.clone()), Some(signed));
        }
    }
    for below in clean.lines_of(Region::Furniture).filter(|line| line.span.len() <= CLAIM) {
        if claims_rights(below.span.of(text)) {
            marks.claims.extend(outlets.named_in(text, below.span));
        }
    }
    marks
}

/// Characters before a quoted passage in which its issuer is named, and of the passage itself.
const NEAR: usize = 60;

/// Who issued the text that `passage` is of: in the words around its beginning, or in its signature.
pub(crate) fn issuer_near(text: &str, passage: Span) -> Option<Found> {
    let mut line = Readable::default();
    let found = |line: &Readable, range: std::ops::Range<usize>| {
        let value = line.written(text, range.start, range.end);
        Found { value, at: line.raw(text, range.start, range.end) }
    };
    let (start, end) = (passage.start as usize, passage.end as usize);
    let before = text[..start].char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let within = text[start..end].char_indices().nth(NEAR).map_or(end, |(at, _)| start + at);
    line.fill(text, Span::new(before, within));
    if let Some(range) = issuer::issuer(&line.text) {
        return Some(found(&line, range));
    }
    let last = text[..end].char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let after = text[end..].char_indices().nth(NEAR).map_or(text.len(), |(at, _)| end + at);
    let lines: Vec<Span> = lines_in(text, Span::new(last.max(start), after)).collect();
    let mut next = Readable::default();
    lines.windows(2).find_map(|pair| {
        line.fill(text, pair[0]);
        next.fill(text, pair[1]);
        issuer::signature(&line.text, &next.text).map(|range| found(&line, range))
    })
}

/// What may be before.
const BEFORE: [char; 8] = ['(', '[', '【', '〔', ' ', '。', '■', '/'];

/// Where a readable line speaks as a publisher: at its beginning, in brackets, or behind a sentence.
pub(super) fn voice(line: &str) -> Option<std::ops::Range<usize>> {
    // Most lines have none of them, which is found out faster than places are.
    SELF_NAMES.iter().filter(|name| line.contains(*name)).find_map(|name| {
        line.match_indices(name).find_map(|(at, _)| {
            let end = at + name.len();
            let written = SELF_WRITES.prefix(&line[end..])?;
            let begins = line[..at].chars().next_back().is_none_or(|before| BEFORE.contains(&before));
            begins.then_some(at..end + written.len())
        })
    })
}

/// True for a line that claims rights in the text above it, in either script.
fn claims_rights(line: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    has(&["版权", "版權", "著作权", "著作權", "未经", "未經"])
        && has(&["所有", "归", "歸", "授权", "授權", "转载", "轉載"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Aliases, SeenNames};
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    fn read(text: &str) -> Marks {
        let mut seen = SeenNames::default();
        ["墨川日报", "苇城在线"].iter().for_each(|name| _ = seen.note(Some(name), None, None));
        let outlets = Outlets::learn(&seen, &Aliases::default());
        marks(text, &clean(text, None, &FurnitureModel::default(), GroupKeys::default()), &outlets)
    }

    const BODY: &str = "本市今年新建口袋公园十二处，总面积超过三万平方米，居民出门不远就能看见绿地。\n\
        负责人介绍，选址时先听附近居民的意见，再由设计单位上门听取修改建议，反复三次才定下方案。";

    fn value(found: Option<Found>) -> Option<String> {
        found.map(|found| found.value)
    }

    #[test]
    fn a_publisher_speaks_as_the_writer() {
        for (line, words) in [
            ("本报讯(记者 冯凯)", Some("本报讯")),
            ("苇城街头(本台记者 蒋丽)", Some("本台记者")),
            ("据本报记者了解", None),
            ("他告诉本网工作人员", None),
        ] {
            assert_eq!(voice(line).map(|range| &line[range]), words, "{line}");
        }
        assert_eq!(value(read(&format!("口袋公园\n本報訊（記者 馮凱）{BODY}")).voice).as_deref(), Some("本報訊"));
    }

    #[test]
    fn claims_of_rights_name_outlets() {
        let text = format!(
            "口袋公园让城市多了一抹绿\n{BODY}\n声明：凡本报文字、图片，版权均属墨川日報所有，未经授权不得转载。"
        );
        let marks = read(&text);
        let names: Vec<&str> = marks.claims.iter().map(|(_, at)| at.of(&text)).collect();
        assert_eq!(names, ["墨川日報"]);
        assert_eq!(read(&format!("口袋公园\n{BODY}\n上一篇：墨川日报今日头版")).claims, []);
    }

    #[test]
    fn passages_have_their_issuer_near() {
        let notice = "自3日起，桥头渡口停航，恢复的时间另行通告，请市民绕行南桥，由此带来的不便敬请谅解。";
        let near = |before: &str, after: &str| {
            let text = format!("渡口停了\n老船工昨天把船拖上了岸。{before}{notice}{after}");
            let start = text.find(notice).unwrap();
            issuer_near(&text, Span::new(start, start + notice.len())).map(|found| found.value)
        };
        assert_eq!(near("据苇城交通局通报，", "船工说。").as_deref(), Some("苇城交通局"));
        assert_eq!(near("\n", "\n苇城县交通运输局\n2024年1月2日\n").as_deref(), Some("苇城县交通运输局"));
        assert_eq!(near("", ""), None);
    }

    #[test]
    fn notices_say_whose_they_are() {
        let signed = read(&format!("关于口袋公园的通告\n{BODY}\n墨川市园林管理局\n2024年1月3日\n责任编辑：冯凯"));
        assert_eq!(value(signed.printed).as_deref(), Some("墨川市园林管理局"));
        assert_eq!(value(signed.issuer).as_deref(), Some("墨川市园林管理局"));
        let told = read(&format!("口袋公园\n据墨川市园林局通报，公园已经开放，欢迎市民前来。{BODY}"));
        assert_eq!((value(told.issuer).as_deref(), told.printed), (Some("墨川市园林局"), None));
        let full = read(&format!("口袋公园\n3日，墨川市园林局发布通告，现将通告全文如下：\n{BODY}"));
        assert!(full.printed.is_some());
        assert_eq!(read(&format!("口袋公园\n{BODY}")), Marks::default());
    }
}
