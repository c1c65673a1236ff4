//! Counts: valid candidates, and what each rule rejects alone.

use std::sync::Arc;

use crate::canonical::write_decimal;
use crate::cursor::Erring;
use crate::evaluator::Evaluator;
use crate::program::{Program, Rule};
use crate::schedule::reachable;
use crate::value::Value;
use crate::walk::{Event, Walk};

/// Rules over more combinations than that are not counted alone.
const ALONE_LIMIT: u128 = 1_000_000;

/// A count that can be interrupted.
#[derive(Debug)]
pub struct Counter {
    walk: Walk,
    valid: u128,
    error: Option<Erring>,
    done: bool,
    candidates: u128,
}

impl Counter {
    pub fn new(program: &Arc<Program>) -> Self {
        Self { walk: Walk::new(program), valid: 0, error: None, done: false, candidates: program.candidates }
    }

    /// Valid candidates found so far.
    pub fn valid(&self) -> u128 {
        self.valid
    }

    /// Candidates decided so far.
    pub fn position(&self) -> u128 {
        if self.done { self.candidates } else { self.walk.position() }
    }

    /// Walks on for that many visited options; true when all candidates are decided. An error stays.
    pub fn advance(&mut self, mut steps: u64) -> Result<bool, Erring> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        loop {
            match self.walk.run(&mut steps) {
                Event::Block(size) => self.valid += size,
                Event::Erring(error) => {
                    self.error = Some(error.clone());
                    return Err(error);
                }
                Event::Paused => return Ok(false),
                Event::End => {
                    self.done = true;
                    return Ok(true);
                }
            }
        }
    }
}

/// Number of valid candidates.
pub fn count(program: &Arc<Program>) -> Result<u128, Erring> {
    let mut counter = Counter::new(program);
    while !counter.advance(u64::MAX)? {}
    Ok(counter.valid)
}

/// Canonical JSON of how many candidates each rule rejects alone; null where that would cost too much.
pub fn rejects_alone(program: &Program) -> Vec<u8> {
    let document = &program.document;
    let mut out = b"{\"exclude\":[".to_vec();
    for (number, rule) in document.exclude.iter().enumerate() {
        separate(&mut out, number);
        write_count(&mut out, excluded(program, rule));
    }
    out.extend_from_slice(b"],\"include\":");
    write_count(&mut out, not_included(program));
    out.extend_from_slice(b",\"predicates\":[");
    for (number, predicate) in document.predicates.iter().enumerate() {
        separate(&mut out, number);
        write_count(&mut out, denied(program, predicate.node, predicate.error_is_false));
    }
    out.extend_from_slice(b"]}");
    out
}

fn separate(out: &mut Vec<u8>, number: usize) {
    if number > 0 {
        out.push(b',');
    }
}

fn write_count(out: &mut Vec<u8>, count: Option<u128>) {
    match count {
        Some(count) => write_decimal(out, count),
        None => out.extend_from_slice(b"null"),
    }
}

/// Product of the sizes of these packs.
fn combinations(program: &Program, packs: &[u32]) -> u128 {
    packs.iter().map(|&pack| u128::from(program.size(pack))).product()
}

/// Counts the combinations of `packs` for which `rejects` holds, in candidates.
fn rejected(program: &Program, packs: &[u32], mut rejects: impl FnMut(&[u32]) -> bool) -> Option<u128> {
    let total = combinations(program, packs);
    if total > ALONE_LIMIT {
        return None;
    }
    let mut options = vec![0; program.document.packs.len()];
    let mut count: u128 = 0;
    for _ in 0..total {
        count += u128::from(rejects(&options));
        for &pack in packs.iter().rev() {
            options[pack as usize] += 1;
            if options[pack as usize] < program.size(pack) {
                break;
            }
            options[pack as usize] = 0;
        }
    }
    Some(count * (program.candidates / total))
}

fn packs_of<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<u32> {
    let mut packs: Vec<u32> = rules.flatten().map(|(pack, _)| *pack).collect();
    packs.sort_unstable();
    packs.dedup();
    packs
}

fn matches_rule(rule: &Rule, options: &[u32]) -> bool {
    rule.iter().all(|(pack, allowed)| allowed.contains(&options[*pack as usize]))
}

fn excluded(program: &Program, rule: &Rule) -> Option<u128> {
    rejected(program, &packs_of(std::iter::once(rule)), |options| matches_rule(rule, options))
}

fn not_included(program: &Program) -> Option<u128> {
    let rules = &program.document.include;
    if rules.is_empty() {
        return None;
    }
    rejected(program, &packs_of(rules.iter()), |options| {
        !rules.iter().any(|rule| matches_rule(rule, options))
    })
}

fn denied(program: &Program, root: u32, lenient: bool) -> Option<u128> {
    let packs = program.schedule.packs_of(&program.document, root);
    let nodes = reachable(&program.document, root);
    let mut evaluator = Evaluator::new(program);
    rejected(program, &packs, |options| {
        nodes.iter().for_each(|&node| evaluator.evaluate(program, node, options));
        match evaluator.outcome(root) {
            Ok(Value::Bool(truth)) => !truth,
            _ => lenient,
        }
    })
}
