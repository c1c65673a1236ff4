//! The lines that one configuration adds to each artifact.

use std::sync::Arc;

use crate::canonical::{hex_digits, write_decimal, write_string};
use crate::compose::Composer;
use crate::program::Program;
use crate::quote::{write_csv_field, write_shell};

/// The rendered artifacts of some consecutive configurations; lengths are packed u32, little endian.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    pub rows: usize,
    pub configs: Vec<u8>,
    pub config_lengths: Vec<u8>,
    pub ids: Vec<u8>,
    pub commands: Vec<u8>,
    pub command_lengths: Vec<u8>,
    pub manifest: Vec<u8>,
    pub csv: Vec<u8>,
}

impl Chunk {
    /// Empties it and keeps its memory: fresh pages cost more than what is written to them.
    pub fn clear(&mut self) {
        self.rows = 0;
        let buffers = [&mut self.configs, &mut self.config_lengths, &mut self.ids, &mut self.commands];
        buffers.into_iter().for_each(Vec::clear);
        [&mut self.command_lengths, &mut self.manifest, &mut self.csv].into_iter().for_each(Vec::clear);
    }
}

/// Writes the lines of configurations; holds what is the same in all of them, or chosen by one pack.
#[derive(Debug)]
pub struct Lines {
    program: Arc<Program>,
    batch_size: u64,
    run_id: Vec<u8>,
    argv: Vec<u8>,
    shell: Vec<u8>,
    /// By pack name: the pack, and for each option its member of `selected_options`, what stands before it included.
    selected: Vec<(usize, Vec<Vec<u8>>)>,
    /// The current `wandb_name`, kept for its memory.
    name: String,
}

impl Lines {
    /// For a run in batches of that size, at least 1.
    pub fn new(program: &Arc<Program>, run_id: &str, batch_size: u64) -> Self {
        let document = &program.document;
        let mut quoted = Vec::new();
        write_string(&mut quoted, run_id);
        let (mut argv, mut shell) = (Vec::new(), Vec::new());
        for word in &document.command {
            argv.push(b',');
            write_string(&mut argv, word);
            if !shell.is_empty() {
                shell.push(b' ');
            }
            write_shell(&mut shell, word);
        }
        let mut order: Vec<usize> = (0..document.packs.len()).collect();
        order.sort_by_key(|&pack| &document.packs[pack].name);
        let member = |place: usize, name: &str, id: &str| {
            let mut text = vec![if place == 0 { b'{' } else { b',' }];
            write_string(&mut text, name);
            text.push(b':');
            write_string(&mut text, id);
            text
        };
        let members = order.into_iter().enumerate().map(|(place, number)| {
            let pack = &document.packs[number];
            (number, pack.options.iter().map(|option| member(place, &pack.name, &option.id)).collect())
        });
        let selected = members.collect();
        let (program, batch_size, name) = (Arc::clone(program), batch_size.max(1), String::new());
        Self { program, batch_size, run_id: quoted, argv, shell, selected, name }
    }

    /// Appends the lines of the composed configuration, whose options are `row`, at that position of the plan.
    pub fn write(
        &mut self,
        composer: &Composer,
        row: &[u32],
        id: [u8; 16],
        position: u64,
        chunk: &mut Chunk,
    ) {
        let digits = hex_digits(id);
        self.name.clear();
        self.name.push_str(&composer.tags().name);
        self.name.extend(digits[..8].iter().copied().map(char::from));
        let start = chunk.configs.len();
        self.write_config(composer, row, &digits, position, &mut chunk.configs);
        push_length(&mut chunk.config_lengths, chunk.configs.len() - start);
        let start = chunk.commands.len();
        self.write_command(composer, &mut chunk.commands);
        push_length(&mut chunk.command_lengths, chunk.commands.len() - start);
        self.write_manifest(composer, &digits, &mut chunk.manifest);
        self.write_csv(composer, &digits, &mut chunk.csv);
        chunk.ids.extend_from_slice(&id);
        chunk.rows += 1;
    }

