"""What must not change an answer: swapping the arguments, moving both, another encoding, literals, other batches.

Valid or not: invalid polygons have defined answers, the same on every path.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import exact
import geopandas as gpd
import geoplug
import nasty
import numpy as np
import pyarrow as pa
import pytest
import shapely
from against_geos import CONVERSE, PREDICATES, Pairs, answers, swapped, wkb
from conftest import session
from datafusion import SessionContext

SYMMETRIC = [n for n in PREDICATES if n not in CONVERSE and n != "containsproperly"]
ALL = [*PREDICATES, "relate", "distance"]
# What is not a number of the coordinates' units: the same after scaling.
TOPOLOGICAL = [*PREDICATES, "relate"]
# What is read off the side of an edge on which an area lies. All else of an invalid polygon follows the even-odd rule.
OF_SIDES = {"contains", "covers", "within", "coveredby", "containsproperly", "touches", "crosses", "overlaps", "relate"}
every_function = pytest.mark.parametrize("name", ALL)
every_kind = pytest.mark.parametrize("kind", ["valid", "invalid", "large"])


@cache
def pairs(kind: str) -> Pairs:
    r = Random(f"metamorphic {kind}")
    if kind == "valid":
        return Pairs(nasty.groups(r, 12, 60))
    if kind == "invalid":
        wrong, valid = nasty.invalid_pool(r, 60), nasty.pool(r, 60)
        constants = [*wrong[:10], *valid[:10]]
        return Pairs([(constant, r.sample(wrong, 40) + r.sample(valid, 20)) for constant in constants])
    polygons = [nasty.detailed(r, vertices) for vertices in (40, 300)]
    return Pairs([(p, nasty.points_near(r, p, 1500) + nasty.pool(r, 100)) for p in polygons])


@cache
def columns(name: str, kind: str) -> list:
    return answers(getattr(geoplug, name)(*pairs(kind).wkb))


def transformed(kind: str, change: Callable) -> tuple[pa.Array, pa.Array]:
    both = pairs(kind)
    return wkb(shapely.transform(both.a, change)), wkb(shapely.transform(both.b, change))


@every_kind
@every_function
def test_arguments_swapped(name: str, kind: str) -> None:
    if name == "containsproperly":
        pytest.skip("has no converse")
    b, a = pairs(kind).wkb
    converse = getattr(geoplug, CONVERSE.get(name, name))
    assert swapped(name, answers(converse(a, b))) == columns(name, kind)


@pytest.mark.parametrize("name", TOPOLOGICAL)
@pytest.mark.parametrize("kind", ["valid", "large"])
def test_predicates_are_read_off_the_matrix(name: str, kind: str) -> None:
    both, matrices = pairs(kind), columns("relate", kind)
    if name == "relate":
        assert all(len(m) == 9 and set(m) <= set("F012") for m in matrices)
        return
    each = {id(g): g for g in [*both.a, *both.b]}
    dimensions = {key: exact.Parts(g).dimension for key, g in each.items()}
    expected = [
        exact.predicate(name, m, (dimensions[id(p)], dimensions[id(q)]))
        for m, p, q in zip(matrices, both.a, both.b, strict=True)
    ]
    assert columns(name, kind) == expected


def moved(xy: np.ndarray) -> np.ndarray:
    return xy + np.array([-4096.0, 1024.0])


def turned(xy: np.ndarray) -> np.ndarray:
    """A mirror: every ring changes its direction."""
    return xy[:, ::-1]


def upside_down(xy: np.ndarray) -> np.ndarray:
    return -xy


def larger(xy: np.ndarray) -> np.ndarray:
    return xy * 2.0**40


def smaller(xy: np.ndarray) -> np.ndarray:
    return xy * 2.0**-40


@pytest.mark.parametrize("change", [moved, turned, upside_down, larger, smaller])
@every_kind
@every_function
def test_moved_together(name: str, kind: str, change: Callable) -> None:
    if kind == "large" and change is moved:
        pytest.skip("points one bit beside a vertex do not survive")
    if kind == "invalid" and change in (turned, upside_down) and name in OF_SIDES:
        pytest.skip("on which side of an edge an area lies is not defined where rings cross or overlap")
    found = answers(getattr(geoplug, name)(*transformed(kind, change)))
    if name != "distance":
        assert found == columns(name, kind)
        return
    unit = float(change(np.array([[2.0, 2.0]]))[0, 0] - change(np.array([[1.0, 1.0]]))[0, 0])
    before = columns(name, kind)
    assert [d is None for d in found] == [d is None for d in before]
    expected = [d * abs(unit) for d in before if d is not None]
    assert [d for d in found if d is not None] == pytest.approx(expected, rel=1e-12, abs=1e-12 * abs(unit))


@every_kind
@every_function
def test_constant_or_column(name: str, kind: str) -> None:
    both = pairs(kind)
    expected = {False: columns(name, kind), True: answers(getattr(geoplug, name)(*reversed(both.wkb)))}
    for _, swap, found in both.ours(name):
        assert found == expected[swap]


@every_kind
def test_dwithin_on_every_path(kind: str) -> None:
    """Each pair is within its distance, and within no distance that is clearly shorter."""
    both, apart = pairs(kind), columns("distance", kind)
    a, b = both.wkb
    limits = pa.array([0.0 if d is None else d for d in apart])
    shorter = pa.array([0.0 if d is None else d * (1 - 1e-9) for d in apart])
    assert answers(geoplug.dwithin(a, b, limits)) == [d is not None for d in apart]
    assert answers(geoplug.dwithin(b, a, limits)) == [d is not None for d in apart]
    assert answers(geoplug.dwithin(a, b, shorter)) == [d == 0.0 for d in apart]
    for limit in (0.0, 0.5, 1.0, 3.0):
        expected = answers(geoplug.dwithin(a, b, limit))
        for _, _, found in both.ours("dwithin", limit):
            assert found == expected


@every_kind
@pytest.mark.parametrize("rows", [1, 2, 7, 64])
@every_function
def test_split_into_batches(name: str, kind: str, rows: int) -> None:
    if rows == 1 and kind == "large":
        pytest.skip("says no more than 2 rows do")
    a, b = pairs(kind).wkb
    found = []
    for start in range(0, len(a), rows):
        found += answers(getattr(geoplug, name)(a.slice(start, rows), b.slice(start, rows)))
    assert found == columns(name, kind)


def native(geometries: list, rows: np.ndarray, interleaved: bool) -> Any:
    return gpd.GeoSeries(np.array(geometries, dtype=object)[rows]).to_arrow("geoarrow", interleaved=interleaved)


def encodable(geometry: shapely.Geometry) -> bool:
    """Native GeoArrow has no column of collections, and GeoPandas writes no empty member."""
    if geometry.geom_type == "GeometryCollection" or (geometry.geom_type == "Point" and geometry.is_empty):
        return False
    return not any(part.is_empty for part in shapely.get_parts(geometry))


@every_kind
@pytest.mark.parametrize("interleaved", [True, False])
@every_function
def test_native_encodings(name: str, kind: str, interleaved: bool) -> None:
    both, function = pairs(kind), getattr(geoplug, name)
    expected = columns(name, kind)
    types = [(p.geom_type if encodable(p) else "", q.geom_type if encodable(q) else "") for p, q in
             zip(both.a, both.b, strict=True)]  # fmt: skip
    for a_type, b_type in sorted({t for t in types if all(t)}):
        rows = np.array([i for i, t in enumerate(types) if t == (a_type, b_type)])
        truth = [expected[i] for i in rows]
        a, b = native(both.a, rows, interleaved), native(both.b, rows, interleaved)
        assert answers(function(a, b)) == truth
        assert answers(function(a, both.wkb[1].take(pa.array(rows)))) == truth
        assert answers(function(both.wkb[0].take(pa.array(rows)), b)) == truth
    # And constants against native columns.
    literal, sides = both.groups[0]
    for kind_of in sorted({g.geom_type for g in sides if encodable(g)}):
        rows = np.array([i for i, g in enumerate(sides) if encodable(g) and g.geom_type == kind_of])
        assert answers(function(literal, native(sides, rows, interleaved))) == [expected[i] for i in rows]


def big_endian(geometry: shapely.Geometry) -> bytes:
    return shapely.to_wkb(geometry, byte_order=0)


def with_z(geometry: shapely.Geometry) -> bytes:
    return shapely.to_wkb(shapely.force_3d(geometry, 7.0), output_dimension=3)


@pytest.mark.parametrize("write", [big_endian, with_z])
@every_kind
@every_function
def test_other_bytes(name: str, kind: str, write: Callable) -> None:
    both, function = pairs(kind), getattr(geoplug, name)
    other = [pa.array([write(g) for g in side]) for side in (both.a, both.b)]
    expected = columns(name, kind)
    assert answers(function(*other)) == expected
    assert answers(function(both.wkb[0], other[1])) == expected
    literal, rows = both.groups[0]
    assert answers(function(write(literal), other[1].slice(0, len(rows)))) == expected[: len(rows)]


@pytest.mark.parametrize("kind_of_text", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
@every_function
def test_every_binary_layout(name: str, kind_of_text: pa.DataType) -> None:
    found = answers(getattr(geoplug, name)(*(side.cast(kind_of_text) for side in pairs("valid").wkb)))
    assert found == columns(name, "valid")


@pytest.fixture(scope="module")
def table() -> SessionContext:
    ctx = session()
    for kind in ("valid", "invalid", "large"):
        a, b = pairs(kind).wkb
        schema = pa.schema([pa.field(n, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}) for n in "ab"])
        batch = pa.record_batch([a, b], schema=schema)
        ctx.register_record_batches(kind, [[batch.slice(i, 97) for i in range(0, len(a), 97)]])
    return ctx


@every_kind
@every_function
def test_in_datafusion(name: str, kind: str, table: SessionContext) -> None:
    found = table.sql(f"SELECT st_{name}(a, b) AS v FROM {kind}").to_pydict()["v"]
    assert found == columns(name, kind)


@every_kind
@every_function
def test_in_polars(name: str, kind: str) -> None:
    import polars as pl

    a, b = pairs(kind).wkb
    frame = pl.DataFrame({"a": a, "b": b})
    expression = getattr(pl.col("a").geo, name)(pl.col("b"))
    for engine in ("in-memory", "streaming"):
        assert frame.lazy().select(v=expression).collect(engine=engine)["v"].to_list() == columns(name, kind)


@pytest.mark.parametrize("bad", ["nan", "inf"])
@every_function
def test_no_number(name: str, bad: str) -> None:
    """A coordinate that is no finite number: a defined answer, the same on every path."""
    values = [float(bad), 1.0]
    with np.errstate(invalid="ignore"):
        shapes = [shapely.linestrings([[0, 0], values]), shapely.polygons([[0, 0], [4, 0], values, [0, 0]])]
    shapes += [shapely.multipoints([[0, 0], values]), shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapes[0]])]
    valid = nasty.pool(Random("no number"), 40)
    both = Pairs([(shape, valid) for shape in shapes] + [(g, shapes) for g in valid[:10]])
    a, b = both.wkb
    function = getattr(geoplug, name)
    expected = {False: answers(function(a, b)), True: answers(function(b, a))}
    for _, swap, found in both.ours(name):
        assert list(map(str, found)) == list(map(str, expected[swap]))
