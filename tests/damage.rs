//! Repairs: each rule on its example pair, and no repair where nothing is damaged.

use crate::support::{Folder, Output, cut, evaluation_data, lines, nothing_wrong, repository, string};
use encoding_rs::{GBK, WINDOWS_1252};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tonggao::findings::Span;
use tonggao::stages::clean::{CleanDoc, FurnitureModel, GroupKeys, Units, clean, scan_spans};

/// The rules with the file of each, as `corpus-samples/damage/README.md` lists them.
const RULES: [&str; 10] = [
    "pinyin",
    "lost_bytes",
    "markup",
    "entity",
    "invisible",
    "width",
    "compatibility",
    "spaced",
    "wrapped",
    "escaped_break",
];

/// The rule that is at work when a record is read, not when its text is cleaned.
const READING: &str = "double_encoded";

fn sample(rule: &str, side: &str) -> String {
    std::fs::read_to_string(repository(&format!("corpus-samples/damage/{rule}.{side}.txt"))).unwrap()
}

fn cleaned(text: &str) -> CleanDoc {
    clean(text, None, &FurnitureModel::default(), GroupKeys::default())
}

fn counts(clean: &CleanDoc) -> BTreeMap<String, u64> {
    serde_json::from_value(json!(clean.repairs)).unwrap()
}

