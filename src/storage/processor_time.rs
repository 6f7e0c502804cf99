//! How much of a processor some work takes: what tests of cost compare, since it hardly depends on what else the machine
//! does, as wall time does.

use std::time::Instant;

/// Hundredths of a second that are measured at least: the system counts in them.
const ENOUGH: u64 = 30;

/// Seconds of the processor that `work` takes on one thread: the mean of as many runs as can be measured. Wall time where
/// the system does not report it as Linux does.
pub(crate) fn processor_seconds(work: impl Fn() + Sync) -> f64 {
    let measured = || {
        let (began, started, mut runs) = (of_this_thread(), Instant::now(), 0);
        loop {
            work();
            runs += 1;
            let taken = match (began, of_this_thread()) {
                (Some(began), Some(now)) => now - began,
                _ => started.elapsed().as_millis() as u64 / 10,
            };
            if taken >= ENOUGH {
                return taken as f64 / 100.0 / f64::from(runs);
            }
        }
    };
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(measured)
}

/// Hundredths of a second that this thread has run, for itself and in the system.
fn of_this_thread() -> Option<u64> {
    let line = std::fs::read_to_string("/proc/thread-self/stat").ok()?;
    // The name of the thread comes before the last bracket, and may have blanks in it.
    let fields: Vec<&str> = line.rsplit(')').next()?.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}
