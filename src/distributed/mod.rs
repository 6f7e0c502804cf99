//! The stages for a part of a corpus: what an engine that spreads a corpus over machines calls, step by step. Each
//! function takes rows that the engine has brought together and gives rows back; it calls what the pipeline calls, so
//! both come to the same answer.
//!
//! A page goes by its order, a hash of its id, since no part knows how many pages come before it. Within a part pages
//! are numbered in the order of these hashes, so that whatever is decided by number is decided alike in every part.
//!
//! | step | rows come together by | gives |
//! | --- | --- | --- |
//! | [`Survey`], [`BoilerplateSample`], [`learn`] | outlet and host | outlets, furniture: the [`Model`] |
//! | [`sketch`] | nothing | what is kept of each page |
//! | [`crate::candidates::partitions`] | body, bucket, page; then story | pairs |
//! | [`Forest`] | anything | stories, articles, components |
//! | [`measure`] | story | matches |
//! | [`star`], [`decide`] | page, then pair | kinds, compilations |
//! | [`group`] | component | sets, and what names are resolved by |
//! | [`habits`], [`records`] | component | histories, the records of the output |
//! | [`MayVote`], [`speaker`] | page; then set | who votes, which page speaks for its set |
//! | [`search`] | one page a set, all in one task | wordings |
//! | [`SoughtPhrases::vote`] | set, with all wordings | votes |
//! | [`Scales`] | all in one task, no texts | talking points, who runs with whom |
//! | [`places`], [`points`] | page; then all points | their texts |
//! | [`OutletCounter`] | all counts in one task | outlets and their pairs |

mod forest;
mod furniture;
mod incident_matches;
mod model;
mod partition;
mod points;
mod sets;
mod sketches;

pub use forest::Forest;
pub use furniture::{BoilerplateSample, Survey, learn, orders};
pub use incident_matches::{Decided, Incident, IncidentMatches, MatchSide, decide, is_turned, star};
pub use model::{Model, check_verdicts};
pub use partition::{MeasuredPair, SketchedPage, measure};
pub use points::{
    MayVote, OutletCounter, PhraseVote, Scales, Searched, SoughtPhrases, VotingPage, WeighedPoints, places, points,
    quotes, search, speaker,
};
pub use sets::{Grouped, PartitionSet, Records, SetMember, group, habits, names, records};
pub use sketches::{Sketch, document, sketch};
