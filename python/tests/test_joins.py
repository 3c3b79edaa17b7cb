"""Spatial joins in Polars and over Arrow, against every pair asked one by one."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import brute_force
import geopandas as gpd
import geoplug
import nasty
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import shapely
from against_geos import IN_SHAPELY, truth, wkb
from geoplug import _geoplug, _joins, _polars_frames
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from strategies import geometries

PREDICATES = [p for p in _geoplug.join_predicates() if p != "dwithin"]
HOWS = ["inner", "left", "semi", "anti"]
ENGINES = ["eager", "in-memory", "streaming"]
SIZES = {"left smaller": (45, 80), "right smaller": (80, 45), "one row": (1, 60), "no left": (0, 9), "no right": (9, 0)}

every_predicate = pytest.mark.parametrize("predicate", PREDICATES)
every_how = pytest.mark.parametrize("how", HOWS)
every_engine = pytest.mark.parametrize("engine", ENGINES)
every_size = pytest.mark.parametrize("size", SIZES)


# Inputs ------------------------------------------------------------------------------------------------------------


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


# Pairs over Arrow --------------------------------------------------------------------------------------------------


@every_size
@every_predicate
def test_indices(predicate: str, size: str) -> None:
    assert indices(geoplug.sjoin_indices(*sides(size), predicate)) == expected(size, predicate)


@every_predicate
def test_something_is_found(predicate: str) -> None:
    """The tests of this file would prove little of joins that are all empty."""
    assert len(expected("left smaller", predicate)) > 20


@every_predicate
@pytest.mark.parametrize("place", nasty.PLACES)
def test_indices_as_geos(predicate: str, place: str) -> None:
    r = Random(f"as geos {place}")
    kinds = {kind: often for kind, often in nasty.OFTEN.items() if kind != "collection"}
    a, b = (nasty.pool(r, n, place, kinds) for n in (60, 40))
    ours = set(indices(geoplug.sjoin_indices(wkb(a), wkb(b), predicate)))
    ask = getattr(shapely, IN_SHAPELY.get(predicate, predicate))
    holds = ask(np.array(a, dtype=object)[:, None], np.array(b, dtype=object)[None, :])
    geos = {(int(i), int(j)) for i, j in np.argwhere(holds)}
    # Where the two differ, the definition decides.
    wrong = [(i, j) for i, j in ours ^ geos if truth(predicate, a[i], b[j]) != ((i, j) in ours)]
    assert not wrong, [(a[i].wkt, b[j].wkt) for i, j in wrong[:3]]


@every_size
@pytest.mark.parametrize("distance", [0.0, 0.5, 1, 1.4142135623730951, 3])
def test_indices_within_distance(distance: float, size: str) -> None:
    pairs = geoplug.sjoin_indices(*sides(size), "dwithin", distance=distance)
    assert indices(pairs) == expected(size, "dwithin", distance)


@every_size
def test_indices_within_distances_of_a_column(size: str) -> None:
    a, b = sides(size)
    distances = [[0.0, None, 1.0, 2.5, float("nan"), 100.0][i % 6] for i in range(len(a))]
    pairs = geoplug.sjoin_indices(a, b, "dwithin", distance=pa.array(distances, pa.float64()))
    assert indices(pairs) == brute_force.matches("dwithin", a, b, distances)


def test_pairs_are_arrow() -> None:
    a, b = sides("left smaller")
    pairs = geoplug.sjoin_indices(a, b)
    batch = pa.record_batch(pairs)
    assert batch.schema == pa.schema([pa.field("left", pa.uint32(), False), pa.field("right", pa.uint32(), False)])
    assert len(pairs) == batch.num_rows == len(expected("left smaller", "intersects"))
    assert pl.DataFrame(pairs).rows() == indices(pairs)
    left, right = pairs
    assert np.asarray(left).tolist() == pa.array(pairs.left).to_pylist() == batch["left"].to_pylist()
    assert np.asarray(right).tolist() == pa.array(pairs.right).to_pylist() == batch["right"].to_pylist()
    assert pairs.distance is None
    nearest = pa.record_batch(geoplug.sjoin_nearest_indices(a, b))
    assert nearest.schema.names == ["left", "right", "distance"]


@pytest.mark.parametrize("kind", ["point", "multipoint", "line", "multiline", "polygon", "multipolygon"])
def test_every_storage(kind: str) -> None:
    r = Random(f"storage {kind}")
    geometries = nasty.pool(r, 40, kinds={kind: 1})
    other = pa.array(wkb(nasty.pool(r, 30)))
    plain = wkb(geometries)
    truth = indices(geoplug.sjoin_indices(plain, other))
    assert truth
    series = gpd.GeoSeries(geometries)
    storages = {
        "large binary": plain.cast(pa.large_binary()),
        "views": plain.cast(pa.binary_view()),
        "chunks": pa.chunked_array([plain.slice(0, 7), plain.slice(7, 0), plain.slice(7)]),
        "sliced": pa.concat_arrays([plain.slice(30), plain]).slice(10),
        "polars": pl.Series("g", plain),
        "polars chunks": pl.Series("g", plain[:9]).append(pl.Series("g", plain[9:])),
        "typed": series.to_arrow("WKB"),
    }
    if len({g.geom_type for g in geometries}) == 1:
        storages["separated"] = series.to_arrow("geoarrow", interleaved=False)
        storages["interleaved"] = series.to_arrow("geoarrow", interleaved=True)
    if kind == "point":  # whose lists are 64-bit in Polars: no function reads them
        native = pl.Series("g", series.to_arrow("geoarrow", interleaved=False))
        storages |= {"polars native": native, "native chunks": native[:9].append(native[9:])}
    for name, storage in storages.items():
        assert indices(geoplug.sjoin_indices(storage, other)) == truth, name
        flipped = indices(geoplug.sjoin_indices(other, storage))
        assert sorted((i, j) for j, i in flipped) == truth, name
        assert flipped == sorted(flipped), name


def test_boxes() -> None:
    x = pa.array([0.0, 5.0])
    fields = [pa.field(n, pa.float64()) for n in ("xmin", "ymin", "xmax", "ymax")]
    boxes = pa.StructArray.from_arrays([x, x, pa.array([2.0, 9.0]), pa.array([2.0, 9.0])], fields=fields)
    points = pa.array([shapely.Point(v, v).wkb for v in (6, 1, 3)])
    assert indices(geoplug.sjoin_indices(points, boxes)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("predicate", ["intersects", "touches", "contains", "dwithin"])
def test_moved_tables_have_as_many_pairs(predicate: str) -> None:
    """Spatter's method: an affine map of both tables that keeps the grid keeps the count."""
    r = Random("moved")
    a, b = nasty.pool(r, 60), nasty.pool(r, 60)
    distance = 1.0 if predicate == "dwithin" else None
    counts = set()
    for turn in ([[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, 1]], [[0, 4], [4, 0]]):
        for shift in ([0, 0], [1024, -77]):
            moved = [shapely.transform(np.array(g), lambda xy: xy @ np.array(turn) + shift) for g in (a, b)]  # noqa: B023
            scaled = None if distance is None else distance * abs(turn[0][0] + turn[0][1])
            counts.add(len(geoplug.sjoin_indices(*map(wkb, moved), predicate, distance=scaled)))
    assert len(counts) == 1
    assert counts.pop() > 50


