//! The corpus of tests/data/programs: what both kernels must answer, as judged once and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geryon::count::count;
use geryon::cursor::{Cursor, rows};
use geryon::program::Program;
use serde_json::Value as Json;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/programs");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn unpack(rows: &[u8], packs: usize) -> Vec<Vec<u32>> {
    let options: Vec<u32> = rows
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    if packs == 0 { Vec::new() } else { options.chunks(packs).map(<[u32]>::to_vec).collect() }
}

/// Every case of the corpus gives its rows and their number, or its error.
#[test]
fn the_corpus_is_answered() {
    let files = cases();
    assert!(!files.is_empty(), "the corpus is gone");
    for file in files {
        let case: Json = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let name = file.file_name().unwrap().to_string_lossy();
        let bytes = serde_json::to_vec(&case["program"]).unwrap();
        let program = Arc::new(Program::load(&bytes).unwrap_or_else(|error| panic!("{name}: {error}")));
        let result = rows(&mut Cursor::new(&program), 0, u128::MAX);
        if let Some(expected) = case.get("error") {
            let error: Json = serde_json::from_slice(&result.expect_err(&name)).unwrap();
            assert_eq!(error, *expected, "{name}");
            assert_eq!(
                serde_json::from_slice::<Json>(&count(&program).expect_err(&name)).unwrap(),
                *expected,
                "{name}"
            );
            continue;
        }
        let rows = result.unwrap_or_else(|error| panic!("{name}: {}", String::from_utf8_lossy(&error)));
        let expected: Vec<Vec<u32>> = case["rows"]
            .as_array()
            .unwrap_or_else(|| panic!("{name}: neither rows nor error"))
            .iter()
            .map(|row| row.as_array().unwrap().iter().map(|option| option.as_u64().unwrap() as u32).collect())
            .collect();
        assert_eq!(count(&program), Ok(expected.len() as u128), "{name}");
        if !program.document.packs.is_empty() {
            assert_eq!(unpack(&rows, program.document.packs.len()), expected, "{name}");
        }
    }
}
