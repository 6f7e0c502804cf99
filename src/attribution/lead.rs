//! An article's first words: `远川社北京5月6日电(记者 冯凯)`, `据墨川日报报道,`, `墨川日报讯`, `墨川网消息:`.

use super::names::{ends_as_outlet, is_full_name, is_named, is_relative, outlet_before_place, place_at_end};
use super::people::name_before_place;
use super::person::names_at;
use super::ranges::trimmed;
use crate::lexicon::{
    CHANNEL_ENDINGS, ClassedWords, FROM_WORDS, KNOWN_OUTLETS, LEAD_COLUMN, LEAD_NEWS, LEAD_NOTICE, LEAD_OWN,
    LEAD_REPORT, LEAD_WIRE, PLACES, REPORTERS,
};
use std::ops::Range;
use std::sync::LazyLock;

/// What an article's first words state, as bytes of the readable line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// A source that they name.
    pub source: Option<Range<usize>>,
    /// The agency of a dateline.
    pub agency: Option<Range<usize>>,
    /// The place of a dateline.
    pub place: Option<Range<usize>>,
    /// The day of a dateline.
    pub date: Option<Range<usize>>,
    /// A reporter named inside the dateline (`远川社记者冯凯北京6日电`).
    pub reporter: Option<Range<usize>>,
    /// Where the lead-in ends: reporters may follow in brackets.
    pub end: usize,
}

/// What a lead-in's last word says of the name before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    /// `电`: a wire story.
    Wire,
    /// `讯`: the outlet's own.
    Own,
    /// `消息`.
    News,
    /// `通报`, `披露`: counts after 据 only.
    Notice,
    /// `刊文`: counts after names of outlets, and after 据.
    Column,
    /// `报道`.
    Report,
}

/// The words that lead-ins end with.
static VERBS: LazyLock<ClassedWords<Verb>> = LazyLock::new(|| {
    ClassedWords::new([
        (&LEAD_WIRE, Verb::Wire),
        (&LEAD_OWN, Verb::Own),
        (&LEAD_NEWS, Verb::News),
        (&LEAD_NOTICE, Verb::Notice),
        (&LEAD_COLUMN, Verb::Column),
        (&LEAD_REPORT, Verb::Report),
    ])
});

/// Bytes of a line that a lead-in may take up.
const LEAD: usize = 120;
/// Characters that no lead-in has.
const STOPS: [char; 15] = ['】', ']', '〕', ',', '。', ';', '!', '?', ':', '“', '”', '"', '…', '(', ')'];
/// What may be before a lead-in.
const BEFORE: [char; 10] = [' ', '\t', '(', '[', '【', '〔', '■', '□', '▲', '●'];
/// Characters that make 讯 another word: 通讯, 资讯, 短讯.
const OTHER_WORDS: [char; 8] = ['通', '资', '短', '喜', '腾', '音', '问', '审'];

/// Reads the words of a readable line that begin at `from`. After another lead-in only a dateline counts, and after a
/// dateline the outlet that it quotes (`远川社5月6日电 据墨川日报报道`), for what else is reported there is the article's
/// own sourcing. `None` when they are no lead-in.
pub(super) fn opening(line: &str, from: usize, last: Option<&Opening>) -> Option<Opening> {
    let mut start = line.len() - line[from..].trim_start_matches(BEFORE).len();
    if last.is_some() {
        start = after_bracket(line, from);
        start = line.len() - line[start..].trim_start_matches([',', ':', '】', ')', ' ']).len();
    }
    let limit = floor(line, start + LEAD);
    let stop = line[start..limit].find(STOPS).map_or(limit, |k| start + k);
    let enclosed = line[from.min(start)..start].contains(['【', '[', '〔', '(']);
    let quotes = last.is_some_and(|last| last.agency.is_some());
    VERBS.find_iter(&line[start..stop]).find_map(|(found, verb)| {
        let lead = Lead { line, name: start..start + found.start, end: start + found.end, enclosed };
        let quoted = quotes && FROM_WORDS.prefix(&line[start..]).is_some();
        let read = lead.read(verb)?;
        (last.is_none() || quoted || read.agency.is_some()).then_some(read)
    })
}

/// Past a bracket of reporters that begins at `from`.
fn after_bracket(line: &str, from: usize) -> usize {
    let rest = line[from..].trim_start();
    let Some(inside) = rest.strip_prefix('(') else { return from };
    inside.find(')').map_or(from, |close| line.len() - inside.len() + close + 1)
}