#[test]
fn every_rule_has_a_pair_and_every_pair_a_rule() {
    let mut files: Vec<String> = std::fs::read_dir(repository("corpus-samples/damage"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "README.md")
        .collect();
    let mut wanted: Vec<String> = RULES
        .iter()
        .chain([&READING])
        .flat_map(|rule| ["damaged", "mended"].map(|side| format!("{rule}.{side}.txt")))
        .collect();
    files.sort();
    wanted.sort();
    assert_eq!(files, wanted);
}

#[test]
fn each_rule_counts_its_damage_and_nothing_in_what_is_mended() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let (damaged, mended) = (counts(&cleaned(&sample(rule, "damaged"))), counts(&cleaned(&sample(rule, "mended"))));
        if damaged.get(rule).is_none_or(|&times| times < 2) {
            complaints.push(format!("{rule}: {damaged:?}, and its sample has it twice at least"));
        }
        if !mended.is_empty() {
            complaints.push(format!("{rule}: {mended:?} in its mended text"));
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn damaged_text_has_the_units_of_its_undamaged_twin() {
    for rule in RULES.into_iter().filter(|rule| *rule != "lost_bytes") {
        let [damaged, mended] = ["damaged", "mended"].map(|side| cleaned(&sample(rule, side)));
        assert!(mended.body.len() > 60, "{rule}: the sample is an article");
        assert_eq!(damaged.body.ids, mended.body.ids, "{rule}");
        let regions = |clean: &CleanDoc| clean.lines.iter().map(|line| line.region).collect::<Vec<_>>();
        if rule != "markup" {
            assert_eq!(regions(&damaged), regions(&mended), "{rule}");
        }
    }
}

#[test]
fn damaged_pages_are_reprints_of_their_twins_and_offsets_are_those_of_the_page() {
    for rule in RULES {
        let [damaged, mended] = ["damaged", "mended"].map(|side| sample(rule, side));
        let records = [json!({"id": "damaged", "text": damaged}), json!({"id": "mended", "text": mended})];
        let folder = Folder::new().with("pages.jsonl", lines(&records));
        let output = Output::of(&folder.path("pages.jsonl"), &[]);
        let found = output.records("matches.jsonl");
        assert_eq!(found.len(), 1, "{rule}");
        assert_eq!(found[0]["kind"], "reprint", "{rule}: {}", found[0]);
        let damaged_page = &output.records("documents.jsonl")[0];
        assert!(damaged_page["repairs"][rule].as_u64() >= Some(2), "{rule}: {}", damaged_page["repairs"]);
        for passage in found[0]["passages"].as_array().unwrap() {
            let begins = |side: &str, text: &str| first_units(&cut(text, crate::support::range(&passage[side])));
            assert_eq!(begins("a", &damaged), begins("b", &mended), "{rule}: {passage}");
        }
    }
}

#[test]
fn a_page_that_was_encoded_twice_reads_as_its_twin_in_all_its_fields() {
    let [damaged, mended] = ["damaged", "mended"].map(|side| sample(READING, side));
    let taken_for_gbk = GBK.decode_without_bom_handling(mended.as_bytes()).0;
    let outlet = WINDOWS_1252.decode_without_bom_handling("青屿日报".as_bytes()).0;
    let title = |text: &str| text.lines().next().unwrap().to_owned();
    let records = [
        json!({"id": "western", "title": title(&damaged), "text": damaged, "outlet": outlet}),
        json!({"id": "gbk", "title": title(&mended), "text": taken_for_gbk}),
        json!({"id": "mended", "title": title(&mended), "text": mended, "outlet": "青屿日报"}),
    ];
    let folder = Folder::new().with("pages.jsonl", lines(&records)).with("page.txt", &damaged);
    let output = Output::of(folder.root(), &[]);
    let pages = output.records("documents.jsonl");
    let page = |id: &str| pages.iter().find(|page| page["id"] == id).unwrap();
    let (twin, western) = (page("mended"), page("western"));
    assert_eq!(twin["repairs"], json!({}));
    assert_eq!(western["repairs"], json!({ READING: 3 }));
    assert_eq!(page("page.txt")["repairs"], json!({ READING: 1 }));
    assert_eq!(page("gbk")["repairs"][READING], 1, "and what the wrong reading lost counts as lost");
    for field in ["title", "outlet", "sha256"] {
        assert_eq!(western[field], twin[field]);
    }
    let sets = output.records("clusters.jsonl");
    assert_eq!((sets.len(), sets[0]["size"].as_u64()), (1, Some(4)), "{sets:?}");
}

/// All units of a text, whatever its lines are.
fn units(text: &str) -> Vec<u32> {
    let mut units = Units::default();
    scan_spans(text, &[Span::new(0, text.len())], &mut units);
    units.ids
}

/// The first units of a text.
fn first_units(text: &str) -> Vec<u32> {
    units(text).into_iter().take(8).collect()
}

#[test]
fn every_unit_is_where_it_was_read() {
    for rule in RULES {
        let text = sample(rule, "damaged");
        let clean = cleaned(&text);
        let mut before = 0;
        for at in 0..clean.body.len() {
            let span = clean.body.span(at..at + 1);
            assert!(span.start >= before, "{rule}: units stand in order");
            before = span.end;
            let alone = span.of(&text).replace(' ', "");
            assert_eq!(units(&alone), clean.body.ids[at..=at], "{rule}: {:?}", span.of(&text));
        }
    }
}

#[test]
fn what_a_writer_put_in_brackets_stays() {
    for text in [
        "世界贸易组织(WTO)的代表说，罗斯（Ross）先生明天就到。",
        "亳(bó)州的“亳”字常有人念错，犇（bēn）字也一样。",
        "他在黑板上写下bó这个音节，又写下é和ü两个字母。",
        "这家店叫“Café”（咖啡馆），老板姓李(Li)。",
        "气温低于3℃且<5℃时，A&B两组都要记录，x<y且y>z。",
        "你想问什么?他说：什么都行！真的吗？！",
        "李　明　王　芳　三位同学到会。",
        "第①条、第②条，面积12㎡，占比3％。",
    ] {
        assert_eq!(counts(&cleaned(text)), BTreeMap::new(), "{text}");
    }
}

/// Real paragraphs of bulletins, where a desk has them.
const REAL: &str = "data/base_dev.jsonl.gz";

/// True for a paragraph that is damaged by a plain look at its characters.
fn is_damaged(paragraph: &str) -> bool {
    paragraph.chars().any(|c| matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{FFFD}' | '\u{2E80}'..='\u{2FDF}'))
}

/// A page may hold lines that nobody broke, and lines of a list are no paragraph.
#[test]
fn broken_lines_are_joined_next_to_a_long_one_and_lists_are_not() {
    let long = "这一行没有断开，".repeat(30);
    let broken = "　　渡口的老船工每天清早把船洗一遍，再把缆绳\n重新盘好。他说船和人一样，要天天收拾才有精神\n，岸上等船的人看见船干干净净，心里也就踏实，\n坐在船上说话的声音都会轻一些。\n　　昨天的雨下到半夜，水面涨了一尺多，他把跳板\n往上挪了两级台阶，又在栏杆上系了一盏新的灯。\n";
    assert_eq!(counts(&cleaned(&format!("{broken}{long}。\n"))), BTreeMap::from([("wrapped".to_owned(), 4)]));
    let link = "老街的裁缝铺今天重新开门迎客了吗\n";
    assert_eq!(counts(&cleaned(&format!("{}{long}。\n", link.repeat(9)))), BTreeMap::new());
}

#[test]
#[ignore = "reads the evaluation data"]
fn no_repair_on_ten_thousand_undamaged_paragraphs() {
    let file =
        std::io::BufReader::new(flate2::read::GzDecoder::new(std::fs::File::open(evaluation_data(REAL)).unwrap()));
    let paragraphs = std::io::BufRead::lines(file).flat_map(|line| {
        let article: Value = serde_json::from_str(&line.unwrap()).unwrap();
        article["paras"].as_array().unwrap().iter().map(string).collect::<Vec<_>>()
    });
    let undamaged: Vec<String> = paragraphs.filter(|p| !is_damaged(p)).collect();
    assert!(undamaged.len() >= 10_000, "{} paragraphs", undamaged.len());
    let repaired = undamaged.iter().filter_map(|p| {
        let found = counts(&cleaned(p));
        (!found.is_empty()).then(|| format!("{found:?}: {p}"))
    });
    nothing_wrong(repaired.collect());
}

const CLAUSES: [&str; 14] = [
    "村里的水渠修好了",
    "她在2024年3月开了第二家店",
    "负责人说“先听居民的意见”",
    "面积约1.2万平方米",
    "孩子们喊：“快看！”",
    "GDP增长5.3%",
    "会议由李明(副主任)主持",
    "气温在-3℃到5℃之间",
    "《河边的早晨》一书已经付印",
    "网址是www.example.org/a?b=1",
    "列车C2031次晚点十分钟",
    "老人问：这行吗？",
    "乘客可拨打0700-1234567",
    "The mayor said \"yes\"",
];

proptest! {
    /// Ordinary sentences in any order, with any of the ordinary breaks between paragraphs.
    #[test]
    fn ordinary_paragraphs_need_no_repair(
        picks in proptest::collection::vec((0..CLAUSES.len(), 0..4usize), 1..40),
        breaks in prop::sample::select(vec!["\n", "\r\n", "\n\n", "\n　　"]),
    ) {
        let mut text = String::from("　　");
        for (clause, mark) in picks {
            text += CLAUSES[clause];
            text += ["，", "。", "；", "。"][mark];
            if mark == 3 {
                text += breaks;
            }
        }
        prop_assert_eq!(counts(&cleaned(&text)), BTreeMap::new());
    }
}
