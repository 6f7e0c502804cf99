//! Folders and feeds that are watched: what is taken in, and which notices rules give.

use crate::support::{Folder, Said, repository, tonggao};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// The longest that is waited for what must come.
const PATIENCE: Duration = Duration::from_secs(300);

/// Rules for the pages of `corpus-samples/news`, whose wire agency is 霁通社.
const RULES: &str = r#"
[[rule]]
name = "our copy"
when = "uncredited"
outlet = "霁通社"

[[rule]]
name = "big story"
when = "spread"
outlets = 4

[[rule]]
name = "market"
when = "phrase"
phrase = "青篁老菜場"
outlets = 3
"#;

/// Puts a file that nobody has written to lately into the watched folder.
fn put(folder: &Folder, name: &str, text: &[u8]) {
    let path = folder.path("pages").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    let time = SystemTime::now() - Duration::from_secs(60);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(repository("corpus-samples/news").join(name)).unwrap()
}

fn watch(folder: &Folder, flags: &[&str], code: i32) -> Said {
    let (index, rules) = (folder.path("index"), folder.path("rules.toml"));
    let words = tonggao(&["watch"]).path(&folder.path("pages")).words(&["--once", "--index"]).path(&index);
    words.words(&["--rules"]).path(&rules).words(flags).ends_with(code)
}

