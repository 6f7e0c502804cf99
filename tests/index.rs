//! Indexes that grow: what many adds come to against one run, what a killed writer and a flipped bit leave, queries.

use crate::corpus;
use crate::support::{Folder, Output, members, repository, string, strings, tonggao};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tonggao::indexed::{Event, EventKind};
use tonggao::{Config, Error, Index, InputRecord, Only, Unobserved};

/// Some hundred pages with furniture, templates and copies.
pub static MADE: LazyLock<Vec<String>> = LazyLock::new(|| corpus::jsonl(23, 90).lines().map(str::to_owned).collect());

/// The sets of one run over all pages, and its boilerplate model.
pub static BATCH: LazyLock<(BTreeSet<Vec<String>>, String)> = LazyLock::new(|| {
    let folder = Folder::new().with("all.jsonl", MADE.join("\n"));
    let learnt = Output::of(&folder.path("all.jsonl"), &["--only", "origin"]).text("furniture.json").to_owned();
    let folder = folder.with("furniture.json", &learnt);
    let furniture = folder.path("furniture.json");
    let flags = ["--only", "origin", "--furniture", furniture.to_str().unwrap()];
    let sets = Output::of(&folder.path("all.jsonl"), &flags).records("clusters.jsonl");
    (sets.iter().map(|set| sorted(members(set))).collect(), learnt)
});

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

pub fn sets(index: &Index) -> BTreeMap<u32, Vec<String>> {
    let numbers = index.clusters().unwrap().to_vec();
    numbers.into_iter().map(|number| (number, sorted(index.members(number).unwrap()))).collect()
}

pub fn add(index: &Path, pages: &Path) -> tonggao::Result<tonggao::indexed::Commit> {
    Index::add(index, &[pages.to_owned()], &Config::default(), &Unobserved)
}

/// An index without pages that has the boilerplate model of the batch run.
fn empty(folder: &Folder) -> PathBuf {
    std::fs::write(folder.path("furniture.json"), &BATCH.1).unwrap();
    let config = Config { furniture: Some(folder.path("furniture.json")), ..Config::default() };
    Index::create(folder.path("index"), &[], &config, &Unobserved).unwrap();
    folder.path("index")
}

/// An index that came to its pages in so many adds.
pub fn grown(lines: &[String], adds: usize) -> (Folder, PathBuf) {
    let mut folder = Folder::new();
    let index = empty(&folder);
    for (day, part) in lines.chunks(lines.len().div_ceil(adds)).enumerate() {
        let name = format!("pages/{day}.jsonl");
        folder = folder.with(&name, part.join("\n"));
        assert_eq!(add(&index, &folder.path(&name)).unwrap().added, part.len());
    }
    (folder, index)
}

/// The same lines in another order, the same one each time.
fn shuffled(lines: &[String]) -> Vec<String> {
    let mut dice = corpus::Dice::new(5);
    let mut lines = lines.to_vec();
    (1..lines.len()).rev().for_each(|k| lines.swap(k, dice.below(k + 1)));
    lines
}

#[test]
fn any_sequence_of_adds_gives_the_sets_of_one_run() {
    assert!(BATCH.0.len() > 20, "{} sets", BATCH.0.len());
    for lines in [MADE.clone(), shuffled(&MADE)] {
        for adds in [1, 5, 40] {
            let (_folder, index) = grown(&lines, adds);
            let index = Index::check(index).unwrap();
            assert_eq!(index.len(), MADE.len());
            assert_eq!(sets(&index).into_values().collect::<BTreeSet<_>>(), BATCH.0, "{adds} adds");
        }
    }
}

/// Two sets that are one article, two pages of a third that are two, an origin, and a page that nobody has.
fn verdicts() -> String {
    let sets: Vec<&Vec<String>> = BATCH.0.iter().filter(|set| set.len() > 2).collect();
    let lines = [
        json!({ "a": sets[0][0], "b": sets[1][1], "same_article": true }),
        json!({ "a": sets[2][0], "b": sets[2][1], "same_article": false }),
        json!({ "page": sets[3][1], "origin": "墨川晚报" }),
        json!({ "a": "nobody", "b": sets[3][0], "same_article": true }),
    ];
    lines.map(|line| line.to_string() + "\n").concat()
}

