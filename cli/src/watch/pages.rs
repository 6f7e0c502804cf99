//! Pages that entries of feeds link to: fetched politely, kept as WARC files, and taken in as files are.
//!
//! One page is asked for at a time, after the rules of its site, with a pause between two pages of one site, and once.

use super::feeds::Entry;
use super::http::{Address, Answer, Found, REDIRECTS, Refused, Validators};
use super::left_out;
use super::robots::Robots;
use super::warc::WarcFile;
use crate::progress::Bar;
use anyhow::{Result, anyhow, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tonggao::Observer;

/// How long the rules of a site are taken to be as they were.
const RULES_LAST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is known of a site.
struct Site {
    robots: Robots,
    /// When its rules were read.
    read: Instant,
    /// When it may be asked again.
    next: Instant,
}

/// Fetches pages.
pub(super) struct PageFetcher {
    folder: PathBuf,
    pause: Duration,
    sites: BTreeMap<String, Site>,
}

/// Pages that were fetched.
#[derive(Default)]
pub(super) struct FetchedPages {
    /// Where they are kept; none for none.
    pub file: Option<PathBuf>,
    /// The addresses that entries have of them.
    pub urls: BTreeSet<String>,
}

impl PageFetcher {
    /// Keeps pages in `folder`, and waits at least `pause` between two pages of one site.
    pub(super) fn new(folder: PathBuf, pause: Duration) -> Self {
        PageFetcher { folder, pause, sites: BTreeMap::new() }
    }

    /// Fetches the pages of entries. Those that cannot be had, or may not be read, are named.
    pub(super) fn fetch(&mut self, entries: &[Entry]) -> Result<FetchedPages> {
        let urls: BTreeSet<&str> =
            entries.iter().map(|entry| entry.url.as_str()).filter(|url| !url.is_empty()).collect();
        if urls.is_empty() {
            return Ok(FetchedPages::default());
        }
        let (bar, mut file, mut fetched) = (Bar::new(), None::<WarcFile>, FetchedPages::default());
        bar.begin("fetch", urls.len() as u64);
        for url in urls {
            match self.page(url) {
                Ok(page) => {
                    let kept = match &mut file {
                        Some(file) => file,
                        None => file.insert(WarcFile::create(&self.folder)?),
                    };
                    kept.add(&page)?;
                    fetched.urls.insert(url.to_owned());
                }
                Err(error) => left_out(&error.context(url.to_owned())),
            }
            bar.advance(1);
        }
        bar.clear();
        fetched.file = file.map(WarcFile::finish).transpose()?;
        Ok(fetched)
    }

    /// Fetches a page, from wherever its address leads.
    fn page(&mut self, url: &str) -> Result<Answer> {
        let mut address = Address::parse(url).map_err(|reason| anyhow!(reason))?;
        for _ in 0..=REDIRECTS {
            match self.ask(&address)? {
                Found::Page(answer) => return of_a_page(answer),
                Found::Elsewhere(other) => address = other,
            }
        }
        bail!("it leads to more than {REDIRECTS} other addresses");
    }

    /// Asks for what is at an address, when its site may be asked.
    fn ask(&mut self, address: &Address) -> Result<Found> {
        let pause = self.pause;
        let site = self.site(address);
        if !site.robots.allow(address.place()) {
            bail!("the robots.txt of its site does not allow to read {}", address.place());
        }
        std::thread::sleep(site.next.saturating_duration_since(Instant::now()));
        let found = address.get_here();
        site.next = Instant::now() + site.robots.pause.map_or(pause, |asked| asked.max(pause));
        found
    }

    /// The site of an address, its rules read if they are not known.
    fn site(&mut self, address: &Address) -> &mut Site {
        let name = address.site();
        self.sites.retain(|_, site| site.read.elapsed() < RULES_LAST);
        let robots = |name: &String| {
            let now = Instant::now();
            Site { robots: robots_of(name), read: now, next: now }
        };
        self.sites.entry(name).or_insert_with_key(robots)
    }
}

/// An answer, if it is of a type that pages have.
fn of_a_page(answer: Answer) -> Result<Answer> {
    let kind = answer.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !["text/html", "application/xhtml+xml", "text/plain", ""].contains(&kind.as_str()) {
        bail!("it is {kind}, not a page");
    }
    Ok(answer)
}

/// The rules of a site. One that has none allows everything; one whose rules cannot be had, nothing.
fn robots_of(site: &str) -> Robots {
    let Ok(address) = Address::parse(&format!("{site}/robots.txt")) else { return Robots::nothing() };
    match address.get(&Validators::default()) {
        Ok(Some(answer)) => Robots::parse(&String::from_utf8_lossy(&answer.body)),
        Ok(None) => Robots::default(),
        Err(error) => match error.downcast_ref::<Refused>() {
            Some(Refused(status)) if status.is_client_error() => Robots::default(),
            _ => Robots::nothing(),
        },
    }
}
