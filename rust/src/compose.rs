//! One configuration at a time, pasted from remembered fragments; only what the last packs changed is looked up anew.

use std::ops::Range;
use std::sync::Arc;

use crate::canonical::identity;
use crate::fragment::Fragment;
use crate::layout::{Form, Layout};
use crate::memo::Memo;
use crate::program::Program;
use crate::tags::{TagText, tagged_packs};

/// Fragments kept by all slots together, about; each slot keeps at least `LEAST_FRAGMENTS`.
const ALL_FRAGMENTS: usize = 1 << 17;
const LEAST_FRAGMENTS: usize = 256;

/// The slots of the choices or of the parameters, with what they come to in the current configuration.
#[derive(Debug)]
struct Object {
    layout: Layout,
    memos: Vec<Memo<Fragment>>,
    places: Vec<u32>,
}

impl Object {
    fn of(program: &Program, choice: bool) -> Self {
        let layout = Layout::of(program, choice);
        let limit = (ALL_FRAGMENTS / layout.slots.len().max(1)).clamp(LEAST_FRAGMENTS, ALL_FRAGMENTS / 2);
        let memos: Vec<_> = layout.slots.iter().map(|slot| Memo::new(program, &slot.packs, limit)).collect();
        Self { places: vec![0; memos.len()], layout, memos }
    }

    /// Finds the fragments again that depend on a pack from `changed` on; all of them the `first` time.
    fn update(&mut self, program: &Program, options: &[u32], changed: usize, first: bool) {
        for (number, memo) in self.memos.iter_mut().enumerate() {
            if first || memo.level() > changed {
                let compute = || Fragment::of(program, &self.layout, &self.layout.slots[number], options);
                self.places[number] = memo.place(options, compute);
            }
        }
    }

    fn fragments(&self) -> impl Iterator<Item = &Fragment> {
        self.memos.iter().zip(&self.places).map(|(memo, &place)| memo.at(place))
    }

    fn write(&self, form: Form, out: &mut Vec<u8>) {
        self.layout.write(self.fragments().map(|fragment| fragment.text(form)), form, out);
    }

    /// Whether nothing is there.
    fn is_empty(&self) -> bool {
        self.fragments().all(|fragment| fragment.text(Form::Json).is_none())
    }
}

/// The current configuration.
#[derive(Debug)]
pub struct Composer {
    program: Arc<Program>,
    choices: Object,
    params: Object,
    tag_packs: Vec<u32>,
    tags: Memo<TagText>,
    tag_place: u32,
    options: Vec<u32>,
    first: bool,
    /// What the id is made of.
    canonical: Vec<u8>,
    choices_range: Range<usize>,
    params_range: Range<usize>,
}

impl Composer {
    pub fn new(program: &Arc<Program>) -> Self {
        let tag_packs = tagged_packs(program);
        Self {
            choices: Object::of(program, true),
            params: Object::of(program, false),
            tags: Memo::new(program, &tag_packs, LEAST_FRAGMENTS * LEAST_FRAGMENTS),
            tag_packs,
            tag_place: 0,
            options: vec![0; program.document.packs.len()],
            first: true,
            canonical: Vec::new(),
            choices_range: 0..0,
            params_range: 0..0,
            program: Arc::clone(program),
        }
    }

    /// Goes to the configuration with these options; gives its id.
    pub fn compose(&mut self, options: &[u32]) -> [u8; 16] {
        let same = self.options.iter().zip(options).take_while(|(left, right)| left == right).count();
        self.options.copy_from_slice(options);
        self.choices.update(&self.program, options, same, self.first);
        self.params.update(&self.program, options, same, self.first);
        if self.first || self.tags.level() > same {
            let compute = || TagText::of(&self.program, &self.tag_packs, options);
            self.tag_place = self.tags.place(options, compute);
        }
        self.first = false;
        self.write_canonical();
        identity(&self.canonical)
    }

    fn write_canonical(&mut self) {
        let out = &mut self.canonical;
        out.clear();
        out.push(b'{');
        self.choices_range = 0..0;
        if !self.choices.is_empty() {
            out.extend_from_slice(b"\"choices\":");
            let start = out.len();
            self.choices.write(Form::Json, out);
            self.choices_range = start..out.len();
            out.push(b',');
        }
        out.extend_from_slice(b"\"params\":");
        let start = out.len();
        self.params.write(Form::Json, out);
        self.params_range = start..out.len();
        out.extend_from_slice(b",\"tags\":");
        out.extend_from_slice(&self.tags.at(self.tag_place).json);
        out.push(b'}');
    }

    /// The tags of the configuration.
    pub fn tags(&self) -> &TagText {
        self.tags.at(self.tag_place)
    }

    /// Canonical JSON of the choices.
    pub fn choices(&self) -> &[u8] {
        if self.choices_range.is_empty() { b"{}" } else { &self.canonical[self.choices_range.clone()] }
    }

    /// Canonical JSON of the parameters.
    pub fn params(&self) -> &[u8] {
        &self.canonical[self.params_range.clone()]
    }

    /// Appends the choices as a CSV field.
    pub fn write_choices_csv(&self, out: &mut Vec<u8>) {
        write_csv_object(&self.choices, self.choices(), out);
    }

    /// Appends the parameters as a CSV field.
    pub fn write_params_csv(&self, out: &mut Vec<u8>) {
        write_csv_object(&self.params, self.params(), out);
    }

    /// Appends the overrides as JSON strings, a comma before each.
    pub fn write_argv(&self, out: &mut Vec<u8>) {
        for fragment in self.choices.fragments().chain(self.params.fragments()) {
            out.extend_from_slice(fragment.argv());
        }
    }

    /// Appends the overrides as shell words, a blank before each.
    pub fn write_shell(&self, out: &mut Vec<u8>) {
        for fragment in self.choices.fragments().chain(self.params.fragments()) {
            out.extend_from_slice(fragment.shell());
        }
    }
}

fn write_csv_object(object: &Object, json: &[u8], out: &mut Vec<u8>) {
    if json == b"{}" {
        out.extend_from_slice(json);
    } else {
        out.push(b'"');
        object.write(Form::Csv, out);
        out.push(b'"');
    }
}
