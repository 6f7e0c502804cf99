//! Settings of a run: flags, over a config file, over the defaults.

use crate::terminal;
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use tonggao::config::{Config, Only, OutletTable, parse_amount, parse_zone};
use tonggao::findings::Skipped;
use tonggao::stages::corpus::{Corpus, FieldRole, Format, Unused};

/// The settings of every command that reads a corpus.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Settings {
    /// Read settings from this TOML file, under the names of the flags below; flags override it. `tonggao config` prints
    /// such a file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read ROLE from the field or column NAME; repeatable. Roles: text, id, title, url, outlet, published
    #[arg(long, value_name = "ROLE=NAME")]
    field: Vec<String>,

    /// Read all inputs in this format, instead of detecting it from names and contents
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    format: Option<Format>,

    /// The time zone of times without one [default: +08:00]
    #[arg(long, value_name = "ZONE", value_parser = parse_zone, allow_hyphen_values = true)]
    timezone: Option<i32>,

    /// Use this boilerplate model (a furniture.json of an earlier run, edited if you like) instead of learning one
    #[arg(long, value_name = "FILE")]
    furniture: Option<PathBuf>,

    /// Add this table of outlets to the built-in one. Columns, separated by tabs: name (or * and an ending), role (agency,
    /// paper, broadcaster, government, portal, aggregator, unknown), and optionally owner, and other names and domains
    /// separated by |
    #[arg(long, value_name = "FILE")]
    outlets: Option<PathBuf>,

    /// Join two pages from this probability of being one article on, between 0 and 1: higher is stricter [default: 0.5]
    #[arg(long, value_name = "P", value_parser = parse_probability)]
    same_article: Option<f32>,

    /// Obey these corrections, JSON Lines: {"a": ID, "b": ID, "same_article": true or false}, {"page": ID, "origin":
    /// NAME}, {"line": TEXT, "boilerplate": true}, or lines of `tonggao sample` with their `label` filled in
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,

    /// Number of threads, at most four per processor or 16 [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,

    /// Use at most this much memory, such as 2G or 512M; longer lists go to temporary files [default: half of the
    /// machine's]. Pages of mapped temporary files are reclaimable and not counted
    #[arg(long, value_name = "SIZE", value_parser = parse_amount)]
    memory: Option<u64>,

    /// Put temporary files in this folder, on a disk with as much free space as the inputs take [default: next to the
    /// output, or TMPDIR without one]
    #[arg(long, value_name = "DIR")]
    temp: Option<PathBuf>,

    /// Read files into memory at once, for inputs that change during the run [default: such a change is an error]
    #[arg(long)]
    no_mmap: bool,
}

/// What a command may use of the machine, where all other settings are known already.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Machine {
    /// Number of threads, at most four per processor or 16 [default: one per processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    /// Use at most this much memory, such as 2G or 512M; longer lists go to temporary files [default: half of the
    /// machine's]
    #[arg(long, value_name = "SIZE", value_parser = parse_amount)]
    memory: Option<u64>,

    /// Put temporary files in this folder [default: next to the index]
    #[arg(long, value_name = "DIR")]
    temp: Option<PathBuf>,
}

impl Machine {
    /// The settings with these and defaults for the rest.
    pub(super) fn config(self) -> Config {
        let Machine { threads, memory, temp } = self;
        let defaults = Config::default();
        let (threads, memory) = (threads.unwrap_or(defaults.threads), memory.unwrap_or(defaults.memory));
        Config { threads, memory, temp, ..defaults }
    }
}

/// The settings that `detect` has besides.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Answers {
    /// Compute only some answers, which is faster [default: everything]
    #[arg(long, value_enum)]
    only: Option<OnlyArg>,

    /// Write no report.html, which is faster; `tonggao report` makes it later
    #[arg(long)]
    no_report: bool,

    /// Write no matches.jsonl, which is faster, but leaves `explain`, `sample` and `export` without the pairs of pages
    #[arg(long)]
    no_matches: bool,

    /// Compare talking points with these pages (files and folders, as for INPUT); repeatable. Phrases common in them are not
    /// reported. By default, the rest of the corpus is the baseline
    #[arg(long, value_name = "INPUT")]
    background: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum OnlyArg {
    /// Reprint sets
    Clusters,
    /// Reprint sets and their origins
    Origin,
    /// Reprint sets and talking points
    TalkingPoints,
    /// Reprint sets, origins and talking points
    Everything,
}

