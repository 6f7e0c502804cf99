//! One page: what each line was taken for, and what the page states.

use super::Answer;
use super::words::{Sheet, count, excerpt, shortened};
use crate::attribution::{Attribution, Found, SourcePlace};
use crate::clean::{CleanDoc, Label, Line, LineReason, Region};
use crate::corpus::RawDoc;
use crate::error::Result;
use crate::output_folder::Document;
use crate::output_folder::OutFolder;
use crate::output_folder::Reread;
use crate::pages::Pages;
use crate::types::DocId;

/// Lines of one kind, next to each other and with the same reason, are drawn together from this many on.
const TOGETHER: usize = 4;

pub(super) fn explain(out: &OutFolder, id: &str) -> Result<Answer> {
    let found = out.documents(&[id])?;
    let Some(document) = found.first() else { return Ok(Answer::no_page(out, id)) };
    let reread = Reread::new(out, &[document])?;
    let pages = reread.pages(out)?;
    let mut sheet = Sheet::default();
    pages.read(DocId(0), |raw, clean| {
        introduce(&mut sheet, document, reread.unit(0));
        lines(&mut sheet, &pages, raw, clean);
        repairs(&mut sheet, document);
        stated(&mut sheet, &raw.text, &pages.attribution(raw, clean));
    });
    Ok(Answer::Text(sheet.done()))
}

fn introduce(sheet: &mut Sheet, document: &Document, unit: &str) {
    sheet.line(0, &format!("Page {}", document.id));
    sheet.line(2, &format!("record     {}, {} bytes from {unit} {}", document.file, document.bytes, document.offset));
    let title = document.title.as_deref().map(|title| shortened(title, 60));
    let outlet = document.outlet.as_ref().map(|outlet| match document.outlet_from.as_deref() {
        Some("field") => format!("{outlet} (its outlet field)"),
        Some("url") => format!("{outlet} (the host of its address)"),
        Some("template") => format!("{outlet} (the site furniture that it shows)"),
        Some("title") => format!("{outlet} (what its title ends with)"),
        _ => outlet.clone(),
    });
    let time =
        document.published.as_ref().map(|time| format!("{time} (known to the {})", document.published_precision));
    for (name, value) in [("title", title), ("address", document.url.clone()), ("outlet", outlet), ("published", time)]
    {
        sheet.hanging(2, 13, &format!("{name:10} {}", value.as_deref().unwrap_or("not known")));
    }
    let set = match (document.cluster, document.relation) {
        (Some(number), Some(relation)) => {
            let parent = document.parent.as_ref().map_or(String::new(), |parent| format!(", from {parent}"));
            format!("{number} ({}{parent})", format!("{relation:?}").to_lowercase())
        }
        (Some(number), None) => number.to_string(),
        (None, Some(_)) => "none: put together from several articles".to_owned(),
        (None, None) => "none: no copy of it was found".to_owned(),
    };
    sheet.hanging(2, 13, &format!("set        {set}"));
}

fn lines(sheet: &mut Sheet, pages: &Pages, raw: &RawDoc, clean: &CleanDoc) {
    sheet.heading("Lines (only the body is compared with other pages)");
    let reasons: Vec<String> = clean.lines.iter().map(|line| because(pages, line)).collect();
    let mut at = 0;
    while at < reasons.len() {
        let is_like = |k: &usize| reasons[*k] == reasons[at] && clean.lines[*k].region == clean.lines[at].region;
        let alike = (at..reasons.len()).take_while(is_like).count();
        let shown = if alike < TOGETHER { 1 } else { alike };
        let span = |k: usize| clean.lines[k].span.of(&raw.text);
        let name = region(clean.lines[at].region);
        let text = match shown {
            1 => excerpt(span(at)),
            _ => format!(
                "{} … {} ({})",
                shortened(span(at), 20),
                shortened(span(at + shown - 1), 16),
                count(shown, "line")
            ),
        };
        let why = if reasons[at].is_empty() { String::new() } else { format!("  ← {}", reasons[at]) };
        sheet.hanging(2, 13, &format!("{name:10} {text}{why}"));
        at += shown;
    }
    if clean.lines.is_empty() {
        sheet.line(2, "none with a letter in it");
    }
}

fn region(region: Region) -> &'static str {
    match region {
        Region::Headline => "headline",
        Region::Credit => "credit",
        Region::Body => "body",
        Region::Caption => "caption",
        Region::Furniture => "furniture",
    }
}

