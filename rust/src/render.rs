//! The artifacts of a plan, chunk by chunk.

use std::sync::Arc;

use crate::compose::Composer;
use crate::cursor::{Cursor, Erring};
use crate::distinct::SeenIds;
use crate::lines::{Chunk, Lines};
use crate::program::Program;

/// Why a renderer cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    Erring(Erring),
    /// No valid candidate has this rank.
    PastEnd(u128),
}

impl From<Erring> for Stop {
    fn from(error: Erring) -> Self {
        Self::Erring(error)
    }
}

/// A cursor over configurations, in rank order.
#[derive(Debug)]
pub struct Renderer {
    cursor: Cursor,
    composer: Composer,
    lines: Lines,
    /// The ranks wanted, or None for all.
    ranks: Option<Vec<u128>>,
    /// Number of `ranks` taken.
    taken: usize,
    /// The rank after the last one taken.
    after: u128,
    position: u64,
    seen: Option<SeenIds>,
    duplicates: u64,
    stop: Option<Stop>,
    chunk: Chunk,
}

impl Renderer {
    /// Renders all configurations, or those of `ranks`; with `dedupe` an id that occurred before is dropped.
    pub fn new(
        program: &Arc<Program>,
        run_id: &str,
        batch_size: u64,
        dedupe: bool,
        ranks: Option<Vec<u128>>,
    ) -> Self {
        Self {
            cursor: Cursor::new(program),
            composer: Composer::new(program),
            lines: Lines::new(program, run_id, batch_size),
            ranks,
            taken: 0,
            after: 0,
            position: 0,
            seen: dedupe.then(SeenIds::default),
            duplicates: 0,
            stop: None,
            chunk: Chunk::default(),
        }
    }

    /// Valid candidates dropped so far.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Renders the next `count` configurations, fewer at the end, None past it; what stopped it once stops it again.
    pub fn next(&mut self, count: usize) -> Result<Option<&Chunk>, Stop> {
        if let Some(stop) = &self.stop {
            return Err(stop.clone());
        }
        self.chunk.clear();
        self.render(count).inspect_err(|stop| self.stop = Some(stop.clone()))?;
        Ok((self.chunk.rows > 0).then_some(&self.chunk))
    }

    fn render(&mut self, count: usize) -> Result<(), Stop> {
        while self.chunk.rows < count {
            let Some(rank) = self.wanted() else { break };
            if !self.cursor.seek(rank)? {
                return if self.ranks.is_some() { Err(Stop::PastEnd(rank)) } else { Ok(()) };
            }
            self.taken += 1;
            self.after = rank.saturating_add(1);
            let id = self.composer.compose(self.cursor.row());
            if self.seen.as_mut().is_some_and(|seen| !seen.insert(id)) {
                self.duplicates += 1;
            } else {
                self.lines.write(&self.composer, self.cursor.row(), id, self.position, &mut self.chunk);
                self.position += 1;
            }
        }
        // an erring candidate before the next valid one stands in the way of these
        self.cursor.seek(self.after)?;
        Ok(())
    }