# The nearest -------------------------------------------------------------------------------------------------------


def same_neighbours(ours: list[tuple], theirs: list[tuple]) -> None:
    """Distances agree to the last bits; rows do, but where their distances are one but for these bits."""
    assert [i for i, _, _ in ours] == [i for i, _, _ in theirs]
    assert [d for _, _, d in ours] == pytest.approx([d for _, _, d in theirs], rel=1e-12, abs=1e-12)
    for (i, j, d), (_, other, _) in zip(ours, theirs, strict=True):
        assert j == other or Counter(round(e, 9) for h, _, e in theirs if h == i)[round(d, 9)] >= 1


@every_size
@pytest.mark.parametrize(("k", "most"), [(1, None), (3, None), (1000, None), (5, 1.0), (1, 0.0)])
def test_nearest_indices(k: int, most: float | None, size: str) -> None:
    a, b = sides(size)
    same_neighbours(indices(geoplug.sjoin_nearest_indices(a, b, k, most)), brute_force.nearest(a, b, k, most))


def test_nearest_ties_go_to_the_first() -> None:
    """On a grid, whose distances are exact, most of the nearest are tied."""
    r = Random("ties")
    a, b = (pa.array([shapely.Point(nasty.at(r)).wkb for _ in range(n)]) for n in (60, 150))
    for k in (1, 2, 7):
        assert indices(geoplug.sjoin_nearest_indices(a, b, k)) == brute_force.nearest(a, b, k)
    boxes = pa.array([shapely.box(x, y, x + 1, y + 1).wkb for x, y in (nasty.at(r) for _ in range(80))])
    for k in (1, 4):
        assert indices(geoplug.sjoin_nearest_indices(a, boxes, k)) == brute_force.nearest(a, boxes, k)


