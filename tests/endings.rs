//! How runs end that are ended, and what reaches the terminal.
#![cfg(unix)]

use crate::support::{Folder, detect, ended, lines, tonggao};
use serde_json::json;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn start(words: &[&str], out: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tonggao"));
    command.args(words).arg(out).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Sends a signal to a process whose input stays open, so that it does not end for lack of it. Gives the signal that ended
/// the process and what it said.
fn ended_by(mut child: Child, signal: &str) -> (Option<i32>, String) {
    use std::os::unix::process::ExitStatusExt;
    let _input = child.stdin.take();
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let status = ended(&mut child);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (status.signal(), said)
}

/// Starts a run that is seen writing its output; one that was quicker than the look is started again.
fn writing(folder: &Folder, words: &[&str]) -> Child {
    let marked = |name: &String| folder.path(name).join(".tonggao").metadata().is_ok_and(|file| file.len() > 0);
    let begun = || folder.names().iter().any(|name| name.starts_with(".out.") && marked(name));
    for _ in 0..50 {
        let mut child = start(words, &folder.path("out"));
        while child.try_wait().unwrap().is_none() {
            if begun() {
                return child;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        std::fs::remove_dir_all(folder.path("out")).unwrap();
    }
    panic!("no run was seen writing");
}

#[test]
fn a_signal_ends_a_run_at_once_and_nothing_is_left() {
    for (name, signal, number) in [("-INT", "SIGINT", 2), ("-TERM", "SIGTERM", 15)] {
        let folder = Folder::new();
        let mut child = start(&["detect", "-", "-o"], &folder.path("out"));
        // More than a pipe has room for: the run has begun to read when this returns, and would wait for more without end.
        child.stdin.as_mut().unwrap().write_all(&vec![b'{'; 2 << 20]).unwrap();
        let (ended, said) = ended_by(child, name);
        assert_eq!(ended, Some(number), "{said}");
        assert!(said.contains(signal) && said.contains("stopped"), "{said}");
        assert!(folder.names().is_empty(), "{:?}", folder.names());
    }
}

#[test]
fn a_signal_while_the_output_is_written_removes_what_was_begun() {
    let pages: Vec<_> =
        (0..20_000).map(|k| json!({"id": k.to_string(), "text": format!("第{k}号公告，全文如下。")})).collect();
    let folder = Folder::new().with("in.jsonl", lines(&pages));
    let input = folder.path("in.jsonl");
    let words = ["detect", input.to_str().unwrap(), "--only", "clusters", "-o"];
    let stopped = || {
        let (ended, said) = ended_by(writing(&folder, &words), "-TERM");
        if said.contains("removed") {
            assert_eq!((ended, folder.names()), (Some(15), vec!["in.jsonl".to_owned()]), "{said}");
            return true;
        }
        // The output was there before the signal was: then it is whole.
        assert_eq!(folder.names(), ["in.jsonl", "out"], "{said}");
        tonggao(&["report"]).path(&folder.path("out")).ends_with(0);
        std::fs::remove_dir_all(folder.path("out")).unwrap();
        false
    };
    assert!((0..50).any(|_| stopped()), "no run was quick enough to be stopped");
    // A run that is killed cannot clear up; the next one does it.
    let mut child = writing(&folder, &words);
    child.kill().unwrap();
    child.wait().unwrap();
    detect(&input, &folder.path("out"), &["--only", "clusters", "--force"]).ends_with(0);
    assert_eq!(folder.names(), ["in.jsonl", "out"]);
}

#[test]
fn what_a_killed_run_had_finished_is_named_and_read_back() {
    let pages: Vec<_> =
        (0..20_000).map(|k| json!({"id": k.to_string(), "text": format!("第{k}号公告，全文如下。")})).collect();
    let folder = Folder::new().with("in.jsonl", lines(&pages));
    let (input, out) = (folder.path("in.jsonl"), folder.path("out"));
    let flags = ["--only", "clusters", "--resume"];
    let said = detect(&input, &out, &flags).ends_with(0);
    said.names_in_errors(&["nothing to resume"]);
    assert_eq!(folder.names(), ["in.jsonl", "out"], "nothing else is left");
    let tables = ["documents.jsonl", "clusters.jsonl", "matches.jsonl", "furniture.json"];
    let read = || tables.map(|name| std::fs::read(out.join(name)).unwrap());
    let whole = read();
    let words = ["detect", input.to_str().unwrap(), "--only", "clusters", "--resume", "-o"];
    let kill = || {
        std::fs::remove_dir_all(&out).unwrap();
        let mut child = writing(&folder, &words);
        child.kill().unwrap();
        child.wait().unwrap();
        // What was written of the output is not looked at again: a run that is waited for has its own.
        let partial = folder.names().into_iter().find(|name| name.ends_with(".partial"));
        partial.iter().for_each(|name| std::fs::remove_dir_all(folder.path(name)).unwrap());
        assert!(folder.path(".out.checkpoint").is_dir());
    };
    kill();
    // Of two that are ended in turn the second one goes on from the first.
    let (_, said) = ended_by(writing(&folder, &words), "-TERM");
    let is_whole = out.exists();
    assert!(is_whole || said.contains("--resume goes on from them"), "{said}");
    let resumed = detect(&input, &out, &[&flags[..], &["--force"]].concat()).ends_with(0);
    assert!(is_whole || resumed.errors.contains("resuming; finished: signature, verify"), "{}", resumed.errors);
    assert!(read() == whole);
    kill();
    detect(&input, &out, &["--only", "clusters"]).ends_with(0).names_in_errors(&["--resume would"]);
    assert_eq!(folder.names(), ["in.jsonl", "out"], "the run after it clears up");
    kill();
    let refused = detect(&input, &out, &["--only", "origin", "--resume"]).ends_with(2);
    refused.names_in_errors(&[".out.checkpoint", "`only` was \"clusters\" and is \"origin\"", "without --resume"]);
    assert!(folder.path(".out.checkpoint").is_dir(), "what is refused stays");
}

#[test]
fn serve_ends_while_a_reader_keeps_its_connection_open() {
    use std::io::BufRead;
    let folder = Folder::new().with("in.jsonl", lines(&[json!({"text": "街心花园昨日开放，市民前来观赏。"})]));
    detect(&folder.path("in.jsonl"), &folder.path("out"), &[]).ends_with(0);
    let mut child = start(&["serve", "--port", "0"], &folder.path("out"));
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_start_matches("http://").split('/').next().unwrap();
    // The answer to a first request shows that the server has taken the connection; the second never ends.
    let mut open = std::net::TcpStream::connect(address).unwrap();
    write!(open, "GET /report/overview HTTP/1.1\r\nHost: {address}\r\n\r\nGET / HTTP/1.1\r\n").unwrap();
    open.read_exact(&mut [0; 15]).unwrap();
    let (ended, said) = ended_by(child, "-INT");
    assert_eq!(ended, Some(2), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_summary_that_cannot_be_written_is_an_error_and_a_reader_that_left_is_none() {
    let folder = Folder::new().with("in.jsonl", lines(&[json!({"text": "街心花园昨日开放，市民前来观赏。"})]));
    let run = |script: &str| {
        let script = format!("{script}; exit ${{PIPESTATUS[0]}}");
        let mut command = Command::new("bash");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_tonggao")]);
        command.arg(folder.path("in.jsonl")).arg(folder.path("out")).output().unwrap()
    };
    let full = run("\"$0\" detect \"$1\" -o \"$2\" --force > /dev/full");
    assert_eq!(full.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&full.stderr).contains("standard output"));
    assert_eq!(run("\"$0\" detect \"$1\" -o \"$2\" --force | true").status.code(), Some(0));
}

#[test]
fn no_word_of_a_page_or_file_is_obeyed_by_the_terminal() {
    let hostile = "\u{1b}]0;x\u{7}\u{202e}\u{9b}2J";
    let page = |id: &str| {
        json!({
            "id": id, "title": format!("标题{hostile}"), "outlet": format!("报{hostile}"),
            "text": format!("来源：霁江日报{hostile}\n街心花园昨日开放，市民前来观赏，{hostile}园中花木繁多，四季有花。"),
        })
    };
    let name = format!("a{hostile}.jsonl");
    let csv = format!("id,te{hostile}xt\n1,文\n");
    let folder = Folder::new()
        .with(&format!("news/{name}"), lines(&[page("x"), page("y"), json!({"no": "text"})]))
        .with(&format!("news/b{hostile}.csv"), csv);
    let out = folder.path("out");
    let said = detect(&folder.path("news"), &out, &[]).ends_with(0);
    let explain = |words: &[&str]| tonggao(&["explain"]).path(&out).words(words).ends_with(0);
    let all = [said, explain(&["--cluster", "0"]), explain(&["x", "y"]), explain(&["--page", "x"])];
    let nowhere = detect(&folder.path(&format!("nowhere{hostile}")), &out, &["--force"]).ends_with(2);
    let unknown = tonggao(&["detect", "x", &format!("--{hostile}")]).ends_with(2);
    for said in all.iter().chain([&nowhere, &unknown]) {
        for text in [&said.out, &said.errors] {
            let obeyed = |c: char| c.is_control() && !"\n\t".contains(c) || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(obeyed), "{text:?}");
        }
    }
    assert!(all[0].errors.contains("\\u{1b}") && all[2].out.contains("\\u{202e}"), "{}", all[2].out);
}
