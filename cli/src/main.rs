//! The `tonggao` program: arguments to settings, findings to an exit code.

mod bench;
mod dedup;
mod detect;
mod explain;
mod extract;
mod progress;
mod reading;
mod remedy;
mod report;
mod sample;
mod serve;
mod signals;
mod terminal;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

// Stages take and drop hundreds of megabytes on all threads: this allocator gives memory back between them, where
// the system's keeps what one stage has dropped while the next asks for more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Finds reprints in scraped news, where they came from, and the wording that outlets share.
#[derive(Parser)]
#[command(name = "tonggao", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 the run went to its end; 1 nothing to show (explain); 2 error, or a record was skipped under --strict."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find reprint sets, origins and talking points, and write them to a folder
    Detect(detect::Detect),
    /// Write a corpus again without the pages that repeat others
    Dedup(dedup::Dedup),
    /// Say why: two pages, one page, or a reprint set of an output folder
    Explain(explain::Explain),
    /// Write what was read of each page: its main text, time, outlet and credits
    Extract(extract::Extract),
    /// Draw pairs for hand coding, and estimate precision and recall from them
    Sample(sample::Sample),
    /// Time every stage on your own files, beside floors
    Bench(bench::Bench),
    /// Make the report again, or write what was found in another format
    Report(report::Report),
    /// Show the report of a folder too big for one file
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    if let Err(error) = signals::watch() {
        terminal::say(&format!("tonggao: cannot listen for signals: {error}"));
        return ExitCode::from(2);
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                terminal::say(error.render().to_string().trim_end());
                return ExitCode::from(2);
            }
            // Help and version are no errors; a closed pipe is nobody's concern here.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    let done = match arguments.command {
        Command::Detect(detect) => detect.run(),
        Command::Dedup(dedup) => dedup.run(),
        Command::Explain(explain) => explain.run(),
        Command::Extract(extract) => extract.run(),
        Command::Sample(sample) => sample.run(),
        Command::Bench(bench) => bench.run(),
        Command::Report(report) => report.run(),
        Command::Serve(serve) => serve.run(),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            terminal::say(&format!("tonggao: {}", message(&error)));
            ExitCode::from(2)
        }
    }
}

/// What went wrong and what to do about it, in one line.
fn message(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain() {
        message += &if message.is_empty() { cause.to_string() } else { format!(": {cause}") };
        // An error of the library includes its own cause.
        if let Some(error) = cause.downcast_ref::<tonggao::error::Error>() {
            message.extend(remedy::remedy(error).map(|remedy| format!(". {remedy}")));
            break;
        }
    }
    message
}

/// Prints to standard output.
fn print(text: &str) -> anyhow::Result<()> {
    use anyhow::Context;
    terminal::print(text).context("cannot write to standard output")
}