def test_nearest_as_geos() -> None:
    r = Random("nearest as geos")
    kinds = dict.fromkeys(["point", "line", "polygon"], 1)
    a, b = nasty.pool(r, 80, kinds=kinds), nasty.pool(r, 50, kinds=kinds)
    ours = indices(geoplug.sjoin_nearest_indices(wkb(a), wkb(b)))
    geos = [shapely.distance(g, np.array(b)).min() for g in a]
    assert [d for _, _, d in ours] == pytest.approx(geos, rel=1e-12, abs=1e-12)


# Frames ------------------------------------------------------------------------------------------------------------


@every_engine
@every_how
@every_size
@every_predicate
def test_sjoin(predicate: str, size: str, how: str, engine: str) -> None:
    left, right = frames(*sides(size))
    out = run("sjoin", engine, left, right, on="geom", predicate=predicate, how=how)
    pairs = brute_force.joined(expected(size, predicate), left.height, how)
    assert Counter(pairs_of(out)) == Counter(pairs)
    # What stands beside the rows is theirs.
    by_id = out.select("id", "geom").unique(maintain_order=True)
    assert_frame_equal(by_id, by_id.select("id").join(left, on="id", how="left"))
    if how in ("inner", "left"):
        of_right = out.select(id=pl.col("id_right"), name="name", geom="geom_right").drop_nulls("id")
        assert_frame_equal(of_right, of_right.select("id").join(right, on="id", how="left"))
        assert out.filter(pl.col("id_right").is_null()).select(pl.col("name", "geom_right").is_null().all()).row(0) == (
            True,
            True,
        )


@every_engine
@every_how
@pytest.mark.parametrize("order", ["left", "left_right", "right", "right_left"])
@pytest.mark.parametrize("size", ["left smaller", "right smaller"])
def test_order(size: str, order: str, how: str, engine: str) -> None:
    left, right = frames(*sides(size))
    out = run("sjoin", engine, left, right, on="geom", how=how, maintain_order=order)
    pairs = brute_force.joined(expected(size, "intersects"), left.height, how)
    if order.startswith("right") and how in ("inner", "left"):
        pairs.sort(key=lambda p: (p[1] is None, p[1] or 0, p[0]))
    assert pairs_of(out) == pairs


@every_engine
@every_how
@every_size
@pytest.mark.parametrize("order", [None, "left", "right"])
def test_sjoin_within_distance_of_an_expression(order: str | None, size: str, how: str, engine: str) -> None:
    left, right = frames(*sides(size))
    left = left.with_columns(reach=pl.when(pl.col("id") % 5 > 0).then(pl.col("id") % 5 - 1))
    reach = pl.col("reach") / 2
    out = run(
        "sjoin", engine, left, right, on="geom", predicate="dwithin", distance=reach, how=how, maintain_order=order
    )
    distances = left.select(reach.cast(pl.Float64)).to_series().to_list()
    pairs = brute_force.joined(brute_force.matches("dwithin", *sides(size), distances), left.height, how)
    assert Counter(pairs_of(out)) == Counter(pairs)
    by_name = run("sjoin", engine, left, right, on="geom", predicate="dwithin", distance="reach", how="semi")
    assert set(by_name["id"]) >= {i for i, d in enumerate(distances) if d and (i, None) in pairs and how == "semi"}


