//! Makes histories of copying to fit the weights of the origin stage on: pages in `corpus.jsonl`, what really happened in
//! `truth.jsonl`. The same seed gives the same bytes everywhere; every seed has outlets, words and habits of its own.
//!
//!     cargo run --release --example make_histories -- DIR SEED [STORIES] [--no-credits] [--no-clocks]
//!
//! A story is written by one outlet, which now and then has no page here, and copied by others from it or from each
//! other. Copies are cut, padded, reworded, retitled, set in half width or in the other script; they credit their
//! parent, the origin, themselves, somebody else or nobody; clocks are wrong, known to the day, or missing; datelines,
//! words of the publisher (本报讯) and its notices are left in copies or taken out; reporters speak in texts under their outlet's
//! name; outlets update their stories. In every third world a table lists the outlets that only republish. Articles are words in a row (see
//! `benches/corpus.rs`), for what they say does not matter here. With `--no-credits` no page states a source, writer,
//! link or dateline, with `--no-clocks` no page, field or address states a time.

#[path = "../benches/corpus.rs"]
mod corpus;

use corpus::{Article, Dice, World};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, arguments): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let mut arguments = arguments.into_iter();
    let (Some(folder), Some(seed)) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        return Err("give a folder and a seed, as in: make_histories made1 1".into());
    };
    let stories = arguments.next().map_or(Ok(1500), |stories| stories.parse())?;
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let mut maker = Maker::new(seed.parse()?, !has("--no-credits"), !has("--no-clocks"));
    (0..stories).for_each(|number| maker.story(number));
    std::fs::create_dir_all(&folder)?;
    for (name, rows) in [("corpus.jsonl", &maker.pages), ("truth.jsonl", &maker.truth)] {
        let mut file = BufWriter::new(File::create(folder.join(name))?);
        rows.iter().try_for_each(|row| writeln!(file, "{row}"))?;
        file.flush()?;
    }
    if maker.lists_copiers {
        std::fs::write(folder.join("outlets.tsv"), maker.copiers())?;
    }
    println!("{} pages of {stories} stories in {}", maker.pages.len(), folder.display());
    Ok(())
}

/// What kind of publisher an outlet is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Agency,
    Paper,
    Broadcaster,
    Office,
    Portal,
    Aggregator,
}

use Kind::*;

/// How outlets of each kind are called, how many there are in a world, and how often one of them writes.
static KINDS: [(Kind, &[&str], usize, usize); 6] = [
    (Agency, &["社", "通讯社"], 2, 6),
    (Paper, &["日报", "晚报", "时报"], 6, 2),
    (Broadcaster, &["电视台", "广播"], 2, 1),
    (Office, &["发布", "政府网"], 2, 1),
    (Portal, &["网", "在线", "客户端"], 6, 1),
    // What they are called does not show that they only republish.
    (Aggregator, &["网", "在线", "新闻", "周刊"], 4, 0),
];

/// Where an outlet credits its sources.
#[derive(Clone, Copy)]
enum Credits {
    Above,
    Below,
    FirstWords,
    Nowhere,
}

struct Outlet {
    name: String,
    /// Other names that pages credit it by.
    aliases: Vec<String>,
    host: String,
    kind: Kind,
    writes: usize,
    traditional: bool,
    above: Vec<String>,
    below: Vec<String>,
    credits: Credits,
}

/// One version of a story's text.
#[derive(Clone)]
struct Version {
    /// Its page, if it has one here.
    page: Option<usize>,
    outlet: usize,
    title: String,
    paragraphs: Vec<String>,
    minute: i64,
    /// The publisher whose words precede the text (本报讯, a dateline).
    lead: Option<String>,
    /// A publisher's notice below the text.
    notice: Option<String>,
}

/// What a page says of where its text is from.
#[derive(Default)]
struct Says {
    source: Option<String>,
    link: Option<String>,
    writer: Option<String>,
    original_title: Option<String>,
}

/// What this world's outlets do, of a hundred times.
struct Habits {
    hidden: usize,
    from_first: usize,
    credit_parent: usize,
    credit_origin: usize,
    credit_self: usize,
    credit_wrong: usize,
    link: usize,
    keep_lead: usize,
    keep_notice: usize,
    wrong_clock: usize,
    speaks: usize,
    updates: usize,
}

/// Makes a world page by page.
struct Maker {
    dice: Dice,
    world: World,
    outlets: Vec<Outlet>,
    habits: Habits,
    credits: bool,
    clocks: bool,
    /// A table of outlets next to the corpus lists those that only republish.
    lists_copiers: bool,
    pages: Vec<Value>,
    truth: Vec<Value>,
}

