"""Joins of Polars frames: what is asked, how columns are named, and the join of two eager frames.

What two rows are joined by is the native ``Join``'s or ``FuzzyJoin``'s: geometries that relate, texts that are near.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl

from geoplug._joins import join_nearest, join_on

if TYPE_CHECKING:
    from geoplug._geoplug import FuzzyJoin, Join, Pairs

JoinHow: TypeAlias = Literal["inner", "left", "semi", "anti"]
MaintainOrder: TypeAlias = Literal["none", "left", "right", "left_right", "right_left"]

# Columns that a join adds to its inputs for its own use.
KEY = "__geoplug_key"
DISTANCE = "__geoplug_distance"


@contextmanager
def compute_errors() -> Iterator[None]:
    """Raise what is wrong with the data as Polars does."""
    try:
        yield
    except (TypeError, ValueError) as e:
        raise pl.exceptions.ComputeError(str(e)) from None


def one_of(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Check an argument that is one of some words."""
    if value not in choices:
        msg = f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}"
        raise ValueError(msg)


def column(name: str, value: Any) -> pl.Expr:
    """Turn a column name or expression into an expression."""
    if isinstance(value, str):
        return pl.col(value)
    if isinstance(value, pl.Expr):
        return value
    msg = f"{name} must be a column name or an expression, got {type(value).__name__}"
    raise TypeError(msg)


def keys(on: Any, left_on: Any, right_on: Any) -> tuple[pl.Expr, pl.Expr]:
    """Read the columns to join on from the arguments of a join."""
    if on is not None:
        if left_on is not None or right_on is not None:
            msg = "cannot use 'on' in conjunction with 'left_on' or 'right_on'"
            raise ValueError(msg)
        return column("on", on), column("on", on)
    if left_on is None and right_on is None:
        msg = "must specify `on` OR `left_on` and `right_on`"
        raise ValueError(msg)
    if left_on is None or right_on is None:
        given, missing = ("left_on", "right_on") if right_on is None else ("right_on", "left_on")
        msg = f"'{given}' requires corresponding '{missing}'"
        raise ValueError(msg)
    return column("left_on", left_on), column("right_on", right_on)


def distance_name(value: Any) -> None:
    """Check the name of a column for the distance."""
    if not isinstance(value, str | None):
        msg = f"distance_col must be a str, got {type(value).__name__}"
        raise TypeError(msg)


