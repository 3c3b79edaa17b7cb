"""What PostGIS answered: every recorded expression that uses only functions geoplug has."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest
import shapely
from conftest import session
from geoplug._signatures import SIGNATURES

ROWS = list(csv.DictReader((Path(__file__).parent / "data/postgis_semantics.csv").open()))

# Where geoplug differs on purpose, and why.
DIFFERENT: dict[str, str] = {
    "misc|wktNaN": "WKB writes the empty point as NaN, so POINT(NaN NaN) is POINT EMPTY",
    "misc|buffer0bowtie": "a ring that crosses itself keeps all of its loops; PostGIS drops one",
    "misc|simplifyNeg": "a negative tolerance is an error; PostGIS drops the sign",
    "ST_Equals|pt,zerolenline": "a line of no length is a point, as in GEOS since 3.13",
    "ST_Contains|poly,bowtie": "the second polygon is invalid",
}


def known(sql: str) -> bool:
    names = {name.lower() for name in re.findall(r"(\w+)\s*\(", sql)}
    shapes = {"point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection"}
    return bool(names & SIGNATURES.keys()) and names - shapes <= SIGNATURES.keys() and "::geometry" not in sql.lower()


CASES = [row for row in ROWS if known(row["sql"]) and row["key"] not in DIFFERENT]


def same(found: object, expected: str, sql: str) -> bool:
    if expected == "<NULL>":
        return found is None
    if found is None:
        return False
    if isinstance(found, bool):
        return str(found).lower()[0] == expected[0]
    if isinstance(found, int | float):
        return math.isclose(float(found), float(expected), rel_tol=1e-12)
    if found == expected:
        return True
    if not re.match(r"[A-Z]+[ (]", expected):
        return False
    # Geometry: the same point set, whatever vertex it begins with; empties must be of the same type.
    ours, theirs = shapely.from_wkt(str(found)), shapely.from_wkt(expected)
    if ours.is_empty or theirs.is_empty:
        return str(found).split()[0] == expected.split()[0]
    ours, theirs = shapely.set_precision(ours, 1e-9), shapely.set_precision(theirs, 1e-9)
    return ours.normalize().equals(theirs.normalize())


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["key"])
def test_as_postgis(row: dict[str, str], shared: object) -> None:
    sql = row["sql"]
    returns_geometry = re.match(
        r"ST_(Union|Intersection|Centroid|Envelope|ConvexHull|Buffer|Simplify|MakeLine|GeomFrom)", sql
    )
    query = f"SELECT ST_AsText({sql})" if returns_geometry else f"SELECT {sql}"
    if row["expected"].startswith("ERROR"):
        with pytest.raises(Exception, match="st_"):
            shared.sql(query).collect()
        return
    [value] = [v for batch in shared.sql(query).collect() for v in batch.column(0).to_pylist()]
    assert same(value, row["expected"], sql), f"{sql}: PostGIS {row['expected']}, geoplug {value}"


@pytest.fixture(scope="module")
def shared() -> object:
    return session()


def test_enough_is_compared() -> None:
    assert len(CASES) > 150
