//! The program: what compile hands over (docs/program-format.md), as compact structs.
//!
//! Reading checks every index, so that nothing behind it can run out of bounds.

use std::sync::Arc;

use crate::components::Components;
use crate::expression::Node;
use crate::read::read;
use crate::schedule::Schedule;
use crate::value::Value;

/// A tag: itself, its part of `wandb_name`, and its override text.
#[derive(Debug)]
pub struct Tag {
    pub tag: String,
    pub name: String,
    pub token: String,
}

/// A value that leaves take.
#[derive(Debug)]
pub struct ValueEntry {
    pub value: Value,
    /// Canonical JSON.
    pub json: String,
    /// What stands right of `=` in an override.
    pub token: String,
    /// Of a list that a strategy may fold: its elements, as indices of `Program::values`.
    pub elements: Option<Vec<u32>>,
}

/// A leaf's address.
#[derive(Debug)]
pub struct Path {
    pub choice: bool,
    pub segments: Vec<String>,
    /// Prefix, dotted key and `=`.
    pub key: String,
}

/// How the writes at and below one path are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrategyKind {
    Replace,
    AppendUnique,
    SetUnion,
}

#[derive(Clone, Copy, Debug)]
pub struct Strategy {
    pub path: u32,
    pub kind: StrategyKind,
}

/// One write of a layer; `value` is None for absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    pub path: u32,
    pub value: Option<u32>,
}

#[derive(Debug)]
pub struct ChoiceOption {
    pub id: Arc<str>,
    pub priority: i64,
    pub tag: Option<u32>,
    /// Sorted by path.
    pub writes: Vec<Write>,
}

#[derive(Debug)]
pub struct Pack {
    pub name: String,
    pub options: Vec<ChoiceOption>,
}

/// A rule: the packs it names, each with the options that satisfy it.
pub type Rule = Vec<(u32, Vec<u32>)>;

#[derive(Clone, Copy, Debug)]
pub struct Predicate {
    pub node: u32,
    pub error_is_false: bool,
}

/// The document as it stands in the bytes.
#[derive(Debug)]
pub struct Document {
    pub command: Vec<String>,
    /// Override keys of the W&B name and tags.
    pub wandb: Option<(String, String)>,
    pub has_choices: bool,
    pub tags: Vec<Tag>,
    pub values: Vec<ValueEntry>,
    pub paths: Vec<Path>,
    pub strategies: Vec<Strategy>,
    pub default_writes: Vec<Write>,
    pub default_tags: Vec<u32>,
    pub packs: Vec<Pack>,
    pub include: Vec<Rule>,
    pub exclude: Vec<Rule>,
    pub nodes: Vec<Node>,
    pub predicates: Vec<Predicate>,
}

/// A document with what follows from it once and for all.
#[derive(Debug)]
pub struct Program {
    pub document: Document,
    pub components: Components,
    pub schedule: Schedule,
    /// Size of the product.
    pub candidates: u128,
    /// Candidates below one option of the pack: the product of the sizes behind it.
    pub below: Vec<u128>,
}

impl Program {
    /// Loads a program; the error says that the bytes are none.
    pub fn load(bytes: &[u8]) -> Result<Self, String> {
        let document = read(bytes)?;
        let mut below = vec![0; document.packs.len()];
        let mut candidates: u128 = 1;
        for (pack, product) in document.packs.iter().zip(below.iter_mut()).rev() {
            *product = candidates;
            candidates = candidates
                .checked_mul(pack.options.len() as u128)
                .ok_or("a program of 2^128 or more candidates")?;
        }
        let components = Components::of(&document);
        let schedule = Schedule::of(&document, &components);
        Ok(Self { document, components, schedule, candidates, below })
    }

    /// Number of options of a pack.
    pub fn size(&self, pack: u32) -> u32 {
        self.document.packs[pack as usize].options.len() as u32
    }
}
