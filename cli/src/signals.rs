//! SIGINT and SIGTERM: clear up, say so, end.

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
            crate::terminal::say(&format!("tonggao: stopped by {name}{cleared}"));
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
