//! Texts that look like news to a program: no line of them is furniture, a headline or a credit. Each story
//! comes with copies of every kind, so that the oracle has something to compare.

/// Marsaglia's xorshift (2003), enough for texts.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number in `0..below`.
    pub fn below(&mut self, below: usize) -> usize {
        (self.roll() >> 11) as usize % below
    }

    /// A number in `from..to`.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Characters that the converted copies write in the other script, some with the pinyin that a bad conversion
/// leaves behind.
const CONVERTED: &[(char, &str)] = &[
    ('国', "國"),
    ('会', "會(huì)"),
    ('来', "來"),
    ('发', "發(fā)"),
    ('时', "時"),
    ('电', "電（diàn）"),
    ('乡', "鄉?xiāng)"),
    ('门', "門"),
    ('书', "書"),
    ('长', "長(zhǎng)"),
];

const RUNS: &[&str] = &["2024", "G20", "3.5", "WTO", "第12", "４０", "App"];

/// Plain Han characters: those that no table folds stand beside some that every fold knows.
fn character(dice: &mut Dice) -> char {
    match dice.below(6) {
        0 => dice.one(CONVERTED).0,
        // A skewed choice: small numbers are common, as in a language.
        _ => {
            let (x, y) = (dice.below(70), dice.below(70));
            char::from_u32(0x4E00 + (x * y) as u32).unwrap()
        }
    }
}

fn sentence(dice: &mut Dice) -> String {
    let mut text = String::new();
    for part in 0..dice.between(2, 5) {
        if part > 0 {
            text.push('，');
        }
        for _ in 0..dice.between(5, 13) {
            text.push(character(dice));
        }
        if dice.below(5) == 0 {
            text.push_str(dice.one(RUNS));
        }
    }
    text.push('。');
    text
}

fn paragraph(dice: &mut Dice) -> String {
    // Three sentences at least: a line of text whatever stands around it.
    (0..dice.between(3, 6)).map(|_| sentence(dice)).collect()
}

/// An original and its copies.
pub struct Story {
    paragraphs: Vec<String>,
    dice: Dice,
}

/// `count` stories that have nothing to do with one another.
pub fn stories(seed: u64, count: usize) -> Vec<Story> {
    let made = |k: usize| {
        let mut dice = Dice::new(seed + k as u64);
        let paragraphs = (0..dice.between(2, 6)).map(|_| paragraph(&mut dice)).collect();
        Story { paragraphs, dice }
    };
    (0..count).map(made).collect()
}

impl Story {
    /// The original, then one copy of every kind.
    pub fn pages(mut self) -> Vec<String> {
        let original = self.paragraphs.join("\n");
        vec![
            original.clone(),
            original.replace('\n', "\n\n　　").replace('，', ","),
            self.shortened(),
            self.edited(&original),
            converted(&original),
            self.embedded(),
        ]
    }

    /// The first half to nine tenths of the sentences.
    fn shortened(&mut self) -> String {
        let sentences: Vec<&str> = self.paragraphs.iter().flat_map(|p| p.split_inclusive('。')).collect();
        let kept = sentences.len() * self.dice.between(5, 10) / 10;
        sentences[..kept.max(1)].concat()
    }

    /// One character in some forty is another one.
    fn edited(&mut self, original: &str) -> String {
        let dice = &mut self.dice;
        let mut swap = |c: char| if c.is_alphanumeric() && dice.below(40) == 0 { character(dice) } else { c };
        original.chars().map(&mut swap).collect()
    }

    /// One or two paragraphs in the middle of an article of its own.
    fn embedded(&mut self) -> String {
        let taken = self.paragraphs[..self.dice.between(1, 3)].join("\n");
        let own: Vec<String> = (0..4).map(|_| paragraph(&mut self.dice)).collect();
        format!("{}\n{}\n{taken}\n{}\n{}", own[0], own[1], own[2], own[3])
    }
}

fn converted(original: &str) -> String {
    let other = |c: char| CONVERTED.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
    original.chars().map(|c| other(c).map_or_else(|| c.to_string(), str::to_owned)).collect()
}
