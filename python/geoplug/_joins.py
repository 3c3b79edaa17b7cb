"""Spatial joins over Arrow: which row of one column goes with which row of another."""

from __future__ import annotations

import math
from typing import Any

from geoplug._geoplug import Join, Pairs
from geoplug._types import ArrowArray, ArrowStream


def number(name: str, value: Any) -> float:
    """Check a distance that is the same for all."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        msg = f"{name} must be a number, got {type(value).__name__}"
        raise TypeError(msg)
    if math.isnan(value) or value < 0:
        msg = f"{name} must not be negative, got {value}"
        raise ValueError(msg)
    return float(value)


def join_on(predicate: str, distance: Any) -> Join:
    """Make the condition of a join; a distance that is no number is a column, which comes later."""
    if not isinstance(predicate, str):
        msg = f"predicate must be a str, got {type(predicate).__name__}"
        raise TypeError(msg)
    constant = None
    if isinstance(distance, int | float):
        constant = number("distance", distance)
    join = Join(predicate, constant)
    if predicate == "dwithin" and distance is None:
        msg = "predicate 'dwithin' needs a distance"
        raise ValueError(msg)
    if predicate != "dwithin" and distance is not None:
        msg = f"only predicate 'dwithin' takes a distance, not {predicate!r}"
        raise ValueError(msg)
    return join


def join_nearest(k: int, max_distance: float | None) -> Join:
    """Make the condition of a join with the nearest."""
    if not isinstance(k, int) or isinstance(k, bool):
        msg = f"k must be an int, got {type(k).__name__}"
        raise TypeError(msg)
    if k < 1:
        msg = f"k must be at least 1, got {k}"
        raise ValueError(msg)
    return Join.nearest(k, None if max_distance is None else number("max_distance", max_distance))


def sjoin_indices(
    a: ArrowArray | ArrowStream,
    b: ArrowArray | ArrowStream,
    predicate: str = "intersects",
    *,
    distance: float | ArrowArray | ArrowStream | None = None,
) -> Pairs:
    """The pairs of rows of two geometry columns for which a predicate holds.

    The smaller column is indexed, the larger looked up in it on all cores (as many threads as Polars takes:
    ``POLARS_MAX_THREADS``, or one for each core).

    Parameters
    ----------
    a
        Geometry column: an Arrow array or stream, of any layout that geoplug reads.
    b
        The other one.
    predicate
        What must hold of a row of ``a`` and a row of ``b``: ``intersects``, ``contains``, ``within``, ``covers``,
        ``coveredby``, ``containsproperly``, ``touches``, ``crosses``, ``overlaps``, ``equals`` or ``dwithin``.
    distance
        With ``dwithin``, and only there: how far apart the two may be, in units of the coordinates. A number, or an
        Arrow column of numbers beside ``a``; where it is null or NaN, nothing matches.

    Returns
    -------
    Pairs
        An Arrow struct array (``__arrow_c_array__``) of ``left``, row of ``a``, and ``right``, row of ``b``: uint32,
        counted from 0, ordered by ``left``, then ``right``. Its columns are also attributes, and it unpacks into them.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a predicate is unknown, a distance missing or negative, a column no geometry, malformed, or in a CRS other
        than that of the other column.

    Notes
    -----
    Nulls, empty geometries and coordinates that are no finite numbers match nothing, but that empty geometries are
    equal to each other.

    Examples
    --------
    >>> import geoplug
    >>> import pyarrow as pa
    >>> import shapely
    >>> points = pa.array([shapely.Point(x, 1).wkb for x in (9, 1, 2, 4)])
    >>> boxes = pa.array([shapely.box(0, 0, 2, 2).wkb, shapely.box(1, 0, 5, 5).wkb])
    >>> pairs = geoplug.sjoin_indices(points, boxes)
    >>> pa.record_batch(pairs).to_pydict()
    {'left': [1, 1, 2, 2, 3], 'right': [0, 1, 0, 1, 1]}
    """
    join = join_on(predicate, distance)
    return join.pairs(a, b, None if isinstance(distance, int | float) else distance)


def sjoin_nearest_indices(
    a: ArrowArray | ArrowStream,
    b: ArrowArray | ArrowStream,
    k: int = 1,
    max_distance: float | None = None,
) -> Pairs:
    """The rows of a geometry column that are nearest to each row of another.

    Parameters
    ----------
    a
        Geometry column: an Arrow array or stream, of any layout that geoplug reads.
    b
        The column to find the nearest in. It is indexed, and ``a`` looked up in it on all cores.
    k
        How many rows of ``b`` are wanted for each row of ``a``, at most. Of rows at the same distance, the first win.
    max_distance
        How far away they may be, in units of the coordinates.

    Returns
    -------
    Pairs
        An Arrow struct array (``__arrow_c_array__``) of ``left``, row of ``a``, ``right``, row of ``b``, and
        ``distance``. Ordered by ``left``, then ``distance``, then ``right``. Its columns are also attributes, and it
        unpacks into them.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If ``k`` is below 1, ``max_distance`` negative, a column no geometry, malformed, or in a CRS other than that of
        the other column.

    Notes
    -----
    Nulls, empty geometries and coordinates that are no finite numbers are near to nothing.

    Examples
    --------
    >>> import geoplug
    >>> import pyarrow as pa
    >>> import shapely
    >>> points = pa.array([shapely.Point(x, 0).wkb for x in (0, 6)])
    >>> wells = pa.array([shapely.Point(x, 0).wkb for x in (5, 1, 7)])
    >>> left, right, distance = geoplug.sjoin_nearest_indices(points, wells, k=2)
    >>> pa.array(right).to_pylist(), pa.array(distance).to_pylist()
    ([1, 0, 0, 2], [1.0, 5.0, 1.0, 1.0])
    """
    return join_nearest(k, max_distance).pairs(a, b)
