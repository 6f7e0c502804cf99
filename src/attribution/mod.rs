//! Say who and when, and from which words: credit lines, bracketed tails, datelines, the first words.
//!
//! Only the edges of a page are read: the lines above the article, its first words, its last words and the lines
//! below it. What the middle of an article reports of others (`据X报道`) is its own sourcing.

mod aliases;
mod credit_lines;
mod english;
mod english_closing;
mod first_words;
mod inline_credits;
mod issuer;
mod labels;
mod last_words;
mod lead;
mod names;
mod notice;
mod outlets;
mod people;
mod person;
mod provenance_cues;
mod ranges;
mod reader;
mod reporters;
mod slash_byline;
mod source_form;
mod time;
mod unlabelled_byline;
mod values;

pub use aliases::Aliases;
pub(crate) use aliases::{folded, site_of_channel};
pub use outlets::{OutletFrom, OutletKeys, Outlets, PageOutlet, SeenNames, host};
pub(crate) use person::likeness as name_likeness;
pub use provenance_cues::Marks;
pub(crate) use provenance_cues::{issuer_near, marks};
pub(crate) use ranges::is_han;
pub use reporters::Reporting;
pub(crate) use reporters::reporters;
pub use time::{date_in_url, parse_field_time, parse_time};

use crate::clean::{CleanDoc, Line, LineReason, Region};
use crate::lexicon::{is_closing_quote, is_sentence_end};
use crate::types::{Span, Timestamp};
use reader::Reader;
use serde::{Deserialize, Serialize};

/// A value and the words of the page that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The value as the page writes it, damage left out.
    pub value: String,
    /// The words it was read from: bytes of the record's text.
    pub at: Span,
}

/// Where a stated source was, which says how much it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// A credit line above the article.
    Head,
    /// The article's opening words (`据X报道，`, `X讯`).
    Opening,
    /// A credit line or bracket at the article's end.
    Tail,
}

/// The dateline of a wire story: `远川社北京1月3日电`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// The agency.
    pub agency: Option<Found>,
    /// Where it was filed.
    pub place: Option<Found>,
    /// The day as written (`1月3日`).
    pub date: Option<Found>,
}

/// What a page states about where its text came from. Nothing is guessed: empty means that it states nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The source that a credit line or an opening states, and where it was.
    pub source: Option<(Found, SourcePlace)>,
    /// Writers and reporters; nobody for 佚名.
    pub authors: Vec<Found>,
    /// Correspondents (通讯员), often of a press office.
    pub correspondents: Vec<Found>,
    /// Editors and proof-readers.
    pub editors: Vec<Found>,
    /// The dateline.
    pub dateline: Option<Dateline>,
    /// The address of the original.
    pub original_url: Option<Found>,
    /// The original headline.
    pub original_title: Option<Found>,
    /// A sentence that says the text was reprinted.
    pub reprint_notice: Option<Found>,
    /// The time that the page prints.
    pub published: Option<Timestamp>,
}

/// The zone of pages that name none: +08:00.
const CHINA: i32 = 8 * 3600;

/// Reads what a cleaned text states; a time that names no zone is +08:00. Linear in its edge lines.
pub fn attribute(text: &str, clean: &CleanDoc) -> Attribution {
    attribute_in_zone(text, None, clean, CHINA)
}

/// As [`attribute`], for pages whose clocks show the time `zone_seconds` east of UTC. `title` is the record's, if it
/// has one: it says where a headline ends on a page without line breaks.
pub fn attribute_in_zone(text: &str, title: Option<&str>, clean: &CleanDoc, zone_seconds: i32) -> Attribution {
    let mut reader = Reader::new(text, title, zone_seconds);
    let edges = Edges::of(text, &clean.lines);
    for line in edges.above(&clean.lines) {
        reader.edge_line(line, SourcePlace::Head);
    }
    for line in clean.lines_of(Region::Headline).take(2) {
        reader.headline_byline(line);
    }
    for line in edges.first_words(text, &clean.lines) {
        reader.time_in_opening(line.span);
        reader.opening_line(line.span, false);
    }
    for line in edges.next_words(&clean.lines) {
        reader.opening_line(line.span, true);
    }
    for line in edges.last_words(&clean.lines) {
        reader.closing_line(line.span);
    }
    for line in clean.lines_of(Region::Body) {
        reader.slash_bylines(line.span);
    }
    for line in edges.below(&clean.lines) {
        reader.edge_line(line, SourcePlace::Tail);
    }
    reader.author_in_title();
    reader.out
}

