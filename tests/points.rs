//! Talking points as a run gives them: whose votes count, what is everyday, who runs with whom.

use crate::support::{Folder, Output, detect, lines, tonggao};
use serde_json::{Value, json};

const SAID: &str = "小院灯火照亮回家路";

/// A text of common characters in no order, the same for the same seed: nothing is shared on purpose.
fn babble(seed: u64, sentences: u64) -> String {
    let characters: Vec<char> =
        include_str!("../benches/characters.txt").chars().filter(|c| !c.is_whitespace()).collect();
    let pick = |at: u64| {
        characters[(xxhash_rust::xxh3::xxh3_64_with_seed(&at.to_le_bytes(), seed) % characters.len() as u64) as usize]
    };
    let sentence = |number: u64| (0..20).map(|at| pick(number * 100 + at)).chain(['。']).collect::<String>();
    (0..sentences).map(sentence).collect()
}

/// Forty articles of eight outlets; five of them, each of another outlet, say `said`.
fn articles(said: &str) -> Vec<Value> {
    const OUTLETS: [&str; 8] = ["柳塘报", "石坝报", "梅岭报", "沙湾报", "竹溪报", "枫桥报", "荷塘报", "松岗报"];
    let article = |at: usize| {
        let says = if at.is_multiple_of(9) { format!("要让{said}，") } else { String::new() };
        let (before, after) = (babble(at as u64, 4), babble(1000 + at as u64, 4));
        json!({ "id": format!("page-{at:02}"), "text": format!("{before}{says}{after}"), "outlet": OUTLETS[at % 8],
                "published": format!("2024-03-{:02}T08:00:00+08:00", 1 + at % 27) })
    };
    (0..40).map(article).collect()
}

/// The point that holds the wording, if it is listed.
fn point(folder: &Folder, flags: &[&str]) -> Option<Value> {
    detect(&folder.path("news.jsonl"), &folder.path("out"), flags).words(&["--force"]).ends_with(0);
    let points = Output::read(&folder.path("out")).records("talking_points.jsonl");
    points.into_iter().find(|point| point["text"].as_str().unwrap().contains("灯火照亮回家路"))
}

#[test]
fn outlets_of_one_publisher_have_one_vote() {
    let folder = Folder::new()
        .with("news.jsonl", lines(&articles(SAID)))
        .with("houses.tsv", "柳塘报\tpaper\t沿江报业\n石坝报\tpaper\t沿江报业\n梅岭报\tpaper\t沿江报业\n");
    assert_eq!(point(&folder, &[]).unwrap()["outlets"], 5);
    let table = folder.path("houses.tsv");
    let grouped = point(&folder, &["--outlets", table.to_str().unwrap()]).unwrap();
    assert_eq!((&grouped["outlets"], &grouped["clusters"]), (&json!(3), &json!(5)));
}

#[test]
fn pages_of_unknown_outlets_are_counted_as_such() {
    let mut pages = articles(SAID);
    pages.iter_mut().for_each(|page| _ = page.as_object_mut().unwrap().remove("outlet"));
    let folder = Folder::new().with("news.jsonl", lines(&pages));
    let unknown = point(&folder, &[]).unwrap();
    assert_eq!((&unknown["outlets"], &unknown["of_unknown_outlet"]), (&json!(0), &json!(5)));
    let said = tonggao(&["points"]).path(&folder.path("out")).words(&["--class", "all"]).ends_with(0);
    assert!(said.out.contains("outlets not known"), "{}", said.out);
    let mut some = articles(SAID);
    some[0].as_object_mut().unwrap().remove("outlet");
    let folder = Folder::new().with("news.jsonl", lines(&some));
    let mixed = point(&folder, &[]).unwrap();
    assert_eq!((&mixed["outlets"], &mixed["of_unknown_outlet"]), (&json!(4), &json!(1)));
}

#[test]
fn wording_that_is_everyday_in_the_background_is_no_point() {
    let everyday: Vec<Value> = articles(SAID)
        .into_iter()
        .map(|mut page| {
            page["text"] = json!(format!("{}要让{SAID}，{}", page["text"].as_str().unwrap(), babble(7, 1)));
            page
        })
        .collect();
    let folder = Folder::new()
        .with("news.jsonl", lines(&articles(SAID)))
        .with("other.jsonl", lines(&articles("谷堆连着谷堆")))
        .with("everyday.jsonl", lines(&everyday));
    let against = |name: &str| point(&folder, &["--background", folder.path(name).to_str().unwrap()]);
    let rare = against("other.jsonl").expect("unheard of there");
    assert!(rare["expected"].as_f64().unwrap() < 0.01);
    assert!(against("everyday.jsonl").is_none());
}

#[test]
fn a_background_that_is_not_there_is_an_error_that_names_it() {
    let folder = Folder::new().with("news.jsonl", lines(&articles(SAID)));
    let said = detect(&folder.path("news.jsonl"), &folder.path("out"), &["--background", "no/such/place"]).ends_with(2);
    assert!(said.errors.contains("no/such/place"), "{}", said.errors);
}

