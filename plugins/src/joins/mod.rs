//! Joins for Python: pairs of rows of two Arrow columns, found on all cores; by geometry here, by text in `fuzzy`.

mod fuzzy;
mod index;
mod pairs;
mod probe;
mod round;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use geoplug_kernels::functions;
use geoplug_kernels::join::{JoinTest, Limit, Side};
use geoplug_kernels::relation::Predicate;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arrow_functions::{chunked, column, joined};
pub(crate) use fuzzy::{FuzzyIndex, FuzzyJoin};
pub(crate) use index::JoinIndex;
use index::{Index, Probing};
pub(crate) use pairs::Pairs;
use pairs::{How, Rows};

/// The predicates that a join can have, by name; `dwithin` is one that takes a distance.
#[pyfunction]
pub(crate) fn join_predicates() -> Vec<&'static str> {
    Predicate::JOINABLE.iter().map(|p| p.name()).chain(["dwithin"]).collect()
}

/// What must hold of a left and a right geometry.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct Join(Condition);

#[derive(Clone, Copy)]
enum Condition {
    Predicate(Predicate),
    /// At most so far apart; `None` where a column beside the left geometries says how far.
    DWithin(Option<f64>),
    Nearest {
        k: usize,
        max_distance: Option<f64>,
    },
}

/// A column of geometries, and the distances beside it.
struct Input {
    chunks: Vec<ArrayRef>,
    field: FieldRef,
    distances: Option<(ArrayRef, FieldRef)>,
}

#[pymethods]
impl Join {
    /// A join on a predicate. `dwithin` without a distance takes it from a column beside the left geometries.
    #[new]
    #[pyo3(signature = (predicate, distance=None))]
    fn new(predicate: &str, distance: Option<f64>) -> PyResult<Self> {
        if predicate == "dwithin" {
            return Ok(Self(Condition::DWithin(distance)));
        }
        match Predicate::from_name(predicate) {
            Some(predicate) => Ok(Self(Condition::Predicate(predicate))),
            None => Err(PyValueError::new_err(format!(
                "there is no join on {predicate:?}: the predicates are {}",
                join_predicates().join(", ")
            ))),
        }
    }

    /// A join of each left geometry with the `k` that are nearest to it on the right.
    #[staticmethod]
    #[pyo3(signature = (k, max_distance=None))]
    fn nearest(k: usize, max_distance: Option<f64>) -> Self {
        Self(Condition::Nearest { k, max_distance })
    }

    /// Refuses columns that hold no geometry or no distances, or are in different CRS. Only their types are looked at.
    #[pyo3(signature = (left, right, distances=None))]
    fn check(
        &self,
        left: &Bound<'_, PyAny>,
        right: &Bound<'_, PyAny>,
        distances: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.check_types(&Input::new(left, distances, "left")?, &Input::new(right, None, "right")?)
    }

    /// All pairs. `order` is that of the pairs: by `left`, then right row; by `right`, then left row; or `none`.
    #[pyo3(signature = (left, right, distances=None, how="inner", order="left"))]
    fn pairs(
        &self,
        py: Python<'_>,
        left: &Bound<'_, PyAny>,
        right: &Bound<'_, PyAny>,
        distances: Option<&Bound<'_, PyAny>>,
        how: &str,
        order: &str,
    ) -> PyResult<Pairs> {
        let how = How::from_name(how)?;
        let (left, right) = (Input::new(left, distances, "left")?, Input::new(right, None, "right")?);
        self.check_types(&left, &right)?;
        let (left_rows, right_rows) = (left.rows(), right.rows());
        let build = if self.is_nearest() || right_rows <= left_rows { Side::Right } else { Side::Left };
        let (build_input, probe_input) = if build == Side::Left { (left, right) } else { (right, left) };
        let index = Arc::new(Index::build(py, self.0, build, build_input)?);
        index.expect_rows(probe_input.rows());
        let mut probing = Probing::new(index, probe_input, how, usize::MAX)?;
        let mut rows = Rows::default();
        while let Some(more) = probing.more(py)? {
            rows.append(more);
        }
        py.detach(|| {
            if build == Side::Left {
                match how {
                    How::Inner => {}
                    How::Left => rows.append_unmatched(probing.index.marked(false)),
                    How::Semi => rows.left = probing.index.marked(true).collect(),
                    How::Anti => rows.left = probing.index.marked(false).collect(),
                }
            }
            // The nearest, and left rows alone, come in the one order that they have.
            let sorted = self.is_nearest() || !how.has_right();
            let rows = match order {
                "left" if !sorted => rows.sort(Side::Left, left_rows),
                "right" if !sorted => rows.sort(Side::Right, right_rows),
                _ => rows,
            };
            Ok(Pairs::new(rows, how, self.is_nearest()))
        })
    }

