//! Joins by text for Python: pairs of rows of two Arrow columns whose texts are near, found on all cores.

use std::ops::Range;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use geoplug_kernels::fuzzy::{Distinct, Found, Metric, Near, NearIndex, Search};
use geoplug_kernels::{functions, guard};
use polars_core::runtime::THREAD_POOL;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use super::Input;
use super::pairs::{How, Pairs, Rows};
use super::probe::locked;

/// How long a round should take: short enough that Ctrl-C is heard and progress seen.
const ROUND: Duration = Duration::from_millis(200);
/// Pieces of a round for each thread.
const PIECES: usize = 4;

/// How near a left and a right text must be.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct FuzzyJoin(Near);

#[pymethods]
impl FuzzyJoin {
    /// At most `max_distance` edits by the metric, or at least `min_similarity`.
    #[new]
    #[pyo3(signature = (metric, max_distance=None, min_similarity=None))]
    fn new(metric: &str, max_distance: Option<usize>, min_similarity: Option<f64>) -> PyResult<Self> {
        let invalid = |cause: String| Err(PyValueError::new_err(cause));
        let Some(known) = Metric::from_name(metric) else {
            let names = Metric::ALL.map(Metric::name).join(", ");
            return invalid(format!("there is no metric {metric:?}: the metrics are {names}"));
        };
        match (max_distance, min_similarity) {
            (Some(most), None) => match known.within(most) {
                Some(near) => Ok(Self(near)),
                None => invalid(format!("{metric} is a similarity: it takes min_similarity, not max_distance")),
            },
            (None, Some(least)) => match known.alike(least) {
                Some(near) if least > 0.0 && least <= 1.0 => Ok(Self(near)),
                Some(_) => invalid(format!("min_similarity must be above 0 and at most 1, got {least}")),
                None => invalid(format!("{metric} is a distance: it takes max_distance, not min_similarity")),
            },
            _ => invalid("give either max_distance or min_similarity".to_owned()),
        }
    }

    /// Whether distances are counted, or similarities measured.
    #[getter]
    fn counts(&self) -> bool {
        !matches!(self.0, Near::JaroWinkler(_))
    }

    /// Refuses columns that hold no text. Only their types are looked at.
    #[pyo3(signature = (left, right, distances=None))]
    fn check(
        &self,
        left: &Bound<'_, PyAny>,
        right: &Bound<'_, PyAny>,
        distances: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        check(&Input::new(left, distances, "left")?, &Input::new(right, None, "right")?)
    }

    /// All pairs, by left, then right row. `progress` is called with how many of how many different texts are done.
    #[pyo3(signature = (left, right, distances=None, how="inner", order="left", progress=None))]
    fn pairs(
        &self,
        left: &Bound<'_, PyAny>,
        right: &Bound<'_, PyAny>,
        distances: Option<&Bound<'_, PyAny>>,
        how: &str,
        order: &str,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Pairs> {
        let (py, _) = (left.py(), order);
        let (left, right) = (Input::new(left, distances, "left")?, Input::new(right, None, "right")?);
        check(&left, &right)?;
        let index = FuzzyIndex { index: build(py, self.0, &right)?, pace: Mutex::default() };
        index.look_up(py, &left, How::from_name(how)?, progress)
    }

    /// An index over the right side of the join.
    #[pyo3(signature = (texts, side, distances=None))]
    fn index(
        &self,
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        side: &str,
        distances: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<FuzzyIndex> {
        let input = Input::new(texts, distances, side)?;
        Ok(FuzzyIndex { index: build(py, self.0, &input)?, pace: Mutex::default() })
    }
}

fn check(left: &Input, right: &Input) -> PyResult<()> {
    let Some(function) = functions::find("levenshtein") else { return Ok(()) };
    for (input, side) in [(left, "left"), (right, "right")] {
        let fields = [input.field.clone(), input.field.clone()];
        if let Err(error) = function.return_field(&fields, &[None, None]) {
            let cause = error.cause.to_string();
            let cause = cause.strip_prefix("argument a: ").unwrap_or(&cause);
            return Err(PyValueError::new_err(format!("fuzzy_join: the {side} texts: {cause}")));
        }
    }
    Ok(())
}

fn build(py: Python<'_>, near: Near, input: &Input) -> PyResult<NearIndex> {
    let texts = input.array()?;
    let index = py.detach(|| guard("fuzzy_join", || Ok(NearIndex::try_new(near, &texts))));
    index.map_err(|e| e.to_string()).and_then(|index| index.map_err(|e| e.to_string())).map_err(PyValueError::new_err)
}

/// The right side of a join, indexed, to be probed with batches of the left.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct FuzzyIndex {
    index: NearIndex,
    pace: Mutex<Pace>,
}

/// What searching takes from one batch to the next.
struct Pace {
    /// Texts of a piece.
    texts: usize,
    /// Scratch memory that no thread uses now.
    searches: Vec<Search>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { texts: 64, searches: Vec::new() }
    }
}

