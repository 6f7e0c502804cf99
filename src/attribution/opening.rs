//! An article's first words: `远川社北京5月6日电(记者 冯凯)`, `据墨川日报报道,`, `墨川日报讯`, `墨川网消息:`.

use super::credits::trimmed;
use super::names::{ends_as_outlet, is_named, is_relative, outlet_before_place, place_at_end};
use super::values::name_before_place;
use aho_corasick::{AhoCorasick, MatchKind};
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

/// The words that lead-ins end with.
const VERBS: [(&str, Verb); 11] = [
    ("专电", Verb::Wire),
    ("电", Verb::Wire),
    ("快讯", Verb::Own),
    ("专讯", Verb::Own),
    ("讯", Verb::Own),
    ("消息", Verb::News),
    ("通报", Verb::Notice),
    ("披露", Verb::Notice),
    ("刊文", Verb::Notice),
    ("报道", Verb::Report),
    ("报导", Verb::Report),
];

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
    /// `报道`.
    Report,
}

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(VERBS.iter().map(|verb| verb.0))
        .unwrap_or_else(|e| unreachable!("eleven words build: {e}"))
});

/// Bytes of a line that a lead-in may take up.
const LEAD: usize = 120;
/// Characters that no lead-in holds.
const STOPS: [char; 15] = ['】', ']', '〕', ',', '。', ';', '!', '?', ':', '“', '”', '"', '…', '(', ')'];
/// What may stand before a lead-in.
const BEFORE: [char; 10] = [' ', '\t', '(', '[', '【', '〔', '■', '□', '▲', '●'];
/// Words before the name that say: from elsewhere.
const FROM: [&str; 12] =
    ["本报综合", "本网综合", "本站综合", "本网转", "本站转", "转自", "转载", "转", "综合", "根据", "据", "来自"];
/// Characters that make 讯 another word: 通讯, 资讯, 短讯.
const OTHER_WORDS: [char; 8] = ['通', '资', '短', '喜', '腾', '音', '问', '审'];

/// Reads the words of a readable line that begin at `from`; after another lead-in (`from` > 0) only a dateline
/// counts, for what else is told there is the article's own sourcing. `None` when they are no lead-in.
pub(super) fn opening(line: &str, from: usize) -> Option<Opening> {
    let mut start = line.len() - line[from..].trim_start_matches(BEFORE).len();
    if from > 0 {
        start = line.len() - line[start..].trim_start_matches([',', ':', '】', ' ']).len();
    }
    let mut limit = line.len().min(start + LEAD);
    while !line.is_char_boundary(limit) {
        limit -= 1;
    }
    let stop = line[start..limit].find(STOPS).map_or(limit, |k| start + k);
    let enclosed = line[..start].contains(['【', '[', '〔', '(']);
    FINDER.find_iter(&line[start..stop]).find_map(|found| {
        let lead = Lead { line, name: start..start + found.start(), end: start + found.end(), enclosed };
        let read = lead.read(VERBS[found.pattern().as_usize()].1)?;
        if from > 0 && read.agency.is_none() {
            return None;
        }
        Some(read)
    })
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
        for word in ["综合", "独家", "最新", "今日", "今天", "昨日", "近日", "日前"] {
            self.strip_end(word);
        }
        let borders = self.ends_at_border(verb, found.date.is_some());
        if self.name.is_empty() || !(borders || (from && verb == Verb::Report)) {
            return None;
        }
        match verb {
            Verb::Wire => self.wire(found, from),
            Verb::Own => self.own(found),
            Verb::News if !from && found.date.is_some() => self.own(found),
            _ => self.told(found, from, verb),
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
        while let Some(word) = FROM.iter().find(|word| self.text().starts_with(**word)) {
            self.name.start += word.len();
        }
        let from = self.name.start > before;
        if self.line[before..].starts_with("来自") {
            self.strip_end("的");
        }
        self.name = trimmed(self.line, self.name.clone());
        from
    }

    /// Takes `5月6日` off the end, with a year before and a time of day after it.
    fn strip_date(&mut self) -> Option<Range<usize>> {
        let mut text = self.text();
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
        let plain = match self.after().chars().next() {
            None => dated || verb != Verb::Own || ends_as_outlet(self.text()),
            Some(c) if c.is_ascii_digit() => ends_as_outlet(self.text()) || (verb == Verb::Own && self.date_follows()),
            Some(_) if self.text().ends_with("记者") => false,
            Some(c) => !c.is_alphanumeric() || (dated && verb == Verb::Wire && !matches!(c, '话' | '视' | '力' | '商')),
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

    /// `墨川日报讯`, `墨川日报杭州5月6日讯`; 本报讯 names no source.
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
            found.source = Some(name);
        }
        found.place = (!place.is_empty()).then_some(place);
        Some(found)
    }

    /// `据墨川日报报道,`, `墨川网消息,`, `墨川日报报道:`.
    fn told(self, mut found: Opening, from: bool, verb: Verb) -> Option<Opening> {
        let first = self.text().split('、').next().unwrap_or_default();
        let name = trimmed(self.line, self.name.start..self.name.start + first.len());
        let shown = &self.line[name.clone()];
        let after = self.after().chars().next();
        let short = shown.chars().count() <= 16;
        let outlet = ends_as_outlet(shown) || shown.ends_with('》');
        let stands = from
            || match verb {
                Verb::News => short && matches!(after, Some(',' | ':' | ' ' | '】')),
                Verb::Report => {
                    (short && (after == Some(':') || (self.enclosed && after == Some('】'))))
                        || (outlet && (self.enclosed || found.date.is_some() || matches!(after, Some(',' | ' '))))
                }
                _ => false,
            };
        let named = is_named(shown) || (shown.is_ascii() && super::names::is_outlet(shown));
        if !stands || !named {
            return None;
        }
        found.source = Some(name);
        found.date = None;
        Some(found)
    }
}

/// The outlet in `【墨川网】` at the head of a line; only names that end as those of sites, agencies and papers do.
pub(super) fn outlet_in_brackets(line: &str) -> Option<Range<usize>> {
    let rest = line.trim_start().strip_prefix('【')?;
    let close = rest.find('】')?;
    let name = &rest[..close];
    let fits = ["网", "社", "日报", "晚报", "时报", "都市报", "商报", "晨报", "客户端"]
        .iter()
        .any(|end| name.ends_with(end) && name.len() > end.len() + 3);
    let start = line.len() - rest.len();
    (fits && is_named(name) && name.chars().count() <= 12).then_some(start..start + close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> String {
        let Some(found) = opening(line, 0) else { return "-".into() };
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
            ("墨川日报杭州5月6日讯 ", "墨川日报||杭州|5月6日"),
            ("第三只眼讯 今天", "第三只眼|||"),
            ("本报讯(记者 冯凯)", "|||"),
            ("【本报讯】", "|||"),
            ("墨川通讯员冯凯", "-"),
            ("当地多家电讯 ", "-"),
            ("墨川网杭州5月6日消息(记者 冯凯)", "墨川网||杭州|5月6日"),
        ] {
            assert_eq!(parts(line), want, "{line}");
        }
    }

    #[test]
    fn told_by_others() {
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
        assert_eq!(outlet_in_brackets("【墨川网】今天"), Some(3..12));
        assert_eq!(outlet_in_brackets("【快讯】今天"), None);
    }
}
