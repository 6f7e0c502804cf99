//! A made corpus: Chinese-looking articles, published by invented outlets with copies, for benches and for tests
//! that need many pages. The same seed gives the same bytes everywhere.
//!
//! What it imitates: words drawn from a Zipf-like law over a fixed vocabulary, words of a story's own, clusters
//! whose sizes fall off by a power law, copies that are verbatim, cut, edited or in the other script, every page
//! between its outlet's furniture with a credit line, and a fifth of forms that differ in their figures only.

use std::fmt::Write;

/// Characters in common use, the parts of all words here.
const CHARACTERS: &str = include_str!("characters.txt");

/// Simplified characters and, below, the traditional forms of pages in the other script.
const SIMPLIFIED: &str = "国来时会发说产学经进电现实两体机当从业应开还义样关线数问无军题党";
const TRADITIONAL: &str = "國來時會發說產學經進電現實兩體機當從業應開還義樣關線數問無軍題黨";

/// A generator of numbers (SplitMix64, Steele and others 2014).
pub struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..below`.
    pub fn below(&mut self, below: usize) -> usize {
        (self.roll() % below as u64) as usize
    }

    /// A number in `from..to`.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from)
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number from 0 up to, but not including, 1.
    pub fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A rank in `0..count` by a law close to Zipf's: the chance of rank r falls as 1 / (r + 1).
    fn rank(&mut self, count: usize) -> usize {
        (((count + 1) as f64).powf(self.share()) - 1.0) as usize
    }
}

impl Dice {
    /// A size in `1..=most` of which sizes of s or more have the chance 1 / s (Zipf).
    fn size(&mut self, most: usize) -> usize {
        let share = ((self.roll() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        ((1.0 / share) as usize).clamp(1, most)
    }
}

struct Outlet {
    name: String,
    host: String,
    above: Vec<String>,
    below: Vec<String>,
}

/// The words that stories are written in, and who runs them.
pub struct World {
    words: Vec<String>,
    outlets: Vec<Outlet>,
    forms: Vec<Vec<String>>,
}

/// Words of one and two characters in the vocabulary of all stories.
const WORDS: usize = 20_000;

/// What a made corpus is like.
#[derive(Clone, Copy)]
struct Scale {
    outlets: usize,
    forms: usize,
    /// Of a hundred stories, how many are filled-in forms.
    filled_in: usize,
    /// Most pages of one story.
    most_copies: usize,
    /// Paragraphs of an article are fewer than this, and three at least.
    paragraphs: usize,
    /// Sizes of clusters follow Zipf's law; else half of all stories have one page only.
    zipf: bool,
}

/// For some thousand pages.
const SMALL: Scale = Scale { outlets: 40, forms: 12, filled_in: 20, most_copies: 40, paragraphs: 9, zipf: false };
/// For millions of pages, a fifth of which are filled-in forms.
const LARGE: Scale = Scale { outlets: 2000, forms: 500, filled_in: 67, most_copies: 2000, paragraphs: 9, zipf: true };

impl World {
    fn new(dice: &mut Dice, scale: Scale) -> Self {
        let characters: Vec<char> = CHARACTERS.chars().filter(|c| !c.is_whitespace()).collect();
        let words = (0..WORDS).map(|_| {
            let length = if dice.chance(25) { 1 } else { 2 };
            (0..length).map(|_| characters[dice.below(characters.len())]).collect()
        });
        let mut world = World { words: words.collect(), outlets: Vec::new(), forms: Vec::new() };
        world.outlets = (0..scale.outlets).map(|k| world.outlet(k, dice)).collect();
        world.forms = (0..scale.forms).map(|_| (0..6).map(|_| world.clause(dice, &[])).collect()).collect();
        world
    }

    fn outlet(&self, number: usize, dice: &mut Dice) -> Outlet {
        let kind = ["日报", "晚报", "新闻网", "在线"][number % 4];
        let name = format!("{}{}{kind}", self.words[dice.below(WORDS)], self.words[dice.below(WORDS)]);
        let mut label = |words: usize| (0..words).map(|_| self.words[dice.below(WORDS)].as_str()).collect::<String>();
        let above = vec![format!("{name} {}", label(3)), format!("首页 {} {} {}", label(1), label(1), label(1))];
        let below = vec![
            format!("{name}声明：{}", label(8)),
            format!("{} {} {}", label(2), label(2), label(2)),
            format!("版权所有 {}", label(4)),
        ];
        Outlet { host: format!("www.outlet{number}.example"), name, above, below }
    }

    /// Some words in a row; `own` words of the story are among them.
    fn clause(&self, dice: &mut Dice, own: &[usize]) -> String {
        let word = |dice: &mut Dice| match own.len() {
            0 => dice.rank(WORDS),
            all if dice.chance(25) => own[dice.below(all)],
            _ => dice.rank(WORDS),
        };
        (0..dice.between(4, 9)).map(|_| self.words[word(dice)].as_str()).collect()
    }

    fn sentence(&self, dice: &mut Dice, own: &[usize]) -> String {
        let mut clauses: Vec<String> = (0..dice.between(1, 5)).map(|_| self.clause(dice, own)).collect();
        if dice.chance(20) {
            clauses.push(format!("共{}个", dice.between(2, 9000)));
        }
        clauses.join("，") + "。"
    }
}

/// An article before any outlet ran it.
pub struct Article {
    /// Its headline.
    pub title: String,
    /// Its sentences.
    pub paragraphs: Vec<Vec<String>>,
}

/// The words of small corpora, for makers of other ones.
#[allow(dead_code, reason = "most targets make whole corpora only")]
pub fn world(dice: &mut Dice) -> World {
    World::new(dice, SMALL)
}

/// An article of three paragraphs or more, and less than `below`, that no other has a sentence of.
pub fn article(world: &World, below: usize, dice: &mut Dice) -> Article {
    let own: Vec<usize> = (0..20).map(|_| dice.below(WORDS)).collect();
    let paragraph = |dice: &mut Dice| (0..dice.between(2, 5)).map(|_| world.sentence(dice, &own)).collect();
    Article {
        title: format!("{}{}", world.clause(dice, &own), world.words[own[0]]),
        paragraphs: (0..dice.between(3, below)).map(|_| paragraph(dice)).collect(),
    }
}

/// A form filled in once more: only its figures are new.
fn filled_in(form: &[String], dice: &mut Dice) -> Article {
    let sentence = |part: &String, dice: &mut Dice| {
        format!("{part}第{}号，{}元，{}平方米。", dice.below(9000), dice.below(900_000), dice.below(50_000))
    };
    Article {
        title: format!("{}公告", form[0]),
        paragraphs: form.chunks(2).map(|parts| parts.iter().map(|part| sentence(part, dice)).collect()).collect(),
    }
}

/// The paragraphs as a copy has them: as they are, cut from the end, or with a word changed here and there.
fn copied(article: &Article, world: &World, dice: &mut Dice) -> Vec<String> {
    let joined = |paragraphs: &[Vec<String>]| paragraphs.iter().map(|p| p.concat()).collect::<Vec<String>>();
    let all = &article.paragraphs;
    match dice.below(20) {
        0..=2 => joined(&all[..(all.len() * dice.between(4, 10)).div_ceil(10).max(1)]),
        3..=6 => {
            let changed = |sentence: &String, dice: &mut Dice| match dice.chance(15) {
                true => format!("{}，{sentence}", world.clause(dice, &[])),
                false => sentence.clone(),
            };
            all.iter().map(|p| p.iter().map(|s| changed(s, dice)).collect()).collect()
        }
        7 => joined(all).into_iter().map(|p| other_script(&p)).collect(),
        _ => joined(all),
    }
}

/// The text with some characters in the traditional script.
pub fn other_script(text: &str) -> String {
    let pairs = || SIMPLIFIED.chars().zip(TRADITIONAL.chars());
    let other = |c: char| pairs().find(|(from, _)| *from == c).map_or(c, |(_, to)| to);
    text.chars().map(other).collect()
}

/// One page of one outlet as a line of JSON. Nothing in it needs escaping but its line breaks.
fn page(id: usize, outlet: &Outlet, title: &str, source: &str, paragraphs: &[String], minute: usize) -> String {
    let date = format!("2024-03-{:02}", 1 + minute / 1440 % 28);
    let clock = format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    let mut text = outlet.above.join("\n");
    let _ = write!(text, "\n\n{title}\n{date} {clock} 来源：{source}\n\n");
    paragraphs.iter().for_each(|p| text.extend(["　　", p, "\n"]));
    let _ = write!(text, "\n责任编辑：{}\n\n{}\n", &outlet.name[..6], outlet.below.join("\n"));
    let (name, host) = (&outlet.name, &outlet.host);
    format!(
        "{{\"id\":\"{id:07}\",\"title\":\"{title}\",\"outlet\":\"{name}\",\"url\":\"https://{host}/{id}.html\",\
         \"published\":\"{date}T{clock}:00+08:00\",\"text\":\"{}\"}}\n",
        text.replace('\n', "\\n")
    )
}

/// Makes pages, story by story.
pub struct Maker {
    scale: Scale,
    dice: Dice,
    world: World,
    pages: usize,
}

impl Maker {
    fn new(seed: u64, scale: Scale) -> Self {
        let mut dice = Dice::new(seed);
        let world = World::new(&mut dice, scale);
        Maker { scale, dice, world, pages: 0 }
    }

    /// Calls `with` on the lines of the next story.
    fn story<E>(&mut self, mut with: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let Maker { scale, dice, world, .. } = self;
        let form = dice.chance(scale.filled_in);
        let article = if form {
            filled_in(&world.forms[dice.below(scale.forms)], dice)
        } else {
            article(world, scale.paragraphs, dice)
        };
        let pages = match (form, scale.zipf) {
            (true, _) => 1,
            (false, true) => dice.size(scale.most_copies),
            (false, false) => 1 + dice.rank(scale.most_copies) * usize::from(dice.chance(50)),
        };
        let (source, start) = (dice.below(scale.outlets), dice.below(28 * 1440));
        for copy in 0..pages {
            let outlet = if copy == 0 { source } else { dice.below(scale.outlets) };
            let paragraphs = match copy {
                0 => article.paragraphs.iter().map(|p| p.concat()).collect(),
                _ => copied(&article, world, dice),
            };
            let from = &world.outlets[source].name;
            let minute = start + copy * dice.between(3, 40);
            with(&page(self.pages, &world.outlets[outlet], &article.title, from, &paragraphs, minute))?;
            self.pages += 1;
        }
        Ok(())
    }
}

/// JSON Lines of `stories` stories with all their copies; a fifth of the stories are filled-in forms.
#[allow(dead_code, reason = "some targets make large corpora only")]
pub fn jsonl(seed: u64, stories: usize) -> String {
    let mut maker = Maker::new(seed, SMALL);
    let mut lines = String::new();
    for _ in 0..stories {
        let Ok(()) = maker.story(|line| {
            lines += line;
            Ok::<(), std::convert::Infallible>(())
        });
    }
    lines
}

/// Calls `with` on the line of every page of a large corpus: sizes of clusters by Zipf's law, a fifth of the pages
/// filled-in forms, 2000 outlets, articles of three to `paragraphs` paragraphs. It ends with the story that makes it
/// `pages` pages, so it may have some more.
#[allow(dead_code, reason = "most targets make small corpora only")]
pub fn large<E>(
    seed: u64,
    pages: usize,
    paragraphs: usize,
    mut with: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut maker = Maker::new(seed, Scale { paragraphs: paragraphs + 1, ..LARGE });
    while maker.pages < pages {
        maker.story(&mut with)?;
    }
    Ok(())
}