    /// An index over the `side` of the join that the geometries are.
    #[pyo3(signature = (geometries, side, distances=None))]
    fn index(
        &self,
        py: Python<'_>,
        geometries: &Bound<'_, PyAny>,
        side: &str,
        distances: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<JoinIndex> {
        let side = match side {
            "left" => Side::Left,
            _ => Side::Right,
        };
        let input = Input::new(geometries, distances, name(side))?;
        Ok(JoinIndex(Arc::new(Index::build(py, self.0, side, input)?)))
    }
}

impl Join {
    fn is_nearest(&self) -> bool {
        matches!(self.0, Condition::Nearest { .. })
    }

    fn check_types(&self, left: &Input, right: &Input) -> PyResult<()> {
        // The function that asks the same of two columns knows what to refuse.
        let mut fields = vec![left.field.clone(), right.field.clone()];
        let function = match self.0 {
            Condition::Predicate(predicate) => predicate.function(),
            Condition::DWithin(_) => {
                let constant = || Arc::new(Field::new("distance", DataType::Float64, true));
                fields.push(left.distances.as_ref().map_or_else(constant, |(_, field)| field.clone()));
                "st_dwithin"
            }
            Condition::Nearest { .. } => "st_distance",
        };
        let Some(function) = functions::find(function) else { return Ok(()) };
        let constants = vec![None; fields.len()];
        let checked = function.return_field(&fields, &constants);
        checked.map(|_| ()).map_err(|e| PyValueError::new_err(e.to_string()))
    }
}

impl Condition {
    fn test(self, build: Side) -> JoinTest {
        match self {
            Condition::Predicate(predicate) => JoinTest::Predicate(predicate),
            Condition::DWithin(Some(distance)) => JoinTest::DWithin(Limit::Constant(distance)),
            Condition::DWithin(None) if build == Side::Left => JoinTest::DWithin(Limit::Build),
            Condition::DWithin(None) => JoinTest::DWithin(Limit::Probe),
            Condition::Nearest { k, max_distance } => JoinTest::Nearest { k, max_distance },
        }
    }
}

impl Input {
    fn new(geometries: &Bound<'_, PyAny>, distances: Option<&Bound<'_, PyAny>>, side: &str) -> PyResult<Self> {
        let wanted = |what: &str, got: &Bound<'_, PyAny>| {
            PyTypeError::new_err(format!(
                "{what} must be an Arrow array (an object with __arrow_c_array__ or __arrow_c_stream__), got {}",
                got.get_type()
            ))
        };
        let Some((chunks, field)) = chunked(geometries)? else {
            return Err(wanted(&format!("the {side} geometries"), geometries));
        };
        let mut input = Self { chunks, field, distances: None };
        let (rows, invalid) = (input.rows(), |e: String| PyValueError::new_err(e));
        if rows >= pairs::NONE as usize {
            return Err(invalid(format!("the {side} geometries: {rows} rows are too many for one join")));
        }
        let Some(value) = distances else { return Ok(input) };
        let Some((distances, of_distances)) = column(value)? else { return Err(wanted("distances", value)) };
        if distances.len() != rows {
            return Err(invalid(format!("{} distances beside {rows} {side} geometries", distances.len())));
        }
        input.distances = Some((distances, of_distances));
        Ok(input)
    }

    fn rows(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// The geometries, or texts, in one piece.
    fn array(&self) -> PyResult<ArrayRef> {
        joined(&self.chunks, self.field.data_type()).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    fn distances(&self) -> PyResult<Option<Float64Array>> {
        let Some((distances, _)) = &self.distances else { return Ok(None) };
        let distances = cast(distances, &DataType::Float64).map_err(|e| PyTypeError::new_err(e.to_string()))?;
        Ok(Some(distances.as_primitive::<Float64Type>().clone()))
    }
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}
