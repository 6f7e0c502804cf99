//! `tonggao report`.

use crate::destination::Destination;
use crate::language::Lang;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::output::{Language, OutFolder, rewrite_report, write_file};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao report out                              replace out/report.html
  tonggao report out --lang en -o report-en.html  write it elsewhere, opening in English

Exit codes: 0 success; 2 error.")]
pub(super) struct Report {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The language the report opens in [default: the reader's]
    #[arg(long, value_enum)]
    lang: Option<Lang>,

    /// The file to write; - for standard output [default: FOLDER/report.html, which is replaced]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

impl Report {
    pub(super) fn run(self) -> Result<ExitCode> {
        let folder = OutFolder::open(&self.folder)?;
        let lang = self.lang.map(Language::from);
        let Some(out) = self.out else {
            let place = folder.path("report.html");
            write_file(&place, true, |writer, _| rewrite_report(folder, lang, writer))?;
            return Ok(ExitCode::SUCCESS);
        };
        let destination = Destination::new(out, self.force);
        destination.write(|writer, _| rewrite_report(folder, lang, writer))?;
        Ok(ExitCode::SUCCESS)
    }
}
