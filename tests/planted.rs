//! Passages planted at known places of otherwise different articles, edited on the way: how much of them the
//! passages of `matches.jsonl` cover, and how much else.

use crate::oracle::Dice;
use crate::support::{Folder, Output, lines, nothing_wrong, range, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

/// Which language a case is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Language {
    Chinese,
    English,
}

/// What became of a passage on its way into the second article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    Nothing,
    Inserted,
    Cut,
    Reordered,
    Reworded,
    Damaged,
    OtherScript,
    FiguresChanged,
}

const EDITS: [Edit; 8] = [
    Edit::Nothing,
    Edit::Inserted,
    Edit::Cut,
    Edit::Reordered,
    Edit::Reworded,
    Edit::Damaged,
    Edit::OtherScript,
    Edit::FiguresChanged,
];

/// Words of articles about a made-up valley. Few enough that strangers share many a phrase.
const CHINESE: &str = "河湾 木桥 渡口 茶农 邮差 校长 作坊 石匠 灯塔 果园 集市 水车 山路 祠堂 学徒 船夫 油灯 布店 \
    修好 送来 打听 记下 商量 推迟 摆出 搬走 量过 劝住 种上 看守 收拾 等候 借给 称赞 补齐 拆掉 带回 画成 \
    清晨 傍晚 雨后 冬天 当天 后来 往年 眼下 一早 夜里 新的 旧的 结实的 安静的 狭窄的 热闹的 干净的 空着的 \
    三位 几家 许多 半数 全村 邻县 对岸 山脚 街口 门前 屋后 田里 大家 有人 老人 孩子 匠人 客人 乡亲 掌柜 \
    觉得 说起 认为 盼着 担心 答应 知道 发现 粮食 竹篮 铁锅 棉被 账本 种子 木料 石灰 工钱 路灯 雨伞 钟声";
const ENGLISH: &str = "the a its their one another every miller ferry orchard harvest bridge baker lantern valley \
    school teacher river market cart stone roof winter summer morning evening quiet narrow broken bright early late \
    carried mended counted borrowed painted promised watched gathered opened closed waited answered beside under \
    behind across before after without toward because while until although neighbours children visitors carpenters \
    sailors farmers letters baskets ladders windows blankets barrels ropes apples potatoes candles wheels songs \
    slowly together again never often almost already nearly quite rather";

/// A text being put together of sentences, every sentence a list of words.
type Sentence = Vec<String>;

struct Writer {
    dice: Dice,
    language: Language,
    words: Vec<&'static str>,
}

impl Writer {
    fn new(seed: u64, language: Language) -> Self {
        let words = if language == Language::Chinese { CHINESE } else { ENGLISH };
        Writer { dice: Dice::new(seed), language, words: words.split_whitespace().collect() }
    }

    fn word(&mut self) -> String {
        if self.dice.below(14) == 0 {
            return self.dice.between(2, 900).to_string();
        }
        self.words[self.dice.below(self.words.len())].to_owned()
    }

    fn sentence(&mut self) -> Sentence {
        (0..self.dice.between(9, 16)).map(|_| self.word()).collect()
    }

    fn sentences(&mut self, from: usize, to: usize) -> Vec<Sentence> {
        (0..self.dice.between(from, to)).map(|_| self.sentence()).collect()
    }

    fn written(&self, sentences: &[Sentence]) -> String {
        let (space, stop) = if self.language == Language::Chinese { ("", "。") } else { (" ", ". ") };
        sentences.iter().map(|s| s.join(space) + stop).collect()
    }

    /// The passage as the second article has it.
    fn edited(&mut self, passage: &[Sentence], edit: Edit) -> String {
        let mut copy = passage.to_vec();
        match edit {
            Edit::Nothing | Edit::OtherScript | Edit::Damaged => {}
            Edit::Inserted => {
                for _ in 0..2 {
                    let (s, added) = (self.dice.below(copy.len()), [self.word(), self.word(), self.word()]);
                    let at = self.dice.below(copy[s].len());
                    copy[s].splice(at..at, added);
                }
                let (at, added) = (self.dice.between(1, copy.len()), self.sentence());
                copy.insert(at, added);
            }
            Edit::Cut => {
                copy.remove(self.dice.between(1, copy.len() - 1));
                let s = self.dice.below(copy.len());
                let at = self.dice.below(copy[s].len() - 4);
                copy[s].drain(at..at + 3);
            }
            Edit::Reordered => copy.rotate_left(passage.len() / 2),
            Edit::Reworded => self.change(&mut copy, |writer, _| writer.dice.below(9) == 0),
            Edit::FiguresChanged => self.change(&mut copy, |_, word| word.starts_with(|c: char| c.is_ascii_digit())),
        }
        let text = self.written(&copy);
        match (edit, self.language) {
            (Edit::Damaged, Language::Chinese) => text.replace("的", "?").replace("。", "\u{FFFD}?&nbsp;"),
            (Edit::Damaged, Language::English) => text.replace("ou", "Ã¶u").replace(". ", ".\u{FFFD}\u{FFFD}nbsp; "),
            (Edit::OtherScript, Language::Chinese) => {
                text.chars().map(|c| *TRADITIONAL.get(&c).unwrap_or(&c)).collect()
            }
            (Edit::OtherScript, Language::English) => text.chars().map(wide).collect(),
            _ => text,
        }
    }

