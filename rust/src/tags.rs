//! The tags of a configuration in all the forms in which they are written.

use std::collections::BTreeSet;

use crate::canonical::write_string;
use crate::program::Program;
use crate::quote::{write_csv_field, write_shell};

/// Most code points of the tags' part of `wandb_name`.
const NAME_LENGTH: usize = 119;

/// What the tags add to each artifact, for one combination of options.
#[derive(Debug)]
pub struct TagText {
    /// Canonical JSON of the list.
    pub json: Vec<u8>,
    /// The same as a CSV field.
    pub csv: Vec<u8>,
    /// The tags' part of `wandb_name`, the `_` after it included.
    pub name: String,
    /// The W&B override of the tags, as a JSON string and as a shell word; empty without W&B overrides.
    pub argv: Vec<u8>,
    pub shell: Vec<u8>,
}

/// The packs with a tag in some option, ascending.
pub fn tagged_packs(program: &Program) -> Vec<u32> {
    let packs = program.document.packs.iter().enumerate();
    let tagged = packs.filter(|(_, pack)| pack.options.iter().any(|option| option.tag.is_some()));
    tagged.map(|(number, _)| number as u32).collect()
}

impl TagText {
    pub fn of(program: &Program, packs: &[u32], options: &[u32]) -> Self {
        let document = &program.document;
        let selected = packs
            .iter()
            .filter_map(|&pack| document.packs[pack as usize].options[options[pack as usize] as usize].tag);
        // tags are sorted by code point, so their indices are in order
        let indices: BTreeSet<u32> = document.default_tags.iter().copied().chain(selected).collect();
        let tags: Vec<_> = indices.iter().map(|&tag| &document.tags[tag as usize]).collect();

        let mut json = vec![b'['];
        for (index, tag) in tags.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            write_string(&mut json, &tag.tag);
        }
        json.push(b']');
        let mut csv = Vec::new();
        write_csv_field(&mut csv, &json);

        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        let joined = if tags.is_empty() { "exp".to_owned() } else { names.join("_") };
        let mut name: String = joined.chars().take(NAME_LENGTH).collect();
        name.push('_');

        let (mut argv, mut shell) = (Vec::new(), Vec::new());
        if let Some((_, key)) = &document.wandb {
            let tokens: Vec<&str> = tags.iter().map(|tag| tag.token.as_str()).collect();
            let token = format!("{key}[{}]", tokens.join(","));
            argv.push(b',');
            write_string(&mut argv, &token);
            shell.push(b' ');
            write_shell(&mut shell, &token);
        }
        Self { json, csv, name, argv, shell }
    }
}
