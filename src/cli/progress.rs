//! Progress of long work, on stderr: a bar on a terminal, now and then a plain line otherwise. Results are not its business.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// How far some work has come.
pub struct Progress {
    what: &'static str,
    total: u64,
    bar: Option<ProgressBar>,
    /// The next count that gets a line of its own.
    next_line: u64,
}

impl Progress {
    /// Work of so many steps begins; `what` reads like `adding submissions`.
    pub fn start(what: &'static str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {bar:40} {human_pos}/{human_len} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(what);
            bar
        });
        let progress = Self { what, total, bar, next_line: tenth(total) };
        if progress.bar.is_none() {
            eprintln!("{what}: {total}");
        }
        progress
    }

    /// Work begins of which nobody can say how far it has come.
    pub fn wait(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        if bar.is_none() {
            eprintln!("{what}");
        }
        Self { what, total: 0, bar, next_line: 0 }
    }

    /// So many steps are done.
    pub fn reach(&mut self, done: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if done >= self.next_line && done < self.total => {
                eprintln!("{}: {done} of {}", self.what, self.total);
                self.next_line = done + tenth(self.total);
            }
            None => {}
        }
    }
}

fn tenth(total: u64) -> u64 {
    (total / 10).max(5_000)
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
