//! `tonggao points`.

use crate::settings::Settings;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::config::{Config, Only};
use tonggao::findings::{PhraseUse, PointClass};
use tonggao::output::{FoundPoint, OutFolder, PointQuery};
use tonggao::{Corpus, Unobserved, detect};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao points out                               the strongest sayings that outlets share
  tonggao points out --class all --search 板凳     every wording with 板凳 in one of its forms
  tonggao points out --outlet 霁江日报 --since 2024-01-05 --json
  tonggao points news/ --phrases phrases.txt       who used these phrases, when and in what words

A line of the file of phrases is a phrase; other forms of it may follow, separated by tabs. Script, spacing and punctuation
do not matter. Of each page that uses a phrase the first place is listed, the earliest page first.

Exit codes: 0 success; 1 nothing found; 2 error.")]
pub(super) struct Points {
    /// An output folder of `tonggao detect`; with --phrases, files and folders to read, as for `detect`
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Show points that contain these words
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    search: String,

    /// Show points of this class [default: sayings, or any point where no saying fits]
    #[arg(long, value_enum)]
    class: Option<ClassArg>,

    /// Show points that this outlet was among the first to use (one of the five earliest pages)
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,

    /// Show points first seen on this day or later, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    since: Option<String>,

    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,

    /// Print JSON Lines
    #[arg(long)]
    json: bool,

    /// Find the uses of the phrases in this file instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["search", "outlet", "since"])]
    phrases: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Clone, Copy, ValueEnum)]
enum ClassArg {
    /// Slogans, quotations, framings, claims
    Saying,
    /// Names, offices, laws, products
    Term,
    /// Everyday wording of journalists and officials
    Formula,
    /// Any class
    All,
}

impl Points {
    pub(super) fn run(self) -> Result<ExitCode> {
        let lines = match &self.phrases {
            Some(file) => self.uses(&phrases(file)?)?,
            None => self.listed()?,
        };
        if lines.is_empty() {
            crate::terminal::say("tonggao: nothing found");
            return Ok(ExitCode::from(1));
        }
        crate::print(&lines)?;
        Ok(ExitCode::SUCCESS)
    }

    fn listed(&self) -> Result<String> {
        let [folder] = self.inputs.as_slice() else { bail!("expected one output folder of `tonggao detect`") };
        let query = PointQuery {
            search: self.search.clone(),
            class: self.class.map_or(Some(PointClass::Saying), ClassArg::class),
            outlet: self.outlet.clone(),
            since: self.since.clone(),
            limit: self.limit,
        };
        let folder = OutFolder::open(folder)?;
        let mut points = folder.points(&query)?;
        if points.is_empty() && self.class.is_none() {
            points = folder.points(&PointQuery { class: None, ..query })?;
        }
        let line = |found: &FoundPoint| {
            if self.json { json_line(serde_json::to_string(found)) } else { Ok(point_line(found)) }
        };
        points.iter().map(line).collect()
    }

    fn uses(&self, phrases: &[Vec<String>]) -> Result<String> {
        let config = Config { only: Only::Clusters, ..self.settings.config()? };
        let corpus = Corpus::open(&self.inputs, &config)?;
        let uses = detect(&corpus, &config, &Unobserved)?.phrase_uses(phrases);
        if self.json {
            return uses.iter().map(|used| json_line(serde_json::to_string(used))).collect();
        }
        let mut text = String::new();
        for of_one in uses.chunk_by(|a, b| a.phrase == b.phrase) {
            let mut outlets: Vec<_> = of_one.iter().filter_map(|used| used.outlet.as_ref()).collect();
            outlets.sort_unstable();
            outlets.dedup();
            let quoted = of_one.iter().filter(|used| used.quoted).count();
            let (pages, known) = (of_one.len(), outlets.len());
            writeln!(text, "{}: {pages} pages, {known} known outlets, quoted on {quoted}", of_one[0].phrase)?;
            text.extend(of_one.iter().map(use_line));
        }
        Ok(text)
    }
}

impl ClassArg {
    fn class(self) -> Option<PointClass> {
        match self {
            ClassArg::Saying => Some(PointClass::Saying),
            ClassArg::Term => Some(PointClass::Term),
            ClassArg::Formula => Some(PointClass::Formula),
            ClassArg::All => None,
        }
    }
}

fn json_line(json: serde_json::Result<String>) -> Result<String> {
    Ok(json? + "\n")
}

fn point_line(found: &FoundPoint) -> String {
    let point = &found.point;
    let words = |field: &str| point[field].as_str().unwrap_or("-").chars().take(10).collect::<String>();
    let mut line = format!("{}, {:>5} articles  {:<10}  ", found.carriers(), point["clusters"], words("first_seen"));
    line += &point["text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(first) = found.first_outlets.first() {
        line += &format!("  [{first}]");
    }
    line + "\n"
}

fn use_line(used: &PhraseUse) -> String {
    let published = used.published.as_ref().map_or_else(|| "-".to_owned(), |time| time.to_string());
    let outlet = used.outlet.as_deref().unwrap_or("unknown outlet");
    let mark = if used.quoted { "quoted" } else { "" };
    let PhraseUse { before, words, after, id, .. } = used;
    format!("  {published:<25}  {outlet}  {id}  {mark}\n      {before}[{words}]{after}\n")
}

/// The phrases of a file, each with its forms.
fn phrases(file: &PathBuf) -> Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let forms =
        |line: &str| line.split('\t').map(|form| form.trim().to_owned()).filter(|form| !form.is_empty()).collect();
    Ok(text.lines().map(forms).filter(|forms: &Vec<String>| !forms.is_empty()).collect())
}
