//! The merge of layers into the leaves of one component (docs/program-format.md, "Merge").

use std::borrow::Cow;

use crate::program::{Document, Program, StrategyKind, Write};
use crate::value::Value;

/// What a write brings after strategies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    Absent,
    /// An index into the program's values.
    Entry(u32),
    /// A list that a strategy made, by its elements' indices.
    List(Vec<u32>),
}

impl Merged {
    fn of(write: Option<u32>) -> Self {
        write.map_or(Self::Absent, Self::Entry)
    }

    fn is_empty_mapping(&self, document: &Document) -> bool {
        matches!(self, Self::Entry(entry) if document.values[*entry as usize].value.is_empty_mapping())
    }

    /// Canonical JSON of the value.
    pub fn json<'a>(&self, document: &'a Document) -> Cow<'a, str> {
        self.text(|entry| &document.values[entry as usize].json)
    }

    /// Override text of the value.
    pub fn token<'a>(&self, document: &'a Document) -> Cow<'a, str> {
        self.text(|entry| &document.values[entry as usize].token)
    }

    fn text<'a>(&self, of: impl Fn(u32) -> &'a str) -> Cow<'a, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Entry(entry) => Cow::Borrowed(of(*entry)),
            Self::List(elements) => {
                let parts: Vec<&str> = elements.iter().map(|&element| of(element)).collect();
                Cow::Owned(format!("[{}]", parts.join(",")))
            }
        }
    }

    /// The value itself.
    pub fn value(&self, document: &Document) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Entry(entry) => document.values[*entry as usize].value.clone(),
            Self::List(elements) => Value::List(
                elements.iter().map(|&element| document.values[element as usize].value.clone()).collect(),
            ),
        }
    }
}

/// A leaf of a candidate; its value is not absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub path: u32,
    pub value: Merged,
}

/// One layer's writes to the component, and what strategies gave back to it.
struct Layer<'a> {
    writes: &'a [Write],
    results: Vec<(u32, Merged)>,
}

/// The leaves of one component, in path order; `options` need only be set for its packs.
pub fn merge(program: &Program, component: usize, options: &[u32]) -> Vec<Leaf> {
    let mut layers = layers_of(program, component, options);
    apply_strategies(program, component, &mut layers);
    let survivors = resolve(program, component, &layers);
    let start = program.components.all[component].paths.start;
    let present = |path: u32| !matches!(survivors[(path - start) as usize], None | Some(Merged::Absent));
    let leaf = |(offset, value): (usize, &Option<Merged>)| {
        let path = start + offset as u32;
        let below = path + 1..program.components.ends[path as usize];
        let value = value.as_ref().filter(|value| **value != Merged::Absent)?;
        // only `{}` can have a survivor below it
        if below.into_iter().any(present) { None } else { Some(Leaf { path, value: value.clone() }) }
    };
    survivors.iter().enumerate().filter_map(leaf).collect()
}

/// The layers that write to a component, lowest first.
fn layers_of<'a>(program: &'a Program, component: usize, options: &[u32]) -> Vec<Layer<'a>> {
    let component = &program.components.all[component];
    let within = |writes: &'a [Write]| {
        let first = writes.partition_point(|write| write.path < component.paths.start);
        let end = writes.partition_point(|write| write.path < component.paths.end);
        Layer { writes: &writes[first..end], results: Vec::new() }
    };
    let mut chosen: Vec<(i64, u32)> = component
        .packs
        .iter()
        .map(|&pack| {
            (program.document.packs[pack as usize].options[options[pack as usize] as usize].priority, pack)
        })
        .collect();
    chosen.sort_unstable();
    let mut layers = vec![within(&program.document.default_writes)];
    for (_, pack) in chosen {
        let option = &program.document.packs[pack as usize].options[options[pack as usize] as usize];
        layers.push(within(&option.writes));
    }
    layers
}

