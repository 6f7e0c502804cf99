//! Characters of Chinese names and how likely each place of a name makes them.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Chances of one character, as the table has them: family name, given name of one, first of two, second of two.
type Chances = [Option<i16>; 4];

struct Characters {
    single: FxHashMap<char, Chances>,
    /// Family names of two characters.
    double: FxHashMap<(char, char), i16>,
}

static CHARACTERS: LazyLock<Characters> = LazyLock::new(|| {
    let mut table = Characters { single: FxHashMap::default(), double: FxHashMap::default() };
    for row in super::rows(include_str!("name_characters.tsv")) {
        let mut letters = row[0].chars();
        let chance = |column: usize| row[column].parse::<i16>().ok();
        match (letters.next(), letters.next()) {
            (Some(one), None) => _ = table.single.insert(one, std::array::from_fn(|place| chance(place + 1))),
            (Some(one), Some(two)) => table.double.extend(chance(1).map(|chance| ((one, two), chance))),
            _ => {}
        }
    }
    table
});

/// How much likelier a family name of one or two characters is than the same in text, in tenths of the natural
/// logarithm; `None` when it is none.
pub(crate) fn surname(name: &[char]) -> Option<i32> {
    match *name {
        [one] => CHARACTERS.single.get(&one)?[0].map(i32::from),
        [one, two] => CHARACTERS.double.get(&(one, two)).copied().map(i32::from),
        _ => None,
    }
}

/// The same for a character of a given name: `place` 0 for a name of one, 1 and 2 for the first and second of two.
pub(crate) fn given(character: char, place: usize) -> Option<i32> {
    CHARACTERS.single.get(&character)?[place + 1].map(i32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        assert!(surname(&['王']).is_some_and(|chance| chance > 0));
        assert!(surname(&['欧', '阳']).is_some_and(|chance| chance > 0));
        assert_eq!((surname(&['吃']), surname(&[])), (None, None));
        assert!(given('婷', 2).is_some_and(|chance| chance > 0));
        assert!(given('的', 1).is_none_or(|chance| chance < 0));
        assert!(CHARACTERS.single.len() > 1000);
    }
}
