//! Small programs for unit tests.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::program::Program;

/// An option: its priority, and its writes as (path, value).
type OptionSketch<'a> = (i64, &'a [(u32, i64)]);

/// A program of which a test names only what it is about; the rest is empty.
#[derive(Debug)]
pub struct Sketch(pub Json);

impl Sketch {
    pub fn new() -> Self {
        Self(json!({
            "version": 1, "command": ["app"], "wandb": null, "has_choices": false, "tags": [], "values": [],
            "paths": [], "strategies": [], "defaults": {"writes": [], "tags": []}, "packs": [],
            "include": [], "exclude": [], "nodes": [], "predicates": [],
        }))
    }

    /// Sets a key of the document.
    pub fn set(mut self, key: &str, value: Json) -> Self {
        self.0[key] = value;
        self
    }

    /// Values: ints, `{}`, or lists of ints that stand before them.
    pub fn values(self, values: &[&str]) -> Self {
        let entry = |text: &&str| match text.strip_prefix('[') {
            Some(list) => {
                let items: Vec<&str> =
                    list.trim_end_matches(']').split(',').filter(|item| !item.is_empty()).collect();
                let place = |item: &&str| values.iter().position(|value| value == item).unwrap();
                let elements: Vec<usize> = items.iter().map(place).collect();
                let typed: Vec<Json> = items.iter().map(|item| json!(["i", item])).collect();
                json!({"value": ["l", typed], "json": text, "token": text, "elements": elements})
            }
            None if *text == "{}" => json!({"value": ["m", []], "json": text, "token": text}),
            None => json!({"value": ["i", text], "json": text, "token": text}),
        };
        let entries: Vec<Json> = values.iter().map(entry).collect();
        self.set("values", json!(entries))
    }

    /// Parameter paths, dotted.
    pub fn paths(self, paths: &[&str]) -> Self {
        let entry = |path: &&str| {
            let segments: Vec<&str> = path.split('.').collect();
            json!({"choice": false, "segments": segments, "key": format!("{path}=")})
        };
        let entries: Vec<Json> = paths.iter().map(entry).collect();
        self.set("paths", json!(entries))
    }

    /// Packs `p0`, `p1`, ... as lists of options (priority, writes), each with the ids `o0`, `o1`, ...
    pub fn packs(self, packs: &[&[OptionSketch<'_>]]) -> Self {
        let option = |(number, (priority, writes)): (usize, &OptionSketch<'_>)| json!({"id": format!("o{number}"), "priority": priority, "tag": null, "writes": writes});
        let pack = |(number, options): (usize, &&[OptionSketch<'_>])| {
            let options: Vec<Json> = options.iter().enumerate().map(option).collect();
            json!({"name": format!("p{number}"), "options": options})
        };
        let packs: Vec<Json> = packs.iter().enumerate().map(pack).collect();
        self.set("packs", json!(packs))
    }

    /// Packs of these sizes that write nothing.
    pub fn sizes(self, sizes: &[usize]) -> Self {
        let options: Vec<Vec<OptionSketch<'_>>> =
            sizes.iter().map(|&size| vec![(0, [].as_slice()); size]).collect();
        let packs: Vec<&[OptionSketch<'_>]> = options.iter().map(Vec::as_slice).collect();
        self.packs(&packs)
    }

    /// One predicate, the last of these nodes.
    pub fn predicate(self, nodes: Json) -> Self {
        let root = nodes.as_array().map_or(0, Vec::len) - 1;
        self.set("nodes", nodes)
            .set("predicates", json!([{"id": "p", "node": root, "error_is_false": false}]))
    }

    /// The bytes of the program.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }

    pub fn load(&self) -> Arc<Program> {
        Arc::new(Program::load(&self.bytes()).unwrap())
    }
}
