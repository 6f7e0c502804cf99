//! Notices, and how they reach people and programs.

use super::rules::When;
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::{Command, Stdio};
use std::time::Duration;
use tonggao::findings::CreditGiven;

/// What a rule says.
#[derive(Debug, Serialize)]
pub(super) struct Notice {
    pub rule: String,
    pub when: When,
    pub cluster: Option<u32>,
    pub title: Option<String>,
    pub phrase: Option<String>,
    /// Outlets of the set, or that use the phrase.
    pub outlets: usize,
    pub origin: Option<Origin>,
    pub pages: Vec<NoticedPage>,
    /// By what it is known that it was said.
    #[serde(skip)]
    pub keys: Vec<String>,
}

/// Where the text of a set came from.
#[derive(Debug, Serialize)]
pub(super) struct Origin {
    pub outlet: Option<String>,
    pub document: Option<String>,
}

/// A page that a notice is about.
#[derive(Debug, Serialize)]
pub(super) struct NoticedPage {
    pub id: String,
    pub outlet: Option<String>,
    /// Whether it credits the origin; null where the rule does not ask.
    pub credit: Option<CreditGiven>,
    /// The words of its credit.
    pub quote: Option<String>,
}

impl NoticedPage {
    pub(super) fn of(id: &str, outlet: Option<String>) -> Self {
        NoticedPage { id: id.to_owned(), outlet, credit: None, quote: None }
    }

    fn in_words(&self) -> String {
        let outlet = self.outlet.as_deref().unwrap_or("outlet unknown");
        let credit = match (self.credit, &self.quote) {
            (Some(CreditGiven::Withheld), _) => ", credits nobody".to_owned(),
            (Some(CreditGiven::Wrong), Some(quote)) => format!(", credits {quote}"),
            (Some(CreditGiven::Wrong), None) => ", credits another".to_owned(),
            (Some(CreditGiven::Given) | None, _) => String::new(),
        };
        format!("{} ({outlet}{credit})", self.id)
    }
}

/// Pages that are named in words.
const NAMED: usize = 6;

impl Notice {
    pub(super) fn of(rule: &str, when: When) -> Self {
        let rule = rule.to_owned();
        let (cluster, title, phrase, origin) = (None, None, None, None);
        Notice { rule, when, cluster, title, phrase, outlets: 0, origin, pages: Vec::new(), keys: Vec::new() }
    }

    /// The notice as a line for people.
    pub(super) fn in_words(&self) -> String {
        let mut text = format!("{}: ", self.rule);
        let title = self.title.as_ref().map_or_else(String::new, |title| format!(" “{title}”"));
        let cluster = self.cluster.unwrap_or_default();
        // Writing to a string does not fail.
        _ = match (self.when, &self.phrase) {
            (When::Uncredited, _) => write!(text, "set {cluster}{title} is run without credit: "),
            (When::Spread, _) => write!(text, "set {cluster}{title} has reached {} outlets: ", self.outlets),
            (When::Phrase, phrase) => {
                write!(text, "{} outlets use “{}”: ", self.outlets, phrase.as_deref().unwrap_or_default())
            }
        };
        let pages: Vec<String> = self.pages.iter().take(NAMED).map(NoticedPage::in_words).collect();
        text += &pages.join(", ");
        if self.pages.len() > NAMED {
            _ = write!(text, " and {} more", self.pages.len() - NAMED);
        }
        text
    }

    fn json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

/// Where notices go.
pub(super) struct Desk {
    pub json: bool,
    pub notify: Option<Address>,
    pub exec: Option<String>,
}

impl Desk {
    /// Prints, posts and hands on a notice.
    pub(super) fn give(&self, notice: &Notice) -> Result<()> {
        let json = notice.json()?;
        if let Some(address) = &self.notify {
            address.post(&json).with_context(|| format!("cannot post to {}", address.url))?;
        }
        if let Some(command) = &self.exec {
            run(command, notice, &json).with_context(|| format!("cannot run {command:?}"))?;
        }
        let line = if self.json { json } else { notice.in_words() };
        crate::print(&(line + "\n"))
    }
}

/// Runs a command of the shell with the notice on its standard input.
fn run(command: &str, notice: &Notice, json: &str) -> Result<()> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell)
        .args([flag, command])
        .env("TONGGAO_RULE", &notice.rule)
        .env("TONGGAO_NOTICE", notice.in_words())
        .stdin(Stdio::piped())
        .spawn()?;
    // A command that does not read its input is no error.
    _ = child.stdin.take().map(|mut input| writeln!(input, "{json}"));
    let status = child.wait()?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

/// An address to post to.
#[derive(Clone, Debug)]
pub(super) struct Address {
    url: String,
    host: String,
    path: String,
}

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

impl Address {
    /// Reads an address, which must be of plain HTTP.
    pub(super) fn parse(url: &str) -> std::result::Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or("only http:// is spoken; for https use --exec 'curl …'")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !is_plain(rest) || host.contains('@') {
            return Err("it is not an address such as http://127.0.0.1:9000/notices".to_owned());
        }
        let path = if path.is_empty() { "/" } else { path };
        Ok(Address { url: url.to_owned(), host: host.to_owned(), path: path.to_owned() })
    }

    fn post(&self, body: &str) -> Result<()> {
        let has_port = self.host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let place = if has_port { self.host.clone() } else { format!("{}:80", self.host) };
        let Some(address) = place.to_socket_addrs()?.next() else { bail!("the host has no address") };
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let Address { host, path, .. } = self;
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).unwrap_or_default();
        ensure!(status.starts_with('2'), "the answer is {:?}", line.trim_end());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_plain_http() {
        let address = Address::parse("http://127.0.0.1:9000/a?b").unwrap();
        assert_eq!((address.host.as_str(), address.path.as_str()), ("127.0.0.1:9000", "/a?b"));
        assert_eq!(Address::parse("http://desk.example").unwrap().path, "/");
        for wrong in ["https://desk.example/", "desk", "http://", "http:///a", "http://a\r\nb", "http://a@b/"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