/// The end of the character that `at` is in or before, at most the line's.
fn floor(line: &str, at: usize) -> usize {
    let mut at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The words before a verb, and what is around them.
struct Lead<'l> {
    line: &'l str,
    name: Range<usize>,
    end: usize,
    enclosed: bool,
}

impl<'l> Lead<'l> {
    fn read(mut self, verb: Verb) -> Option<Opening> {
        let mut found = Opening { end: self.end, ..Opening::default() };
        let from = self.strip_from();
        self.strip_date_before();
        found.date = self.strip_date();
        for word in ["综合", "独家", "最新", "今日", "今天", "昨日", "近日", "日前", "官方微"] {
            self.strip_end(word);
        }
        if found.date.is_none() {
            found.date = self.strip_date();
        }
        let borders = self.ends_at_border(verb, found.date.is_some());
        if self.name.is_empty() || self.text().contains(['/', '╱']) || !(borders || (from && verb == Verb::Report)) {
            return None;
        }
        match verb {
            Verb::Wire => self.wire(found, from),
            Verb::Own => self.own(found),
            Verb::News if !from && found.date.is_some() => self.own(found),
            _ => self.reported(found, from, verb),
        }
    }

    fn text(&self) -> &'l str {
        &self.line[self.name.clone()]
    }

    fn after(&self) -> &'l str {
        &self.line[self.end..]
    }

    /// Takes 据 and its like off the front.
    fn strip_from(&mut self) -> bool {
        let before = self.name.start;
        while let Some(word) = FROM_WORDS.prefix(self.text()) {
            self.name.start += word.len();
        }
        let from = self.name.start > before;
        if self.line[before..].starts_with("来自") {
            self.strip_end("的");
        }
        self.name = trimmed(self.line, self.name.clone());
        from
    }

    /// Takes `5月6日` off the end, with a year before and a time of day after it: `5月6日晚`, `5月6日22时38分`.
    fn strip_date(&mut self) -> Option<Range<usize>> {
        let clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '时' | '点' | '分');
        let mut text = self.text().trim_end_matches(clock);
        for part in ["上午", "下午", "晚间", "早间", "凌晨", "晚", "晨"] {
            text = text.strip_suffix(part).unwrap_or(text);
        }
        let end = self.name.start + text.len();
        let mut rest = text.strip_suffix('日')?;
        let mut shortest = None;
        for unit in ["", "月", "年"] {
            let Some(before) = rest.strip_suffix(unit) else { break };
            let before = before.trim_end();
            let plain = before.trim_end_matches(|c: char| c.is_ascii_digit());
            let figures = before.len() - plain.len();
            if figures == 0 || figures > 4 {
                break;
            }
            shortest = Some(plain.len());
            rest = plain;
        }
        let start = self.name.start + shortest?;
        self.name = trimmed(self.line, self.name.start..start);
        Some(start..end)
    }

    /// Takes `5月6日` off the front: `5月6日远川社消息`.
    fn strip_date_before(&mut self) {
        let text = self.text();
        if let Some(rest) = text.strip_prefix(|c: char| c.is_ascii_digit())
            && let Some((figures, rest)) = rest.split_once('日')
            && figures.chars().all(|c| c.is_ascii_digit() || matches!(c, '年' | '月'))
        {
            self.name = trimmed(self.line, self.name.end - rest.len()..self.name.end);
        }
    }

    fn strip_end(&mut self, word: &str) {
        if let Some(rest) = self.text().strip_suffix(word) {
            self.name = trimmed(self.line, self.name.start..self.name.start + rest.len());
        }
    }

    /// True when the verb is not the beginning of another word (`电话`, `讯问`, `通讯员`).
    fn ends_at_border(&self, verb: Verb, dated: bool) -> bool {
        let compound = verb == Verb::Own && self.text().ends_with(OTHER_WORDS);
        let outlet = || ends_as_outlet(self.text());
        let plain = match self.after().chars().next() {
            None => dated || verb != Verb::Own || outlet(),
            Some(c) if c.is_ascii_digit() => outlet() || (verb == Verb::Own && self.date_follows()),
            Some(_) if self.text().ends_with("记者") => false,
            Some(c) if c.is_alphanumeric() => match verb {
                Verb::Wire => dated && !matches!(c, '话' | '视' | '力' | '商'),
                Verb::Own if VERBS.iter().any(|(word, verb)| verb != Verb::Wire && self.after().starts_with(word)) => {
                    false
                }
                Verb::Own => {
                    dated
                        || REPORTERS.prefix(self.after()).is_some()
                        || (outlet() && !matches!(c, '息' | '问' | '号' | '员'))
                }
                Verb::Report => dated && outlet(),
                Verb::Column => outlet() || self.text().ends_with('》'),
                Verb::News => dated || outlet() && self.line[..self.name.start].ends_with("综合"),
                Verb::Notice => false,
            },
            Some(_) => true,
        };
        plain && !compound
    }

    /// `讯5月6日`: only scrapers that lose blanks write this.
    fn date_follows(&self) -> bool {
        let rest = self.after().trim_start_matches(|c: char| c.is_ascii_digit());
        rest.starts_with(['月', '日', '年'])
    }

    /// `远川社北京5月6日电`.
    fn wire(self, mut found: Opening, from: bool) -> Option<Opening> {
        let text = self.text();
        let split = outlet_before_place(text);
        if text.chars().count() > 20 || (split == 0 && (found.date.is_none() || text.contains(' '))) {
            return None;
        }
        let end = if split == 0 { self.name.end } else { self.name.start + split };
        let agency = trimmed(self.line, self.name.start..end);
        let mut place = trimmed(self.line, end..self.name.end);
        if let Some(rest) = self.line[place.clone()].strip_prefix("记者") {
            let start = place.end - rest.len();
            let name_end = start + name_before_place(rest)?;
            found.reporter = Some(start..name_end);
            place = name_end..place.end;
        }
        if !is_relative(&self.line[agency.clone()]) {
            found.source = from.then(|| agency.clone());
            found.agency = Some(agency);
        }
        found.place = (!place.is_empty()).then_some(place);
        Some(found)
    }

    /// `墨川日报讯`, `墨川日报杭州5月6日讯`, the latter a dateline as well; 本报讯 names no source.
    fn own(self, mut found: Opening) -> Option<Opening> {
        let text = self.text();
        if text.contains(' ') && found.date.is_none() {
            return None;
        }
        let split = if found.date.is_some() || text.starts_with('本') {
            outlet_before_place(text)
        } else {
            place_at_end(text).filter(|&k| ends_as_outlet(&text[..k])).unwrap_or(text.len())
        };
        let end = self.name.start + if split == 0 { text.len() } else { split };
        let name = trimmed(self.line, self.name.start..end);
        let place = trimmed(self.line, end..self.name.end);
        let shown = &self.line[name.clone()];
        if !is_relative(shown) {
            if !is_named(shown) || shown.chars().count() > 16 {
                return None;
            }
            found.agency = (found.date.is_some() && !place.is_empty()).then(|| name.clone());
            found.source = Some(name);
        }
        found.place = (!place.is_empty()).then_some(place);
        Some(found)
    }

    /// `据墨川日报报道,`, `墨川网消息,`, `墨川日报报道:`, `墨川网刊文称`.
    fn reported(self, mut found: Opening, from: bool, verb: Verb) -> Option<Opening> {
        let first = self.text().split('、').next().unwrap_or_default();
        let mut name = trimmed(self.line, self.name.start..self.name.start + first.len());
        // `据中国之声《新闻和报纸摘要》报道`: the programme is the outlet's; `据希腊《中希时报》报道`: the place is not of its name.
        if let Some(open) = self.line[name.clone()].find('《').filter(|&at| at > 0) {
            let before = &self.line[name.start..name.start + open];
            let is_outlet =
                ends_as_outlet(before) || before.ends_with('声') || crate::lexicon::SHORT_NAMES.contains(before);
            name = if is_outlet { name.start..name.start + open } else { name.start + open..name.end };
        }
        let shown = &self.line[name.clone()];
        let after = self.after().chars().next();
        let short = shown.chars().count() <= 16;
        let outlet = ends_as_outlet(shown) || shown.ends_with('》');
        let names = from
            || match verb {
                Verb::News => short && matches!(after, Some(',' | ':' | ' ' | '】')),
                Verb::Report => {
                    (short && (after == Some(':') || (self.enclosed && after == Some('】'))))
                        || (outlet && (self.enclosed || found.date.is_some() || matches!(after, Some(',' | ' '))))
                }
                Verb::Column => outlet,
                _ => false,
            };
        let named = is_named(shown) || (shown.is_ascii() && super::names::is_outlet(shown));
        if !names || !named || shown.contains("记者") {
            return None;
        }
        found.source = Some(name);
        found.date = None;
        Some(found)
    }
}

