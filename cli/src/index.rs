//! `tonggao index`.

use crate::progress::Bar;
use crate::settings::{Machine, Settings, name_skipped};
use crate::terminal;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use tonggao::indexed::{Commit, Event, EventKind};

#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  tonggao index create week pages/monday/      an index of Monday's pages, which also teach it boilerplate
  tonggao index add week pages/tuesday/        Tuesday's; prints which reprint sets appeared, grew or merged
  tonggao index query week page.html           whose copy is it? With --json for programs
  tonggao index events week --since 120        what happened since, as JSON Lines
  tonggao index check week                     read all of it and compare it with its hashes

Pages stay in their files; an index has where they are, and finds out when they have changed.

Exit codes: 0 success; 2 error.")]
pub(super) enum Index {
    /// Make an index, of pages or empty
    Create(Create),
    /// Add pages, and say what they changed
    Add(Add),
    /// Look pages up: their reprint sets, where they were copied from, what they share with which pages
    Query(Query),
    /// Print what happened to reprint sets, as JSON Lines
    Events(Events),
    /// Read all of an index and compare it with its hashes
    Check(Check),
    /// Read all pages again, learn the boilerplate anew, and write the index as one segment
    Compact(Compact),
}

impl Index {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self {
            Index::Query(query) => return query.run(),
            Index::Create(create) => create.run(),
            Index::Add(add) => add.run(),
            Index::Events(events) => events.run(),
            Index::Check(check) => check.run(),
            Index::Compact(compact) => compact.run(),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

/// How a commit is reported.
#[derive(Args)]
struct Report {
    /// Print the events as JSON Lines instead of words
    #[arg(long)]
    json: bool,

