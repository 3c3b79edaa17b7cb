"""The relate, predicate and distance cases of the JTS Topology Suite: in columns, and with either side as a literal."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import geoplug
import pyarrow as pa
import pytest
import shapely
from against_geos import answers, wkb

with gzip.open(Path(__file__).parent / "data/jts_relate.jsonl.gz", "rt") as lines:
    CASES = [json.loads(line) for line in lines]

OURS = {"equalstopo": "equals", "iswithindistance": "dwithin"}

# Where geoplug answers otherwise on purpose: operation, file, case and why.
DIFFERENT = {
    ("equalstopo", "validate/TestRelatePL.xml", 1): "a zero-length line equals its point, as in GEOS since 3.13",
    (
        "distance",
        "general/TestDistance.xml",
        3,
    ): "a member is empty: no distance, as in PostGIS; JTS ignores the member",
    ("distance", "general/TestDistance.xml", 8): "no distance to nothing, as in PostGIS; JTS says 0",
}


def key(case: dict[str, Any]) -> tuple[str, str, int]:
    return case["op"], case["file"], case["case"]


def same(found: object, expected: str) -> bool:
    if isinstance(found, bool):
        return str(found).lower() == expected
    return isinstance(found, float) and math.isclose(found, float(expected), rel_tol=1e-12)


def function(case: dict[str, Any]) -> Callable:
    ours = getattr(geoplug, OURS.get(case["op"], case["op"]))
    if case["op"] == "relate":
        return partial(lambda pattern, a, b: ours(a, b, pattern), case["args"]["arg3"])
    if case["op"] == "iswithindistance":
        return partial(lambda limit, a, b: ours(a, b, limit), float(case["args"]["arg3"]))
    return ours


def on_every_path(case: dict[str, Any]) -> dict[str, object]:
    """Between rows that hold other geometries, lest a column of one value pass for a literal."""
    sides = {"A": shapely.from_wkt(case["a"]), "B": shapely.from_wkt(case["b"])}
    a, b = sides[case["args"]["arg1"]], sides[case["args"]["arg2"]]
    call, other = function(case), shapely.Point(1e9, 1e9)
    return {
        "columns": answers(call(wkb([other, a, b]), wkb([other, b, other])))[1],
        "literal left": answers(call(a, wkb([other, b, a])))[1],
        "literal right": answers(call(wkb([other, a, b]), b))[1],
    }


@pytest.mark.parametrize("op", sorted({case["op"] for case in CASES}))
def test_as_jts(op: str) -> None:
    wrong = []
    for case in CASES:
        if case["op"] == op and key(case) not in DIFFERENT:
            found = on_every_path(case)
            if not all(same(answer, case["expected"]) for answer in found.values()):
                wrong.append((case["file"], case["case"], case["args"], case["a"], case["b"], case["expected"], found))
    assert not wrong, f"{len(wrong)} cases:\n" + "\n".join(map(str, wrong[:10]))


@pytest.mark.parametrize("listed", DIFFERENT, ids=str)
def test_what_differs_still_does(listed: tuple[str, str, int]) -> None:
    [case, *_] = [case for case in CASES if key(case) == listed]
    assert not any(same(answer, case["expected"]) for answer in on_every_path(case).values())


def test_text_is_read_as_geos_reads_it() -> None:
    texts = sorted({case[side] for case in CASES for side in "ab"})
    ours = answers(geoplug.from_wkt(pa.array(texts)))
    for text, found in zip(texts, ours, strict=True):
        assert shapely.equals_exact(shapely.from_wkb(found), shapely.from_wkt(text)), text


def test_all_cases_are_there() -> None:
    assert len(CASES) == 3105