    /// Other words for those that `which` picks.
    fn change(&mut self, sentences: &mut [Sentence], which: impl Fn(&mut Self, &str) -> bool) {
        for word in sentences.iter_mut().flatten() {
            if which(self, word) {
                *word = if word.starts_with(|c: char| c.is_ascii_digit()) {
                    self.dice.between(901, 9000).to_string()
                } else {
                    self.words[self.dice.below(self.words.len())].to_owned()
                };
            }
        }
    }

    /// An article with `passage` in it, and the characters where that stands.
    fn host(&mut self, passage: &str) -> (String, Range<usize>) {
        let (before, after) = (self.sentences(6, 24), self.sentences(6, 24));
        let (before, after) = (self.written(&before), self.written(&after));
        let passage = passage.trim_end();
        let start = before.chars().count();
        let place = start..start + passage.chars().count();
        (format!("{before}{passage} {after}"), place)
    }
}

/// The other script for the characters that have one other form, from the table that folds it back.
static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let rows = include_str!("../src/clean/tables/fold.tsv").lines().filter(|row| !row.starts_with('#'));
    let pairs = rows.map(|row| row.split_once('\t').unwrap());
    pairs.map(|(from, to)| (to.chars().next().unwrap(), from.chars().next().unwrap())).collect()
});

/// A letter in full width.
fn wide(c: char) -> char {
    if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c }
}

/// Two articles and where the passage stands in each, edits included.
struct Case {
    language: Language,
    edit: Edit,
    texts: [String; 2],
    places: [Range<usize>; 2],
}

fn cases(seed: u64, of_each: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for language in [Language::Chinese, Language::English] {
        let mut writer = Writer::new(seed + language as u64, language);
        for edit in EDITS.into_iter().cycle().take(of_each * EDITS.len()) {
            let passage = writer.sentences(6, 14);
            let (here, there) = (writer.written(&passage), writer.edited(&passage, edit));
            let (a, b) = (writer.host(&here), writer.host(&there));
            cases.push(Case { language, edit, texts: [a.0, b.0], places: [a.1, b.1] });
        }
    }
    cases
}

/// The id of one of a case's two articles, and back.
fn id(case: usize, side: usize) -> String {
    format!("{case:04}{}", ["a", "b"][side])
}

fn case_and_side(id: &Value) -> (usize, usize) {
    let id = string(id);
    (id[..4].parse().unwrap(), usize::from(id.ends_with('b')))
}

/// Characters planted, found, and both.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    planted: usize,
    found: usize,
    both: usize,
}

impl Tally {
    fn plus(self, other: &Tally) -> Self {
        Tally { planted: self.planted + other.planted, found: self.found + other.found, both: self.both + other.both }
    }

    fn recall(&self) -> f64 {
        self.both as f64 / self.planted as f64
    }

    fn precision(&self) -> f64 {
        self.both as f64 / self.found as f64
    }
}

type Tallies = BTreeMap<(Language, Edit), Tally>;

/// Counts characters on both sides. A passage that joins articles of different cases is found where none is planted.
fn tallies(cases: &[Case], matches: &[Value]) -> Tallies {
    let mut tallies = Tallies::new();
    for case in cases {
        let tally = tallies.entry((case.language, case.edit)).or_default();
        tally.planted += case.places.iter().map(Range::len).sum::<usize>();
    }
    for found in matches {
        let ends = ["a", "b"].map(|end| case_and_side(&found[end]));
        for ((k, side), end) in ends.into_iter().zip(["a", "b"]) {
            let case = &cases[k];
            let passages = found["passages"].as_array().unwrap().iter();
            let characters: BTreeSet<usize> = passages.flat_map(|p| range(&p[end])).collect();
            let right = |at: &&usize| ends[0].0 == ends[1].0 && case.places[side].contains(at);
            let tally = tallies.entry((case.language, case.edit)).or_default();
            tally.found += characters.len();
            tally.both += characters.iter().filter(right).count();
        }
    }
    tallies
}

/// Recall, in characters over all kinds of edits, that each language must reach, and precision.
const LEAST: (f64, f64) = (0.95, 0.97);

#[test]
fn planted_passages_are_found_where_they_stand() {
    let cases = cases(4_711, 20);
    let record = |k: usize, side: usize| json!({ "id": id(k, side), "text": cases[k].texts[side] });
    let records: Vec<Value> = (0..cases.len()).flat_map(|k| [record(k, 0), record(k, 1)]).collect();
    // No furniture is learnt: the few words that all articles are made of would pass for it.
    let folder = Folder::new().with("planted.jsonl", lines(&records)).with("none.json", "[]");
    let model = folder.path("none.json");
    let flags = ["--only", "clusters", "--furniture", model.to_str().unwrap()];
    let matches = Output::of(&folder.path("planted.jsonl"), &flags).records("matches.jsonl");
    let tallies = tallies(&cases, &matches);
    let said = |what: String, t: &Tally| format!("{what}: recall {:.3}, precision {:.3}", t.recall(), t.precision());
    let mut complaints = Vec::new();
    for language in [Language::Chinese, Language::English] {
        let mine = || tallies.iter().filter(|((written, _), _)| *written == language);
        let all = mine().fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
        let mut told = vec![said(format!("{language:?}"), &all)];
        told.extend(mine().map(|((_, edit), tally)| said(format!("  {edit:?}"), tally)));
        println!("{}", told.join("\n"));
        if all.recall() < LEAST.0 || all.precision() < LEAST.1 {
            complaints.extend(told);
        }
    }
    nothing_wrong(complaints);
}