/// The outlet in `【墨川网】` at the head of a line; only names that end as those of sites, agencies and papers do, or
/// that 消息 and its like follow (`【墨川科技】5月6日消息`).
pub(super) fn outlet_in_brackets(line: &str) -> Option<Range<usize>> {
    let rest = line.trim_start().strip_prefix('【')?;
    let close = rest.find('】')?;
    let name = &rest[..close];
    let ends = ["网", "社", "日报", "晚报", "时报", "都市报", "商报", "晨报", "客户端", "频道"];
    let after =
        rest[close + 3..].trim_start_matches(|c: char| c.is_ascii_digit() || "年月日 上下午晚间早凌晨".contains(c));
    let fits = ends.iter().any(|end| name.ends_with(end) && name.len() > end.len() + 3)
        || ["消息", "讯", "综合报道", "报道"].iter().any(|verb| after.starts_with(verb));
    let start = line.len() - rest.len();
    (fits && is_named(name) && name.chars().count() <= 12).then_some(start..start + close)
}

/// Where the lead-in begins behind a bracket at the head of a line that says something of the page: `(原标题:……)`.
pub(super) fn after_note(line: &str) -> usize {
    let notes = ["原标题", "原题", "更新", "资料图", "图片来源", "新增"];
    let labels = ["核心提示", "导读", "导语", "摘要", "提要", "内容摘要"];
    let text = line.trim_start();
    if let Some(rest) = labels.iter().find_map(|label| text.strip_prefix(label)?.strip_prefix(':')) {
        return line.len() - rest.len();
    }
    // `【渡口停了】墨川网5月6日讯`: a headline in brackets.
    if let Some((inside, rest)) = text.strip_prefix('【').and_then(|rest| rest.split_once('】')) {
        let headline = inside.chars().count() > 8 && !VERBS.iter().any(|(word, _)| inside.contains(word));
        return if headline { line.len() - rest.len() } else { 0 };
    }
    let Some(inside) = line.trim_start().strip_prefix('(') else { return 0 };
    let close = inside.find(')').filter(|&close| notes.iter().any(|note| inside[..close].contains(note)));
    close.map_or(0, |close| line.len() - inside.len() + close + 1)
}

