"""An ordinary datafusion-python session: SQL, the DataFrame API, aggregates, CRS, versions."""

from __future__ import annotations

import geoplug
import pyarrow as pa
import pytest
import shapely
from datafusion import SessionContext, col, lit
from geoplug import _datafusion


def field(name: str, crs: str | None = None, storage: pa.DataType | None = None) -> pa.Field:
    metadata = {"ARROW:extension:name": "geoarrow.wkb"}
    if crs:
        metadata["ARROW:extension:metadata"] = f'{{"crs":"{crs}","crs_type":"authority_code"}}'
    return pa.field(name, storage or pa.binary(), metadata=metadata)


def table(ctx: SessionContext, name: str, fields: list[pa.Field], rows: list[list]) -> None:
    schema = pa.schema(fields)
    arrays = [pa.array(values, type=f.type) for f, values in zip(fields, rows, strict=True)]
    ctx.register_record_batches(name, [[pa.record_batch(arrays, schema=schema)]])


def column(ctx: SessionContext, sql: str) -> list:
    return [v for batch in ctx.sql(sql).collect() for v in batch.column(0).to_pylist()]


@pytest.mark.parametrize("storage", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_every_binary_layout(storage: pa.DataType) -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    wkb = [shapely.Point(1, 2).wkb, None, shapely.Point(3, 4).wkb]
    table(ctx, "typed", [field("geom", "EPSG:4326", storage)], [wkb])
    table(ctx, "plain", [pa.field("geom", storage)], [wkb])
    for name in ("typed", "plain"):
        assert column(ctx, f"SELECT st_x(geom) FROM {name}") == [1.0, None, 3.0]
        inside = f"SELECT st_intersects(geom, st_makeenvelope(0, 0, 2, 2)) FROM {name}"
        assert column(ctx, inside) == [True, None, False]


def test_crs_travels_and_is_compared() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    wkb = [shapely.Point(1, 2).wkb]
    table(ctx, "t", [field("a", "EPSG:4326"), field("b", "EPSG:2263"), field("c"), field("d", "OGC:CRS84")], [wkb] * 4)
    assert column(ctx, "SELECT st_srid(st_buffer(a, 1)) FROM t") == [4326]
    assert column(ctx, "SELECT st_srid(st_union(c, b)) FROM t") == [2263]
    assert column(ctx, "SELECT st_intersects(a, d) FROM t") == [True]
    assert column(ctx, "SELECT st_intersects(a, c) FROM t") == [True]
    assert column(ctx, "SELECT st_intersects(a, st_geomfromtext('POINT(1 2)')) FROM t") == [True]
    with pytest.raises(Exception, match=r"different CRS: .*EPSG:4326.*EPSG:2263"):
        ctx.sql("SELECT st_intersects(a, b) FROM t").collect()
    with pytest.raises(Exception, match=r"different CRS"):
        ctx.sql("SELECT st_distance(a, st_geomfromtext('POINT(1 2)', 2263)) FROM t").collect()
    out = ctx.sql("SELECT st_centroid(a) AS c FROM t").to_arrow_table().schema.field("c")
    assert out.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert b"EPSG:4326" in out.metadata[b"ARROW:extension:metadata"]


def test_dataframe_api() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    table(ctx, "t", [field("geom")], [[shapely.Point(1, 2).wkb, shapely.Point(30, 4).wkb]])
    df = ctx.table("t")
    out = df.select(
        geoplug.x(col("geom")).alias("x"), geoplug.intersects(col("geom"), shapely.box(0, 0, 9, 9)).alias("i")
    )
    assert out.to_pydict() == {"x": [1.0, 30.0], "i": [True, False]}
    assert df.filter(geoplug.dwithin(col("geom"), lit(shapely.Point(0, 0).wkb), 5.0)).count() == 1
    extent = df.aggregate([], [geoplug.extent(col("geom")).alias("e")])
    assert extent.select(geoplug.xmax(col("e")).alias("x")).to_pydict() == {"x": [30.0]}


def test_aggregates_by_group_over_many_batches() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    sql = """
        SELECT g, st_astext(st_extent(p)) AS e, st_npoints(st_collect(p)) AS n
        FROM (SELECT value % 3 AS g, st_point(value, -value) AS p FROM generate_series(0, 29999) AS s(value))
        GROUP BY g ORDER BY g
    """
    out = ctx.sql(sql).to_pydict()
    assert out["n"] == [10000] * 3
    assert out["e"][1] == "POLYGON((1 -29998,1 -1,29998 -1,29998 -29998,1 -29998))"


def test_aggregate_as_a_window() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    sql = """
        SELECT st_xmax(st_extent(p) OVER (ORDER BY value)) AS x
        FROM (SELECT value, st_point(value, 0) AS p FROM generate_series(1, 4) AS s(value)) ORDER BY x
    """
    assert ctx.sql(sql).to_pydict()["x"] == [1.0, 2.0, 3.0, 4.0]


def test_aggregate_filter_and_nulls() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    sql = """
        SELECT st_npoints(st_collect(p) FILTER (WHERE v > 1)) AS some,
               st_astext(st_extent(p) FILTER (WHERE v > 9)) AS none
        FROM (VALUES (1, st_point(1, 1)), (2, st_point(2, 2)), (3, st_point(NULL, 3)), (4, st_point(4, 4)))
             AS t(v, p)
    """
    assert ctx.sql(sql).to_pydict() == {"some": [2], "none": [None]}


def test_constants_are_one_value_in_batches_of_any_size() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    star = "POLYGON((0 0, 5 1, 10 0, 9 5, 10 10, 5 9, 0 10, 1 5, 0 0))"
    sql = f"""
        SELECT count(*) FILTER (WHERE st_intersects(st_point(x, y), st_geomfromtext('{star}'))) AS n
        FROM (SELECT value % 150 / 10.0 AS x, value / 150 / 10.0 AS y FROM generate_series(0, 22499) AS s(value))
    """
    inside = shapely.from_wkt(star)
    values = [shapely.intersects_xy(inside, v % 150 / 10.0, v // 150 / 10.0) for v in range(22500)]
    assert ctx.sql(sql).to_pydict() == {"n": [sum(values)]}


def test_a_wrong_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_datafusion, "version", lambda _: "54.1.0")
    with pytest.raises(ImportError, match=r"works with datafusion 55, but datafusion 54\.1\.0 is installed"):
        _datafusion.check_version()