/// Characters that names are made of: not the commonest, which are words of grammar.
fn names(dice: &mut Dice, length: usize) -> String {
    const CHARACTERS: &str = include_str!("../benches/characters.txt");
    let characters: Vec<char> = CHARACTERS.chars().filter(|c| !c.is_whitespace()).skip(300).collect();
    (0..length).map(|_| characters[dice.below(characters.len())]).collect()
}

fn person(dice: &mut Dice) -> String {
    let family: Vec<char> = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗".chars().collect();
    let length = dice.between(1, 3);
    format!("{}{}", family[dice.below(family.len())], names(dice, length))
}

fn pick<'a, T>(dice: &mut Dice, of: &'a [T]) -> &'a T {
    &of[dice.below(of.len())]
}

impl Maker {
    fn new(seed: u64, credits: bool, clocks: bool) -> Self {
        let mut dice = Dice::new(seed);
        let world = corpus::world(&mut dice);
        let outlets = KINDS.iter().flat_map(|&(kind, endings, count, writes)| {
            (0..count).map(move |number| (kind, endings[number % endings.len()], writes))
        });
        let outlets = outlets.enumerate().map(|(number, of)| outlet(&mut dice, number, of)).collect();
        let habits = Habits {
            hidden: dice.between(10, 21),
            from_first: dice.between(60, 81),
            credit_parent: dice.between(35, 50),
            credit_origin: dice.between(15, 25),
            credit_self: dice.between(5, 11),
            credit_wrong: dice.between(2, 5),
            link: dice.between(8, 16),
            keep_lead: dice.between(75, 96),
            keep_notice: dice.between(20, 50),
            wrong_clock: dice.between(3, 6),
            speaks: dice.between(15, 50),
            updates: dice.between(5, 20),
        };
        Maker {
            lists_copiers: seed.is_multiple_of(3),
            dice,
            world,
            outlets,
            habits,
            credits,
            clocks,
            pages: Vec::new(),
            truth: Vec::new(),
        }
    }

    /// The table of outlets that only republish.
    fn copiers(&self) -> String {
        let copiers = self.outlets.iter().filter(|outlet| outlet.kind == Aggregator);
        copiers.map(|outlet| format!("{}\taggregator\n", outlet.name)).collect()
    }

    /// Writes a story and its copies.
    fn story(&mut self, number: usize) {
        let article = corpus::article(&self.world, 9, &mut self.dice);
        let first = self.first(&article);
        let dice = &mut self.dice;
        // How many copies there are falls off by a power law.
        let copies = if dice.chance(55) { (0.73 * (1.0 - dice.share()).powf(-1.0 / 1.1)) as usize } else { 0 };
        let is_hidden = dice.chance(self.habits.hidden);
        let copies = if is_hidden { copies.clamp(2, 40) } else { copies.min(40) };
        let writer = dice.chance(80).then(|| person(dice));
        let mut versions = vec![first];
        if !is_hidden {
            let own = self.dice.chance(50).then(|| self.outlets[versions[0].outlet].name.clone());
            let says = Says { source: own, writer: writer.clone(), ..Says::default() };
            versions[0].page = Some(self.publish(number, &versions[0], says, &versions[0], None));
        }
        if !is_hidden && self.dice.chance(self.habits.updates) {
            self.update(number, &mut versions, writer.as_ref());
        }
        for _ in 0..copies {
            let from_first = self.dice.chance(self.habits.from_first);
            let parent = if from_first { 0 } else { self.dice.below(versions.len()) };
            let mut copy = self.copy(&versions[0], &versions[parent], &article);
            let says = self.says(&versions[0], &versions[parent], &copy, writer.as_ref());
            copy.page = Some(self.publish(number, &copy, says, &versions[0], versions[parent].page));
            versions.push(copy);
        }
    }

