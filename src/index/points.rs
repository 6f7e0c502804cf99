//! Talking points. They need all pages at once, so a compaction finds and keeps them, and says which are new.
//!
//! ```text
//! points-COMMIT.jsonl = (point "\n")*    each as a line of `talking_points.jsonl`, the strongest first
//! ```

use super::events::EventPoint;
use super::manifest::{self, Manifest};
use super::segment;
use crate::error::Result;
use crate::records::PointRecord;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The wordings, in all their forms, that the last compaction found.
#[derive(Default)]
pub(super) struct KnownPoints(FxHashSet<String>);

/// What is read of a point.
#[derive(Deserialize)]
struct Written {
    text: String,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Variant {
    text: String,
}

/// The points that the last compaction found, the strongest first.
pub(super) fn read<T: DeserializeOwned>(folder: &Path, manifest: &Manifest) -> Result<Vec<T>> {
    let Some(name) = &manifest.points else { return Ok(Vec::new()) };
    let (bytes, path) = (manifest::read(folder, manifest, name)?, folder.join(name));
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| segment::json(&path, line)).collect()
}

impl KnownPoints {
    /// Reads those of an index.
    pub(super) fn read(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let mut known = FxHashSet::default();
        for Written { text, variants } in read(folder, manifest)? {
            known.extend(variants.into_iter().map(|variant| variant.text).chain([text]));
        }
        Ok(KnownPoints(known))
    }

    /// The points of which no form is known.
    pub(super) fn new_ones<'p>(&self, points: &'p [PointRecord]) -> impl Iterator<Item = EventPoint> + use<'_, 'p> {
        let is_known = |point: &&PointRecord| {
            self.0.contains(&point.text) || point.variants.iter().any(|variant| self.0.contains(&variant.text))
        };
        points.iter().filter(move |point| !is_known(point)).map(|point| EventPoint {
            text: point.text.clone(),
            class: point.class,
            outlets: point.outlets,
            clusters: point.clusters,
        })
    }
}

/// Writes points in place of those before.
pub(super) fn write(folder: &Path, manifest: &mut Manifest, points: &[PointRecord]) -> Result<()> {
    let mut lines = Vec::new();
    for point in points {
        // Texts and numbers always serialise.
        lines.extend(serde_json::to_vec(point).unwrap_or_default());
        lines.push(b'\n');
    }
    let name = format!("points-{}.jsonl", manifest.commit);
    manifest::write(folder, &name, &lines)?;
    if let Some(before) = manifest.points.replace(name.clone()) {
        manifest.files.remove(&before);
    }
    manifest.take(folder, &name)
}
