//! How fast one core counts and renders: `cargo bench`.
//!
//! The sweep is of six packs of ten options, each writing two parameters, over twelve defaults.

use std::fmt::Write as _;
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use geryon::count::count;
use geryon::lines::Chunk;
use geryon::program::Program;
use geryon::render::Renderer;

const PACKS: usize = 6;
const OPTIONS: usize = 10;
const DEFAULTS: usize = 12;
const CHUNK: usize = 4096;

fn main() {
    if let Ok(Some(chunk)) = Renderer::new(&sweep("", ""), "run", 100, false, None).next(1) {
        println!("{} bytes a configuration", bytes(chunk));
    }
    divan::main();
}

/// The sweep's program; `nodes` and `predicates` are put in as they are.
fn sweep(nodes: &str, predicates: &str) -> Arc<Program> {
    let (mut values, mut paths, mut writes, mut packs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut value = |number: usize| {
        values.push(format!(r#"{{"value":["i","{number}"],"json":"{number}","token":"{number}"}}"#));
        values.len() - 1
    };
    let path = |group: &str, name: &str| {
        format!(r#"{{"choice":false,"segments":["{group}","{name}"],"key":"{group}.{name}="}}"#)
    };
    for number in 0..DEFAULTS {
        writes.push(format!("[{number},{}]", value(number)));
        paths.push(path("base", &format!("parameter{number:02}")));
    }
    for pack in 0..PACKS {
        let first = paths.len();
        paths.push(path(&format!("pack{pack}"), "rate"));
        paths.push(path(&format!("pack{pack}"), "size"));
        let mut options = Vec::new();
        for option in 0..OPTIONS {
            let (rate, size) = (value(option), value(option * 100));
            options.push(format!(
                r#"{{"id":"o{option}","priority":0,"tag":null,"writes":[[{first},{rate}],[{},{size}]]}}"#,
                first + 1
            ));
        }
        packs.push(format!(r#"{{"name":"pack{pack}","options":[{}]}}"#, options.join(",")));
    }
    let mut json =
        String::from(r#"{"version":1,"command":["python","train.py"],"wandb":null,"has_choices":false,"#);
    let _ = write!(
        json,
        r#""tags":[],"strategies":[],"include":[],"exclude":[],"nodes":[{nodes}],"predicates":[{predicates}],"#
    );
    let _ = write!(
        json,
        r#""values":[{}],"paths":[{}],"defaults":{{"writes":[{}],"tags":[]}},"packs":[{}]}}"#,
        values.join(","),
        paths.join(","),
        writes.join(","),
        packs.join(",")
    );
    Arc::new(Program::load(json.as_bytes()).expect("a program"))
}

/// Sum of the six rates divisible by three: decided at the last pack.
fn sum_predicate() -> Arc<Program> {
    let mut nodes: Vec<String> = (0..PACKS)
        .map(|pack| {
            format!(r#"{{"op":"leaf","choice":false,"segments":["pack{pack}","rate"],"default":null}}"#)
        })
        .collect();
    nodes.push(r#"{"op":"add","args":[0,1,2,3,4,5]}"#.into());
    nodes.push(r#"{"op":"const","value":["i","3"]}"#.into());
    nodes.push(r#"{"op":"mod","args":[6,7]}"#.into());
    nodes.push(r#"{"op":"const","value":["i","0"]}"#.into());
    nodes.push(r#"{"op":"eq","args":[8,9]}"#.into());
    sweep(&nodes.join(","), r#"{"id":"sum","node":10,"error_is_false":false}"#)
}

fn bytes(chunk: &Chunk) -> usize {
    chunk.configs.len() + chunk.commands.len() + chunk.manifest.len() + chunk.csv.len() + chunk.ids.len()
}

#[divan::bench(sample_count = 5, args = [false, true])]
fn render_100_000(bencher: Bencher<'_, '_>, dedupe: bool) {
    let program = sweep("", "");
    bencher.counter(ItemsCount::new(100_000_usize)).bench_local(|| {
        let mut renderer = Renderer::new(&program, "run", 100, dedupe, None);
        let mut rows = 0;
        while rows < 100_000 {
            let chunk = renderer.next(CHUNK.min(100_000 - rows)).expect("no error").expect("not the end");
            rows += chunk.rows;
            black_box(chunk);
        }
    });
}

#[divan::bench(sample_count = 5)]
fn count_1_000_000_with_a_predicate(bencher: Bencher<'_, '_>) {
    let program = sum_predicate();
    bencher.counter(ItemsCount::new(1_000_000_usize)).bench_local(|| count(black_box(&program)));
}

#[divan::bench(sample_count = 20)]
fn canonical_strings(bencher: Bencher<'_, '_>) {
    let text = "a plain string of some length with \"quotes\" in it ".repeat(20);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut out = Vec::new();
        geryon::canonical::write_string(&mut out, black_box(&text));
        out
    });
}
