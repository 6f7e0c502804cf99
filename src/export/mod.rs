//! What was found, in the formats of other programs: tables as Parquet and CSV, the copying graph as GraphML and GEXF,
//! linked data. Reads an output folder; decides nothing.

#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "parquet")]
mod csv;
mod graph;
#[cfg(feature = "parquet")]
mod parquet;
mod place;
mod prov;
#[cfg(feature = "parquet")]
mod rows;
#[cfg(feature = "parquet")]
mod schema;
pub(crate) mod spreadsheet;
mod xml;

#[cfg(feature = "parquet")]
pub use crate::records::Table;
#[cfg(feature = "parquet")]
pub(crate) use parquet::properties as parquet_properties;
pub use place::write_file;
#[cfg(feature = "parquet")]
pub use rows::{batch, each_batch};

use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
#[cfg(feature = "parquet")]
use crate::storage::folder::{Content, Folder};
use std::io::Write;
use std::path::Path;

/// A format that is one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// The copying graph as GraphML.
    GraphMl,
    /// The copying graph as GEXF 1.2.
    Gexf,
    /// Linked data (JSON-LD): schema.org and W3C PROV.
    Prov,
}

impl OutFolder {
    /// Writes what was found in `format`. `path` is named in errors. Streams; keeps 16 bytes for every page of a set.
    pub fn export(&self, format: FileFormat, writer: &mut dyn Write, path: &Path) -> Result<()> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        match format {
            FileFormat::GraphMl => graph::write(self, &mut xml::GraphMl::new(writer), &failed),
            FileFormat::Gexf => graph::write(self, &mut xml::Gexf::new(writer), &failed),
            FileFormat::Prov => prov::write(self, writer),
        }
    }
}

/// A format with a file for every table.
#[cfg(feature = "parquet")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// For spreadsheets: UTF-8 with a byte order mark, nested values as JSON in their cell. A text that a spreadsheet
    /// would take for a formula gets an apostrophe before it.
    Csv,
    /// For data frames and databases, with the columns of [`Table::schema`], compressed with zstd.
    Parquet,
}

#[cfg(feature = "parquet")]
impl TableFormat {
    fn ending(self) -> &'static str {
        match self {
            TableFormat::Csv => "csv",
            TableFormat::Parquet => "parquet",
        }
    }
}

#[cfg(feature = "parquet")]
impl OutFolder {
    /// Writes every table of the run to a folder of its own, `documents.parquet` and so on, whole or not at all. A folder that
    /// exists is replaced with `replace`, if it has nothing but such tables. Streams; keeps one row group.
    pub fn export_tables(&self, format: TableFormat, folder: &Path, replace: bool) -> Result<()> {
        let name = |table: Table| format!("{}.{}", table.name(), format.ending());
        let names = Table::ALL.map(name);
        crate::storage::folder::check(folder, replace, Content::Tables)?;
        let staged = Folder::stage(folder, Content::Tables)?;
        let written = Table::ALL.into_iter().zip(&names).filter(|(table, _)| !self.left_out(&table.file()));
        for (table, name) in written {
            staged.file_at(name, |writer, path| match format {
                TableFormat::Csv => csv::write(self, table, writer, path),
                TableFormat::Parquet => parquet::write(self, table, writer, path),
            })?;
        }
        staged.publish()
    }
}