@every_engine
@every_size
@pytest.mark.parametrize("how", ["inner", "left"])
@pytest.mark.parametrize(("k", "most"), [(1, None), (4, 2.0)])
def test_sjoin_nearest(k: int, most: float | None, how: str, size: str, engine: str) -> None:
    left, right = frames(*sides(size))
    out = run("sjoin_nearest", engine, left, right, on="geom", k=k, max_distance=most, how=how, distance_col="far")
    assert out.columns == ["id", "geom", "id_right", "name", "geom_right", "far"]
    found = list(zip(out["id"], out["id_right"], out["far"], strict=True))
    assert [i for i, _, _ in found] == sorted(i for i, _, _ in found)
    truth = brute_force.nearest(*sides(size), k, most)
    same_neighbours([row for row in found if row[1] is not None], truth)
    alone = [i for i, j, _ in found if j is None]
    assert alone == (sorted(set(range(left.height)) - {i for i, _, _ in truth}) if how == "left" else [])
    assert out.filter(pl.col("id_right").is_null())["far"].is_null().all()
    without = run("sjoin_nearest", engine, left, right, on="geom", k=k, max_distance=most, how=how)
    assert_frame_equal(without, out.drop("far"))


@every_engine
def test_keys_may_be_expressions_and_of_other_names(engine: str) -> None:
    left = pl.DataFrame({"x": [1.0, 2.0, 8.0], "y": [1.0, 2.0, 8.0]})
    right = pl.DataFrame({"area": ["a", "b"], "shape": [shapely.box(0, 0, 3, 3).wkb, shapely.box(7, 7, 9, 9).wkb]})
    point = geoplug.point("x", "y")
    out = run("sjoin", engine, left, right, left_on=point, right_on="shape", maintain_order="left")
    assert out.columns == ["x", "y", "area", "shape"]
    assert out["area"].to_list() == ["a", "a", "b"]
    grown = pl.col("shape").geo.buffer(10)
    assert run("sjoin", engine, left, right, left_on=point, right_on=grown).height == 6
    window = pl.lit(shapely.box(0, 0, 1.5, 1.5).wkb)
    assert run("sjoin", engine, left, right, left_on=point, right_on=window, how="semi")["x"].to_list() == [1.0]
    itself = run("sjoin", engine, left, left, on=point, predicate="equals", maintain_order="left")
    assert itself.rows() == [(v, v, v, v) for v in (1.0, 2.0, 8.0)]


@every_engine
def test_typed_and_native_columns(engine: str) -> None:
    r = Random("typed")
    points, boxes = nasty.pool(r, 30, kinds={"point": 1}), nasty.pool(r, 20, kinds={"polygon": 1})
    a, b = gpd.GeoSeries(points, crs="EPSG:4326"), gpd.GeoSeries(boxes, crs="EPSG:4326")
    truth = brute_force.matches("intersects", wkb(points), wkb(boxes))
    # Polars makes lists of native polygons 64-bit, which no function reads.
    for of_points, of_polygons in (("WKB", "WKB"), ("geoarrow", "WKB")):
        encodings = zip((a, b), (of_points, of_polygons), strict=True)
        left, right = (pl.DataFrame({"id": range(len(s)), "geom": pl.Series(s.to_arrow(e))}) for s, e in encodings)
        out = run("sjoin", engine, left, right, on="geom", maintain_order="left")
        assert pairs_of(out) == truth
        assert out.schema["geom"] == left.schema["geom"]
        assert out.schema["geom_right"] == right.schema["geom"]


