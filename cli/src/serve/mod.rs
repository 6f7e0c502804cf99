//! `tonggao serve`.

mod guard;
mod server;

use crate::report::Lang;
use anyhow::Result;
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::output_folder::OutFolder;
use tonggao::view::LiveReport;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao serve out                 then open the address that it prints
  tonggao serve out --port 8123 --lang en

The report of a folder too big for one file. Only this machine is answered unless --bind says otherwise;
whoever can reach another address can then read everything in the folder. Texts are read again from the
files that `detect` has read, by the paths it was given: run this from the same folder. Stop it with Ctrl-C.")]
pub(super) struct Serve {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// The port to listen at; 0 for one that is free
    #[arg(long, default_value_t = 8017)]
    port: u16,

    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,

    /// The language the report opens in; the reader's own by default
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode> {
        let report = LiveReport::open(OutFolder::open(&self.out)?, self.lang.map(Lang::of_report))?;
        let address = SocketAddr::new(self.bind, self.port);
        server::serve(report, address, |address| {
            // Without somebody to read the address it serves all the same.
            let _ = crate::print(&format!("http://{address}/  (Ctrl-C stops it)\n"));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