#[test]
fn sayings_in_quotation_marks_stand_for_themselves() {
    let folder = Folder::new().with("news.jsonl", lines(&articles(&format!("“{SAID}”故事"))));
    let point = point(&folder, &[]).unwrap();
    assert_eq!((&point["text"], &point["quoted"]), (&json!(SAID), &json!(1.0)));
}

#[test]
fn outlets_that_always_follow_another_are_reported() {
    // On fourteen days the second outlet says what the first one said the day before, in an article of its own;
    // the others say theirs weeks apart.
    let mut pages = articles(SAID);
    let sayings = [
        "井水先让邻家挑",
        "桥头留灯等夜归",
        "半垄青菜送隔壁",
        "戏台不冷老街坊",
        "一条板凳两家坐",
        "雨伞借出不用还",
        "门前石阶轮着扫",
        "谷雨同栽一行柳",
        "灶火分给新来客",
        "船到渡口先载老",
        "旧书传给后来人",
        "夜校灯亮到三更",
        "晒场留出孩童路",
        "秋收先帮缺劳力",
    ];
    for (day, saying) in sayings.iter().enumerate() {
        let mut page = |outlet: &str, day: usize| {
            let seed = 2000 + pages.len() as u64;
            let text = format!("{}{saying}，{}", babble(seed, 3), babble(seed + 1000, 3));
            pages.push(json!({ "id": format!("{outlet}-{day}"), "text": text, "outlet": outlet,
                "published": format!("2024-{:02}-{:02}T09:00:00+08:00", 5 + day / 28, 1 + day % 28) }));
        };
        page("白鹭报", day * 4);
        page("青鹭报", day * 4 + 1);
        page("灰鹤报", day * 4 + 60);
    }
    let folder = Folder::new().with("news.jsonl", lines(&pages));
    detect(&folder.path("news.jsonl"), &folder.path("out"), &[]).ends_with(0);
    let pairs = Output::read(&folder.path("out")).records("outlet_pairs.jsonl");
    let pair = pairs.iter().find(|pair| pair["from"] == "白鹭报" && pair["to"] == "青鹭报").expect("they run together");
    assert_eq!(pair["reprints"], 0);
    assert!(pair["talking_points_soon"].as_u64().unwrap() >= 12, "{pair}");
    assert!(pair["talking_points_q_value"].as_f64().unwrap() < 0.01, "{pair}");
    assert!(!pairs.iter().any(|pair| pair["from"] == "青鹭报" && pair["to"] == "灰鹤报"));
}

#[test]
fn points_are_listed_by_class_words_and_day() {
    let folder = Folder::new().with("news.jsonl", lines(&articles(&format!("“{SAID}”"))));
    detect(&folder.path("news.jsonl"), &folder.path("out"), &[]).ends_with(0);
    let list = |flags: &[&str], code: i32| {
        let flags: Vec<&str> = flags.iter().copied().chain(["--class", "all", "--json"]).collect();
        tonggao(&["points"]).path(&folder.path("out")).words(&flags).ends_with(code).out
    };
    let found: Value = serde_json::from_str(list(&["--search", "灯火"], 0).lines().next().unwrap()).unwrap();
    let written = point(&folder, &[]).unwrap();
    assert_eq!((&found["text"], &found["class"]), (&written["text"], &written["class"]));
    let outlet = found["first_outlets"][0].as_str().unwrap();
    assert!(list(&["--search", "灯火", "--outlet", outlet], 0).contains(SAID));
    assert_eq!(list(&["--search", "灯火", "--outlet", "无名报"], 1), "");
    assert_eq!(list(&["--search", "灯火", "--since", "2030-01-01"], 1), "");
}

#[test]
fn given_phrases_are_found_in_both_scripts() {
    let mut pages = articles(SAID);
    pages[1]["text"] = json!(format!("{}他说「小院燈火，照亮回家路」。", babble(1, 4)));
    let folder =
        Folder::new().with("news.jsonl", lines(&pages)).with("phrases.txt", "小院灯火照亮回家路\t院里的灯\n没有的话\n");
    let phrases = folder.path("phrases.txt");
    let flags = ["--phrases", phrases.to_str().unwrap(), "--json"];
    let found = tonggao(&["points"]).path(&folder.path("news.jsonl")).words(&flags).ends_with(0).out;
    let found: Vec<Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 6);
    let quoted = found.iter().find(|used| used["id"] == "page-01").unwrap();
    assert_eq!((&quoted["words"], &quoted["quoted"]), (&json!("小院燈火，照亮回家路"), &json!(true)));
    assert_eq!((&quoted["phrase"], &quoted["outlet"]), (&json!(SAID), &json!("石坝报")));
    assert!(found.windows(2).all(|two| two[0]["published"].as_str() <= two[1]["published"].as_str()));
}
