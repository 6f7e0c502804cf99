//! Disjoint sets (Galler and Fischer 1964) with path halving.

use crate::types::DocId;

/// Sets of numbers `0..n`, joined step by step.
#[derive(Default)]
pub struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    /// `len` sets of one.
    pub fn new(len: usize) -> Self {
        UnionFind { parent: (0..len as u32).collect() }
    }

    /// Adds a set of one, and gives its number.
    pub(crate) fn push(&mut self) -> u32 {
        self.parent.push(self.parent.len() as u32);
        self.parent.len() as u32 - 1
    }

    /// The number that stands for the set of `x`: its least.
    pub fn root(&mut self, mut x: u32) -> u32 {
        while self.parent[x as usize] != x {
            let up = self.parent[self.parent[x as usize] as usize];
            self.parent[x as usize] = up;
            x = up;
        }
        x
    }

    /// True for two of one set.
    pub(crate) fn joins(&mut self, (x, y): (u32, u32)) -> bool {
        self.root(x) == self.root(y)
    }

    /// Joins two sets; the lesser root stays, so the result does not depend on the order of joins.
    pub fn join(&mut self, x: u32, y: u32) {
        let (x, y) = (self.root(x), self.root(y));
        self.parent[x.max(y) as usize] = x.min(y);
    }

    /// Sets of two or more, each sorted.
    pub fn groups(mut self) -> Vec<Vec<DocId>> {
        let mut keyed: Vec<(u32, u32)> = (0..self.parent.len() as u32).map(|x| (self.root(x), x)).collect();
        keyed.sort_unstable();
        let sets = keyed.chunk_by(|x, y| x.0 == y.0).filter(|set| set.len() > 1);
        sets.map(|set| set.iter().map(|&(_, x)| DocId(x)).collect()).collect()
    }
}
