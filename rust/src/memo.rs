//! Remembered results of functions that look at some packs only.

use std::collections::HashMap;

use crate::program::Program;

/// Up to that many combinations of options have a place each in a table.
pub const TABLE_LIMIT: usize = 1 << 16;
const NOTHING: u32 = u32::MAX;

#[derive(Debug)]
enum Places {
    Table(Vec<u32>),
    /// Started afresh when it holds `limit` results, so that memory does not grow with the candidates.
    Map {
        places: HashMap<u128, u32>,
        /// The key asked for last, and its place.
        last: (u128, u32),
    },
}

/// A function of the options of `packs`, its results kept.
#[derive(Debug)]
pub struct Memo<T> {
    packs: Vec<(u32, u128)>,
    places: Places,
    results: Vec<T>,
    limit: usize,
}

impl<T> Memo<T> {
    /// For a function of these packs; at most about `limit` results are kept.
    pub fn new(program: &Program, packs: &[u32], limit: usize) -> Self {
        let mut stride = 1;
        let mut strides = Vec::with_capacity(packs.len());
        for &pack in packs.iter().rev() {
            strides.push((pack, stride));
            stride *= u128::from(program.size(pack));
        }
        let places = if stride <= limit as u128 {
            Places::Table(Vec::new())
        } else {
            Places::Map { places: HashMap::new(), last: (u128::MAX, NOTHING) }
        };
        Self { packs: strides, places, results: Vec::new(), limit }
    }

    /// Whether there is room for all results.
    pub fn is_complete(&self) -> bool {
        matches!(self.places, Places::Table(_))
    }

    /// The deepest pack it looks at, as a level: 0 where it looks at none.
    pub fn level(&self) -> usize {
        self.packs.first().map_or(0, |&(pack, _)| pack as usize + 1)
    }

    /// The place of the result for these options, computed where it is not there yet.
    ///
    /// A place is good until the next call.
    pub fn place(&mut self, options: &[u32], compute: impl FnOnce() -> T) -> u32 {
        let key: u128 = match self.packs.as_slice() {
            [] => 0,
            [(pack, _)] => u128::from(options[*pack as usize]),
            packs => packs.iter().map(|&(pack, stride)| u128::from(options[pack as usize]) * stride).sum(),
        };
        match &mut self.places {
            Places::Table(table) => {
                let key = key as usize;
                if key >= table.len() {
                    table.resize(key + 1, NOTHING);
                }
                if table[key] == NOTHING {
                    table[key] = self.results.len() as u32;
                    self.results.push(compute());
                }
                table[key]
            }
            Places::Map { last: (last, place), .. } if *last == key => *place,
            Places::Map { places, last } => {
                let place = if let Some(&place) = places.get(&key) {
                    place
                } else {
                    if self.results.len() >= self.limit {
                        places.clear();
                        self.results.clear();
                    }
                    let place = self.results.len() as u32;
                    self.results.push(compute());
                    places.insert(key, place);
                    place
                };
                *last = (key, place);
                place
            }
        }
    }

    /// The result at a place.
    pub fn at(&self, place: u32) -> &T {
        &self.results[place as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sketch;

    /// Calls a function of packs 0 and 2 on all candidates, twice; gives how often it was computed.
    fn computed(limit: usize) -> usize {
        let program = Sketch::new().sizes(&[3, 2, 5]).load();
        let mut memo = Memo::new(&program, &[0, 2], limit);
        let mut times = 0;
        for candidate in 0..60_u32 {
            let options = [candidate / 10 % 3, candidate / 5 % 2, candidate % 5];
            let place = memo.place(&options, || {
                times += 1;
                (options[0], options[2])
            });
            assert_eq!(*memo.at(place), (options[0], options[2]));
        }
        times
    }

    #[test]
    fn results_are_computed_once() {
        assert_eq!(computed(15), 15);
    }

    #[test]
    fn beyond_the_limit_it_starts_afresh() {
        assert!((16..=60).contains(&computed(7)));
    }

    #[test]
    fn its_level_is_that_of_the_deepest_pack() {
        let program = Sketch::new().sizes(&[3, 2, 5]).load();
        assert_eq!(Memo::<()>::new(&program, &[0, 1], 9).level(), 2);
        assert_eq!(Memo::<()>::new(&program, &[], 9).level(), 0);
    }
}
