//! The extension module `geryon._native`: Python's view of the kernel, and the only file that knows Python.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::canonical::{self, FLOAT_KEY, MAX_DEPTH, MAX_DIGITS};
use crate::count;
use crate::cursor::{self, Cursor, Erring};
use crate::distinct;
use crate::lines;
use crate::program::Program;
use crate::render::{self, Stop};

create_exception!(_native, KernelFault, PyException, "An erring candidate stands in the way.");

/// Options visited between two looks for signals.
const STEPS: u64 = 1 << 22;

fn fault(py: Python<'_>, error: &Erring) -> PyErr {
    KernelFault::new_err((PyBytes::new(py, error).unbind(),))
}

fn past_end(rank: impl std::fmt::Display) -> PyErr {
    PyIndexError::new_err(format!("no valid candidate of rank {rank}"))
}

/// Ranks are ints of any size; one that no candidate can have is as good as the largest.
fn rank_of(rank: &Bound<'_, PyInt>) -> PyResult<u128> {
    if rank.lt(0)? {
        return Err(PyValueError::new_err("expected 0 <= start <= stop"));
    }
    Ok(rank.extract().unwrap_or(u128::MAX))
}

fn positive(number: &Bound<'_, PyInt>) -> PyResult<u64> {
    if number.lt(1)? {
        return Err(PyValueError::new_err("expected at least 1"));
    }
    Ok(number.extract().unwrap_or(u64::MAX))
}

/// Canonical JSON of a plain value.
#[pyfunction]
fn canonical_json<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let mut out = Vec::new();
    write_canonical(value, 1, &mut out)?;
    Ok(PyBytes::new(value.py(), &out))
}

fn refuse<T>(message: String) -> PyResult<T> {
    Err(PyValueError::new_err(message))
}

fn text_of<'a>(text: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    text.to_str().or_else(|_| refuse("a string with a lone surrogate has no canonical JSON".into()))
}

fn write_canonical(value: &Bound<'_, PyAny>, level: usize, out: &mut Vec<u8>) -> PyResult<()> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        canonical::write_string(out, text_of(text)?);
    } else if let Ok(truth) = value.cast_exact::<PyBool>() {
        out.extend_from_slice(if truth.is_true() { b"true" } else { b"false" });
    } else if let Ok(int) = value.cast_exact::<PyInt>() {
        write_int(int, out)?;
    } else if let Ok(float) = value.cast_exact::<PyFloat>() {
        canonical::write_float(out, float.value());
    } else if value.is_none() {
        out.extend_from_slice(b"null");
    } else if let Ok(list) = value.cast_exact::<PyList>() {
        check_level(level)?;
        out.push(b'[');
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_canonical(&item, level + 1, out)?;
        }
        out.push(b']');
    } else if let Ok(dict) = value.cast_exact::<PyDict>() {
        check_level(level)?;
        write_dict(dict, level, out)?;
    } else {
        return refuse(format!("a value of type `{}` has no canonical JSON", value.get_type().name()?));
    }
    Ok(())
}

fn check_level(level: usize) -> PyResult<()> {
    if level > MAX_DEPTH {
        return refuse(format!("more than {MAX_DEPTH} levels of nesting have no canonical JSON"));
    }
    Ok(())
}

fn write_int(int: &Bound<'_, PyInt>, out: &mut Vec<u8>) -> PyResult<()> {
    if let Ok(small) = int.extract::<i64>() {
        out.extend_from_slice(small.to_string().as_bytes());
        return Ok(());
    }
    let limit = PyInt::new(int.py(), 10).pow(MAX_DIGITS, int.py().None())?;
    if int.abs()?.ge(limit)? {
        return refuse(format!("an integer of more than {MAX_DIGITS} digits has no canonical JSON"));
    }
    out.extend_from_slice(int.str()?.to_str()?.as_bytes());
    Ok(())
}

fn write_dict(dict: &Bound<'_, PyDict>, level: usize, out: &mut Vec<u8>) -> PyResult<()> {
    let mut items: Vec<(String, Bound<'_, PyAny>)> = Vec::with_capacity(dict.len());
    for item in dict.items() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let Ok(text) = key.cast_exact::<PyString>() else {
            let name = key.get_type().name()?;
            return refuse(format!("a key of type `{name}` has no canonical JSON; expected a string"));
        };
        // compared in Python, so that a key of surrogates comes to its own message
        if *text == *FLOAT_KEY {
            return refuse(format!("the key `{FLOAT_KEY}` is reserved in canonical JSON"));
        }
        items.push((text_of(text)?.to_owned(), value));
    }
    // UTF-8 sorts as code points do
    items.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    out.push(b'{');
    for (index, (key, value)) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        canonical::write_string(out, key);
        out.push(b':');
        write_canonical(value, level + 1, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// The first 32 hex digits of SHA-256 over these bytes.
#[pyfunction]
fn config_id(canonical: &[u8]) -> String {
    canonical::config_id(canonical)
}

/// The valid candidates of one program, by rank.
#[pyclass(frozen, module = "geryon._native")]
struct Sweep {
    program: Arc<Program>,
    /// Kept, so that successive ranges take one walk together.
    cursor: Mutex<Cursor>,
}

impl Sweep {
    /// Runs without the GIL, on the kept cursor; after an error that one starts anew.
    fn with_cursor<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Cursor) -> Result<T, Erring> + Send,
    ) -> PyResult<T> {
        let result = py.detach(|| {
            let mut cursor: MutexGuard<'_, Cursor> =
                self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut cursor).inspect_err(|_| *cursor = Cursor::new(&self.program))
        });
        result.map_err(|error| fault(py, &error))
    }
}