fn notices(said: &Said) -> Vec<Value> {
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pages(notice: &Value) -> Vec<(&str, &str)> {
    let list = notice["pages"].as_array().unwrap();
    list.iter().map(|page| (page["id"].as_str().unwrap(), page["credit"].as_str().unwrap_or("-"))).collect()
}

#[test]
fn a_folder_is_taken_in_day_by_day_and_every_notice_is_given_once() {
    let folder = Folder::new().with("rules.toml", RULES);
    put(&folder, "readme.md", b"no page");
    put(&folder, "mon/wire.jsonl", &sample("wire.jsonl"));
    let monday = watch(&folder, &["--json"], 0);
    monday.names_in_errors(&["12 pages added"]);
    assert!(notices(&monday).iter().all(|notice| notice["rule"] != "big story"), "{}", monday.out);
    put(&folder, "tue/portals.jsonl", &sample("portals.jsonl"));
    let tuesday = watch(&folder, &["--json"], 0);
    tuesday.names_in_errors(&["17 pages added"]);
    let found = notices(&tuesday);
    let uncredited: Vec<_> = found.iter().filter(|notice| notice["rule"] == "our copy").flat_map(pages).collect();
    // ky_9f31 names the portal that it copied from.
    assert!(uncredited.contains(&("sy-40017", "withheld")), "{}", tuesday.out);
    assert!(uncredited.iter().all(|(id, _)| *id != "ky_9f31"), "{}", tuesday.out);
    let market = found.iter().find(|notice| notice["rule"] == "market").expect("three outlets use the words");
    assert!(market["outlets"].as_u64().unwrap() >= 3 && market["phrase"] == "青篁老菜場");
    assert!(found.iter().any(|notice| notice["rule"] == "big story" && notice["cluster"] == 0));
    let again = watch(&folder, &["--json"], 0);
    assert_eq!(again.out, "", "nothing is new");
    for page in std::fs::read_dir(repository("corpus-samples/news/pages")).unwrap().map(Result::unwrap) {
        put(&folder, &format!("wed/{}", page.file_name().to_string_lossy()), &std::fs::read(page.path()).unwrap());
    }
    let wednesday = watch(&folder, &[], 0);
    wednesday.names_in_errors(&["15 pages added"]);
    assert!(!wednesday.out.contains("sy-40017"), "that was said on Tuesday: {}", wednesday.out);
    assert_eq!(watch(&folder, &[], 0).out, "");
    tonggao(&["index", "check"]).path(&folder.path("index")).ends_with(0);
}

#[test]
fn an_index_that_others_filled_gives_notices_of_what_comes_from_now_on() {
    let folder = Folder::new().with("rules.toml", RULES);
    tonggao(&["index", "create"]).path(&folder.path("index")).path(&repository("corpus-samples/news")).ends_with(0);
    put(&folder, "a.txt", "渡口的老船工昨天把船拖上了岸，船舱里还留着半筐没有卖完的鱼，岸上的人都来看。".as_bytes());
    let said = watch(&folder, &["--json"], 0);
    said.names_in_errors(&["1 page added"]);
    assert_eq!(said.out, "");
    put(&folder, "b/p01.txt", &sample("pages/p01.txt"));
    let named = notices(&watch(&folder, &["--json"], 0));
    assert!(named.iter().all(|notice| notice["cluster"] != 0), "set 0 is as it was: {named:?}");
}

#[test]
fn a_talking_point_that_a_compaction_finds_is_named_once() {
    let rule = |name: &str, more: &str| format!("[[rule]]\nname = {name:?}\nwhen = \"new_point\"\n{more}\n");
    let of_class = |name: &str, class: &str| rule(name, &format!("outlets = 5\nclass = \"{class}\""));
    // In so small a corpus no wording is taken for a saying.
    let rules = of_class("wording", "formula") + &of_class("saying", "saying") + &rule("everywhere", "outlets = 99");
    let folder = Folder::new().with("rules.toml", rules);
    put(&folder, "wire.jsonl", &sample("wire.jsonl"));
    put(&folder, "portals.jsonl", &sample("portals.jsonl"));
    for page in std::fs::read_dir(repository("corpus-samples/news/pages")).unwrap().map(Result::unwrap) {
        put(&folder, &page.file_name().to_string_lossy(), &std::fs::read(page.path()).unwrap());
    }
    assert_eq!(watch(&folder, &["--json"], 0).out, "", "talking points are found by a compaction");
    tonggao(&["index", "compact"]).path(&folder.path("index")).ends_with(0);
    let said = watch(&folder, &["--json"], 0);
    let found = notices(&said);
    let bench = found.iter().find(|notice| notice["phrase"].as_str().unwrap().contains("板凳搬到田埂边"));
    let bench = bench.unwrap_or_else(|| panic!("{}", said.out));
    assert_eq!((&bench["rule"], &bench["when"]), (&Value::from("wording"), &Value::from("new_point")));
    assert!(bench["outlets"].as_u64().unwrap() >= 5 && found.iter().all(|notice| notice["rule"] == "wording"));
    assert_eq!(watch(&folder, &["--json"], 0).out, "", "it was said");
    tonggao(&["index", "compact"]).path(&folder.path("index")).ends_with(0);
    assert_eq!(watch(&folder, &["--json"], 0).out, "", "and is no longer new");
}

fn feed(entries: &[(&str, &str)]) -> String {
    let item = |(id, text): &(&str, &str)| {
        format!(
            "<item><title>{id}</title><link>http://hewan.example/{id}</link><pubDate>Thu, 04 Jan 2024 09:00:00 +0800\
             </pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
        )
    };
    let items: String = entries.iter().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>河湾网</title>{items}</channel></rss>")
}

#[test]
fn entries_of_a_feed_are_pages_and_come_once() {
    let folder = Folder::new().with("rules.toml", RULES);
    put(&folder, "wire.jsonl", &sample("wire.jsonl"));
    let wire: Value =
        serde_json::from_slice(sample("wire.jsonl").split(|&byte| byte == b'\n').next().unwrap()).unwrap();
    let text = wire["text"].as_str().unwrap().replace('\n', "</p><p>");
    put(&folder, "feed.xml", feed(&[("a", &text), ("b", "渡口的老船工昨天把船拖上了岸，岸上的人都来看。")]).as_bytes());
    put(&folder, "broken.rss", b"<rss><channel");
    let said = watch(&folder, &[], 0);
    said.names_in_errors(&["2 pages added; the index has 14 pages", "broken.rss", "left out"]);
    put(&folder, "feed.xml", feed(&[("c", "河湾村的木桥昨天修好了，桥面换上了新的杉木板。"), ("a", &text)]).as_bytes());
    watch(&folder, &[], 0).names_in_errors(&["1 page added; the index has 15 pages"]);
    let answer = tonggao(&["index", "query"]).path(&folder.path("index")).words(&["-", "--json"]);
    let page = serde_json::json!({"text": wire["text"]}).to_string();
    let answer: Value = serde_json::from_str(&answer.reading(page).ends_with(0).out).unwrap();
    let copy =
        answer["closest"].as_array().unwrap().iter().find(|page| page["id"] == "http://hewan.example/a").unwrap();
    assert_eq!((&copy["outlet"], &copy["kind"]), (&Value::from("河湾网"), &Value::from("reprint")));
}

/// Answers requests until one has come that is asked for; returns their bodies.
fn answering(listener: TcpListener, status: &'static str, count: usize) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let answer = |stream: std::io::Result<std::net::TcpStream>| {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").unwrap();
            String::from_utf8(body).unwrap()
        };
        listener.incoming().take(count).map(answer).collect()
    })
}

