"""Spatial joins over Arrow, against every pair asked one by one."""

from __future__ import annotations

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
from against_geos import IN_SHAPELY, truth, wkb
from joins import every_predicate, every_size, expected, indices, same_neighbours, sides


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
