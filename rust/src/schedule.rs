//! What is decided at which level of the walk: level `n` is where the first `n` packs are set.

use std::ops::Range;

use crate::components::{Components, at_or_below};
use crate::expression::{Address, Node, Operation};
use crate::program::{Document, Rule};

/// A step of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Evaluate a node, all of whose packs are set.
    Evaluate(u32),
    /// Drop the candidates here if the node is false, or if it is no boolean and `lenient` (error_is_false).
    Require { node: u32, lenient: bool },
    /// The same for the root of a predicate; an error stays, for candidates that nothing else drops.
    Root { node: u32, lenient: bool },
}

/// Where a `leaf` or `has` node looks.
#[derive(Debug)]
pub struct Lookup {
    /// The paths at or below the node's segments.
    pub paths: Range<u32>,
    /// The path that is the node's segments.
    pub exact: Option<u32>,
    /// The components that have one of `paths`.
    pub components: Range<usize>,
    /// The packs that write there, ascending.
    pub packs: Vec<u32>,
}

/// Rules as bits: those that the options so far leave possible.
#[derive(Debug)]
pub struct Masks {
    /// Words of a set of rules.
    pub words: usize,
    /// For each pack, option by option, the rules that it leaves possible.
    pub packs: Vec<Vec<u64>>,
    /// For each level the rules whose last pack has just been set.
    pub complete: Vec<Vec<u64>>,
    /// The level at which the last of the rules is decided.
    pub level: usize,
}

#[derive(Debug)]
pub struct Schedule {
    pub levels: Vec<Vec<Action>>,
    /// For each node, where it looks.
    pub lookups: Vec<Option<Lookup>>,
    pub include: Masks,
    pub exclude: Masks,
    /// From this level on nothing is left to decide.
    pub free: usize,
}

impl Schedule {
    pub fn of(document: &Document, components: &Components) -> Self {
        let lookups: Vec<Option<Lookup>> =
            document.nodes.iter().map(|node| Lookup::of(document, components, node)).collect();
        let include = Masks::of(document, &document.include);
        let exclude = Masks::of(document, &document.exclude);
        let levels = actions(document, &lookups);
        let last =
            levels.iter().rposition(|level| level.iter().any(|action| matches!(action, Action::Root { .. })));
        let free = last.unwrap_or(0).max(include.level).max(exclude.level);
        Self { levels, lookups, include, exclude, free }
    }

    /// The packs on which a node depends, ascending.
    pub fn packs_of(&self, document: &Document, node: u32) -> Vec<u32> {
        let mut packs: Vec<u32> = reachable(document, node)
            .into_iter()
            .flat_map(|node| match (&document.nodes[node as usize], &self.lookups[node as usize]) {
                (Node::Option(pack), _) => vec![*pack],
                (_, Some(lookup)) => lookup.packs.clone(),
                _ => Vec::new(),
            })
            .collect();
        packs.sort_unstable();
        packs.dedup();
        packs
    }
}

impl Lookup {
    fn of(document: &Document, components: &Components, node: &Node) -> Option<Self> {
        let (Node::Leaf { address, .. } | Node::Has(address)) = node else { return None };
        let Address { choice, segments } = address;
        let paths = at_or_below(&document.paths, *choice, segments);
        let first = document.paths.get(paths.start as usize);
        let is_exact = !paths.is_empty() && first.is_some_and(|path| path.segments == *segments);
        let touched = components.touching(&paths);
        let mut packs: Vec<u32> = components.all[touched.clone()]
            .iter()
            .flat_map(|component| component.packs.iter().copied())
            .collect();
        packs.sort_unstable();
        packs.dedup();
        Some(Self { exact: is_exact.then_some(paths.start), paths, components: touched, packs })
    }
}

impl Masks {
    fn of(document: &Document, rules: &[Rule]) -> Self {
        let words = rules.len().div_ceil(64);
        let sizes = document.packs.iter().map(|pack| pack.options.len());
        let mut packs: Vec<Vec<u64>> = sizes.map(|size| vec![u64::MAX; size * words]).collect();
        let mut complete = vec![vec![0; words]; document.packs.len() + 1];
        let mut last = 0;
        for (number, rule) in rules.iter().enumerate() {
            let (word, bit) = (number / 64, 1_u64 << (number % 64));
            for (pack, options) in rule {
                let masks = &mut packs[*pack as usize];
                masks.iter_mut().skip(word).step_by(words).for_each(|mask| *mask &= !bit);
                options.iter().for_each(|&option| masks[option as usize * words + word] |= bit);
            }
            let level = rule.iter().map(|(pack, _)| *pack as usize + 1).max().unwrap_or(0);
            complete[level][word] |= bit;
            last = last.max(level);
        }
        Self { words, packs, complete, level: last }
    }

    /// The first `rules` bits, before any option is chosen.
    pub fn all(rules: usize) -> Vec<u64> {
        let bits = |word: usize| (rules - 64 * word).min(64);
        (0..rules.div_ceil(64)).map(|word| u64::MAX >> (64 - bits(word))).collect()
    }
}

/// The nodes that `root` needs, itself included, arguments first.
pub fn reachable(document: &Document, root: u32) -> Vec<u32> {
    let mut needed = vec![false; root as usize + 1];
    needed[root as usize] = true;
    for node in (0..=root as usize).rev() {
        if needed[node] {
            document.nodes[node].arguments().iter().for_each(|&arg| needed[arg as usize] = true);
        }
    }
    (0..=root).filter(|&node| needed[node as usize]).collect()
}

/// The operands of nested conjunctions: any of them false makes `node` false.
fn conjuncts(document: &Document, node: u32, found: &mut Vec<u32>) {
    match &document.nodes[node as usize] {
        Node::Call(Operation::And, args) => args.iter().for_each(|&arg| conjuncts(document, arg, found)),
        _ => found.push(node),
    }
}

fn actions(document: &Document, lookups: &[Option<Lookup>]) -> Vec<Vec<Action>> {
    let mut node_levels: Vec<usize> = Vec::with_capacity(document.nodes.len());
    for (node, lookup) in document.nodes.iter().zip(lookups) {
        let own = match (node, lookup) {
            (Node::Option(pack), _) => *pack as usize + 1,
            (_, Some(lookup)) => lookup.packs.last().map_or(0, |&pack| pack as usize + 1),
            _ => 0,
        };
        let level = node.arguments().iter().map(|&arg| node_levels[arg as usize]).fold(own, usize::max);
        node_levels.push(level);
    }
    let mut levels: Vec<Vec<Action>> = vec![Vec::new(); document.packs.len() + 1];
    let mut scheduled = vec![false; document.nodes.len()];
    for predicate in &document.predicates {
        let (root, lenient) = (predicate.node, predicate.error_is_false);
        let mut required = Vec::new();
        conjuncts(document, root, &mut required);
        required.sort_unstable();
        for node in reachable(document, root) {
            let level = &mut levels[node_levels[node as usize]];
            if !std::mem::replace(&mut scheduled[node as usize], true) {
                level.push(Action::Evaluate(node));
            }
            if node == root {
                level.push(Action::Root { node, lenient });
            } else if required.binary_search(&node).is_ok() {
                level.push(Action::Require { node, lenient });
            }
        }
    }
    levels
}