@every_engine
@every_how
def test_columns_of_nulls(how: str, engine: str) -> None:
    """Polars types them Null, which its C data interface cannot pass."""
    good = pl.DataFrame({"id": [0, 1], "geom": [shapely.box(0, 0, 1, 1).wkb] * 2})
    nothing = pl.DataFrame({"id": [0, 1], "geom": [None, None]})
    rows = 2 if how in ("left", "anti") else 0
    for left, right in ((good, nothing), (nothing, good), (nothing, nothing)):
        assert run("sjoin", engine, left, right, on="geom", how=how).height == rows
    limit = pl.lit(None)
    assert run("sjoin", engine, good, good, on="geom", predicate="dwithin", distance=limit, how=how).height == rows


# Laziness ----------------------------------------------------------------------------------------------------------


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
    assert sum(seen) < 2_000_000


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
    code = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__, "-k", chosen]
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


# Random tables -----------------------------------------------------------------------------------------------------

rows = st.lists(st.one_of(st.none(), geometries()), max_size=10)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows, rows, st.sampled_from(PREDICATES), st.sampled_from(HOWS), st.sampled_from([None, "left", "right"]))
def test_random_tables(a: list, b: list, predicate: str, how: str, order: str | None) -> None:
    a, b = (pa.array(wkb(side), pa.binary()) for side in (a, b))
    matches = brute_force.matches(predicate, a, b)
    assert indices(geoplug.sjoin_indices(a, b, predicate)) == matches
    left, right = frames(a, b)
    truth = Counter(brute_force.joined(matches, len(a), how))
    for engine in ENGINES:
        out = run("sjoin", engine, left, right, on="geom", predicate=predicate, how=how, maintain_order=order)
        assert Counter(pairs_of(out)) == truth, engine


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows, rows, st.integers(1, 4), st.sampled_from([None, 0.0, 3.0]))
def test_random_nearest(a: list, b: list, k: int, most: float | None) -> None:
    a, b = (pa.array(wkb(side), pa.binary()) for side in (a, b))
    same_neighbours(indices(geoplug.sjoin_nearest_indices(a, b, k, most)), brute_force.nearest(a, b, k, most))


def test_many_pairs_in_many_pieces() -> None:
    """Each point matches many boxes: more pairs than one round takes, in the order that was promised."""
    n, m = 40_000, 60
    points = pl.DataFrame({"id": np.arange(n)}).with_columns(geom=geoplug.point(pl.col("id") % 100, 0.0))
    boxes = pl.DataFrame({"id": np.arange(m), "geom": [shapely.box(0, 0, j, 1).wkb for j in range(m)]})
    truth = sum(np.count_nonzero(np.arange(n) % 100 <= j) for j in range(m))
    pairs = geoplug.sjoin_indices(points["geom"], boxes["geom"])
    assert len(pairs) == truth > 500_000
    left, right = (np.asarray(c).astype(np.int64) for c in pairs)
    assert (np.diff(left * m + right) > 0).all()
    assert (left % 100 <= right).all()
    flipped = geoplug.sjoin_indices(boxes["geom"], points["geom"])
    right, left = (np.asarray(c).astype(np.int64) for c in flipped)
    assert (np.diff(right * n + left) > 0).all()
    assert len(flipped) == truth
    for order, keys in {"left": ["id", "id_right"], "right": ["id_right", "id"]}.items():
        out = points.lazy().geo.sjoin(boxes.lazy(), on="geom", maintain_order=order).select("id", "id_right").collect()
        assert_frame_equal(out, out.sort(keys))
        assert out.height == truth


# Errors ------------------------------------------------------------------------------------------------------------