/// The outlet of `“墨川夜谈”微信公众号消息,` at the head of a line.
pub(super) fn quoted_outlet(line: &str) -> Option<Range<usize>> {
    let rest = line.trim_start().trim_start_matches('据').strip_prefix('“')?;
    let close = rest.find('”')?;
    let after = rest[close + 3..]
        .trim_start_matches(|c: char| c.is_ascii_digit() || "微信公众号博官方客户端新闻年月日".contains(c));
    let start = line.len() - rest.len();
    let says = ["消息", "报道", "讯"].iter().any(|verb| after.starts_with(verb));
    (says && is_named(&rest[..close]) && rest[..close].chars().count() <= 12).then_some(start..start + close)
}

/// The outlet right before a bracket that names its reporter or its account, at the head of a line:
/// `墨川晚报·看点(记者冯凯)`, `墨川网(公众号:mochuan)5月6日消息`.
pub(super) fn outlet_before_reporter(line: &str) -> Option<Range<usize>> {
    let open = line.find('(').filter(|&open| open <= 60)?;
    let name = trimmed(line, 0..open);
    let inside = line[open + 1..].trim_start();
    let reporter = REPORTERS.prefix(inside).is_some();
    let account = || {
        let after = inside.split_once(')').map_or("", |(_, after)| after);
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit() || "年月日".contains(c));
        inside.starts_with("公众号") && VERBS.iter().any(|(word, _)| after.starts_with(word))
    };
    let shown = &line[name.clone()];
    ((reporter || account()) && ends_as_outlet(shown) && is_named(shown) && shown.chars().count() <= 14).then_some(name)
}

