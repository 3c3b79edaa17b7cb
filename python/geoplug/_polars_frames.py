"""The ``geo`` namespaces of Polars frames: spatial joins."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import polars as pl

from geoplug import _polars_stream
from geoplug._polars_joins import FrameJoin, JoinHow, MaintainOrder

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


class JoinMethods(Generic[Frame]):
    """Methods of the ``geo`` namespace of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame: Frame = frame

    def _joined(self, other: Frame, join: FrameJoin) -> Frame:
        raise NotImplementedError

    def sjoin(
        self,
        other: Frame,
        on: str | pl.Expr | None = None,
        how: JoinHow = "inner",
        *,
        left_on: str | pl.Expr | None = None,
        right_on: str | pl.Expr | None = None,
        predicate: str = "intersects",
        distance: float | str | pl.Expr | None = None,
        suffix: str = "_right",
        maintain_order: MaintainOrder | None = None,
    ) -> Frame:
        """Join with another frame where a predicate holds of two geometries.

        One frame is indexed, the other looked up in it on all cores. Of two DataFrames, the smaller is indexed. Of two
        LazyFrames, one is collected and indexed and the other streamed past it in batches: the one that ends first is
        indexed, where `maintain_order` does not decide. A LazyFrame stays lazy; filters, limits and selections of
        columns that follow the join reach the inputs.

        Parameters
        ----------
        other
            Frame to join with, of the same kind as this one.
        on
            Name of the geometry column in both frames, or an expression to compute it in both.
        how
            ``inner``: pairs that match. ``left``: also rows of this frame without a match, with nulls beside them.
            ``semi``: rows of this frame with a match, once. ``anti``: those without.
        left_on
            Name of the geometry column of this frame, or an expression to compute it.
        right_on
            Name of the geometry column of the other frame, or an expression to compute it.
        predicate
            What must hold of a geometry of this frame and one of the other: ``intersects``, ``contains``, ``within``,
            ``covers``, ``coveredby``, ``containsproperly``, ``touches``, ``crosses``, ``overlaps``, ``equals`` or
            ``dwithin``.
        distance
            With ``dwithin``, and only there: how far apart the two may be, in units of the coordinates. A number, or
            the name of a column of this frame or an expression to compute it from this frame; where it is null or NaN,
            nothing matches.
        suffix
            Appended to names of columns of the other frame that this frame has, too.
        maintain_order
            ``left`` or ``left_right``: rows of this frame in their order, and the matches of each in the order of the
            other frame. ``right`` or ``right_left``: the other way round; rows without a match come last. ``none``,
            which is the default: no order is promised. ``semi`` and ``anti`` joins always keep the order of this frame.

        Returns
        -------
        DataFrame or LazyFrame
            All columns of this frame, and of the other but for ``semi`` and ``anti``. Both geometry columns are kept.

        Raises
        ------
        TypeError
            If an argument is of the wrong type.
        ValueError
            If a predicate or a word is unknown, or a distance missing or negative.
        polars.exceptions.ColumnNotFoundError
            If a column is unknown.
        polars.exceptions.DuplicateError
            If a name with the suffix is taken.
        polars.exceptions.ComputeError
            If a column holds no geometry, malformed geometry, or is in a CRS other than that of the other column.

        Notes
        -----
        Nulls, empty geometries and coordinates that are no finite numbers match nothing, but that empty geometries are
        equal to each other.

        Examples
        --------
        >>> import polars as pl
        >>> import geoplug
        >>> places = pl.DataFrame({"place": ["a", "b"], "x": [1, 9]}).with_columns(geom=geoplug.point("x", 0))
        >>> areas = pl.DataFrame({"area": ["north"]}).with_columns(geom=geoplug.makeenvelope(0, 0, 5, 5))
        >>> places.geo.sjoin(areas, on="geom").select("place", "area").rows()
        [('a', 'north')]
        >>> places.lazy().geo.sjoin(areas.lazy(), on="geom", how="anti").collect()["place"].to_list()
        ['b']
        """
        join = FrameJoin.on_predicate(
            on=on,
            left_on=left_on,
            right_on=right_on,
            predicate=predicate,
            how=how,
            distance=distance,
            suffix=suffix,
            maintain_order=maintain_order,
        )
        return self._joined(other, join)

    def sjoin_nearest(
        self,
        other: Frame,
        on: str | pl.Expr | None = None,
        how: Literal["inner", "left"] = "inner",
        *,
        left_on: str | pl.Expr | None = None,
        right_on: str | pl.Expr | None = None,
        k: int = 1,
        max_distance: float | None = None,
        distance_col: str | None = None,
        suffix: str = "_right",
    ) -> Frame:
        """Join each row with the rows of another frame that are nearest to it.

        The other frame is indexed, and this one looked up in it on all cores; a LazyFrame is streamed in batches.

        Parameters
        ----------
        other
            Frame to find the nearest in, of the same kind as this one.
        on
            Name of the geometry column in both frames, or an expression to compute it in both.
        how
            ``inner``: rows of this frame with the nearest of the other. ``left``: also rows of this frame that are near
            to nothing, with nulls beside them.
        left_on
            Name of the geometry column of this frame, or an expression to compute it.
        right_on
            Name of the geometry column of the other frame, or an expression to compute it.
        k
            How many rows of the other frame are wanted for each row of this one, at most. Of rows at the same distance,
            the first win.
        max_distance
            How far away they may be, in units of the coordinates.
        distance_col
            Name of a column for the distance.
        suffix
            Appended to names of columns of the other frame that this frame has, too.

        Returns
        -------
        DataFrame or LazyFrame
            All columns of this frame and of the other, and the distance where it has a name. Rows of this frame in
            their order, the matches of each by distance, then in the order of the other frame.

        Raises
        ------
        TypeError
            If an argument is of the wrong type.
        ValueError
            If `k` is below 1, or `max_distance` negative.
        polars.exceptions.ColumnNotFoundError
            If a column is unknown.
        polars.exceptions.DuplicateError
            If a name with the suffix, or that of the distance, is taken.
        polars.exceptions.ComputeError
            If a column holds no geometry, malformed geometry, or is in a CRS other than that of the other column.

        Notes
        -----
        Nulls, empty geometries and coordinates that are no finite numbers are near to nothing.

        Examples
        --------
        >>> import polars as pl
        >>> import geoplug
        >>> places = pl.DataFrame({"place": ["a", "b"], "x": [1, 9]}).with_columns(geom=geoplug.point("x", 0))
        >>> wells = pl.DataFrame({"well": [1, 2], "x": [0, 5]}).with_columns(geom=geoplug.point("x", 0))
        >>> places.geo.sjoin_nearest(wells, on="geom", distance_col="far").select("place", "well", "far").rows()
        [('a', 1, 1.0), ('b', 2, 4.0)]
        """
        join = FrameJoin.on_nearest(
            on=on,
            left_on=left_on,
            right_on=right_on,
            k=k,
            max_distance=max_distance,
            how=how,
            distance_col=distance_col,
            suffix=suffix,
        )
        return self._joined(other, join)


class DataFrameNamespace(JoinMethods[pl.DataFrame]):
    """Methods of the ``geo`` namespace of a DataFrame."""

    def _joined(self, other: pl.DataFrame, join: FrameJoin) -> pl.DataFrame:
        if not isinstance(other, pl.DataFrame):
            msg = f"expected `other` to be a 'DataFrame', not a {type(other).__name__!r}"
            raise TypeError(msg)
        return join.eager(self._frame, other)


class LazyFrameNamespace(JoinMethods[pl.LazyFrame]):
    """Methods of the ``geo`` namespace of a LazyFrame."""

    def _joined(self, other: pl.LazyFrame, join: FrameJoin) -> pl.LazyFrame:
        if not isinstance(other, pl.LazyFrame):
            msg = f"expected `other` to be a 'LazyFrame', not a {type(other).__name__!r}"
            raise TypeError(msg)
        return _polars_stream.lazy(join, self._frame, other)