/// Gives these answers to the requests that come; returns the heads of these.
fn serving(listener: TcpListener, answers: Vec<String>) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let answer = |(answer, stream): (&String, std::io::Result<std::net::TcpStream>)| {
            let mut stream = stream.unwrap();
            let (mut reader, mut head) = (BufReader::new(stream.try_clone().unwrap()), String::new());
            while reader.read_line(&mut head).unwrap() > 2 {}
            stream.write_all(answer.as_bytes()).unwrap();
            head.to_lowercase()
        };
        answers.iter().zip(listener.incoming()).map(answer).collect()
    })
}

fn found(body: &str, etag: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nETag: {etag}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 301 Moved Permanently\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[test]
fn a_feed_is_fetched_and_asked_for_again_only_if_it_has_changed() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let first =
        feed(&[("a", "渡口的老船工昨天把船拖上了岸，岸上的人都来看。"), ("b", "河湾村的木桥昨天修好了，桥面是新的。")]);
    let second = feed(&[
        ("c", "山脚的旧磨坊今年不再磨面，改成了茶馆。"),
        ("a", "渡口的老船工昨天把船拖上了岸，岸上的人都来看。"),
    ]);
    let answers = vec![
        "HTTP/1.1 302 Found\r\nLocation: /feeds/new.xml\r\nContent-Length: 0\r\n\r\n".to_owned(),
        found(&first, "\"1\""),
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n".to_owned(),
        found(&second, "\"2\""),
        found("<html><p>gone", "\"3\""),
    ];
    let server = serving(listener, answers);
    let look = || {
        let words = tonggao(&["watch", &format!("{host}/feed.xml"), "--once", "--index"]);
        words.path(&folder.path("index")).ends_with(0)
    };
    look().names_in_errors(&["2 pages added; the index has 2 pages"]);
    assert_eq!(look().errors, "", "it is as it was");
    look().names_in_errors(&["left out", "feed.xml", "500"]);
    look().names_in_errors(&["1 page added; the index has 3 pages"]);
    look().names_in_errors(&["left out", "not an RSS or Atom feed"]);
    let asked = bodies(server);
    let versions: Vec<Option<&str>> =
        asked.iter().map(|head| head.split_once("if-none-match: ").map(|(_, rest)| &rest[..3])).collect();
    assert_eq!(versions, [None, None, Some("\"1\""), Some("\"1\""), Some("\"1\""), Some("\"2\"")]);
    assert!(asked[0].starts_with("get /feed.xml ") && asked[1].starts_with("get /feeds/new.xml "));
    assert!(asked.iter().all(|head| head.contains("user-agent: tonggao/")));
}

