//! The settings of a run, under the names of the command line's flags. Written whole into every output.

use crate::corpus::{CorpusConfig, FieldNames, Format};
use crate::error::{Error, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;

/// From this probability on two pages carry the same article, unless a run asks for more or less.
pub const SAME_ARTICLE: f32 = 0.5;

/// Which answers a run gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// Which pages have the same body, unit for unit, and nothing else.
    Equal,
    /// Which pages carry the same article.
    Clusters,
    /// And where each came from.
    Origin,
    /// Reprint sets and talking points, without origins.
    TalkingPoints,
    /// All of it.
    #[default]
    Everything,
}

impl Only {
    /// True when origins are asked for.
    pub fn origin(self) -> bool {
        matches!(self, Only::Origin | Only::Everything)
    }

    /// True when talking points are asked for.
    pub fn talking_points(self) -> bool {
        matches!(self, Only::TalkingPoints | Only::Everything)
    }
}

/// A table of outlets: a file or, for tasks on machines that do not have it, its text as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the path of a file")]
pub enum OutletTable {
    /// A file.
    File(PathBuf),
    /// What was read from a file, which errors name.
    Text {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
    },
}

impl OutletTable {
    /// The file.
    pub fn path(&self) -> &PathBuf {
        match self {
            OutletTable::File(path) | OutletTable::Text { path, .. } => path,
        }
    }
}

impl From<PathBuf> for OutletTable {
    fn from(path: PathBuf) -> Self {
        OutletTable::File(path)
    }
}

/// Settings of a run. The default reads records from their files, knows the common field names, takes times without a zone
/// as +08:00, learns the furniture gives all answers, and
/// uses up to half of the machine's memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Config {
    /// Field mappings, each `role=name`.
    pub field: Vec<String>,
    /// What all inputs are taken for; `None` to go by their names and contents.
    pub format: Option<Format>,
    /// The zone of times that state none, in seconds east of UTC.
    #[serde(deserialize_with = "zone")]
    pub timezone: i32,
    /// Which answers are given.
    pub only: Only,
    /// Write no `report.html`.
    pub no_report: bool,
    /// Write no `matches.jsonl`.
    pub no_matches: bool,
    /// A furniture model to use instead of learning one.
    pub furniture: Option<PathBuf>,
    /// A table of outlets with their roles and owners, over the one that comes with the program.
    pub outlets: Option<OutletTable>,
    /// A reference corpus that says which wording is everyday; read like the input, never judged itself.
    pub background: Vec<PathBuf>,
    /// Corrections by people, which the run obeys.
    pub verdicts: Option<PathBuf>,
    /// From this probability on two pages carry the same article, in 0..=1.
    pub same_article: f32,
    /// Read files into memory instead of mapping them.
    pub no_mmap: bool,
    /// Threads to use; 0 for one a processor.
    pub threads: usize,
    /// The most bytes of memory to use, pages of mapped files aside; 0 for half of the machine's.
    #[serde(deserialize_with = "amount")]
    pub memory: u64,
    /// The folder for temporary files; without one they lie next to the output.
    pub temp: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            field: Vec::new(),
            format: None,
            timezone: 8 * 3600,
            only: Only::default(),
            no_report: false,
            no_matches: false,
            furniture: None,
            outlets: None,
            background: Vec::new(),
            verdicts: None,
            same_article: SAME_ARTICLE,
            no_mmap: false,
            threads: 0,
            memory: 0,
            temp: None,
        }
    }
}

impl Config {
    /// Settings from names and values, as a file or another language gives them; what is not named keeps its default. A
    /// time zone may be written `+08:00`, an amount of memory `2G`.
    ///
    /// An unknown name, and a value that a setting cannot have, are errors.
    pub fn from_settings(settings: Map<String, Value>) -> Result<Config> {
        let known = match serde_json::to_value(Config::default()) {
            Ok(Value::Object(defaults)) => defaults,
            _ => Map::new(),
        };
        for (name, value) in &settings {
            if !known.contains_key(name) {
                let known = known.keys().cloned().collect();
                return Err(Error::UnknownSetting { name: name.clone(), known });
            }
            // All settings have defaults, so each can be read alone.
            let alone = Value::Object([(name.clone(), value.clone())].into_iter().collect());
            serde_json::from_value::<Config>(alone).map_err(|error| {
                let error = error.to_string();
                let expected = error.rsplit_once("expected ").map_or(error.as_str(), |(_, expected)| expected);
                Error::Setting { name: name.clone(), value: value.to_string(), expected: expected.to_owned() }
            })?;
        }
        let read = serde_json::from_value(Value::Object(settings));
        let config: Config = read.map_err(|error| Error::Setting {
            name: "settings".to_owned(),
            value: error.to_string(),
            expected: "each setting once".to_owned(),
        })?;
        config.names()?;
        Ok(config)
    }