/// The outlet of a lead-in that follows other words on its line, as when a page lost its line breaks: `……墨川日报讯
/// (记者 冯凯)`. Only names that end as those of outlets do, before a blank, a bracket or a day.
pub(super) fn later_lead(line: &str) -> Option<Range<usize>> {
    line.match_indices('讯').find_map(|(at, _)| {
        let after = &line[at + 3..];
        let digits = after.trim_start_matches(|c: char| c.is_ascii_digit());
        let dated = digits.len() < after.len() && digits.starts_with(['月', '日']);
        let end = line[..at].trim_end_matches(['快', '专']).len();
        let end = strip_day(&line[..end]);
        let run = line[..end].trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '·' | '-')).len();
        let name = &line[run..end];
        // `实习记者 冯凯墨川日报讯`
        let reporter = line[..run].trim_end().ends_with("记者");
        let known = KNOWN_OUTLETS.suffix(name).map(|known| end - known.len());
        let start = known.unwrap_or(run + if reporter { name_before_outlet(name) } else { 0 });
        let name = &line[start..end];
        let ends = ends_as_outlet(name) || CHANNEL_ENDINGS.suffix(name).is_some();
        let border = after.starts_with([' ', '(', '】']) || dated || (end < at && after.starts_with(' '));
        let fits = border && ends && is_named(name) && (3..=12).contains(&name.chars().count());
        (fits && !name.ends_with(OTHER_WORDS)).then_some(start..end)
    })
}

/// The dateline of a well-known outlet that follows other words on its line: `……渡口停了中新社苇城5月6日电(记者冯凯)`: the
/// outlet, and where the dateline ends.
pub(super) fn later_dateline(line: &str) -> Option<(Range<usize>, usize)> {
    line.match_indices("日电").find_map(|(at, verb)| {
        let from = line[..at].char_indices().rev().nth(14).map_or(0, |(at, _)| at);
        let known =
            KNOWN_OUTLETS.iter().filter_map(|outlet| Some((from + line[from..at].rfind(outlet)?, outlet.len())));
        let (start, length) = known.max_by_key(|(start, length)| start + length)?;
        Some((start..start + length, at + verb.len()))
    })
}

/// Where the name ends in `冯凯墨川日报`: before a place that the outlet's name begins with, if there is one.
fn name_before_outlet(run: &str) -> usize {
    let ends = run.char_indices().map(|(at, _)| at).skip(2).take(2).filter(|&at| is_full_name(&run[..at]));
    let before_place = ends.clone().find(|&at| PLACES.prefix(&run[at..]).is_some());
    before_place.unwrap_or_else(|| names_at(run, false).last().map_or(0, |last| last.end))
}

