"""Real data: the places of the United States in its counties, in every engine, against GEOS."""

from __future__ import annotations

import math
import sys
from collections import Counter

import geoplug
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from conftest import ROOT, session

sys.path.insert(0, str(ROOT / "examples"))
import demo


@pytest.fixture(scope="module")
def expected() -> dict[str, int]:
    places = shapely.from_wkb(pq.read_table(ROOT / "data/us_places.parquet")["geometry"].to_pylist())
    counties = pq.read_table(ROOT / "data/us_counties.parquet")
    shapes = shapely.from_wkb(counties["geometry"].to_pylist())
    hits = shapely.STRtree(shapes).query(places, predicate="intersects")[1]
    ids = counties["id"].to_pylist()
    return dict(Counter(ids[i] for i in hits))


def test_the_demo_is_right(expected: dict[str, int]) -> None:
    for answer in (demo.in_sql(), demo.in_polars()):
        assert dict(zip(answer["id"], answer["places"], strict=True)) == expected


def test_constant_county(expected: dict[str, int]) -> None:
    """One county as a literal, in SQL, in Polars eager and streaming, and over Arrow."""
    counties = pq.read_table(ROOT / "data/us_counties.parquet")
    wkb = dict(zip(counties["id"].to_pylist(), counties["geometry"].to_pylist(), strict=True))
    ctx = session()
    ctx.register_parquet("places", ROOT / "data/us_places.parquet")
    lazy = pl.scan_parquet(ROOT / "data/us_places.parquet")
    column = pq.read_table(ROOT / "data/us_places.parquet")["geometry"]
    for county in ("06037", "36103", "02016", "48301"):
        count = expected.get(county, 0)
        literal = f"st_geomfromwkb(X'{wkb[county].hex()}')"
        sql = f"SELECT count(*) AS n FROM places WHERE st_intersects(geometry, {literal})"
        assert ctx.sql(sql).to_pydict()["n"] == [count]
        inside = lazy.filter(pl.col("geometry").geo.intersects(wkb[county]))
        assert inside.collect(engine="in-memory").height == count
        assert inside.collect(engine="streaming").height == count
        assert sum(pa.array(geoplug.intersects(column, wkb[county])).to_pylist()) == count


@pytest.mark.parametrize("name", ["area", "length", "perimeter", "xmin", "ymax", "npoints"])
def test_counties(name: str) -> None:
    table = pq.read_table(ROOT / "data/us_counties.parquet")["geometry"]
    shapes = shapely.from_wkb(table.to_pylist())
    theirs = {
        "area": shapely.area(shapes),
        "length": [0.0] * len(shapes),
        "perimeter": shapely.length(shapes),
        "xmin": shapely.bounds(shapes)[:, 0],
        "ymax": shapely.bounds(shapes)[:, 3],
        "npoints": shapely.get_num_coordinates(shapes),
    }[name]
    ours = pa.array(getattr(geoplug, name)(table)).to_pylist()
    # An empty county has no bounds: null here, NaN there.
    assert [math.nan if v is None else v for v in ours] == pytest.approx(list(theirs), rel=1e-9, nan_ok=True)