    fn write_config(
        &self,
        composer: &Composer,
        row: &[u32],
        digits: &[u8],
        position: u64,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(b"{\"batch_index\":");
        write_decimal(out, u128::from(position / self.batch_size));
        out.extend_from_slice(b",\"choices\":");
        out.extend_from_slice(composer.choices());
        out.extend_from_slice(b",\"command\":");
        let bracket = out.len();
        out.extend_from_slice(&self.argv);
        composer.write_argv(out);
        if let Some((key, _)) = &self.program.document.wandb {
            out.push(b',');
            write_string(out, &wandb_name_token(key, &self.name));
            out.extend_from_slice(&composer.tags().argv);
        }
        // each word brought a comma: the first one's place is the bracket's
        if out.len() == bracket {
            out.push(b'[');
        }
        out[bracket] = b'[';
        out.extend_from_slice(b"],\"config_id\":\"");
        out.extend_from_slice(digits);
        out.extend_from_slice(b"\",\"line_index\":");
        write_decimal(out, u128::from(position % self.batch_size));
        out.extend_from_slice(b",\"params\":");
        out.extend_from_slice(composer.params());
        out.extend_from_slice(b",\"run_id\":");
        out.extend_from_slice(&self.run_id);
        out.extend_from_slice(b",\"selected_options\":");
        for (pack, members) in &self.selected {
            out.extend_from_slice(&members[row[*pack] as usize]);
        }
        out.extend_from_slice(if self.selected.is_empty() { b"{}" } else { b"}" });
        out.extend_from_slice(b",\"tags\":");
        out.extend_from_slice(&composer.tags().json);
        out.extend_from_slice(b",\"wandb_name\":");
        write_string(out, &self.name);
        out.extend_from_slice(b"}\n");
    }

    fn write_command(&self, composer: &Composer, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.shell);
        composer.write_shell(out);
        if let Some((key, _)) = &self.program.document.wandb {
            out.push(b' ');
            write_shell(out, &wandb_name_token(key, &self.name));
            out.extend_from_slice(&composer.tags().shell);
        }
        if self.shell.is_empty() && out.len() > start {
            out.remove(start); // the blank that each override brings
        }
        out.push(b'\n');
    }

    fn write_manifest(&self, composer: &Composer, digits: &[u8], out: &mut Vec<u8>) {
        out.push(b'{');
        if self.program.document.has_choices {
            out.extend_from_slice(b"\"choices\":");
            out.extend_from_slice(composer.choices());
            out.push(b',');
        }
        out.extend_from_slice(b"\"id\":\"");
        out.extend_from_slice(digits);
        out.extend_from_slice(b"\",\"params\":");
        out.extend_from_slice(composer.params());
        out.extend_from_slice(b",\"tags\":");
        out.extend_from_slice(&composer.tags().json);
        out.extend_from_slice(b",\"wandb_name\":");
        write_string(out, &self.name);
        out.extend_from_slice(b"}\n");
    }

    fn write_csv(&self, composer: &Composer, digits: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(digits);
        out.push(b',');
        write_csv_field(out, self.name.as_bytes());
        out.push(b',');
        out.extend_from_slice(&composer.tags().csv);
        out.push(b',');
        composer.write_params_csv(out);
        if self.program.document.has_choices {
            out.push(b',');
            composer.write_choices_csv(out);
        }
        out.push(b'\n');
    }
}

/// The W&B override of the name.
fn wandb_name_token(key: &str, name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        format!("{key}{name}")
    } else {
        format!("{key}'{name}'")
    }
}

fn push_length(lengths: &mut Vec<u8>, length: usize) {
    lengths.extend_from_slice(&(length as u32).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_bare_where_the_override_grammar_lets_it() {
        assert_eq!(wandb_name_token("k=", "_a"), "k=_a");
        assert_eq!(wandb_name_token("k=", "b.1"), "k=b.1");
        assert_eq!(wandb_name_token("k=", "0.1_ab"), "k='0.1_ab'");
    }
}
