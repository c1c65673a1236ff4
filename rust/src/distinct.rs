//! Which ids have occurred.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::compose::Composer;
use crate::cursor::{Cursor, Erring};
use crate::program::Program;

/// An id is a hash already.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u128(&mut self, id: u128) {
        self.0 = id as u64;
    }
}

/// Ids seen so far: 16 bytes each and the set's overhead.
#[derive(Debug, Default)]
pub struct SeenIds(HashSet<u128, BuildHasherDefault<IdHasher>>);

impl SeenIds {
    /// Whether the id is new.
    pub fn insert(&mut self, id: [u8; 16]) -> bool {
        self.0.insert(u128::from_le_bytes(id))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Number of distinct ids among the valid candidates.
pub fn distinct(program: &Arc<Program>) -> Result<usize, Erring> {
    let (mut cursor, mut composer) = (Cursor::new(program), Composer::new(program));
    let mut seen = SeenIds::default();
    let mut rank = 0;
    while cursor.seek(rank)? {
        seen.insert(composer.compose(cursor.row()));
        rank += 1;
    }
    Ok(seen.count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sketch;

    #[test]
    fn configurations_without_a_difference_have_one_id() {
        assert_eq!(distinct(&Sketch::new().sizes(&[2, 3]).load()), Ok(1));
        let sketch = Sketch::new().values(&["1", "2"]).paths(&["a"]);
        let program = sketch.packs(&[&[(0, &[(0, 0)]), (0, &[(0, 1)])], &[(0, &[]), (0, &[])]]).load();
        assert_eq!(distinct(&program), Ok(2));
    }
}
