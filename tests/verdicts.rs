//! Corrections by people: `--verdicts`.

use crate::support::{Folder, Output, detect, lines, members, string, tonggao};
use serde_json::{Value, json};

const STORY: [&str; 3] = [
    "河湾村的石拱桥上周修好了，桥面铺的是从旧宅拆下来的青条石，一共用了四百二十块，每一块都编了号，照原样砌了回去。",
    "石匠卢有根今年六十八岁，他说每块石头都要听一听声音，声音发闷的不能用，用了来年春汛一冲就要松动，前功尽弃。",
    "村里的孩子上学从此不必绕路，早上可以多睡二十分钟，下雨天也不用换鞋，校门口的水洼里再没有踩出来的泥脚印。",
];
const OTHER: &str =
    "码头的老钟停了三十年，昨天又敲响了。修钟的师傅从外省赶来，带了一箱自己打的齿轮，在钟楼上住了整整九天。";
const CALENDAR: &str = "本店的老朋友请到门口领一份月历，每户一份，不论远近，领完为止。";

fn page(id: &str, text: &str) -> Value {
    json!({ "id": id, "text": text })
}

/// Two copies of a story, and another article.
fn pages() -> Vec<Value> {
    let [a, b, c] = STORY;
    vec![
        page("copy", &format!("{a}\n{b}\n{c}\n{CALENDAR}")),
        page("first", &[a, b, c].join("\n")),
        page("other", OTHER),
    ]
}

fn found(verdicts: &[Value]) -> Output {
    let folder = Folder::new().with("a.jsonl", lines(&pages())).with("verdicts.jsonl", lines(verdicts));
    let verdicts = folder.path("verdicts.jsonl");
    Output::of(&folder.path("a.jsonl"), &["--verdicts", verdicts.to_str().unwrap()])
}

fn sets(output: &Output) -> Vec<Vec<String>> {
    output.records("clusters.jsonl").iter().map(members).collect()
}

#[test]
fn pages_that_people_call_one_article_share_a_set_and_others_do_not() {
    assert_eq!(sets(&found(&[])), [["copy", "first"]]);
    let apart = found(&[json!({ "a": "first", "b": "copy", "same_article": false })]);
    assert_eq!(sets(&apart), [[""; 0]; 0]);
    let told = &apart.records("matches.jsonl")[0];
    assert_eq!(
        (&told["verdict"], &told["probability"], &told["kind"]),
        (&json!(false), &json!(0.0), &json!("passage"))
    );
    let together = found(&[json!({ "a": "other", "b": "copy", "same_article": true })]);
    assert_eq!(sets(&together), [["copy", "first", "other"]]);
    assert_eq!(together.run()["verdicts"], json!({ "pairs": 1, "origins": 0, "lines": 0, "unknown_pages": 0 }));
}

#[test]
fn the_origin_that_people_name_is_the_origin() {
    let output = found(&[json!({ "page": "copy", "origin": "墨川晚报" }), json!({ "page": "nobody", "origin": "x" })]);
    let set = &output.records("clusters.jsonl")[0];
    assert_eq!((&set["origin"]["outlet"], &set["origin"]["probability"]), (&json!("墨川晚报"), &json!(1.0)));
    assert_eq!(set["origin_verdict"], json!(true));
    assert_eq!(output.run()["verdicts"]["unknown_pages"], json!(1));
    let page = found(&[json!({ "page": "copy", "origin": "first" })]);
    assert_eq!(string(&page.records("clusters.jsonl")[0]["origin"]["document"]), "first");
}

#[test]
fn a_line_that_people_call_boilerplate_is_none_of_the_article() {
    let score = |output: &Output| output.records("matches.jsonl")[0]["jaccard"].as_f64().unwrap();
    assert!(score(&found(&[])) < 1.0);
    assert_eq!(score(&found(&[json!({ "line": CALENDAR, "boilerplate": true })])), 1.0);
}

#[test]
fn dedup_keeps_pages_that_people_call_two_articles() {
    let verdict = json!({ "a": "first", "b": "copy", "same_article": false });
    let folder = Folder::new().with("a.jsonl", lines(&pages())).with("verdicts.jsonl", lines(&[verdict]));
    let dedup = |out: &str| tonggao(&["dedup"]).path(&folder.path("a.jsonl")).words(&["-o"]).path(&folder.path(out));
    dedup("plain").ends_with(0);
    dedup("told").words(&["--verdicts"]).path(&folder.path("verdicts.jsonl")).ends_with(0);
    let removed = |out: &str| std::fs::read_to_string(folder.path(out).join("removed.jsonl")).unwrap().lines().count();
    assert_eq!((removed("plain"), removed("told")), (1, 0));
}

#[test]
fn a_line_that_is_no_verdict_is_named() {
    let folder = Folder::new().with("a.jsonl", lines(&pages())).with("verdicts.jsonl", "{\"a\": \"first\"}\n");
    let verdicts = folder.path("verdicts.jsonl");
    detect(&folder.path("a.jsonl"), &folder.path("out"), &["--verdicts", verdicts.to_str().unwrap()])
        .ends_with(2)
        .names_in_errors(&["verdicts.jsonl", "line 1"]);
}
