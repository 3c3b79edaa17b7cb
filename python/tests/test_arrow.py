"""Plain functions over Arrow PyCapsule objects."""

from __future__ import annotations

import geoplug
import polars as pl
import pyarrow as pa
import pytest
import shapely

WKB = [shapely.Point(1, 2).wkb, None, shapely.Point(30, 4).wkb]


def test_pyarrow_array() -> None:
    assert pa.array(geoplug.x(pa.array(WKB))).to_pylist() == [1.0, None, 30.0]


def test_chunked_array() -> None:
    chunked = pa.chunked_array([WKB, WKB[:1], []], type=pa.binary())
    assert pa.array(geoplug.x(chunked)).to_pylist() == [1.0, None, 30.0, 1.0]


def test_sliced_array() -> None:
    assert pa.array(geoplug.x(pa.array(WKB).slice(2))).to_pylist() == [30.0]


def test_geopandas_both_encodings() -> None:
    import geopandas as gpd

    series = gpd.GeoSeries([shapely.Point(1, 2), shapely.box(0, 0, 2, 3)], crs="EPSG:4326")
    assert pa.array(geoplug.area(series.to_arrow("WKB"))).to_pylist() == [0.0, 6.0]
    polygons = gpd.GeoSeries([shapely.box(0, 0, 2, 3)], crs="EPSG:4326")
    assert pa.array(geoplug.area(polygons.to_arrow("geoarrow"))).to_pylist() == [6.0]
    assert pa.array(geoplug.srid(polygons.to_arrow("geoarrow"))).to_pylist() == [4326]


def test_literals_and_columns() -> None:
    box = shapely.box(0, 0, 5, 5)
    for literal in (box, box.wkb):
        assert pa.array(geoplug.intersects(pa.array(WKB), literal)).to_pylist() == [True, None, False]
        assert pa.array(geoplug.contains(literal, pa.array(WKB))).to_pylist() == [True, None, False]
    assert pa.array(geoplug.intersects(pa.array(WKB), None)).to_pylist() == [None] * 3


def test_geometry_result_says_what_it_is() -> None:
    out = geoplug.setsrid(pa.array(WKB), 2263)
    schema, _ = out.__arrow_c_array__()
    field = pa.Field._import_from_c_capsule(schema)
    assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert pa.array(geoplug.srid(out)).to_pylist() == [2263, None, 2263]


def test_series_in_series_out() -> None:
    series = pl.Series("p", WKB)
    out = geoplug.y(series)
    assert isinstance(out, pl.Series)
    assert out.name == "p"
    assert out.to_list() == [2.0, None, 4.0]


def test_aggregate() -> None:
    out = geoplug.to_wkt(geoplug.extent(pa.array(WKB)))
    assert pa.array(out).to_pylist() == ["POLYGON((1 2,1 4,30 4,30 2,1 2))"]
    assert pa.array(geoplug.extent(pa.array([], pa.binary()))).to_pylist() == [None]


def test_empty_array() -> None:
    assert pa.array(geoplug.intersects(pa.array([], pa.binary()), shapely.box(0, 0, 1, 1))).to_pylist() == []


def test_different_lengths() -> None:
    with pytest.raises(ValueError, match="st_intersects: columns of different lengths: 3 and 2 rows"):
        geoplug.intersects(pa.array(WKB), pa.array(WKB[:2]))


def test_not_an_array() -> None:
    with pytest.raises(TypeError, match="expected an Arrow array"):
        geoplug.area(object())