#[cfg(feature = "html")]
#[test]
fn pages_that_entries_link_to_are_fetched_once_where_their_site_allows_it() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let [first, second, third, teaser] = [
        "渡口的老船工昨天把船拖上了岸，岸上的人都来看，船底补过的地方一处一处数给孩子们听。",
        "河湾村的木桥昨天修好了，桥面换上了新的杉木板，过桥的第一辆车装的是今年的新米。",
        "山脚的旧磨坊今年不再磨面，改成了茶馆，磨盘翻过来做了桌面，水声还和从前一样。",
        "本期还有三篇长文：一位船工的告别，一座木桥的重修，一间磨坊的改行，请点开标题阅读全文。",
    ];
    let of_host = |entries: &[(&str, &str)]| feed(entries).replace("http://hewan.example", &host);
    let page = |text: &str| {
        let page = format!("<html><head><title>河湾</title></head><body><p>{text}</p></body></html>");
        found(&page, "\"p\"").replace("ETag", "Content-Type: text/html; charset=utf-8\r\nETag")
    };
    let answers = vec![
        found(&of_host(&[("a", teaser), ("b", second), ("c", "短讯")]), "\"1\""),
        found("User-agent: *\nDisallow: /b\n", "\"r\""),
        page(first),
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        found(&of_host(&[("d", teaser), ("a", teaser), ("e", "快讯")]), "\"2\""),
        found("User-agent: *\nDisallow: /b\n", "\"r\""),
        moved("moved/d"),
        page(third),
        moved(&format!("{host}/b/e")),
    ];
    let server = serving(listener, answers);
    let look = || {
        let words = tonggao(&["watch", &format!("{host}/feed.xml"), "--once", "--pause", "1", "--fetch-pages"]);
        words.path(&folder.path("kept")).words(&["--index"]).path(&folder.path("index")).ends_with(0)
    };
    let said = look();
    said.names_in_errors(&["left out", "/b: the robots.txt", "/c: the answer is 404", "1 page added", "3 pages"]);
    let said = look();
    said.names_in_errors(&["/e: the robots.txt of its site does not allow to read /b/e"]);
    said.names_in_errors(&["1 page added; the index has 4 pages", "1 page added; the index has 5 pages"]);
    let asked: Vec<String> =
        bodies(server).iter().map(|head| head.split(' ').nth(1).unwrap_or_default().to_owned()).collect();
    let first_look = ["/feed.xml", "/robots.txt", "/a", "/c"];
    assert_eq!(asked, [&first_look[..], &["/feed.xml", "/robots.txt", "/d", "/moved/d", "/e"]].concat());
    let kept = std::fs::read_dir(folder.path("kept")).unwrap().map(|file| file.unwrap().path());
    let kept: Vec<String> = kept.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert_eq!(kept.len(), 2, "a file a look");
    assert!(kept.iter().all(|warc| warc.starts_with("WARC/1.0\r\n") && warc.contains("WARC-Target-URI: http://")));
    tonggao(&["index", "check"]).path(&folder.path("index")).ends_with(0);
    for (text, is_there) in [(first, true), (second, true), (third, true), (teaser, false)] {
        let query = tonggao(&["index", "query"]).path(&folder.path("index")).words(&["-", "--json"]);
        let record = serde_json::json!({ "text": text }).to_string();
        let answer: Value = serde_json::from_str(&query.reading(record).ends_with(0).out).unwrap();
        let closest = answer["closest"].as_array().unwrap();
        assert_eq!(closest.iter().any(|page| page["kind"] == "reprint"), is_there, "{text}: {closest:?}");
    }
}

/// What a server of [`answering`] got, when it has got all.
fn bodies(server: std::thread::JoinHandle<Vec<String>>) -> Vec<String> {
    let patience = Instant::now() + PATIENCE;
    while !server.is_finished() {
        assert!(Instant::now() < patience, "fewer requests than expected");
        std::thread::sleep(Duration::from_millis(10));
    }
    server.join().unwrap()
}

