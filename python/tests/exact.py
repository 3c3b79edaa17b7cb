"""DE-9IM by definition, in rational numbers: the judge where geoplug and GEOS differ.

The plane is cut along every segment of both geometries into nodes, pieces and faces. Each lies in the interior, on the
boundary or in the exterior of either geometry, and the matrix is the highest dimension found of each combination. Slow,
and without any cleverness that could be wrong.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

import shapely

At = tuple[Fraction, Fraction]
INTERIOR, BOUNDARY, EXTERIOR = range(3)


class Parts:
    """The polygons, lines and points of a geometry; a line without length is a point."""

    def __init__(self, geometry: shapely.Geometry) -> None:
        self.polygons: list[list[list[At]]] = []
        self.lines: list[list[At]] = []
        self.points: set[At] = set()
        self._add(geometry)
        self.line_segments = {frozenset(s) for line in self.lines for s in pairwise(line)}
        self.segments = self.line_segments | {
            frozenset(s) for rings in self.polygons for ring in rings for s in pairwise(ring)
        }
        self.ends = [end for line in self.lines for end in (line[0], line[-1])]
        self.dimension = 2 if self.polygons else 1 if self.lines else 0 if self.points else -1

    def _add(self, geometry: shapely.Geometry) -> None:
        if geometry.is_empty:
            return
        if hasattr(geometry, "geoms"):
            for part in geometry.geoms:
                self._add(part)
        elif geometry.geom_type == "Polygon":
            self.polygons.append([distinct(ring) for ring in (geometry.exterior, *geometry.interiors)])
        else:
            path = distinct(geometry)
            if len(path) == 1:
                self.points.add(path[0])
            else:
                self.lines.append(path)

    def covers_by_area(self, at: At) -> bool:
        """Whether a point that lies on no segment is inside a polygon: even-odd over its rings."""
        return any(sum(crossings(ring, at) for ring in rings) % 2 for rings in self.polygons)


def distinct(path: shapely.Geometry) -> list[At]:
    at = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(path).tolist()]
    return [p for i, p in enumerate(at) if i == 0 or p != at[i - 1]]


def crossings(ring: list[At], at: At) -> int:
    """How often a ray to the right meets a ring."""
    x, y = at
    return sum(
        (ay > y) != (by > y) and ax + (bx - ax) * (y - ay) / (by - ay) > x for (ax, ay), (bx, by) in pairwise(ring)
    )


def cross(o: At, a: At, b: At) -> Fraction:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def on(at: At, p: At, q: At) -> bool:
    return (
        min(p[0], q[0]) <= at[0] <= max(p[0], q[0])
        and min(p[1], q[1]) <= at[1] <= max(p[1], q[1])
        and cross(p, q, at) == 0
    )


def meeting(p: At, q: At, r: At, s: At) -> At | None:
    """Where two segments cross in a single inner point of both."""
    a, b, c, d = cross(p, q, r), cross(p, q, s), cross(r, s, p), cross(r, s, q)
    if (a > 0) == (b > 0) or (c > 0) == (d > 0) or 0 in (a, b, c, d):
        return None
    t = c / (c - d)
    return (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]))


def relate(first: shapely.Geometry, second: shapely.Geometry) -> str:
    """The matrix. Areas must be valid."""
    both = Parts(first), Parts(second)
    segments = [tuple(s) for s in both[0].segments | both[1].segments]
    nodes = {end for s in segments for end in s} | both[0].points | both[1].points
    nodes |= {at for s, t in combinations(segments, 2) if (at := meeting(*s, *t))}
    pieces: dict[tuple[At, At], list[bool]] = {}
    for p, q in segments:
        for piece in pairwise(sorted(n for n in nodes if on(n, p, q))):
            found = pieces.setdefault(piece, [False, False])
            for i, parts in enumerate(both):
                found[i] |= frozenset((p, q)) in parts.line_segments
    matrix = [[-1] * 3 for _ in range(3)]
    matrix[EXTERIOR][EXTERIOR] = 2

    def put(dimension: int, where: list[int]) -> None:
        matrix[where[0]][where[1]] = max(matrix[where[0]][where[1]], dimension)

    around: dict[At, list[tuple[list[bool], list[bool]]]] = {n: [] for n in nodes}
    for piece, is_line in pieces.items():
        faces = [[parts.covers_by_area(side) for side in beside(piece, list(pieces))] for parts in both]
        for side in (0, 1):
            put(2, [INTERIOR if inside[side] else EXTERIOR for inside in faces])
        put(
            1,
            [by_area(f) if any(f) else INTERIOR if line else EXTERIOR for f, line in zip(faces, is_line, strict=True)],
        )
        for end in piece:
            around[end].append((faces, is_line))
    for node, incident in around.items():
        where = []
        for i, parts in enumerate(both):
            inside = [side for faces, _ in incident for side in faces[i]] or [parts.covers_by_area(node)]
            if any(inside):
                where.append(by_area(inside))
            elif parts.ends.count(node) % 2:
                where.append(BOUNDARY)
            else:
                held = node in parts.points or any(is_line[i] for _, is_line in incident)
                where.append(INTERIOR if held else EXTERIOR)
        put(0, where)
    return "".join("F" if d < 0 else str(d) for row in matrix for d in row)


def by_area(inside: list[bool]) -> int:
    return INTERIOR if all(inside) else BOUNDARY


def beside(piece: tuple[At, At], pieces: list[tuple[At, At]]) -> list[At]:
    """A point of the face on either side of a piece: halfway to what comes next."""
    (px, py), (qx, qy) = piece
    middle = ((px + qx) / 2, (py + qy) / 2)
    sides = []
    for normal in ((py - qy, qx - px), (qy - py, px - qx)):
        beyond = (middle[0] + normal[0], middle[1] + normal[1])
        nearest = Fraction(1)
        for r, s in pieces:
            if (r, s) == piece:
                continue
            a, b = cross(middle, beyond, r), cross(middle, beyond, s)
            if a == b:  # parallel to the ray: on it only if it ends there
                hits = [r, s] if a == 0 else []
            elif (a > 0) != (b > 0) or 0 in (a, b):
                t = a / (a - b)
                hits = [(r[0] + t * (s[0] - r[0]), r[1] + t * (s[1] - r[1]))]
            else:
                hits = []
            for x, y in hits:
                along = ((x - middle[0]) * normal[0] + (y - middle[1]) * normal[1]) / (normal[0] ** 2 + normal[1] ** 2)
                if 0 < along < nearest:
                    nearest = along
        sides.append((middle[0] + normal[0] * nearest / 2, middle[1] + normal[1] * nearest / 2))
    return sides


def matches(matrix: str, pattern: str) -> bool:
    return all(p == "*" or p == m or (p == "T" and m != "F") for m, p in zip(matrix, pattern, strict=True))


def any_of(matrix: str, *patterns: str) -> bool:
    return any(matches(matrix, pattern) for pattern in patterns)


def predicate(name: str, matrix: str, dimensions: tuple[int, int]) -> bool:
    """A named predicate, as OGC defines it by the matrix and the dimensions (-1: empty)."""
    a, b = dimensions
    if name == "equals" and a == b == -1:
        return True
    if name == "crosses":
        pattern = "T*T******" if a < b else "T*****T**" if a > b else "0********"
        return (a, b) not in {(0, 0), (2, 2)} and matches(matrix, pattern)
    if name == "overlaps":
        return a == b and matches(matrix, "1*T***T**" if a == 1 else "T*T***T**")
    if name == "touches":
        return (a, b) != (0, 0) and any_of(matrix, "FT*******", "F**T*****", "F***T****")
    return {
        "intersects": not matches(matrix, "FF*FF****"),
        "disjoint": matches(matrix, "FF*FF****"),
        "contains": matches(matrix, "T*****FF*"),
        "within": matches(matrix, "T*F**F***"),
        "covers": any_of(matrix, "T*****FF*", "*T****FF*", "***T**FF*", "****T*FF*"),
        "coveredby": any_of(matrix, "T*F**F***", "*TF**F***", "**FT*F***", "**F*TF***"),
        "containsproperly": matches(matrix, "T**FF*FF*"),
        "equals": matches(matrix, "T*F**FFF*"),
    }[name]
