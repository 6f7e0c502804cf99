//! `tonggao export`.

use crate::destination::Destination;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::output::{FileFormat, OutFolder};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao export out --format parquet -o tables     one file per table, for DuckDB, pandas and polars
  tonggao export out --format csv -o tables         the same for spreadsheets, nested values as JSON
  tonggao export out --format gexf -o copies.gexf   who copied whom, for Gephi; graphml for networkx and igraph
  tonggao export out --format prov -o out.jsonld    linked data in schema.org and W3C PROV

Exit codes: 0 success; 2 error.")]
pub(super) struct Export {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The format to write; csv and parquet write a folder, which -o names
    #[arg(long, value_enum)]
    format: ExportFormat,

    #[command(flatten)]
    destination: Destination,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// Tables for spreadsheets: UTF-8 with a byte order mark, nested values as JSON
    #[cfg(feature = "parquet")]
    Csv,
    /// Tables for data frames and databases, with nested types and timestamps
    #[cfg(feature = "parquet")]
    Parquet,
    /// The copying graph as GraphML: pages, and edges from a page to its copies
    Graphml,
    /// The copying graph for Gephi
    Gexf,
    /// JSON-LD: each page a schema.org NewsArticle, with W3C PROV relations and their probabilities
    Prov,
}

impl Export {
    pub(super) fn run(self) -> Result<ExitCode> {
        let folder = OutFolder::open(&self.folder)?;
        let format = match self.format {
            #[cfg(feature = "parquet")]
            ExportFormat::Csv => return self.tables(&folder, tonggao::output::TableFormat::Csv),
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => return self.tables(&folder, tonggao::output::TableFormat::Parquet),
            ExportFormat::Graphml => FileFormat::GraphMl,
            ExportFormat::Gexf => FileFormat::Gexf,
            ExportFormat::Prov => FileFormat::Prov,
        };
        self.destination.write(|writer, path| folder.export(format, writer, path))?;
        Ok(ExitCode::SUCCESS)
    }

    #[cfg(feature = "parquet")]
    fn tables(&self, folder: &OutFolder, format: tonggao::output::TableFormat) -> Result<ExitCode> {
        let Some(out) = self.destination.path() else {
            bail!("csv and parquet write one file per table: name a folder for them with -o");
        };
        folder.export_tables(format, out, self.destination.force())?;
        Ok(ExitCode::SUCCESS)
    }
}
