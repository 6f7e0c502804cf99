//! `tonggao serve`.

mod adds;
mod drain;
mod guard;
mod index_server;
mod server;
mod token;

use crate::language::Lang;
use anyhow::{Result, ensure};
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::Index;
use tonggao::output::{Language, LiveReport, OutFolder};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao serve out                       then open the address that it prints
  tonggao serve out --port 8123 --lang en
  tonggao serve week                      an index: the report, read from it and from the files of its pages
  curl --data-binary @page.txt http://127.0.0.1:8017/api/query      whose copy is this page?

  tonggao serve week --bind 192.0.2.7 --token token.txt      for other machines: Authorization: Bearer TOKEN

An index also answers POST /api/query (a record as JSON, or plain text), POST /api/add (JSON Lines), GET /api/clusters/N and GET
/api/events?since=N. GET /api/openapi.json describes them. What is added is on the disk when the answer says so.

Only this machine can connect, unless --bind names another address. Then an index asks for a token, a browser for it as a password;
whoever can reach the address of the report of an output folder can read everything in it. Texts are read again from the input files of `detect`, by the paths
it was given, so run this from the same folder. Stop it with Ctrl-C.

Exit codes: 2 error.")]
pub(super) struct Serve {
    /// An output folder of `tonggao detect`, or an index
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The port to listen on; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 8017)]
    port: u16,

    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,

    /// Answer only those who show the token in this file, for an index [default: the variable TONGGAO_TOKEN, if it is set]
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,

    /// The language the report opens in [default: the reader's]
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode> {
        let address = SocketAddr::new(self.bind, self.port);
        // Without somebody to read the address it serves all the same.
        let ready = |address| _ = crate::print(&format!("http://{address}/  (Ctrl-C stops it)\n"));
        if Index::is_index(&self.folder) {
            let token = token::token(self.token.as_deref())?;
            let is_asked_for = token.is_some() || self.bind.is_loopback();
            ensure!(is_asked_for, "other machines can reach {}: name a file with a --token", self.bind);
            index_server::serve(self.folder, token, self.lang.map(Language::from), address, ready)?;
            return Ok(ExitCode::SUCCESS);
        }
        ensure!(self.token.is_none(), "a report asks for no --token; only an index does");
        let report = LiveReport::open(OutFolder::open(&self.folder)?, self.lang.map(Language::from))?;
        server::serve(report, address, ready)?;
        Ok(ExitCode::SUCCESS)
    }
}
