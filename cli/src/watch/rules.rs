//! What a user wants to hear of: a small TOML file of rules, and what they say of the sets that changed.

use super::memory::Memory;
use super::notices::{Notice, NoticedPage, Origin};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tonggao::findings::{CreditGiven, PointClass};
use tonggao::indexed::{Event, EventKind, EventPoint, IndexedCluster};
use tonggao::stages::clean::fold;
use tonggao::{Index, InputRecord};

/// The rules of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    #[serde(default)]
    rule: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// A name of the user's own, which notices carry.
    name: String,
    when: When,
    /// Whose copy (`uncredited`).
    outlet: Option<String>,
    /// From so many outlets on (`spread`, `phrase`, `new_point`).
    outlets: Option<usize>,
    /// Which words (`phrase`).
    phrase: Option<String>,
    /// Of this class alone (`new_point`); all without it.
    class: Option<PointClass>,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    /// Others run an outlet's text and do not credit it.
    Uncredited,
    /// A reprint set has pages of many outlets.
    Spread,
    /// Many outlets use a phrase.
    Phrase,
    /// A compaction found a talking point that many outlets use, and the one before did not find it.
    NewPoint,
}

impl Rules {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Rules::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let rules: Rules = toml::from_str(text)?;
        let mut names = BTreeSet::new();
        for Rule { name, when, outlet, outlets, phrase, class } in &rules.rule {
            ensure!(names.insert(name), "two rules have the name {name:?}");
            let given = [outlet.is_some(), outlets.is_some(), phrase.is_some()];
            let (wanted, keys) = match when {
                When::Uncredited => ([true, false, false], "`outlet`"),
                When::Spread => ([false, true, false], "`outlets`"),
                When::Phrase => ([false, true, true], "`phrase` and `outlets`"),
                When::NewPoint => ([false, true, false], "`outlets`, and `class` if you like"),
            };
            let is_right = given == wanted && (class.is_none() || *when == When::NewPoint);
            ensure!(is_right, "rule {name:?}: next to `name` and `when` it takes {keys}");
            ensure!(outlets.is_none_or(|outlets| outlets > 0), "rule {name:?}: `outlets` must be at least 1");
            ensure!(
                phrase.as_ref().is_none_or(|phrase| !folded(phrase).is_empty()),
                "rule {name:?}: `phrase` has no words"
            );
        }
        Ok(rules)
    }

    /// True when a rule asks for a phrase.
    pub(super) fn have_phrases(&self) -> bool {
        self.rule.iter().any(|rule| rule.phrase.is_some())
    }

    /// What there is to say after some events.
    pub(super) fn of_events(&self, index: &Index, events: &[Event], memory: &Memory) -> Result<Vec<Notice>> {
        let mut notices = Vec::new();
        for (number, came) in came(events) {
            let Some(set) = index.cluster(number)? else { continue };
            for rule in &self.rule {
                let notice = match rule.when {
                    When::Uncredited => rule.uncredited(&set, &came),
                    When::Spread => rule.spread(&set),
                    When::Phrase | When::NewPoint => None,
                };
                notices.extend(notice.and_then(|notice| memory.unsaid(notice)));
            }
        }
        for point in events.iter().filter_map(|event| event.point.as_ref()) {
            let found = self.rule.iter().filter_map(|rule| rule.new_point(point));
            notices.extend(found.filter_map(|notice| memory.unsaid(notice)));
        }
        Ok(notices)
    }

    /// Notes which outlets use the phrases of the rules on pages that came.
    pub(super) fn note_phrases(&self, index: &Index, pages: &[InputRecord], memory: &mut Memory) -> Result<()> {
        let phrases: Vec<(&str, String)> = self
            .rule
            .iter()
            .filter_map(|rule| Some((rule.phrase.as_deref()?, folded(rule.phrase.as_deref()?))))
            .collect();
        for page in pages.iter().filter(|_| !phrases.is_empty()) {
            let text = folded(&page.text);
            let used: Vec<&str> =
                phrases.iter().filter(|(_, words)| text.contains(words)).map(|(phrase, _)| *phrase).collect();
            if used.is_empty() {
                continue;
            }
            let page = index.query(page.clone())?.page;
            for phrase in used {
                memory.note(phrase, page.outlet.as_deref(), &page.id);
            }
        }
        Ok(())
    }

    /// What there is to say of phrases.
    pub(super) fn of_phrases(&self, memory: &Memory) -> Vec<Notice> {
        let notice = |rule: &Rule| {
            let (phrase, least) = (rule.phrase.as_ref()?, rule.outlets?);
            let users = memory.users(phrase).filter(|users| users.len() >= least)?;
            let page = |(outlet, id): (&String, &String)| NoticedPage::of(id, Some(outlet.clone()));
            memory.unsaid(Notice {
                phrase: Some(phrase.clone()),
                outlets: users.len(),
                pages: users.iter().map(page).collect(),
                keys: vec![rule.name.clone()],
                ..Notice::of(&rule.name, rule.when)
            })
        };
        self.rule.iter().filter_map(notice).collect()
    }
}

