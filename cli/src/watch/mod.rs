//! `tonggao watch`.

mod feeds;
mod files;
mod http;
mod memory;
mod notices;
mod pages;
mod robots;
mod rules;
mod warc;

use crate::index::size_in_words;
use crate::progress::Bar;
use crate::settings::{Settings, name_skipped};
use crate::terminal;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use feeds::Entry;
use files::Files;
use http::{Address, Validators};
use memory::Memory;
use notices::Desk;
use pages::{FetchedPages, PageFetcher};
use rules::Rules;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tonggao::indexed::Commit;
use tonggao::{Config, Index, InputRecord};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao watch pages/ --index week --rules rules.toml
  tonggao watch pages/ feeds/ --index week --rules rules.toml --exec 'mail -s \"$TONGGAO_RULE\" desk@example.org'
  tonggao watch https://news.example/feed.xml --index week      a feed, fetched every quarter of an hour
  tonggao watch https://news.example/feed.xml --index week --fetch-pages kept/     and the pages that it links to
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

  [[rule]]
  name = \"new wording\"
  when = \"new_point\"           # `tonggao index compact` found a talking point of so many outlets that is new
  outlets = 4
  class = \"saying\"            # or \"term\", \"formula\"; left out, all three

Files are taken in when nobody has written to them for two seconds. RSS and Atom feeds are read as files (.xml, .rss, .atom),
every entry a page of the text that the feed has; a feed whose address is given is fetched. Addresses of https need a program
that is built with `--features https`. The pages that entries link to are fetched with --fetch-pages only: one at a time, each
once, as the robots.txt of its site allows. Settings count when the index is made; later only threads, memory and the folder for
temporary files.

Exit codes: 0 success; 2 error.")]
pub(super) struct Watch {
    /// Folders and files: pages in any format that `tonggao detect` reads, and RSS or Atom feeds; addresses of feeds
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

    /// Fetch each feed again after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=604_800))]
    fetch_every: u64,

    /// Fetch the pages that entries of feeds link to, keep them in this folder as WARC files, and take them in instead of the
    /// texts of their entries
    #[arg(long, value_name = "DIR")]
    fetch_pages: Option<PathBuf>,

    /// Wait so many seconds between two pages of one site, or longer if its robots.txt asks for it
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pause: u64,

    /// Look once and end
    #[arg(long)]
    once: bool,

    /// Post each notice as JSON to this address
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
        let (feeds, inputs): (Vec<_>, Vec<_>) = self.inputs.into_iter().partition(|input| address_of(input).is_some());
        let pause = Duration::from_secs(self.fetch_every);
        let feeds = feeds.iter().filter_map(|feed| Some(RemoteFeed::new(address_of(feed)?, pause)));
        let feeds = feeds.collect::<Result<_>>()?;
        let files = Files::new(inputs, &self.index);
        let config = self.settings.config()?;
        let desk = Desk { json: self.json, notify: self.notify, exec: self.exec };
        let fetcher = self.fetch_pages.map(|folder| PageFetcher::new(folder, Duration::from_secs(self.pause)));
        let mut round = Round { index: self.index, rules, files, feeds, fetcher, desk, config };
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

/// The address of a feed that is fetched; none for a file or folder.
fn address_of(input: &Path) -> Option<&str> {
    input.to_str().filter(|input| input.starts_with("http://") || input.starts_with("https://"))
}

/// A feed that is fetched, but not too often.
struct RemoteFeed {
    address: Address,
    pause: Duration,
    fetched: Option<Instant>,
}

impl RemoteFeed {
    fn new(address: &str, pause: Duration) -> Result<Self> {
        let address = Address::parse(address).map_err(|reason| anyhow!("cannot watch {address}: {reason}"))?;
        Ok(RemoteFeed { address, pause, fetched: None })
    }

    fn is_due(&self) -> bool {
        self.fetched.is_none_or(|at| at.elapsed() >= self.pause)
    }

