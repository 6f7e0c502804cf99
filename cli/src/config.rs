//! `tonggao config`.

use crate::settings::{Answers, Settings};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;
use toml::{Table, Value};
use tonggao::Config;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao config > tonggao.toml                     a file with all settings, to edit and give to --config
  tonggao config --config tonggao.toml --memory 4G  the settings that a command with these flags would use

Exit codes: 0 success; 2 error.")]
pub(super) struct PrintConfig {
    #[command(flatten)]
    answers: Answers,

    #[command(flatten)]
    settings: Settings,
}

impl PrintConfig {
    pub(super) fn run(self) -> Result<ExitCode> {
        crate::print(&written(&self.answers.over(self.settings.config()?))?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The settings as a file that `--config` reads. Those without a value are listed in comments.
fn written(config: &Config) -> Result<String> {
    let mut text = String::new();
    for (name, value) in serde_json::to_value(config)?.as_object().into_iter().flatten() {
        if value.is_null() {
            text += &format!("# {name} is not set\n");
            continue;
        }
        let value = match name.as_str() {
            "timezone" => Value::String(zone(config.timezone)),
            _ => Value::try_from(value)?,
        };
        text += &toml::to_string(&Table::from_iter([(name.clone(), value)]))?;
    }
    Ok(text)
}

/// A time zone as its flag writes it.
fn zone(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let config = Config {
            field: vec!["text=body".to_owned()],
            timezone: -(9 * 3600 + 1800),
            memory: 1 << 31,
            background: vec!["old/".into()],
            ..Config::default()
        };
        let text = written(&config).unwrap();
        assert!(text.contains("timezone = \"-09:30\"\n") && text.contains("# furniture is not set\n"), "{text}");
        let again = Config::from_settings(toml::from_str(&text).unwrap()).unwrap();
        assert_eq!(serde_json::to_value(again).unwrap(), serde_json::to_value(config).unwrap());
    }
}