/// The end of `text` without a day: `墨川日报6月10日` ends before 6.
fn strip_day(text: &str) -> usize {
    let Some(bare) = text.strip_suffix('日') else { return text.len() };
    bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == '月').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> String {
        let Some(found) = opening(line, 0, None) else { return "-".into() };
        let show = |range: &Option<Range<usize>>| range.clone().map_or("", |r| &line[r]).to_owned();
        format!("{}|{}|{}|{}", show(&found.source), show(&found.agency), show(&found.place), show(&found.date))
    }

    #[test]
    fn datelines() {
        for (line, want) in [
            ("远川社北京5月6日电(记者 冯凯)今天", "|远川社|北京|5月6日"),
            ("远川通讯社苇城5月6日电 题:", "|远川通讯社|苇城|5月6日"),
            ("远川网5月6日电 ", "|远川网||5月6日"),
            ("据远川社北京5月6日电,", "远川社|远川社|北京|5月6日"),
            ("远川社电 今天", "|远川社||"),
            ("本报苇城5月6日电", "||苇城|5月6日"),
            ("(远川社记者冯凯台北6日电)今天", "|远川社|台北|6日"),
            ("某某5月6日电话告知", "-"),
            ("这台电视", "-"),
        ] {
            assert_eq!(parts(line), want, "{line}");
        }
    }

    #[test]
    fn own_news() {
        for (line, want) in [
            ("墨川日报讯 今天", "墨川日报|||"),
            ("墨川日报讯(记者 冯凯)", "墨川日报|||"),
            ("墨川日报杭州5月6日讯 ", "墨川日报|墨川日报|杭州|5月6日"),
            ("第三只眼讯 今天", "第三只眼|||"),
            ("本报讯(记者 冯凯)", "|||"),
            ("【本报讯】", "|||"),
            ("墨川通讯员冯凯", "-"),
            ("当地多家电讯 ", "-"),
            ("墨川网杭州5月6日消息(记者 冯凯)", "墨川网|墨川网|杭州|5月6日"),
            ("墨川网5月6日22时38分讯(记者冯凯)", "墨川网|||5月6日"),
            ("墨川网杭州5月6日下午3点讯", "墨川网|墨川网|杭州|5月6日"),
        ] {
            assert_eq!(parts(line), want, "{line}");
        }
    }

    #[test]
    fn reported_by_others() {
        for (line, want) in [
            ("据墨川日报报道,今天", "墨川日报|||"),
            ("据《读城》5月6日报道,", "《读城》|||"),
            ("据墨川网、苇城网报道", "墨川网|||"),
            ("综合墨川网报道,", "墨川网|||"),
            ("墨川网消息,今天", "墨川网|||"),
            ("墨川日报报道:今天", "墨川日报|||"),
            ("据苇城市公安局通报,", "苇城市公安局|||"),
            ("据The Daily Post报道,", "The Daily Post|||"),
            ("据外媒报道,", "-"),
            ("据某国媒体报道,", "-"),
            ("据警方通报,", "-"),
            ("据有关部门消息,", "-"),
            ("记者走进社区报道,", "-"),
            ("好消息,", "-"),
            ("5月6日墨川网消息,", "墨川网|||"),
            ("【墨川看点报道】今天", "墨川看点|||"),
            ("墨川科技讯5月6日上午消息,", "墨川科技|||"),
            ("根据墨川日报报道,", "墨川日报|||"),
            ("据墨川日报今日报道,", "墨川日报|||"),
            ("来自墨川网的消息,", "墨川网|||"),
            ("本报综合墨川网报道,", "墨川网|||"),
            ("据墨川网披露,", "墨川网|||"),
            ("他收到消息后", "-"),
        ] {
            assert_eq!(parts(line), want, "{line}");
        }
        for (line, want) in [
            ("墨川网讯今天上午", "墨川网|||"),
            ("墨川网5月6日综合报道今天", "墨川网|||"),
            ("墨川·苇城大小事讯记者冯凯今日", "墨川·苇城大小事|||"),
            ("墨川网刊文称,今天", "墨川网|||"),
            ("据邻国《墨川时报》报道,", "《墨川时报》|||"),
            ("据墨川之声《早间新闻》报道,", "墨川之声|||"),
            ("[远川社特稿]今天", "远川社|||"),
            ("(冯凯/苇城报道)", "-"),
            ("墨川之家5月6日消息今天凌晨,", "墨川之家|||5月6日"),
            ("综合墨川网消息自1998年起", "墨川网|||"),
        ] {
            assert_eq!(parts(line), want, "{line}");
        }
        assert_eq!(outlet_in_brackets("【墨川网】今天"), Some(3..12));
        assert_eq!(outlet_in_brackets("【Mochuan】5月6日消息,"), Some(3..10));
        assert_eq!(outlet_in_brackets("【快讯】今天"), None);
    }

    #[test]
    fn an_outlet_quoted_after_a_dateline() {
        for (line, want) in [
            ("远川社北京5月6日电(记者冯凯)据墨川日报报道,", "墨川日报"),
            ("远川社5月6日电据墨川日报报道,", "墨川日报"),
            ("远川社5月6日电 今天,据墨川日报报道,", ""),
        ] {
            let first = opening(line, 0, None).unwrap();
            let second = opening(line, first.end, Some(&first)).and_then(|found| found.source);
            assert_eq!(second.map_or("", |range| &line[range]), want, "{line}");
        }
    }

    #[test]
    fn lead_ins_after_other_words() {
        for (line, want) in [
            ("渡口停了”墨川日报讯 (记者冯凯)昨日起", "墨川日报"),
            ("记者 蒋丽杭州商报讯 5月6日,", "杭州商报"),
            ("街头一角  墨川网6月10日讯   苇城", "墨川网"),
            ("他从事通讯 行业", ""),
            ("喜讯 传来", ""),
        ] {
            assert_eq!(later_lead(line).map_or("", |range| &line[range]), want, "{line}");
        }
        assert_eq!(outlet_before_reporter("墨川晚报·看点新闻(记者冯凯)今天").map(|range| range.len()), Some(26));
    }
}
