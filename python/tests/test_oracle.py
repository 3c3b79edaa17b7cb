"""Shapely (GEOS) as the independent oracle, over generated geometries of all types, empties and nulls among them.

Predicates and distances are in test_predicates.py.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import geoplug
import pyarrow as pa
import pytest
import shapely
import strategies as own
from hypothesis import given, settings
from hypothesis import strategies as st

# The same examples in every run of the test command; GEOPLUG_EXAMPLES=5000 looks for new ones.
EXAMPLES = settings(
    max_examples=int(os.environ.get("GEOPLUG_EXAMPLES", "150")),
    deadline=None,
    derandomize="GEOPLUG_EXAMPLES" not in os.environ,
)


def wkb(values: list) -> pa.Array:
    return pa.array([None if g is None else shapely.to_wkb(g) for g in values], type=pa.binary())


def answers(out: Any) -> list:
    return pa.array(out).to_pylist()


def oracle(function: Callable, *columns: list) -> list:
    return [None if None in row else function(*row) for row in zip(*columns, strict=True)]


def close(a: Any, b: Any, tolerance: float = 1e-9) -> bool:
    if a is None or b is None or isinstance(a, bool | str | int):
        return a == b
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance) or (math.isnan(a) and math.isnan(b))


def compare(ours: list, theirs: list, *columns: list) -> None:
    for row, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        shown = [None if c[row] is None else c[row].wkt for c in columns]
        assert close(a, b), f"{shown}: geoplug {a}, GEOS {b}"


def none_if_nan(function: Callable) -> Callable:
    def wrapped(geometry: shapely.Geometry) -> float | None:
        value = function(geometry)
        return None if math.isnan(value) else value

    return wrapped


def perimeter(geometry: shapely.Geometry) -> float:
    if hasattr(geometry, "geoms"):
        return sum(perimeter(g) for g in geometry.geoms)
    return geometry.length if geometry.geom_type == "Polygon" else 0.0


def length(geometry: shapely.Geometry) -> float:
    return geometry.length - perimeter(geometry)


UNARY = {
    "area": shapely.area,
    "length": length,
    "perimeter": perimeter,
    "npoints": lambda g: shapely.get_num_coordinates(g).item(),
    "isempty": lambda g: bool(g.is_empty),
    "xmin": none_if_nan(lambda g: g.bounds[0]),
    "ymin": none_if_nan(lambda g: g.bounds[1]),
    "xmax": none_if_nan(lambda g: g.bounds[2]),
    "ymax": none_if_nan(lambda g: g.bounds[3]),
    "geometrytype": lambda g: "ST_" + g.geom_type,
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("ordinate", [own.grid, own.fine], ids=["grid", "fine"])
@EXAMPLES
@given(data=st.data())
def test_unary(name: str, ordinate: st.SearchStrategy, data: st.DataObject) -> None:
    column = data.draw(own.columns(own.geometries(ordinate)))
    compare(answers(getattr(geoplug, name)(wkb(column))), oracle(UNARY[name], column), column)


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_centroid(column: list) -> None:
    ours = [None if w is None else shapely.from_wkb(w) for w in answers(geoplug.centroid(wkb(column)))]
    for geometry, c in zip(column, ours, strict=True):
        if geometry is None:
            assert c is None
        elif geometry.is_empty:
            assert c.is_empty
        else:
            assert shapely.equals_exact(c, geometry.centroid, 1e-9), (geometry.wkt, c.wkt, geometry.centroid.wkt)


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_hull_and_envelope(column: list) -> None:
    hulls, envelopes = (answers(f(wkb(column))) for f in (geoplug.convexhull, geoplug.envelope))
    for geometry, hull, envelope in zip(column, hulls, envelopes, strict=True):
        if geometry is None:
            assert hull is None
            assert envelope is None
            continue
        hull, envelope = shapely.from_wkb(hull), shapely.from_wkb(envelope)
        assert hull.is_empty == envelope.is_empty == geometry.is_empty
        if not geometry.is_empty:
            # A flat envelope is a line or a point, as in PostGIS; GEOS makes it a polygon without area.
            assert envelope.bounds == geometry.bounds
            assert hull.geom_type == geometry.convex_hull.geom_type
            assert hull.equals(geometry.convex_hull), (geometry.wkt, hull.wkt)


@EXAMPLES
@given(column=own.columns(own.geometries()), distance=st.sampled_from([0.5, 1.0, 3.0]))
def test_buffer(column: list, distance: float) -> None:
    for geometry, w in zip(column, answers(geoplug.buffer(wkb(column), distance, 16)), strict=True):
        if geometry is None:
            continue
        ours, theirs = shapely.from_wkb(w), geometry.buffer(distance, 16)
        assert ours.is_empty == theirs.is_empty, geometry.wkt
        if not ours.is_empty:
            assert math.isclose(ours.area, theirs.area, rel_tol=0.01), (geometry.wkt, ours.area, theirs.area)
            assert ours.hausdorff_distance(theirs) < 0.05 * distance, geometry.wkt


@pytest.mark.parametrize("name", ["union", "intersection"])
@pytest.mark.parametrize("ordinate", [own.grid, own.fine], ids=["grid", "fine"])
@EXAMPLES
@given(data=st.data())
def test_overlay(name: str, ordinate: st.SearchStrategy, data: st.DataObject) -> None:
    a, b = data.draw(own.simple(ordinate)), data.draw(own.simple(ordinate))
    [w] = answers(getattr(geoplug, name)(wkb([a]), wkb([b])))
    ours, theirs = shapely.from_wkb(w), getattr(shapely, name)(a, b)
    shown = (a.wkt, b.wkt, ours.wkt, theirs.wkt)
    if a.is_empty or b.is_empty:
        # The union with nothing is the other geometry as it is, as in PostGIS; GEOS dissolves it.
        assert ours.is_empty == theirs.is_empty, shown
        assert ours.is_empty or shapely.equals_exact(ours, b if a.is_empty else a), shown
        return
    scale = max([1.0, *(abs(v) for g in (a, b) if not g.is_empty for v in g.bounds)])
    assert math.isclose(ours.area, theirs.area, rel_tol=1e-9, abs_tol=1e-9 * scale * scale), shown
    # Vertices off the grid are rounded, and lines through them collinear or not by the last digit: GEOS snaps there,
    # we don't. Whole numbers leave no such doubt.
    if all(float(v).is_integer() for g in (a, b) for v in shapely.get_coordinates(g).ravel()):
        assert ours.is_empty == theirs.is_empty, shown
        assert math.isclose(length(ours), length(theirs), rel_tol=1e-6, abs_tol=1e-6), shown
        assert not ours.is_empty or ours.is_valid, shown
        if not ours.is_empty:
            assert ours.hausdorff_distance(theirs) < 1e-6, shown


@EXAMPLES
@given(column=own.columns(own.geometries(own.fine)))
def test_text_and_bytes_come_back(column: list) -> None:
    for write, read in ((geoplug.to_wkt, "from_wkt"), (geoplug.to_wkb, "from_wkb")):
        back = answers(getattr(geoplug, read)(write(wkb(column))))
        for geometry, w in zip(column, back, strict=True):
            if geometry is None:
                assert w is None
            else:
                assert shapely.equals_exact(shapely.from_wkb(w), geometry, 1e-9 * 1e6), geometry.wkt


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_text_is_read_by_geos(column: list) -> None:
    for geometry, text in zip(column, answers(geoplug.to_wkt(wkb(column))), strict=True):
        if geometry is not None:
            assert shapely.equals_exact(shapely.from_wkt(text), geometry, 1e-14), text
    for geometry, text in zip(column, answers(geoplug.to_geojson(wkb(column))), strict=True):
        if geometry is not None and not geometry.is_empty:
            assert shapely.equals_exact(shapely.from_geojson(text), geometry, 1e-9), text


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_native_encodings_say_the_same(column: list) -> None:
    """Native GeoArrow, as GeoPandas writes it, against WKB."""
    import geopandas as gpd

    by_type: dict[str, list] = {}
    for g in column:
        if g is not None and g.geom_type != "GeometryCollection" and not (g.geom_type == "Point" and g.is_empty):
            by_type.setdefault(g.geom_type, []).append(g)
    for geometries in by_type.values():
        series = gpd.GeoSeries([*geometries, None])
        for interleaved in (True, False):
            native = series.to_arrow("geoarrow", interleaved=interleaved)
            for name in ("area", "length", "xmin", "npoints", "to_wkt"):
                function = getattr(geoplug, name)
                assert answers(function(native)) == answers(function(wkb([*geometries, None])))


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_aggregates(column: list) -> None:
    [extent] = answers(geoplug.extent(wkb(column)))
    present = [g for g in column if g is not None]
    bounds = shapely.total_bounds(present) if present else [math.nan] * 4
    if math.isnan(bounds[0]):
        assert extent is None
    else:
        assert list(shapely.from_wkb(extent).bounds) == list(bounds)
    [collected] = answers(geoplug.collect(wkb(column)))
    if present:
        assert shapely.get_num_coordinates(shapely.from_wkb(collected)) == shapely.get_num_coordinates(present).sum()
    else:
        assert collected is None


@EXAMPLES
@given(column=own.columns(own.geometries()))
def test_hull_of_all(column: list) -> None:
    [hull] = answers(geoplug.convexhull_agg(wkb(column)))
    present = [g for g in column if g is not None and not g.is_empty]
    if not present:
        assert hull is None
        return
    theirs = shapely.GeometryCollection(present).convex_hull
    ours = shapely.from_wkb(hull)
    assert ours.geom_type == theirs.geom_type
    assert ours.equals(theirs), ([g.wkt for g in present], ours.wkt)
    [of_collection] = answers(geoplug.convexhull(geoplug.collect(wkb(present))))
    assert of_collection == hull


@pytest.mark.parametrize("ordinate", [own.grid, own.fine], ids=["grid", "fine"])
@EXAMPLES
@given(data=st.data())
def test_union_of_all(ordinate: st.SearchStrategy, data: st.DataObject) -> None:
    column = data.draw(own.columns(own.geometries(ordinate)))
    [union] = answers(geoplug.union_agg(wkb(column)))
    present = [g for g in column if g is not None]
    if not present:
        assert union is None
        return
    ours, theirs = shapely.from_wkb(union), shapely.union_all(present)
    shown = ([g.wkt for g in present], ours.wkt, theirs.wkt)
    scale = max([1.0, *(abs(v) for g in present if not g.is_empty for v in g.bounds)])
    assert ours.is_empty == theirs.is_empty, shown
    assert math.isclose(ours.area, theirs.area, rel_tol=1e-9, abs_tol=1e-9 * scale * scale), shown
    # As in test_overlay, vertices off the grid leave doubt where lines run along areas: those of a union in the making.
    if ordinate is own.grid and not ours.is_empty:
        assert ours.hausdorff_distance(theirs) < 1e-6, shown


@EXAMPLES
@given(data=st.data())
def test_makeline(data: st.DataObject) -> None:
    simple = st.one_of(own.points(own.fine), own.lines(own.fine))
    a, b = data.draw(own.columns(simple)), data.draw(own.columns(simple))
    rows = min(len(a), len(b))
    for x, y, made in zip(a, b, answers(geoplug.makeline(wkb(a[:rows]), wkb(b[:rows]))), strict=False):
        if x is None or y is None:
            assert made is None
            continue
        first, second = list(x.coords), list(y.coords)
        goes_on = y.geom_type == "LineString" and first[-1] == second[0]
        assert list(shapely.from_wkb(made).coords) == first + second[goes_on:]