    /// Print errors only
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao index create week pages/monday/
  tonggao index create week pages/*.jsonl --field text=body --field outlet=media
  tonggao index create week --furniture out/furniture.json     empty, with the boilerplate of an earlier run

The boilerplate is learnt from these pages, and stays until `tonggao index compact`; so begin with some hundred pages. All
other settings stay for good.")]
pub(super) struct Create {
    /// The folder to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Files and folders with the first pages, in any format that `tonggao detect` reads
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    report: Report,

    #[command(flatten)]
    settings: Settings,
}

impl Create {
    fn run(self) -> Result<()> {
        let config = self.settings.config()?;
        let bar = Bar::new();
        let commit = tonggao::Index::create(&self.folder, &self.inputs, &config, &bar)?;
        bar.clear();
        self.report.print(&commit)
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao index add week pages/tuesday/
  tonggao index add week feed.jsonl            again after the file has grown: pages that are known are left out
  tonggao index add week pages/tuesday/ --json | jq 'select(.event == \"merged\")'
  tonggao index add week --verdicts corrections.jsonl          what people say of pages counts from now on

The sets are those that one run over all pages with this boilerplate would find, whatever the order of adds. Queries see
the index as it was until the end.")]
pub(super) struct Add {
    /// The index
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Files and folders with new pages
    #[arg(required_unless_present = "verdicts", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Obey these corrections from now on, in the form that `tonggao detect --verdicts` reads, also where pages come later
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,

    #[command(flatten)]
    report: Report,

    #[command(flatten)]
    machine: Machine,
}

impl Add {
    fn run(self) -> Result<()> {
        let bar = Bar::new();
        let config = tonggao::Config { verdicts: self.verdicts, ..self.machine.config() };
        let commit = tonggao::Index::add(&self.folder, &self.inputs, &config, &bar)?;
        bar.clear();
        self.report.print(&commit)
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao index query week page.html                  a saved page, in words
  tonggao index query week page.txt --json            the same for programs
  some-scraper | tonggao index query week - --json    JSON Lines in, an answer per line out
  tonggao index query week --cluster 12 --json        a reprint set by its number

An answer has the page's reprint set in the index, the page that it was most likely copied from, the origin with the evidence,
and the closest pages with the probability that they carry the same article and the passages they share.

Exit codes: 0 success; 1 no set has this number; 2 error.")]
pub(super) struct Query {
    /// The index
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Files with pages, in any format that `tonggao detect` reads; - for JSON Lines from standard input
    #[arg(required_unless_present = "cluster", value_name = "PAGE")]
    pages: Vec<PathBuf>,

    /// Show the reprint set with this number
    #[arg(long, value_name = "N", conflicts_with = "pages")]
    cluster: Option<u32>,

    /// Print JSON Lines instead of words
    #[arg(long)]
    json: bool,
}

impl Query {
    fn run(self) -> Result<ExitCode> {
        let index = tonggao::Index::open(&self.folder)?;
        if let Some(number) = self.cluster {
            let Some(set) = index.cluster(number)? else {
                terminal::say(&format!("tonggao: no reprint set has the number {number}"));
                return Ok(ExitCode::from(1));
            };
            if self.json {
                print_lines(&[set])?
            } else {
                crate::print(&set.in_words())?
            }
            return Ok(ExitCode::SUCCESS);
        }
        let pages = index.pages(&self.pages)?;
        let answer = |place: usize| -> Result<String> {
            let answer = index.query(pages[place].clone())?;
            Ok(if self.json { serde_json::to_string(&answer)? + "\n" } else { answer.in_words() + "\n" })
        };
        in_order(pages.len(), answer, |text| crate::print(&text))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Answers that may be ready before it is their turn, for each thread.
const AHEAD: usize = 16;

/// Makes so many answers on all processors and gives them on in order, each as soon as those before it are there. The first
/// error ends it.
fn in_order<T: Send>(
    count: usize,
    make: impl Fn(usize) -> Result<T> + Sync,
    mut give: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        // Each thread makes every so-manieth answer; one whose answers nobody takes any more ends.
        let begin = |first: usize| {
            let (sender, receiver) = sync_channel(AHEAD);
            let make = &make;
            scope.spawn(move || (first..count).step_by(threads).all(|place| sender.send(make(place)).is_ok()));
            receiver
        };
        let made: Vec<Receiver<Result<T>>> = (0..threads).map(begin).collect();
        for place in 0..count {
            give(made[place % threads].recv().context("a thread ended")??)?;
        }
        Ok(())
    })
}

#[derive(Args)]
pub(super) struct Events {
    /// The index
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The number of the first event to print
    #[arg(long, value_name = "N", default_value_t = 1)]
    since: u64,
}

impl Events {
    fn run(self) -> Result<()> {
        let index = tonggao::Index::open(&self.folder)?;
        print_lines(&index.events(self.since)?)
    }
}

#[derive(Args)]
pub(super) struct Check {
    /// The index
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Check {
    fn run(self) -> Result<()> {
        let index = tonggao::Index::check(&self.folder)?;
        let pages = terminal::count(index.len(), "page");
        let sets = terminal::count(index.clusters()?.len(), "reprint set");
        crate::print(&format!("whole: commit {}, {pages}, {sets}\n", index.commit()))
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao index compact week
  tonggao index compact week --drop-missing                    after old files were deleted
  tonggao index compact week --furniture out/furniture.json    take this boilerplate instead of learning it

Reprint sets keep their numbers. Talking points are found in all pages; those that the last compaction did not find are events.
Takes as long as one run over all pages.")]
pub(super) struct Compact {
    /// The index
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Leave out pages that are no longer in their files
    #[arg(long)]
    drop_missing: bool,

    /// Do not look for talking points
    #[arg(long)]
    no_points: bool,

    /// Use this boilerplate model instead of learning one
    #[arg(long, value_name = "FILE")]
    furniture: Option<PathBuf>,

    #[command(flatten)]
    report: Report,

    #[command(flatten)]
    machine: Machine,
}

impl Compact {
    fn run(self) -> Result<()> {
        let only = if self.no_points { tonggao::Only::Origin } else { tonggao::Only::Everything };
        let config = tonggao::Config { furniture: self.furniture, only, ..self.machine.config() };
        let bar = Bar::new();
        let commit = tonggao::Index::compact(&self.folder, self.drop_missing, &config, &bar)?;
        bar.clear();
        self.report.print(&commit)
    }
}

/// Events to name in words.
const SHOWN: usize = 20;
/// Pages of an event to name in words.
const PAGES: usize = 4;

impl Report {
    fn print(&self, commit: &Commit) -> Result<()> {
        if self.json {
            return print_lines(&commit.events);
        }
        if self.quiet {
            return Ok(());
        }
        name_skipped(&commit.skipped, "");
        crate::print(&in_words(commit))
    }
}

/// What the index has after a commit, in words.
pub(super) fn size_in_words(commit: &Commit) -> String {
    let (pages, sets) = (terminal::count(commit.documents, "page"), terminal::count(commit.clusters, "reprint set"));
    format!("the index has {pages} and {sets}")
}

/// What a commit did, in words.
fn in_words(commit: &Commit) -> String {
    let Commit { added, known, dropped, events, .. } = commit;
    let mut text = format!("{} added", terminal::count(*added, "page"));
    for (count, what) in [(known, "known already"), (dropped, "dropped")].into_iter().filter(|(count, _)| **count > 0) {
        // Writing to a string does not fail.
        _ = write!(text, ", {count} {what}");
    }
    _ = writeln!(text, "; {}", size_in_words(commit));
    if commit.unknown_verdicts > 0 {
        let verdicts = terminal::count(commit.unknown_verdicts, "verdict");
        _ = writeln!(text, "  on pages that the index does not have: {verdicts}");
    }
    events.iter().take(SHOWN).for_each(|event| _ = writeln!(text, "  {}", event_in_words(event)));
    if events.len() > SHOWN {
        _ = writeln!(text, "  … {} more events: `tonggao index events`", events.len() - SHOWN);
    }
    text
}

fn event_in_words(event: &Event) -> String {
    let Event { seq, from, pages, origin, point, .. } = event;
    let cluster = event.cluster.unwrap_or_default();
    let named: Vec<&str> = pages.iter().take(PAGES).map(String::as_str).collect();
    let more = if pages.len() > PAGES { format!(" and {} more", pages.len() - PAGES) } else { String::new() };
    let named = named.join(", ") + &more;
    let from = from.map_or_else(String::new, |from| from.to_string());
    let what = match event.event {
        EventKind::Appeared if pages.is_empty() => format!("set {cluster} appeared, of pages of other sets"),
        EventKind::Appeared => format!("set {cluster} appeared: {named}"),
        EventKind::Joined => format!("set {cluster} was joined by {named}"),
        EventKind::Merged => format!("set {from} merged into set {cluster}: {named}"),
        EventKind::Moved => format!("set {cluster} took over from set {from}: {named}"),
        EventKind::Left => format!("set {cluster} was left by {named}"),
        EventKind::Ended => format!("set {cluster} ended"),
        EventKind::OriginChanged => {
            let origin = origin.as_ref();
            let page = origin.and_then(|origin| origin.document.as_deref());
            let outlet = origin.and_then(|origin| origin.outlet.as_deref());
            let answer = page.or(outlet).unwrap_or("cannot be told");
            let p = origin.map_or(0.0, |origin| origin.probability);
            format!("the origin of set {cluster} is now: {answer} (probability {p:.2})")
        }
        EventKind::NewPoint => {
            let (text, outlets) = point.as_ref().map_or(("", 0), |point| (point.text.as_str(), point.outlets));
            format!("a talking point is new: {text} ({})", terminal::count(outlets as usize, "outlet"))
        }
    };
    format!("{seq}  {what}")
}

fn print_lines(records: &[impl Serialize]) -> Result<()> {
    let mut output = terminal::output();
    for record in records {
        serde_json::to_writer(&mut output, record)?;
        output.write_all(b"\n")?;
    }
    Ok(output.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::ensure;

    #[test]
    fn answers_come_in_order_and_an_error_ends_them() {
        let mut given = Vec::new();
        let square = |place: usize| {
            ensure!(place < 500, "{place}");
            Ok(place * place)
        };
        let give = |answer| {
            given.push(answer);
            Ok(())
        };
        in_order(500, square, give).unwrap();
        assert_eq!(given, (0..500).map(|place| place * place).collect::<Vec<usize>>());
        let mut count = 0;
        let give = |_| {
            count += 1;
            Ok(())
        };
        assert_eq!(in_order(900, square, give).unwrap_err().to_string(), "500");
        assert_eq!(count, 500, "those before it were given");
        in_order(0, square, |_| Ok(())).unwrap();
        assert!(in_order(99, square, |_| Err(anyhow::anyhow!("the pipe is broken"))).is_err());
    }
}
