//! An index over HTTP.

use crate::index::{MADE, add, grown, replayed, sets};
use crate::support::{repository, string, tonggao};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tonggao::Index;
use tonggao::indexed::Event;

/// `tonggao serve` at work.
struct Server {
    process: Mutex<Child>,
    address: String,
    description: Value,
}

/// What the server said.
struct Said {
    status: u16,
    head: String,
    text: String,
    json: Value,
}

impl Server {
    fn start(index: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonggao"));
        command.arg("serve").arg(index).args(["--port", "0"]).args(flags).env_remove("TONGGAO_TOKEN");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let description = std::fs::read(repository("cli/src/serve/openapi.json")).unwrap();
        let description = serde_json::from_slice(&description).unwrap();
        Server { process: Mutex::new(process), address, description }
    }

    /// Kills it, as a loss of power would.
    fn kill(&self) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        _ = process.kill();
        _ = process.wait();
    }

    /// Adds records and waits until they are in, however long that takes.
    fn add(&self, records: &str) -> std::io::Result<Said> {
        let mut said = self.try_to_ask("POST /api/add", "", records)?;
        self.is_as_described("POST /api/add", &said);
        while said.status == 202 {
            said = self.try_to_ask(&format!("GET /api/adds/{}?wait=60", said.json["add"]), "", "")?;
        }
        Ok(said)
    }

    /// What is said to a request with these lines in its head; an error when the server ends meanwhile.
    fn try_to_ask(&self, request: &str, head: &str, body: &str) -> std::io::Result<Said> {
        let mut stream = TcpStream::connect(&self.address)?;
        let (host, length) = (&self.address, body.len());
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n{body}"
        )?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let answer = String::from_utf8_lossy(&bytes);
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let (head, text) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if length.is_some_and(|length| length != text.len()) {
            return Err(cut());
        }
        let json = serde_json::from_str(text).unwrap_or(Value::Null);
        Ok(Said { status, head: head.to_owned(), text: text.to_owned(), json })
    }

    /// The same of a server that goes on; what it says must be as its description says.
    fn ask(&self, request: &str, body: &str) -> Said {
        let said = self.try_to_ask(request, "", body).unwrap();
        self.is_as_described(request, &said);
        said
    }

    fn is_as_described(&self, request: &str, said: &Said) {
        let (method, path) = request.split_once(' ').unwrap();
        let path = path.split('?').next().unwrap();
        let fits = |template: &str| {
            let (of_template, of_path): (Vec<&str>, Vec<&str>) =
                (template.split('/').collect(), path.split('/').collect());
            of_template.len() == of_path.len()
                && of_template.iter().zip(of_path).all(|(part, found)| part.starts_with('{') || *part == found)
        };
        let paths = self.description["paths"].as_object().unwrap();
        let (_, described) = paths.iter().find(|(template, _)| fits(template)).expect(path);
        let answer = &described[method.to_lowercase()]["responses"][said.status.to_string()];
        assert!(answer.is_object(), "{request}: {} is not described: {}", said.status, said.text);
        if let Some(schema) = answer["content"]["application/json"].get("schema") {
            let mut complaints = Vec::new();
            self.compare(schema, &said.json, request, &mut complaints);
            assert!(complaints.is_empty(), "{complaints:#?}");
        }
    }

    /// Compares a value with a JSON Schema, as far as the description uses them.
    fn compare(&self, schema: &Value, value: &Value, at: &str, complaints: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            let of = self.description.pointer(name.trim_start_matches('#'));
            return self.compare(of.unwrap_or_else(|| panic!("{name}")), value, at, complaints);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let fits = choices.iter().map(|choice| {
                let mut wrong = Vec::new();
                self.compare(choice, value, at, &mut wrong);
                wrong
            });
            let fits: Vec<Vec<String>> = fits.collect();
            if fits.iter().filter(|wrong| wrong.is_empty()).count() != 1 {
                complaints.extend(fits.concat());
            }
            return;
        }
        let is_a = |name: &Value| match name.as_str().unwrap() {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("{other}"),
        };
        let is_right = match &schema["type"] {
            Value::Null => true,
            Value::Array(types) => types.iter().any(is_a),
            one => is_a(one),
        };
        let is_listed = schema["enum"].as_array().is_none_or(|choices| choices.contains(value));
        if !is_right || !is_listed {
            complaints.push(format!("{at}: {value}"));
        }
        value.as_array().into_iter().flatten().for_each(|item| self.compare(&schema["items"], item, at, complaints));
        if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object()) {
            for name in schema["required"].as_array().unwrap().iter().filter_map(Value::as_str) {
                fields.get(name).is_none().then(|| complaints.push(format!("{at}: no {name}")));
            }
            for (name, field) in fields {
                match properties.get(name) {
                    Some(schema) => self.compare(schema, field, &format!("{at}.{name}"), complaints),
                    None => complaints.push(format!("{at}: {name} is not described")),
                }
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

#[test]
fn a_served_index_answers_while_others_add_and_sees_what_they_added() {
    let half = MADE.len() / 2;
    let (folder, index) = grown(&MADE[..half], 1);
    let folder = folder.with("rest.jsonl", MADE[half..].join("\n"));
    let server = Server::start(&index, &[]);
    let about = || server.ask("GET /api/index", "").json["documents"].as_u64().unwrap() as usize;
    assert_eq!(about(), half);
    let opened = Index::open(&index).unwrap();
    let plain = |line: &String| serde_json::to_value(opened.query(opened.page(line).unwrap()).unwrap()).unwrap();
    let lines: Vec<&String> = MADE.iter().step_by(MADE.len() / 24).collect();
    let expected: Vec<Value> = lines.iter().map(|line| plain(line)).collect();
    std::thread::scope(|scope| {
        for client in 0..8 {
            let (server, lines, expected) = (&server, &lines, &expected);
            scope.spawn(move || {
                for (line, expected) in lines.iter().zip(expected).skip(client % 3) {
                    assert_eq!(&server.ask("POST /api/query", line).json, expected);
                }
            });
        }
    });
    assert_eq!(server.ask("POST /api/query", "{\"id\": 1}").status, 400);
    assert_eq!(server.ask("GET /api/clusters/999999", "").status, 404);
    add(&index, &folder.path("rest.jsonl")).unwrap();
    assert_eq!(about(), MADE.len());
    let now = Index::open(&index).unwrap();
    let events: Vec<Event> = serde_json::from_value(server.ask("GET /api/events?since=2", "").json).unwrap();
    assert_eq!(events, now.events(2).unwrap());
    let number = now.clusters().unwrap()[0];
    let set = serde_json::to_value(now.cluster(number).unwrap()).unwrap();
    assert_eq!(server.ask(&format!("GET /api/clusters/{number}"), "").json, set);
}

#[test]
fn posted_pages_stay_in_the_index_and_are_read_again() {
    let half = MADE.len() / 2;
    let (folder, index) = grown(&MADE[..half], 1);
    let server = Server::start(&index, &[]);
    let rest = MADE[half..].join("\n");
    let said = server.add(&rest).unwrap();
    assert_eq!((said.status, &said.json["state"]), (200, &json!("done")));
    assert_eq!(said.json["pages"], MADE.len() - half);
    let number = said.json["add"].as_u64().unwrap();
    assert!(said.head.contains(&format!("location: /api/adds/{number}")));
    assert_eq!(server.ask(&format!("GET /api/adds/{number}"), "").json, said.json);
    // The same sets as by files.
    let (_other, by_files) = grown(&MADE, 1);
    let of = |index: &Path| sets(&Index::check(index).unwrap()).into_values().collect::<BTreeSet<_>>();
    assert_eq!(of(&index), of(&by_files));
    // What the server repeats adds nothing, and the texts are there after a move and a compaction.
    let again = server.ask("POST /api/add", &rest);
    assert_eq!((again.status, &again.json["commit"]), (200, &Value::Null));
    drop(server);
    let moved = folder.path("moved");
    std::fs::rename(&index, &moved).unwrap();
    tonggao(&["index", "compact"]).path(&moved).ends_with(0);
    let checked = Index::check(&moved).unwrap();
    assert_eq!(checked.len(), MADE.len());
    assert_eq!(replayed(&checked.events(1).unwrap()), sets(&checked));
    let closest = checked.query(checked.page(&MADE[half + 1]).unwrap()).unwrap().closest;
    let is_it = |close: &tonggao::indexed::ClosePage| close.jaccard == 1.0 && close.file.contains("posted-");
    assert!(closest.iter().any(is_it), "{:?}", closest.iter().map(|close| &close.file));
}

#[test]
fn what_cannot_be_added_is_refused_whole() {
    let (_folder, index) = grown(&MADE[..30], 1);
    let server = Server::start(&index, &[]);
    let bad = format!("{}\n{{\"id\": 1}}\n", MADE[40]);
    let said = server.ask("POST /api/add", &bad);
    assert!(said.status == 400 && said.text.contains("record 2"), "{}", said.text);
    assert_eq!(server.ask("POST /api/add", "\n\n").status, 400);
    assert_eq!(server.ask("GET /api/adds/77", "").status, 404);
    let large = format!("{{\"text\":\"{}\"}}", "长".repeat(12 << 20));
    // More than the buffers of a connection: the client is still sending when the answer is known.
    assert_eq!(server.ask("POST /api/query", &large).status, 413);
    let waiting = server.ask("POST /api/add?wait=0", &MADE[40]);
    assert!([200, 202].contains(&waiting.status));
    let end = server.ask(&format!("GET /api/adds/{}?wait=60", waiting.json["add"]), "");
    assert_eq!((end.status, &end.json["state"]), (200, &json!("done")));
    assert_eq!(Index::check(&index).unwrap().len(), 31);
    assert_eq!(server.ask("GET /api/openapi.json", "").json, server.description);
}

#[test]
fn a_token_is_asked_for_where_others_can_connect() {
    let (folder, index) = grown(&MADE[..30], 1);
    let folder = folder.with("token", "correct-horse-battery\n");
    tonggao(&["serve", "--bind", "0.0.0.0", "--port", "0"]).path(&index).ends_with(2).names_in_errors(&["--token"]);
    let server = Server::start(&index, &["--token", folder.path("token").to_str().unwrap()]);
    for (head, status) in [
        ("", 401),
        ("Authorization: Bearer correct-horse-batterz\r\n", 401),
        ("Authorization: Bearer correct-horse-battery\r\n", 200),
        ("Authorization: Basic ZWRpdG9yOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ==\r\n", 200),
        ("Authorization: Basic ZWRpdG9yOmNvcnJlY3QtaG9yc2UtYmF0dGVyeg==\r\n", 401),
        ("Authorization: Bearer correct-horse-battery\r\nOrigin: http://evil.example\r\n", 403),
    ] {
        let said = server.try_to_ask("GET /api/index", head, "").unwrap();
        assert_eq!(said.status, status, "{head}");
        server.is_as_described("GET /api/index", &said);
    }
}

#[test]
fn the_report_of_a_served_index_shows_what_was_added() {
    let half = MADE.len() / 2;
    let (folder, index) = grown(&MADE[..half], 1);
    let server = Server::start(&index, &["--lang", "zh"]);
    let get = |path: &str| server.try_to_ask(&format!("GET {path}"), "", "").unwrap();
    let page = get("/");
    assert!(page.head.contains("content-type: text/html") && page.text.contains("<html lang=\"zh-Hans\">"));
    let sets = |report: &Value| report["sets"].as_u64().unwrap() as usize;
    let before = get("/report/overview").json;
    assert_eq!(sets(&before), Index::open(&index).unwrap().clusters().unwrap().len());
    server.add(&MADE[half..].join("\n")).unwrap();
    let now = Index::open(&index).unwrap();
    let after = get("/report/overview").json;
    assert_eq!(sets(&after), now.clusters().unwrap().len());
    assert_ne!(before["days"], after["days"]);
    let rows = get("/report/sets?take=9999&sort=latest").json;
    assert_eq!(rows["rows"].as_array().unwrap().len(), now.clusters().unwrap().len());
    let number = rows["rows"][0]["set"].as_u64().unwrap() as u32;
    let set = get(&format!("/report/set/{number}"));
    let ids: BTreeSet<String> =
        set.json["members"].as_array().unwrap().iter().map(|page| string(&page["id"])).collect();
    assert_eq!(ids, now.members(number).unwrap().into_iter().collect());
    let two: Vec<&String> = ids.iter().take(2).collect();
    let texts = get(&format!("/report/texts?id={}&id={}", two[0], two[1])).json;
    assert!(texts.as_array().unwrap().iter().all(|page| page["text"].is_string()), "{texts}");
    assert_eq!((get("/report/set/999999").status, get("/report/point/0").status), (404, 404));
    drop(folder);
}

/// Pages that the load test posts.
const POSTED: usize = 96;
/// Clients of the load test.
const CLIENTS: usize = 16;

/// What the clients of the load test have seen.
#[derive(Default)]
struct Seen {
    /// Pages whose adding was answered.
    added: Mutex<Vec<String>>,
    events: Mutex<BTreeMap<u64, Value>>,
    /// Commit, page and set of answers.
    answers: Mutex<Vec<(u64, String, Option<u64>)>>,
}

/// Sixteen clients post pages and look pages up until the server is killed; another goes on. Every answer must fit the
/// commit that it names, and what was answered as added must be there.
#[test]
fn many_clients_get_no_wrong_answer_and_lose_nothing_when_the_server_is_killed() {
    let half = MADE.len() / 2;
    let (_folder, index) = grown(&MADE[..half], 1);
    let end = half + POSTED;
    let ids: Vec<String> =
        MADE[..end].iter().map(|line| string(&serde_json::from_str::<Value>(line).unwrap()["id"])).collect();
    let (seen, next) = (Seen::default(), AtomicUsize::new(half));
    let mut server = Server::start(&index, &[]);
    // The client whose page is the last of the first third kills the first server. Until that is done no other can note
    // that its page is in, so pages are left to post for each of them.
    let last = Mutex::new(Some(POSTED / 3));
    let work = |server: &Server, client: usize| -> std::io::Result<()> {
        loop {
            let page = next.fetch_add(1, Ordering::Relaxed);
            if page >= end {
                return Ok(());
            }
            let said = server.add(&MADE[page])?;
            assert_eq!(said.status, 200, "{}", said.text);
            let mut added = seen.added.lock().unwrap();
            added.push(ids[page].clone());
            if last.lock().unwrap().take_if(|last| added.len() >= *last).is_some() {
                server.kill();
            }
            drop(added);
            let events = said.json["events"].as_array().unwrap().clone();
            seen.events.lock().unwrap().extend(events.into_iter().map(|event| (event["seq"].as_u64().unwrap(), event)));
            let asked = (page * 7 + client) % half;
            let said = server.try_to_ask("POST /api/query", "", &MADE[asked])?;
            server.is_as_described("POST /api/query", &said);
            assert_eq!((said.status, &said.json["closest"][0]["jaccard"]), (200, &json!(1.0)), "{}", said.text);
            let answer = (said.json["commit"].as_u64().unwrap(), ids[asked].clone(), said.json["cluster"].as_u64());
            seen.answers.lock().unwrap().push(answer);
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn({
                    let (work, server) = (&work, &server);
                    move || work(server, client)
                })
            })
            .collect();
        let ended = clients.into_iter().map(|client| client.join().unwrap()).filter(Result::is_err).count();
        assert!(ended > 0, "the clients had ended before the server was killed");
    });
    let left = Index::check(&index).unwrap();
    assert_eq!(replayed(&left.events(1).unwrap()), sets(&left));
    drop(left);
    server = Server::start(&index, &[]);
    next.store(half, Ordering::Relaxed);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (work, server) = (&work, &server);
            scope.spawn(move || work(server, client).unwrap());
        }
    });
    drop(server);
    all_fits(&index, seen, &ids);
}

