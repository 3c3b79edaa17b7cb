# Generated from the catalog by `make generate`. Do not edit.
"""The methods of the Polars namespaces: each takes its column as the first argument."""

from __future__ import annotations

from typing import Any

from geoplug._types import Binary, Geometry, Number


class GeoMethods:
    """Methods of the ``geo`` namespace."""

    def _call(self, function: str, *args: Any) -> Any:
        raise NotImplementedError

    def area(self) -> Any:
        """The planar area of the polygons in a geometry.

        Holes are subtracted. Points and lines have no area. Each ring counts with the size that it encloses, whatever
        its direction; a ring that crosses itself counts its loops with opposite signs, as in PostGIS and GEOS.

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
        return self._call("st_area")

    def buffer(self, distance: Number, quad_segs: Number = 8) -> Any:
        """The area within a distance of a geometry, with round ends and corners.

        The result is a polygon or multipolygon. A negative distance shrinks polygons; of points and lines it leaves
        nothing. Arcs are drawn by `quad_segs` segments for each quarter of a circle.

        Parameters
        ----------
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
        return self._call("st_buffer", distance, quad_segs)

    def x(self) -> Any:
        """The x coordinate of a point.

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
        return self._call("st_x")


NAMESPACES: dict[str, type] = {
    "geo": GeoMethods,
}
