//! A talking point in full: its forms, and the words around it where it stands.

use super::{Index, Texts};
use crate::error::Result;
use crate::explain::records::Document;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Characters shown on either side of the wording.
const AROUND: usize = 48;

/// A talking point as its view shows it.
#[derive(Serialize)]
pub(crate) struct PointView {
    number: u32,
    /// The line of `talking_points.jsonl`.
    point: Value,
    contexts: Vec<Context>,
}

/// Where the wording stands.
#[derive(Serialize)]
struct Context {
    id: String,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    url: Option<String>,
    cluster: Option<u32>,
    /// The words before it, itself, and the words after it; null where the page's file has gone or changed since.
    words: Option<[String; 3]>,
}

#[derive(Deserialize)]
struct Example {
    id: String,
    start: usize,
    end: usize,
}

impl Index {
    /// A talking point in full; `None` when there is none with this number.
    pub(crate) fn point(&self, number: u32, texts: &dyn Texts) -> Result<Option<PointView>> {
        if number as usize >= self.points.len() {
            return Ok(None);
        }
        let mut point: Value = self.points.open()?.record(&self.out, number)?;
        let examples: Vec<Example> = serde_json::from_value(point["examples"].take()).unwrap_or_default();
        let mut found: Vec<(u32, Document, Example)> = Vec::new();
        for example in examples {
            found.extend(self.page(&example.id)?.map(|(line, page)| (line, page, example)));
        }
        let wanted: Vec<(u32, &Document)> = found.iter().map(|(line, page, _)| (*line, page)).collect();
        let read = texts.texts(&wanted);
        let contexts = found.iter().zip(read).map(|((_, page, example), text)| Context {
            id: page.id.clone(),
            title: page.title.clone(),
            outlet: page.outlet.clone(),
            published: page.published.clone(),
            url: page.url.clone(),
            cluster: page.cluster,
            words: text.map(|text| around(&text, example.start, example.end)),
        });
        Ok(Some(PointView { number, contexts: contexts.collect(), point }))
    }
}

/// The words before characters `start..end` of a text, within its paragraph; those characters; the words after them.
fn around(text: &str, start: usize, end: usize) -> [String; 3] {
    let chars: Vec<char> = text.chars().collect();
    let (start, end) = (start.min(chars.len()), end.clamp(start.min(chars.len()), chars.len()));
    let before = chars[..start].iter().rev().take(AROUND).take_while(|c| **c != '\n').count();
    let after = chars[end..].iter().take(AROUND).take_while(|c| **c != '\n').count();
    [start - before..start, start..end, end..end + after].map(|range| chars[range].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn words_around_stay_in_the_paragraph() {
        assert_eq!(around("一\n乙丙丁戊\n己", 3, 4), ["乙", "丙", "丁戊"].map(str::to_owned));
        assert_eq!(around("短", 5, 9), ["短", "", ""].map(str::to_owned));
    }
}
