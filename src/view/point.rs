//! A talking point in full: its forms, and the words around it where it is.

use super::{FolderIndex, Texts};
use crate::error::Result;
use crate::output_folder::Document;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Range;

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

/// Where the wording is.
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

/// A place of the wording, in characters.
#[derive(Deserialize)]
pub(crate) struct Example {
    pub id: String,
    start: usize,
    end: usize,
}

impl PointView {
    /// A line of `talking_points.jsonl`, without its examples: these are shown in the words around them.
    pub(crate) fn new(
        number: u32,
        point: Value,
        examples: impl Iterator<Item = (Document, Example, Option<String>)>,
    ) -> Self {
        let context = |(page, Example { start, end, .. }, text): (Document, Example, Option<String>)| Context {
            words: text.map(|text| around(&text, start, end)),
            id: page.id,
            title: page.title,
            outlet: page.outlet,
            published: page.published,
            url: page.url,
            cluster: page.cluster,
        };
        PointView { number, point, contexts: examples.map(context).collect() }
    }
}

/// Takes the examples out of a line of `talking_points.jsonl`.
pub(crate) fn examples(point: &mut Value) -> Vec<Example> {
    serde_json::from_value(point["examples"].take()).unwrap_or_default()
}

/// A talking point as it was read, with the lines of the pages it rests on.
struct ReadPoint {
    number: u32,
    point: Value,
    places: Vec<(u32, Document, Example)>,
}

impl FolderIndex {
    /// The talking points with these numbers in full; those that are not there are left out. All texts are asked for
    /// at once.
    pub(super) fn points(&self, numbers: Range<u32>, texts: &dyn Texts) -> Result<Vec<PointView>> {
        let there = numbers.start..numbers.end.min(self.points.len() as u32);
        let read: Vec<ReadPoint> = there.map(|number| self.read_point(number)).collect::<Result<_>>()?;
        let wanted: Vec<(u32, &Document)> =
            read.iter().flat_map(|read| read.places.iter().map(|(line, page, _)| (*line, page))).collect();
        let mut found = texts.texts(&wanted).into_iter();
        let mut view = |ReadPoint { number, point, places }: ReadPoint| {
            let shown = places.into_iter().map(|(_, page, example)| (page, example, found.next().flatten()));
            PointView::new(number, point, shown)
        };
        Ok(read.into_iter().map(&mut view).collect())
    }

    fn read_point(&self, number: u32) -> Result<ReadPoint> {
        let mut point: Value = self.points.open()?.record(&self.out, number)?;
        let examples = examples(&mut point);
        let mut places = Vec::with_capacity(examples.len());
        for example in examples {
            places.extend(self.page(&example.id)?.map(|(line, page)| (line, page, example)));
        }
        Ok(ReadPoint { number, point, places })
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
