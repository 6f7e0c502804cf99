//! Pages that are posted wait in a queue. One thread adds all that wait in one commit, so that many clients with a page each
//! cost as much as one with many.

use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tonggao::indexed::{Commit, Event};
use tonggao::{Config, Error, Index, Observer};

/// Requests that wait at the same time; more are turned away.
const MOST: usize = 256;
/// Bytes that wait at the same time.
const LARGEST: usize = 256 << 20;
/// Ended requests that can still be asked about.
const REMEMBERED: usize = 1024;
/// How long another process may write to the index before requests fail.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Others are being added.
    Waiting,
    /// Its pages are being added.
    Working,
    /// Its pages are in the index, on the disk.
    Done,
    /// Nothing of it is in the index.
    Failed,
}

/// A request to add pages.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AddRequest {
    add: u64,
    state: State,
    pages: usize,
    stage: Option<&'static str>,
    done: u64,
    total: u64,
    commit: Option<u64>,
    #[serde(serialize_with = "as_list")]
    events: Arc<Vec<Event>>,
    error: Option<String>,
}

fn as_list<S: Serializer>(events: &Arc<Vec<Event>>, serializer: S) -> Result<S::Ok, S::Error> {
    events.as_slice().serialize(serializer)
}

impl AddRequest {
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Done | State::Failed)
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn number(&self) -> u64 {
        self.add
    }
}

#[derive(Default)]
struct Queue {
    last: u64,
    waiting: VecDeque<(u64, String)>,
    bytes: usize,
    adds: BTreeMap<u64, AddRequest>,
}

/// All requests.
pub(super) struct Adds {
    folder: PathBuf,
    /// The most events that one answer has.
    events: usize,
    queue: Mutex<Queue>,
    came: Condvar,
    progress: Progress,
    ended: watch::Sender<u64>,
}

/// How far the commit is that is being made.
#[derive(Default)]
struct Progress {
    stage: Mutex<(&'static str, u64)>,
    done: AtomicU64,
}

impl Observer for Progress {
    fn begin(&self, stage: &'static str, total: u64) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = (stage, total);
        self.done.store(0, Relaxed);
    }

    fn advance(&self, done: u64) {
        self.done.fetch_add(done, Relaxed);
    }
}

impl Adds {
    /// Starts the thread that writes to the index.
    pub(super) fn start(folder: PathBuf, events: usize) -> std::io::Result<Arc<Adds>> {
        let adds = Arc::new(Adds::new(folder, events));
        let writing = Arc::clone(&adds);
        std::thread::Builder::new().name("adds".into()).spawn(move || {
            loop {
                writing.commit_all_that_wait();
            }
        })?;
        Ok(adds)
    }

    fn new(folder: PathBuf, events: usize) -> Adds {
        Adds {
            folder,
            events,
            queue: Mutex::default(),
            came: Condvar::new(),
            progress: Progress::default(),
            ended: watch::Sender::new(0),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the records of a request, so many, and gives it a number; none when too many wait.
    pub(super) fn take(&self, records: String, pages: usize) -> Option<u64> {
        let mut queue = self.queue();
        if queue.waiting.len() >= MOST || queue.bytes + records.len() > LARGEST {
            return None;
        }
        queue.last += 1;
        let number = queue.last;
        queue.bytes += records.len();
        queue.waiting.push_back((number, records));
        let add = AddRequest {
            add: number,
            state: State::Waiting,
            pages,
            stage: None,
            done: 0,
            total: 0,
            commit: None,
            events: Arc::default(),
            error: None,
        };
        queue.adds.insert(number, add);
        self.came.notify_one();
        Some(number)
    }

    /// How far a request is; none for a number that was never given, or long ago.
    pub(super) fn get(&self, number: u64) -> Option<AddRequest> {
        let add = self.queue().adds.get(&number)?.clone();
        if add.state != State::Working {
            return Some(add);
        }
        let (stage, total) = *self.progress.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = Some(stage).filter(|stage| !stage.is_empty());
        Some(AddRequest { stage, total, done: self.progress.done.load(Relaxed), ..add })
    }

    /// The same once the request is over, or when so much time has passed.
    pub(super) async fn wait(&self, number: u64, patience: Duration) -> Option<AddRequest> {
        let mut ended = self.ended.subscribe();
        let over =
            async { while self.get(number).is_some_and(|add| !add.is_over()) && ended.changed().await.is_ok() {} };
        // What has not ended by then is answered as it is.
        _ = tokio::time::timeout(patience, over).await;
        self.get(number)
    }

    fn commit_all_that_wait(&self) {
        let taken = self.waiting();
        let (numbers, records): (Vec<u64>, Vec<String>) = taken.into_iter().unzip();
        match self.commit(&records.join("\n")) {
            Ok(commit) => self.end(&numbers, Ok(&commit)),
            Err(error) => self.end(&numbers, Err(&error)),
        }
    }

    /// What waits, as soon as there is something.
    fn waiting(&self) -> Vec<(u64, String)> {
        let mut queue = self.queue();
        while queue.waiting.is_empty() {
            queue = self.came.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        self.progress.begin("", 0);
        let taken: Vec<(u64, String)> = queue.waiting.drain(..).collect();
        queue.bytes = 0;
        for (number, _) in &taken {
            if let Some(add) = queue.adds.get_mut(number) {
                add.state = State::Working;
            }
        }
        taken
    }

    /// Adds records as soon as no other process writes.
    fn commit(&self, records: &str) -> tonggao::Result<Commit> {
        let begun = Instant::now();
        loop {
            match Index::add_records(&self.folder, records, &Config::default(), &self.progress) {
                Err(Error::IndexLocked { .. }) if begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                done => return done,
            }
        }
    }

    fn end(&self, numbers: &[u64], done: Result<&Commit, &Error>) {
        let mut queue = self.queue();
        let events: Vec<Event> =
            done.map(|commit| commit.events.iter().take(self.events).cloned().collect()).unwrap_or_default();
        let events = Arc::new(events);
        for number in numbers {
            let Some(add) = queue.adds.get_mut(number) else { continue };
            match done {
                Ok(commit) => {
                    add.state = State::Done;
                    add.commit = Some(commit.commit).filter(|&commit| commit > 0);
                    add.events = Arc::clone(&events);
                }
                Err(error) => (add.state, add.error) = (State::Failed, Some(error.to_string())),
            }
        }
        while queue.adds.len() > REMEMBERED && queue.adds.first_entry().is_some_and(|add| add.get().is_over()) {
            queue.adds.pop_first();
        }
        drop(queue);
        self.ended.send_modify(|count| *count += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_may_wait_is_turned_away() {
        let adds = Adds::new(PathBuf::new(), 0);
        let taken = (0..MOST + 9).filter_map(|_| adds.take("{}".into(), 1)).count();
        assert_eq!(taken, MOST);
        assert_eq!(adds.get(1).map(|add| add.state), Some(State::Waiting));
        assert!(adds.get(MOST as u64 + 1).is_none());
        assert_eq!(adds.waiting().len(), MOST);
        assert!(adds.take("x".repeat(LARGEST + 1), 1).is_none());
        assert_eq!(adds.get(1).map(|add| add.state), Some(State::Working));
        let numbers: Vec<u64> = (1..=MOST as u64).collect();
        adds.end(&numbers, Err(&Error::Cancelled));
        assert!(adds.get(1).is_some_and(|add| add.state == State::Failed && add.error.is_some()));
    }
}