#[test]
fn verdicts_are_obeyed_whenever_they_and_their_pages_come() {
    let folder = Folder::new().with("all.jsonl", MADE.join("\n")).with("f.json", &BATCH.1).with("v.jsonl", verdicts());
    let [furniture, said] = ["f.json", "v.jsonl"].map(|name| folder.path(name).display().to_string());
    let flags = ["--only", "origin", "--furniture", &furniture, "--verdicts", &said];
    let batch: BTreeSet<Vec<String>> = {
        let sets = Output::of(&folder.path("all.jsonl"), &flags).records("clusters.jsonl");
        sets.iter().map(|set| sorted(members(set))).collect()
    };
    assert!(batch != BATCH.0 && batch.len().abs_diff(BATCH.0.len()) <= 1);
    let obeying = Config { verdicts: Some(folder.path("v.jsonl")), ..Config::default() };
    let parts: Vec<PathBuf> = (0..4)
        .map(|part| {
            let lines: Vec<&str> = MADE.iter().skip(part).step_by(4).map(String::as_str).collect();
            let path = folder.path(&format!("{part}.jsonl"));
            std::fs::write(&path, lines.join("\n")).unwrap();
            path
        })
        .collect();
    for when in 0..=4 {
        let index = folder.path(&format!("index-{when}"));
        let config = Config { furniture: Some(furniture.clone().into()), ..Config::default() };
        Index::create(&index, &[], &config, &Unobserved).unwrap();
        let mut unknown = 0;
        for part in 0..=4 {
            let (inputs, run) = (parts.get(part), if part == when { &obeying } else { &Config::default() });
            let inputs: Vec<PathBuf> = inputs.into_iter().cloned().collect();
            if inputs.is_empty() && when < part {
                continue;
            }
            let commit = Index::add(&index, &inputs, run, &Unobserved).unwrap();
            unknown = if commit.commit > 0 { commit.unknown_verdicts } else { unknown };
        }
        assert_eq!(unknown, 1);
        let again = Index::add(&index, &[], &obeying, &Unobserved).unwrap();
        assert_eq!(again.commit, 0, "the same verdicts are not new");
        let checked = Index::check(&index).unwrap();
        assert_eq!(sets(&checked).into_values().collect::<BTreeSet<_>>(), batch, "verdicts with part {when}");
        assert_eq!(replayed(&checked.events(1).unwrap()), sets(&checked));
        let named = checked.clusters().unwrap().iter().map(|&number| checked.cluster(number).unwrap().unwrap().record);
        let named: Vec<_> = named.filter(|set| set.origin_verdict).collect();
        assert_eq!(named.len(), 1);
        let origin = named[0].origin.as_ref().unwrap();
        assert_eq!((origin.outlet.as_deref(), origin.probability), (Some("墨川晚报"), 1.0));
        let page = MADE.iter().find(|line| line.contains(&format!("{:?}", named[0].members[0].id))).unwrap();
        assert_eq!(checked.query(asked(page)).unwrap().origin.unwrap().outlet.as_deref(), Some("墨川晚报"));
        if when == 1 {
            let config = Config { furniture: Some(furniture.clone().into()), ..Config::default() };
            Index::compact(&index, false, &config, &Unobserved).unwrap();
            let compacted = Index::check(&index).unwrap();
            assert_eq!(sets(&compacted).into_values().collect::<BTreeSet<_>>(), batch);
        }
    }
    let commands = folder.path("index-4");
    let said = tonggao(&["index", "add"]).path(&commands).words(&["--verdicts"]).path(&folder.path("v.jsonl"));
    said.ends_with(0);
    std::fs::write(folder.path("v.jsonl"), "{\"a\": 1}\n").unwrap();
    let said = tonggao(&["index", "add"]).path(&commands).words(&["--verdicts"]).path(&folder.path("v.jsonl"));
    said.ends_with(2).names_in_errors(&["v.jsonl", "line 1"]);
}

fn files(index: &Path, start: &str) -> usize {
    let names = std::fs::read_dir(index).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(start)).count()
}

