//! `tonggao explain`.

use crate::terminal;
use anyhow::Result;
use clap::{ArgGroup, Args};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::explain::Answer;
use tonggao::output_folder::OutFolder;

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["pair", "page", "cluster"]))]
#[command(after_help = "\
Examples:
  tonggao explain out a17 b03          what two pages share, and why it counts as what it does
  tonggao explain out --page a17       what each line was taken for, and what the page states
  tonggao explain out --cluster 12     where reprint set 12 came from, for and against
  tonggao explain out -- -a17 -b03     ids that begin with a dash

Ids are those of documents.jsonl, numbers those of clusters.jsonl. Records are read again from the
files that `detect` has read, by the paths it was given: run this from the same folder.

Exit codes: 0 explained; 1 nothing to show (no such page or set); 2 error.")]
pub(super) struct Explain {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Two pages by id
    #[arg(value_names = ["A", "B"], num_args = 2)]
    pair: Vec<String>,

    /// One page by id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    page: Option<String>,

    /// One reprint set by number
    #[arg(long, value_name = "N")]
    cluster: Option<u32>,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode> {
        let out = OutFolder::open(&self.out)?;
        let answer = match (&self.page, self.cluster, self.pair.as_slice()) {
            (Some(id), _, _) => out.explain_page(id)?,
            (None, Some(number), _) => out.explain_cluster(number)?,
            (None, None, pair) => out.explain_pair(&pair[0], &pair[1])?,
        };
        Ok(match answer {
            Answer::Text(text) => {
                crate::print(&text)?;
                ExitCode::SUCCESS
            }
            Answer::Nothing(why) => {
                terminal::say(&format!("tonggao: {why}"));
                ExitCode::from(1)
            }
        })
    }
}
