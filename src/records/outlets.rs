//! `outlets.jsonl` and `outlet_pairs.jsonl`: who republishes whom.

use super::contract::record;
use serde::Serialize;

record! {
    /// An outlet with a page, by name.
    #[derive(Clone, Debug, Serialize)]
    pub struct OutletRecord {
        /// Its name.
        pub outlet: String,
        /// Its pages.
        pub pages: u32,
        /// Those that are the likeliest origin of a reprint set.
        pub originals: u32,
        /// The other members of reprint sets.
        pub copies: u32,
        /// Copies that credit their origin or parent.
        pub credited: u32,
        /// Copies that credit nobody, or somebody else.
        pub uncredited: u32,
        /// Median minutes from a parent to the copy here; null when no such times are known.
        pub median_lag_minutes: Option<i64>,
        /// Talking points that it uses.
        pub talking_points: u32,
        /// These as a multiple of what its share of all pages explains; null when no point has a known outlet.
        pub amplification: Option<f64>,
        /// Lower end of its 95 % interval (Poisson limits, Byar's approximation); null like the multiple.
        pub amplification_low: Option<f64>,
        /// Upper end; null like the multiple.
        pub amplification_high: Option<f64>,
        /// Median days from the first use of a point, by another outlet, to its own; null when no such days are known.
        pub median_delay_days: Option<i64>,
        /// Lower end of its 95 % interval (order statistics); null like the median.
        pub median_delay_days_low: Option<i64>,
        /// Upper end; null like the median.
        pub median_delay_days_high: Option<i64>,
    }
}

record! {
    /// Two outlets: `to` republished `from`, or took up its wording. Pairs have at least one reprint, or a
    /// `talking_points_q_value` of at most 0.05.
    #[derive(Clone, Debug, Serialize)]
    pub struct OutletPairRecord {
        /// The outlet of the parent.
        pub from: String,
        /// The outlet of the copy.
        pub to: String,
        /// Pages of `to` whose likeliest parent is a page of `from`.
        pub reprints: u32,
        /// Talking points that both use.
        pub talking_points: u32,
        /// Reprints that the volumes of both explain, if who copies and who is copied were independent.
        pub expected: f64,
        /// Expected share of false finds among the pairs with reprints at least as far above `expected`, in 0..1 (Poisson
        /// tail; Benjamini and Hochberg 1995).
        pub q_value: f64,
        /// Median minutes from a page of `from` to its copy; null when no such times are known.
        pub median_lag_minutes: Option<i64>,
        /// Talking points that `to` used soon after `from`.
        pub talking_points_soon: u32,
        /// Those that the numbers of talking points of both explain.
        pub talking_points_expected: f64,
        /// Expected share of false finds among the pairs at least as sure by their talking points, in 0..1.
        pub talking_points_q_value: f64,
    }
}