/// The time that a cleaned text prints, as [`attribute_in_zone`] reads it, and nothing else.
pub(crate) fn printed_time(text: &str, clean: &CleanDoc, zone_seconds: i32) -> Option<Timestamp> {
    let mut reader = Reader::new(text, None, zone_seconds);
    let edges = Edges::of(text, &clean.lines);
    edges.above(&clean.lines).for_each(|line| reader.time_on_edge_line(line, SourcePlace::Head));
    edges.first_words(text, &clean.lines).for_each(|line| reader.time_in_opening(line.span));
    edges.below(&clean.lines).for_each(|line| reader.time_on_edge_line(line, SourcePlace::Tail));
    reader.out.published
}

/// A body line of fewer units is a byline, a caption or a subhead, not the article's text.
const TEXT: usize = 15;
/// From this many units on it is text, whatever it ends with.
const LONG: usize = 45;
/// A line of so many bytes is a paragraph, not a menu.
const LONG_BYTES: usize = 150;
/// Lines after the first of an article that may begin it instead.
const NEXT: usize = 4;
/// Lines above the article, and below it, that are looked at.
const ABOVE: usize = 24;
const BELOW: usize = 30;

/// Where the article's text begins and ends among the lines.
struct Edges {
    first: usize,
    last: usize,
}

impl Edges {
    fn of(text: &str, lines: &[Line]) -> Self {
        let first = lines.iter().position(|line| is_text(text, line)).unwrap_or(lines.len());
        let end = list_header(lines, first).unwrap_or(lines.len());
        let last = lines[..end].iter().rposition(|line| is_text(text, line)).unwrap_or(first);
        Edges { first, last }
    }

    fn above<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let near = (self.first + 2).min(lines.len());
        let above = lines[..self.first].iter().take(ABOVE).filter(|line| may_credit(line));
        above.chain(lines[self.first..near].iter().filter(|line| line.region == Region::Credit))
    }

    /// The article's first line of text; short ones just above it; long ones above it that are taken for the
    /// site's, for a much reprinted lead looks like that; and the next line of text when a credit comes between,
    /// for then the first was a headline.
    fn first_words<'l>(&self, text: &'l str, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let end = (self.first + 1).min(lines.len());
        let leads = |line: &&Line| match line.region {
            Region::Body => true,
            Region::Furniture => line.span.len() >= LONG_BYTES,
            _ => false,
        };
        let credit_between = lines.get(end).is_some_and(|line| line.region == Region::Credit);
        let next = lines[end..].iter().take(4).find(|line| credit_between && is_text(text, line));
        lines[self.first.saturating_sub(5)..end].iter().filter(leads).chain(next)
    }

    /// The body lines after the article's first, which a site may have set before it.
    fn next_words<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let rest = lines.get(self.first + 1..=self.last.max(self.first)).unwrap_or_default();
        rest.iter().filter(|line| line.region == Region::Body).take(NEXT)
    }

    fn last_words<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let end = (self.last + 1).min(lines.len());
        lines[..end].iter().rev().filter(|line| line.region == Region::Body).take(2)
    }

    /// Lines below the article, and such as are none of its text in its second half, when other text follows.
    fn below<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let middle = self.first + (self.last - self.first).div_ceil(2).max(2);
        let inside =
            lines[middle.min(self.last)..self.last].iter().filter(|line| line.region == Region::Credit).take(BELOW);
        let after = lines.get(self.last + 1..).unwrap_or_default();
        inside.chain(after.iter().filter(|line| may_credit(line)).take(BELOW))
    }
}

/// The header of a list of other articles that follows the text, which may be long enough to look like more of it.
fn list_header(lines: &[Line], first: usize) -> Option<usize> {
    let after = lines.get(first + 1..)?.iter().position(|line| line.reason == LineReason::ListHeader);
    after.map(|after| first + 1 + after)
}

/// True for a body line that is long, or long enough for a sentence and ended like one.
fn is_text(text: &str, line: &Line) -> bool {
    let units = line.units.len();
    let is_end = |c: char| is_sentence_end(c) || is_closing_quote(c) || matches!(c, '；' | '：' | '.' | ')' | '）');
    let ended = || line.span.of(text).ends_with(is_end);
    line.region == Region::Body && (units >= LONG || (units >= TEXT && ended()))
}

