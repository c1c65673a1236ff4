//! The depth-first walk over the candidates, pack by pack, each rule decided at its deepest pack.

use std::sync::Arc;

use crate::evaluator::Evaluator;
use crate::fault::fault_json;
use crate::program::Program;
use crate::schedule::{Action, Masks};
use crate::value::Value;

/// What a walk meets.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// That many valid candidates, which share the options up to the walk's level.
    Block(u128),
    /// An erring candidate: the kernel error's JSON.
    Erring(Vec<u8>),
    /// The steps are used up.
    Paused,
    /// All candidates are decided.
    End,
}

/// One walk from the first candidate to the last.
#[derive(Debug)]
pub struct Walk {
    program: Arc<Program>,
    /// The current options; those of packs at or past `level` mean nothing.
    options: Vec<u32>,
    /// For each pack the option to try next.
    next: Vec<u32>,
    /// How many packs are set when the next option is tried.
    level: usize,
    started: bool,
    position: u128,
    /// Rules still possible, level by level.
    include: Vec<u64>,
    exclude: Vec<u64>,
    /// Whether a predicate errs on the options up to that level.
    pending: Vec<bool>,
    evaluator: Evaluator,
}

impl Walk {
    pub fn new(program: &Arc<Program>) -> Self {
        let levels = program.document.packs.len() + 1;
        let rows = |rules: usize| {
            let mut rows = Masks::all(rules);
            rows.resize(rows.len() * levels, 0);
            rows
        };
        Self {
            options: vec![0; levels - 1],
            next: vec![0; levels - 1],
            level: 0,
            started: false,
            position: 0,
            include: rows(program.document.include.len()),
            exclude: rows(program.document.exclude.len()),
            pending: vec![false; levels],
            evaluator: Evaluator::new(program),
            program: Arc::clone(program),
        }
    }

    /// Candidates decided so far.
    pub fn position(&self) -> u128 {
        self.position
    }

    /// The options of the current block; those past its level are 0.
    pub fn options(&self) -> &[u32] {
        &self.options
    }

    /// Walks on until something is met, visiting at most `steps` options, which it counts down.
    pub fn run(&mut self, steps: &mut u64) -> Event {
        let program = Arc::clone(&self.program);
        let free = program.schedule.free;
        if !self.started {
            self.started = true;
            if !self.admits(&program, 0) {
                self.position = program.candidates;
                self.next.fill(u32::MAX); // nothing is left to try
                return Event::End;
            }
            if free == 0 {
                self.next.fill(u32::MAX);
                return self.block(&program, 0);
            }
        }
        loop {
            let pack = self.level;
            if pack >= free {
                return Event::End;
            }
            let option = self.next[pack];
            if option >= program.size(pack as u32) {
                if pack == 0 {
                    return Event::End;
                }
                self.level -= 1;
                continue;
            }
            if *steps == 0 {
                return Event::Paused;
            }
            *steps -= 1;
            self.options[pack] = option;
            self.next[pack] = option + 1;
            if !self.admits(&program, pack + 1) {
                self.position += program.below[pack];
            } else if pack + 1 == free {
                return self.block(&program, free);
            } else {
                self.level = pack + 1;
                self.next[pack + 1] = 0;
            }
        }
    }

    /// All candidates that share the options up to `level`, where nothing is left to decide.
    fn block(&mut self, program: &Program, level: usize) -> Event {
        let size = if level == 0 { program.candidates } else { program.below[level - 1] };
        self.options[level..].fill(0);
        if self.pending[level] {
            return Event::Erring(self.error(program));
        }
        self.position += size;
        Event::Block(size)
    }

    /// Whether nothing that is decided at `level` drops the candidates with these options.
    fn admits(&mut self, program: &Program, level: usize) -> bool {
        if level > 0 && !self.narrow(program, level) {
            return false;
        }
        if level == 0 && !program.schedule.exclude.complete[0].iter().all(|&word| word == 0) {
            return false;
        }
        let mut pending = level > 0 && self.pending[level - 1];
        for &action in &program.schedule.levels[level] {
            match action {
                Action::Evaluate(node) => self.evaluator.evaluate(program, node, &self.options),
                Action::Require { node, lenient } | Action::Root { node, lenient } => {
                    match self.evaluator.outcome(node) {
                        Ok(Value::Bool(true)) => {}
                        Ok(Value::Bool(false)) => return false,
                        _ if lenient => return false,
                        _ => pending |= matches!(action, Action::Root { .. }),
                    }
                }
            }
        }
        self.pending[level] = pending;
        true
    }

    /// Narrows the rules to those that the option just set leaves possible; whether both lists still admit it.
    fn narrow(&mut self, program: &Program, level: usize) -> bool {
        let (pack, option) = (level - 1, self.options[level - 1] as usize);
        let include = &program.schedule.include;
        let mut possible = include.words == 0;
        for word in 0..include.words {
            let left = self.include[pack * include.words + word]
                & include.packs[pack][option * include.words + word];
            self.include[level * include.words + word] = left;
            possible |= left != 0;
        }
        if !possible {
            return false;
        }
        let exclude = &program.schedule.exclude;
        for word in 0..exclude.words {
            let left = self.exclude[pack * exclude.words + word]
                & exclude.packs[pack][option * exclude.words + word];
            self.exclude[level * exclude.words + word] = left;
            if left & exclude.complete[level][word] != 0 {
                return false;
            }
        }
        true
    }

