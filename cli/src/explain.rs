//! `tonggao explain`.

use crate::terminal;
use anyhow::Result;
use clap::{ArgGroup, Args};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::output::{Answer, OutFolder};

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["pair", "page", "cluster"]))]
#[command(after_help = "\
Examples:
  tonggao explain out a17 b03          what two pages share, and why that makes them a match or not
  tonggao explain out --page a17       how each line of a page was classified, and what the page states
  tonggao explain out --cluster 12     where reprint set 12 came from, with the evidence for and against
  tonggao explain out -- -a17 -b03     ids that begin with a dash

Ids are those of documents.jsonl, numbers those of clusters.jsonl. Records are read again from the input files of
`detect`, by the paths it was given, so run this from the same folder.

Exit codes: 0 success; 1 no such page or set; 2 error.")]
pub(super) struct Explain {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The ids of two pages
    #[arg(value_names = ["A", "B"], num_args = 2)]
    pair: Vec<String>,

    /// The id of a page
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    page: Option<String>,

    /// The number of a reprint set
    #[arg(long, value_name = "N")]
    cluster: Option<u32>,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode> {
        let folder = OutFolder::open(&self.folder)?;
        let answer = match (&self.page, self.cluster, self.pair.as_slice()) {
            (Some(id), _, _) => folder.explain_page(id)?,
            (None, Some(number), _) => folder.explain_cluster(number)?,
            (None, None, pair) => folder.explain_pair(&pair[0], &pair[1])?,
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
