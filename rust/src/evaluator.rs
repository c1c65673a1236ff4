//! Values of the expression nodes for the options that are set.

use crate::expression::{Fault, FaultKind, Node, Outcome, build_list, evaluate};
use crate::memo::{Memo, TABLE_LIMIT};
use crate::merge::{Leaf, merge};
use crate::program::Program;
use crate::schedule::Lookup;
use crate::value::Value;

/// Outcomes of the nodes; one that is evaluated stays until it is evaluated again.
#[derive(Debug)]
pub struct Evaluator {
    outcomes: Vec<Outcome>,
    /// For each node that looks up a path in few combinations of options, its results.
    lookups: Vec<Option<Memo<Outcome>>>,
    /// For each component where some node looks, its leaves.
    leaves: Vec<Option<Memo<Vec<Leaf>>>>,
}

impl Evaluator {
    pub fn new(program: &Program) -> Self {
        let mut leaves: Vec<Option<Memo<Vec<Leaf>>>> = Vec::new();
        leaves.resize_with(program.components.all.len(), || None);
        let mut lookups = Vec::with_capacity(program.schedule.lookups.len());
        for lookup in &program.schedule.lookups {
            let memo = lookup.as_ref().map(|lookup| Memo::new(program, &lookup.packs, TABLE_LIMIT));
            lookups.push(memo.filter(Memo::is_complete));
            for component in lookup.iter().flat_map(|lookup| lookup.components.clone()) {
                let packs = &program.components.all[component].packs;
                leaves[component].get_or_insert_with(|| Memo::new(program, packs, TABLE_LIMIT / 16));
            }
        }
        Self { outcomes: vec![Ok(Value::Null); program.document.nodes.len()], lookups, leaves }
    }

    /// Evaluates a node whose arguments are evaluated and whose packs are set.
    pub fn evaluate(&mut self, program: &Program, node: u32, options: &[u32]) {
        let index = node as usize;
        let outcome = match &program.document.nodes[index] {
            Node::Const(value) => Ok(value.clone()),
            Node::List(args) => build_list(args, &self.outcomes),
            Node::Option(pack) => {
                let option =
                    &program.document.packs[*pack as usize].options[options[*pack as usize] as usize];
                Ok(Value::Str(option.id.clone()))
            }
            Node::Call(operation, args) => evaluate(*operation, args, node, &self.outcomes),
            Node::Leaf { default, .. } => match (self.look_up(program, node, options), default) {
                (Err(Fault { kind: FaultKind::Missing, .. }), Some(default)) => {
                    self.outcomes[*default as usize].clone()
                }
                (outcome, _) => outcome,
            },
            Node::Has(_) => self.look_up(program, node, options),
        };
        self.outcomes[index] = outcome;
    }

    pub fn outcome(&self, node: u32) -> &Outcome {
        &self.outcomes[node as usize]
    }

    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The outcome of a node that looks up a path, its default aside.
    fn look_up(&mut self, program: &Program, node: u32, options: &[u32]) -> Outcome {
        let Some(lookup) = &program.schedule.lookups[node as usize] else {
            return Err(Fault { kind: FaultKind::Missing, node });
        };
        let leaves = &mut self.leaves;
        match &mut self.lookups[node as usize] {
            Some(memo) => {
                let place = memo.place(options, || find(program, lookup, node, options, leaves));
                memo.at(place).clone()
            }
            None => find(program, lookup, node, options, leaves),
        }
    }
}

fn find(
    program: &Program,
    lookup: &Lookup,
    node: u32,
    options: &[u32],
    leaves: &mut [Option<Memo<Vec<Leaf>>>],
) -> Outcome {
    let has = matches!(program.document.nodes[node as usize], Node::Has(_));
    for component in lookup.components.clone() {
        let Some(memo) = &mut leaves[component] else { continue };
        let place = memo.place(options, || merge(program, component, options));
        let leaves = memo.at(place);
        let first = leaves.partition_point(|leaf| leaf.path < lookup.paths.start);
        let Some(leaf) = leaves.get(first).filter(|leaf| leaf.path < lookup.paths.end) else { continue };
        if has {
            return Ok(Value::Bool(true));
        }
        let value = leaf.value.value(&program.document);
        let is_leaf = lookup.exact == Some(leaf.path) && !value.is_empty_mapping();
        return if is_leaf { Ok(value) } else { Err(Fault { kind: FaultKind::NotALeaf, node }) };
    }
    if has { Ok(Value::Bool(false)) } else { Err(Fault { kind: FaultKind::Missing, node }) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::Sketch;

    /// What a node comes to with these options: a value's typed form, or the name of an error.
    fn outcome(sketch: Sketch, node: Json, options: &[u32]) -> String {
        let program = sketch.set("nodes", json!([{"op": "const", "value": ["s", "d"]}, node])).load();
        let mut evaluator = Evaluator::new(&program);
        evaluator.evaluate(&program, 0, options);
        evaluator.evaluate(&program, 1, options);
        match evaluator.outcome(1) {
            Ok(value) => {
                let mut out = Vec::new();
                value.write_typed(&mut out);
                String::from_utf8(out).unwrap()
            }
            Err(fault) => fault.kind.name().to_owned(),
        }
    }

    /// `a.b` is 1 or absent, `a.c` is 2 in any case, `e` is `{}`.
    fn sketch() -> Sketch {
        let sketch = Sketch::new().values(&["1", "2", "{}"]).paths(&["a.b", "a.c", "e"]);
        sketch
            .set("defaults", json!({"writes": [[1, 1], [2, 2]], "tags": []}))
            .packs(&[&[(0, &[(0, 0)]), (0, &[(0, -1)])]])
    }

    fn leaf(segments: &[&str], default: Json) -> Json {
        json!({"op": "leaf", "choice": false, "segments": segments, "default": default})
    }

    #[test]
    fn a_leaf_is_its_value() {
        assert_eq!(outcome(sketch(), leaf(&["a", "b"], json!(null)), &[0]), r#"["i","1"]"#);
        assert_eq!(outcome(sketch(), leaf(&["a", "c"], json!(0)), &[1]), r#"["i","2"]"#);
    }

    #[test]
    fn an_absent_leaf_is_missing_or_its_default() {
        assert_eq!(outcome(sketch(), leaf(&["a", "b"], json!(null)), &[1]), "missing");
        assert_eq!(outcome(sketch(), leaf(&["a", "b"], json!(0)), &[1]), r#"["s","d"]"#);
        assert_eq!(outcome(sketch(), leaf(&["a", "c", "d"], json!(null)), &[1]), "missing");
    }

    #[test]
    fn a_mapping_is_no_leaf_whatever_the_default() {
        assert_eq!(outcome(sketch(), leaf(&["a"], json!(0)), &[1]), "not_a_leaf");
        assert_eq!(outcome(sketch(), leaf(&["e"], json!(0)), &[1]), "not_a_leaf");
    }

    #[test]
    fn has_sees_leaves_and_mappings() {
        for (path, option, truth) in
            [("a.b", 0, true), ("a.b", 1, false), ("a", 1, true), ("e", 0, true), ("f", 0, false)]
        {
            let segments: Vec<&str> = path.split('.').collect();
            let node = json!({"op": "has", "segments": segments});
            assert_eq!(outcome(sketch(), node, &[option]), format!(r#"["b",{truth}]"#), "{path}");
        }
    }

    #[test]
    fn an_option_is_its_id() {
        assert_eq!(outcome(sketch(), json!({"op": "option", "pack": 0}), &[1]), r#"["s","o1"]"#);
    }
}
