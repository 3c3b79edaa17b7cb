"""What the tests of spatial joins share: two columns of everything, and the pairs that match, asked one by one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random
from typing import Any

import brute_force
import nasty
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import shapely
from against_geos import wkb
from geoplug import _geoplug

PREDICATES = [p for p in _geoplug.join_predicates() if p != "dwithin"]
HOWS = ["inner", "left", "semi", "anti"]
ENGINES = ["eager", "in-memory", "streaming"]
SIZES = {"left smaller": (45, 80), "right smaller": (80, 45), "one row": (1, 60), "no left": (0, 9), "no right": (9, 0)}

every_predicate = pytest.mark.parametrize("predicate", PREDICATES)
every_how = pytest.mark.parametrize("how", HOWS)
every_engine = pytest.mark.parametrize("engine", ENGINES)
every_size = pytest.mark.parametrize("size", SIZES)


def not_finite() -> list[shapely.Geometry]:
    with np.errstate(invalid="ignore"):
        return [shapely.linestrings([[0, 0], [np.nan, 1]]), shapely.polygons([[0, 0], [4, 0], [np.inf, 4], [0, 0]])]


def mixed(r: Random, rows: int) -> list[shapely.Geometry | None]:
    """Every type, nulls, empties, duplicates, invalid ones, coordinates that are no numbers."""
    pool = [*nasty.pool(r, rows), *nasty.invalid_pool(r, 5), *not_finite(), *nasty.EMPTY[:3], None, None]
    column = r.choices(pool, k=rows)
    return column + column[: max(0, rows // 8)] if rows > 1 else column


@cache
def sides(size: str) -> tuple[pa.Array, pa.Array]:
    r = Random(f"joins {size}")
    return tuple(pa.array(wkb(mixed(r, rows)), pa.binary()) for rows in SIZES[size])


@cache
def expected(size: str, predicate: str, distance: float | None = None) -> list[tuple[int, int]]:
    return brute_force.matches(predicate, *sides(size), distance)


def frames(a: Any, b: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    left = pl.DataFrame({"id": range(len(a)), "geom": a}, schema_overrides={"id": pl.Int64, "geom": pl.Binary})
    right = pl.DataFrame(
        {"id": range(len(b)), "name": [f"right {i}" for i in range(len(b))], "geom": b},
        schema_overrides={"id": pl.Int64, "name": pl.String, "geom": pl.Binary},
    )
    return left, right


def run(method: str, engine: str, left: pl.DataFrame, right: pl.DataFrame, **arguments: Any) -> pl.DataFrame:
    if engine == "eager":
        return getattr(left.geo, method)(right, **arguments)
    return getattr(left.lazy().geo, method)(right.lazy(), **arguments).collect(engine=engine)


def pairs_of(frame: pl.DataFrame) -> list[brute_force.Pair]:
    right = frame["id_right"].to_list() if "id_right" in frame.columns else [None] * frame.height
    return list(zip(frame["id"].to_list(), right, strict=True))


def indices(pairs: Any) -> list[tuple]:
    return list(zip(*(pa.array(column).to_pylist() for column in pairs), strict=True))


def same_neighbours(ours: list[tuple], theirs: list[tuple]) -> None:
    """Distances agree to the last bits; rows do, but where their distances are one but for these bits."""
    assert [i for i, _, _ in ours] == [i for i, _, _ in theirs]
    assert [d for _, _, d in ours] == pytest.approx([d for _, _, d in theirs], rel=1e-12, abs=1e-12)
    for (i, j, d), (_, other, _) in zip(ours, theirs, strict=True):
        assert j == other or Counter(round(e, 9) for h, _, e in theirs if h == i)[round(d, 9)] >= 1
