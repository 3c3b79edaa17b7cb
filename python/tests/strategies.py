"""Hypothesis strategies: geometries of every type, empties included, on a small grid so that they touch."""

from __future__ import annotations

import shapely
from hypothesis import strategies as st
from nasty import EMPTY

grid = st.integers(-8, 8).map(float)
fine = st.floats(-1e6, 1e6, allow_nan=False, width=64).filter(lambda v: v == 0 or abs(v) > 1e-6)


def positions(ordinate: st.SearchStrategy[float], least: int, most: int) -> st.SearchStrategy[list]:
    return st.lists(st.tuples(ordinate, ordinate), min_size=least, max_size=most)


def points(ordinate: st.SearchStrategy[float] = grid) -> st.SearchStrategy[shapely.Point]:
    return st.tuples(ordinate, ordinate).map(shapely.Point)


def lines(ordinate: st.SearchStrategy[float] = grid) -> st.SearchStrategy[shapely.LineString]:
    return positions(ordinate, 2, 6).map(shapely.LineString).filter(lambda line: line.length > 0)


def _polygon(vertices: list) -> shapely.Geometry:
    hull = shapely.MultiPoint(vertices).convex_hull
    return hull if hull.geom_type == "Polygon" else shapely.box(0, 0, 1, 1)


@st.composite
def polygons(draw: st.DrawFn, ordinate: st.SearchStrategy[float] = grid) -> shapely.Polygon:
    shape = _polygon(draw(positions(ordinate, 3, 8)))
    if draw(st.booleans()):
        hole = shapely.affinity.scale(shape, 0.5, 0.5)
        candidate = shapely.Polygon(shape.exterior, [hole.exterior])
        shape = candidate if candidate.is_valid else shape
    if draw(st.booleans()):
        other = _polygon(draw(positions(ordinate, 3, 6)))
        cut = shape.difference(other)
        if cut.geom_type == "Polygon" and not cut.is_empty:
            shape = cut
    return shape


def multis(ordinate: st.SearchStrategy[float] = grid) -> st.SearchStrategy[shapely.Geometry]:
    def merge(parts: list) -> shapely.Geometry:
        merged = shapely.union_all(parts)
        return merged if merged.geom_type == "MultiPolygon" else shapely.MultiPolygon([merged])

    return st.one_of(
        st.lists(points(ordinate), min_size=1, max_size=4).map(shapely.MultiPoint),
        st.lists(lines(ordinate), min_size=1, max_size=3).map(shapely.MultiLineString),
        st.lists(polygons(ordinate), min_size=1, max_size=3).map(merge),
    )


def simple(ordinate: st.SearchStrategy[float] = grid) -> st.SearchStrategy[shapely.Geometry]:
    """Everything but collections."""
    return st.one_of(points(ordinate), lines(ordinate), polygons(ordinate), multis(ordinate), st.sampled_from(EMPTY))


def geometries(ordinate: st.SearchStrategy[float] = grid) -> st.SearchStrategy[shapely.Geometry]:
    """Everything, collections too."""
    collections = st.lists(st.one_of(points(ordinate), lines(ordinate), polygons(ordinate)), max_size=3)
    return st.one_of(simple(ordinate), collections.map(shapely.GeometryCollection))


def columns(of: st.SearchStrategy[shapely.Geometry]) -> st.SearchStrategy[list]:
    return st.lists(st.one_of(st.none(), of), min_size=1, max_size=12)
