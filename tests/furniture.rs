//! What belongs to a site is told from its articles: with five pages and with many, with the outlet known and not.

use crate::support::{Folder, Output, cut, lines, nothing_wrong, range, string, strings};
use serde_json::{Value, json};

const PLACES: [&str; 10] =
    ["青石镇", "柳湾村", "东岭乡", "北塘街道", "河口渔港", "白杨林场", "南坝水库", "石桥集市", "高坪小学", "云台茶山"];
const DEEDS: [&str; 10] = [
    "修好了断了半年的水渠",
    "办起了第一间图书室",
    "给老人送去过冬的煤",
    "把旧粮仓改成了剧场",
    "种下三百亩油茶树",
    "开通了去县城的早班车",
    "请回了外出的木匠",
    "给渔船装上了定位器",
    "教会学生做豆腐",
    "在坡上立起了风车",
];
const WHO: [&str; 10] = ["会计", "船工", "校长", "护林员", "理发匠", "养蜂人", "裁缝", "电工", "邮递员", "兽医"];

/// Article `k`: a headline and three paragraphs that no other article has, drawn by a generator of its own. Half of
/// every clause is a name of its own, or articles of so few words would be copies of each other.
fn article(k: usize) -> (String, Vec<String>) {
    let mut state = k as u64 + 1;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let title = format!("{}{}", PLACES[k % 10], DEEDS[k / 10 % 10]);
    let mut clause = || {
        let name: String = (0..16).filter_map(|_| char::from_u32(0x4E00 + draw(8000) as u32)).collect();
        format!("{}的{}{name}{}", PLACES[draw(10)], WHO[draw(10)], DEEDS[draw(10)])
    };
    let body = (0..3).map(|n| format!("{}，{}，{}。第{}天。", clause(), clause(), clause(), 4 * k + n)).collect();
    (title, body)
}

/// The furniture of one site by kind, above and below its articles. What ends in `#` has a number of its own on
/// every page, and a link list has other links on every page.
const ABOVE: [(&str, &str); 3] = [
    ("recurring edge line", "汀岸在线 汀岸人自己的早报"),
    ("kicker", "民生一线"),
    ("share bar", "分享到： 微信 微博 QQ空间 复制链接"),
];
const BELOW: [(&str, &str); 6] = [
    ("subscription plea", "关注公众号“汀岸早报”，每天早上七点把家门口的事送到你手里"),
    ("disclaimer", "免责声明：凡注明来源的稿件，版权归原作者所有，转载目的在于传递信息，不代表本网观点"),
    ("comment widget", "网友评论 # 条"),
    ("comment widget", "我来说两句"),
    ("recurring edge line", "汀岸在线 热线 0700-1234567"),
    ("recurring edge line", "汀岸在线 汀ICP备00000000号"),
];
const GALLERY: [(&str, &str); 4] = [
    ("image file name", "IMG_20240#.jpg"),
    ("photo gallery", "#/8"),
    ("photo gallery", "上一张 下一张"),
    ("caption", "图为现场，资料图片"),
];

