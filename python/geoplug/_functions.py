# Generated from the catalog by `make generate`. Do not edit.
"""Every function of the catalog as a plain function.

Arguments decide where it runs. Polars expressions give an expression, series a series, DataFusion expressions
an expression of DataFusion; objects with the Arrow PyCapsule interface give an Arrow array. Numbers, text and
bytes alone give a Polars expression. In Polars and DataFusion a ``str`` names a column, but is text where text
is wanted.
"""

from __future__ import annotations

from typing import Any

from geoplug._dispatch import call
from geoplug._types import Binary, Geometry, Number, Text

__all__ = [
    "area",
    "buffer",
    "x",
]


def area(geom: Geometry) -> Any:
    """The planar area of the polygons in a geometry.

    Holes are subtracted. Points and lines have no area. Each ring counts with the size that it encloses, whatever
    its direction; a ring that crosses itself counts its loops with opposite signs, as in PostGIS and GEOS.

    Parameters
    ----------
    geom
        any geometry.

    Notes
    -----
    Units: Squared units of the coordinates: square metres in a metric CRS, square degrees (hardly what
    you want) in longitude and latitude.

    Nulls and empties: Null for null; 0 for an empty geometry.

    Errors: Malformed WKB.

    Examples
    --------
    >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.area()).item()
    12.0

    In SQL::

        SELECT st_area(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
        -- 12.0
    """
    return call("st_area", geom)


def buffer(geom: Geometry, distance: Number, quad_segs: Number = 8) -> Any:
    """The area within a distance of a geometry, with round ends and corners.

    The result is a polygon or multipolygon. A negative distance shrinks polygons; of points and lines it leaves
    nothing. Arcs are drawn by `quad_segs` segments for each quarter of a circle.

    Parameters
    ----------
    geom
        any geometry.
    distance
        how far; may be negative.
    quad_segs
        segments for each quarter of a circle, at least 1; 8 if left out.

    Notes
    -----
    Units: `distance` is in units of the coordinates: degrees in longitude and latitude.

    Nulls and empties: Null where any argument is null; an empty polygon for an empty geometry.

    Errors: A distance that is not a finite number; `quad_segs` below 1; coordinates that are not
    finite; malformed WKB.

    Examples
    --------
    >>> pl.select(geoplug.point(0, 0).geo.buffer(1, 64).geo.area().round(3)).item()
    3.141

    In SQL::

        SELECT round(st_area(st_buffer(st_point(0, 0), 1, 64)), 3)
        -- 3.141
    """
    return call("st_buffer", geom, distance, quad_segs)


def x(geom: Geometry) -> Any:
    """The x coordinate of a point.

    Parameters
    ----------
    geom
        a point.

    Notes
    -----
    Units: Units of the coordinates; longitude in degrees where the CRS is geographic.

    Nulls and empties: Null for null and for an empty point.

    Errors: A geometry that is not a point; malformed WKB.

    Examples
    --------
    >>> pl.select(geoplug.point(3, 4).geo.x()).item()
    3.0

    In SQL::

        SELECT st_x(st_point(3, 4))
        -- 3.0
    """
    return call("st_x", geom)
