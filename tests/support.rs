//! Short words for what many tests do: make files, run the program, read what it wrote.

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A file of the evaluation data, which is not part of the repository: `TONGGAO_EVAL` names its folder. Tests that read it
/// are ignored by default; `tests/run` runs them where the folder exists.
pub fn evaluation_data(path: &str) -> PathBuf {
    let folder = std::env::var_os("TONGGAO_EVAL").expect("TONGGAO_EVAL names the folder of the evaluation data");
    PathBuf::from(folder).join(path)
}

/// A temporary folder of input files.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(TempDir::new().unwrap())
    }

    /// Puts a file there; folders on the way are made.
    pub fn with(self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// The names of what lies in the folder, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// JSON Lines of the given records.
pub fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// A command line of `tonggao` on its way.
pub struct Tonggao(assert_cmd::Command);

/// `tonggao` with these words.
pub fn tonggao(words: &[&str]) -> Tonggao {
    let mut command = cargo_bin_cmd!("tonggao");
    command.args(words);
    Tonggao(command)
}

/// `tonggao detect INPUT -o OUT` with these flags.
pub fn detect(input: &Path, out: &Path, flags: &[&str]) -> Tonggao {
    tonggao(&["detect"]).path(input).words(&["-o"]).path(out).words(flags)
}

impl Tonggao {
    pub fn words(mut self, words: &[&str]) -> Self {
        self.0.args(words);
        self
    }

    pub fn path(mut self, path: &Path) -> Self {
        self.0.arg(path);
        self
    }

    pub fn reading(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.0.write_stdin(input);
        self
    }

    /// Runs it; it must end with this exit code.
    pub fn ends_with(mut self, code: i32) -> Said {
        Said::of(self.0.assert().code(code))
    }
}

/// Waits for the end of a process. One that never ends fails the test instead of stopping it; how long one that ends may
/// take depends on the machine, so the limit is far above what any takes.
#[cfg(unix)]
pub fn ended(child: &mut std::process::Child) -> std::process::ExitStatus {
    use std::time::{Duration, Instant};
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("the process does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// How a run ended, what it said, and the processor seconds that it took, which hardly depend on what else the machine
/// does. It is stopped when it has taken `limit` of them.
#[cfg(unix)]
pub fn timed(command: &str, input: &Path, out: &Path, flags: &[&str], limit: u32) -> (Option<i32>, String, f64) {
    let script = format!("ulimit -t {limit}; TIMEFORMAT='%U %S'; time \"$0\" \"$@\"");
    let mut run = std::process::Command::new("bash");
    run.args(["-c", &script, env!("CARGO_BIN_EXE_tonggao"), command]).arg(input).arg("-o").arg(out).args(flags);
    let done = run.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let times = said.trim_end().lines().last().unwrap_or_default().split(' ');
    let seconds = times.map(|time| time.parse::<f64>().unwrap_or_else(|_| panic!("{said}"))).sum();
    (done.status.code(), said, seconds)
}

/// What a run printed.
pub struct Said {
    pub out: String,
    pub errors: String,
}

impl Said {
    fn of(done: Assert) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let output = done.get_output();
        Said { out: text(&output.stdout), errors: text(&output.stderr) }
    }

    /// Standard error must name all of these.
    pub fn names_in_errors(&self, words: &[&str]) {
        words.iter().for_each(|word| assert!(self.errors.contains(word), "no {word:?} in: {}", self.errors));
    }
}

/// An output folder read into memory.
#[derive(Debug)]
pub struct Output {
    files: Vec<(String, Vec<u8>)>,
}

impl Output {
    /// Reads every file of a folder but the marker by which the program knows it.
    pub fn read(out: &Path) -> Self {
        let entries = std::fs::read_dir(out).unwrap();
        let read =
            |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap());
        let mut files: Vec<(String, Vec<u8>)> = entries.map(|entry| read(entry.unwrap().path())).collect();
        files.retain(|(name, _)| name != ".tonggao");
        files.sort();
        Output { files }
    }

    /// What the program makes of an input with these flags.
    pub fn of(input: &Path, flags: &[&str]) -> Self {
        let folder = Folder::new();
        let out = folder.path("out");
        detect(input, &out, flags).words(&["--quiet"]).ends_with(0);
        Output::read(&out)
    }

    pub fn names(&self) -> Vec<&str> {
        self.files.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub fn bytes(&self, name: &str) -> &[u8] {
        &self.files.iter().find(|(held, _)| held == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    pub fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap()
    }

    /// The records of a JSON Lines file.
    pub fn records(&self, name: &str) -> Vec<Value> {
        self.text(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn run(&self) -> Value {
        serde_json::from_slice(self.bytes("run.json")).unwrap()
    }

    pub fn ids(&self) -> Vec<String> {
        self.records("documents.jsonl").iter().map(|d| string(&d["id"])).collect()
    }
}

/// A value that must be a string.
pub fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// A list of strings.
pub fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).iter().map(string).collect()
}

/// The ids of a cluster's members.
pub fn members(cluster: &Value) -> Vec<String> {
    cluster["members"].as_array().unwrap().iter().map(|member| string(&member["id"])).collect()
}

/// Two offsets as a range.
pub fn range(value: &Value) -> std::ops::Range<usize> {
    let at = |k: usize| usize::try_from(value[k].as_u64().unwrap()).unwrap();
    at(0)..at(1)
}

/// Characters `range` of a text; the range must lie in it.
pub fn cut(text: &str, range: std::ops::Range<usize>) -> String {
    assert!(range.start <= range.end && range.end <= text.chars().count(), "{range:?} is not in the text");
    text.chars().skip(range.start).take(range.len()).collect()
}

/// Fails with all complaints at once, so that one run tells everything.
pub fn nothing_wrong(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}
