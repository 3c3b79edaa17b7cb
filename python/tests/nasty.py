"""Geometries that break naive predicates, from a seed: on a small grid of whole numbers, so that vertices, edges and
collinear overlaps coincide; slivers, spikes, touching holes, repeated vertices, empties, collections of everything."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import shapely
from shapely import Geometry

SIDE = 6

# Where the grid lies: scale and offset. All but `tenths` keep the grid exactly, and with it what is collinear.
PLACES = {
    "grid": (1.0, 0.0),
    "far": (1.0, 1e6),
    "huge": (1e15, 0.0),
    "tiny": (2.0**-60, 0.0),
    "tenths": (0.1, 0.0),
}

EMPTY = [
    shapely.from_wkt(f"{kind} EMPTY")
    for kind in (
        "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"
    )
]  # fmt: skip
HALF_EMPTY = shapely.from_wkt(
    [
        "MULTIPOINT(EMPTY,(2 2))",
        "MULTILINESTRING(EMPTY,(1 1,3 3))",
        "MULTIPOLYGON(EMPTY,((1 1,4 1,4 4,1 1)))",
        "GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING(0 2,4 2))",
        "GEOMETRYCOLLECTION(POLYGON EMPTY,POINT(3 3))",
        "GEOMETRYCOLLECTION(LINESTRING EMPTY,MULTIPOINT EMPTY)",
        "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION EMPTY,POLYGON((0 0,4 0,4 4,0 0)))",
    ]
).tolist()

At = tuple[float, float]


def at(r: Random) -> At:
    return (r.randint(0, SIDE), r.randint(0, SIDE))


def somewhere(r: Random, least: int, most: int) -> list[At]:
    return [at(r) for _ in range(r.randint(least, most))]


def walk(r: Random, steps: int) -> list[At]:
    """Along the axes: what overlaps does so on a line."""
    x, y = at(r)
    path = [(x, y)]
    for _ in range(steps):
        x, y = (r.randint(0, SIDE), y) if r.random() < 0.5 else (x, r.randint(0, SIDE))
        path.append((x, y))
    return path


def spoilt(r: Random, path: list[At]) -> list[At]:
    """The same point set, said in more vertices: repeated ones, and one in the middle of an edge."""
    path = list(path)
    i = r.randrange(len(path) - 1)
    (x, y), (u, v) = path[i], path[i + 1]
    path.insert(i + 1, r.choice([(x, y), ((x + u) / 2, (y + v) / 2)]))
    return path


# Points and lines --------------------------------------------------------------------------------------------------


def point(r: Random) -> Geometry:
    return shapely.Point(at(r))


def multipoint(r: Random) -> Geometry:
    return shapely.MultiPoint(somewhere(r, 1, 5))


def line(r: Random) -> Geometry:
    path = walk(r, r.randint(1, 5)) if r.random() < 0.4 else somewhere(r, 2, 6)
    form = r.random()
    if form < 0.1:  # there and back: a spike
        path += path[-2::-1]
    elif form < 0.2:  # closed: no boundary
        path.append(path[0])
    elif form < 0.25:  # no length
        path = [path[0]] * r.randint(2, 3)
    elif form < 0.4:
        path = spoilt(r, path)
    return shapely.LineString(path)


def multiline(r: Random) -> Geometry:
    lines = [line(r) for _ in range(r.randint(1, 4))]
    if r.random() < 0.3:  # ends that meet, in twos and threes: boundary or not by the mod-2 rule
        middle = at(r)
        lines = [shapely.LineString([middle, at(r)]) for _ in range(r.randint(2, 4))]
    return shapely.MultiLineString(lines)


# Areas -------------------------------------------------------------------------------------------------------------


def box(r: Random) -> list[At]:
    (x, y), w, h = at(r), r.randint(1, SIDE), r.randint(1, SIDE)
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]


def sliver(r: Random) -> list[At]:
    """A triangle of the least area that three grid points can have, or nearly."""
    (x, y), n = at(r), r.randint(1, SIDE)
    path = [(x, y), (x + n, y + n + 1), (x + n - 1 + r.randint(0, 1), y + n), (x, y)]
    return [(b, a) for a, b in path] if r.random() < 0.5 else path


def around(r: Random) -> list[At]:
    """Star-shaped: points sorted by angle around their middle."""
    path = somewhere(r, 3, 8)
    cx, cy = np.mean(path, axis=0)
    path = sorted(set(path), key=lambda p: np.arctan2(p[1] - cy, p[0] - cx))
    return [*path, path[0]]


def ring(r: Random) -> list[At]:
    path = r.choice([box, sliver, around, around, around, lambda r: [*(p := somewhere(r, 3, 6)), p[0]]])(r)
    if r.random() < 0.2:
        path = spoilt(r, path)
    if r.random() < 0.5:
        path.reverse()
    return path


def polygon(r: Random) -> Geometry:
    shell = ring(r)
    if r.random() < 0.6:
        return shapely.Polygon(shell if len(shell) > 3 else box(r))
    # Holes: small, so that they fit, and at vertices of the shell, so that they touch it or one another.
    if r.random() < 0.7:
        shell = [(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE), (0, 0)]
    holes = []
    for _ in range(r.randint(1, 3)):
        x, y = at(r)
        u, v = r.choice([-2, -1, 1, 2]), r.choice([-2, -1, 1, 2])
        holes.append(r.choice([[(x, y), (x + u, y), (x, y + v), (x, y)], [(x, y), (x + u, y + v), (x + 1, y), (x, y)]]))
    return shapely.Polygon(shell if len(shell) > 3 else box(r), holes)


def multipolygon(r: Random) -> Geometry:
    parts = [polygon(r) for _ in range(r.randint(1, 3))]
    if r.random() < 0.5:  # squares that touch at corners
        parts = [shapely.box(x, y, x + 1, y + 1) for x, y in {at(r) for _ in range(4)}]
    return shapely.MultiPolygon(parts)


# Collections -------------------------------------------------------------------------------------------------------


def tiles(r: Random) -> Geometry:
    """A box as adjacent polygons, cut at a grid line or along a diagonal."""
    x, y, u, v = 0, 0, r.randint(2, SIDE), r.randint(2, SIDE)
    if r.random() < 0.5:
        cut = r.randint(1, u - 1)
        return shapely.GeometryCollection([shapely.box(x, y, cut, v), shapely.box(cut, y, u, v)])
    halves = [[(x, y), (u, y), (u, v)], [(x, y), (u, v), (x, v)]]
    return shapely.GeometryCollection([shapely.Polygon(half) for half in halves])


def collection(r: Random) -> Geometry:
    if r.random() < 0.2:
        return tiles(r)
    parts = [r.choice(SIMPLE)(r) for _ in range(r.randint(1, 3))]
    if r.random() < 0.15:
        parts.append(r.choice(EMPTY))
    if r.random() < 0.15:
        parts = [shapely.GeometryCollection(parts), r.choice(SIMPLE)(r)]
    return shapely.GeometryCollection(parts)


def nothing(r: Random) -> Geometry:
    return r.choice(EMPTY if r.random() < 0.6 else HALF_EMPTY)


Maker = Callable[[Random], Geometry]
SIMPLE: list[Maker] = [point, multipoint, line, multiline, polygon, multipolygon]
MAKERS: dict[str, Maker] = {
    "point": point,
    "multipoint": multipoint,
    "line": line,
    "multiline": multiline,
    "polygon": polygon,
    "multipolygon": multipolygon,
    "collection": collection,
    "empty": nothing,
}
# Each type as often as areas and collections, which have the most ways to go wrong, deserve.
OFTEN = {"point": 2, "multipoint": 2, "line": 3, "multiline": 3, "polygon": 6, "multipolygon": 3, "collection": 4,
         "empty": 1}  # fmt: skip


# Invalid on purpose ------------------------------------------------------------------------------------------------


def wrong(r: Random) -> Geometry:
    """A polygon, multipolygon or collection of them that is most likely invalid."""
    form = r.random()
    path = somewhere(r, 3, 8)
    if form < 0.4:  # crosses itself, has spikes, runs over itself
        return shapely.Polygon([*path, path[0]])
    if form < 0.5:  # no area
        a, b = at(r), at(r)
        return shapely.Polygon([a, b, a, a])
    if form < 0.7:  # holes anywhere
        return shapely.Polygon(box(r), [box(r) for _ in range(r.randint(1, 3))])
    parts = [shapely.Polygon(box(r)) for _ in range(2)] + [shapely.Polygon([*path, path[0]])]
    return shapely.MultiPolygon(parts) if form < 0.9 else shapely.GeometryCollection(parts)


# Many of them ------------------------------------------------------------------------------------------------------


def moved(geometries: list[Geometry], place: str) -> list[Geometry]:
    scale, offset = PLACES[place]
    return shapely.transform(np.array(geometries, dtype=object), lambda xy: xy * scale + offset).tolist()


def usable(geometry: Geometry) -> bool:
    """Whether GEOS defines the answers: areas must be valid; a line without length is fine."""
    if geometry.geom_type == "GeometryCollection":
        return all(usable(part) for part in geometry.geoms)
    return geometry.is_valid or shapely.get_dimensions(geometry) < 2


def only_usable(geometries: list[Geometry]) -> list[Geometry]:
    return [g for g, valid in zip(geometries, shapely.is_valid(geometries), strict=True) if valid or usable(g)]


def pool(r: Random, count: int, place: str = "grid", kinds: dict[str, int] | None = None) -> list[Geometry]:
    """Geometries that GEOS can be asked about."""
    kinds = kinds or OFTEN
    out: list[Geometry] = []
    while len(out) < count:
        made = [MAKERS[kind](r) for kind in r.choices(list(kinds), list(kinds.values()), k=count)]
        out += only_usable(moved(made, place))
    return out[:count]


def invalid_pool(r: Random, count: int, place: str = "grid") -> list[Geometry]:
    return moved([wrong(r) for _ in range(count)], place)


def relatives(r: Random, geometry: Geometry, count: int, step: float) -> list[Geometry]:
    """Geometries that have much in common with this one: its vertices, edges, boundary, holes, shifted copies."""
    xy = shapely.get_coordinates(geometry)
    if len(xy) == 0:
        return [r.choice(EMPTY) for _ in range(count)]

    def vertices(n: int) -> np.ndarray:
        return xy[[r.randrange(len(xy)) for _ in range(n)]]

    def edge() -> np.ndarray:
        i = r.randrange(max(1, len(xy) - 1))
        return np.array([xy[i], xy[(i + 1) % len(xy)]])

    def shifted() -> Geometry:
        move = (r.choice([-1, 0, 1]) * step, r.choice([-1, 0, 1]) * step)
        return shapely.transform(geometry, lambda c: c + move)

    def part() -> Geometry:
        parts = shapely.get_parts(geometry)
        return parts[r.randrange(len(parts))] if len(parts) else geometry

    def filled() -> Geometry:
        one = part()
        if one.geom_type != "Polygon" or one.is_empty:
            return one
        rings = [one.exterior, *one.interiors]
        return shapely.Polygon(rings[r.randrange(len(rings))])

    def boundary() -> Geometry:
        one = part()
        return one if one.geom_type == "GeometryCollection" else shapely.boundary(one)

    def with_another() -> Geometry:
        return shapely.GeometryCollection([geometry, r.choice([shapely.LineString, shapely.MultiPoint])(vertices(2))])

    makers: list[Callable[[], Geometry]] = [
        lambda: geometry,
        lambda: shapely.reverse(geometry),
        lambda: shapely.Point(vertices(1)[0]),
        lambda: shapely.Point(edge().mean(axis=0)),
        lambda: shapely.MultiPoint(vertices(3)),
        lambda: shapely.LineString(edge()),
        lambda: shapely.LineString(vertices(3)),
        lambda: shapely.LineString([edge().mean(axis=0), vertices(1)[0]]),
        lambda: shapely.Polygon(vertices(3)),
        lambda: shapely.envelope(geometry),
        lambda: shapely.convex_hull(geometry),
        shifted,
        shifted,
        part,
        filled,
        boundary,
        with_another,
    ]
    out: list[Geometry] = []
    while len(out) < count:
        out += only_usable([r.choice(makers)() for _ in range(count)])
    return out[:count]


def groups(r: Random, count: int, rows: int, place: str = "grid") -> list[tuple[Geometry, list[Geometry]]]:
    """`count` geometries to be constants, each with its rows: relatives of it and anything else."""
    everything = pool(r, max(count, rows), place)
    out = []
    for constant in everything[:count]:
        related = relatives(r, constant, rows // 2, PLACES[place][0])
        out.append((constant, related + r.choices(everything, k=rows - len(related))))
    return out


def detailed(r: Random, vertices: int) -> Geometry:
    """A polygon of many vertices on a grid of eighths, with a hole: enough edges for an index."""
    angle = np.arange(vertices) * (2 * np.pi / vertices)
    radius = np.array([r.choice([30.0, 26.0, 28.0]) for _ in range(vertices)])
    shell = np.round(np.column_stack([np.cos(angle) * radius, np.sin(angle) * radius]) * 8) / 8
    ring = shapely.Polygon(shell, [shell[::-1] * 0.25] if r.random() < 0.7 else None)
    return ring if ring.is_valid else detailed(r, max(4, vertices * 3 // 4))


def points_near(r: Random, geometry: Geometry, count: int) -> list[Geometry]:
    """Points on the vertices, on the edges, next to them by one bit, at their heights, and anywhere around."""
    xy = shapely.get_coordinates(geometry)
    rng = np.random.default_rng(r.randrange(2**32))
    pick = xy[rng.integers(0, len(xy), count)]
    where = rng.integers(0, len(xy) - 1, count)
    middle = (xy[where] + xy[where + 1]) / 2
    beside = np.nextafter(pick, rng.choice([-np.inf, np.inf], (count, 2)))
    low, high = xy.min(axis=0), xy.max(axis=0)
    anywhere = rng.uniform(low - (high - low) * 0.1, high + (high - low) * 0.1, (count, 2))
    level = np.column_stack([anywhere[:, 0], pick[:, 1]])
    kind = rng.integers(0, 5, count)[:, None]
    chosen = np.select([kind == 0, kind == 1, kind == 2, kind == 3], [pick, middle, beside, level], anywhere)
    return shapely.points(chosen).tolist()