/// What decided the region of a line; nothing for the body, which is what is left.
fn because(pages: &Pages, line: &Line) -> String {
    let reason = match line.reason {
        LineReason::Learnt => return learnt(pages, line),
        LineReason::CreditLabel(label) => return format!("a label for {}", labelled(label)),
        LineReason::Text => "",
        LineReason::OnlyText => "the page has no other text",
        LineReason::Title => "it equals the title field",
        LineReason::HeadlinePlace => "shape: by place and length",
        LineReason::HeadlineOfSeries => "shape: the headline of a series, with other figures each time",
        LineReason::HeadlineAgain => "it repeats the headline",
        LineReason::Clock => "little more than a date and a time",
        LineReason::Caption => "worded as a caption, or a picture's name",
        LineReason::Machinery => "worded as page machinery is everywhere",
        LineReason::ListHeader => "heads a list of other articles",
        LineReason::InList => "in a list of other articles",
        LineReason::Notice => "worded as a copyright notice or disclaimer",
        LineReason::BeforeHeadline => "shape: precedes the headline",
        LineReason::AfterCredits => "shape: follows the credits or the list that end the article",
        LineReason::AfterText => "shape: a short line after the end of the article",
    };
    reason.to_owned()
}

fn learnt(pages: &Pages, line: &Line) -> String {
    match pages.learnt(DocId(0), line) {
        Some((group, known)) => {
            let whose = if group.is_empty() { "an unknown outlet" } else { group };
            format!("learnt: on {} of {whose}", count(known.articles as usize, "different article"))
        }
        None => "learnt".to_owned(),
    }
}

fn labelled(label: Label) -> &'static str {
    match label {
        Label::Source => "a source",
        Label::Author => "an author",
        Label::Correspondent => "a correspondent",
        Label::Editor => "an editor",
        Label::OriginalUrl => "the original's address",
        Label::OriginalTitle => "the original headline",
        Label::Time => "the time",
        Label::Photo => "a picture",
        Label::Staff => "other work on the page",
    }
}

fn repairs(sheet: &mut Sheet, document: &Document) {
    if document.repairs.is_empty() {
        return;
    }
    sheet.heading("Damage passed over");
    for (kind, times) in &document.repairs {
        let what = match kind.as_str() {
            "pinyin" => "pinyin left in brackets by a script conversion, taken out for matching",
            "lost_bytes" => "places where bytes were lost; what was lost is not guessed",
            "markup" => "tags left of the page's markup",
            "entity" => "characters written as HTML entities",
            "invisible" => "zero-width and control characters",
            "width" => "letters and digits of the other width",
            "compatibility" => "radicals and compatibility forms in place of characters",
            "spaced" => "stretches with a blank after every character",
            "wrapped" => "line breaks inside paragraphs",
            "escaped_break" => "line breaks written as a backslash and an n",
            "double_encoded" => "fields that were encoded twice, read as they were before",
            other => other,
        };
        sheet.line(2, &format!("{times} × {what}"));
    }
}

fn stated(sheet: &mut Sheet, text: &str, page: &Attribution) {
    sheet.heading("What the page states (and the words it was read from)");
    let mut said = Vec::new();
    if let Some((found, place)) = &page.source {
        let place = match place {
            SourcePlace::Head => "above the article",
            SourcePlace::Opening => "in its opening words",
            SourcePlace::Tail => "at its end",
        };
        said.push(format!("source     {}, {place}", quoted(text, found)));
    }
    let lists = [("author", &page.authors), ("correspondent", &page.correspondents), ("editor", &page.editors)];
    for (name, list) in lists {
        said.extend(list.iter().map(|found| format!("{name:10} {}", quoted(text, found))));
    }
    if let Some(dateline) = &page.dateline {
        let parts = [("agency", &dateline.agency), ("place", &dateline.place), ("date", &dateline.date)];
        let parts = parts.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?)));
        said.extend(parts.map(|(name, found)| format!("dateline   {name} {}", quoted(text, found))));
    }
    let singles = [("link", &page.original_url), ("headline", &page.original_title), ("notice", &page.reprint_notice)];
    said.extend(
        singles.into_iter().filter_map(|(name, found)| Some(format!("{name:10} {}", quoted(text, found.as_ref()?)))),
    );
    if said.is_empty() {
        said.push("nothing".to_owned());
    }
    said.iter().for_each(|line| sheet.hanging(2, 13, line));
}

/// A value, with the words it was read from and their place in characters.
fn quoted(text: &str, found: &Found) -> String {
    let written = found.at.of(text);
    let at = text[..found.at.start as usize].chars().count();
    let place = format!("characters {at}–{}", at + written.chars().count());
    if written == found.value {
        format!("“{}” ({place})", shortened(written, 60))
    } else {
        format!("{} from “{}” ({place})", found.value, shortened(written, 60))
    }
}
