//! What `extract` writes of saved pages: articles whole, boxes in them left out, outlets and addresses.

use crate::support::{Folder, tonggao};
use serde_json::Value;
use std::path::Path;

const PARAGRAPHS: [&str; 8] = [
    "苇城渡口的旧趸船上月拖去修船厂，船底刮下来的贝壳装了十一筐。渡运处说，这条船用了二十六年，铆钉锈掉了三成。",
    "修船厂的老师傅看过以后，决定把船首两块钢板整个换掉，其余的除锈补漆。工期四十天，赶在汛期前下水。",
    "停航期间，对岸六个村的人改坐从上游调来的小轮，一次只载二十个人，早晚高峰要等上两三趟。",
    "种菜的老蒋每天头一班过江，两筐青菜占了两个人的位置。船工不收他的行李钱，只请他坐到船尾去。",
    "渡口旁边的早点铺子倒比从前热闹，等船的人多了，一笼包子不到七点就卖完，店主又支起一口锅。",
    "县里去年算过一笔账，造一座桥要花的钱够渡口再开六十年。可村里的年轻人还是盼着桥，夜里也能回家。",
    "交通局的答复是先把夜航开起来，新船装了雷达和探照灯，从下个月起末班船推迟到晚上九点半。",
    "趸船下水那天，老师傅站在岸上看吃水线，量了三遍才点头。他说再用十年没有问题，只是别让人在上头烧炉子。",
];

fn page(head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>苇城渡口旧趸船大修 汛期前下水_墨川新闻网</title>{head}\
         </head><body><div class=nav><a href=/>首页</a> <a href=/a>要闻</a> <a href=/b>社会</a></div>\
         <h1>苇城渡口旧趸船大修 汛期前下水</h1><div class=info>2023-05-06 07:08 来源：墨川日报</div>{body}\
         <div class=foot><a href=/x>关于我们</a> <a href=/y>联系我们</a></div></body></html>"
    )
}

fn paragraphs(of: &[&str]) -> String {
    of.iter().map(|text| format!("<p>{text}</p>\n")).collect()
}

/// The records that `extract` writes of the folder, by id.
fn extracted(folder: &Folder) -> Vec<Value> {
    let said = tonggao(&["extract", "-q"]).path(folder.root()).words(&["-o", "-"]).ends_with(0);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(record: &Value) -> &str {
    record["text"].as_str().unwrap()
}

fn holds_article(record: &Value) {
    let missing: Vec<_> = PARAGRAPHS.iter().filter(|paragraph| !text(record).contains(*paragraph)).collect();
    assert!(missing.is_empty(), "{} lacks {missing:?}: {}", record["id"], text(record));
}

#[test]
fn what_comes_before_an_article_never_takes_its_place() {
    let before = [
        "<div class=pic><img src=1.jpg><p>图为5月2日，修船厂的工人在苇城渡口的趸船上刮除船底附着的贝壳，旁边的竹筐是用来装贝壳的，\
         当天刮下来的贝壳一共装了十一筐，有两筐送给了对岸的养鸡户，其余的倒进了江边的石料场，准备压碎以后铺路用。墨川日报记者摄影。</p></div>",
        "<div class=digest><p>核心提示：苇城渡口用了二十六年的旧趸船上月进厂大修，换掉船首两块钢板，工期四十天。停航期间对岸六个村的居民改坐小轮，\
         早晚要等两三趟。新船装了雷达和探照灯，从下个月起末班船推迟到晚上九点半，县里说造桥的事还要再算一算账。</p></div>",
        "<div class=author><p>冯凯，墨川日报记者，长期跑交通和水运，写过六条江上的渡口，出版过两本集子。他的专栏每周三见报，\
         读者可以写信到报社来，信封上请注明专栏的名字，来信一概不退，编辑部会选登其中的一部分。他最近在写一本关于桥的书，预计明年出版。</p></div>",
    ];
    let mut folder = Folder::new();
    for (k, before) in before.iter().enumerate() {
        let body = format!("{before}<div class=content>{}</div>", paragraphs(&PARAGRAPHS));
        folder = folder.with(&format!("{k}.html"), page("", &body));
    }
    let records = extracted(&folder);
    assert_eq!(records.len(), 3);
    records.iter().for_each(holds_article);
}

#[test]
fn a_box_inside_an_article_does_not_end_it() {
    let links = "<li><a href=/1>河堤步道通到了柳湾</a></li><li><a href=/2>城东菜场搬了新家</a></li>";
    let boxes = [
        format!("<div class=rel><h4>相关新闻</h4><ul>{links}</ul></div>"),
        "<p><a href=/3>点击查看：渡口夜航时刻表</a></p>".to_owned(),
        format!("<div><p>延伸阅读</p><ul>{links}{links}</ul></div>"),
    ];
    let mut folder = Folder::new();
    for (k, inside) in boxes.iter().enumerate() {
        for at in [2, 5] {
            let (first, rest) = PARAGRAPHS.split_at(at);
            let body = format!("<div class=content>{}{inside}{}</div>", paragraphs(first), paragraphs(rest));
            let parts = format!(
                "<div class=content><div>{}</div>{inside}<div>{}</div></div>",
                paragraphs(first),
                paragraphs(rest)
            );
            folder = folder.with(&format!("{k}-{at}.html"), page("", &body));
            folder = folder.with(&format!("{k}-{at}-parts.html"), page("", &parts));
        }
    }
    let records = extracted(&folder);
    assert_eq!(records.len(), 12);
    for record in &records {
        holds_article(record);
        assert!(!text(record).contains("河堤步道"), "{}: {}", record["id"], text(record));
    }
}

#[test]
fn outlet_and_address_of_a_saved_page() {
    let body = format!("<div class=content>{}</div>", paragraphs(&PARAGRAPHS));
    let saved = "<!-- saved from url=(0042)http://news.mochuan.example/a/20230506.html -->\n";
    let folder = Folder::new()
        .with("a.html", page("", &body))
        .with("b.html", saved.to_owned() + &page("", &body))
        .with("c.html", page("<link rel=canonical href=//www.mochuan.example/c.html>", &body))
        .with(
            "d.html",
            page("<meta property=og:url content=https://d.example/1><meta property=og:site_name content=丁网>", &body),
        );
    let records = extracted(&folder);
    let said: Vec<_> = records.iter().map(|record| (record["outlet"].as_str(), record["url"].as_str())).collect();
    let site = Some("墨川新闻网");
    assert_eq!(
        said,
        [
            (site, None),
            (site, Some("http://news.mochuan.example/a/20230506.html")),
            (site, Some("https://www.mochuan.example/c.html")),
            (Some("丁网"), Some("https://d.example/1")),
        ]
    );
    for record in &records {
        assert_eq!(record["published"], "2023-05-06T07:08:00+08:00");
        assert_eq!(record["attribution"]["source"], "墨川日报");
        assert_eq!(record["title"], "苇城渡口旧趸船大修 汛期前下水");
    }
}

#[test]
fn writers_of_json_ld_are_separate() {
    let json = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry pontoon back before the flood",
        "datePublished":"2023-05-06T07:08:09Z","author":[{"@type":"Person","name":"Jane Roe"},{"@type":"Person","name":"John Doe"}]}</script>"#;
    let body = "<p>The old pontoon of the Weicheng ferry went to the yard last month, and eleven baskets of shells came off.</p>\
        <p>The yard decided to replace two plates at the bow and to paint the rest, which will take forty days in all.</p>\
        <p>People of six villages use a small launch meanwhile, and wait for two or three runs in the morning and at night.</p>";
    let html = format!(
        "<html><head><title>Ferry pontoon back before the flood | The Weicheng Post</title>{json}</head><body><article><h1>Ferry pontoon back before the flood</h1>{body}</article></body></html>"
    );
    let records = extracted(&Folder::new().with("en.html", html));
    assert_eq!(records[0]["attribution"]["authors"], serde_json::json!(["Jane Roe", "John Doe"]));
    assert_eq!(records[0]["outlet"], "The Weicheng Post");
    assert_eq!(records[0]["published"], "2023-05-06T07:08:09+00:00");
}