SQUARE = shapely.box(0, 0, 1, 1).wkb
GOOD = {"on": "geom"}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, ValueError, "must specify `on` OR `left_on` and `right_on`"),
        ({"on": "geom", "left_on": "geom"}, ValueError, "cannot use 'on' in conjunction"),
        ({"left_on": "geom"}, ValueError, "'left_on' requires corresponding 'right_on'"),
        ({"right_on": "geom"}, ValueError, "'right_on' requires corresponding 'left_on'"),
        ({"on": 3}, TypeError, "on must be a column name or an expression, got int"),
        ({"on": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({"left_on": "geom", "right_on": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({**GOOD, "predicate": "inside"}, ValueError, 'no join on "inside": the predicates are intersects, .*dwithin'),
        ({**GOOD, "predicate": "disjoint"}, ValueError, "the predicates are"),
        ({**GOOD, "predicate": 1}, TypeError, "predicate must be a str"),
        ({**GOOD, "how": "full"}, ValueError, "how must be one of 'inner', 'left', 'semi', 'anti', got 'full'"),
        ({**GOOD, "maintain_order": "up"}, ValueError, "maintain_order must be one of"),
        ({**GOOD, "predicate": "dwithin"}, ValueError, "needs a distance"),
        ({**GOOD, "distance": 1.0}, ValueError, "only predicate 'dwithin' takes a distance"),
        ({**GOOD, "predicate": "dwithin", "distance": -1.0}, ValueError, "must not be negative, got -1.0"),
        ({**GOOD, "predicate": "dwithin", "distance": float("nan")}, ValueError, "must not be negative, got nan"),
        ({**GOOD, "predicate": "dwithin", "distance": True}, TypeError, "distance must be a number"),
        ({**GOOD, "predicate": "dwithin", "distance": [1]}, TypeError, "must be a column name or an expression"),
        ({**GOOD, "predicate": "dwithin", "distance": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({**GOOD, "predicate": "dwithin", "distance": "text"}, pl.exceptions.ComputeError, "expected a number, got"),
        ({**GOOD, "suffix": ""}, pl.exceptions.DuplicateError, "column with name 'id' already exists"),
        ({**GOOD, "suffix": "_a"}, pl.exceptions.DuplicateError, "column with name 'id_a' already exists"),
        ({"on": "id"}, pl.exceptions.ComputeError, "argument a: expected geometry"),
        ({"left_on": "geom", "right_on": "text"}, pl.exceptions.ComputeError, "b: expected geometry.*from_wkt"),
        ({"left_on": "crs", "right_on": "crs"}, pl.exceptions.ComputeError, "a is in EPSG:4326, b in EPSG:2263"),
    ],
)  # fmt: skip
def test_sjoin_refuses(arguments: dict, error: type, words: str, lazy: bool) -> None:
    left = pl.DataFrame({"id": [1], "id_a": [1], "geom": [SQUARE], "text": ["x"]})
    left, right = (left.with_columns(crs=pl.col("geom").geo.setsrid(srid)) for srid in (4326, 2263))
    right = right.drop("id_a")
    # A lazy join tells at once, too: schemas are known.
    with pytest.raises(error, match=words):
        left.lazy().geo.sjoin(right.lazy(), **arguments) if lazy else left.geo.sjoin(right, **arguments)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"k": 0}, ValueError, "k must be at least 1, got 0"),
        ({"k": 1.5}, TypeError, "k must be an int"),
        ({"max_distance": -1}, ValueError, "max_distance must not be negative, got -1"),
        ({"max_distance": "x"}, TypeError, "max_distance must be a number"),
        ({"how": "semi"}, ValueError, "how must be one of 'inner', 'left', got 'semi'"),
        ({"distance_col": 3}, TypeError, "distance_col must be a str"),
        ({"distance_col": "geom_right"}, pl.exceptions.DuplicateError, "choose a different `distance_col`"),
        ({"on": "text"}, pl.exceptions.ComputeError, "expected geometry"),
    ],
)
def test_sjoin_nearest_refuses(arguments: dict, error: type, words: str, lazy: bool) -> None:
    frame = pl.DataFrame({"geom": [SQUARE], "text": ["x"]})
    frame = frame.lazy() if lazy else frame
    with pytest.raises(error, match=words):
        frame.geo.sjoin_nearest(frame, **({"on": "geom"} | arguments))


@pytest.mark.parametrize("size", ["left smaller", "right smaller"])
@every_engine
def test_bad_data_is_told_with_its_row(engine: str, size: str) -> None:
    rows = {"left smaller": (2, 5), "right smaller": (5, 2)}[size]
    left, right = frames(*([SQUARE] * n for n in rows))
    broken = left.with_columns(geom=pl.when(pl.col("id") == 1).then(pl.lit(b"\x01\x01")).otherwise("geom"))
    with pytest.raises(pl.exceptions.ComputeError, match="st_intersects: left row 1: "):
        run("sjoin", engine, broken, right, on="geom")
    with pytest.raises(pl.exceptions.ComputeError, match="st_intersects: right row 1: "):
        run("sjoin", engine, right, broken, on="geom")
    far = left.with_columns(reach=1.0 - pl.col("id") * 2)
    with pytest.raises(pl.exceptions.ComputeError, match="left row 1: distance must not be negative, got -1"):
        run("sjoin", engine, far, right, on="geom", predicate="dwithin", distance="reach")


