"""Bad input: a clear error from each engine, naming function, row and cause; nothing crashes the process."""

from __future__ import annotations

import struct
from collections.abc import Callable

import geoplug
import polars as pl
import pyarrow as pa
import pytest
import shapely
from datafusion import SessionContext

GOOD = shapely.Point(1, 2).wkb


def nested(depth: int) -> bytes:
    return struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BII", 1, 7, 0)


def ring(*positions: tuple[float, float]) -> bytes:
    flat = [v for p in positions for v in p]
    return struct.pack("<BIII", 1, 3, 1, len(positions)) + struct.pack(f"<{len(flat)}d", *flat)


BAD_WKB = {
    "nothing": (b"", "WKB ends too soon"),
    "truncated": (GOOD[:-3], "WKB ends too soon: 3 bytes missing"),
    "byte order": (b"\x07" + GOOD[1:], "byte order mark 7"),
    "type": (struct.pack("<BI", 1, 99) + bytes(16), "unknown WKB geometry type 99"),
    "curve": (struct.pack("<BII", 1, 8, 0), "CIRCULARSTRING is not supported"),
    "absurd count": (struct.pack("<BII", 1, 2, 2**31) + bytes(12), "claims 2147483648 points"),
    "absurd rings": (struct.pack("<BII", 1, 3, 2**32 - 1) + bytes(12), "claims 4294967295 rings"),
    "absurd members": (struct.pack("<BII", 1, 7, 2**30) + bytes(12), "claims 1073741824 geometries"),
    "open ring": (ring((0, 0), (1, 0), (1, 1), (0, 1)), "not closed"),
    "short ring": (ring((0, 0), (1, 0), (0, 0)), "only 3 points"),
    "deep": (nested(10_000), "nested more than 200 deep"),
    "text": (b"POINT(1 2)", "byte order mark 80"),
}
BAD_WKT = {
    "typo": "POINTT(1 2)",
    "comma": "POINT(1, 2)",
    "unfinished": "POLYGON((0 0, 1 0, 1 1",
    "open ring": "POLYGON((0 0, 1 0, 1 1, 0 1))",
    "one point": "LINESTRING(0 0)",
    "trailing": "POINT(1 2) and more",
    "number": "POINT(1 two)",
    "nothing": "",
    "deep": "GEOMETRYCOLLECTION(" * 10_000,
    "srid": "SRID=x;POINT(1 2)",
}
BAD_GEOJSON = {
    "no JSON": "{",
    "type": '{"type":"Pointy","coordinates":[1,2]}',
    "coordinates": '{"type":"Point"}',
    "ring": '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}',
    "deep": '{"type":"GeometryCollection","geometries":[' * 5_000,
}


def in_every_engine(column: str, good: object, bad: object, sql: str, method: str, match: str) -> None:
    """A good row, then a bad one: the error names row 1."""
    kind = pa.binary() if isinstance(good, bytes) else pa.string()
    array = pa.array([good, bad], type=kind)
    ctx = SessionContext()
    geoplug.register_all(ctx)
    ctx.register_record_batches("t", [[pa.record_batch([array], names=[column])]])
    with pytest.raises(Exception, match=match):
        ctx.sql(f"SELECT {sql} FROM t").collect()
    df = pl.DataFrame({column: array})
    for engine in ("in-memory", "streaming"):
        # Rows count within a morsel, and streaming cuts two rows in two.
        of_engine = match if engine == "in-memory" else match.replace("row 1", r"row \d")
        with pytest.raises(pl.exceptions.ComputeError, match=of_engine):
            df.lazy().select(getattr(pl.col(column).geo, method)()).collect(engine=engine)
    with pytest.raises(ValueError, match=match):
        getattr(geoplug, method)(array)


@pytest.mark.parametrize("name", BAD_WKB)
def test_wkb(name: str) -> None:
    bad, cause = BAD_WKB[name]
    in_every_engine("geom", GOOD, bad, "st_area(geom)", "area", f"st_area: row 1: .*{cause}")
    in_every_engine("geom", GOOD, bad, "st_geomfromwkb(geom)", "from_wkb", f"st_geomfromwkb: row 1: .*{cause}")
    attempt = geoplug.to_wkt(geoplug.try_from_wkb(pa.array([GOOD, bad])))
    assert pa.array(attempt).to_pylist() == ["POINT(1 2)", None]


@pytest.mark.parametrize("name", BAD_WKT)
def test_wkt(name: str) -> None:
    bad = BAD_WKT[name]
    in_every_engine("wkt", "POINT(1 2)", bad, "st_geomfromtext(wkt)", "from_wkt", "st_geomfromtext: row 1: ")
    assert pa.array(geoplug.try_from_wkt(pa.array(["POINT(1 2)", bad]))).to_pylist()[1] is None