#[test]
fn boilerplate_is_a_range_of_the_text_and_a_file_is_not_replaced() {
    let folder = Folder::new().with(
        "in.jsonl",
        "{\"id\":\"a\",\"text\":\"苇城渡口旧趸船大修\\n苇城渡口的旧趸船上月拖去修船厂，船底刮下来的贝壳装了十一筐。\\n分享到：微博 微信\\n\"}\n",
    );
    let out = folder.path("out.jsonl");
    let extract = |flags: &[&str], code| {
        tonggao(&["extract", "-q"])
            .path(&folder.path("in.jsonl"))
            .words(&["-o"])
            .path(&out)
            .words(flags)
            .ends_with(code)
    };
    extract(&[], 0);
    let record: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let chars: Vec<char> = text(&record).chars().collect();
    let range = |at: &Value| at[0].as_u64().unwrap() as usize..at[1].as_u64().unwrap() as usize;
    let marked: String = record["boilerplate"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| chars[range(at)].iter().collect::<String>())
        .collect();
    assert_eq!(marked.trim(), "分享到：微博 微信");
    extract(&[], 2).names_in_errors(&["out.jsonl"]);
    extract(&["--force"], 0);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_rows_of_json_lines() {
    use arrow_array::cast::AsArray;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let body = format!("<div class=content>{}</div>", paragraphs(&PARAGRAPHS));
    let folder = Folder::new().with("in/a.html", page("", &body)).with("in/b.html", page("", &body));
    let out = folder.path("out.parquet");
    tonggao(&["extract", "-q"]).path(&folder.path("in")).words(&["-o"]).path(&out).ends_with(0);
    let rows = |path: &Path| {
        let file = std::fs::File::open(path).unwrap();
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap()
    };
    let rows = rows(&out);
    let column = |name: &str| rows.column_by_name(name).unwrap().as_string::<i32>().clone();
    assert_eq!([column("id").value(0), column("id").value(1)], ["a.html", "b.html"]);
    assert!(column("text").value(0).contains(PARAGRAPHS[7]));
    assert_eq!(column("outlet").value(1), "墨川新闻网");
}
