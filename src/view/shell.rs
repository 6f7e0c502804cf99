//! The page that has a view: its style and its program inside, and the policy that lets nothing else run.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;

/// The built front end; `web/` has its sources.
const SCRIPT: &str = include_str!("assets/report.js");
const STYLE: &str = include_str!("assets/report.css");

/// Where the page gets its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// From itself.
    File,
    /// From the server it came from.
    Serve,
}

/// A piece of data inside the page: an id, and gzip in base64, which has no character that means anything in HTML.
pub(super) struct RowBlock {
    pub id: String,
    pub data: String,
}

/// The page.
pub(super) struct Shell {
    lang: Option<&'static str>,
    /// What every sheet prints of the run.
    run: String,
    mode: Mode,
    blocks: Vec<RowBlock>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ShellPage<'s> {
    lang: &'s str,
    policy: String,
    style: &'s str,
    script: &'s str,
    run: &'s str,
    blocks: &'s [RowBlock],
}

impl Shell {
    /// `run` is what `run.json` says.
    pub(super) fn new(mode: Mode, lang: Option<&'static str>, run: &Value, blocks: Vec<RowBlock>) -> Self {
        let told = json!({
            "mode": mode,
            "lang": lang,
            "version": run["version"],
            "config": run["config"],
            "input_hash": run["input_hash"],
            "commit": run["commit"],
            "counts": run["counts"],
        });
        Shell { lang, run: inert(&told.to_string()), mode, blocks }
    }

    /// The page that asks the server.
    pub(super) fn of_server(lang: Option<&'static str>, run: &Value) -> Self {
        Shell::new(Mode::Serve, lang, run, Vec::new())
    }

    /// What may run and load: the program and the style in the page, known by their hashes, and nothing else.
    /// Nothing can be made into markup either, even by the program itself.
    pub(super) fn policy(mode: Mode) -> String {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
        let ask = if mode == Mode::Serve { "connect-src 'self'; " } else { "" };
        format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; {ask}img-src data:; base-uri 'none'; \
             form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            hash(SCRIPT),
            hash(STYLE)
        )
    }

    /// Writes the page.
    pub(super) fn write(&self, writer: &mut dyn Write) -> std::io::Result<()> {
        let page = ShellPage {
            lang: self.lang.map_or("zh-Hans", |lang| if lang == "zh" { "zh-Hans" } else { lang }),
            policy: Shell::policy(self.mode),
            style: STYLE,
            script: SCRIPT,
            run: &self.run,
            blocks: &self.blocks,
        };
        page.write_into(writer)
    }
}

/// JSON without a character that could end the element it is in.
fn inert(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", c as u32)),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_leave_its_element() {
        let json = serde_json::json!({ "a": "</script><!-- & \u{2028}" }).to_string();
        let safe = inert(&json);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), serde_json::from_str::<Value>(&json).unwrap());
    }

    #[test]
    fn the_program_does_not_end_its_own_element() {
        for part in [SCRIPT, STYLE] {
            assert!(!part.to_lowercase().contains("</s") && !part.contains("<!--"));
        }
    }
}
