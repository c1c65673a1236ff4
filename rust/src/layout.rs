//! The nesting of a JSON object as constant text and slots.
//!
//! A component's value stands at its topmost path, so the object of all parameters is a fixed sequence of keys with a
//! value each; which braces stand between two values depends only on the common prefix of their paths.

use std::ops::Range;

use crate::canonical::write_string;
use crate::program::Program;
use crate::quote::write_csv_doubled;

/// A component's place in the object.
#[derive(Debug)]
pub struct Part {
    pub component: usize,
    /// Number of segments of its path.
    pub depth: usize,
    /// Number of segments that the path shares with the part before.
    shared: usize,
    keys: Keys,
    csv_keys: Keys,
}

/// `"a":{"b":{"c":`, and where each segment begins in it.
#[derive(Debug, Default)]
struct Keys {
    text: Vec<u8>,
    starts: Vec<usize>,
}

/// Adjacent parts that are rendered as one.
#[derive(Debug)]
pub struct Slot {
    pub parts: Range<usize>,
    /// The packs that write to them.
    pub packs: Vec<u32>,
    /// Whether it is there in every configuration and so is what stands before it: then its text has its keys in it.
    pub glued: bool,
    /// Number of segments of the last part's path.
    pub depth: usize,
}

/// The object of all choices, or of all parameters.
#[derive(Debug)]
pub struct Layout {
    pub parts: Vec<Part>,
    pub slots: Vec<Slot>,
}

/// One of the two forms in which a slot's text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    /// JSON inside a quoted CSV field.
    Csv,
}

/// What a slot adds to an object: nothing, or its text in the form wanted.
pub type Text<'a> = Option<&'a [u8]>;

impl Layout {
    /// The layout of the choices or of the parameters.
    pub fn of(program: &Program, choice: bool) -> Self {
        let paths = &program.document.paths;
        let mut layout = Self { parts: Vec::new(), slots: Vec::new() };
        let (mut before, mut always): (&[String], bool) = (&[], true);
        for (number, component) in program.components.all.iter().enumerate() {
            let path = &paths[component.paths.start as usize];
            if path.choice != choice {
                continue;
            }
            let glued = always && component.always;
            layout.push(&path.segments, before, number, glued, &component.packs);
            (before, always) = (&path.segments, component.always);
        }
        layout
    }

    fn push(&mut self, segments: &[String], before: &[String], component: usize, glued: bool, packs: &[u32]) {
        let keys = Keys::of(segments, Form::Json);
        let csv_keys = Keys::of(segments, Form::Csv);
        let (depth, shared) = (segments.len(), common(segments, before));
        let end = self.parts.len() + 1;
        match self.slots.last_mut() {
            Some(slot) if glued && slot.glued && slot.packs == packs => {
                slot.parts.end = end;
                slot.depth = depth;
            }
            _ => self.slots.push(Slot { parts: end - 1..end, packs: packs.to_vec(), glued, depth }),
        }
        self.parts.push(Part { component, depth, shared, keys, csv_keys });
    }

    /// Appends what stands before a part's value where the part before it is there too, or is the first.
    pub fn write_glue(&self, part: usize, form: Form, out: &mut Vec<u8>) {
        let before = part.checked_sub(1).map_or(0, |before| self.parts[before].depth);
        self.parts[part].write_lead(before, self.parts[part].shared, form, out);
    }

    /// Appends the object; `texts` gives the slots' texts in order.
    pub fn write<'a>(&self, texts: impl Iterator<Item = Text<'a>>, form: Form, out: &mut Vec<u8>) {
        let (mut depth, mut shared) = (0, usize::MAX);
        for (slot, text) in self.slots.iter().zip(texts) {
            let part = &self.parts[slot.parts.start];
            shared = shared.min(part.shared);
            let Some(text) = text else { continue };
            if !slot.glued {
                part.write_lead(depth, shared, form, out);
            }
            out.extend_from_slice(text);
            (depth, shared) = (slot.depth, usize::MAX);
        }
        if depth == 0 {
            out.push(b'{');
        }
        close(out, depth.max(1));
    }
}

impl Part {
    /// Appends what leads from a value at `depth` (0: nothing yet) to this one, `shared` segments in common.
    fn write_lead(&self, depth: usize, shared: usize, form: Form, out: &mut Vec<u8>) {
        let keys = if form == Form::Json { &self.keys } else { &self.csv_keys };
        if depth == 0 {
            out.push(b'{');
            out.extend_from_slice(&keys.text);
        } else {
            close(out, depth - 1 - shared);
            out.push(b',');
            out.extend_from_slice(&keys.text[keys.starts[shared]..]);
        }
    }
}

impl Keys {
    fn of(segments: &[String], form: Form) -> Self {
        let mut keys = Self::default();
        for (index, segment) in segments.iter().enumerate() {
            if index > 0 {
                keys.text.push(b'{');
            }
            keys.starts.push(keys.text.len());
            let mut key = Vec::new();
            write_string(&mut key, segment);
            match form {
                Form::Json => keys.text.extend_from_slice(&key),
                Form::Csv => write_csv_doubled(&mut keys.text, &key),
            }
            keys.text.push(b':');
        }
        keys
    }
}

/// Appends a nested object of leaves below a common path: (segments below it, JSON of the value), in path order.
pub fn write_nested<'a>(leaves: impl Iterator<Item = (&'a [String], &'a str)>, out: &mut Vec<u8>) {
    let mut before: &[String] = &[];
    for (segments, json) in leaves {
        let keys = Keys::of(segments, Form::Json);
        let shared = common(segments, before);
        if before.is_empty() {
            out.push(b'{');
        } else {
            close(out, before.len() - 1 - shared);
            out.push(b',');
        }
        out.extend_from_slice(&keys.text[keys.starts[shared]..]);
        out.extend_from_slice(json.as_bytes());
        before = segments;
    }
    close(out, before.len());
}

fn common(left: &[String], right: &[String]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

fn close(out: &mut Vec<u8>, braces: usize) {
    for _ in 0..braces {
        out.push(b'}');
    }
}