    /// Does `work` on as many threads as the settings ask for: on the caller's if that is their number, else on new ones.
    pub(crate) fn on_threads<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let threads = threads(self.threads);
        let work = || crate::corpus::until_changed(work);
        if threads == 0 || threads == rayon::current_num_threads() {
            return work();
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| Error::Threads { threads, reason: error.to_string() })?.install(work)
    }

    /// The field names that the mappings make. Errors name the mapping that is wrong.
    pub fn names(&self) -> Result<FieldNames> {
        let mut names = FieldNames::default();
        for spec in &self.field {
            names.map(spec).map_err(|expected| Error::Setting {
                name: "field".to_owned(),
                value: format!("{spec:?}"),
                expected,
            })?;
        }
        Ok(names)
    }

    /// How inputs are read; `out` never is.
    pub fn reading(&self, out: Option<PathBuf>) -> Result<CorpusConfig> {
        if let Some(folder) = self.temp.as_ref().filter(|folder| !folder.is_dir()) {
            let value = folder.display().to_string();
            return Err(Error::Setting { name: "temp".to_owned(), value, expected: "an existing folder".to_owned() });
        }
        let temp = self.temp.clone();
        Ok(CorpusConfig { names: self.names()?, format: self.format, map: !self.no_mmap, out, temp })
    }
}

pub use crate::storage::memory::parse_amount;

/// A number, or text that `parse` reads as one.
fn number_or<'de, D: Deserializer<'de>, T: Deserialize<'de> + TryFrom<i64>>(
    given: D,
    expected: &str,
    parse: impl Fn(&str) -> std::result::Result<T, String>,
) -> std::result::Result<T, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Number(i64),
        Text(String),
    }
    let wrong = |_| D::Error::custom(format!("expected {expected}"));
    match Given::deserialize(given).map_err(wrong)? {
        Given::Number(number) => T::try_from(number).map_err(|_| D::Error::custom(format!("expected {expected}"))),
        Given::Text(text) => parse(&text).map_err(|_| D::Error::custom(format!("expected {expected}"))),
    }
}

fn zone<'de, D: Deserializer<'de>>(given: D) -> std::result::Result<i32, D::Error> {
    number_or(given, "a time zone such as +08:00, or seconds east of UTC", parse_zone)
}

fn amount<'de, D: Deserializer<'de>>(given: D) -> std::result::Result<u64, D::Error> {
    number_or(given, "an amount of memory such as 2G, or a number of bytes", |text| match text {
        "0" => Ok(0),
        _ => parse_amount(text),
    })
}

/// Reads a time zone written `+08:00`, `-0530`, `+8` or `Z`, as seconds east of UTC.
pub fn parse_zone(text: &str) -> std::result::Result<i32, String> {
    let wrong = || format!("invalid time zone {text:?}; expected one such as +08:00 or Z");
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Ok(0);
    }
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    match (hours.parse::<i32>(), minutes.parse::<i32>()) {
        (Ok(h @ 0..=14), Ok(m @ 0..=59)) => Ok(sign * (h * 3600 + m * 60)),
        _ => Err(wrong()),
    }
}

/// How many threads to start when `asked` are asked for, 0 being one a processor: more than four a processor do no work
/// but wait for each other.
pub fn threads(asked: usize) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    asked.min((4 * processors).max(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones() {
        assert_eq!(parse_zone("+08:00"), Ok(28_800));
        assert_eq!(parse_zone("-0530"), Ok(-19_800));
        assert_eq!(parse_zone("+8"), Ok(28_800));
        assert_eq!(parse_zone("Z"), Ok(0));
        assert!(parse_zone("Beijing").is_err() && parse_zone("+99").is_err());
    }

    fn settings(json: &str) -> Result<Config> {
        Config::from_settings(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn settings_are_read_by_name_and_keep_their_defaults() {
        let config =
            settings(r#"{"timezone": "-05:00", "memory": "2G", "only": "clusters", "no-mmap": true}"#).unwrap();
        assert_eq!((config.timezone, config.memory, config.only), (-18_000, 2 << 30, Only::Clusters));
        assert!(config.no_mmap && config.threads == 0);
        let whole = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::to_string(&settings(&whole).unwrap()).unwrap(), whole, "what is written is read again");
    }

    #[test]
    fn a_table_of_outlets_is_a_file_or_its_text() {
        let outlets = |json| settings(json).unwrap().outlets.unwrap();
        assert_eq!(outlets(r#"{"outlets": "a.tsv"}"#), OutletTable::File("a.tsv".into()));
        let text = OutletTable::Text { path: "a.tsv".into(), text: "墨川网\tportal".into() };
        assert_eq!(outlets(r#"{"outlets": {"path": "a.tsv", "text": "墨川网\tportal"}}"#), text);
        assert_eq!(outlets(&format!(r#"{{"outlets": {}}}"#, serde_json::to_string(&text).unwrap())), text);
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_was_expected() {
        let error = |json| settings(json).unwrap_err().to_string();
        assert!(error(r#"{"thread": 2}"#).starts_with("unknown setting `thread`; expected one of field, format"));
        assert_eq!(error(r#"{"threads": "two"}"#), "invalid value \"two\" for `threads`: expected usize");
        assert!(
            error(r#"{"memory": "much"}"#).ends_with("expected an amount of memory such as 2G, or a number of bytes")
        );
        assert!(error(r#"{"only": "sets"}"#).contains("`talking-points`"));
        assert!(error(r#"{"field": ["body"]}"#).contains("expected ROLE=NAME"));
    }
}
