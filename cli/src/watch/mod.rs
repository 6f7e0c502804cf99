//! `tonggao watch`.

mod feeds;
mod files;
mod memory;
mod notices;
mod rules;

use crate::index::size_in_words;
use crate::progress::Bar;
use crate::settings::{Settings, name_skipped};
use crate::terminal;
use anyhow::{Context, Result};
use clap::Args;
use files::Files;
use memory::Memory;
use notices::{Address, Desk};
use rules::Rules;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tonggao::indexed::Commit;
use tonggao::{Config, Index, InputRecord};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao watch pages/ --index week --rules rules.toml
  tonggao watch pages/ feeds/ --index week --rules rules.toml --exec 'mail -s \"$TONGGAO_RULE\" desk@example.org'
  tonggao watch pages/2024-03-05 --index week --once        one look, for cron

Rules, in TOML:
  [[rule]]
  name = \"our copy\"            # a name of your own
  when = \"uncredited\"          # pages of others run our text and do not credit us
  outlet = \"霁州日报\"

  [[rule]]
  name = \"big story\"
  when = \"spread\"              # a reprint set has pages of so many outlets
  outlets = 5

  [[rule]]
  name = \"slogan\"
  when = \"phrase\"              # so many outlets use these words
  phrase = \"青篁老菜场\"
  outlets = 3

Files are taken in when nobody has written to them for two seconds. RSS and Atom feeds are read as files (.xml, .rss, .atom),
every entry a page of the text that the feed has. Nothing is fetched from the network: let a downloader put feeds and pages
into a folder. Settings count when the index is made; later only threads, memory and the folder for temporary files.

Exit codes: 0 success; 2 error.")]
pub(super) struct Watch {
    /// Folders and files: pages in any format that `tonggao detect` reads, and RSS or Atom feeds
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The index; made of the first pages if it does not exist
    #[arg(long, value_name = "DIR")]
    index: PathBuf,

    /// Rules that say what to report [default: none]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Look again after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,

    /// Look once and end
    #[arg(long)]
    once: bool,

    /// Post each notice as JSON to this address (http:// only)
    #[arg(long, value_name = "URL", value_parser = Address::parse)]
    notify: Option<Address>,

    /// Run this command of the shell for each notice, with its JSON on standard input, its words in TONGGAO_NOTICE and the
    /// name of its rule in TONGGAO_RULE
    #[arg(long, value_name = "CMD")]
    exec: Option<String>,

    /// Print notices as JSON Lines instead of words
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: Settings,
}

impl Watch {
    pub(super) fn run(self) -> Result<ExitCode> {
        let rules = self.rules.as_deref().map(Rules::read).transpose()?.unwrap_or_default();
        let files = Files::new(self.inputs, &self.index);
        let config = self.settings.config()?;
        let desk = Desk { json: self.json, notify: self.notify, exec: self.exec };
        let mut round = Round { index: self.index, rules, files, desk, config };
        loop {
            match round.go() {
                Err(error) if !self.once => terminal::say(&format!("tonggao: {}", crate::message(&error))),
                done => done?,
            }
            if self.once {
                return Ok(ExitCode::SUCCESS);
            }
            std::thread::sleep(Duration::from_secs(self.every));
        }
    }
}

/// A look at all inputs.
struct Round {
    index: PathBuf,
    rules: Rules,
    files: Files,
    desk: Desk,
    config: Config,
}

