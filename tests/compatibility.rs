//! Output folders of earlier format versions, one in `corpus-samples/` for each version, read by this version. A folder
//! is never made anew: a change that makes one unreadable needs a new format version, and reads the old one too.

use crate::support::{Folder, Output, Said, repository};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDERS: [&str; 1] = ["corpus-samples/output-v1"];

/// A copy of the folder, for commands that write into it.
fn copied(from: &str) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("out")).unwrap();
    for entry in std::fs::read_dir(repository(from)).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path("out").join(entry.file_name())).unwrap();
    }
    folder
}

/// The program, run where the folder's records are found by the paths that it names.
fn command(words: &[&str], out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tonggao"));
    command.current_dir(repository("")).arg(words[0]).arg(out).args(&words[1..]);
    command
}

fn succeeds(words: &[&str], out: &Path) -> Said {
    let output = command(words, out).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = Said { out: text(output.stdout), errors: text(output.stderr) };
    assert!(output.status.success(), "{words:?}: {}", said.errors);
    said
}

#[test]
fn explain_reads_every_format_version() {
    for name in FOLDERS {
        let out = repository(name);
        let set = Output::read(&out).records("clusters.jsonl").remove(0);
        let member = |at: usize| set["members"][at]["id"].as_str().unwrap().to_owned();
        let of_set = succeeds(&["explain", "--cluster", "0"], &out).out;
        assert!(of_set.contains("Reprint set 0"), "{of_set}");
        let of_page = succeeds(&["explain", "--page", &member(0)], &out).out;
        assert!(of_page.contains(&member(0)) && of_page.contains("body"), "{of_page}");
        let of_pair = succeeds(&["explain", &member(0), &member(1)], &out).out;
        assert!(of_pair.contains(&member(0)) && of_pair.contains(&member(1)), "{of_pair}");
    }
}

#[test]
fn report_reads_every_format_version() {
    for name in FOLDERS {
        let folder = copied(name);
        let out = folder.path("out");
        succeeds(&["report"], &out);
        let page = std::fs::read_to_string(out.join("report.html")).unwrap();
        assert!(page.contains(&format!("\"input_hash\":{}", Output::read(&out).run()["input_hash"])));
    }
}

#[test]
#[cfg(feature = "parquet")]
fn exports_read_every_format_version() {
    for name in FOLDERS {
        let folder = copied(name);
        let tables = folder.path("tables");
        succeeds(&["export", "--format", "csv", "-o", tables.to_str().unwrap()], &folder.path("out"));
        for table in ["documents", "clusters", "matches", "talking_points", "outlets", "outlet_pairs"] {
            let written = csv::Reader::from_path(tables.join(format!("{table}.csv"))).unwrap().into_records().count();
            let records = Output::read(&folder.path("out")).records(&format!("{table}.jsonl")).len();
            assert!(written == records && records > 0, "{table}: {written} of {records}");
        }
    }
}

#[test]
fn serve_reads_every_format_version() {
    for name in FOLDERS {
        let mut server = command(&["serve", "--port", "0"], &repository(name)).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let counts = Output::read(&repository(name)).run()["counts"].clone();
        let overview = asked(&address, "/report/overview");
        let set = asked(&address, "/report/set/0");
        server.kill().unwrap();
        server.wait().unwrap();
        assert_eq!((&overview["sets"], &overview["points"]), (&counts["clusters"], &counts["talking_points"]));
        let members = set["members"].as_array().unwrap();
        assert!(members.len() > 1 && members.iter().all(|member| member["id"].is_string()), "{set}");
        assert_eq!(set["size"], members.len());
    }
}

fn asked(address: &str, path: &str) -> Value {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{path}: {head}");
    serde_json::from_str(body).unwrap()
}
