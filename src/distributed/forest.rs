//! Connected components by spanning forests (Borůvka's forests, 1926, merged as in Karloff, Suri, Vassilvitskii 2010):
//! a part of the edges is replaced by as few edges as connect the same nodes, and so is the union of such parts.

use crate::storage::UnionFind;
use rustc_hash::FxHashMap;

/// Nodes that edges connect, known by any number. Some 40 bytes a node.
#[derive(Default)]
pub struct Forest {
    nodes: Vec<u64>,
    places: FxHashMap<u64, u32>,
    sets: UnionFind,
}

impl Forest {
    /// Adds an edge.
    pub fn join(&mut self, x: u64, y: u64) {
        let (x, y) = (self.place(x), self.place(y));
        self.sets.join(x, y);
    }

    fn place(&mut self, node: u64) -> u32 {
        let Forest { nodes, places, sets } = self;
        *places.entry(node).or_insert_with(|| {
            nodes.push(node);
            sets.push()
        })
    }

    /// An edge from every node to the least of its component, from that least one to itself.
    pub fn edges(mut self) -> Vec<[u64; 2]> {
        let roots: Vec<u32> = (0..self.nodes.len() as u32).map(|place| self.sets.root(place)).collect();
        let mut least = self.nodes.clone();
        for (&root, &node) in roots.iter().zip(&self.nodes) {
            least[root as usize] = least[root as usize].min(node);
        }
        let edges = self.nodes.iter().zip(&roots).map(|(&node, &root)| [node, least[root as usize]]);
        let mut edges: Vec<[u64; 2]> = edges.collect();
        edges.sort_unstable();
        edges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forests_of_parts_connect_what_all_edges_connect() {
        let edges: Vec<[u64; 2]> = (0..400u64).map(|k| [k * 7919 % 1009, k * 104_729 % 1009]).collect();
        let forest = |edges: &mut dyn Iterator<Item = [u64; 2]>| {
            let mut forest = Forest::default();
            edges.for_each(|[x, y]| forest.join(x, y));
            forest.edges()
        };
        let whole = forest(&mut edges.iter().copied());
        let parts = edges.chunks(37).flat_map(|part| forest(&mut part.iter().copied()));
        assert_eq!(forest(&mut parts.collect::<Vec<_>>().into_iter()), whole);
        assert!(whole.len() > 100 && whole.iter().all(|[node, least]| least <= node));
        assert_eq!(forest(&mut [[3, 3]].into_iter()), [[3, 3]]);
    }
}
