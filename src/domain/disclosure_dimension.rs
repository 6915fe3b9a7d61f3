//! One way of narrowing as a tree of nodes, put in the order of a walk, so that all below a node is a range.
//!
//! For [`super::disclosure_cube`].

/// In place of a child: below none of them.
pub(super) const ELSEWHERE: u32 = u32::MAX;

/// The nodes of a dimension in the order of a walk, in which all below a node stand right after it.
#[derive(Debug)]
pub(super) struct Dimension {
    pub parents: Vec<usize>,
    pub children: Vec<Vec<usize>>,
    /// How many nodes are above a node.
    pub depths: Vec<usize>,
    /// Which child of its parent a node is.
    pub ordinals: Vec<u32>,
    /// Where a node stands in the walk, and where the first one after it that is not below it.
    pub places: Vec<u32>,
    pub ends: Vec<u32>,
}

impl Dimension {
    /// Siblings stand in the order of their ranks.
    pub fn new(parents: Vec<usize>, ranks: Option<&[usize]>) -> Self {
        let count = parents.len();
        let mut children = vec![Vec::new(); count];
        let mut nodes: Vec<usize> = (1..count).collect();
        if let Some(ranks) = ranks {
            nodes.sort_by_key(|node| ranks[*node]);
        }
        let (mut ordinals, mut depths) = (vec![0; count], vec![0; count]);
        for node in nodes {
            let siblings: &mut Vec<usize> = &mut children[parents[node]];
            ordinals[node] = siblings.len() as u32;
            siblings.push(node);
        }
        let (mut places, mut ends) = (vec![0; count], vec![0; count]);
        let mut walk = vec![(0, false)];
        let mut next = 0;
        while let Some((node, is_done)) = walk.pop() {
            if is_done {
                ends[node] = next;
                continue;
            }
            places[node] = next;
            if node > 0 {
                depths[node] = depths[parents[node]] + 1;
            }
            next += 1;
            walk.push((node, true));
            walk.extend(children[node].iter().rev().map(|child| (*child, false)));
        }
        Self { parents, children, depths, ordinals, places, ends }
    }

    pub fn holds(&self, node: usize, leaf: usize) -> bool {
        (self.places[node]..self.ends[node]).contains(&self.places[leaf])
    }

    /// For each place of the walk which child of a node it is, or is below, by numbers of the nodes.
    pub fn steps(&self, node: usize, numbers: &[u32]) -> Vec<u32> {
        let mut steps = vec![ELSEWHERE; self.places.len()];
        for child in &self.children[node] {
            steps[self.places[*child] as usize..self.ends[*child] as usize].fill(numbers[*child]);
        }
        steps
    }

    /// How deep its deepest node is.
    pub fn depth(&self) -> usize {
        self.depths.iter().copied().max().unwrap_or(0)
    }

    /// For each place of the walk that of the node above it at a depth, or its own where it is not so deep.
    pub fn coarse(&self, depth: usize) -> Vec<u32> {
        let mut coarse: Vec<u32> = (0..self.places.len() as u32).collect();
        for node in (0..self.places.len()).filter(|node| self.depths[*node] == depth) {
            let place = self.places[node];
            coarse[place as usize..self.ends[node] as usize].fill(place);
        }
        coarse
    }
}
