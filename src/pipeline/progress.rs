//! How a run reports its progress, how it is cancelled, and how long each stage took.

use crate::error::{Error, Result};
use crate::records::StageTime;
use std::time::Instant;

/// Receives the progress of a run. All calls come from worker threads; the defaults do nothing.
pub trait Observer: Sync {
    /// A stage begins; `total` counts what it will go through, 0 when that is not known.
    fn begin(&self, stage: &'static str, total: u64) {
        let _ = (stage, total);
    }
    /// Some of it is done.
    fn advance(&self, done: u64) {
        let _ = done;
    }
    /// True when the run is to stop: asked between stages, and between parts of the longest ones. It then ends with
    /// [`Error::Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
pub struct Unobserved;

impl Observer for Unobserved {}

/// Times stages one after the other.
pub(super) struct StageTimer<'o> {
    observer: &'o dyn Observer,
    running: Option<(&'static str, Instant)>,
    done: Vec<StageTime>,
}

impl<'o> StageTimer<'o> {
    pub(super) fn new(observer: &'o dyn Observer) -> Self {
        StageTimer { observer, running: None, done: Vec::new() }
    }

    pub(super) fn stage(&mut self, stage: &'static str, total: u64) -> Result<()> {
        self.stop()?;
        self.observer.begin(stage, total);
        self.running = Some((stage, Instant::now()));
        Ok(())
    }

    /// The running stage is done, or was broken off.
    pub(super) fn stop(&mut self) -> Result<()> {
        if let Some((stage, since)) = self.running.take() {
            self.done.push(StageTime { stage, seconds: since.elapsed().as_secs_f64() });
        }
        stop_if_cancelled(self.observer)
    }

    pub(super) fn finish(mut self) -> Result<Vec<StageTime>> {
        self.stop()?;
        Ok(self.done)
    }
}

pub(crate) fn stop_if_cancelled(observer: &dyn Observer) -> Result<()> {
    if observer.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}
