"""Predicates, the matrix and distances against GEOS, over nasty pairs of all types: in columns, and with either side as
a constant. Where GEOS errs, the definition decides. `long_run.py` does the same over many more.
"""

from __future__ import annotations

import os
from functools import cache
from random import Random

import exact
import geoplug
import nasty
import pytest
import shapely
from against_geos import PREDICATES, Pairs, answers, differences, distance_differences, truth, wkb

# The same pairs in every run of the test command; GEOPLUG_EXAMPLES=5000 takes more and other ones.
ROUNDS = max(1, int(os.environ.get("GEOPLUG_EXAMPLES", "0")) // 100)
SEED = Random().randrange(2**32) if "GEOPLUG_EXAMPLES" in os.environ else 3
every_place = pytest.mark.parametrize("place", nasty.PLACES)
every_predicate = pytest.mark.parametrize("name", [*PREDICATES, "relate"])


@cache
def rounds(place: str) -> list[Pairs]:
    r = Random(f"{SEED} {place}")
    return [Pairs(nasty.groups(r, 15, 60, place)) for _ in range(ROUNDS)]


@cache
def in_detail(points: int = 3000) -> Pairs:
    """Large polygons against many points around them, and against small geometries."""
    r = Random(f"{SEED} detail")
    # Nothing that GEOS is known to err on: the judge takes long over so many edges.
    kinds = dict.fromkeys(["point", "multipoint", "line", "multiline", "polygon"], 1)
    small = [shapely.transform(g, lambda xy: xy * 8 - 24) for g in nasty.pool(r, 300, kinds=kinds) if g.is_valid]
    polygons = [nasty.detailed(r, vertices) for vertices in (12, 150, 400)]
    return Pairs([(p, nasty.points_near(r, p, points) + small) for p in polygons])


def check(pairs: Pairs, name: str) -> None:
    found = [d for d in differences(pairs, name) if d.ours != d.truth]
    smallest = sorted(found, key=lambda d: d.size)[:5]
    assert not found, f"seed {SEED}: {len(found)} answers, such as\n" + "\n".join(map(str, smallest))


@every_predicate
@every_place
def test_as_geos(name: str, place: str) -> None:
    for pairs in rounds(place):
        check(pairs, name)


@every_predicate
def test_large_polygons(name: str) -> None:
    check(in_detail(), name)


@every_place
def test_distance(place: str) -> None:
    for pairs in rounds(place):
        found = distance_differences(pairs)
        assert not found, f"seed {SEED}: {len(found)} answers, such as\n" + "\n".join(sorted(found, key=len)[:5])


def test_distance_to_large_polygons() -> None:
    found = distance_differences(in_detail(200))
    assert not found, f"seed {SEED}: {len(found)} answers, such as\n" + "\n".join(sorted(found, key=len)[:5])


PATTERNS = ["T********", "FF*FF****", "T*F**FFF*", "212101212", "F***T****", "*********", "0********", "T*T***T**"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern(pattern: str) -> None:
    [pairs, *_] = rounds("grid")
    matrices = answers(geoplug.relate(*pairs.wkb))
    for _, swap, ours in pairs.ours("relate", pattern):
        matrix = matrices if not swap else answers(geoplug.relate(*reversed(pairs.wkb)))
        assert ours == [exact.matches(m, pattern) for m in matrix]


@every_predicate
def test_null(name: str) -> None:
    function = getattr(geoplug, name)
    box = shapely.box(0, 0, 1, 1)
    assert answers(function(wkb([None, box]), wkb([box, None]))) == [None, None]
    assert answers(function(wkb([None, None]), box)) == [None, None]
    assert answers(function(box, wkb([None, None]))) == [None, None]


def test_the_judge_agrees_with_geos() -> None:
    """The definition, computed in rational numbers, is no oracle of its own making: GEOS says the same of most."""
    [pairs, *_] = rounds("grid")
    rows = range(0, len(pairs), 9)
    same = [truth("relate", pairs.a[i], pairs.b[i]) == pairs.geos("relate")[i] for i in rows]
    assert sum(same) > 0.9 * len(same)