#[test]
fn an_index_that_grows_page_by_page_has_few_files_and_knows_its_pages() {
    let lines = &MADE[..120];
    let (_folder, index) = grown(lines, lines.len());
    for start in ["pages-", "matches-", "clusters-"] {
        let count = files(&index, start);
        assert!((1..=8).contains(&count), "{count} files {start}");
    }
    let (_other, whole) = grown(lines, 1);
    let (many, one) = (Index::check(&index).unwrap(), Index::check(&whole).unwrap());
    assert_eq!(sets(&many).into_values().collect::<BTreeSet<_>>(), sets(&one).into_values().collect());
    for line in lines.iter().step_by(11) {
        let [many, one] = [&many, &one].map(|index| index.query(asked(line)).unwrap());
        let close = |answer: &tonggao::indexed::QueryAnswer| -> BTreeSet<(String, String)> {
            answer.closest.iter().map(|page| (page.id.clone(), format!("{:?} {:?}", page.outlet, page.kind))).collect()
        };
        assert_eq!(close(&many), close(&one));
    }
}

#[test]
fn origins_are_those_that_a_judgement_of_all_sets_gives() {
    let (folder, index) = grown(&shuffled(&MADE), 20);
    let origins = || -> BTreeMap<u32, (Option<String>, Option<String>)> {
        let index = Index::open(&index).unwrap();
        let origin = |&number: &u32| {
            let origin = index.cluster(number).unwrap().unwrap().record.origin.unwrap();
            (number, (origin.document, origin.outlet))
        };
        index.clusters().unwrap().iter().map(origin).collect()
    };
    let grown = origins();
    let config = Config { furniture: Some(folder.path("furniture.json")), ..Config::default() };
    Index::compact(&index, false, &config, &Unobserved).unwrap();
    let whole = origins();
    let same = grown.iter().filter(|(number, origin)| whole.get(number) == Some(origin)).count();
    assert!(same * 20 >= whole.len() * 19 && whole.len() > 20, "{same} of {}", whole.len());
}

/// Follows events as a reader does who has nothing else.
pub fn replayed(events: &[Event]) -> BTreeMap<u32, Vec<String>> {
    let mut sets: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (number, event) in (1..).zip(events) {
        assert_eq!(event.seq, number);
        let pages = &event.pages;
        let Some(cluster) = event.cluster else {
            assert_eq!(event.event, EventKind::NewPoint);
            continue;
        };
        match event.event {
            EventKind::Appeared => assert!(sets.insert(cluster, pages.clone()).is_none()),
            EventKind::Joined => sets.get_mut(&cluster).unwrap().extend(pages.iter().cloned()),
            EventKind::Merged | EventKind::Moved => {
                sets.get_mut(&event.from.unwrap()).unwrap().retain(|page| !pages.contains(page));
                sets.get_mut(&cluster).unwrap().extend(pages.iter().cloned());
            }
            EventKind::Left => sets.get_mut(&cluster).unwrap().retain(|page| !pages.contains(page)),
            EventKind::Ended => assert_eq!(sets.remove(&cluster), Some(Vec::new())),
            EventKind::NewPoint => unreachable!("it is about no set"),
            EventKind::OriginChanged => assert!(sets.contains_key(&cluster)),
        }
    }
    sets.into_iter().map(|(number, pages)| (number, sorted(pages))).collect()
}

#[test]
fn events_followed_from_the_first_give_the_sets_and_their_numbers() {
    let (_folder, index) = grown(&shuffled(&MADE), 12);
    let index = Index::open(index).unwrap();
    let events = index.events(1).unwrap();
    assert_eq!(replayed(&events), sets(&index));
    assert!(events.iter().any(|event| event.event == EventKind::Joined));
    let last = events.last().unwrap().seq;
    assert_eq!(index.events(last).unwrap(), events[events.len() - 1..]);
}

#[test]
fn pages_that_are_known_are_left_out_when_their_file_has_grown() {
    let folder = Folder::new();
    let index = empty(&folder);
    let file = folder.path("feed.jsonl");
    std::fs::write(&file, MADE[..200].join("\n") + "\n").unwrap();
    assert_eq!(add(&index, &file).unwrap().added, 200);
    let again = add(&index, &file).unwrap();
    assert_eq!((again.added, again.known, again.commit), (0, 200, 0));
    std::fs::write(&file, MADE.join("\n") + "\n").unwrap();
    let grown = add(&index, &file).unwrap();
    assert_eq!((grown.added, grown.known), (MADE.len() - 200, 200));
    assert_eq!(sets(&Index::open(index).unwrap()).into_values().collect::<BTreeSet<_>>(), BATCH.0);
}