/// The notices of one look at all samples, handed on by these flags.
fn all_at_once(folder: &Folder, flags: &[&str], code: i32) -> Said {
    watch(folder, &[&["--json"], flags].concat(), code)
}

fn with_everything() -> Folder {
    let folder = Folder::new().with("rules.toml", RULES);
    put(&folder, "wire.jsonl", &sample("wire.jsonl"));
    put(&folder, "portals.jsonl", &sample("portals.jsonl"));
    folder
}

#[test]
fn notices_are_posted_and_those_that_cannot_be_are_given_again() {
    let expected = notices(&all_at_once(&with_everything(), &[], 0));
    assert!(expected.len() >= 3);
    let folder = with_everything();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notices", listener.local_addr().unwrap());
    let server = answering(listener, "503 Service Unavailable", 1);
    let failed = all_at_once(&folder, &["--notify", &url], 2);
    failed.names_in_errors(&["given again", "503"]);
    assert_eq!((failed.out.as_str(), bodies(server).len()), ("", 1));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notices", listener.local_addr().unwrap());
    let server = answering(listener, "204 No Content", expected.len());
    let given = notices(&all_at_once(&folder, &["--notify", &url], 0));
    let posted: Vec<Value> = bodies(server).iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    assert_eq!((&given, &posted), (&expected, &expected));
}

#[cfg(unix)]
#[test]
fn a_command_gets_each_notice() {
    let folder = with_everything();
    let file = folder.path("given.jsonl");
    let command =
        format!("cat >> {0}; test -n \"$TONGGAO_NOTICE\" && echo \"$TONGGAO_RULE\" >> {0}.rules", file.display());
    let given = notices(&all_at_once(&folder, &["--exec", &command], 0));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let received: Vec<Value> = read(&file).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(received, given);
    let rules = read(&folder.path("given.jsonl.rules"));
    assert_eq!(
        rules.lines().collect::<Vec<_>>(),
        given.iter().map(|n| n["rule"].as_str().unwrap()).collect::<Vec<_>>()
    );
}

#[test]
fn wrong_rules_addresses_and_folders_are_refused() {
    let folder =
        Folder::new().with("rules.toml", "[[rule]]\nname = \"a\"\nwhen = \"spread\"\n").with("pages/a.txt", "a");
    watch(&folder, &[], 2).names_in_errors(&["rules.toml", "`outlets`"]);
    watch(&folder, &["--notify", "ftp://desk.example"], 2).names_in_errors(&["ftp://desk.example", "only http://"]);
    let index = folder.path("index");
    let secret = || tonggao(&["watch", "https://localhost:1/feed", "--once", "--index"]).path(&index);
    if cfg!(feature = "https") {
        secret().ends_with(0).names_in_errors(&["left out", "https://localhost:1/feed"]);
    } else {
        secret().ends_with(2).names_in_errors(&["https://localhost:1/feed", "--features https"]);
    }
    let absent = folder.path("absent");
    let words = tonggao(&["watch"]).path(&absent).words(&["--once", "--index"]).path(&folder.path("index"));
    words.ends_with(2).names_in_errors(&["absent"]);
}

#[cfg(unix)]
#[test]
fn a_watch_goes_on_until_it_is_ended() {
    use std::process::{Command, Stdio};
    let folder = with_everything();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tonggao"));
    command.arg("watch").arg(folder.path("pages")).arg("--index").arg(folder.path("index")).args(["--every", "1"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap());
    let (sender, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || errors.lines().try_for_each(|line| sender.send(line.unwrap())));
    let said = |words: &str| while !lines.recv_timeout(PATIENCE).expect(words).contains(words) {};
    said("29 pages added");
    put(&folder, "late.txt", &sample("pages/p01.txt"));
    said("1 page added; the index has 30 pages");
    child.kill().unwrap();
    child.wait().unwrap();
    tonggao(&["index", "check"]).path(&folder.path("index")).ends_with(0);
}