    /// The next rank to render.
    fn wanted(&self) -> Option<u128> {
        match &self.ranks {
            None => Some(self.after),
            Some(ranks) => ranks.get(self.taken).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Sketch;

    fn sketch() -> Sketch {
        let choice = json!({"choice": true, "segments": ["db"], "key": "db="});
        let path = |segments: &[&str], key: &str| json!({"choice": false, "segments": segments, "key": key});
        let value = |json: &str, token: &str| json!({"value": ["s", token], "json": json, "token": token});
        let option = |id: &str, tag: Option<u32>, writes: &[(u32, i64)]| json!({"id": id, "priority": 0, "tag": tag, "writes": writes});
        Sketch::new()
            .set("command", json!(["python", "it's.py"]))
            .set("has_choices", json!(true))
            .set("tags", json!([{"tag": "x y", "name": "x_y", "token": "'x y'"}]))
            .set("values", json!([value("\"a\"", "a"), value("\"b c\"", "'b c'")]))
            .set("paths", json!([choice, path(&["m", "x", "y"], "m.x.y="), path(&["m", "z"], "+m.z="), path(&["n"], "n=")]))
            .set("defaults", json!({"writes": [[2, 0]], "tags": []}))
            .set(
                "packs",
                json!([
                    {"name": "q", "options": [option("q0", None, &[]), option("q1", Some(0), &[(0, 0), (1, 1)])]},
                    {"name": "p", "options": [option("p0", None, &[(2, -1)]), option("p1", None, &[(3, 0)])]},
                ]),
            )
    }

    fn lines(bytes: &[u8]) -> Vec<&str> {
        std::str::from_utf8(bytes).unwrap().lines().collect()
    }

    #[test]
    fn artifacts_of_a_small_plan() {
        let mut renderer = Renderer::new(&sketch().load(), "run", 3, false, None);
        let chunk = renderer.next(99).unwrap().unwrap();
        assert_eq!(chunk.rows, 4);
        let params = [
            r#"{}"#,
            r#"{"m":{"z":"a"},"n":"a"}"#,
            r#"{"m":{"x":{"y":"b c"}}}"#,
            r#"{"m":{"x":{"y":"b c"},"z":"a"},"n":"a"}"#,
        ];
        let identity = |params: &str| {
            crate::canonical::config_id(format!(r#"{{"params":{params},"tags":[]}}"#).as_bytes())
        };
        let id = identity(params[1]);
        assert_eq!(
            lines(&chunk.configs)[1],
            format!(
                r#"{{"batch_index":0,"choices":{{}},"command":["python","it's.py","+m.z=a","n=a"],"config_id":"{id}","line_index":1,"params":{},"run_id":"run","selected_options":{{"p":"p1","q":"q0"}},"tags":[],"wandb_name":"exp_{}"}}"#,
                params[1],
                &id[..8]
            )
        );
        for (line, params) in lines(&chunk.manifest).iter().zip(params) {
            assert!(line.contains(&format!(r#""params":{params},"tags""#)), "{line}");
        }
        assert_eq!(
            lines(&chunk.commands),
            [
                r#"python 'it'"'"'s.py'"#,
                r#"python 'it'"'"'s.py' +m.z=a n=a"#,
                r#"python 'it'"'"'s.py' db=a 'm.x.y='"'"'b c'"'"''"#,
                r#"python 'it'"'"'s.py' db=a 'm.x.y='"'"'b c'"'"'' +m.z=a n=a"#,
            ]
        );
        let csv = lines(&chunk.csv);
        assert!(csv[0].ends_with(",[],{},{}"), "{}", csv[0]);
        assert!(
            csv[2].ends_with(r#","[""x y""]","{""m"":{""x"":{""y"":""b c""}}}","{""db"":""a""}""#),
            "{}",
            csv[2]
        );
        assert!(lines(&chunk.configs)[3].starts_with(r#"{"batch_index":1,"choices":{"db":"a"},"#));
        assert_eq!(renderer.next(1), Ok(None));
    }

    #[test]
    fn wandb_overrides_come_last() {
        let keys = json!({"name": "w.name=", "tags": "w.tags="});
        let program = sketch().set("wandb", keys).load();
        let mut renderer = Renderer::new(&program, "run", 1, false, Some(vec![3]));
        let chunk = renderer.next(1).unwrap().unwrap();
        let name = lines(&chunk.manifest)[0].split('"').rev().nth(1).unwrap();
        assert!(name.starts_with("x_y_"));
        let line = lines(&chunk.commands)[0];
        assert!(line.ends_with(&format!(r#" w.name={name} 'w.tags=['"'"'x y'"'"']'"#)), "{line}");
    }

    #[test]
    fn duplicates_are_dropped_and_counted() {
        let program = Sketch::new().sizes(&[2, 3]).load();
        let mut renderer = Renderer::new(&program, "run", 1, true, None);
        assert_eq!(renderer.next(1).unwrap().unwrap().rows, 1);
        assert_eq!(renderer.duplicates(), 0);
        assert_eq!(renderer.next(1), Ok(None));
        assert_eq!(renderer.duplicates(), 5);
    }

    #[test]
    fn a_rank_past_the_end_stops_for_good() {
        let mut renderer =
            Renderer::new(&Sketch::new().sizes(&[2]).load(), "run", 1, false, Some(vec![1, 2]));
        assert_eq!(renderer.next(1).unwrap().unwrap().rows, 1);
        assert_eq!(renderer.next(1), Err(Stop::PastEnd(2)));
        assert_eq!(renderer.next(1), Err(Stop::PastEnd(2)));
    }
}