@pytest.mark.parametrize("name", BAD_GEOJSON)
def test_geojson(name: str) -> None:
    good, bad = '{"type":"Point","coordinates":[1,2]}', BAD_GEOJSON[name]
    in_every_engine("json", good, bad, "st_geomfromgeojson(json)", "from_geojson", "st_geomfromgeojson: row 1: ")
    assert pa.array(geoplug.try_from_geojson(pa.array([good, bad]))).to_pylist()[1] is None


@pytest.mark.parametrize(
    ("array", "shown"),
    [
        (pa.array(["POINT(1 1)"]), "Utf8"),
        (pa.array([1.5]), "Float64"),
        (pa.array([[1.0]]), "List"),
        (pa.array([{"a": 1}]), "Struct"),
    ],
    ids=["text", "number", "list", "struct"],
)
def test_wrong_column_type(array: pa.Array, shown: str) -> None:
    match = f"st_area: argument geom: expected geometry .* got {shown}"
    ctx = SessionContext()
    geoplug.register_all(ctx)
    ctx.register_record_batches("t", [[pa.record_batch([array], names=["c"])]])
    with pytest.raises(Exception, match=match):
        ctx.sql("SELECT st_area(c) FROM t")
    with pytest.raises(pl.exceptions.ComputeError, match=match):
        pl.DataFrame({"c": array}).lazy().select(pl.col("c").geo.area()).collect_schema()
    with pytest.raises(ValueError, match=match):
        geoplug.area(array)


def test_wrong_number_of_arguments() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    with pytest.raises(Exception, match=r"st_area: takes 1 arguments, got 2"):
        ctx.sql("SELECT st_area(st_point(1, 2), 3)")
    with pytest.raises(Exception, match="st_buffer: takes 2 to 3 arguments, got 1"):
        ctx.sql("SELECT st_buffer(st_point(1, 2))")


def test_mixed_srids_in_rows() -> None:
    a = shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 4326), include_srid=True)
    b = shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 2263), include_srid=True)
    for other in (pa.array([a, b]), b):
        with pytest.raises(ValueError, match=r"mixed SRIDs (4326 and 2263|2263 and 4326)"):
            geoplug.intersects(pa.array([a, a]), other)


def test_bad_arguments() -> None:
    points = pa.array([GOOD])
    for call, cause in [
        (lambda: geoplug.buffer(points, float("nan")), "distance must be a number within"),
        (lambda: geoplug.buffer(points, 1.0, 0), "quad_segs must be 1 to 10000"),
        (lambda: geoplug.dwithin(points, GOOD, -1.0), "st_dwithin: row 0: .*negative"),
        (lambda: geoplug.simplify(points, -1.0), "st_simplify: row 0: "),
        (lambda: geoplug.x(pa.array([shapely.box(0, 0, 1, 1).wkb])), "st_x: row 0: expected a POINT, got a POLYGON"),
        (lambda: geoplug.setsrid(points, -5), "is not an EPSG code"),
    ]:
        with pytest.raises(ValueError, match=cause):
            call()


def refusal(function: Callable, *args: object) -> str:
    """What it says when it refuses; nothing when it answers."""
    try:
        function(*args)
    except ValueError as error:
        return str(error)
    return ""


def test_not_finite_coordinates_never_panic() -> None:
    nan, inf = float("nan"), float("inf")
    odd = [
        struct.pack("<BIdd", 1, 1, nan, 1),
        struct.pack("<BIIdddd", 1, 2, 2, nan, 0, 1, 1),
        ring((0, 0), (inf, 0), (1, 1), (0, 0)),
        ring((0, 0), (nan, nan), (1, 1), (0, 0)),
    ]
    column = pa.array(odd)
    box = shapely.box(-5, -5, 5, 5)
    for name in ("intersects", "contains", "within", "equals"):
        for args in ((column, box), (box, column), (column, column)):
            assert pa.array(getattr(geoplug, name)(*args)).to_pylist() == [False] * 4
    assert pa.array(geoplug.disjoint(column, box)).to_pylist() == [True] * 4
    for name in ("area", "length", "perimeter", "xmin", "npoints", "isempty", "envelope", "to_wkt", "distance"):
        args = (column, box) if name == "distance" else (column,)
        pa.array(getattr(geoplug, name)(*args))
    for name in ("centroid", "convexhull", "buffer", "union", "intersection"):
        extra = {"buffer": (1.0,), "union": (box,), "intersection": (box,)}.get(name, ())
        for i in range(len(odd)):
            assert "internal error" not in refusal(getattr(geoplug, name), column.slice(i, 1), *extra)
