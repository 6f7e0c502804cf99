//! How much memory the machine has, and how much the process uses.
//!
//! What counts is what the process has of its own: anonymous and shared memory. Pages of mapped files (the inputs,
//! temporary files) do not: they are copies of what is on disk, which the system keeps while nobody else wants the
//! room.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Half of what the machine, or the group of processes that this one belongs to, has; all there is in the world where
/// the system does not report it.
pub(crate) fn half_of_the_machine() -> u64 {
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let machine = kilobytes("/proc/meminfo", &["MemTotal:"]);
    let group = number("/sys/fs/cgroup/memory.max");
    [machine, group].into_iter().flatten().min().map_or(u64::MAX, |all| all / 2)
}

/// The sum of some lines of a file of the system's, in bytes; `None` when it has none of them.
fn kilobytes(path: &str, names: &[&str]) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let value = |line: &str| {
        let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
        rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let values: Vec<u64> = text.lines().filter_map(value).collect();
    (!values.is_empty()).then(|| values.iter().sum::<u64>() * 1024)
}

fn used_now() -> Option<u64> {
    kilobytes("/proc/self/status", &["RssAnon:", "RssShmem:"])
}

/// The most memory that this process has used, pages of mapped files included, where the system reports it (Linux).
pub(crate) fn peak_resident() -> Option<u64> {
    kilobytes("/proc/self/status", &["VmHWM:"])
}

/// Watches how much memory of its own the process uses, as long as it lives. Its thread ends with it.
pub(crate) struct Watch {
    peak: Arc<AtomicU64>,
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How often the watch looks.
const EVERY: Duration = Duration::from_millis(20);

impl Watch {
    /// A watch that does not look.
    pub(crate) fn idle() -> Self {
        Watch { peak: Arc::default(), done: Arc::default(), thread: None }
    }

    /// Begins to watch, on a thread of its own.
    pub(crate) fn start() -> Self {
        let mut watch = Watch::idle();
        let (peak, done) = (Arc::clone(&watch.peak), Arc::clone(&watch.done));
        watch.thread = Some(std::thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(used_now().unwrap_or(0), Ordering::Relaxed);
                std::thread::park_timeout(EVERY);
            }
        }));
        watch
    }

    /// The most seen so far, where the system reports it (Linux).
    pub(crate) fn peak(&self) -> Option<u64> {
        Some(self.peak.load(Ordering::Relaxed).max(used_now()?))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It does nothing that can panic.
            _ = thread.join();
        }
    }
}

/// Reads an amount of memory written `2G`, `512M`, `64k` or in bytes; units are powers of 1024.
pub fn parse_amount(text: &str) -> std::result::Result<u64, String> {
    let wrong = || format!("invalid amount of memory {text:?}; expected one such as 2G or 512M, or bytes");
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix('B').unwrap_or(&upper);
    let upper = upper.strip_suffix('I').unwrap_or(upper);
    let (digits, power) = match upper.char_indices().last() {
        Some((at, 'K')) => (&upper[..at], 1),
        Some((at, 'M')) => (&upper[..at], 2),
        Some((at, 'G')) => (&upper[..at], 3),
        Some((at, 'T')) => (&upper[..at], 4),
        _ => (upper, 0),
    };
    let amount: u64 = digits.parse().map_err(|_| wrong())?;
    amount.checked_mul(1024u64.pow(power)).filter(|&amount| amount > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(parse_amount("2G"), Ok(2 << 30));
        assert_eq!(parse_amount("512MiB"), Ok(512 << 20));
        assert_eq!(parse_amount("64k"), Ok(64 << 10));
        assert_eq!(parse_amount("1000"), Ok(1000));
        assert!(["", "G", "two", "0", "-1M", "99999999T"].iter().all(|text| parse_amount(text).is_err()));
    }

    #[test]
    fn the_watch_sees_what_is_used() {
        // Tests next to this one take and give back memory meanwhile, so one look in several is enough.
        let sees = |_| {
            let watch = Watch::start();
            let Some(before) = watch.peak() else { return true };
            let held = std::hint::black_box(vec![1u8; 256 << 20]);
            let seen = watch.peak().is_some_and(|peak| peak >= before + (48 << 20));
            drop(held);
            seen && watch.peak() >= Some(before)
        };
        assert!((0..20).any(sees));
    }

    #[test]
    fn the_thread_of_a_watch_ends_with_it() {
        let watch = Watch::start();
        let peak = Arc::clone(&watch.peak);
        drop(watch);
        assert_eq!(Arc::strong_count(&peak), 1, "nobody else looks any more");
    }
}
