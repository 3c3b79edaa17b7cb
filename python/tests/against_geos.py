"""Our answers on every path, those of GEOS, and what to do where they differ: ask `exact`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import exact
import geoplug
import numpy as np
import pyarrow as pa
import shapely
from shapely import Geometry, GEOSException

PREDICATES = [
    "intersects", "disjoint", "contains", "within", "covers", "coveredby", "containsproperly", "touches", "crosses",
    "overlaps", "equals",
]  # fmt: skip
CONVERSE = {"contains": "within", "within": "contains", "covers": "coveredby", "coveredby": "covers"}
IN_SHAPELY = {"coveredby": "covered_by", "containsproperly": "contains_properly"}


def wkb(values: list) -> pa.Array:
    return pa.array([None if g is None else shapely.to_wkb(g) for g in values], type=pa.binary())


def answers(out: Any) -> list:
    return pa.array(out).to_pylist()


def has_empty(geometry: Geometry) -> bool:
    """Whether it, or a member of it, is empty: PostGIS has no distance then."""
    return geometry.is_empty or (hasattr(geometry, "geoms") and any(has_empty(g) for g in geometry.geoms))


def without_empty_members(geometry: Geometry) -> Geometry:
    """The same point set. GEOS 3.14.1 crashes on a polygon against a collection of polygons and POLYGON EMPTY."""
    if geometry.is_empty or not has_empty(geometry):
        return geometry
    return type(geometry)([without_empty_members(g) for g in geometry.geoms if not g.is_empty])


def geos(name: str, a: list[Geometry], b: list[Geometry]) -> list:
    """The answers, or what GEOS complains of where it has none."""
    a, b = ([without_empty_members(g) for g in side] for side in (a, b))
    function = getattr(shapely, IN_SHAPELY.get(name, name))
    try:
        return function(a, b).tolist()
    except GEOSException as error:
        if len(a) == 1:
            return [str(error)]
        return [geos(name, [p], [q])[0] for p, q in zip(a, b, strict=True)]


def swapped(name: str, values: list) -> list:
    """What `name` answers for (b, a), told from the answers of its converse for (a, b)."""
    return [v[0::3] + v[1::3] + v[2::3] if len(v) == 9 else v for v in values] if name == "relate" else values


@dataclass
class Pairs:
    """Pairs in groups of one constant each, and the answers of GEOS to all of them."""

    groups: list[tuple[Geometry, list[Geometry]]]
    _geos: dict[tuple[str, bool], list] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.a = [constant for constant, rows in self.groups for _ in rows]
        self.b = [row for _, rows in self.groups for row in rows]
        self.wkb = wkb(self.a), wkb(self.b)

    def __len__(self) -> int:
        return len(self.a)

    def geos(self, name: str, swap: bool = False) -> list:
        if (name, swap) not in self._geos:
            if swap and name != "containsproperly":
                self._geos[name, swap] = swapped(name, self.geos(CONVERSE.get(name, name)))
            else:
                self._geos[name, swap] = geos(name, *((self.b, self.a) if swap else (self.a, self.b)))
        return self._geos[name, swap]

    def ours(self, name: str, *more: Any) -> Iterator[tuple[str, bool, list]]:
        """On every path: its name, whether the arguments are swapped, the answers."""
        function: Callable = getattr(geoplug, name)
        a, b = self.wkb
        yield "columns", False, answers(function(a, b, *more))
        starts = np.cumsum([0, *(len(rows) for _, rows in self.groups)]).tolist()
        left, right = [], []
        for (constant, rows), start in zip(self.groups, starts, strict=False):
            column, literal = b.slice(start, len(rows)), shapely.to_wkb(constant)
            left += answers(function(literal, column, *more))
            right += answers(function(column, literal, *more))
        yield "constant left", False, left
        yield "constant right", True, right


@cache
def _truth(a: bytes, b: bytes) -> tuple[str, tuple[int, int]]:
    if b < a:  # one computation for a pair and the pair swapped
        matrix, (q, p) = _truth(b, a)
        return swapped("relate", [matrix])[0], (p, q)
    p, q = shapely.from_wkb(a), shapely.from_wkb(b)
    return exact.relate(p, q), (exact.Parts(p).dimension, exact.Parts(q).dimension)


def truth(name: str, a: Geometry, b: Geometry) -> bool | str:
    matrix, dimensions = _truth(shapely.to_wkb(a), shapely.to_wkb(b))
    return matrix if name == "relate" else exact.predicate(name, matrix, dimensions)


@dataclass
class Difference:
    """A row on which geoplug and GEOS differ."""

    name: str
    path: str
    a: Geometry
    b: Geometry
    ours: Any
    geos: Any

    @property
    def truth(self) -> bool | str:
        return truth(self.name, self.a, self.b)

    @property
    def size(self) -> int:
        return len(self.a.wkt) + len(self.b.wkt)

    def __str__(self) -> str:
        return (
            f"{self.name} ({self.path}): geoplug {self.ours}, GEOS {self.geos}, by definition {self.truth}\n"
            f"    {self.a.wkt}\n    {self.b.wkt}"
        )


def differences(pairs: Pairs, name: str) -> list[Difference]:
    found = []
    for path, swap, ours in pairs.ours(name):
        a, b = (pairs.b, pairs.a) if swap else (pairs.a, pairs.b)
        rows = zip(a, b, ours, pairs.geos(name, swap), strict=True)
        found += [Difference(name, path, *row) for row in rows if row[2] != row[3]]
    return found


def distances(pairs: Pairs) -> list[float | None]:
    without = [has_empty(p) or has_empty(q) for p, q in zip(pairs.a, pairs.b, strict=True)]
    return [None if no else d for no, d in zip(without, pairs.geos("distance"), strict=True)]


def magnitude(*geometries: Geometry) -> float:
    return float(np.abs(shapely.get_coordinates(geometries)).max(initial=0.0))


def distance_differences(pairs: Pairs) -> list[str]:
    """Distances that are not close, and distances within which a pair is not said to be or wrongly said to be.

    What is nearly nothing against the coordinates is rounding, but for one thing: nothing is apart that shares a point.
    """
    theirs, found = distances(pairs), []

    def note(what: str, row: int, ours: Any, expected: Any) -> None:
        found.append(f"{what}: geoplug {ours}, GEOS {expected}\n    {pairs.a[row].wkt}\n    {pairs.b[row].wkt}")

    def rounding(row: int, *apart: float) -> bool:
        return max(apart) <= 1e-12 * magnitude(pairs.a[row], pairs.b[row])

    for path, _, ours in pairs.ours("distance"):
        for row, (d, expected) in enumerate(zip(ours, theirs, strict=True)):
            if d is None or expected is None:
                right = d is expected
            elif d != expected and rounding(row, d, expected):
                right = (d == 0.0) == truth("intersects", pairs.a[row], pairs.b[row])
            else:
                right = math.isclose(d, expected, rel_tol=1e-9)
            if not right:
                note(f"distance ({path})", row, d, expected)
    apart = [d for row, d in enumerate(theirs) if d and not rounding(row, d)]
    for limit in [0.0, *sorted(apart)[:: max(1, len(apart) // 5)]]:
        for path, _, ours in pairs.ours("dwithin", limit):
            for row, (near, d) in enumerate(zip(ours, theirs, strict=True)):
                if near == (d is not None and d <= limit):
                    continue
                if limit == 0.0 and d is not None and rounding(row, d):
                    right = near == truth("intersects", pairs.a[row], pairs.b[row])
                else:
                    # Either may be off by the last bit; that no pair is beyond its own distance is tested apart.
                    right = d is not None and math.isclose(d, limit, rel_tol=1e-12)
                if not right:
                    note(f"dwithin {limit} ({path})", row, near, d)
    return found