    /// The story as the outlet that writes it has it.
    fn first(&mut self, article: &Article) -> Version {
        let dice = &mut self.dice;
        let mut ticket = dice.below(self.outlets.iter().map(|outlet| outlet.writes).sum());
        let writes = |outlet: &Outlet| match ticket.checked_sub(outlet.writes) {
            Some(rest) => {
                ticket = rest;
                false
            }
            None => true,
        };
        let outlet = self.outlets.iter().position(writes).unwrap_or(0);
        let house = &self.outlets[outlet];
        let minute = dice.below(300) as i64 * 1440 + dice.between(6 * 60, 23 * 60) as i64;
        let reporter = person(dice);
        let lead = match house.kind {
            _ if !self.credits => None,
            Agency if dice.chance(70) => {
                Some(format!("{}{}{}电（记者 {reporter}）", house.name, names(dice, 2), day_of(minute)))
            }
            Paper if dice.chance(45) => Some(format!("本报讯（记者 {reporter}）")),
            Broadcaster if dice.chance(40) => Some("本台消息，".to_owned()),
            Portal if dice.chance(30) => Some(format!("本网讯（记者 {reporter}）")),
            _ => None,
        };
        let own = match house.kind {
            Agency => "本社",
            Paper => "本报",
            Broadcaster => "本台",
            _ => "本网",
        };
        let notice = (self.credits && dice.chance(15)).then(|| {
            format!(
                "声明：凡{own}署名的文字、图片，版权均属{}所有，未经授权不得转载、摘编，违者追究法律责任。",
                house.name
            )
        });
        let mut paragraphs: Vec<String> = article.paragraphs.iter().map(|sentences| sentences.concat()).collect();
        if self.credits && house.kind != Office && dice.chance(self.habits.speaks) {
            // Now and then a text quotes what another publisher has reported.
            let quoted = if dice.chance(8) { &pick(dice, &self.outlets).name } else { &house.name };
            speak(dice, &mut paragraphs, quoted);
        }
        // Writers too take headlines from their text, and type commas of half width.
        let title = if dice.chance(8) { clause(dice, &paragraphs) } else { None };
        if dice.chance(2) {
            paragraphs.iter_mut().for_each(|p| *p = p.replace('，', ","));
        }
        let title = title.unwrap_or_else(|| article.title.clone());
        Version { page: None, outlet, title, paragraphs, minute, lead, notice }
    }

    /// The same outlet's later version: it says more, under another headline now and then.
    fn update(&mut self, number: usize, versions: &mut Vec<Version>, writer: Option<&String>) {
        let mut update = versions[0].clone();
        let more = corpus::article(&self.world, 9, &mut self.dice);
        update.paragraphs.extend(more.paragraphs.iter().take(2).map(|sentences| sentences.concat()));
        update.minute += self.dice.between(15, 900) as i64;
        if self.dice.chance(40) {
            update.title = clause(&mut self.dice, &update.paragraphs).unwrap_or(update.title);
        }
        let says = Says { writer: writer.cloned(), ..Says::default() };
        update.page = Some(self.publish(number, &update, says, &versions[0], versions[0].page));
        versions.push(update);
    }

