//! Words that the documents do without, because a plainer one says the same; `cli` asks the same of `--help`.

use crate::links::documents;
use crate::support::{nothing_wrong, repository};

/// What was once a habit here. Each is a whole word or phrase, in any case.
const HABITS: [&str; 7] = ["told", "stands", "holds", "held", "beside", "is no", "there are"];

/// The habits that a text has, as `name:line: habit`. Fenced code and inline code are passed over.
pub fn habits_in(name: &str, text: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
        let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let plain = format!(" {} ", words.join(" "));
        let here = HABITS.iter().filter(|habit| plain.contains(&format!(" {habit} ")));
        found.extend(here.map(|habit| format!("{name}:{number}: {habit}")));
    }
    found
}

#[test]
fn documents_are_written_plainly() {
    let of_document = |name: &String| habits_in(name, &std::fs::read_to_string(repository(name)).unwrap());
    nothing_wrong(documents().iter().flat_map(of_document).collect());
}

#[test]
fn a_habit_is_noticed() {
    let text = "It holds, as told.\n`holds` is code.\n```\nheld\n```\nThere are\ttwo; household words are none.";
    assert_eq!(habits_in("x", text), ["x:1: told", "x:1: holds", "x:6: there are"]);
}