@dataclass(frozen=True)
class FrameJoin:
    """A join of two frames by their geometries, or by text."""

    join: Join | FuzzyJoin
    what: str
    how: JoinHow
    left_on: pl.Expr
    right_on: pl.Expr
    distance: pl.Expr | None = None
    order: Literal["none", "left", "right"] = "none"
    suffix: str = "_right"
    distance_col: str | None = None
    # Types of what is joined on, where it is nothing but nulls, and of the distance.
    key: type[pl.DataType] = pl.Binary
    distance_type: type[pl.DataType] = pl.Float64

    @classmethod
    def on_predicate(
        cls,
        *,
        on: Any,
        left_on: Any,
        right_on: Any,
        predicate: str,
        how: JoinHow,
        distance: Any,
        suffix: str,
        maintain_order: MaintainOrder | None,
    ) -> FrameJoin:
        """Check the arguments of ``sjoin``."""
        left, right = keys(on, left_on, right_on)
        one_of("how", how, ("inner", "left", "semi", "anti"))
        one_of("maintain_order", maintain_order, (None, "none", "left", "right", "left_right", "right_left"))  # type: ignore[arg-type]
        join = join_on(predicate, distance)
        constant = distance is None or isinstance(distance, int | float)
        limit = None if constant else column("distance", distance)
        order: Literal["none", "left", "right"] = "none"
        if maintain_order in ("left", "left_right"):
            order = "left"
        elif maintain_order in ("right", "right_left"):
            order = "right"
        return cls(join, predicate, how, left, right, limit, order, suffix)

    @classmethod
    def on_nearest(
        cls,
        *,
        on: Any,
        left_on: Any,
        right_on: Any,
        k: int,
        max_distance: float | None,
        how: Literal["inner", "left"],
        distance_col: str | None,
        suffix: str,
    ) -> FrameJoin:
        """Check the arguments of ``sjoin_nearest``."""
        left, right = keys(on, left_on, right_on)
        one_of("how", how, ("inner", "left"))
        distance_name(distance_col)
        join = join_nearest(k, max_distance)
        return cls(join, f"{k} nearest", how, left, right, None, "left", suffix, distance_col)

    @classmethod
    def on_text(
        cls,
        join: FuzzyJoin,
        what: str,
        *,
        on: Any,
        left_on: Any,
        right_on: Any,
        how: JoinHow,
        distance_col: str | None,
        suffix: str,
    ) -> FrameJoin:
        """Check the arguments of ``fuzzy_join``."""
        left, right = keys(on, left_on, right_on)
        one_of("how", how, ("inner", "left", "semi", "anti"))
        distance_name(distance_col)
        if distance_col is not None and how in ("semi", "anti"):
            msg = f"a {how} join has no distance"
            raise ValueError(msg)
        distance_type = pl.Int64 if join.counts else pl.Float64
        return cls(join, what, how, left, right, None, "left", suffix, distance_col, pl.String, distance_type)

    @property
    def has_right(self) -> bool:
        """Whether the result has the columns of the right frame."""
        return self.how in ("inner", "left")

    def names(self, left: pl.Schema, right: pl.Schema) -> dict[str, str]:
        """Name the columns of the right frame as they are in the result."""
        if not self.has_right:
            return {}
        names = {name: name + self.suffix if name in left else name for name in right}
        taken = set(left)
        for name in (*names.values(), *(() if self.distance_col is None else (self.distance_col,))):
            if name in taken:
                msg = f"column with name {name!r} already exists\n\nYou may want to try a different `suffix`."
                if name == self.distance_col:
                    msg = f"column with name {name!r} already exists: choose a different `distance_col`"
                raise pl.exceptions.DuplicateError(msg)
            taken.add(name)
        return names

    def schema(self, left: pl.LazyFrame, right: pl.LazyFrame) -> pl.Schema:
        """Type the result; refuse columns that cannot be joined on."""
        of_left, of_right = left.collect_schema(), right.collect_schema()
        names = self.names(of_left, of_right)
        a = pl.DataFrame(schema=self.with_keys(left, "left").collect_schema())
        b = pl.DataFrame(schema=self.with_keys(right, "right").collect_schema())
        with compute_errors():
            self.join.check(self.keys(a), self.keys(b), self.distances(a))
        columns = {**of_left, **{names[name]: dtype for name, dtype in of_right.items() if name in names}}
        if self.distance_col is not None:
            columns[self.distance_col] = self.distance_type()
        return pl.Schema(columns)

    def with_keys(self, frame: pl.LazyFrame, side: Literal["left", "right"]) -> pl.LazyFrame:
        """Add what is joined on, and on the left the distances, as columns of their own."""
        if side == "right":
            return frame.with_columns(self.right_on.alias(KEY))
        limits = [] if self.distance is None else [self.distance.alias(DISTANCE)]
        return frame.with_columns(self.left_on.alias(KEY), *limits)

    def keys(self, frame: pl.DataFrame) -> pl.Series:
        """Get what is joined on."""
        return typed(frame[KEY], self.key)

    def distances(self, frame: pl.DataFrame) -> pl.Series | None:
        """Get the distances beside what is joined on on the left."""
        return None if self.distance is None else typed(frame[DISTANCE], pl.Float64)

    def eager(self, left: pl.DataFrame, right: pl.DataFrame, **extra: Any) -> pl.DataFrame:
        """Join two frames; what is extra is the native join's."""
        names = self.names(left.schema, right.schema)
        a = self.with_keys(left.lazy(), "left").collect(engine="in-memory")
        b = self.with_keys(right.lazy(), "right").collect(engine="in-memory")
        with compute_errors():
            pairs = self.join.pairs(self.keys(a), self.keys(b), self.distances(a), self.how, self.order, **extra)
        return self.gather(left, columns(right, names), pairs)

    def gather(self, left: pl.DataFrame, right: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
        """Bring the rows of pairs together; columns are named as in the result."""
        rows = take(left, pairs.left)
        if pairs.right is not None:
            rows = beside(rows, take(right, pairs.right))
        if self.distance_col is not None:
            distances = pl.Series(pairs.distance).cast(self.distance_type)
            rows = rows.with_columns(distances.alias(self.distance_col))
        return rows


def typed(series: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    """Give a column of nulls a type: the Null type of Polars does not pass the C data interface."""
    return series.cast(dtype) if series.dtype == pl.Null else series


def columns(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Select columns and give them their new names."""
    return pl.DataFrame([frame.get_column(name).alias(new) for name, new in names.items()])


def take(frame: pl.DataFrame, rows: Any) -> pl.DataFrame:
    """Gather rows; a null gives a row of nulls."""
    index = pl.Series("rows", rows)
    return frame[index] if frame.width else pl.DataFrame(height=index.len())


def beside(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Put frames of the same height side by side."""
    if right.width == 0:
        return left
    return left.hstack(right.get_columns()) if left.width else right
