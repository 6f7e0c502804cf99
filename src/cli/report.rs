//! `tonggao report`.

use crate::explain::OutFolder;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao report out --export prov -o out.jsonld    linked data: schema.org and W3C PROV
  tonggao report out --export prov | jq '.[\"@graph\"] | length'")]
pub(super) struct Report {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Write what was found in another format
    #[arg(long, value_enum)]
    export: Export,

    /// The file to write; - for standard output
    #[arg(short = 'o', long = "output", value_name = "FILE", default_value = "-")]
    file: PathBuf,

    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Export {
    /// JSON-LD: each page a schema.org NewsArticle with W3C PROV relations and their probabilities
    Prov,
}

impl Report {
    pub(super) fn run(self) -> Result<ExitCode> {
        let out = OutFolder::open(&self.out)?;
        let Export::Prov = self.export;
        if self.file.as_os_str() == "-" {
            let mut writer = BufWriter::new(std::io::stdout().lock());
            out.export_prov(&mut writer)?;
            writer.flush().context("cannot write to standard output")?;
        } else {
            self.write(&out)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Writes beside the file and names it last, so that it appears whole or not at all.
    fn write(&self, out: &OutFolder) -> Result<()> {
        let file = &self.file;
        if file.exists() && !self.force {
            bail!("{} exists already. Choose another file with -o, or replace it with --force", file.display());
        }
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = || format!("cannot write {}: check that the folder is there and may be written", file.display());
        let staged = tempfile::NamedTempFile::new_in(parent).with_context(failed)?;
        let mut writer = BufWriter::with_capacity(1 << 18, staged);
        out.export_prov(&mut writer)?;
        let staged = writer.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(failed)?;
        staged.persist(file).with_context(failed)?;
        Ok(())
    }
}
