"""Spatial joins of Polars frames, against every pair asked one by one."""

from __future__ import annotations

from collections import Counter
from random import Random

import brute_force
import geopandas as gpd
import geoplug
import nasty
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import shapely
from against_geos import wkb
from hypothesis import given, settings
from hypothesis import strategies as st
from joins import (
    ENGINES,
    HOWS,
    PREDICATES,
    every_engine,
    every_how,
    every_predicate,
    every_size,
    expected,
    frames,
    indices,
    pairs_of,
    run,
    same_neighbours,
    sides,
)
from polars.testing import assert_frame_equal
from strategies import geometries


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


@every_engine
def test_long_chunks(engine: str) -> None:
    """Chunks that are probed as they are, an empty one among them: the same pairs as of one piece, rows told alike."""
    n, m = 60_000, 40
    places = [shapely.Point(x, 0).wkb for x in range(100)]
    geoms = [places[i % 100] if i % 7 else None for i in range(n)]
    points = pl.DataFrame({"id": np.arange(n), "geom": geoms, "reach": np.arange(n) % 3 * 0.1})
    boxes = pl.DataFrame({"id": np.arange(m), "geom": [shapely.box(2 * j, 0, 2 * j + 1, 1).wkb for j in range(m)]})
    chunks = [points[:20_000], points[:0], points[20_000:20_001], points[20_001:]]
    chunked = pl.concat(chunks, rechunk=False)
    assert chunked.n_chunks() > 1
    for how, arguments in (("inner", {}), ("left", {"predicate": "dwithin", "distance": "reach"}), ("anti", {})):
        one, other = (
            run("sjoin", engine, frame, boxes, on="geom", how=how, maintain_order="left", **arguments)
            for frame in (points, chunked)
        )
        assert_frame_equal(one, other)
        assert other.height > n / 4
    one, other = (run("sjoin_nearest", engine, frame, boxes, on="geom", k=3) for frame in (points, chunked))
    assert_frame_equal(one, other)
    broken = pl.concat([points[:30_000], points[30_000:].with_columns(geom=pl.lit(b"\x01\x01"))], rechunk=False)
    with pytest.raises(pl.exceptions.ComputeError, match="st_intersects: left row 30000: "):
        run("sjoin", engine, broken, boxes, on="geom", maintain_order="left")


def test_one_row_with_most_pairs() -> None:
    """Its pairs are many pieces' worth, and those of the rows after it wait for them."""
    n, m = 20_000, 300_000
    there = pl.DataFrame({"id": np.arange(m)}).with_columns(geom=geoplug.point(pl.col("id") % 500, 0.0))
    first = shapely.box(-1, -1, 600, 1).wkb
    boxes = pl.DataFrame(
        {"geom": [first, *(shapely.box(i % 500 - 0.5, 0, i % 500 + 0.5, 0).wkb for i in range(50))] * 2}
    )
    left, right = (np.asarray(c).astype(np.int64) for c in geoplug.sjoin_indices(there["geom"], boxes["geom"]))
    assert len(left) == 2 * (m + 50 * m // 500)
    for side in ("left", "right"):
        out = boxes.with_row_index("box").lazy().geo.sjoin(there.lazy(), on="geom", maintain_order=side)
        pairs = out.select("box", "id").collect()
        keys = ["box", "id"] if side == "left" else ["id", "box"]
        assert_frame_equal(pairs, pairs.sort(keys))
        assert set(zip(pairs["id"], pairs["box"], strict=True)) == set(zip(left.tolist(), right.tolist(), strict=True))
    some = boxes.lazy().geo.sjoin(there.lazy(), on="geom").head(n).collect()
    assert some.height == n
