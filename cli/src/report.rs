//! `tonggao report`.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tonggao::export::{FileFormat, write_file};
use tonggao::output_folder::OutFolder;
use tonggao::usage_report::Language;
use tonggao::view;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao report out                                  out/report.html again, from the tables beside it
  tonggao report out --lang en -o report-en.html      the same elsewhere, opening in English
  tonggao report out --export parquet -o tables       a file a table, for DuckDB, pandas, polars
  tonggao report out --export csv -o tables           the same for spreadsheets, nested values as JSON
  tonggao report out --export gexf -o copies.gexf     who copied whom, for Gephi; graphml for networkx, igraph
  tonggao report out --export prov -o out.jsonld      linked data: schema.org and W3C PROV
  tonggao report out --outlet 霁江日报 -o sheet.html   who ran our copy, when, how much, with what credit
  tonggao report out --outlet 霁江日报 --lang en -o sheet.csv")]
#[command(group = clap::ArgGroup::new("what"))]
pub(super) struct Report {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Write what was found in another format
    #[arg(long, value_enum, group = "what")]
    export: Option<Export>,

    /// Write who ran the articles of this outlet; a file named .csv becomes CSV, any other a page to print
    #[arg(long, value_name = "NAME", group = "what")]
    outlet: Option<String>,

    /// The language of the sheet, Chinese by default, or the one the report opens in, the reader's own by default
    #[arg(long, value_enum, conflicts_with = "export")]
    lang: Option<Lang>,

    /// The file to write, or the folder for csv and parquet; - for standard output, where exports and sheets go by
    /// default. The report goes to OUT/report.html, in place of the one that is there
    #[arg(short = 'o', long = "output", value_name = "DEST")]
    dest: Option<PathBuf>,

    /// Replace what exists
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Export {
    /// A folder of tables for spreadsheets: UTF-8 with a byte order mark, nested values as JSON
    #[cfg(feature = "parquet")]
    Csv,
    /// A folder of tables for data frames and databases, with nested types and instants
    #[cfg(feature = "parquet")]
    Parquet,
    /// The copying graph: pages, and edges from a page to its copies
    Graphml,
    /// The same graph for Gephi
    Gexf,
    /// JSON-LD: each page a schema.org NewsArticle with W3C PROV relations and their probabilities
    Prov,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Lang {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Language::Chinese,
            Lang::En => Language::English,
        }
    }
}

impl Lang {
    /// The language that a report opens in.
    pub(super) fn of_report(self) -> view::Lang {
        match self {
            Lang::Zh => view::Lang::Zh,
            Lang::En => view::Lang::En,
        }
    }
}

impl Report {
    pub(super) fn run(self) -> Result<ExitCode> {
        let out = OutFolder::open(&self.out)?;
        match (self.export, &self.outlet) {
            (Some(export), _) => self.export(&out, export)?,
            (None, Some(outlet)) => self.sheet(&out, outlet)?,
            (None, None) => self.report(out)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The report, from the tables.
    fn report(&self, out: OutFolder) -> Result<()> {
        let lang = self.lang.map(Lang::of_report);
        let place = out.path("report.html");
        match &self.dest {
            Some(_) => self.file(|writer, _| view::rewrite(out, lang, writer)),
            None => Ok(write_file(&place, true, |writer, _| view::rewrite(out, lang, writer))?),
        }
    }

    fn dest(&self) -> &Path {
        self.dest.as_deref().unwrap_or(Path::new("-"))
    }

    fn export(&self, out: &OutFolder, export: Export) -> Result<()> {
        let format = match export {
            #[cfg(feature = "parquet")]
            Export::Csv => return self.tables(out, tonggao::export::TableFormat::Csv),
            #[cfg(feature = "parquet")]
            Export::Parquet => return self.tables(out, tonggao::export::TableFormat::Parquet),
            Export::Graphml => FileFormat::GraphMl,
            Export::Gexf => FileFormat::Gexf,
            Export::Prov => FileFormat::Prov,
        };
        self.file(|writer, path| out.export(format, writer, path))
    }

    #[cfg(feature = "parquet")]
    fn tables(&self, out: &OutFolder, format: tonggao::export::TableFormat) -> Result<()> {
        if self.to_standard_output() {
            anyhow::bail!("csv and parquet make a file for each table: name a folder for them with -o");
        }
        Ok(out.export_tables(format, self.dest(), self.force)?)
    }

    fn sheet(&self, out: &OutFolder, outlet: &str) -> Result<()> {
        let sheet = out.use_sheet(outlet)?;
        let as_csv = self.dest().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        self.file(|writer, path| {
            let written = match as_csv {
                true => sheet.write_csv(writer, self.lang.unwrap_or_default().into()),
                false => sheet.write_html(writer, self.lang.unwrap_or_default().into()),
            };
            written.map_err(|source| tonggao::error::Error::Write { path: path.to_owned(), source })
        })
    }

    fn to_standard_output(&self) -> bool {
        self.dest().as_os_str() == "-"
    }

    /// Writes the file asked for, or to standard output.
    fn file(&self, with: impl FnOnce(&mut dyn Write, &Path) -> tonggao::error::Result<()>) -> Result<()> {
        if self.to_standard_output() {
            let mut writer = super::terminal::output();
            with(&mut writer, Path::new("standard output"))?;
            return writer.flush().context("cannot write to standard output");
        }
        Ok(write_file(self.dest(), self.force, |writer, path| with(writer, path))?)
    }
}
