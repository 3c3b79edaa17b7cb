"""Spatial joins of lazy frames: what stands above them, what reaches their inputs, and when they end."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import brute_force
import geoplug
import numpy as np
import polars as pl
import pytest
import shapely
from joins import HOWS, every_size, expected, frames, pairs_of, sides
from polars.testing import assert_frame_equal


def joins(left: pl.LazyFrame, right: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    each = {how: left.geo.sjoin(right, on="geom", how=how) for how in HOWS}
    each |= {f"{how} {order}": left.geo.sjoin(right, on="geom", how=how, maintain_order=order)
             for how in HOWS for order in ("left", "right")}  # fmt: skip
    each["nearest"] = left.geo.sjoin_nearest(right, on="geom", how="left", k=2, distance_col="far")
    return each


@every_size
def test_schema(size: str) -> None:
    left, right = frames(*sides(size))
    eager = {how: left.geo.sjoin(right, on="geom", how=how).schema for how in HOWS}
    eager["nearest"] = left.geo.sjoin_nearest(right, on="geom", how="left", k=2, distance_col="far").schema
    for name, lazy in joins(left.lazy(), right.lazy()).items():
        schema = lazy.collect_schema()
        assert schema == eager[name.split()[0]], name
        for engine in ("in-memory", "streaming"):
            assert lazy.collect(engine=engine).schema == schema, name


def never(frame: pl.DataFrame) -> pl.DataFrame:
    raise AssertionError("ran")


def test_nothing_runs_before_collect() -> None:
    left, right = frames(*sides("left smaller"))
    lazy = left.lazy().map_batches(never, schema=left.schema).geo.sjoin(right.lazy().map_batches(never), on="geom")
    lazy = lazy.with_columns(n=pl.col("id") + 1).filter(pl.col("n") > 3)
    assert lazy.collect_schema().names() == ["id", "geom", "id_right", "name", "geom_right", "n"]
    assert "spatial join" in lazy.explain()
    with pytest.raises(Exception, match="ran"):
        lazy.collect()


# What may stand above a join. Each is tried on every join, in both engines, beside the same on a frame.
ABOVE = {
    "count": lambda f: f.select(pl.len()),
    "filter left": lambda f: f.filter(pl.col("id") % 3 > 0),
    "filter all": lambda f: f.filter(pl.col("id") < 0),
    "filter both": lambda f: f.filter((pl.col("id") % 3 > 0) & pl.col("geom").geo.area().gt(1.0)),
    "filter and select": lambda f: f.filter(pl.col("id") > 5).select(pl.col("geom").geo.xmin()),
    "select one": lambda f: f.select("id"),
    "with_columns": lambda f: f.with_columns(twice=pl.col("id") * 2).drop("geom"),
    "group_by": lambda f: f.group_by("id").agg(pl.len(), pl.col("geom").first()),
    "join": lambda f: f.join(f.select("id").unique(), on="id", how="semi"),
    "join right": lambda f: f.select("id").unique().join(f, on="id"),
    "concat": lambda f: pl.concat([f, f]),
    "sort and head": lambda f: f.sort(pl.all()).head(7),
    "unique": lambda f: f.unique(),
    "row index": lambda f: f.with_row_index().select(pl.col("index").sum()),
    "tail filter": lambda f: f.sort(pl.all()).tail(30).filter(pl.col("id") % 2 == 0),
}
ABOVE_PAIRS = {
    "filter right": lambda f: f.filter(pl.col("id_right") % 2 == 0),
    "filter right null": lambda f: f.filter(pl.col("id_right").is_null()),
    "filter either": lambda f: f.filter((pl.col("id_right") % 2 == 0) | (pl.col("id") % 2 == 0)),
    "filter across": lambda f: f.filter(
        pl.col("id_right") > pl.col("id"), pl.col("name") != "right 3", pl.col("id") > 2
    ),
    "select right": lambda f: f.select("name"),
    "group_by right": lambda f: f.group_by("name").agg(pl.col("geom").geo.extent().geo.xmax(), pl.len()),
    "sjoin": lambda f: (f.lazy() if isinstance(f, pl.LazyFrame) else f).geo.sjoin(
        f.select("geom_right").head(0), left_on="geom", right_on="geom_right", how="anti"
    ),
}


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("above", [*ABOVE, *ABOVE_PAIRS])
def test_what_stands_above(above: str, engine: str) -> None:
    left, right = frames(*sides("left smaller"))
    apply = (ABOVE | ABOVE_PAIRS)[above]
    for name, lazy in joins(left.lazy(), right.lazy()).items():
        if above in ABOVE_PAIRS and name.startswith(("semi", "anti")):
            continue
        if name == "nearest":
            eager = left.geo.sjoin_nearest(right, on="geom", how="left", k=2, distance_col="far")
        else:
            how, *order = name.split()
            eager = left.geo.sjoin(right, on="geom", how=how, maintain_order=order[0] if order else None)
        out, truth = apply(lazy), apply(eager)
        assert out.collect_schema() == truth.schema
        assert_frame_equal(out.collect(engine=engine), truth, check_row_order=False)


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("n", [0, 1, 10, 10_000])
def test_head(n: int, engine: str) -> None:
    left, right = frames(*sides("left smaller"))
    for name, lazy in joins(left.lazy(), right.lazy()).items():
        whole = lazy.collect()
        head = lazy.head(n).collect(engine=engine)
        assert head.height == min(n, whole.height), name
        assert not set(head.rows()) - set(whole.rows()), name
        if "left" in name or name == "nearest":
            assert_frame_equal(head, whole.head(n))
            assert_frame_equal(lazy.slice(3, n).collect(engine=engine), whole.slice(3, n))
            limited = lazy.head(n).filter(pl.col("id") % 2 == 0).collect(engine=engine)
            assert_frame_equal(limited, whole.head(n).filter(pl.col("id") % 2 == 0))


def counted(frame: pl.DataFrame, seen: list[int]) -> pl.LazyFrame:
    """The frame as a query, not too fast, that tells how many rows went through it."""

    def count(batch: pl.DataFrame) -> pl.DataFrame:
        seen.append(batch.height)
        time.sleep(0.005)
        return batch

    return frame.lazy().map_batches(count, streamable=True, predicate_pushdown=True, projection_pushdown=True)


def test_head_stops_early() -> None:
    left = pl.DataFrame({"x": np.arange(3_000_000) % 1000}).with_columns(geom=geoplug.point("x", 0.5))
    right = pl.DataFrame({"geom": [shapely.box(0, 0, 1000, 1).wkb]})
    seen: list[int] = []
    out = counted(left, seen).geo.sjoin(right.lazy(), on="geom").head(5).collect(engine="streaming")
    assert out.height == 5
    assert sum(seen) < left.height


def test_filters_reach_the_inputs() -> None:
    a, b = sides("right smaller")
    left, right = frames(a, b)
    of_left: list[int] = []
    of_right: list[int] = []
    lazy = counted(left, of_left).geo.sjoin(counted(right, of_right), on="geom")
    wanted = (pl.col("id") < 10) & (pl.col("id_right") >= 30) & (pl.col("id") != pl.col("id_right"))
    out = lazy.filter(wanted).collect(engine="streaming")
    pairs = [(i, j) for i, j in expected("right smaller", "intersects") if i < 10 and j >= 30 and i != j]
    assert Counter(pairs_of(out)) == Counter(pairs)
    assert sum(of_left) == 10
    assert sum(of_right) == right.height - 30


@pytest.mark.parametrize("how", HOWS)
def test_columns_that_nobody_wants_are_not_computed(how: str) -> None:
    left, right = frames(*sides("left smaller"))
    bad = pl.col("id").map_batches(lambda _: 1 / 0, return_dtype=pl.Int64)
    lazy = left.lazy().with_columns(bad=bad).geo.sjoin(right.lazy().with_columns(worse=bad), on="geom", how=how)
    assert lazy.select("id").collect().height == len(
        brute_force.joined(expected("left smaller", "intersects"), left.height, how)
    )
    with pytest.raises(ZeroDivisionError):
        lazy.collect()


def test_small_morsels() -> None:
    """The tests of frames again, in batches of 7 rows. Polars reads the size when it starts."""
    some = "test_sjoin and (intersects or touches or equals)"
    these = f"({some}) or test_sjoin_ or test_order or test_schema or test_what_stands_above or test_head"
    if os.environ.get("POLARS_IDEAL_MORSEL_SIZE") == "7":
        pytest.skip("runs already")
    env = os.environ | {"POLARS_IDEAL_MORSEL_SIZE": "7"}
    chosen = f"({these}) and not eager and not early"
    files = [__file__, str(Path(__file__).with_name("test_joins.py"))]
    code = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *files, "-k", chosen]
    out = subprocess.run(code, env=env, capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stdout[-4000:] + out.stderr[-2000:]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_any_number_of_threads(threads: str) -> None:
    """Joins of joins in one query, with fewer threads than sources."""
    code = """
        import polars as pl, geoplug
        left = pl.DataFrame({"x": [i % 97 for i in range(5000)]}).lazy().with_columns(geom=geoplug.point("x", 0))
        right = left.unique(maintain_order=True).head(50)
        one = left.geo.sjoin(right, on="geom", predicate="equals", maintain_order="left")
        two = one.select("x", "geom").geo.sjoin(one.select("geom").unique(), on="geom", how="semi")
        three = pl.concat([two, two.with_columns(pl.col("x") + 0), one.select("x", "geom"), two])
        three = three.join(two.unique(), on="x")
        for engine in ("in-memory", "streaming"):
            print(three.select(pl.len()).collect(engine=engine).item())
    """
    env = os.environ | {"POLARS_MAX_THREADS": threads, "POLARS_IDEAL_MORSEL_SIZE": "100"}
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert out.returncode == 0, out.stderr
    rows = sum(1 for i in range(5000) if i % 97 < 50)
    assert out.stdout.split() == [str(4 * rows)] * 2