    /// The entries; none when the feed is as it was.
    fn fetch(&mut self, known: &Validators) -> Result<Option<(Vec<Entry>, Validators)>> {
        self.fetched = Some(Instant::now());
        let Some(answer) = self.address.get(known)? else { return Ok(None) };
        Ok(Some((feeds::entries(&answer.body)?, answer.validators)))
    }
}

/// A look at all inputs.
struct Round {
    index: PathBuf,
    rules: Rules,
    files: Files,
    feeds: Vec<RemoteFeed>,
    /// Where pages that entries link to are to be fetched.
    fetcher: Option<PageFetcher>,
    desk: Desk,
    config: Config,
}

impl Round {
    fn go(&mut self) -> Result<()> {
        let changed = self.files.changed()?;
        let (feeds, pages): (Vec<_>, Vec<_>) = changed.into_iter().partition(|(path, _)| feeds::is_one(path));
        let mut paths: Vec<PathBuf> = pages.iter().map(|(path, _)| path.clone()).collect();
        let is_new = !Index::is_index(&self.index);
        let is_due = self.feeds.iter().any(RemoteFeed::is_due);
        if is_new && paths.is_empty() && feeds.is_empty() && !is_due {
            return Ok(());
        }
        let memory = if is_new { None } else { Some(self.memory()?) };
        self.take_pages(&paths)?;
        let mut entries: Vec<Entry> = feeds.iter().flat_map(|(path, _)| Self::entries(path)).collect();
        let nothing = Memory::default();
        let known = memory.as_ref().unwrap_or(&nothing);
        let fetched = self.fetch(&known.feeds, &mut entries);
        let linked = self.fetch_pages(&mut entries, &known.pages)?;
        if let Some(file) = &linked.file {
            self.take_pages(std::slice::from_ref(file))?;
            paths.push(file.clone());
        }
        let lines: Vec<String> = entries.into_iter().filter_map(|entry| entry.record).collect();
        self.take_entries(&lines)?;
        if Index::is_index(&self.index) {
            let mut memory = memory.map_or_else(|| Memory::open(&self.index, || Ok(1)), Ok)?;
            memory.feeds.extend(fetched);
            memory.pages.extend(linked.urls);
            let index = Index::open(&self.index)?;
            let mut records: Vec<InputRecord> = lines.iter().map(|line| index.page(line)).collect::<Result<_, _>>()?;
            if !paths.is_empty() && self.rules.have_phrases() {
                records.extend(index.pages(&paths)?);
            }
            self.rules.note_phrases(&index, &records, &mut memory)?;
            self.say(&index, &mut memory)?;
        }
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
                left_out(&error);
                Ok(())
            }
            done => done,
        }
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

    /// The entries of a feed in a file. A file that is no feed is named and left out.
    fn entries(path: &Path) -> Vec<Entry> {
        feeds::entries_of_file(path).unwrap_or_else(|error| {
            left_out(&error.context(path.display().to_string()));
            Vec::new()
        })
    }

    /// Fetches the feeds that are due and adds their entries to `all`. Returns which versions they have.
    fn fetch(&mut self, known: &BTreeMap<String, Validators>, all: &mut Vec<Entry>) -> Vec<(String, Validators)> {
        let mut fetched = Vec::new();
        for feed in self.feeds.iter_mut().filter(|feed| feed.is_due()) {
            let url = feed.address.to_string();
            match feed.fetch(&known.get(&url).cloned().unwrap_or_default()) {
                Ok(Some((entries, validators))) => {
                    all.extend(entries);
                    fetched.push((url, validators));
                }
                Ok(None) => {}
                Err(error) => left_out(&error.context(url)),
            }
        }
        fetched
    }

    /// Fetches the pages of entries that are not known, where that is wanted. The entries of pages that are had are taken out.
    fn fetch_pages(&mut self, entries: &mut Vec<Entry>, known: &BTreeSet<String>) -> Result<FetchedPages> {
        let Some(fetcher) = &mut self.fetcher else { return Ok(FetchedPages::default()) };
        entries.retain(|entry| !known.contains(&entry.url));
        let fetched = fetcher.fetch(entries)?;
        entries.retain(|entry| !fetched.urls.contains(&entry.url));
        Ok(fetched)
    }

    /// Adds the entries of feeds.
    fn take_entries(&self, lines: &[String]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        if !Index::is_index(&self.index) {
            Index::create(&self.index, &[], &self.config, &tonggao::Unobserved)?;
        }
        let bar = Bar::new();
        let commit = Index::add_records(&self.index, &lines.join("\n"), &self.config, &bar);
        bar.clear();
        report(&commit?);
        Ok(())
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

fn left_out(error: &anyhow::Error) {
    terminal::say(&format!("tonggao: left out: {}", crate::message(error)));
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