impl From<OnlyArg> for Only {
    fn from(only: OnlyArg) -> Self {
        match only {
            OnlyArg::Clusters => Only::Clusters,
            OnlyArg::Origin => Only::Origin,
            OnlyArg::TalkingPoints => Only::TalkingPoints,
            OnlyArg::Everything => Only::Everything,
        }
    }
}

fn parse_format(name: &str) -> Result<Format, String> {
    let known = || Format::ALL.map(Format::name).join(", ");
    Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| format!("expected one of {}", known()))
}

fn parse_probability(text: &str) -> Result<f32, String> {
    let within = |p: &f32| (0.0..=1.0).contains(p);
    text.parse().ok().filter(within).ok_or_else(|| "expected a probability between 0 and 1".to_owned())
}

impl Settings {
    /// The effective settings.
    pub(super) fn config(&self) -> Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), read)?;
        if !self.field.is_empty() {
            config.field = self.field.clone();
        }
        config.format = self.format.or(config.format);
        config.timezone = self.timezone.unwrap_or(config.timezone);
        config.furniture = self.furniture.clone().or(config.furniture);
        config.outlets = self.outlets.clone().map(OutletTable::File).or(config.outlets);
        config.same_article = self.same_article.unwrap_or(config.same_article);
        config.verdicts = self.verdicts.clone().or(config.verdicts);
        config.threads = self.threads.unwrap_or(config.threads);
        config.memory = self.memory.unwrap_or(config.memory);
        config.temp = self.temp.clone().or(config.temp);
        config.no_mmap |= self.no_mmap;
        Ok(config)
    }
}

impl Answers {
    /// The settings with these over them.
    pub(super) fn over(&self, mut config: Config) -> Config {
        config.only = self.only.map_or(config.only, Only::from);
        config.no_report |= self.no_report;
        config.no_matches |= self.no_matches;
        if !self.background.is_empty() {
            config.background = self.background.clone();
        }
        config
    }
}

/// The settings of a file; those that it does not name have their defaults.
fn read(file: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let settings = toml::from_str(&text).with_context(|| format!("{} is not valid TOML", file.display()))?;
    Config::from_settings(settings).with_context(|| file.display().to_string())
}

/// Skipped records to name on the screen.
const NAMED: usize = 5;

/// Says on standard error what is read and what is not.
pub(super) fn introduce(corpus: &Corpus) {
    terminal::say(&format!("Reading {} records from {}", corpus.len(), corpus.summary()));
    name_skipped(&corpus.skipped, "; run.json lists all");
    corpus.passed.iter().for_each(|(what, count)| terminal::say(&format!("passed over: {count} {what}")));
    corpus.unused().iter().for_each(|unused| terminal::say(&advice(unused)));
    if corpus.has_doubtful_times() {
        terminal::say(
            "times are read from timestamp, which may be when a page was fetched: --field published=NAME reads another field",
        );
    }
}

/// Names the first records that were skipped on standard error; `rest` follows the number of the others.
pub(super) fn name_skipped(skipped: &[Skipped], rest: &str) {
    skipped.iter().take(NAMED).for_each(|s| terminal::say(&format!("skipped {s}")));
    if skipped.len() > NAMED {
        terminal::say(&format!("… {} more skipped{rest}", skipped.len() - NAMED));
    }
}

/// `no record has a time; fields that may have one: metadata.posted. Use --field published=metadata.posted`.
fn advice(unused: &Unused) -> String {
    let what = match unused.role {
        FieldRole::Text => "text",
        FieldRole::Id => "id",
        FieldRole::Title => "title",
        FieldRole::Url => "address",
        FieldRole::Outlet => "outlet",
        FieldRole::Published => "time",
    };
    let (role, fields) = (unused.role.name(), unused.fields.join(", "));
    format!(
        "no record has a known field for its {what}; records have {fields}: use --field {role}={}",
        unused.fields[0]
    )
}
