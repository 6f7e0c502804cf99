//! Progress on standard error, when it is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tonggao::Observer;

/// One bar that shows the stage at work.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar { bar }
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Bar {
    fn begin(&self, stage: &'static str, total: u64) {
        let template = if total > 0 {
            "{spinner} {msg:14} {wide_bar} {human_pos}/{human_len} {eta}"
        } else {
            "{spinner} {msg:14} {elapsed}"
        };
        self.bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_position(0);
        self.bar.set_length(total);
        self.bar.set_message(stage.replace('_', " "));
        self.bar.enable_steady_tick(std::time::Duration::from_millis(200));
    }

    fn advance(&self, done: u64) {
        self.bar.inc(done);
    }
}