#[test]
fn a_compaction_keeps_the_numbers_of_sets_and_gives_the_sets_of_one_run() {
    let (folder, index) = grown(&MADE, 4);
    let before = sets(&Index::open(&index).unwrap());
    let config = Config { furniture: Some(folder.path("furniture.json")), only: Only::Origin, ..Config::default() };
    let commit = Index::compact(&index, false, &config, &Unobserved).unwrap();
    assert!(commit.events.is_empty(), "{:?}", commit.events);
    assert_eq!(sets(&Index::check(&index).unwrap()), before);
    let packs = std::fs::read_dir(&index)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("pages-"));
    assert_eq!(packs.count(), 1, "what a compaction replaces is removed");
}

/// The texts of a talking point in all its forms.
fn forms(point: &Value) -> Vec<String> {
    let variants = point["variants"].as_array().unwrap().iter();
    variants.chain([point]).map(|form| form["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_compaction_finds_the_talking_points_of_a_run_and_says_which_are_new() {
    let news = |name: &str| repository("corpus-samples/news").join(name);
    let folder = Folder::new();
    let index = folder.path("index");
    Index::create(&index, &[news("wire.jsonl")], &Config::default(), &Unobserved).unwrap();
    let mut inputs: Vec<String> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (commit, name) in [(3, "portals.jsonl"), (5, "pages")] {
        add(&index, &news(name)).unwrap();
        inputs.push(news(name).display().to_string());
        let compacted = Index::compact(&index, false, &Config::default(), &Unobserved).unwrap();
        assert_eq!(compacted.commit, commit);
        let flags: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let expected = Output::of(&news("wire.jsonl"), &flags).records("talking_points.jsonl");
        let kept = std::fs::read_to_string(index.join(format!("points-{commit}.jsonl"))).unwrap();
        let kept: Vec<Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(kept, expected);
        let is_new = |point: &&Value| !forms(point).iter().any(|form| known.contains(form));
        let new: Vec<&Value> = expected.iter().filter(is_new).collect();
        let events = compacted.events.iter().filter_map(|event| event.point.as_ref());
        let said: Vec<Value> = events.map(|point| serde_json::to_value(point).unwrap()).collect();
        assert_eq!(
            said.iter().map(|p| &p["text"]).collect::<Vec<_>>(),
            new.iter().map(|p| &p["text"]).collect::<Vec<_>>()
        );
        assert!(
            said.iter().zip(&new).all(|(said, new)| said["outlets"] == new["outlets"] && said["class"] == new["class"])
        );
        assert!(commit > 3 || said.len() > 3, "{said:?}");
        known.extend(expected.iter().flat_map(forms));
    }
    let again = Index::compact(&index, false, &Config::default(), &Unobserved).unwrap();
    assert!(again.events.is_empty(), "nothing is new: {:?}", again.events);
    let without = Config { only: Only::Origin, ..Config::default() };
    Index::compact(&index, false, &without, &Unobserved).unwrap();
    Index::check(&index).unwrap();
    assert!(index.join("points-6.jsonl").is_file(), "they stay when none are looked for");
}

#[test]
fn a_file_that_changed_is_named_and_its_pages_can_be_left_out() {
    let (folder, index) = grown(&MADE, 2);
    let first = folder.path("pages/0.jsonl");
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(&first, text.replace("的", "之")).unwrap();
    let folder =
        folder.with("copies.jsonl", MADE[..100].join("\n").replace(r#""id":""#, r#""id":"again-"#).replace("。", "，"));
    match add(&index, &folder.path("copies.jsonl")) {
        Err(Error::IndexSource { path }) => assert!(path.ends_with("pages/0.jsonl"), "{}", path.display()),
        other => panic!("{:?}", other.map(|commit| commit.added)),
    }
    let half = MADE.len().div_ceil(2);
    assert_eq!(Index::check(&index).unwrap().len(), MADE.len(), "nothing of it was added");
    assert!(matches!(Index::compact(&index, false, &Config::default(), &Unobserved), Err(Error::IndexSource { .. })));
    let commit = Index::compact(&index, true, &Config::default(), &Unobserved).unwrap();
    assert!((1..=half).contains(&commit.dropped), "{}", commit.dropped);
    assert_eq!(commit.documents + commit.dropped, MADE.len());
    let checked = Index::check(&index).unwrap();
    assert_eq!(replayed(&checked.events(1).unwrap()), sets(&checked));
}

#[test]
fn one_process_writes_at_a_time_and_others_read_meanwhile() {
    let (folder, index) = grown(&MADE[..60], 1);
    let lock = std::fs::File::open(index.join("lock")).unwrap();
    lock.try_lock().unwrap();
    assert!(matches!(add(&index, &folder.path("pages/0.jsonl")), Err(Error::IndexLocked { .. })));
    assert_eq!(Index::open(&index).unwrap().len(), 60);
    tonggao(&["index", "add"])
        .path(&index)
        .path(&folder.path("pages/0.jsonl"))
        .ends_with(2)
        .names_in_errors(&["another process writes", "Wait until it has ended"]);
    lock.unlock().unwrap();
    assert_eq!(add(&index, &folder.path("pages/0.jsonl")).unwrap().known, 60);
}

#[test]
fn a_folder_that_is_not_an_index_is_left_alone() {
    let folder = Folder::new().with("notes/a.txt", "years of work").with("p.jsonl", MADE[..9].join("\n"));
    let notes = folder.path("notes");
    let create = Index::create(&notes, &[folder.path("p.jsonl")], &Config::default(), &Unobserved);
    assert!(matches!(create, Err(Error::OutExists { .. })));
    assert!(matches!(add(&notes, &folder.path("p.jsonl")), Err(Error::Read { .. })));
    assert_eq!(std::fs::read_dir(&notes).unwrap().count(), 1);
    for input in ["-", "/dev/null"] {
        let create = Index::create(folder.path("new"), &[input.into()], &Config::default(), &Unobserved);
        assert!(create.is_err(), "{input}: its pages could not be read again");
    }
}

/// A page of the made corpus as one that is asked about.
fn asked(line: &str) -> InputRecord {
    let page: Value = serde_json::from_str(line).unwrap();
    let field = |name: &str| page[name].as_str().map(str::to_owned);
    InputRecord {
        id: field("id"),
        text: field("text").unwrap(),
        title: field("title"),
        url: field("url"),
        outlet: field("outlet"),
        published: field("published"),
    }
}

#[test]
fn a_query_finds_the_set_that_the_page_would_join() {
    let (_folder, index) = grown(&MADE, 3);
    let index = Index::open(index).unwrap();
    let sets = sets(&index);
    let of_page: BTreeMap<&str, u32> =
        sets.iter().flat_map(|(number, pages)| pages.iter().map(|page| (page.as_str(), *number))).collect();
    let (mut found, mut wrong, mut count) = (0, 0, 0);
    for line in MADE.iter().step_by(3) {
        let page = asked(line);
        let id = page.id.clone().unwrap();
        let answer = index.query(page).unwrap();
        let Some(&expected) = of_page.get(id.as_str()) else { continue };
        count += 1;
        found += usize::from(answer.cluster == Some(expected));
        wrong += usize::from(answer.cluster.is_some_and(|number| number != expected));
        assert_eq!(answer.closest[0].jaccard, 1.0, "{id}: the page itself is the closest");
        if answer.cluster == Some(expected) {
            assert_eq!(answer.set.unwrap().record.members.len(), sets[&expected].len());
            assert!(answer.origin.is_some() && answer.place.is_some());
        }
    }
    assert!(count > 60 && wrong == 0 && found == count, "{found} of {count}, {wrong} wrong");
}

#[test]
fn a_page_about_nothing_known_belongs_to_no_set() {
    let (_folder, index) = grown(&MADE[..100], 1);
    let index = Index::open(index).unwrap();
    for text in ["渡口的老船工昨天把船拖上了岸，船舱里还留着半筐没有卖完的鱼，岸上的人都来看。", "…", "a"]
    {
        let answer = index.query(InputRecord { text: text.into(), ..InputRecord::default() }).unwrap();
        assert!(answer.cluster.is_none() && answer.closest.is_empty() && answer.set.is_none());
    }
}

#[test]
fn pages_in_files_of_any_format_are_read_again() {
    let formats = ["pages.csv", "pages.tsv", "pages.jsonl.gz", "pages.jsonl.zst", "big5", "utf16", "gb18030"];
    let others: &[&str] = if cfg!(feature = "parquet") { &["pages.parquet"] } else { &[] };
    for name in formats.iter().chain(others) {
        let folder = Folder::new();
        let (index, input) = (folder.path("index"), repository("corpus-samples/formats").join(name));
        let created = Index::create(&index, &[input], &Config::default(), &Unobserved).unwrap();
        add(&index, &repository("corpus-samples/formats/pages.jsonl")).unwrap();
        let index = Index::check(&index).unwrap();
        assert_eq!((created.documents, index.len()), (5, 10), "{name}");
        for page in index.pages(&[repository("corpus-samples/formats/pages.jsonl")]).unwrap() {
            let closest = index.query(page).unwrap().closest;
            let equal = closest.iter().filter(|close| close.jaccard == 1.0);
            let in_file = |close: &&tonggao::indexed::ClosePage| close.file.contains(&format!("/{name}"));
            assert!(equal.clone().any(|close| in_file(&close)), "{name}: {:?}", closest.iter().map(|c| &c.file));
        }
    }
}

/// Flips one bit of a file while `with` looks at the index.
fn with_a_flip(path: &Path, at: usize, with: impl FnOnce()) {
    let whole = std::fs::read(path).unwrap();
    let mut flipped = whole.clone();
    flipped[at] ^= 1 << (at % 8);
    std::fs::write(path, flipped).unwrap();
    with();
    std::fs::write(path, whole).unwrap();
}

#[test]
fn a_bit_flipped_anywhere_is_found_and_no_reader_takes_it_for_data() {
    let (_folder, index) = grown(&MADE[..120], 3);
    let page = asked(&MADE[5]);
    let answer = |index: &Path| {
        let index = Index::open(index)?;
        let answer = serde_json::to_string(&index.query(page.clone())?).unwrap();
        Ok::<_, Error>((answer, index.events(1)?.len()))
    };
    let expected = answer(&index).unwrap();
    let mut dice = corpus::Dice::new(9);
    let names: Vec<PathBuf> = std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in names.iter().filter(|path| !path.ends_with("lock")) {
        let length = std::fs::metadata(path).unwrap().len() as usize;
        for at in [0, length - 1].into_iter().chain((0..10).map(|_| dice.below(length))) {
            with_a_flip(path, at, || {
                assert!(Index::check(&index).is_err(), "byte {at} of {}", path.display());
                if let Ok(found) = answer(&index) {
                    assert!(found == expected, "byte {at} of {} changes an answer", path.display());
                }
            });
        }
    }
    assert!(Index::check(&index).is_ok());
}

#[cfg(unix)]
#[test]
fn a_writer_that_is_killed_leaves_all_of_its_add_or_nothing() {
    use std::process::{Command, Stdio};
    let half = MADE.len() / 2;
    let (folder, index) = grown(&MADE[..half], 1);
    let folder = folder.with("rest.jsonl", MADE[half..].join("\n"));
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonggao"));
        command.args(["index", "add"]).arg(&index).arg(folder.path("rest.jsonl")).args(["--threads", "2"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    // The files of the index and their sizes: what an add does shows here, and it is killed after so many changes.
    let files = || -> BTreeMap<_, _> {
        let entries = std::fs::read_dir(&index).unwrap().map(Result::unwrap);
        entries.map(|entry| (entry.file_name(), entry.metadata().map(|file| file.len()).ok())).collect()
    };
    let mut kills = 0;
    for changes in 0.. {
        let mut child = start();
        let (mut seen, mut before) = (0, files());
        while seen < changes && child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_micros(200));
            let now = files();
            seen += usize::from(now != before);
            before = now;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let checked = Index::check(&index).unwrap();
        assert!([half, MADE.len()].contains(&checked.len()), "{} pages", checked.len());
        assert_eq!(replayed(&checked.events(1).unwrap()), sets(&checked));
        if checked.len() == MADE.len() {
            break;
        }
        kills += 1;
    }
    assert!(kills > 0, "every add was quicker than its end");
    add(&index, &folder.path("rest.jsonl")).unwrap();
    let index = Index::check(&index).unwrap();
    assert_eq!(sets(&index).into_values().collect::<BTreeSet<_>>(), BATCH.0);
}

#[test]
fn the_commands_make_an_index_add_to_it_and_look_pages_up() {
    let every_other =
        |first: usize| MADE.iter().skip(first).step_by(2).map(|line| line.clone() + "\n").collect::<String>();
    let folder = Folder::new().with("mon.jsonl", every_other(0)).with("tue.jsonl", every_other(1));
    let count = MADE.len().div_ceil(2);
    let index = folder.path("week");
    let said = tonggao(&["index", "create"]).path(&index).path(&folder.path("mon.jsonl")).ends_with(0);
    assert!(said.out.starts_with(&format!("{count} pages added; the index has {count} pages")), "{}", said.out);
    tonggao(&["index", "create"]).path(&index).ends_with(2).names_in_errors(&["already exists"]);
    let said = tonggao(&["index", "add"]).path(&index).path(&folder.path("tue.jsonl")).words(&["--json"]).ends_with(0);
    let events: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().any(|event| event["event"] == "joined" && !strings(&event["pages"]).is_empty()));
    let since = events[0]["seq"].to_string();
    let listed = tonggao(&["index", "events"]).path(&index).words(&["--since", &since]).ends_with(0);
    assert_eq!(listed.out, said.out);
    tonggao(&["index", "check"]).path(&index).ends_with(0);
    let query = |page: &str, flags: &[&str]| {
        tonggao(&["index", "query"]).path(&index).words(&["-"]).words(flags).reading(page).ends_with(0)
    };
    let appeared = events.iter().find(|event| event["event"] == "joined").unwrap();
    let id = string(&appeared["pages"][0]);
    let line = MADE.iter().find(|line| line.contains(&format!("{id:?}"))).unwrap();
    let answer: Value = serde_json::from_str(&query(line, &["--json"]).out).unwrap();
    assert_eq!(answer["cluster"], appeared["cluster"]);
    assert_eq!(answer["set"]["cluster"], appeared["cluster"]);
    let number = answer["cluster"].to_string();
    let words = query(line, &[]).out;
    assert!(words.contains(&format!("reprint set {number}")) && words.contains("Closest pages"), "{words}");
    let set = tonggao(&["index", "query"]).path(&index).words(&["--cluster", &number, "--json"]).ends_with(0);
    assert_eq!(serde_json::from_str::<Value>(&set.out).unwrap(), answer["set"]);
    tonggao(&["index", "query"]).path(&index).words(&["--cluster", "999999"]).ends_with(1);
    tonggao(&["index", "compact"]).path(&index).ends_with(0);
    tonggao(&["index", "check"]).path(&index).ends_with(0);
}

#[test]
fn an_index_of_the_first_format_is_refused_with_what_to_do() {
    match Index::open(repository("corpus-samples/index-v1")) {
        Err(Error::Invalid { reason, .. }) => {
            assert!(reason.contains("version 1") && reason.contains("create the index again"), "{reason}");
        }
        other => panic!("{:?}", other.map(|index| index.len())),
    }
}

/// The index of format version 2: made once, never again. Its pages are those of `corpus-samples/news`.
#[test]
fn an_index_of_this_format_version_is_read() {
    let index = Index::check(repository("corpus-samples/index-v2")).unwrap();
    let news = Output::of(&repository("corpus-samples/news"), &["--only", "origin"]);
    assert_eq!(index.len(), news.ids().len());
    let numbers = index.clusters().unwrap().to_vec();
    assert!(!numbers.is_empty());
    let set = index.cluster(numbers[0]).unwrap().unwrap().record;
    assert!(set.origin.is_some() && set.members.len() == index.members(numbers[0]).unwrap().len());
    let pages = index.pages(&[repository("corpus-samples/news/wire.jsonl")]).unwrap();
    for page in pages {
        let id = page.id.clone().unwrap();
        let answer = index.query(page).unwrap();
        let itself = answer.closest.iter().find(|close| close.id == id).unwrap();
        assert_eq!((itself.jaccard, answer.closest[0].jaccard), (1.0, 1.0));
    }
}