#[pymethods]
impl Sweep {
    #[new]
    fn new(py: Python<'_>, program: &[u8]) -> PyResult<Self> {
        let program = py.detach(|| Program::load(program)).map_err(PyValueError::new_err)?;
        let program = Arc::new(program);
        Ok(Self { cursor: Mutex::new(Cursor::new(&program)), program })
    }

    /// Size of the product.
    #[getter]
    fn candidates(&self) -> u128 {
        self.program.candidates
    }

    /// Number of valid candidates.
    fn count(&self, py: Python<'_>) -> PyResult<u128> {
        let mut counter = self.counter();
        while !counter.advance(py, STEPS)? {
            py.check_signals()?;
        }
        Ok(counter.valid())
    }

    /// A count in steps.
    fn counter(&self) -> Counter {
        Counter { counter: count::Counter::new(&self.program) }
    }

    /// Number of distinct ids among the valid candidates, by enumeration.
    fn distinct(&self, py: Python<'_>) -> PyResult<usize> {
        py.detach(|| distinct::distinct(&self.program)).map_err(|error| fault(py, &error))
    }

    /// Canonical JSON of how many candidates each rule rejects alone.
    fn rejects_alone<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| count::rejects_alone(&self.program)))
    }

    /// The row of that rank.
    fn kth<'py>(&self, py: Python<'py>, rank: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyBytes>> {
        let number = rank_of(rank)?;
        let row = self.with_cursor(py, |cursor| cursor::kth(cursor, number))?;
        row.map(|row| PyBytes::new(py, &row)).ok_or_else(|| past_end(rank))
    }

    /// Rows of ranks start..stop: packed u32 little endian, one option index a pack.
    fn rows<'py>(
        &self,
        py: Python<'py>,
        start: &Bound<'py, PyInt>,
        stop: &Bound<'py, PyInt>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (first, end) = (rank_of(start)?, rank_of(stop)?);
        if start.gt(stop)? {
            return Err(PyValueError::new_err("expected 0 <= start <= stop"));
        }
        let rows = self.with_cursor(py, |cursor| cursor::rows(cursor, first, end))?;
        Ok(PyBytes::new(py, &rows))
    }

    /// A renderer over all configurations, or over those of `ranks` (ascending).
    #[pyo3(signature = (run_id, batch_size, dedupe, ranks=None))]
    fn render(
        &self,
        run_id: &str,
        batch_size: &Bound<'_, PyInt>,
        dedupe: bool,
        ranks: Option<Vec<Bound<'_, PyInt>>>,
    ) -> PyResult<Renderer> {
        let batch_size = positive(batch_size)?;
        let ranks = ranks.map(|ranks| ranks.iter().map(rank_of).collect::<PyResult<Vec<_>>>()).transpose()?;
        Ok(Renderer { renderer: render::Renderer::new(&self.program, run_id, batch_size, dedupe, ranks) })
    }
}

/// A count that can be interrupted.
#[pyclass(module = "geryon._native")]
struct Counter {
    counter: count::Counter,
}

#[pymethods]
impl Counter {
    /// Valid candidates found so far.
    #[getter]
    fn valid(&self) -> u128 {
        self.counter.valid()
    }

    /// Candidates decided so far.
    #[getter]
    fn position(&self) -> u128 {
        self.counter.position()
    }

    /// Walk on for about `steps` visited options; True when all candidates are decided.
    fn advance(&mut self, py: Python<'_>, steps: u64) -> PyResult<bool> {
        py.detach(|| self.counter.advance(steps)).map_err(|error| fault(py, &error))
    }
}

/// A cursor over configurations, in rank order.
#[pyclass(module = "geryon._native")]
struct Renderer {
    renderer: render::Renderer,
}

#[pymethods]
impl Renderer {
    /// Valid candidates dropped so far because their id had already occurred.
    #[getter]
    fn duplicates(&self) -> u64 {
        self.renderer.duplicates()
    }

    /// Render the next `count` configurations, fewer at the end, None past it.
    fn next(&mut self, py: Python<'_>, count: &Bound<'_, PyInt>) -> PyResult<Option<Chunk>> {
        let count = usize::try_from(positive(count)?).unwrap_or(usize::MAX);
        match py.detach(|| self.renderer.next(count)) {
            Ok(chunk) => Ok(chunk.map(|chunk| Chunk::of(py, chunk))),
            Err(Stop::Erring(error)) => Err(fault(py, &error)),
            Err(Stop::PastEnd(rank)) => Err(past_end(rank)),
        }
    }
}

/// The rendered artifacts of some consecutive configurations.
#[pyclass(frozen, get_all, module = "geryon._native")]
struct Chunk {
    rows: usize,
    configs: Py<PyBytes>,
    config_lengths: Py<PyBytes>,
    ids: Py<PyBytes>,
    commands: Py<PyBytes>,
    command_lengths: Py<PyBytes>,
    manifest: Py<PyBytes>,
    csv: Py<PyBytes>,
}

impl Chunk {
    fn of(py: Python<'_>, chunk: &lines::Chunk) -> Self {
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes).unbind();
        Self {
            rows: chunk.rows,
            configs: bytes(&chunk.configs),
            config_lengths: bytes(&chunk.config_lengths),
            ids: bytes(&chunk.ids),
            commands: bytes(&chunk.commands),
            command_lengths: bytes(&chunk.command_lengths),
            manifest: bytes(&chunk.manifest),
            csv: bytes(&chunk.csv),
        }
    }
}

/// The compiled planning kernel; see `geryon.kernels.protocol`.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::{Chunk, Counter, KernelFault, Renderer, Sweep, canonical_json, config_id};
}
