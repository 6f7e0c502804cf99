//! Notices, and how they reach people and programs.

use super::http::Address;
use super::rules::When;
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write;
use std::process::{Command, Stdio};
use tonggao::findings::CreditGiven;

/// What a rule says.
#[derive(Debug, Serialize)]
pub(super) struct Notice {
    pub rule: String,
    pub when: When,
    pub cluster: Option<u32>,
    pub title: Option<String>,
    pub phrase: Option<String>,
    /// Known outlets of the set, or that use the phrase.
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
            (When::NewPoint, phrase) => {
                write!(text, "{} outlets use “{}”, which is new", self.outlets, phrase.as_deref().unwrap_or_default())
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
            address.post(&json).with_context(|| format!("cannot post to {address}"))?;
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
