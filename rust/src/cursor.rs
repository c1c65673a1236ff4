//! Valid candidates by rank.

use std::sync::Arc;

use crate::program::Program;
use crate::walk::{Event, Walk};

/// A kernel error: its canonical JSON.
pub type Erring = Vec<u8>;

/// Valid candidates by rank; ascending ranks take one walk.
#[derive(Debug)]
pub struct Cursor {
    program: Arc<Program>,
    walk: Walk,
    /// Rank of the first candidate of the current block, and the block's size.
    first: u128,
    size: u128,
    rank: u128,
    /// The candidate of `rank`; of use only inside the block.
    row: Vec<u32>,
}

impl Cursor {
    pub fn new(program: &Arc<Program>) -> Self {
        Self {
            program: Arc::clone(program),
            walk: Walk::new(program),
            first: 0,
            size: 0,
            rank: 0,
            row: vec![0; program.document.packs.len()],
        }
    }

    /// Goes to the candidate of that rank; false past the end.
    ///
    /// The error is that of an erring candidate before it, or before the end; a cursor that gave one is of no more use.
    pub fn seek(&mut self, rank: u128) -> Result<bool, Erring> {
        if rank < self.first {
            (self.walk, self.first, self.size) = (Walk::new(&self.program), 0, 0);
        }
        if self.first <= self.rank && rank == self.rank + 1 && rank < self.first + self.size {
            self.turn();
            return Ok(true);
        }
        while rank >= self.first + self.size {
            // the walk leaves the block's options behind, also where it finds no other block
            self.first += self.size;
            self.size = 0;
            let mut steps = u64::MAX;
            match self.walk.run(&mut steps) {
                Event::Block(size) => self.size = size,
                Event::Erring(error) => return Err(error),
                Event::Paused => {}
                Event::End => return Ok(false),
            }
        }
        self.place(rank);
        Ok(true)
    }

    /// The options of the candidate that `seek` found.
    pub fn row(&self) -> &[u32] {
        &self.row
    }

    /// Turns the packs past the block's level on by one.
    fn turn(&mut self) {
        self.rank += 1;
        for pack in (0..self.row.len()).rev() {
            self.row[pack] += 1;
            if self.row[pack] < self.program.size(pack as u32) {
                return;
            }
            self.row[pack] = 0;
        }
    }

    fn place(&mut self, rank: u128) {
        self.rank = rank;
        self.row.copy_from_slice(self.walk.options());
        let mut offset = rank - self.first;
        for pack in (self.program.schedule.free..self.row.len()).rev() {
            if offset == 0 {
                break;
            }
            let size = u128::from(self.program.size(pack as u32));
            self.row[pack] = (offset % size) as u32;
            offset /= size;
        }
    }
}

/// Rows of the valid candidates of ranks start..stop.
///
/// The error is that of an erring candidate before the first valid one of rank >= stop, or before the end.
pub fn rows(cursor: &mut Cursor, start: u128, stop: u128) -> Result<Vec<u8>, Erring> {
    let mut out = Vec::new();
    let mut rank = start;
    while rank < stop && cursor.seek(rank)? {
        cursor.row().iter().for_each(|option| out.extend_from_slice(&option.to_le_bytes()));
        rank += 1;
    }
    cursor.seek(stop)?;
    Ok(out)
}

/// The row of one rank; None past the end.
pub fn kth(cursor: &mut Cursor, rank: u128) -> Result<Option<Vec<u8>>, Erring> {
    if !cursor.seek(rank)? {
        return Ok(None);
    }
    let row = cursor.row().iter().flat_map(|option| option.to_le_bytes()).collect();
    cursor.seek(rank.saturating_add(1))?;
    Ok(Some(row))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Sketch;

    #[test]
    fn ranks_may_go_back_and_past_the_end() {
        let sketch =
            Sketch::new().sizes(&[3, 2, 2]).set("exclude", json!([[[0, [1]]], [[0, [2]], [1, [1]]]]));
        let mut cursor = Cursor::new(&sketch.load());
        let all: [[u32; 3]; 6] = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [2, 0, 0], [2, 0, 1]];
        for rank in [0, 5, 6, 4, 99, 5, 3, 4, 0, 1, 2, 6, 5] {
            let found = cursor.seek(rank).unwrap();
            assert_eq!(found, rank < 6);
            if found {
                assert_eq!(cursor.row(), all[rank as usize]);
            }
        }
    }

    #[test]
    fn ranges_join() {
        let program = Sketch::new().sizes(&[4, 3]).set("exclude", json!([[[0, [1, 2]], [1, [1]]]])).load();
        let range = |start, stop| rows(&mut Cursor::new(&program), start, stop).unwrap();
        let whole = range(0, u128::MAX);
        assert_eq!(whole.len(), 10 * 2 * 4);
        for middle in 0..12 {
            assert_eq!([range(0, middle), range(middle, 99)].concat(), whole);
        }
        assert_eq!(kth(&mut Cursor::new(&program), 9).unwrap(), Some(whole[72..].to_vec()));
        assert_eq!(kth(&mut Cursor::new(&program), 10), Ok(None));
    }
}