/// Compares what clients were answered with what the index has in the end.
fn all_fits(index: &Path, seen: Seen, ids: &[String]) {
    let index = Index::check(index).unwrap();
    assert_eq!(index.len(), ids.len(), "each page is in once");
    let (_other, by_files) = grown(&MADE[..ids.len()], 1);
    let of = |index: &Index| sets(index).into_values().collect::<BTreeSet<_>>();
    assert_eq!(of(&index), of(&Index::open(by_files).unwrap()));
    let added: BTreeSet<String> = seen.added.into_inner().unwrap().into_iter().collect();
    assert!(ids[MADE.len() / 2..].iter().all(|id| added.contains(id)));
    let events = index.events(1).unwrap();
    for (seq, event) in seen.events.into_inner().unwrap() {
        assert_eq!(serde_json::to_value(&events[seq as usize - 1]).unwrap(), event);
    }
    let answers = seen.answers.into_inner().unwrap();
    assert!(answers.len() > 30);
    for (commit, page, cluster) in answers {
        let until = events.partition_point(|event| event.commit <= commit);
        let then = replayed(&events[..until]);
        let expected = then.iter().find(|(_, pages)| pages.contains(&page)).map(|(number, _)| u64::from(*number));
        if expected.is_some() {
            assert_eq!(cluster, expected, "{page} at commit {commit}");
        }
    }
}
