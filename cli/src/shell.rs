//! `tonggao completions` and `tonggao man`: made from the same definitions as the flags.

use crate::Arguments;
use anyhow::{Context, Result, bail};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::process::ExitCode;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao completions bash > ~/.local/share/bash-completion/completions/tonggao
  tonggao completions zsh > ~/.zfunc/_tonggao
  tonggao completions fish > ~/.config/fish/completions/tonggao.fish")]
pub(super) struct Completions {
    /// The shell to write a script for
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "tonggao", &mut script);
        print(script)
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao man > tonggao.1                  the page of the program
  tonggao man detect > tonggao-detect.1    the page of a command
  tonggao man detect | man -l -            read it now")]
pub(super) struct Man {
    /// The command to describe [default: the whole program]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Man {
    pub(super) fn run(self) -> Result<ExitCode> {
        let mut program = Arguments::command();
        program.build();
        let page = match &self.command {
            None => program,
            Some(name) => match program.find_subcommand(name) {
                Some(command) => command.clone(),
                None => bail!("no command named {name}"),
            },
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text)?;
        print(text)
    }
}

fn print(text: Vec<u8>) -> Result<ExitCode> {
    crate::print(std::str::from_utf8(&text).context("not UTF-8")?)?;
    Ok(ExitCode::SUCCESS)
}
