"""Polars: eager, lazy, streaming, in every place where an expression may stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import geoplug
import polars as pl
import pyarrow as pa
import pytest
import shapely
from polars.testing import assert_frame_equal, assert_series_equal

SQUARE = shapely.box(0, 0, 10, 10)


def frame(rows: int = 6) -> pl.DataFrame:
    """Points along a diagonal, a null among them, in two groups."""
    wkb = [None if i == 2 else shapely.Point(i * 4, i * 4).wkb for i in range(rows)]
    return pl.DataFrame({"id": range(rows), "group": [i % 2 for i in range(rows)], "geom": wkb})


def test_eager_and_lazy_agree() -> None:
    df = frame()
    expr = pl.col("geom").geo.x()
    expected = [0.0, 4.0, None, 12.0, 16.0, 20.0]
    assert df.select(expr).to_series().to_list() == expected
    assert df.lazy().select(expr).collect().to_series().to_list() == expected
    assert df.lazy().select(expr).collect(engine="streaming").to_series().to_list() == expected
    assert df["geom"].geo.x().to_list() == expected


def exprs() -> dict[str, pl.Expr]:
    geom = pl.col("geom").geo
    return {
        "float": geom.x(),
        "integer": geom.npoints(),
        "boolean": geom.intersects(SQUARE),
        "text": geom.to_wkt(),
        "binary": geom.to_wkb(),
        "geometry": geom.buffer(1.0),
        "typed": geom.setsrid(4326),
        "aggregate": geom.extent(),
        "collected": geom.collect(),
        "constructor": geoplug.point(pl.col("id"), 2.0, srid=3857),
        "literal": geoplug.from_wkt("POINT(1 2)"),
    }


@pytest.mark.parametrize("name", exprs())
def test_schema_is_what_collect_returns(name: str) -> None:
    lazy = frame().lazy().select(exprs()[name].alias("out"))
    for engine in ("in-memory", "streaming"):
        assert lazy.collect_schema() == lazy.collect(engine=engine).schema


def test_name_is_that_of_the_first_column() -> None:
    assert frame().select(pl.col("geom").geo.x()).columns == ["geom"]
    assert frame()["geom"].geo.x().name == "geom"


def test_geometry_is_typed_and_carries_its_crs() -> None:
    df = frame().select(pl.col("geom").geo.setsrid(4326))
    metadata = pa.table(df).schema.field("geom").metadata
    assert metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert b"EPSG:4326" in metadata[b"ARROW:extension:metadata"]
    assert df.select(pl.col("geom").geo.srid()).to_series().to_list() == [4326, 4326, None, 4326, 4326, 4326]
    # It goes on through other functions, and is compared.
    assert df.select(pl.col("geom").geo.centroid().geo.srid()).item(0, 0) == 4326
    with pytest.raises(pl.exceptions.ComputeError, match=r"different CRS.*EPSG:4326.*EPSG:2263"):
        df.select(pl.col("geom").geo.intersects(pl.col("geom").geo.setsrid(2263)))


def test_geometry_from_geopandas_and_parquet(tmp_path) -> None:
    import geopandas as gpd

    points = gpd.GeoDataFrame({"id": [1, 2]}, geometry=[shapely.Point(1, 1), shapely.Point(20, 1)], crs="EPSG:4326")
    typed = pl.DataFrame(pa.table(points.to_arrow(geometry_encoding="WKB")))
    assert typed.select(pl.col("geometry").geo.srid()).to_series().to_list() == [4326, 4326]
    assert typed.select(pl.col("geometry").geo.within(SQUARE)).to_series().to_list() == [True, False]
    native = pl.DataFrame(pa.table(points.to_arrow(geometry_encoding="geoarrow")))
    assert native.select(pl.col("geometry").geo.x()).to_series().to_list() == [1.0, 20.0]
    points.to_parquet(tmp_path / "points.parquet")
    read = pl.read_parquet(tmp_path / "points.parquet")
    assert read.select(pl.col("geometry").geo.within(SQUARE)).to_series().to_list() == [True, False]
    scanned = pl.scan_parquet(tmp_path / "points.parquet").filter(pl.col("geometry").geo.within(SQUARE))
    assert scanned.collect(engine="streaming").height == 1


def test_group_by() -> None:
    out = (
        frame()
        .group_by("group", maintain_order=True)
        .agg(
            pl.col("geom").geo.extent().geo.to_wkt().alias("extent"),
            pl.col("geom").geo.x().sum().alias("x"),
            pl.col("geom").geo.intersects(SQUARE).sum().alias("hits"),
            pl.col("geom").geo.collect().geo.npoints().alias("points"),
        )
    )
    assert out["extent"].to_list() == ["POLYGON((0 0,0 16,16 16,16 0,0 0))", "POLYGON((4 4,4 20,20 20,20 4,4 4))"]
    assert out["x"].to_list() == [16.0, 36.0]
    assert out["hits"].to_list() == [1, 1]
    assert out["points"].to_list() == [2, 3]


def test_group_by_streams() -> None:
    lazy = frame(5000).lazy().group_by("group").agg(pl.col("geom").geo.extent().geo.xmax()).sort("group")
    assert_frame_equal(lazy.collect(engine="in-memory"), lazy.collect(engine="streaming"))


def test_over() -> None:
    out = frame().select(pl.col("geom").geo.x().max().over("group"))
    assert out.to_series().to_list() == [16.0, 20.0, 16.0, 20.0, 16.0, 20.0]
    out = frame().select(pl.col("geom").geo.extent().over("group").geo.xmin())
    assert out.to_series().to_list() == [0.0, 4.0, 0.0, 4.0, 0.0, 4.0]


def test_when_then() -> None:
    inside = pl.col("geom").geo.intersects(SQUARE)
    out = frame().select(pl.when(inside).then(pl.lit("in")).otherwise(pl.lit("out")).alias("where"))
    assert out.to_series().to_list() == ["in", "in", "out", "out", "out", "out"]


def test_literals_on_either_side() -> None:
    df = frame()
    expected = [True, True, None, False, False, False]
    column, wkb = pl.col("geom"), SQUARE.wkb
    assert df.select(column.geo.intersects(wkb)).to_series().to_list() == expected
    assert df.select(column.geo.intersects(SQUARE)).to_series().to_list() == expected
    assert df.select(pl.lit(wkb).geo.intersects(column)).to_series().to_list() == expected
    assert df.select(geoplug.intersects(wkb, column)).to_series().to_list() == expected
    assert df.select(geoplug.intersects(geoplug.makeenvelope(0, 0, 10, 10), "geom")).to_series().to_list() == expected
    assert df.select(column.geo.intersects(pl.lit(None, dtype=pl.Binary))).to_series().to_list() == [None] * 6
    assert df.select(column.geo.intersects(None)).to_series().to_list() == [None] * 6
    assert pl.select(geoplug.intersects(wkb, wkb)).item() is True


def test_empty_frames() -> None:
    empty = frame().clear()
    assert empty.select(pl.col("geom").geo.x()).shape == (0, 1)
    assert empty.select(pl.col("geom").geo.intersects(SQUARE)).shape == (0, 1)
    assert empty.select(pl.lit(SQUARE.wkb).geo.intersects(pl.col("geom"))).shape == (0, 1)
    assert empty.select(pl.col("geom").geo.extent()).to_series().to_list() == [None]
    assert empty.lazy().select(pl.col("geom").geo.buffer(1)).collect(engine="streaming").shape == (0, 1)


def test_filter_and_sort_and_join() -> None:
    df = frame()
    assert df.filter(pl.col("geom").geo.intersects(SQUARE)).height == 2
    assert df.sort(pl.col("geom").geo.x(), descending=True, nulls_last=True)["id"].to_list() == [5, 4, 3, 1, 0, 2]
    pairs = df.join(df, how="cross").filter(geoplug.equals(pl.col("geom"), pl.col("geom_right")))
    assert pairs.height == 5


def test_chunked_series() -> None:
    series = frame()["geom"].append(frame()["geom"])
    assert series.n_chunks() == 2
    assert series.geo.x().to_list() == [0.0, 4.0, None, 12.0, 16.0, 20.0] * 2


def test_sliced_series() -> None:
    assert_series_equal(frame()["geom"].slice(3, 2).geo.x(), pl.Series("geom", [12.0, 16.0]))


def test_series_of_different_lengths() -> None:
    with pytest.raises(pl.exceptions.PolarsError, match="length"):
        geoplug.intersects(frame(6)["geom"], frame(4)["geom"])


@pytest.mark.parametrize("column", ["text", "number", "list"])
def test_wrong_type_fails_at_schema_time(column: str) -> None:
    df = pl.DataFrame({"text": ["POINT(1 1)"], "number": [1.5], "list": [[1.0]]})
    with pytest.raises(pl.exceptions.PolarsError, match=r"st_area: argument geom: expected geometry"):
        df.lazy().select(pl.col(column).geo.area()).collect_schema()


def test_text_is_told_how_to_become_geometry() -> None:
    with pytest.raises(pl.exceptions.PolarsError, match="st_geomfromtext"):
        pl.DataFrame({"text": ["POINT(1 1)"]}).select(pl.col("text").geo.area())


def test_srid_must_be_an_int() -> None:
    with pytest.raises(TypeError, match="srid decides the type"):
        pl.col("geom").geo.setsrid(pl.col("id"))


def test_streaming_with_small_morsels() -> None:
    """Morsel size is read when Polars starts, so this runs in a process of its own."""
    code = """
        import json, polars as pl, shapely, geoplug
        n = 25_000
        df = pl.DataFrame({"x": [i % 200 / 10 for i in range(n)], "y": [i // 200 / 10 for i in range(n)]})
        square = shapely.Polygon([(2, 2), (12, 3), (10, 11), (1, 9)]).wkb
        lazy = df.lazy().select(
            geoplug.point("x", "y").alias("p"),
        ).with_columns(
            pl.col("p").geo.intersects(square).alias("hit"),
            pl.lit(square).geo.contains(pl.col("p")).alias("in"),
            pl.col("p").geo.distance(square).alias("d"),
            pl.col("p").geo.buffer(0.1).geo.area().alias("a"),
            pl.col("p").geo.to_wkt().alias("w"),
        )
        a, b = lazy.collect(engine="in-memory"), lazy.collect(engine="streaming")
        assert lazy.collect_schema() == a.schema == b.schema
        same = a.drop("p").equals(b.drop("p"))
        filtered = lazy.filter(pl.col("hit")).select(pl.len()).collect(engine="streaming").item()
        print(json.dumps([same, b.height, filtered, int(a["hit"].sum())]))
    """
    env = os.environ | {"POLARS_IDEAL_MORSEL_SIZE": "1000"}
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=env, capture_output=True, text=True, check=False
    )
    assert out.returncode == 0, out.stderr
    same, height, filtered, hits = json.loads(out.stdout)
    assert same
    assert height == 25_000
    assert filtered == hits > 1000