fn apply_strategies(program: &Program, component: usize, layers: &mut [Layer<'_>]) {
    let paths = &program.components.all[component].paths;
    for (number, strategy) in program.document.strategies.iter().enumerate() {
        if !paths.contains(&strategy.path) {
            continue;
        }
        let governed =
            |write: &Write| program.components.strategies[write.path as usize] == Some(number as u32);
        if strategy.kind == StrategyKind::Replace {
            if let Some(last) = layers.iter_mut().rfind(|layer| layer.writes.iter().any(governed)) {
                let results = last.writes.iter().filter(|write| governed(write));
                last.results.extend(results.map(|write| (write.path, Merged::of(write.value))));
            }
        } else if let Some((last, result)) = fold(&program.document, strategy.path, strategy.kind, layers) {
            layers[last].results.push((strategy.path, result));
        }
    }
}

/// Folds lists upward; gives the last layer that contributed and the result.
fn fold(document: &Document, path: u32, kind: StrategyKind, layers: &[Layer<'_>]) -> Option<(usize, Merged)> {
    let mut last = None;
    let mut items: Vec<u32> = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        for write in layer.writes.iter().filter(|write| write.path == path) {
            match write.value {
                None => {
                    items.clear();
                    last = Some((number, true));
                }
                Some(entry) => {
                    let Some(elements) = &document.values[entry as usize].elements else { continue };
                    for element in elements {
                        if !items.contains(element) {
                            items.push(*element);
                        }
                    }
                    last = Some((number, false));
                }
            }
        }
    }
    let (number, absent) = last?;
    if kind == StrategyKind::SetUnion {
        items.sort_by(|left, right| {
            document.values[*left as usize].json.cmp(&document.values[*right as usize].json)
        });
    }
    Some((number, if absent { Merged::Absent } else { Merged::List(items) }))
}

/// What survives at each path of the component, from the highest layer down.
fn resolve(program: &Program, component: usize, layers: &[Layer<'_>]) -> Vec<Option<Merged>> {
    let paths = &program.components.all[component].paths;
    let mut survivors: Vec<Option<Merged>> = vec![None; paths.len()];
    let mut covered = vec![false; paths.len()];
    for layer in layers.iter().rev() {
        let free =
            layer.writes.iter().filter(|write| program.components.strategies[write.path as usize].is_none());
        let plain = free.map(|write| (write.path, Merged::of(write.value)));
        for (path, value) in plain.chain(layer.results.iter().cloned()) {
            let offset = (path - paths.start) as usize;
            let collides = survivors[offset].is_some()
                || (covered[offset] && !value.is_empty_mapping(&program.document))
                || ancestors(program, path).any(|above| {
                    let above = &survivors[(above - paths.start) as usize];
                    above.as_ref().is_some_and(|value| !value.is_empty_mapping(&program.document))
                });
            if !collides {
                survivors[offset] = Some(value);
                for above in ancestors(program, path) {
                    covered[(above - paths.start) as usize] = true;
                }
            }
        }
    }
    survivors
}

fn ancestors(program: &Program, path: u32) -> impl Iterator<Item = u32> + '_ {
    std::iter::successors(program.components.parents[path as usize], |&above| {
        program.components.parents[above as usize]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Sketch;

    /// Leaves of the first component as `path=value`.
    fn leaves(sketch: &Sketch, options: &[u32]) -> String {
        let program = sketch.load();
        let show = |leaf: &Leaf| {
            let path = program.document.paths[leaf.path as usize].segments.join(".");
            format!("{path}={}", leaf.value.json(&program.document))
        };
        merge(&program, 0, options).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    fn defaults(writes: &[(u32, i64)]) -> serde_json::Value {
        json!({"writes": writes, "tags": []})
    }

    #[test]
    fn the_higher_priority_wins_and_packs_win_over_defaults() {
        let sketch =
            Sketch::new().values(&["1", "2", "3"]).paths(&["a"]).set("defaults", defaults(&[(0, 0)]));
        assert_eq!(leaves(&sketch, &[]), "a=1");
        let sketch = sketch.packs(&[&[(5, &[(0, 1)])], &[(-1, &[(0, 2)])]]);
        assert_eq!(leaves(&sketch, &[0, 0]), "a=2");
    }

    #[test]
    fn a_leaf_above_and_leaves_below_do_not_live_together() {
        let sketch = Sketch::new().values(&["1", "2"]).paths(&["a", "a.b", "a.c"]);
        let sketch = sketch.set("defaults", defaults(&[(1, 0), (2, 0)]));
        assert_eq!(leaves(&sketch, &[]), "a.b=1 a.c=1");
        assert_eq!(leaves(&sketch.packs(&[&[(0, &[(0, 1)])]]), &[0]), "a=2");
    }

    #[test]
    fn an_empty_mapping_gives_way_to_what_stands_below() {
        let sketch =
            Sketch::new().values(&["1", "{}"]).paths(&["a", "a.b"]).set("defaults", defaults(&[(1, 0)]));
        let sketch = sketch.packs(&[&[(0, &[(0, 1)])], &[(1, &[(1, -1)]), (1, &[])]]);
        assert_eq!(leaves(&sketch, &[0, 1]), "a.b=1");
        assert_eq!(leaves(&sketch, &[0, 0]), "a={}");
    }

    #[test]
    fn an_absent_leaf_competes_and_goes() {
        let sketch = Sketch::new().values(&["1"]).paths(&["a", "a.b"]).set("defaults", defaults(&[(1, 0)]));
        assert_eq!(leaves(&sketch.packs(&[&[(0, &[(0, -1)])]]), &[0]), "");
    }

    #[test]
    fn replace_takes_the_last_layer_whole() {
        let sketch = Sketch::new().values(&["1", "2"]).paths(&["a", "a.b", "a.c"]);
        let sketch = sketch.set("defaults", defaults(&[(1, 0), (2, 0)])).packs(&[&[(0, &[(2, 1)])]]);
        assert_eq!(leaves(&sketch, &[0]), "a.b=1 a.c=2");
        assert_eq!(leaves(&sketch.set("strategies", json!([{"path": 0, "kind": "replace"}])), &[0]), "a.c=2");
    }

    #[test]
    fn lists_are_folded_upward() {
        let sketch = Sketch::new().values(&["3", "1", "2", "[3,1]", "[1,2]", "[]"]).paths(&["a"]);
        let sketch = sketch.set("defaults", defaults(&[(0, 3)]));
        let sketch =
            sketch.packs(&[&[(0, &[(0, 4)]), (0, &[(0, -1)]), (0, &[])], &[(0, &[]), (1, &[(0, 5)])]]);
        let append = sketch.set("strategies", json!([{"path": 0, "kind": "append_unique"}]));
        assert_eq!(leaves(&append, &[0, 0]), "a=[3,1,2]");
        assert_eq!(leaves(&append, &[1, 0]), "");
        assert_eq!(leaves(&append, &[1, 1]), "a=[]");
        let union = append.set("strategies", json!([{"path": 0, "kind": "set_union"}]));
        assert_eq!(leaves(&union, &[0, 0]), "a=[1,2,3]");
        assert_eq!(leaves(&union, &[2, 0]), "a=[1,3]");
    }

    #[test]
    fn a_fold_passes_over_what_is_no_list() {
        let sketch = Sketch::new().values(&["1", "[1]"]).paths(&["a"]).set("defaults", defaults(&[(0, 1)]));
        let sketch = sketch
            .packs(&[&[(0, &[(0, 0)])]])
            .set("strategies", json!([{"path": 0, "kind": "append_unique"}]));
        assert_eq!(leaves(&sketch, &[0]), "a=[1]");
    }
}