#[pymethods]
impl FuzzyIndex {
    fn __len__(&self) -> usize {
        self.index.len()
    }

    /// Looks a batch of the left side up: an iterator over its pairs.
    #[pyo3(signature = (texts, how, distances=None, enough=0))]
    fn probe<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        how: &str,
        distances: Option<&Bound<'py, PyAny>>,
        enough: usize,
    ) -> PyResult<Bound<'py, PyIterator>> {
        let _ = enough;
        let left = Input::new(texts, distances, "left")?;
        PyList::new(py, [self.look_up(py, &left, How::from_name(how)?, None)?])?.try_iter()
    }
}

impl FuzzyIndex {
    fn look_up(&self, py: Python<'_>, left: &Input, how: How, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Pairs> {
        let texts = left.array()?;
        let texts = py.detach(|| Distinct::try_new(&texts)).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let mut found = Vec::new();
        let mut done = 0;
        while done < texts.len() {
            py.check_signals()?;
            let round = py.detach(|| self.round(&texts, done, &mut found));
            done = round.map_err(|e| PyValueError::new_err(e.to_string()))?;
            if let Some(progress) = progress {
                progress.call1((done, texts.len()))?;
            }
        }
        let rows = 0..left.rows();
        Ok(py.detach(|| {
            let matches = self.index.matches(&texts, rows.clone(), &found);
            Pairs::new(Rows::of_left(matches, rows, how, true), how, how.has_right())
        }))
    }

    /// Searches the next texts on all cores; where the ones after them begin.
    fn round(&self, texts: &Distinct, from: usize, out: &mut Vec<Found>) -> geoplug_kernels::Result<usize> {
        let started = Instant::now();
        let each = locked(&self.pace).texts;
        let pieces = THREAD_POOL.current_num_threads() * PIECES;
        let ranges = (0..pieces).map(|piece| from + piece * each).take_while(|start| *start < texts.len());
        let mut pieces: Vec<(Range<usize>, Vec<Found>)> =
            ranges.map(|start| (start..texts.len().min(start + each), Vec::new())).collect();
        let end = pieces.last().map_or(texts.len(), |(range, _)| range.end);
        let run = |(range, found): &mut (Range<usize>, Vec<Found>)| {
            let mut search = locked(&self.pace).searches.pop().unwrap_or_default();
            *found = self.index.search(texts, range.clone(), &mut search);
            locked(&self.pace).searches.push(search);
        };
        guard("fuzzy_join", || {
            THREAD_POOL.scope(|scope| pieces.iter_mut().for_each(|piece| scope.spawn(|_| run(piece))));
            Ok(())
        })?;
        pieces.iter_mut().for_each(|(_, found)| out.append(found));
        let pace = ROUND.as_secs_f64() / started.elapsed().as_secs_f64().max(1e-6);
        locked(&self.pace).texts = ((each as f64 * pace.clamp(0.25, 2.0)) as usize).clamp(1, 1 << 16);
        Ok(end)
    }
}
