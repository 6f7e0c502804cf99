//! The tests that see the program from outside. They are one binary, so that they link once.
//!
//! | file | what belongs there |
//! | --- | --- |
//! | `samples` | what `corpus-samples/expected.json` says must be found on the sample corpus |
//! | `oracle` | measured overlaps against the same numbers computed the slow plain way |
//! | `properties` | what is true of every text and corpus: ranges, folding, passages, scores, sets |
//! | `planted` | passages planted at known places of other articles, and how much of them is found |
//! | `paths` | one answer by every path: threads, mapping, order and division of the input |
//! | `formats` | the same pages in every format, packing and encoding, as `corpus-samples/formats` has them |
//! | `inputs` | files and records as people have them: documents, archives, links, nested fields, times, damage |
//! | `field` | kinds of pages over which users of corpus tools stumble |
//! | `cli` | flags, exit codes, messages, and what becomes of the output folder |
//! | `exports` | what other programs are handed: tables, graphs, the rights holder's sheet |
//! | `endings` | runs that a signal or a full device ends, and what hostile words do to a terminal |
//! | `hostile` | corpora made to break the program, and how long they take compared with an ordinary one |
//! | `mutations` | every reader and parser on inputs that are changed at random |
//! | `bad_input` | records and files that cannot be used, and texts that attack |
//! | `verdicts` | corrections by people, and that they are obeyed |
//! | `dedup` | which pages `dedup` removes, and that what stays is the same byte for byte |
//! | `extract` | what `extract` writes of saved pages: articles, boxes in them, outlets, addresses |
//! | `html_pages` | what saved news pages state, and their articles, against what is read from them |
//! | `damage` | each repair on its example pair, and none where nothing is damaged |
//! | `furniture` | what belongs to a site, by kind: at five pages and at many, outlet known and not |
//! | `points` | whose votes count for talking points, what is everyday, who runs with whom |
//! | `index` | indexes that grow: adds against one run, killed writers, flipped bits, queries |
//! | `index_server` | an index over HTTP: its description, its limits, many clients at once, a server that is killed |
//! | `watch` | folders and feeds that are watched, and the notices that rules give |
//! | `sample` | pairs for hand coding, and the estimates from them |
//! | `compatibility` | an output folder of each format version, read by this version |
//! | `links` | links in the documents of the repository |
//! | `prose` | words that the documents and `--help` do without |
//! | `structure` | which modules import which, and that no files import each other in a circle |
//! | `surface` | what the library shows to other programs |
//! | `support` | what tests of several themes use |
//!
//! A test of one module's inner workings is in that module instead.

mod support;

mod samples;

mod oracle;

mod properties;

mod planted;

mod paths;

mod formats;

mod inputs;

mod field;

mod cli;

mod exports;

mod endings;

#[cfg(unix)]
mod hostile;

mod mutations;

mod bad_input;

mod dedup;

mod verdicts;

#[cfg(feature = "html")]
mod extract;
#[cfg(feature = "html")]
mod html_pages;

mod damage;

mod furniture;
mod index;
#[cfg(unix)]
mod index_server;

mod points;
mod sample;
mod watch;

mod links;

mod prose;

mod structure;

mod surface;

mod compatibility;

mod outlets;

/// The corpus that the benches make: here it is large enough to keep several threads busy.
#[path = "../benches/corpus.rs"]
mod corpus;