    /// What an outlet makes of another one's version.
    fn copy(&mut self, first: &Version, parent: &Version, article: &Article) -> Version {
        let dice = &mut self.dice;
        let outlet = loop {
            let outlet = dice.below(self.outlets.len());
            if outlet != parent.outlet && outlet != first.outlet {
                break outlet;
            }
        };
        let mut copy = Version { page: None, outlet, ..parent.clone() };
        let delay = (5.5 + 1.4 * normal(dice)).exp() as i64;
        copy.minute += delay.clamp(3, 40 * 1440);
        copy.lead = copy.lead.filter(|_| dice.chance(self.habits.keep_lead));
        copy.notice = copy.notice.filter(|_| dice.chance(self.habits.keep_notice));
        let strength = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3][dice.below(10)];
        let own = if dice.chance(45) { clause(dice, &copy.paragraphs) } else { None };
        copy.title = own.unwrap_or(copy.title);
        if strength >= 1 {
            if dice.chance(60) {
                copy.title = format!("{}{}", copy.title, pick(dice, &["（图）", "|要闻", "", ""]));
            }
            if dice.chance(30) {
                copy.paragraphs.iter_mut().for_each(|p| *p = p.replace('，', ","));
            }
            if dice.chance(30) && copy.paragraphs.len() > 3 {
                let at = dice.below(copy.paragraphs.len() - 1);
                let next = copy.paragraphs.remove(at + 1);
                copy.paragraphs[at] += &next;
            }
            if dice.chance(40) {
                let changed = |p: &String, dice: &mut Dice| match dice.chance(30) {
                    true => p.replacen('，', "，同时，", 1),
                    false => p.clone(),
                };
                copy.paragraphs = copy.paragraphs.iter().map(|p| changed(p, dice)).collect();
            }
        }
        if strength >= 2 && copy.paragraphs.len() > 3 {
            if dice.chance(50) {
                let kept = copy.paragraphs.len() * dice.between(45, 86) / 100;
                copy.paragraphs.truncate(kept.max(2));
            } else {
                let mut number = 0;
                copy.paragraphs.retain(|_| {
                    number += 1;
                    number == 1 || dice.chance(70)
                });
            }
        }
        let length = |paragraphs: &[String]| paragraphs.iter().map(String::len).sum::<usize>();
        if length(&copy.paragraphs) * 3 < article.paragraphs.iter().flatten().map(String::len).sum::<usize>() {
            copy.paragraphs = parent.paragraphs.clone();
        }
        if strength >= 3 {
            let other = corpus::article(&self.world, 9, dice);
            let at = if dice.chance(50) { 0 } else { copy.paragraphs.len() };
            copy.paragraphs.insert(at, other.paragraphs[0].concat());
        }
        copy
    }

    /// What a copy states of where it is from.
    fn says(&mut self, first: &Version, parent: &Version, copy: &Version, writer: Option<&String>) -> Says {
        let dice = &mut self.dice;
        let habits = &self.habits;
        let [origin, from, own] = [first, parent, copy].map(|version| &self.outlets[version.outlet]);
        let shares = [habits.credit_parent, habits.credit_origin, habits.credit_self, habits.credit_wrong];
        let mut roll = dice.below(100);
        let which = shares.iter().position(|&share| match roll.checked_sub(share) {
            Some(rest) => {
                roll = rest;
                false
            }
            None => true,
        });
        let source = match which {
            Some(0) => Some(pick(dice, &from.aliases).clone()),
            Some(1) => Some(pick(dice, &origin.aliases).clone()),
            Some(2) => Some(own.name.clone()),
            Some(3) => Some(pick(dice, &self.outlets).name.clone()),
            _ => None,
        };
        let link = dice.chance(habits.link).then(|| {
            let page = first.page.unwrap_or_else(|| 900_000 + dice.below(90_000));
            address(&origin.host, self.clocks.then_some(first.minute), page)
        });
        let writer = writer.filter(|_| dice.chance(50)).cloned();
        let original_title = (copy.title != first.title && dice.chance(15)).then(|| first.title.clone());
        Says { source, link, writer, original_title }
    }

    /// Puts a version on its outlet's site; gives the number of its page.
    fn publish(
        &mut self,
        story: usize,
        version: &Version,
        says: Says,
        first: &Version,
        parent: Option<usize>,
    ) -> usize {
        let says = if self.credits { says } else { Says::default() };
        let dice = &mut self.dice;
        let number = self.pages.len();
        let outlet = &self.outlets[version.outlet];
        let is_copy = !std::ptr::eq(version, first);
        let is_wrong = is_copy && dice.chance(self.habits.wrong_clock);
        let clock = version.minute - if is_wrong { [1440, 2880, 365 * 1440][dice.below(3)] } else { 0 };
        let mut text: Vec<String> = outlet.above.clone();
        text.push(version.title.clone());
        let mut credit =
            if self.clocks && dice.chance(85) { format!("{} {}", date(clock), hour(clock)) } else { String::new() };
        let mut body = version.paragraphs.clone();
        if let Some(lead) = &version.lead {
            body[0] = format!("{lead}{}", body[0]);
        }
        let mut tail = Vec::new();
        match (&says.source, outlet.credits) {
            (Some(source), Credits::Above) => credit += &format!("  来源：{source}"),
            (Some(source), Credits::Below) => tail.push(format!("（来源：{source}）")),
            (Some(source), Credits::FirstWords) if version.lead.is_none() => {
                body[0] = format!("据{source}报道，{}", body[0])
            }
            _ => {}
        }
        if !credit.is_empty() {
            text.push(credit.trim().to_owned());
        }
        text.extend(body.iter().map(|paragraph| format!("　　{paragraph}")));
        // Not every site prints its writers.
        let writer = says.writer.as_ref().filter(|_| dice.chance(70));
        tail.extend(writer.map(|writer| format!("作者：{writer}")));
        tail.extend(says.link.as_ref().map(|link| format!("原文链接：{link}")));
        tail.extend(says.original_title.as_ref().map(|title| format!("（原标题：{title}）")));
        tail.extend(dice.chance(60).then(|| format!("责任编辑：{}", person(dice))));
        tail.extend(version.notice.clone());
        text.extend(tail);
        text.extend(outlet.below.clone());
        let mut text = text.join("\n");
        if outlet.traditional {
            text = corpus::other_script(&text);
        }
        let published = match dice.below(100) {
            _ if !self.clocks => None,
            0..70 => Some(format!("{} {}:00", date(clock), hour(clock))),
            70..85 => Some(date(clock)),
            _ => None,
        };
        let id = format!("{:07}", (number as u64 * 7_368_787 + 1_234_567) % 9_999_991);
        self.pages.push(json!({
            "id": id,
            "url": address(&outlet.host, self.clocks.then_some(version.minute), number),
            "outlet": dice.chance(80).then_some(&outlet.name),
            "published": published,
            "title": dice.chance(70).then_some(&version.title),
            "text": text,
        }));
        let origin = &self.outlets[first.outlet];
        self.truth.push(json!({
            "id": id,
            "story": format!("s{story}"),
            "parent": parent.map(|parent| self.pages[parent]["id"].clone()),
            "relation": if is_copy { "copy" } else { "original" },
            "origin_names": origin.aliases.iter().flat_map(|name| [name.clone(), corpus::other_script(name)]).collect::<Vec<_>>(),
            "origin_named": says.link.is_some() || origin.aliases.iter().any(|name| text.contains(name)),
        }));
        number
    }
}

