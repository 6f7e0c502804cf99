//! Outlets by all their names, and texts that belong to nobody who prints them.

use crate::support::{Folder, Output, lines, string, tonggao};
use serde_json::{Value, json};

const STORY: [&str; 4] = [
    "青屿港的老灯塔昨天重新点亮，守塔人的儿子按下了开关，海湾里十几条渔船一起鸣笛，笛声在两岸的山里传了很久。",
    "灯塔停用十九年，塔身的白漆早已剥落。县里请来三位老匠人，按旧照片把砖缝一道道补齐，又从仓库里找回了当年的透镜。",
    "“船上有定位，其实用不着它了，”一位船老大说，“可是夜里抬头看见那点光，就知道家在哪一边。”",
    "从下月起，灯塔每逢周末向游客开放，登塔要走一百零八级台阶，每次只放二十个人上去。",
];

fn article() -> String {
    STORY.map(|paragraph| format!("　　{paragraph}\n")).concat()
}

fn of_outlets(folder: &Folder, records: &[Value], flags: &[&str]) -> Output {
    let path = folder.path("pages.jsonl");
    std::fs::write(&path, lines(records)).unwrap();
    Output::of(&path, flags)
}

#[test]
fn an_outlet_of_many_names_and_hosts_has_one_row() {
    let folder = Folder::new().with("outlets.tsv", "青屿网\tportal\t\t青屿时刻 | qingyu.example\n");
    let page = |id: &str, outlet: Value, url: &str, first: &str| json!({"id": id, "outlet": outlet, "url": url, "text": format!("灯塔重新点亮\n{first}\n{}", article())});
    let records = [
        page("name", json!("青屿网"), "https://a.example/1", "2024-03-01 08:00"),
        page("alias", json!("青嶼時刻"), "https://b.example/1", "2024-03-02 08:00"),
        page("channel", json!("青屿网港湾站"), "https://c.example/1", "2024-03-03 08:00"),
        page("host", Value::Null, "https://wap.qingyu.example/1", "2024-03-04 08:00"),
        page("copy", json!("别县晚报"), "https://d.example/1", "2024-03-05 08:00  来源：青屿时刻"),
    ];
    let table = string(&json!(folder.path("outlets.tsv")));
    let output = of_outlets(&folder, &records, &["--outlets", &table]);
    let pages = output.records("documents.jsonl");
    for page in &pages[..4] {
        assert_eq!(page["outlet"], "青屿网", "{page}");
    }
    let outlets = output.records("outlets.jsonl");
    let rows: Vec<(&str, u64)> =
        outlets.iter().map(|row| (row["outlet"].as_str().unwrap(), row["pages"].as_u64().unwrap())).collect();
    assert_eq!(rows, [("别县晚报", 1), ("青屿网", 4)]);
    let set = &output.records("clusters.jsonl")[0];
    assert_eq!(set["origin"]["outlet"], "青屿网", "a credit of another name is a credit of the outlet");
    assert_eq!((&set["origin"]["document"], &set["outlets"]), (&json!("name"), &json!(2)));
}

#[test]
fn a_printed_notice_is_said_to_be_its_issuers() {
    let notice = [
        "为保障汛期行船安全，自本月十日起，青屿港北口实行单向通行，进港船只须在灯塔以东等候信号，不得抢行。",
        "夜间十时至次日五时，载客渡船一律停航；确需出港的渔船，应提前两小时向港口调度室报告船名、人数和去向。",
        "违反本通告的，由港口管理机构依照有关规定处理；情节严重的，暂扣船舶证书。",
    ];
    let notice = notice.map(|paragraph| format!("　　{paragraph}\n")).concat();
    let page = |id: &str, head: &str, tail: &str| json!({"id": id, "text": format!("{head}\n{notice}{tail}")});
    let records = [
        page("signed", "关于青屿港北口通行的通告\n2024-06-08 09:00", "青屿县港口管理局\n2024年6月8日\n"),
        page("full", "青屿港北口本月起单向通行\n2024-06-08 11:00\n　　8日，青屿县港口管理局发布通告，全文如下：", ""),
        json!({"id": "other", "text": format!("灯塔重新点亮\n{}", article())}),
        json!({"id": "copy", "text": format!("灯塔又亮了\n{}", article())}),
    ];
    let folder = Folder::new();
    let path = folder.path("pages.jsonl");
    std::fs::write(&path, lines(&records)).unwrap();
    crate::support::detect(&path, &folder.path("out"), &["--quiet"]).ends_with(0);
    let sets = Output::read(&folder.path("out")).records("clusters.jsonl");
    let set = |id: &str| sets.iter().find(|set| set["members"].to_string().contains(id)).unwrap();
    let source = &set("signed")["common_source"];
    assert_eq!(source["issuer"], "青屿县港口管理局");
    assert_eq!(source["quote"], "青屿县港口管理局");
    assert_eq!(set("other")["common_source"], Value::Null);
    let number = set("signed")["cluster"].to_string();
    let explained = tonggao(&["explain"]).path(&folder.path("out")).words(&["--cluster", &number]).ends_with(0);
    assert!(explained.out.contains("Common source") && explained.out.contains("青屿县港口管理局"), "{}", explained.out);
}