fn may_credit(line: &Line) -> bool {
    !matches!(line.region, Region::Headline | Region::Caption)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    fn read(text: &str) -> Attribution {
        attribute(text, &clean(text, None, &FurnitureModel::default(), GroupKeys::default()))
    }

    fn values(found: &[Found]) -> Vec<&str> {
        found.iter().map(|found| found.value.as_str()).collect()
    }

    fn value(found: &Option<Found>) -> Option<&str> {
        found.as_ref().map(|found| found.value.as_str())
    }

    fn source(page: &Attribution) -> Option<(&str, SourcePlace)> {
        page.source.as_ref().map(|(found, place)| (found.value.as_str(), *place))
    }

    const BODY: &str = "本市今年新建口袋公园十二处，总面积超过三万平方米，居民出门不远就能看见绿地。\n\
        负责人介绍，选址时先听附近居民的意见，再由设计单位上门听取修改建议，反复三次才定下方案。\n\
        据苇城时报报道，邻市也有同样的打算，下一步还将补种乔木，增设座椅和照明，方便老人和孩子。";

    #[test]
    fn credits_above_and_below() {
        let text = format!(
            "口袋公园让城市多了一抹绿\n2023-05-06 10:30  来源：墨川日报  作者：佚名\n{BODY}\n记者 冯凯 通讯员 蒋丽\n\
             责任编辑：高文博\n原文链接：https://m.example/1.html\n上一篇：无"
        );
        let page = read(&text);
        assert_eq!(source(&page), Some(("墨川日报", SourcePlace::Head)));
        assert_eq!(values(&page.authors), ["冯凯"]);
        assert_eq!(values(&page.correspondents), ["蒋丽"]);
        assert_eq!(values(&page.editors), ["高文博"]);
        assert_eq!(value(&page.original_url), Some("https://m.example/1.html"));
        assert_eq!(page.published.map(|time| time.precision), Some(crate::types::Precision::Minute));
        let (found, _) = page.source.unwrap();
        assert_eq!(found.at.of(&text), "墨川日报");
    }

    #[test]
    fn the_time_alone_is_that_of_all_that_is_stated() {
        for head in [
            "2023-05-06 10:30  来源：墨川日报",
            "来源：墨川日报\n２０２３年５月６日",
            "今天是2023年5月6日",
            "May 6, 2023",
            "",
        ] {
            for tail in
                ["发布时间：2023-05-07 08:00", "责任编辑：高文博", "https://m.example/2023-05-08/1.html", "2023-05-09"]
            {
                for text in [
                    format!("口袋公园让城市多了一抹绿\n{head}\n{BODY}\n{tail}"),
                    format!("口袋公园让城市多了一抹绿 {head} {BODY}\n{tail}"),
                ] {
                    let clean = clean(&text, None, &FurnitureModel::default(), GroupKeys::default());
                    assert_eq!(printed_time(&text, &clean, CHINA), attribute(&text, &clean).published, "{text}");
                }
            }
        }
    }

    #[test]
    fn the_time_before_the_text_of_a_page_without_line_breaks_is_its_own() {
        let minute = |text: &str| parse_time(text, CHINA);
        let at = |head: &str| read(&format!("首页 > 要闻 口袋公园让城市多了一抹绿{head}{BODY}")).published;
        assert_eq!(at("2023-05-06 10:30"), minute("2023-05-06 10:30"));
        assert_eq!(at(" 2023年05月06日10:30 来源：墨川日报 "), minute("2023-05-06 10:30"));
        // A day alone may be one that the article tells of.
        assert_eq!(at("2023年5月6日，"), None);
        let late = format!("口袋公园让城市多了一抹绿{BODY}{BODY}{BODY}2023-05-06 10:30{BODY}");
        assert_eq!(read(&late).published, None, "a time deep in the text");
    }

    #[test]
    fn a_report_quoted_in_the_middle_is_no_credit() {
        assert_eq!(read(&format!("口袋公园让城市多了一抹绿\n{BODY}")).source, None);
    }

    #[test]
    fn a_dateline_names_agency_and_reporter_but_no_source() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n远川社北京5月6日电（记者 冯凯、蒋丽）{BODY}"));
        let dateline = page.dateline.clone().unwrap();
        assert_eq!(
            [value(&dateline.agency), value(&dateline.place), value(&dateline.date)],
            [Some("远川社"), Some("北京"), Some("5月6日")]
        );
        assert_eq!((values(&page.authors), page.source), (vec!["冯凯", "蒋丽"], None));
    }

    #[test]
    fn traditional_names_stay_and_left_pinyin_goes() {
        let page = read(&format!("口袋公園\n{BODY}\n（來源：聯(lián)合墨川報）\n"));
        assert_eq!(source(&page), Some(("聯合墨川報", SourcePlace::Tail)));
    }

    #[test]
    fn the_last_paragraph_may_hold_the_credits() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n{BODY}（墨川日报记者 冯凯）（来源：墨川网）"));
        assert_eq!(source(&page), Some(("墨川网", SourcePlace::Tail)));
        assert_eq!(values(&page.authors), ["冯凯"]);
        let page = read(&format!("口袋公园让城市多了一抹绿\n{BODY} 来源：墨川网 编辑：高文博"));
        assert_eq!((source(&page), values(&page.editors)), (Some(("墨川网", SourcePlace::Tail)), vec!["高文博"]));
    }

    #[test]
    fn pictures_and_the_net_are_no_source() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n{BODY}\n图片来源：墨川网\n冯凯 摄\n来源：网络"));
        assert_eq!((page.source, page.authors), (None, vec![]));
        assert_eq!(value(&page.reprint_notice), Some("来源：网络"));
    }

    #[test]
    fn the_own_paper_is_no_name() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n本报讯（记者冯凯）{BODY}\n（原标题：口袋公园怎么建）"));
        assert_eq!((source(&page), values(&page.authors)), (None, vec!["冯凯"]));
        assert_eq!(value(&page.original_title), Some("口袋公园怎么建"));
    }

    #[test]
    fn a_name_next_to_the_time_is_the_source_when_no_other_is_stated() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n2023-05-06 10:30 第三只眼\n{BODY}"));
        assert_eq!(source(&page), Some(("第三只眼", SourcePlace::Head)));
        let page = read(&format!("口袋公园让城市多了一抹绿\n2023-05-06 10:30 墨川游戏[整理] 3\n{BODY}"));
        assert_eq!((source(&page), values(&page.authors)), (Some(("墨川游戏", SourcePlace::Head)), vec![]));
        let page = read(&format!("口袋公园让城市多了一抹绿\n第三只眼 2023-05-06 10:30\n{BODY}\n来源：墨川网"));
        assert_eq!(source(&page), Some(("墨川网", SourcePlace::Tail)));
        let page = read(&format!("口袋公园让城市多了一抹绿\n冯凯/墨川网 2023-05-06 10:30\n{BODY}"));
        assert_eq!((source(&page), values(&page.authors)), (Some(("墨川网", SourcePlace::Head)), vec!["冯凯"]));
    }

    #[test]
    fn roles_before_names_and_names_that_begin_like_other_words() {
        let page =
            read(&format!("口袋公园让城市多了一抹绿\n【文/墨川网专栏作者 蒋丽】\n{BODY}\n采写：墨川记者 冯凯 向雪"));
        assert_eq!(values(&page.authors), ["蒋丽", "冯凯", "向雪"]);
        let page = read(&format!("口袋公园让城市多了一抹绿\n作者：网络整理\n{BODY}\n(综合整理自墨川网、苇城报等)"));
        assert_eq!((source(&page), values(&page.authors)), (Some(("墨川网", SourcePlace::Tail)), vec![]));
    }

    #[test]
    fn english_pages() {
        let body = "The city opened twelve pocket parks this year, and people who live nearby can now see some green.";
        let page = read(&format!(
            "Small parks for a big city\nBy Jane Roe\nMay 6, 2023\nLONDON (AP) — {body}\n{body} It was cheap.\n\
             This story was originally published by the Daily Post."
        ));
        assert_eq!(values(&page.authors), ["Jane Roe"]);
        assert_eq!(source(&page), Some(("the Daily Post", SourcePlace::Tail)));
        assert_eq!(value(&page.dateline.clone().unwrap().agency), Some("AP"));
        assert!(page.published.is_some() && page.reprint_notice.is_some());
    }

    /// The same, on a page of one line.
    fn read_flat(title: &str, text: &str) -> Attribution {
        let clean = clean(text, Some(title), &FurnitureModel::default(), GroupKeys::default());
        attribute_in_zone(text, Some(title), &clean, CHINA)
    }

    /// What a page states, as `source|authors|editors`.
    fn stated(page: &Attribution) -> String {
        let source = source(page).map_or("", |(name, _)| name);
        format!("{source}|{}|{}", values(&page.authors).join(","), values(&page.editors).join(","))
    }

    #[test]
    fn heads_of_pages() {
        for (head, want) in [
            ("墨川日报记者冯凯蒋丽高文博\n", "墨川日报|冯凯,蒋丽,高文博|"),
            ("采写：墨川日报记者冯凯蒋丽 实习生高文博\n", "墨川日报|冯凯,蒋丽,高文博|"),
            ("《墨川日报》首席记者 冯凯\n", "墨川日报|冯凯|"),
            ("墨川网冯凯/文\n", "墨川网|冯凯|"),
            ("记者/冯凯\n编辑/蒋丽\n", "|冯凯|蒋丽"),
            ("本报特约评论员冯凯\n", "|冯凯|"),
            ("□冯凯\n", "|冯凯|"),
            ("来源：墨川日报、苇城网\n作者：墨川大学教授 冯凯\n", "墨川日报|冯凯|"),
            ("原文刊载于墨川健康，经主办方授权发布\n", "墨川健康||"),
            ("编 辑：冯凯 责 编：蒋丽\n", "||冯凯,蒋丽"),
            ("监制：冯凯 审核：蒋丽 签发：高文博\n", "||"),
            ("图/冯凯 文/蒋丽\n", "|蒋丽|"),
            ("墨川日报讯（记者 冯凯 见习记者 蒋丽）", "墨川日报|冯凯,蒋丽|"),
            ("墨川网苇城5月6日消息（记者冯凯）据墨川之声《早间新闻》报道，", "墨川之声|冯凯|"),
            ("远川社5月6日电 据邻国《墨川时报》报道，", "墨川时报||"),
            ("墨川晚报·看点新闻（记者冯凯）", "墨川晚报·看点新闻|冯凯|"),
            ("“墨川夜谈”微信公众号5月6日消息，", "墨川夜谈||"),
            ("墨川网刊文称，", "墨川网||"),
            ("【渡口停航一天 居民改走南桥】墨川社5月6日讯，", "墨川社||"),
            (
                "更多本地新闻请到苇城生活的首页去看，也可以关注苇城生活的公众号，每天早晨七点更新，每周还有一期长文。\n墨川网冯凯/文\n",
                "墨川网|冯凯|",
            ),
            ("更多本地新闻请到苇城生活的首页去看，每天早晨七点更新，也可以投稿给我们。\n赵鹏/文\n", "|赵鹏|"),
            (
                "今天也是有好消息的一天呀\n渡口的老船工把船拖上了岸，船底补过的地方一处一处数给孩子们听，孩子们听得忘了回家吃饭 墨川网讯 5月6日，",
                "墨川网||",
            ),
        ] {
            let page = read(&format!("口袋公园让城市多了一抹绿\n{head}{BODY}"));
            assert_eq!(stated(&page), want, "{head}");
        }
    }

    #[test]
    fn tails_of_pages() {
        for (tail, want) in [
            ("\n（墨川日报记者冯凯蒋丽王晓雪）", "墨川日报|冯凯,蒋丽,王晓雪|"),
            ("墨川日报记者 冯凯 编辑 蒋丽 校对 高文博", "墨川日报|冯凯|蒋丽,高文博"),
            ("（冯凯、蒋丽）（来源：墨川发布）", "墨川发布|冯凯,蒋丽|"),
            ("（来源：墨川论文网 https://m.example/9/1.htm）", "墨川论文网||"),
            ("（编译/冯凯）", "|冯凯|"),
            ("(泽宇)", "|泽宇|"),
            ("本文转载自《墨川留学》的博客，点击阅读原文。声明：此消息系转载自合作单位，仅供参考。", "墨川留学||"),
            ("\n《墨川日报》（2023年5月6日02版）", "墨川日报||"),
            ("\n责任编辑：冯凯SN222", "||冯凯SN222"),
            ("\n图片来源：墨川网\n记者冯凯/摄影", "||"),
            ("\n凡注明“来源：墨川网”的稿件，版权均属墨川网。", "||"),
            ("\n我们将第一时间派出记者调查事件、报道事实。", "||"),
        ] {
            let page = read(&format!("口袋公园让城市多了一抹绿\n{BODY}{tail}"));
            assert_eq!(stated(&page), want, "{tail}");
        }
    }

    #[test]
    fn taiwanese_bylines() {
        for (text, want, place) in [
            (format!("口袋公園\n〔記者馮凱、蔣麗／台北報導〕{BODY}"), "|馮凱,蔣麗|", Some("台北")),
            (format!("口袋公園\n〔編譯高文博／綜合報導〕{BODY}"), "|高文博|", None),
            (format!("口袋公園\n【高文博╱台北報導】{BODY}"), "|高文博|", Some("台北")),
            (format!("口袋公園\n{BODY}（突發中心蔣麗／新北報導）孩子在公園裡。翻攝畫面"), "|蔣麗|", Some("新北")),
            (format!("口袋公園\n（國際中心／綜合外電報導）{BODY}"), "||", None),
            (format!("口袋公園\n{BODY}圖為公園一角。（遠川社）"), "||", None),
        ] {
            let page = read(&text);
            assert_eq!(stated(&page), want, "{text}");
            assert_eq!(page.dateline.as_ref().and_then(|line| value(&line.place)), place, "{text}");
        }
    }

    #[test]
    fn pages_without_line_breaks() {
        let body = BODY.replace('\n', "");
        for (head, tail, want) in [
            ("原标题 口袋公园怎么建来源 杭州商报记者 冯凯 实习记者 蒋丽杭州商报讯 5月6日，", "", "杭州商报|冯凯,蒋丽|"),
            ("来源：墨川网作者：冯凯", "", "墨川网|冯凯|"),
            ("来源：墨川日报5月6日上午，", "", "墨川日报||"),
            ("欢迎关注订阅号：mochuanye文/冯凯来源：墨川夜谈（mochuan）", "", "墨川夜谈|冯凯|"),
            ("首页 > 要闻口袋公园怎么建2023-05-06 10:30据墨川网报道，", "", "墨川网||"),
            ("", "来源：墨川网记者 冯凯责任编辑：蒋丽上一篇：渡口停了网站地图", "墨川网|冯凯|蒋丽"),
            ("", "（转自墨川网） 相关阅读 渡口停了 联系我们", "墨川网||"),
            ("", "▍内容来源：墨川网▍图文编辑：冯凯", "墨川网||冯凯"),
        ] {
            let page = read_flat("口袋公园怎么建", &format!("{head}{body}{tail}"));
            assert_eq!(stated(&page), want, "{head}…{tail}");
        }
        let page = read_flat("口袋公园怎么建，居民说了算！", &format!("原标题：口袋公园怎么建，居民说了算！{body}"));
        assert_eq!(value(&page.original_title), Some("口袋公园怎么建，居民说了算！"));
    }

    #[test]
    fn the_writer_in_the_title_and_on_a_line() {
        let page = read(&format!("口袋公园让城市多了一抹绿\n冯凯\n{BODY}"));
        assert_eq!(values(&page.authors), ["冯凯"]);
        let spoken_of = read(&format!("口袋公园让城市多了一抹绿\n冯凯\n{BODY}\n冯凯说，公园很好，大家都喜欢。"));
        assert_eq!(values(&spoken_of.authors), Vec::<&str>::new());
        let page = read_flat("冯凯：口袋公园怎么建", &format!("（原标题：冯凯：口袋公园怎么建）\n{BODY}"));
        assert_eq!(values(&page.authors), ["冯凯"]);
    }

    #[test]
    fn english_heads_and_tails() {
        let body = "The city opened twelve pocket parks this year, and people who live nearby can now see some green.";
        for (head, tail, want) in [
            ("Jane Roe and John Doe\n\nDaily Post\n\n", "", "Daily Post|Jane Roe,John Doe|"),
            ("Editor's note: This column first appeared in the Daily Post.\n", "", "the Daily Post||"),
            ("", "\nCNN's Jane Roe and John Doe contributed to this report.", "CNN|Jane Roe,John Doe|"),
            ("", "\nContributing: Jane Roe; The Associated Press", "|Jane Roe|"),
            ("", "\n(Reporting by Jane Roe; Editing by John Doe)", "|Jane Roe|John Doe"),
            ("", "\nJane Roe is a columnist for the paper.", "|Jane Roe|"),
            ("", "\nCopyright © 2023 The Daily Post, LLC. Click here for reprint permission.", "The Daily Post||"),
            ("", "\nSales of homes by the river are to be raised by 2035.", "||"),
        ] {
            let page = read(&format!("Small parks for a big city\n{head}{body}\n{body} It was cheap.{tail}"));
            assert_eq!(stated(&page), want, "{head}…{tail}");
        }
    }

    #[test]
    fn nothing_is_read_from_nothing() {
        for text in ["", "\n\n", "。", "来源：", "(", "作者：\n编辑：", "据报道", "（）", "讯", "电（", "By "]
        {
            assert_eq!(read(text), Attribution::default(), "{text}");
        }
    }
}