@every_engine
def test_mixed_srids(engine: str) -> None:
    square = shapely.box(0, 0, 1, 1)
    ewkb = [shapely.to_wkb(shapely.set_srid(square, srid), include_srid=True) for srid in (4326, 2263)]
    left, right = (pl.DataFrame({"geom": [bytes_]}) for bytes_ in ewkb)
    with pytest.raises(pl.exceptions.ComputeError, match="mixed SRIDs"):
        run("sjoin", engine, left, right, on="geom")


def test_frames_of_one_kind() -> None:
    frame = pl.DataFrame({"geom": [SQUARE]})
    with pytest.raises(TypeError, match="expected `other` to be a 'DataFrame', not a 'LazyFrame'"):
        frame.geo.sjoin(frame.lazy(), on="geom")
    with pytest.raises(TypeError, match="expected `other` to be a 'LazyFrame', not a 'DataFrame'"):
        frame.lazy().geo.sjoin_nearest(frame, on="geom")


def test_indices_refuse() -> None:
    good = pa.array([SQUARE])
    with pytest.raises(TypeError, match="the right geometries must be an Arrow array"):
        geoplug.sjoin_indices(good, 3)
    with pytest.raises(ValueError, match="argument a: expected geometry"):
        geoplug.sjoin_indices(pa.array([1]), good)
    with pytest.raises(ValueError, match="no join on"):
        geoplug.sjoin_indices(good, good, "near")
    with pytest.raises(ValueError, match="needs a distance"):
        geoplug.sjoin_indices(good, good, "dwithin")
    with pytest.raises(ValueError, match="2 distances beside 1 left geometries"):
        geoplug.sjoin_indices(good, good, "dwithin", distance=pa.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="argument distance: expected a number"):
        geoplug.sjoin_indices(good, good, "dwithin", distance=pa.array(["1"]))
    with pytest.raises(ValueError, match=r"different CRS.*EPSG:4326.*EPSG:2263"):
        geoplug.sjoin_indices(geoplug.setsrid(good, 4326), geoplug.setsrid(good, 2263))
    with pytest.raises(ValueError, match="st_intersects: right row 1: "):
        geoplug.sjoin_indices(good, pa.array([SQUARE, b"\x01"]))


def test_ctrl_c_stops_a_join() -> None:
    code = """
        import os, signal, threading, time, numpy as np, pyarrow as pa, shapely, geoplug
        angles = np.linspace(0, 2 * np.pi, 4000)
        circle = np.column_stack([np.cos(angles), np.sin(angles)])
        shapes = pa.array([shapely.Polygon(circle + i * 1e-4).wkb for i in range(400)])
        geoplug.sjoin_indices(shapes.slice(0, 2), shapes.slice(0, 2), "overlaps")
        started = time.perf_counter()
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            geoplug.sjoin_indices(shapes, shapes, "overlaps")
            print("ended")
        except KeyboardInterrupt:
            print("stopped", time.perf_counter() - started)
    """
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=60
    )
    assert out.returncode == 0, out.stderr
    word, seconds = out.stdout.split()
    assert word == "stopped"
    assert float(seconds) < 10


@pytest.mark.parametrize("module", [_joins, _polars_frames], ids=["arrow", "polars"])
def test_examples_of_docstrings(module: Any) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 5
    assert outcome.failed == 0


def test_stub_names_what_there_is() -> None:
    stub = (Path(_joins.__file__).parent / "_geoplug.pyi").read_text()
    for name in dir(_geoplug):
        assert name.startswith("__") or re.search(rf"\b{name}\b", stub), name