impl Round {
    fn go(&mut self) -> Result<()> {
        let changed = self.files.changed()?;
        let (feeds, pages): (Vec<_>, Vec<_>) = changed.into_iter().partition(|(path, _)| feeds::is_one(path));
        let paths: Vec<PathBuf> = pages.iter().map(|(path, _)| path.clone()).collect();
        let is_new = !Index::is_index(&self.index);
        if is_new && paths.is_empty() && feeds.is_empty() {
            return Ok(());
        }
        let mut memory = if is_new { None } else { Some(self.memory()?) };
        self.take_pages(&paths)?;
        let mut records: Vec<InputRecord> = Vec::new();
        for (path, _) in &feeds {
            records.extend(self.take_feed(path));
        }
        let memory = match &mut memory {
            Some(memory) => memory,
            None => memory.insert(Memory::open(&self.index, || Ok(1))?),
        };
        let index = Index::open(&self.index)?;
        if !paths.is_empty() && self.rules.have_phrases() {
            records.extend(index.pages(&paths)?);
        }
        self.rules.note_phrases(&index, &records, memory)?;
        self.say(&index, memory)?;
        pages.into_iter().chain(feeds).for_each(|file| self.files.take(file));
        Ok(())
    }

    /// What was said before; of an index that nobody has watched, all events so far count as said.
    fn memory(&self) -> Result<Memory> {
        let next = || Ok(Index::open(&self.index)?.events(1)?.last().map_or(1, |event| event.seq + 1));
        Memory::open(&self.index, next)
    }

    /// Adds pages. Files that cannot be read as pages are named and left out.
    fn take_pages(&self, paths: &[PathBuf]) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        match self.add(paths) {
            // One file without pages must not keep the others out.
            Err(error) if paths.len() > 1 && is_of_input(&error) => {
                paths.iter().try_for_each(|path| self.take_pages(std::slice::from_ref(path)))
            }
            Err(error) if is_of_input(&error) => {
                self.left_out(&error);
                Ok(())
            }
            done => done,
        }
    }

    fn left_out(&self, error: &anyhow::Error) {
        terminal::say(&format!("tonggao: left out: {}", crate::message(error)));
    }

    fn add(&self, paths: &[PathBuf]) -> Result<()> {
        let bar = Bar::new();
        let commit = if Index::is_index(&self.index) {
            Index::add(&self.index, paths, &self.config, &bar)
        } else {
            Index::create(&self.index, paths, &self.config, &bar)
        };
        bar.clear();
        report(&commit?);
        Ok(())
    }

    /// Adds the entries of a feed. Returns them.
    fn take_feed(&self, path: &std::path::Path) -> Vec<InputRecord> {
        let taken = || -> Result<Vec<InputRecord>> {
            let lines = feeds::records(path)?;
            if !Index::is_index(&self.index) {
                Index::create(&self.index, &[], &self.config, &tonggao::Unobserved)?;
            }
            let bar = Bar::new();
            let commit = Index::add_records(&self.index, &lines.join("\n"), &self.config, &bar);
            bar.clear();
            report(&commit?);
            let index = Index::open(&self.index)?;
            lines.iter().map(|line| Ok(index.page(line)?)).collect()
        };
        taken().unwrap_or_else(|error| {
            self.left_out(&error.context(path.display().to_string()));
            Vec::new()
        })
    }

    /// Gives all notices that were not given yet.
    fn say(&self, index: &Index, memory: &mut Memory) -> Result<()> {
        let events = index.events(memory.since)?;
        let mut notices = self.rules.of_events(index, &events, memory)?;
        notices.extend(self.rules.of_phrases(memory));
        for notice in &notices {
            if let Err(error) = self.desk.give(notice) {
                memory.save()?;
                return Err(error).context("notices are given again the next time");
            }
            memory.say(notice);
        }
        memory.since = events.last().map_or(memory.since, |event| event.seq + 1);
        memory.save()
    }
}

/// True for an error of what was to be added, not of the index or the machine.
fn is_of_input(error: &anyhow::Error) -> bool {
    use tonggao::Error;
    let error = error.downcast_ref::<Error>();
    error.is_some_and(|error| {
        matches!(
            error,
            Error::Read { .. } | Error::NoRecords { .. } | Error::InputChanged { .. } | Error::UnmatchedField { .. }
        )
    })
}

fn report(commit: &Commit) {
    name_skipped(&commit.skipped, "");
    if commit.added > 0 {
        terminal::say(&format!("{} added; {}", terminal::count(commit.added, "page"), size_in_words(commit)));
    }
}
