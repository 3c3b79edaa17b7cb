"""Joins of lazy frames: a source that collects one side, indexes it, and streams the other past it.

A source (and not ``map_batches``) because Polars tells a source which columns, rows and how many of them are wanted,
and lets it read its two inputs at its own pace.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Literal

import polars as pl
from polars.io.plugins import register_io_source

from geoplug._geoplug import JoinIndex
from geoplug._polars_joins import DISTANCE, KEY, FrameJoin, beside, columns, compute_errors, take

if TYPE_CHECKING:
    from geoplug._geoplug import Pairs

Side = Literal["left", "right"]

# Pairs that become one frame.
ENOUGH = 1 << 18

# Morsels of Polars that become one batch, where all rows are wanted: each batch is some calls from Python, and at its
# end threads wait for one another.
MORSELS = 3
ROWS_OF_MORSEL = int(os.environ.get("POLARS_IDEAL_MORSEL_SIZE", "100000"))


def lazy(join: FrameJoin, left: pl.LazyFrame, right: pl.LazyFrame) -> pl.LazyFrame:
    """Join two lazy frames, lazily."""
    schema = join.schema(left, right)

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = list(schema) if with_columns is None else with_columns
        conditions = [] if predicate is None else conjuncts(predicate)
        # A limit comes before a filter: then no row may be dropped before it is counted.
        stream = Stream(join, left, right, wanted, conditions, push=n_rows is None)
        for frame in limited(stream.frames(n_rows), n_rows):
            yield project(frame.filter(*stream.rest) if stream.rest else frame, wanted)

    return register_io_source(
        source,
        schema=schema,
        is_pure=True,
        explain_name=f"geoplug {'spatial' if join.key is pl.Binary else 'fuzzy'} join",
        explain_detail=f"{join.how}, {join.what}: {join.left_on} with {join.right_on}",
    )


def conjuncts(predicate: pl.Expr) -> list[pl.Expr]:
    """Take an expression apart at its ``&``."""
    parts = predicate.meta.pop()
    if len(parts) == 2 and (parts[1] & parts[0]).meta.eq(predicate):
        return conjuncts(parts[1]) + conjuncts(parts[0])
    return [predicate]


def project(frame: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Select columns; a frame without columns still has its rows, which may be counted."""
    if frame.columns == wanted:
        return frame
    return only(frame, wanted) if wanted else pl.DataFrame(height=frame.height)


def only(frame: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Select columns."""
    return columns(frame, {name: name for name in wanted})


def limited(frames: Iterator[pl.DataFrame], n_rows: int | None) -> Iterator[pl.DataFrame]:
    """Stop after so many rows."""
    left = n_rows
    for frame in frames:
        if left is None:
            yield frame
            continue
        yield frame.head(left)
        left -= frame.height
        if left <= 0:
            return


class Stream:
    """One execution of a lazy join."""

    def __init__(
        self,
        join: FrameJoin,
        left: pl.LazyFrame,
        right: pl.LazyFrame,
        wanted: list[str],
        conditions: list[pl.Expr],
        *,
        push: bool,
    ) -> None:
        of_left, of_right = left.collect_schema(), right.collect_schema()
        names = join.names(of_left, of_right)
        self.join = join
        self.chunk_size = MORSELS * ROWS_OF_MORSEL if push else None
        left, right = join.with_keys(left, "left"), join.with_keys(right, "right").rename(names)
        # What one side alone decides is decided before the join. A left join keeps left rows whatever the right is.
        self.rest: list[pl.Expr] = []
        for condition in conditions:
            roots = set(condition.meta.root_names())
            if push and roots and roots <= of_left.keys():
                left = left.filter(condition)
            elif push and roots and roots <= set(names.values()) and join.how == "inner":
                right = right.filter(condition)
            else:
                self.rest.append(condition)
        needed = {*wanted, *(name for condition in self.rest for name in condition.meta.root_names())}
        self.columns: dict[Side, list[str]] = {
            "left": [name for name in of_left if name in needed],
            "right": [name for name in names.values() if name in needed],
        }
        limits = [] if join.distance is None else [DISTANCE]
        self.inputs: dict[Side, pl.LazyFrame] = {
            "left": left.select(*self.columns["left"], KEY, *limits),
            "right": right.select(*self.columns["right"], KEY),
        }

    def frames(self, n_rows: int | None) -> Iterator[pl.DataFrame]:
        """Join; the result has the columns that are wanted and those that `rest` looks at."""
        build, table, batches = self.sides()
        how = self.join.how
        with compute_errors():
            index = self.join.join.index(self.join.keys(table), build, self.distances(build, table))
        kept = only(table, self.columns[build])
        enough = ENOUGH if n_rows is None else min(n_rows, ENOUGH)
        probe: Side = "left" if build == "right" else "right"
        for batch in batches:
            pairs = index.probe(self.join.keys(batch), how, self.distances(probe, batch), enough)
            rows = only(batch, self.columns[probe])
            left, right = (kept, rows) if build == "left" else (rows, kept)
            while (found := self.more(pairs)) is not None:
                yield self.join.gather(left, right, found)
        if isinstance(index, JoinIndex) and build == "left" and how != "inner":
            # Now it is known which of the left rows match nothing.
            rows = take(kept, index.rows(how == "semi"))
            if how == "left":
                nulls = self.inputs["right"].collect_schema()
                right = pl.DataFrame(schema={name: nulls[name] for name in self.columns["right"]})
                rows = beside(rows, right.clear(rows.height))
            yield rows

    @staticmethod
    def more(pairs: Iterator[Pairs]) -> Pairs | None:
        """Get the next pairs of a batch."""
        with compute_errors():
            return next(pairs, None)

    def distances(self, side: Side, frame: pl.DataFrame) -> pl.Series | None:
        """Get the distances beside what is joined on of a side."""
        return self.join.distances(frame) if side == "left" else None

    def sides(self) -> tuple[Side, pl.DataFrame, Iterator[pl.DataFrame]]:
        """Decide which side is indexed; give it in one piece, and the other in batches."""
        order = self.join.order
        if order != "none":
            build: Side = "right" if order == "left" else "left"
            probe: Side = "left" if build == "right" else "right"
            return build, self.table(build, list(self.batches(build))), self.batches(probe)
        # Both are read at one pace: the one that ends first is the smaller.
        batches = {side: self.batches(side) for side in self.inputs}
        read: dict[Side, list[pl.DataFrame]] = {side: [] for side in self.inputs}
        rows = dict.fromkeys(self.inputs, 0)
        while True:
            build, probe = ("right", "left") if rows["right"] <= rows["left"] else ("left", "right")
            batch = next(batches[build], None)
            if batch is None:
                return build, self.table(build, read[build]), chain(read[probe], batches[probe])
            read[build].append(batch)
            rows[build] += batch.height

    def batches(self, side: Side) -> Iterator[pl.DataFrame]:
        """Run the query of a side."""
        return self.inputs[side].collect_batches(chunk_size=self.chunk_size, lazy=True)

    def table(self, side: Side, batches: list[pl.DataFrame]) -> pl.DataFrame:
        """Put the batches of a side together."""
        return pl.concat(batches).rechunk() if batches else pl.DataFrame(schema=self.inputs[side].collect_schema())
