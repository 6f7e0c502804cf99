//! `tonggao report`.

use crate::explain::OutFolder;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
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
        let name = file.file_name().context("-o names no file")?.to_string_lossy();
        let staged = file.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        let failed = || format!("cannot write {}: check that the folder is there and may be written", file.display());
        let written = || -> Result<()> {
            let mut writer = BufWriter::with_capacity(1 << 18, File::create(&staged).with_context(failed)?);
            out.export_prov(&mut writer)?;
            writer.flush().with_context(failed)?;
            std::fs::rename(&staged, file).with_context(failed)
        };
        written().inspect_err(|_| {
            // What went wrong is on its way already; a file that was never made cannot be removed either.
            let _ = std::fs::remove_file(&staged);
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::process::ExitCode;

    fn run(arguments: &[&str]) -> ExitCode {
        crate::cli::run(["tonggao"].iter().chain(arguments).map(OsString::from))
    }

    #[test]
    fn an_export_is_written_whole_and_replaced_only_when_asked() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
        let (pages, out, file) = (path("pages.jsonl"), path("out"), path("out.jsonld"));
        std::fs::write(&pages, "{\"id\":\"a\",\"text\":\"本市今年新建口袋公园十二处，总面积超过三万平方米。\"}\n")
            .unwrap();
        assert_eq!(run(&["detect", &pages, "-o", &out, "-q"]), ExitCode::SUCCESS);
        assert_eq!(run(&["report", &out, "--export", "prov", "-o", &file]), ExitCode::SUCCESS);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["@graph"].is_array());
        assert_eq!(run(&["report", &out, "--export", "prov", "-o", &file]), ExitCode::from(2));
        assert_eq!(run(&["report", &out, "--export", "prov", "-o", &file, "--force"]), ExitCode::SUCCESS);
        assert_eq!(run(&["report", &path("nowhere"), "--export", "prov", "-o", &file, "--force"]), ExitCode::from(2));
        let left = std::fs::read_dir(root.path()).unwrap().count();
        assert_eq!(left, 3, "no partial file is left");
    }
}
