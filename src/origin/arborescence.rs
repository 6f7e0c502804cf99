//! The maximum spanning arborescence (Chu and Liu 1965, Edmonds 1967): for every node one parent, no circles,
//! the greatest sum of scores.

/// `scores[child][parent]` for children `0..n`, which are nodes `1..=n`, and parents `0..=n`, where 0 is the
/// root. Returns each child's parent. A score of minus infinity forbids an arrow; every child needs some arrow
/// that leads back to the root. Cubic in n at worst.
pub(super) fn maximum(scores: &[Vec<f64>]) -> Vec<usize> {
    let n = scores.len() + 1;
    let mut arrows = Vec::with_capacity(n * n);
    for (child, row) in scores.iter().enumerate() {
        for (parent, &score) in row.iter().enumerate().filter(|&(p, s)| p != child + 1 && *s > f64::NEG_INFINITY) {
            arrows.push(Arrow { from: parent, to: child + 1, score, origin: (parent, child + 1) });
        }
    }
    let chosen = solve(n, 0, &arrows);
    let mut parents = vec![0; scores.len()];
    for k in chosen {
        let (parent, child) = arrows[k].origin;
        parents[child - 1] = parent;
    }
    parents
}

#[derive(Clone, Copy)]
struct Arrow {
    from: usize,
    to: usize,
    score: f64,
    origin: (usize, usize),
}

/// Indices of the chosen arrows: one into every node but the root.
fn solve(n: usize, root: usize, arrows: &[Arrow]) -> Vec<usize> {
    let mut best: Vec<Option<usize>> = vec![None; n];
    for (k, arrow) in arrows.iter().enumerate().filter(|(_, a)| a.to != root && a.from != a.to) {
        if best[arrow.to].is_none_or(|held| arrow.score > arrows[held].score) {
            best[arrow.to] = Some(k);
        }
    }
    let Some(circle) = find_circle(n, root, &best, arrows) else {
        return best.into_iter().flatten().collect();
    };
    // Shrink the circle to one node; an arrow into it costs what it displaces there.
    let inside: Vec<bool> = (0..n).map(|v| circle.contains(&v)).collect();
    let mut number = vec![0; n];
    let mut next = 0;
    for v in (0..n).filter(|&v| !inside[v]) {
        number[v] = next;
        next += 1;
    }
    circle.iter().for_each(|&v| number[v] = next);
    let displaced = |v: usize| best[v].map_or(0.0, |k| arrows[k].score);
    let mut shrunk = Vec::new();
    let mut kept = Vec::new();
    for (k, arrow) in arrows.iter().enumerate() {
        let (from, to) = (number[arrow.from], number[arrow.to]);
        if from != to {
            let score = if inside[arrow.to] { arrow.score - displaced(arrow.to) } else { arrow.score };
            shrunk.push(Arrow { from, to, score, origin: arrow.origin });
            kept.push(k);
        }
    }
    let chosen: Vec<usize> = solve(next + 1, number[root], &shrunk).into_iter().map(|k| kept[k]).collect();
    let entered = chosen.iter().map(|&k| arrows[k].to).find(|&v| inside[v]);
    let rest = circle.into_iter().filter(|&v| Some(v) != entered).filter_map(|v| best[v]);
    chosen.iter().copied().chain(rest).collect()
}

/// A circle among the best arrows, if there is one.
fn find_circle(n: usize, root: usize, best: &[Option<usize>], arrows: &[Arrow]) -> Option<Vec<usize>> {
    let mut seen = vec![usize::MAX; n];
    for start in (0..n).filter(|&v| v != root) {
        let mut at = start;
        while at != root && seen[at] == usize::MAX {
            seen[at] = start;
            match best[at] {
                Some(k) => at = arrows[k].from,
                None => break,
            }
        }
        if at != root && seen[at] == start && best[at].is_some() {
            let step = |&v: &usize| best[v].map(|k| arrows[k].from).filter(|&v| v != at);
            return Some(std::iter::successors(Some(at), step).collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(scores: &[Vec<f64>], parents: &[usize]) -> f64 {
        parents.iter().enumerate().map(|(child, &p)| scores[child][p]).sum()
    }

    fn is_tree(parents: &[usize]) -> bool {
        (1..=parents.len()).all(|start| {
            let mut at = start;
            let mut steps = 0;
            while at != 0 && steps <= parents.len() {
                at = parents[at - 1];
                steps += 1;
            }
            at == 0
        })
    }

    /// The best tree by trying all.
    fn by_trial(scores: &[Vec<f64>]) -> f64 {
        let n = scores.len();
        let mut best = f64::NEG_INFINITY;
        let mut parents = vec![0; n];
        loop {
            if is_tree(&parents) && parents.iter().enumerate().all(|(c, &p)| p != c + 1) {
                best = best.max(total(scores, &parents));
            }
            let mut k = 0;
            while k < n && parents[k] == n {
                parents[k] = 0;
                k += 1;
            }
            if k == n {
                return best;
            }
            parents[k] += 1;
        }
    }

    #[test]
    fn equals_the_best_of_all_trees() {
        let mut state = 7u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / 1e6
        };
        for n in 1..=5 {
            for _ in 0..60 {
                let scores: Vec<Vec<f64>> = (0..n).map(|_| (0..=n).map(|_| random()).collect()).collect();
                let parents = maximum(&scores);
                assert!(is_tree(&parents), "{parents:?}");
                assert!((total(&scores, &parents) - by_trial(&scores)).abs() < 1e-9);
            }
        }
    }
}
