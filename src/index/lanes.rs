//! Questions are answered one at a time on each processor. The stages that an answer goes through share their work among the
//! threads of a pool, which for one page costs more than it gains; and in one pool a thread that waits for a part of its answer
//! would take up other questions meanwhile, and not come back until they are answered.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A pool of one thread, and how many wait for it or use it.
struct Lane {
    pool: ThreadPool,
    length: AtomicUsize,
}

/// One for each processor. A machine that gives no thread has none.
static LANES: LazyLock<Vec<Lane>> = LazyLock::new(|| {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let lane =
        |_| Some(Lane { pool: ThreadPoolBuilder::new().num_threads(1).build().ok()?, length: AtomicUsize::new(0) });
    (0..count).filter_map(lane).collect()
});

/// Is one of those who wait, until it is dropped.
struct Waiting<'l>(&'l AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does work on one thread, after those that came before.
pub(super) fn alone<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let Some(lane) = LANES.iter().min_by_key(|lane| lane.length.load(Ordering::Relaxed)) else { return work() };
    lane.length.fetch_add(1, Ordering::Relaxed);
    let _waiting = Waiting(&lane.length);
    lane.pool.install(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn work_stays_on_one_thread() {
        let threads = alone(|| {
            let of_part = |_| std::thread::current().id();
            let ids: Vec<_> = (0..1000).into_par_iter().map(of_part).collect();
            (rayon::current_num_threads(), ids.iter().all(|id| *id == ids[0]))
        });
        assert_eq!(threads, (1, true));
    }

    #[test]
    fn many_are_answered_and_a_panic_takes_no_place() {
        let broken = || alone(|| -> u32 { std::panic::resume_unwind(Box::new(())) });
        assert!(std::panic::catch_unwind(broken).is_err());
        let answers: Vec<u32> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..32).map(|k| scope.spawn(move || alone(|| k * 2))).collect();
            asked.into_iter().map(|answer| answer.join().unwrap()).collect()
        });
        assert_eq!(answers, (0..32).map(|k| k * 2).collect::<Vec<u32>>());
    }
}
