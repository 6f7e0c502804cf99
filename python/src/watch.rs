//! Long work with the interpreter released: progress is reported, and Ctrl-C stops it.

use crate::errors::{Raise, Result, config_error};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tonggao::Error;
use tonggao::Observer;

/// How often signals are looked at and progress is reported.
const TICK: Duration = Duration::from_millis(50);

/// Where the work is, as its threads say.
#[derive(Default)]
pub(crate) struct Watch {
    stage: Mutex<(&'static str, u64)>,
    done: AtomicU64,
    stop: AtomicBool,
}

impl Observer for Watch {
    fn begin(&self, stage: &'static str, total: u64) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = (stage, total);
        self.done.store(0, Relaxed);
    }

    fn advance(&self, done: u64) {
        self.done.fetch_add(done, Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

impl Watch {
    /// An error when the work is to stop.
    pub(crate) fn go_on(&self) -> std::result::Result<(), Error> {
        if self.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Looks whether Python wants to go on, and calls `progress(stage, done, total)`.
    fn look(&self, py: Python, progress: Option<&Py<PyAny>>) -> PyResult<()> {
        py.check_signals()?;
        let (stage, total) = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Some(progress) if !stage.is_empty() => {
                progress.call1(py, (stage, self.done.load(Relaxed), total)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// Does `work` on threads of its own with the interpreter released. A signal (Ctrl-C), or an exception of `progress`,
/// stops it between two parts of the work and is raised.
pub(crate) fn watched<T: Send>(
    py: Python,
    threads: usize,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T> + Send,
) -> PyResult<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(tonggao::config::threads(threads)).build();
    let pool = pool.map_err(|error| config_error(&format!("cannot start threads: {error}")))?;
    let watch = Watch::default();
    py.detach(|| {
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            let (pool, watch) = (&pool, &watch);
            // The receiver outlives the sender, so that sending cannot fail.
            let worker = scope.spawn(move || sender.send(pool.install(|| work(watch))).is_ok());
            let mut interrupted = None;
            loop {
                match receiver.recv_timeout(TICK) {
                    Ok(done) => return interrupted.map_or_else(|| done.or_raise(), Err),
                    Err(RecvTimeoutError::Disconnected) => {
                        // Its message is on standard error already.
                        let _ = worker.join();
                        return Err(PyRuntimeError::new_err("a worker thread of tonggao panicked"));
                    }
                    Err(RecvTimeoutError::Timeout) if interrupted.is_none() => {
                        if let Err(error) = Python::attach(|py| watch.look(py, progress.as_ref())) {
                            watch.stop.store(true, Relaxed);
                            interrupted = Some(error);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            }
        })
    })
}