    /// The error of the current candidate: the first erring predicate in declared order.
    fn error(&self, program: &Program) -> Vec<u8> {
        let predicates = program.document.predicates.iter().enumerate();
        let erring = |node: u32| !matches!(self.evaluator.outcome(node), Ok(Value::Bool(_)));
        let first =
            predicates.map(|(number, predicate)| (number, predicate.node)).find(|&(_, node)| erring(node));
        let (number, root) = first.unwrap_or_default();
        fault_json(&program.document, number, root, self.evaluator.outcomes(), &self.options)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Sketch;

    fn events(sketch: &Sketch, steps: u64) -> Vec<Event> {
        let mut walk = Walk::new(&sketch.load());
        let mut met = Vec::new();
        loop {
            let event = walk.run(&mut steps.clone());
            let over = matches!(event, Event::End | Event::Erring(_));
            met.push(event);
            if over {
                return met;
            }
        }
    }

    #[test]
    fn where_nothing_is_left_to_decide_candidates_are_not_walked() {
        assert_eq!(
            events(&Sketch::new().sizes(&[1000, 1000, 1000]), 0),
            [Event::Block(1_000_000_000), Event::End]
        );
        let sketch = Sketch::new().sizes(&[3, 1000]).set("exclude", json!([[[0, [1]]]]));
        assert_eq!(events(&sketch, 9), [Event::Block(1000), Event::Block(1000), Event::End]);
    }

    #[test]
    fn a_program_without_packs_has_one_candidate() {
        assert_eq!(events(&Sketch::new(), 0), [Event::Block(1), Event::End]);
        assert_eq!(events(&Sketch::new().set("exclude", json!([[]])), 0), [Event::End]);
    }

    #[test]
    fn a_rule_wants_all_its_packs() {
        let sketch = Sketch::new().sizes(&[2, 2]).set("include", json!([[[0, [0]], [1, [1]]], [[1, [0]]]]));
        assert_eq!(events(&sketch, 99), [Event::Block(1), Event::Block(1), Event::Block(1), Event::End]);
    }

    #[test]
    fn more_rules_than_bits_in_a_word() {
        let rules: Vec<_> = (0..130).map(|option| json!([[0, [option]], [1, [option]]])).collect();
        let sketch = Sketch::new().sizes(&[140, 140]);
        let valid = |key: &str| {
            let met = events(&Sketch(sketch.0.clone()).set(key, json!(rules)), u64::MAX);
            met.iter().map(|event| if let Event::Block(size) = event { *size } else { 0 }).sum::<u128>()
        };
        assert_eq!(valid("include"), 130);
        assert_eq!(valid("exclude"), 140 * 140 - 130);
    }

    #[test]
    fn steps_are_visited_options() {
        let sketch = Sketch::new().sizes(&[2, 2]).set("exclude", json!([[[0, [0]], [1, [0]]]]));
        let mut walk = Walk::new(&sketch.load());
        assert_eq!((walk.run(&mut 1), walk.position()), (Event::Paused, 0));
        assert_eq!((walk.run(&mut 1), walk.position()), (Event::Paused, 1));
        assert_eq!((walk.run(&mut 1), walk.position()), (Event::Block(1), 2));
    }

    /// `option of p0 is o1 and 1/0 == 1`: false for o0, an error for o1.
    fn erring() -> Sketch {
        let nodes = json!([
            {"op": "option", "pack": 0},
            {"op": "const", "value": ["s", "o1"]},
            {"op": "eq", "args": [0, 1]},
            {"op": "const", "value": ["i", "0"]},
            {"op": "div", "args": [3, 3]},
            {"op": "and", "args": [2, 4]},
        ]);
        Sketch::new().sizes(&[3, 2]).predicate(nodes)
    }

    #[test]
    fn an_error_waits_until_nothing_else_drops_the_candidate() {
        let error = |options: &str| {
            let head = r#"{"kind":"zero_division","node":4,"operands":[["i","0"],["i","0"]],"options":"#;
            Event::Erring(format!(r#"{head}{options},"predicate":0}}"#).into_bytes())
        };
        assert_eq!(events(&erring(), 99), [error("[1,0]")]);
        let sketch = erring().set("exclude", json!([[[0, [1]], [1, [0]]]]));
        assert_eq!(events(&sketch, 99), [error("[1,1]")]);
        let sketch = erring().set("exclude", json!([[[0, [1]], [1, [0, 1]]]]));
        assert_eq!(events(&sketch, 99), [Event::End]);
    }

    #[test]
    fn an_error_may_be_false() {
        let lenient = json!([{"id": "p", "node": 5, "error_is_false": true}]);
        assert_eq!(events(&erring().set("predicates", lenient), 99), [Event::End]);
    }

    #[test]
    fn a_root_that_is_no_boolean_is_its_own_operand() {
        let sketch = Sketch::new().predicate(json!([{"op": "const", "value": ["i", "3"]}]));
        let error = br#"{"kind":"type","node":0,"operands":[["i","3"]],"options":[],"predicate":0}"#;
        assert_eq!(events(&sketch, 0), [Event::Erring(error.to_vec())]);
    }
}