/// Page `k` with what must be masked on it, by kind.
fn page(k: usize, outlet: Option<&str>) -> (Value, Vec<(&'static str, String)>) {
    let (title, body) = article(k);
    let filled = |(kind, line): &(&'static str, &str)| (*kind, line.replace('#', &(k + 1).to_string()));
    let mut masked: Vec<(&str, String)> = ABOVE.iter().map(filled).collect();
    let mut text: Vec<String> = masked.iter().map(|(_, line)| line.clone()).collect();
    text.push(title.clone());
    text.push("2024-05-06 08:00 来源：汀岸早报".to_owned());
    text.push(body[0].clone());
    for line in GALLERY.iter().map(filled) {
        text.push(line.1.clone());
        masked.push(line);
    }
    text.extend(body[1..].iter().cloned());
    text.push("责任编辑：方禾".to_owned());
    masked.push(("related reading", "相关阅读".to_owned()));
    masked.extend(
        (1..4).map(|n| ("link list", format!("{}｜{}", PLACES[(k + n) % 10], DEEDS[(k / 10 + 2 * n + 1) % 10]))),
    );
    text.extend(masked[masked.len() - 4..].iter().map(|(_, line)| line.clone()));
    for line in BELOW.iter().map(filled) {
        text.push(line.1.clone());
        masked.push(line);
    }
    let id = format!("p{k:03}");
    (json!({"id": id, "outlet": outlet, "title": title, "text": text.join("\n")}), masked)
}

/// Captions, file names and credits are lines of their own kinds: they are in no body, which is what counts.
fn body_of(document: &Value, text: &str) -> String {
    let spans: Vec<_> = document["furniture"].as_array().unwrap().iter().map(range).collect();
    text.chars().enumerate().filter(|(at, _)| !spans.iter().any(|span| span.contains(at))).map(|(_, c)| c).collect()
}

fn check(count: usize, outlet: Option<&str>) {
    let pages: Vec<(Value, Vec<(&str, String)>)> = (0..count).map(|k| page(k, outlet)).collect();
    let records: Vec<Value> = pages.iter().map(|(record, _)| record.clone()).collect();
    let folder = Folder::new().with("pages.jsonl", lines(&records));
    let output = Output::of(&folder.path("pages.jsonl"), &[]);
    let mut complaints = Vec::new();
    for (document, (record, masked)) in output.records("documents.jsonl").iter().zip(&pages) {
        let text = string(&record["text"]);
        let left = body_of(document, &text);
        for (kind, line) in masked.iter().filter(|(kind, _)| *kind != "caption") {
            if left.lines().any(|kept| kept == line) {
                complaints.push(format!("{}: {kind} is not masked: {line}", document["id"]));
            }
        }
        let k: usize = string(&record["id"])[1..].parse().unwrap();
        for paragraph in &article(k).1 {
            if !left.contains(paragraph.as_str()) {
                complaints.push(format!("{}: the article is masked: {paragraph}", document["id"]));
            }
        }
    }
    nothing_wrong(complaints);
    assert!(output.records("clusters.jsonl").is_empty(), "pages of one site are no reprints");
    let furniture = &output.run()["furniture"];
    let listed = furniture[outlet.unwrap_or("")].as_array().unwrap();
    assert!(
        listed.iter().any(|line| line["line"] == "汀岸在线 汀岸人自己的早报" && line["articles"].as_u64() >= Some(3))
    );
}

#[test]
fn five_pages_of_one_outlet_are_enough() {
    check(5, Some("汀岸在线"));
}

#[test]
fn many_pages_of_one_outlet() {
    check(90, Some("汀岸在线"));
}

#[test]
fn five_pages_of_no_known_outlet() {
    check(5, None);
}

#[test]
fn many_pages_of_no_known_outlet() {
    check(90, None);
}

#[test]
fn a_series_with_other_figures_keeps_its_headlines() {
    let records: Vec<Value> = (1..9)
        .map(|day| {
            let (_, body) = article(day);
            let text = format!("汀岸在线\n汀岸5月{day}日天气早知道\n2024-05-0{day} 06:00\n{}", body.join("\n"));
            json!({"id": format!("d{day}"), "outlet": "汀岸在线", "text": text})
        })
        .collect();
    let folder = Folder::new().with("pages.jsonl", lines(&records));
    for (document, record) in
        Output::of(&folder.path("pages.jsonl"), &[]).records("documents.jsonl").iter().zip(records)
    {
        let text = string(&record["text"]);
        let masked: Vec<String> =
            document["furniture"].as_array().unwrap().iter().map(|span| cut(&text, range(span))).collect();
        assert_eq!(masked, ["汀岸在线"], "{}", document["id"]);
    }
}

#[test]
fn furniture_can_be_edited_and_handed_back() {
    let records: Vec<Value> = (0..5).map(|k| page(k, Some("汀岸在线")).0).collect();
    let folder = Folder::new()
        .with("pages.jsonl", lines(&records))
        .with("mine.json", json!([{"group": "汀岸在线", "lines": [{"line": "民生一线", "articles": 9}]}]).to_string());
    let mine = folder.path("mine.json");
    let output = Output::of(&folder.path("pages.jsonl"), &["--furniture", mine.to_str().unwrap()]);
    let groups = output.run()["furniture"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(groups, ["汀岸在线"]);
    let known = output.run()["furniture"]["汀岸在线"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| string(&l["line"]))
        .collect::<Vec<_>>();
    assert_eq!(known, strings(&json!(["民生一线"])));
}

#[test]
fn teasers_behind_an_article_with_line_breaks_and_without() {
    let (title, body) = article(1);
    let teasers: Vec<String> = (2..6)
        .map(|k| {
            let (title, body) = article(k);
            format!("{title} {}…", body[0].chars().take(60).collect::<String>())
        })
        .collect();
    for between in ["\n", " "] {
        let parts = [&[title.clone()][..], &body, &["相关新闻".to_owned()], &teasers].concat();
        let text = parts.join(between);
        let record = json!({"id": "a", "title": title, "text": text});
        let folder = Folder::new().with("pages.jsonl", lines(&[record]));
        let document = Output::of(&folder.path("pages.jsonl"), &[]).records("documents.jsonl").remove(0);
        let masked: Vec<String> =
            document["furniture"].as_array().unwrap().iter().map(|span| cut(&text, range(span))).collect();
        assert_eq!(masked, [format!("相关新闻{between}{}", teasers.join(between))], "{text}");
    }
}
