//! What one slot adds to each artifact, for one combination of options.

use crate::canonical::write_string;
use crate::layout::{Form, Layout, Slot, write_nested};
use crate::merge::{Leaf, merge};
use crate::program::Program;
use crate::quote::{write_csv_doubled, write_shell};

/// Byte strings that are pasted, one after another in one allocation.
#[derive(Debug)]
pub struct Fragment {
    bytes: Box<[u8]>,
    ends: [usize; 3],
}

impl Fragment {
    /// Renders a slot.
    pub fn of(program: &Program, layout: &Layout, slot: &Slot, options: &[u32]) -> Self {
        let (mut json, mut csv, mut argv, mut shell) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in slot.parts.clone() {
            let leaves = merge(program, layout.parts[part].component, options);
            let mut value = Vec::new();
            write_value(program, &leaves, layout.parts[part].depth, &mut value);
            if slot.glued {
                layout.write_glue(part, Form::Json, &mut json);
                layout.write_glue(part, Form::Csv, &mut csv);
            }
            json.extend_from_slice(&value);
            write_csv_doubled(&mut csv, &value);
            for leaf in &leaves {
                let key = &program.document.paths[leaf.path as usize].key;
                let token = format!("{key}{}", leaf.value.token(&program.document));
                argv.push(b',');
                write_string(&mut argv, &token);
                shell.push(b' ');
                write_shell(&mut shell, &token);
            }
        }
        let ends = [json.len(), json.len() + csv.len(), json.len() + csv.len() + argv.len()];
        let bytes = [json, csv, argv, shell].concat().into();
        Self { bytes, ends }
    }

    /// Its text in an object; None where nothing is there.
    pub fn text(&self, form: Form) -> Option<&[u8]> {
        let text = match form {
            Form::Json => &self.bytes[..self.ends[0]],
            Form::Csv => &self.bytes[self.ends[0]..self.ends[1]],
        };
        (!text.is_empty()).then_some(text)
    }

    /// Its overrides as JSON strings, a comma before each.
    pub fn argv(&self) -> &[u8] {
        &self.bytes[self.ends[1]..self.ends[2]]
    }

    /// Its overrides as shell words, a blank before each.
    pub fn shell(&self) -> &[u8] {
        &self.bytes[self.ends[2]..]
    }
}

/// Appends the JSON of a component's value; nothing where it has no leaf.
fn write_value(program: &Program, leaves: &[Leaf], depth: usize, out: &mut Vec<u8>) {
    let segments = |leaf: &Leaf| &program.document.paths[leaf.path as usize].segments[depth..];
    let texts: Vec<_> = leaves.iter().map(|leaf| leaf.value.json(&program.document)).collect();
    match (leaves, texts.as_slice()) {
        ([leaf], [text]) if segments(leaf).is_empty() => out.extend_from_slice(text.as_bytes()),
        _ => write_nested(leaves.iter().map(segments).zip(texts.iter().map(AsRef::as_ref)), out),
    }
}
