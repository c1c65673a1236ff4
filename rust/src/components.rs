//! The paths of a program in independent parts: a topmost path with all that stands below it is one component.
//!
//! No write of one component collides with a write of another, so each is merged by itself, and its result is a
//! function of the packs that write there.

use std::ops::Range;

use crate::program::{Document, Path, Write};

#[derive(Debug)]
pub struct Component {
    /// Its paths: the topmost one, then what stands below.
    pub paths: Range<u32>,
    /// The packs that write there, ascending.
    pub packs: Vec<u32>,
    /// Whether every candidate has a leaf there.
    pub always: bool,
}

#[derive(Debug)]
pub struct Components {
    /// In path order.
    pub all: Vec<Component>,
    /// For each path the end of the range of paths below it.
    pub ends: Vec<u32>,
    /// For each path the nearest one above it.
    pub parents: Vec<Option<u32>>,
    /// For each path the strategy at or above it.
    pub strategies: Vec<Option<u32>>,
}

impl Components {
    pub fn of(document: &Document) -> Self {
        let paths = &document.paths;
        let mut ends = vec![0; paths.len()];
        let mut parents = vec![None; paths.len()];
        let mut strategies = vec![None; paths.len()];
        let mut open: Vec<usize> = Vec::new();
        let mut all: Vec<Component> = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            while let Some(&above) = open.last()
                && !is_below(path, &paths[above])
            {
                ends[above] = index as u32;
                open.pop();
            }
            match open.last() {
                Some(&above) => parents[index] = Some(above as u32),
                None => all.push(Component { paths: index as u32..0, packs: Vec::new(), always: false }),
            }
            open.push(index);
        }
        for above in open {
            ends[above] = paths.len() as u32;
        }
        for (number, strategy) in document.strategies.iter().enumerate() {
            for path in strategy.path..ends[strategy.path as usize] {
                strategies[path as usize] = Some(number as u32);
            }
        }
        for component in &mut all {
            component.paths.end = ends[component.paths.start as usize];
        }
        let mut components = Self { all, ends, parents, strategies };
        components.find_writers(document);
        for number in 0..components.all.len() {
            components.all[number].always = components.is_always_present(document, number);
        }
        components
    }

    fn find_writers(&mut self, document: &Document) {
        let mut component_of = vec![0; document.paths.len()];
        for (number, component) in self.all.iter().enumerate() {
            component_of[component.paths.start as usize..component.paths.end as usize].fill(number);
        }
        for (pack, writer) in document.packs.iter().enumerate() {
            for write in writer.options.iter().flat_map(|option| &option.writes) {
                let packs = &mut self.all[component_of[write.path as usize]].packs;
                if packs.last() != Some(&(pack as u32)) {
                    packs.push(pack as u32);
                }
            }
        }
    }

    /// Whether it can be seen without merging: one plain path, written by a layer that is always there, deleted by none.
    fn is_always_present(&self, document: &Document, number: usize) -> bool {
        let component = &self.all[number];
        let path = component.paths.start;
        if component.paths.len() != 1 || self.strategies[path as usize].is_some() {
            return false;
        }
        let by_default = find_write(&document.default_writes, path).map(|write| write.value);
        let mut written = matches!(by_default, Some(Some(_)));
        for &pack in &component.packs {
            let mut by_all = true;
            for option in &document.packs[pack as usize].options {
                match find_write(&option.writes, path) {
                    Some(write) if write.value.is_none() => return false,
                    Some(_) => {}
                    None => by_all = false,
                }
            }
            written |= by_all;
        }
        written
    }

    /// The components that have one of these paths.
    pub fn touching(&self, paths: &Range<u32>) -> Range<usize> {
        if paths.is_empty() {
            return 0..0;
        }
        let first = self.all.partition_point(|component| component.paths.end <= paths.start);
        let end = self.all.partition_point(|component| component.paths.start < paths.end);
        first..end
    }
}

fn find_write(writes: &[Write], path: u32) -> Option<&Write> {
    writes.binary_search_by_key(&path, |write| write.path).ok().map(|index| &writes[index])
}

/// Whether `path` is a proper continuation of `above`.
pub fn is_below(path: &Path, above: &Path) -> bool {
    path.choice == above.choice
        && path.segments.len() > above.segments.len()
        && path.segments.starts_with(&above.segments)
}

/// The paths that are `segments` or stand below it; they are sorted.
pub fn at_or_below(paths: &[Path], choice: bool, segments: &[String]) -> Range<u32> {
    let first = paths.partition_point(|path| (!path.choice, path.segments.as_slice()) < (!choice, segments));
    let below =
        paths[first..].partition_point(|path| path.choice == choice && path.segments.starts_with(segments));
    first as u32..(first + below) as u32
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Sketch;

    #[test]
    fn a_component_is_a_topmost_path_and_all_below_it() {
        let sketch = Sketch::new().values(&["1"]).paths(&["a", "a.b", "a.b.c", "a-b", "b.c", "b.d"]);
        let program = sketch.packs(&[&[(0, &[(2, 0)])], &[(0, &[(1, 0)]), (0, &[(4, -1)])]]).load();
        let found: Vec<_> =
            program.components.all.iter().map(|one| (one.paths.clone(), one.packs.clone())).collect();
        assert_eq!(found, [(0..3, vec![0, 1]), (3..4, vec![]), (4..5, vec![1]), (5..6, vec![])]);
        assert_eq!(program.components.parents, [None, Some(0), Some(1), None, None, None]);
        assert_eq!(program.components.ends, [3, 3, 3, 4, 5, 6]);
    }

    #[test]
    fn presence_is_seen_where_it_is_plain() {
        let sketch = Sketch::new().values(&["1"]).paths(&["a", "b", "c", "d"]);
        let sketch = sketch.set("defaults", json!({"writes": [[0, 0], [1, 0]], "tags": []}));
        let packs = sketch.packs(&[&[(0, &[(1, -1), (2, 0), (3, 0)]), (0, &[(2, 0)])]]).load();
        let always: Vec<bool> = packs.components.all.iter().map(|component| component.always).collect();
        assert_eq!(always, [true, false, true, false]);
    }

    #[test]
    fn ranges_of_paths() {
        let program = Sketch::new().paths(&["a.b", "a.c.d", "ab", "b"]).load();
        let range = |text: &str| {
            let segments: Vec<String> = text.split('.').map(str::to_owned).collect();
            at_or_below(&program.document.paths, false, &segments)
        };
        assert_eq!(range("a"), 0..2);
        assert_eq!(range("a.c"), 1..2);
        assert_eq!(range("b"), 3..4);
        assert!(range("c").is_empty());
        assert_eq!(program.components.touching(&range("a")), 0..2);
        assert!(program.components.touching(&range("c")).is_empty());
    }
}
