"""Writes shapes.arrow and native.arrow, the tables that every .slt file may use. Run by hand when they change."""

from pathlib import Path

import pyarrow as pa
import shapely

HERE = Path(__file__).parent

SHAPES = {
    "pt": "POINT(1 1)",
    "line": "LINESTRING(0 0,4 0,4 3)",
    "poly": "POLYGON((0 0,10 0,10 10,0 10,0 0))",
    "polyhole": "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))",
    "mpt": "MULTIPOINT(0 0,1 1,1 1)",
    "mline": "MULTILINESTRING((0 0,1 0),(5 5,5 6))",
    "mpoly": "MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)),((5 5,7 5,7 7,5 7,5 5)))",
    "gc": "GEOMETRYCOLLECTION(POINT(5 5),LINESTRING(0 0,4 0),POLYGON((0 0,2 0,2 2,0 2,0 0)))",
    "ptE": "POINT EMPTY",
    "lineE": "LINESTRING EMPTY",
    "polyE": "POLYGON EMPTY",
    "mptE": "MULTIPOINT EMPTY",
    "mlineE": "MULTILINESTRING EMPTY",
    "mpolyE": "MULTIPOLYGON EMPTY",
    "gcE": "GEOMETRYCOLLECTION EMPTY",
    "gcOfE": "GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING EMPTY)",
    "bowtie": "POLYGON((0 0,2 2,2 0,0 2,0 0))",
}


def write(name: str, table: pa.Table) -> None:
    with pa.ipc.new_file(HERE / f"{name}.arrow", table.schema) as out:
        out.write_table(table)


def geoarrow(name: str, encoding: str, storage: pa.DataType) -> pa.Field:
    return pa.field(name, storage, metadata={"ARROW:extension:name": f"geoarrow.{encoding}"})


def shapes() -> pa.Table:
    names, wkts = list(SHAPES), list(SHAPES.values())
    wkbs = [shapely.to_wkb(shapely.from_wkt(wkt), include_srid=False) for wkt in wkts]
    nan = shapely.to_wkb(shapely.Point(float("nan"), 1))
    schema = pa.schema([("name", pa.string()), ("wkt", pa.string()), geoarrow("geom", "wkb", pa.binary())])
    return pa.table([[*names, "ptnan", "nul"], [*wkts, "POINT(NaN 1)", None], [*wkbs, nan, None]], schema=schema)


def native() -> pa.Table:
    xy = pa.struct([("x", pa.float64()), ("y", pa.float64())])
    xyz = pa.struct([("x", pa.float64()), ("y", pa.float64()), ("z", pa.float64())])
    interleaved = pa.list_(pa.field("xy", pa.float64()), 2)
    box = pa.struct([(side, pa.float64()) for side in ("xmin", "ymin", "xmax", "ymax")])
    nan, inf = float("nan"), float("inf")

    def at(*positions: tuple[float, float]) -> list[dict[str, float]]:
        return [{"x": x, "y": y} for x, y in positions]

    def square(low: float, high: float) -> list[dict[str, float]]:
        return at((low, low), (high, low), (high, high), (low, high), (low, low))

    columns = {
        "point": (geoarrow("point", "point", xy), [*at((1, 2)), *at((-5, 0.5)), *at((nan, nan))]),
        "point_interleaved": (geoarrow("point_interleaved", "point", interleaved), [[1, 2], [-5, 0.5], [nan, nan]]),
        "pointz": (
            geoarrow("pointz", "point", xyz),
            [{"x": 1, "y": 2, "z": 3}, {"x": -5, "y": 0.5, "z": 7}, {"x": nan, "y": nan, "z": nan}],
        ),
        "linestring": (
            geoarrow("linestring", "linestring", pa.list_(xy)),
            [at((0, 0), (3, 4)), at((1, 1), (1, 2), (2, 2)), []],
        ),
        "polygon": (
            geoarrow("polygon", "polygon", pa.list_(pa.list_(xy))),
            [[square(0, 4), square(1, 2)], [at((0, 0), (6, 0), (0, 6), (0, 0))], []],
        ),
        "multipoint": (geoarrow("multipoint", "multipoint", pa.list_(xy)), [at((0, 0), (2, 2)), at((7, 7)), []]),
        "multilinestring": (
            geoarrow("multilinestring", "multilinestring", pa.list_(pa.list_(xy))),
            [[at((0, 0), (1, 0)), at((0, 1), (0, 3))], [at((5, 5), (6, 6))], []],
        ),
        "multipolygon": (
            geoarrow("multipolygon", "multipolygon", pa.list_(pa.list_(pa.list_(xy)))),
            [[[square(0, 1)], [square(2, 4)]], [[square(10, 11)]], []],
        ),
        "box": (
            geoarrow("box", "box", box),
            [
                {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 3},
                {"xmin": -1, "ymin": -1, "xmax": 1, "ymax": 1},
                {"xmin": inf, "ymin": inf, "xmax": -inf, "ymax": -inf},
            ],
        ),
    }
    wkt = ["POINT(1 2)", "POINT(-5 0.5)", "POINT EMPTY", None]
    fields = [pa.field("id", pa.int64()), pa.field("wkt", pa.string()), *(field for field, _ in columns.values())]
    arrays = [pa.array([1, 2, 3, 4]), pa.array(wkt)]
    arrays += [pa.array([*values, None], type=field.type) for field, values in columns.values()]
    return pa.table(arrays, schema=pa.schema(fields))


if __name__ == "__main__":
    write("shapes", shapes())
    write("native", native())
