//! SIGINT and SIGTERM: clear up, say so, end.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where this run keeps its finished stages.
static CHECKPOINT: OnceLock<PathBuf> = OnceLock::new();

/// Says, when a signal ends the run, that finished stages are in `folder`, if it is there.
pub(super) fn name_checkpoint(folder: &Path) {
    // A process has one run.
    _ = CHECKPOINT.set(folder.to_owned());
}

/// How to go on from the finished stages of this run, if there are any.
pub(super) fn resumption() -> Option<String> {
    let folder = CHECKPOINT.get().filter(|folder| folder.is_dir())?;
    Some(format!("finished stages are in {}: --resume goes on from them", folder.display()))
}

#[cfg(unix)]
pub(super) fn watch() -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        tonggao::output::abandon(|removed| {
            let name = if signal == SIGINT { "SIGINT" } else { "SIGTERM" };
            let cleared = if removed.is_empty() { "" } else { "; what it had begun to write was removed" };
            let kept = resumption().map_or_else(String::new, |kept| format!("; {kept}"));
            crate::terminal::say(&format!("tonggao: stopped by {name}{cleared}{kept}"));
            // Whoever started the program sees that a signal has ended it.
            _ = signal_hook::low_level::emulate_default_handler(signal);
            std::process::exit(128 + signal);
        });
    })?;
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn watch() -> std::io::Result<()> {
    Ok(())
}