/// By set: the pages that came to it, or all when its origin changed.
fn came(events: &[Event]) -> BTreeMap<u32, Option<BTreeSet<&str>>> {
    let mut sets: BTreeMap<u32, Option<BTreeSet<&str>>> = BTreeMap::new();
    for event in events {
        let Some(cluster) = event.cluster else { continue };
        match event.event {
            EventKind::OriginChanged => {
                sets.insert(cluster, None);
            }
            EventKind::Appeared | EventKind::Joined | EventKind::Merged | EventKind::Moved => {
                if let Some(pages) = sets.entry(cluster).or_insert_with(|| Some(BTreeSet::new())) {
                    pages.extend(event.pages.iter().map(String::as_str));
                }
            }
            EventKind::Left | EventKind::Ended | EventKind::NewPoint => {}
        }
    }
    sets
}

impl Rule {
    /// Pages that came to a set of the outlet's text, are another outlet's, and do not credit it.
    fn uncredited(&self, set: &IndexedCluster, came: &Option<BTreeSet<&str>>) -> Option<Notice> {
        let ours = folded(self.outlet.as_deref()?);
        let is_ours = |outlet: Option<&str>| outlet.is_some_and(|outlet| folded(outlet) == ours);
        let origin = set.record.origin.as_ref().filter(|origin| is_ours(origin.outlet.as_deref()))?;
        let mut notice = Notice { keys: Vec::new(), ..self.of_set(set) };
        for member in &set.record.members {
            let outlet = set.outlet_of(&member.id);
            let is_new = came.as_ref().is_none_or(|pages| pages.contains(member.id.as_str()));
            let credit = member.credit.as_ref().filter(|credit| credit.status != CreditGiven::Given);
            let Some(credit) = credit.filter(|_| is_new && !is_ours(outlet)) else { continue };
            if origin.document.as_ref() == Some(&member.id) {
                continue;
            }
            notice.keys.push(format!("{} {} {}", self.name, set.record.cluster, member.id));
            let page = NoticedPage::of(&member.id, outlet.map(str::to_owned));
            notice.pages.push(NoticedPage { credit: Some(credit.status), quote: credit.quote.clone(), ..page });
        }
        (!notice.pages.is_empty()).then_some(notice)
    }

    fn spread(&self, set: &IndexedCluster) -> Option<Notice> {
        (set.record.outlets >= self.outlets?).then(|| {
            let page = |id: &String| NoticedPage::of(id, set.outlet_of(id).map(str::to_owned));
            Notice { pages: set.record.members.iter().map(|member| page(&member.id)).collect(), ..self.of_set(set) }
        })
    }

    fn new_point(&self, point: &EventPoint) -> Option<Notice> {
        let outlets = point.outlets as usize;
        let is_wanted = self.when == When::NewPoint
            && outlets >= self.outlets?
            && self.class.is_none_or(|class| class == point.class);
        is_wanted.then(|| Notice {
            phrase: Some(point.text.clone()),
            outlets,
            keys: vec![format!("{} “{}”", self.name, point.text)],
            ..Notice::of(&self.name, self.when)
        })
    }

    fn of_set(&self, set: &IndexedCluster) -> Notice {
        let record = &set.record;
        let origin = record
            .origin
            .as_ref()
            .map(|found| Origin { outlet: found.outlet.clone(), document: found.document.clone() });
        Notice {
            cluster: Some(record.cluster),
            title: record.title.clone(),
            origin,
            outlets: record.outlets,
            keys: vec![format!("{} {}", self.name, record.cluster)],
            ..Notice::of(&self.name, self.when)
        }
    }
}

/// The letters, digits and characters of a text in one case, width and script: what counts when words are compared.
fn folded(text: &str) -> String {
    text.chars().filter_map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_what_it_needs_and_nothing_else() {
        let rule = |lines: &str| Rules::parse(&format!("[[rule]]\nname = \"a\"\n{lines}\n"));
        for right in ["when = \"spread\"\noutlets = 3", "when = \"new_point\"\noutlets = 3\nclass = \"saying\""] {
            assert_eq!(rule(right).unwrap().rule.len(), 1, "{right}");
        }
        for wrong in [
            "when = \"spread\"",
            "when = \"spread\"\noutlets = 0",
            "when = \"spread\"\noutlets = 3\nphrase = \"山\"",
            "when = \"phrase\"\noutlets = 3\nphrase = \"……\"",
            "when = \"uncredited\"",
            "when = \"new_point\"",
            "when = \"new_point\"\noutlets = 3\nclass = \"word\"",
            "when = \"spread\"\noutlets = 3\nclass = \"saying\"",
            "when = \"often\"\noutlets = 3",
            "outlets = 3",
            "when = \"spread\"\noutlets = 3\ncolour = 1",
            "when = \"spread\"\noutlets = 3\n[[rule]]\nname = \"a\"\nwhen = \"spread\"\noutlets = 4",
        ] {
            assert!(rule(wrong).is_err(), "{wrong}");
        }
        assert!(Rules::parse("").unwrap().rule.is_empty());
    }

    #[test]
    fn words_are_compared_in_one_case_width_and_script() {
        assert_eq!(folded("ＡＢ， 河灣「新」聞"), folded("ab河湾新闻"));
    }
}