/// Lets reporters of an outlet speak in a text, once or a few times.
fn speak(dice: &mut Dice, paragraphs: &mut [String], outlet: &str) {
    for _ in 0..dice.between(1, 5) {
        let at = dice.below(paragraphs.len());
        let words = match dice.below(4) {
            0 => format!("{}告诉{outlet}记者，", names(dice, 3)),
            1 => format!("{}在接受{outlet}记者采访时说，", names(dice, 3)),
            2 => format!("{outlet}记者看到，"),
            _ => format!("{outlet}注意到，"),
        };
        paragraphs[at] = format!("{words}{}", paragraphs[at]);
    }
}

/// A clause that a headline can be made of.
fn clause(dice: &mut Dice, paragraphs: &[String]) -> Option<String> {
    let clauses = paragraphs.iter().take(4).flat_map(|p| p.split(['，', '。', ',']));
    let fits: Vec<&str> = clauses.filter(|clause| (8..=24).contains(&clause.chars().count())).collect();
    if fits.is_empty() { None } else { Some((*pick(dice, &fits)).to_owned()) }
}

fn outlet(dice: &mut Dice, number: usize, (kind, ending, writes): (Kind, &str, usize)) -> Outlet {
    let stem = names(dice, 2);
    let name = format!("{stem}{ending}");
    let other = match kind {
        Paper => format!("{name}社"),
        Portal | Office => format!("{stem}新闻"),
        _ => format!("{name}网"),
    };
    let mut label = |length| names(dice, length);
    let above = [vec![format!("首页 {} {}", label(2), label(2))], vec![format!("{} 字号 大 中 小", label(4))], vec![]];
    let below =
        [vec![format!("{} 版权所有", label(5))], vec![format!("{}举报电话 0700-{number:06}", label(4))], vec![]];
    Outlet {
        aliases: vec![name.clone(), name.clone(), other],
        host: format!("www.house{number}.example"),
        kind,
        writes,
        traditional: matches!(kind, Portal) && dice.chance(25),
        above: pick(dice, &above).clone(),
        below: pick(dice, &below).clone(),
        credits: [Credits::Above, Credits::Above, Credits::Below, Credits::FirstWords, Credits::Nowhere][dice.below(5)],
        name,
    }
}

/// A number that is normally distributed (Box and Muller 1958).
fn normal(dice: &mut Dice) -> f64 {
    (-2.0 * (1.0 - dice.share()).ln()).sqrt() * (std::f64::consts::TAU * dice.share()).cos()
}

fn address(host: &str, minute: Option<i64>, page: usize) -> String {
    let folder = minute.map_or("news".to_owned(), |minute| date(minute).replace('-', ""));
    format!("http://{host}/{folder}/{page}.html")
}

/// Months of 28 days, from March 2024 on, so that no day needs a calendar.
fn day(minute: i64) -> (i64, i64, i64) {
    let day = minute.div_euclid(1440) + (2024 * 12 + 2) * 28;
    (day.div_euclid(28 * 12), day.div_euclid(28).rem_euclid(12) + 1, day.rem_euclid(28) + 1)
}

fn date(minute: i64) -> String {
    let (year, month, day) = day(minute);
    format!("{year}-{month:02}-{day:02}")
}

fn hour(minute: i64) -> String {
    format!("{:02}:{:02}", minute.rem_euclid(1440) / 60, minute.rem_euclid(60))
}

fn day_of(minute: i64) -> String {
    let (_, month, day) = day(minute);
    format!("{month}月{day}日")
}
