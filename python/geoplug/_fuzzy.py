"""Joins by text: rows whose names are near, without a look at every pair of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from geoplug._geoplug import FuzzyJoin, Pairs
from geoplug._types import ArrowArray, ArrowStream

if TYPE_CHECKING:
    import polars as pl

    Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

Metric: TypeAlias = Literal["levenshtein", "osa_distance", "damerau_levenshtein", "jaro_winkler_similarity"]
Progress: TypeAlias = bool | Callable[[int, int], object]


def near(metric: str, max_distance: Any, min_similarity: Any) -> FuzzyJoin:
    """Make the condition of a join."""
    if max_distance is not None and (not isinstance(max_distance, int) or isinstance(max_distance, bool)):
        msg = f"max_distance must be an int, got {type(max_distance).__name__}"
        raise TypeError(msg)
    if max_distance is not None and max_distance < 0:
        msg = f"max_distance must not be negative, got {max_distance}"
        raise ValueError(msg)
    if min_similarity is not None and (not isinstance(min_similarity, int | float) or isinstance(min_similarity, bool)):
        msg = f"min_similarity must be a number, got {type(min_similarity).__name__}"
        raise TypeError(msg)
    return FuzzyJoin(metric, max_distance, min_similarity)


def reporter(progress: Progress) -> Callable[[int, int], object] | None:
    """Turn the argument ``progress`` into something to call."""
    if not isinstance(progress, bool):
        return progress
    return show if progress else None


def show(done: int, total: int) -> None:
    """Write on standard error how much is done."""
    sys.stderr.write(f"\rfuzzy join: {100 * done // total} % of {total:,} texts" + ("\n" if done == total else ""))
    sys.stderr.flush()


def fuzzy_join(
    left: Frame,
    right: Frame,
    on: str | pl.Expr | None = None,
    how: Literal["inner", "left", "semi", "anti"] = "inner",
    *,
    left_on: str | pl.Expr | None = None,
    right_on: str | pl.Expr | None = None,
    max_distance: int | None = None,
    metric: Metric = "damerau_levenshtein",
    min_similarity: float | None = None,
    distance_col: str | None = None,
    suffix: str = "_right",
    progress: Progress = False,
) -> Frame:
    """Join two Polars frames where texts are near.

    The answer is exact: all pairs that the metric finds near, and no other. Each different text is compared once, and
    only with texts that can be near: up to four edits, those that share what is left when as many symbols are taken
    out of them; more edits, those of about the same length; by similarity, those with enough symbols in common.

    Parameters
    ----------
    left
        A DataFrame or LazyFrame. It is looked up in the other, on all cores; a LazyFrame is streamed in batches.
    right
        The frame to join with, of the same kind. It is indexed.
    on
        Name of the text column in both frames, or an expression to compute it in both.
    how
        ``inner``: pairs that are near. ``left``: also rows of `left` that nothing is near to, with nulls beside them.
        ``semi``: rows of `left` that something is near to, once. ``anti``: those that nothing is near to.
    left_on
        Name of the text column of `left`, or an expression to compute it.
    right_on
        Name of the text column of `right`, or an expression to compute it.
    max_distance
        With a distance: how many edits there may be, of Unicode scalar values.
    metric
        ``levenshtein``, ``osa_distance``, ``damerau_levenshtein``, or ``jaro_winkler_similarity``: as the function.
    min_similarity
        With ``jaro_winkler_similarity``: how similar texts must be, above 0 and at most 1.
    distance_col
        Name of a column for the distance, or for the similarity.
    suffix
        Appended to names of columns of `right` that `left` has, too.
    progress
        Whether to write on standard error how much is done, or a function that is called with how many of how many
        different texts are done. Of DataFrames only.

    Returns
    -------
    DataFrame or LazyFrame
        All columns of `left`, and of `right` but for ``semi`` and ``anti``, and the distance where it has a name. Rows
        of `left` in their order, what is near to each in the order of `right`.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a metric is unknown, or a distance or similarity missing, out of range or of the wrong kind.
    polars.exceptions.ColumnNotFoundError
        If a column is unknown.
    polars.exceptions.DuplicateError
        If a name with the suffix, or that of the distance, is taken.
    polars.exceptions.ComputeError
        If a column holds no text.

    Notes
    -----
    Nulls are near to nothing. The empty text is near to short ones.

    Examples
    --------
    >>> import polars as pl
    >>> import geoplug
    >>> seen = pl.DataFrame({"name": ["Zurich", "Genva", "Basel"]})
    >>> known = pl.DataFrame({"name": ["Geneva", "Zürich"], "id": [1, 2]})
    >>> geoplug.fuzzy_join(seen, known, on="name", max_distance=1, distance_col="edits").rows()
    [('Zurich', 'Zürich', 2, 1), ('Genva', 'Geneva', 1, 1)]
    """
    import polars as pl

    from geoplug import _polars_joins, _polars_stream

    join = _polars_joins.FrameJoin.on_text(
        near(metric, max_distance, min_similarity),
        f"{metric} {max_distance if min_similarity is None else min_similarity}",
        on=on,
        left_on=left_on,
        right_on=right_on,
        how=how,
        distance_col=distance_col,
        suffix=suffix,
    )
    for name, frame in (("left", left), ("right", right)):
        if not isinstance(frame, pl.DataFrame | pl.LazyFrame) or isinstance(frame, pl.LazyFrame) != isinstance(
            left, pl.LazyFrame
        ):
            msg = f"{name} must be a DataFrame or LazyFrame, and both of one kind, got {type(frame).__name__}"
            raise TypeError(msg)
    if isinstance(left, pl.LazyFrame):
        return _polars_stream.lazy(join, left, right)
    return join.eager(left, right, progress=reporter(progress))


def fuzzy_join_indices(
    a: ArrowArray | ArrowStream,
    b: ArrowArray | ArrowStream,
    *,
    max_distance: int | None = None,
    metric: Metric = "damerau_levenshtein",
    min_similarity: float | None = None,
    progress: Progress = False,
) -> Pairs:
    """The pairs of rows of two text columns whose texts are near.

    Parameters
    ----------
    a
        Text column: an Arrow array or stream, plain, of views or dictionary-encoded.
    b
        The other one. It is indexed.
    max_distance
        With a distance: how many edits there may be, of Unicode scalar values.
    metric
        ``levenshtein``, ``osa_distance``, ``damerau_levenshtein``, or ``jaro_winkler_similarity``: as the function.
    min_similarity
        With ``jaro_winkler_similarity``: how similar texts must be, above 0 and at most 1.
    progress
        Whether to write on standard error how much is done, or a function that is called with how many of how many
        different texts are done.

    Returns
    -------
    Pairs
        An Arrow struct array (``__arrow_c_array__``) of ``left``, row of ``a``, ``right``, row of ``b``, and
        ``distance`` or similarity. Ordered by ``left``, then ``right``. Its columns are also attributes, and it unpacks
        into them.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a metric is unknown, a distance or similarity missing, out of range or of the wrong kind, or a column no
        text.

    Notes
    -----
    Nulls are near to nothing.

    Examples
    --------
    >>> import geoplug
    >>> import pyarrow as pa
    >>> left, right, edits = geoplug.fuzzy_join_indices(
    ...     pa.array(["Bern", "Rome"]), pa.array(["Roma", "Berne", "Brn"]), max_distance=1
    ... )
    >>> pa.array(left).to_pylist(), pa.array(right).to_pylist(), pa.array(edits).to_pylist()
    ([0, 0, 1], [1, 2, 0], [1.0, 1.0, 1.0])
    """
    return near(metric, max_distance, min_similarity).pairs(a, b, progress=reporter(progress))
