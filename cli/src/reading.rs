//! Flags of every command that reads a corpus.

use crate::terminal;
use clap::Args;
use std::path::PathBuf;
use tonggao::config::{Config, parse_amount, parse_zone};
use tonggao::corpus::{Corpus, Format, Role, Unused};
use tonggao::config::SAME_ARTICLE;

/// How records are read and how the work is shared out.
#[derive(Args)]
pub(super) struct Reading {
    /// Read a role from a field of this name; may be repeated. Roles: text, id, title, url, outlet, published
    #[arg(long, value_name = "ROLE=NAME")]
    field: Vec<String>,

    /// Take all inputs for files of this format, whatever their names and contents say
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    format: Option<Format>,

    /// The zone of times that state none
    #[arg(long, value_name = "ZONE", default_value = "+08:00", value_parser = parse_zone, allow_hyphen_values = true)]
    timezone: i32,

    /// Use this furniture model (a furniture.json, edited if you like) instead of learning one
    #[arg(long, value_name = "FILE")]
    furniture: Option<PathBuf>,

    /// Use this table of outlets over the built-in one: a name (or * and how names end), a tab, and its role
    /// (agency, paper, broadcaster, government, portal, aggregator, unknown); then, if you like, a tab and its owner, and
    /// a tab and its other names and domains, with | between them
    #[arg(long, value_name = "FILE")]
    outlets: Option<PathBuf>,

    /// Take two pages for the same article from this probability on: more joins fewer pages
    #[arg(long, value_name = "P", default_value_t = SAME_ARTICLE, value_parser = parse_probability)]
    same_article: f32,

    /// Obey these corrections, JSON Lines: {"a": ID, "b": ID, "same_article": true or false}, {"page": ID, "origin":
    /// NAME}, {"line": TEXT, "boilerplate": true}, or lines that `tonggao sample` wrote, their `label` filled in
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,

    /// Threads to use; 0 for one a processor. More than four a processor (and sixteen) are not started
    #[arg(long, default_value_t = 0)]
    pub(super) threads: usize,

    /// The most memory to use, as 2G or 512M; without it, half of the machine's. What grows with the pages goes to
    /// temporary files when it is more. Counted is what the program holds of its own: pages of mapped files (the inputs,
    /// temporary files) are the system's to give to others and come on top
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount)]
    memory: Option<u64>,

    /// The folder for temporary files, on a disk with as much room as the inputs take; without it they lie beside the
    /// output (without output: in TMPDIR)
    #[arg(long, value_name = "DIR")]
    temp: Option<PathBuf>,

    /// Read files into memory instead of mapping them (for inputs that change during the run)
    #[arg(long)]
    no_mmap: bool,
}

fn parse_format(name: &str) -> std::result::Result<Format, String> {
    let known = || Format::ALL.map(Format::name).join(", ");
    Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| format!("the formats are {}", known()))
}

fn parse_probability(text: &str) -> std::result::Result<f32, String> {
    let within = |p: &f32| (0.0..=1.0).contains(p);
    text.parse().ok().filter(within).ok_or_else(|| format!("{text:?} is not a probability between 0 and 1"))
}

/// Skipped records that are named on the screen; run.json lists all.
const NAMED: usize = 5;

impl Reading {
    /// The settings that these flags make, for a run that gives all answers.
    pub(super) fn config(&self) -> Config {
        Config {
            field: self.field.clone(),
            format: self.format,
            timezone: self.timezone,
            furniture: self.furniture.clone(),
            outlets: self.outlets.clone(),
            same_article: self.same_article,
            verdicts: self.verdicts.clone(),
            no_mmap: self.no_mmap,
            threads: self.threads,
            memory: self.memory.unwrap_or(0),
            temp: self.temp.clone(),
            ..Config::default()
        }
    }
}

/// Says on standard error what is read, and what is not.
pub(super) fn introduce(corpus: &Corpus) {
    terminal::say(&format!("Reading {} records from {}", corpus.len(), corpus.summary()));
    let skipped = &corpus.skipped;
    skipped.iter().take(NAMED).for_each(|s| terminal::say(&format!("skipped {s}")));
    if skipped.len() > NAMED {
        terminal::say(&format!("… {} more skipped; run.json lists all", skipped.len() - NAMED));
    }
    corpus.passed.iter().for_each(|(what, count)| terminal::say(&format!("passed over: {count} {what}")));
    corpus.unused().iter().for_each(|unused| terminal::say(&advice(unused)));
    if corpus.has_doubtful_times() {
        terminal::say(
            "times are read from timestamp, which may be when a page was fetched: --field published=NAME reads another field",
        );
    }
}

/// `no record has a time; fields that may hold one: metadata.posted. Use --field published=metadata.posted`.
fn advice(unused: &Unused) -> String {
    let what = match unused.role {
        Role::Text => "text",
        Role::Id => "id",
        Role::Title => "title",
        Role::Url => "address",
        Role::Outlet => "outlet",
        Role::Published => "time",
    };
    let (role, fields) = (unused.role.name(), unused.fields.join(", "));
    format!("no record has a known field for its {what}; there are {fields}: use --field {role}={}", unused.fields[0])
}
