//! Which pages an add leaves as they were. Sets are made of candidate pairs and of what these came to: articles, spread of
//! passages, medoids and histories depend on nothing outside a connected component of the candidate pairs. So a component
//! that has the pairs that it had at the last commit has the sets that it had then.
//!
//! ```text
//! components-COMMIT.pack
//!   components   u64: the hash of the pairs of each component, in order
//! ```

use super::manifest::Manifest;
use super::pack::{Pack, PackWriter};
use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::UnionFind;
use crate::types::DocId;
use crate::verdicts::Resolved;
use rustc_hash::FxHashMap;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// The connected components of some pairs.
pub(super) struct Components {
    /// By page: the number of its component. A page without pairs has one of its own, which has no hash.
    of_page: Vec<u32>,
    /// By number: the hash of the pairs.
    hashes: FxHashMap<u32, u64>,
}

impl Components {
    /// The components of some pairs of so many pages, and of what people say of them.
    pub(super) fn new(pairs: &[Pair], pages: usize, verdicts: &Resolved) -> Self {
        let mut union = UnionFind::new(pages);
        pairs.iter().chain(verdicts.pairs.keys()).for_each(|pair| union.join(pair.a.0, pair.b.0));
        let mut hashes: FxHashMap<u32, u64> = FxHashMap::default();
        for pair in pairs {
            // A sum does not depend on the order of the pairs, each of which is there once.
            let hash = hashes.entry(union.root(pair.a.0)).or_default();
            *hash = hash.wrapping_add(xxh3_64(bytemuck::bytes_of(pair)));
        }
        for (page, said) in said(verdicts) {
            let hash = hashes.entry(union.root(page.0)).or_default();
            *hash = hash.wrapping_add(said);
        }
        Components { of_page: (0..pages as u32).map(|page| union.root(page)).collect(), hashes }
    }

    /// By page: true where the component is one of `known`, which are in order.
    pub(super) fn kept(&self, known: &[u64]) -> Vec<bool> {
        let is_known = |page: &u32| self.hashes.get(page).is_some_and(|hash| known.binary_search(hash).is_ok());
        let of_component: Vec<bool> = (0..self.of_page.len() as u32).map(|page| is_known(&page)).collect();
        self.of_page.iter().map(|&component| of_component[component as usize]).collect()
    }

    /// Writes the hashes.
    pub(super) fn write(&self, folder: &Path, manifest: &mut Manifest) -> Result<()> {
        let mut hashes: Vec<u64> = self.hashes.values().copied().collect();
        hashes.sort_unstable();
        let name = format!("components-{}.pack", manifest.commit);
        let mut writer = PackWriter::create(&folder.join(&name))?;
        writer.section("components", &hashes)?;
        writer.finish()?;
        if let Some(before) = manifest.components.replace(name.clone()) {
            manifest.files.remove(&before);
        }
        manifest.take(folder, &name)
    }
}

/// For each verdict a page that it is about, and a hash of all that it says.
fn said(verdicts: &Resolved) -> impl Iterator<Item = (DocId, u64)> {
    let of_pair = |(pair, same): (&Pair, &bool)| (pair.a, xxh3_64(format!("{pair:?} {same}").as_bytes()));
    // Of two on one page the later one counts.
    let of_origin = |(place, (page, origin)): (usize, &(DocId, _))| {
        (*page, xxh3_64(format!("{place} {page:?} {origin:?}").as_bytes()))
    };
    verdicts.pairs.iter().map(of_pair).chain(verdicts.origins.iter().enumerate().map(of_origin))
}

/// The hashes of the components of the last commit; none of an index of a version that did not keep them.
pub(super) fn known(folder: &Path, manifest: &Manifest) -> Result<Vec<u64>> {
    let Some(name) = &manifest.components else { return Ok(Vec::new()) };
    let pack = Pack::open(&folder.join(name))?;
    Ok(pack.section("components")?.all()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn components(pairs: &[(u32, u32)], pages: usize) -> Components {
        let pairs: Vec<Pair> = pairs.iter().map(|&(a, b)| Pair::new(DocId(a), DocId(b))).collect();
        Components::new(&pairs, pages, &Resolved::default())
    }

    fn known(components: &Components) -> Vec<u64> {
        let mut known: Vec<u64> = components.hashes.values().copied().collect();
        known.sort_unstable();
        known
    }

    #[test]
    fn pages_are_kept_whose_component_has_the_pairs_that_it_had() {
        let before = components(&[(0, 1), (1, 2), (3, 4), (5, 6)], 8);
        // 8 comes to the first, the second loses its pair, the third is as it was.
        let now = components(&[(0, 1), (1, 2), (2, 8), (5, 6)], 9);
        let kept = now.kept(&known(&before));
        assert_eq!((0..9).filter(|&page| kept[page]).collect::<Vec<_>>(), [5, 6]);
        assert!(now.kept(&[]).iter().all(|kept| !kept));
        // The same pages by other pairs.
        let other = components(&[(0, 1), (0, 2)], 8);
        assert!(!other.kept(&known(&before))[0]);
        // The same pairs with a verdict.
        let pairs = [Pair::new(DocId(0), DocId(1))];
        let said = |same| Resolved { pairs: [(pairs[0], same)].into_iter().collect(), ..Resolved::default() };
        let plain = Components::new(&pairs, 2, &Resolved::default());
        assert!(!Components::new(&pairs, 2, &said(true)).kept(&known(&plain))[0]);
        assert!(!Components::new(&pairs, 2, &said(true)).kept(&known(&Components::new(&pairs, 2, &said(false))))[0]);
    }
}
