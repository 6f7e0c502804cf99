//! The `tonggao` program: arguments to settings, findings to an exit code.

mod bench;
mod config;
mod dedup;
mod destination;
mod detect;
mod explain;
mod export;
mod extract;
mod index;
mod language;
mod points;
mod progress;
mod remedy;
mod report;
mod sample;
mod serve;
mod settings;
mod sheet;
mod shell;
mod signals;
mod terminal;
mod watch;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

// Stages take and drop hundreds of megabytes on all threads: this allocator gives memory back between them, where
// the system's keeps what one stage has dropped while the next asks for more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Find near-duplicates and syndication in scraped news: which pages carry the same article, where it came from, and which
/// phrases outlets share
#[derive(Parser)]
#[command(name = "tonggao", version, max_term_width = 100)]
#[command(after_help = "\
Examples:
  tonggao detect news/ -o out        find reprint sets, origins and talking points; then open out/report.html
  tonggao explain out --cluster 12   why the pages of a set are one, and where it came from
  tonggao dedup news/ -o kept        the same files without near-duplicate pages

`tonggao COMMAND --help` has more.

Exit codes: 0 success; 1 nothing to show (explain); 2 error, or a record was skipped under --strict.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find reprint sets, their origins and talking points
    Detect(detect::Detect),
    /// Write a corpus again without near-duplicate pages
    Dedup(dedup::Dedup),
    /// List talking points, or find who uses given phrases
    Points(points::Points),
    /// Explain why two pages match, how a page was read, or where a set came from
    Explain(explain::Explain),
    /// Write what was read of each page: main text, time, outlet and credits
    Extract(extract::Extract),
    /// Build report.html again
    Report(report::Report),
    /// Export the tables for data frames, spreadsheets, graph tools or linked data
    Export(export::Export),
    /// List who reprinted an outlet's articles
    Sheet(sheet::Sheet),
    /// Serve the report over HTTP, for output too large for one file
    Serve(serve::Serve),
    /// Keep an index that grows: add pages day by day, and look a page up in it
    #[command(subcommand)]
    Index(index::Index),
    /// Watch folders and feeds: take new pages into an index, and report what your rules ask for
    Watch(watch::Watch),
    /// Draw pairs to label by hand, and estimate precision and recall from the labels
    Sample(sample::Sample),
    /// Benchmark each stage on your own files
    Bench(bench::Bench),
    /// Print the effective settings
    Config(config::PrintConfig),
    /// Print a shell completion script
    Completions(shell::Completions),
    /// Print a man page
    Man(shell::Man),
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
        Command::Points(points) => points.run(),
        Command::Explain(explain) => explain.run(),
        Command::Extract(extract) => extract.run(),
        Command::Report(report) => report.run(),
        Command::Export(export) => export.run(),
        Command::Sheet(sheet) => sheet.run(),
        Command::Serve(serve) => serve.run(),
        Command::Index(index) => index.run(),
        Command::Watch(watch) => watch.run(),
        Command::Sample(sample) => sample.run(),
        Command::Bench(bench) => bench.run(),
        Command::Config(config) => config.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
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
        if let Some(error) = cause.downcast_ref::<tonggao::Error>() {
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
