//! Make texts comparable: find the article among the site's furniture, fold what is left to units. Nothing is
//! deleted: lines are marked, and every unit knows its bytes in the text as read.

mod body;
mod boilerplate;
mod classify;
mod edges;
mod fold;
mod line;
mod line_patterns;
mod list_entry;
mod readable;
mod repair;
mod site_descriptions;
mod split;
mod teasers;
mod title;
mod units;

pub use crate::lexicon::Label;
pub use boilerplate::{FurnitureChange, FurnitureGroup, FurnitureLine, FurnitureModel, learn};
pub(crate) use boilerplate::{most, sample};
pub use edges::{BoilerplatePages, EdgeCache, GroupKeys, outermost_lines};
pub use fold::{fold, readable, stands_alone};
pub use line::{LineReason, Region};
pub use readable::Readable;
pub use repair::Repairs;
pub use split::lines_in;
pub use title::scan_title;
pub use units::{Units, is_figure, is_word};

pub use body::{CleanDoc, Line};

use crate::types::Span;

/// Fills `units` with the units of some stretches of `text`: those of a body, when they are its
/// [`CleanDoc::body_spans`], at a fraction of the cost of cleaning the page again.
pub fn scan_spans(text: &str, spans: &[Span], units: &mut Units) {
    units.clear();
    units.reserve_for(spans.iter().map(|span| span.len()).sum());
    spans.iter().for_each(|&span| units::scan(text, span, units, &mut Repairs::default()));
}

/// Cleans `text` into `out` in three steps: text → lines, lines → classified lines (headline, credit, body, caption or
/// furniture, by the learnt model, common labels and shape, each with its reason), classified lines → the units of the
/// body.
///
/// `title` is the record's title field, if it has one. Linear in the bytes; no allocation per line once `out`
/// has grown. A text without a single letter gives no lines and no units.
pub fn clean_into(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys, out: &mut CleanDoc) {
    let mut split = std::mem::take(&mut out.split);
    split::split(text, &mut split);
    let lines = classify::classify(text, title, model, keys, &split);
    out.keep(&split, &lines);
    drop(lines);
    out.split = split;
}

/// As [`clean_into`], into a new value.
pub fn clean(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys) -> CleanDoc {
    let mut out = CleanDoc::default();
    clean_into(text, title, model, keys, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spans_of_a_body_give_its_units_again() {
        let text = "老街新事\n2024-01-02 10:30\n\n　　“老街換了新顏(yán)，”3日記者來到這裏，看見人來人往。\n\n。\n她說，2024年起這裏會更好。\n                    責任編輯：張三\n街坊們都說好，盼著明年再來看看，也盼著新店開張。\n分享到\n";
        let clean = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        let mut again = Units::default();
        scan_spans(text, &clean.body_spans(), &mut again);
        assert!(!again.is_empty());
        assert_eq!(again, clean.body);
    }

    #[test]
    fn entries_of_a_list_without_a_header_end_alike() {
        let article = "渡口停航三天，两岸居民改走新桥。\n船工们趁这几天给渡船换了缆绳，也把售票亭漆了一遍。";
        let entries = [
            "看得见的温暖07-13",
            "早市搬进新楼，摊主们说不用再怕下雨。07-13",
            "河堤修好了07-12",
            "新桥通车第一天07-12",
        ];
        let read = |entries: &[&str]| {
            let text =
                format!("渡口停航\n{article}\n{}\n本报将继续关注渡口的消息，也欢迎读者来信。", entries.join("\n"));
            let clean = clean(&text, Some("渡口停航"), &FurnitureModel::default(), GroupKeys::default());
            clean.lines.iter().filter(|line| line.reason == LineReason::InList).count()
        };
        assert_eq!(read(&entries), 0, "four lines are no run");
        assert_eq!(read(&[&entries[..], &["街坊讲堂开讲07-11"]].concat()), 5);
    }

    #[test]
    fn every_line_has_its_reason_in_one_byte() {
        let text = "墨川网 欢迎您\n口袋公园让城市多了一抹绿\n来源：墨川日报\n本市今年新建口袋公园十二处，总面积超过三万平方米。\n\
                    负责人介绍，选址时先听附近居民的意见，再由设计单位上门听取修改建议。\n责任编辑：高文博\n看得见的温暖\n上一篇：无";
        let line = FurnitureLine { line: "看得见的温暖".to_owned(), articles: 7 };
        let model = FurnitureModel::from_groups(vec![FurnitureGroup {
            group: "墨川网".to_owned(),
            lines: vec![line.clone()],
        }]);
        let keys = GroupKeys { outlet: xxhash_rust::xxh3::xxh3_64("墨川网".as_bytes()), host: 0 };
        let page = clean(text, Some("口袋公园让城市多了一抹绿"), &model, keys);
        let found: Vec<LineReason> = page.lines.iter().map(|line| line.reason).collect();
        let expected = [
            LineReason::BeforeHeadline,
            LineReason::Title,
            LineReason::CreditLabel(Label::Source),
            LineReason::Text,
            LineReason::Text,
            LineReason::CreditLabel(Label::Editor),
            LineReason::Learnt,
            LineReason::Machinery,
        ];
        assert_eq!(found, expected);
        assert_eq!(model.learnt(keys, page.lines[6].key), Some(("墨川网", &line)));
        assert_eq!(model.learnt(keys, page.lines[3].key), None);
        assert_eq!(size_of::<LineReason>(), 1);
    }

    #[test]
    fn a_list_ends_an_english_article_and_links_follow_it() {
        let article =
            "The city opened twelve pocket parks this year, on six streets, and people who live nearby use them.";
        let items = "Benches and lamps that run on sunlight all through the night, in winter too\n\
                     Beds of flowers that the neighbours water on Sundays and after work";
        let lines = |tail: &str| {
            let page = clean(&format!("{article}\n{tail}"), None, &FurnitureModel::default(), GroupKeys::default());
            page.lines.iter().map(|line| line.region).collect::<Vec<_>>()
        };
        assert_eq!(lines(items), [Region::Body; 3]);
        assert_eq!(lines("Send to a friend\nMore parks"), [Region::Body, Region::Furniture, Region::Furniture]);
    }

    #[test]
    fn the_reason_is_what_decided_not_what_would_also_do() {
        let page = |text: &str, title: Option<&str>| {
            let page = clean(text, title, &FurnitureModel::default(), GroupKeys::default());
            page.lines.iter().map(|line| (line.region, line.reason)).collect::<Vec<_>>()
        };
        let article = "本市今年新建口袋公园十二处，总面积超过三万平方米，分布在六个街道。";
        // A clock above the headline is a credit; the same words after a list header are a part of the list.
        let lines = page(&format!("2024-01-02 10:30\n公园多了一抹绿\n{article}\n相关阅读\n河堤修好了\n桥也通了"), None);
        assert_eq!(lines[0], (Region::Credit, LineReason::Clock));
        assert_eq!(lines[1], (Region::Headline, LineReason::HeadlinePlace));
        assert_eq!(lines[3], (Region::Furniture, LineReason::ListHeader));
        assert_eq!(lines[4..], [(Region::Furniture, LineReason::InList); 2]);
        assert_eq!(page("只有一行", Some("只有一行")), [(Region::Body, LineReason::OnlyText)]);
        let again = page(&format!("公园多了一抹绿\n公园多了一抹绿\n{article}"), Some("公园多了一抹绿"));
        assert_eq!(again[..2], [(Region::Headline, LineReason::Title), (Region::Headline, LineReason::HeadlineAgain)]);
    }
}
