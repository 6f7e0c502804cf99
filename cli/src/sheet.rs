//! `tonggao sheet`.

use crate::destination::Destination;
use crate::language::Lang;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::output::OutFolder;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao sheet out --outlet 霁江日报 -o sheet.html            who ran its articles, when, how much, with what credit
  tonggao sheet out --outlet 霁江日报 --lang en -o sheet.csv   the same in English, for a spreadsheet

A file named .csv is written as CSV, any other as an HTML page to print.

Exit codes: 0 success; 2 error.")]
pub(super) struct Sheet {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The outlet whose articles were reprinted
    #[arg(long, value_name = "NAME")]
    outlet: String,

    /// The language of the sheet
    #[arg(long, value_enum, default_value = "zh")]
    lang: Lang,

    #[command(flatten)]
    destination: Destination,
}

impl Sheet {
    pub(super) fn run(self) -> Result<ExitCode> {
        let sheet = OutFolder::open(&self.folder)?.use_sheet(&self.outlet)?;
        let ending = self.destination.path().and_then(|path| path.extension());
        let as_csv = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        self.destination.write(|writer, path| {
            let written = match as_csv {
                true => sheet.write_csv(writer, self.lang.into()),
                false => sheet.write_html(writer, self.lang.into()),
            };
            written.map_err(|source| tonggao::Error::Write { path: path.to_owned(), source })
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
