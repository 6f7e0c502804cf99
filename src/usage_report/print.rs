//! A sheet as a page to print, and as CSV.

use super::words::{Columns, ReportWords, SheetSection};
use super::{CopyOf, Language, OutletArticle, OutletPage, UseSheet};
use crate::attribution::folded;
use crate::export::spreadsheet::{harmless, lines};
use crate::origin::CreditGiven::{Given, Withheld, Wrong};
use askama::Template;
use std::collections::BTreeSet;
use std::io::{Result, Write};

#[derive(Template)]
#[template(path = "sheet.html")]
struct Html<'s> {
    words: &'static ReportWords,
    sheet: &'s UseSheet,
    parts: Vec<(&'static SheetSection, &'s [OutletArticle])>,
    totals: Totals,
    version: &'s str,
    config: String,
    input_hash: &'s str,
}

/// What the head of a sheet sums up.
struct Totals {
    articles: usize,
    pages: usize,
    outlets: usize,
    /// Pages by the credit they give.
    credits: Vec<(&'static str, usize)>,
}

impl UseSheet {
    /// Writes the sheet as a page to read and print: no script, everything escaped.
    pub fn write_html(&self, writer: &mut dyn Write, language: Language) -> Result<()> {
        let words = ReportWords::of(language);
        let page = Html {
            words,
            sheet: self,
            parts: self.parts(words).into_iter().filter(|(_, articles)| !articles.is_empty()).collect(),
            totals: self.totals(words),
            version: &self.run.version,
            config: self.config()?,
            input_hash: &self.run.input_hash,
        };
        page.write_into(writer)
    }

    /// Writes the sheet as CSV for spreadsheets: a line a page, with the run and the note in the last columns.
    pub fn write_csv(&self, writer: &mut dyn Write, language: Language) -> Result<()> {
        let words = ReportWords::of(language);
        let mut cells = lines(writer)?;
        cells.write_record(header(words))?;
        let config = self.config()?;
        let run = [self.run.version.as_str(), &self.run.input_hash, &config, words.note];
        for (section, articles) in self.parts(words) {
            for (article, copy) in articles.iter().flat_map(|article| article.copies.iter().map(move |c| (article, c)))
            {
                let row = self.row(words, section, article, copy);
                let all = row.iter().map(String::as_str).chain(run);
                cells.write_record(all.map(|cell| harmless(cell).into_owned()))?;
            }
        }
        cells.flush()
    }

    /// What credit a copy gives, in a word.
    fn credit(&self, words: &'static ReportWords, copy: &CopyOf) -> Option<&'static str> {
        let credit = copy.credit.as_ref()?;
        let to_us = credit.quote.as_ref().is_none_or(|quote| folded(quote).contains(&folded(&self.outlet)));
        Some(words.credit(credit.status, to_us))
    }

    fn parts(&self, words: &'static ReportWords) -> [(&'static SheetSection, &[OutletArticle]); 3] {
        [(&words.own, &self.own), (&words.passed_on, &self.passed_on), (&words.inside, &self.inside)]
    }

    fn config(&self) -> Result<String> {
        Ok(serde_json::to_string(&self.run.config)?)
    }

    fn row(
        &self,
        words: &'static ReportWords,
        section: &SheetSection,
        article: &OutletArticle,
        copy: &CopyOf,
    ) -> Vec<String> {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let ours = article.page.as_ref();
        vec![
            section.name.to_owned(),
            text(article.title.as_deref()),
            text(ours.map(|page| page.id.as_str())),
            text(ours.and_then(|page| page.published.as_deref())),
            text(ours.map(|page| page.sha256.as_str())),
            number(article.probability),
            text(copy.page.outlet.as_deref()),
            text(copy.page.published.as_deref()),
            text(copy.page.title.as_deref()),
            copy.page.id.clone(),
            text(copy.page.url.as_deref()),
            number(copy.share),
            text(copy.relation.map(|relation| words.relation(relation))),
            number(copy.parent_probability),
            text(self.credit(words, copy)),
            text(copy.credit.as_ref().and_then(|credit| credit.quote.as_deref())),
            copy.page.sha256.clone(),
        ]
    }

    fn totals(&self, words: &'static ReportWords) -> Totals {
        let articles = || self.own.iter().chain(&self.passed_on).chain(&self.inside);
        let copies = || articles().flat_map(|article| &article.copies);
        let pages: BTreeSet<&str> = copies().map(|copy| copy.page.id.as_str()).collect();
        let outlets: BTreeSet<&str> = copies().filter_map(|copy| copy.page.outlet.as_deref()).collect();
        let mut credits: Vec<(&'static str, usize)> = Vec::new();
        for (status, to_us) in [(Given, true), (Given, false), (Withheld, false), (Wrong, false)] {
            credits.push((words.credit(status, to_us), 0));
        }
        for said in copies().filter_map(|copy| self.credit(words, copy)) {
            credits.iter_mut().filter(|(credit, _)| *credit == said).for_each(|(_, count)| *count += 1);
        }
        Totals { articles: articles().count(), pages: pages.len(), outlets: outlets.len(), credits }
    }
}

fn header(words: &ReportWords) -> Vec<&'static str> {
    let Columns {
        section,
        our_title,
        our_page,
        our_published,
        our_sha256,
        outlet,
        published,
        title,
        page,
        url,
        share,
        relation,
        parent_probability,
        credit,
        quote,
        remark,
    } = words.columns;
    let ours = [section, our_title, our_page, our_published, our_sha256, words.probability];
    let theirs = [outlet, published, title, page, url, share, relation, parent_probability, credit, quote, "SHA-256"];
    let run = [words.version, words.input_hash, words.config, remark];
    [&ours[..], &theirs, &run].concat()
}

/// What the template asks.
impl Html<'_> {
    fn or_unknown<'t>(&self, value: &'t Option<String>) -> &'t str {
        value.as_deref().unwrap_or(self.words.unknown)
    }

    fn title<'t>(&self, title: &'t Option<String>) -> &'t str {
        title.as_deref().unwrap_or(self.words.untitled)
    }

    /// A time as people read it; it stays as exact as it is.
    fn time(&self, page: &OutletPage) -> String {
        self.or_unknown(&page.published).replacen('T', " ", 1)
    }

    /// The address of a page, or else its id.
    fn address<'t>(&self, page: &'t OutletPage) -> &'t str {
        page.url.as_deref().unwrap_or(&page.id)
    }

    fn share(&self, copy: &CopyOf) -> String {
        copy.share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", 100.0 * share))
    }

    fn change(&self, copy: &CopyOf) -> &'static str {
        copy.relation.map_or("–", |relation| self.words.relation(relation))
    }

    fn credit(&self, copy: &CopyOf) -> String {
        let quote = copy.credit.as_ref().and_then(|credit| credit.quote.as_ref());
        match (self.sheet.credit(self.words, copy), quote) {
            (None, _) => "–".to_owned(),
            (Some(credit), Some(quote)) => format!("{credit} “{quote}”"),
            (Some(credit), None) => credit.to_owned(),
        }
    }
}
