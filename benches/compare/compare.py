"""geoplug and its peers side by side, in one run on one thread, with equal results.

A workload is one function over one or two columns held in memory, often with a literal. A library that gives another
answer than Shapely is reported, not timed. Each figure is the best of several repetitions, and the libraries take
turns, so that a slow moment of the machine strikes all of them; one that would take minutes is timed on fewer rows.
ns/row without what the call costs over no rows, and the ratio to geoplug's plain function.

    python benches/compare/compare.py --only "points x star" --rows 200000

DuckDB is missing: its spatial extension comes from a server of its own, not from PyPI. The floor of a predicate of
points is timed in `udfs/examples/native_bench.rs`: read x and y of each row, test one box, write one bit.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

# One core for everybody: no library's own idea of threads counts.
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import geoplug
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from common import HERE, OUT, ROOT, built, chart, field, in_order, numbers, table, wkb
from datafusion import SessionConfig, SessionContext

# Seconds over the whole column above which a peer is timed on fewer rows.
LONG = 20.0


@dataclass
class Workload:
    """A function, its arguments, and how each library calls it."""

    name: str
    function: str
    columns: list[pa.Array]
    shapely: Callable[..., np.ndarray]
    """Takes a NumPy array of geometries for each column."""
    literal: bytes | None = None
    """The geometry after the columns."""
    number: float | None = None
    """The last argument."""
    polars_st: str | Callable[[pl.Expr], pl.Expr] | None = None
    """Its name for the function, if it has it."""
    points: pa.Array | None = None
    """The first column once more, as native GeoArrow points."""

    def sql(self, wrap: str = "{}") -> str:
        arguments = [wrap.format(name) for name in "ab"[: len(self.columns)]]
        if self.literal:
            arguments.append(f"st_geomfromwkb(X'{self.literal.hex()}')")
        if self.number is not None:
            arguments.append(str(self.number))
        return f"st_{self.function}({', '.join(arguments)})"

    def rest(self) -> list[Any]:
        """What comes after the columns."""
        return [v for v in (self.literal, self.number) if v is not None]

    def part(self, rows: int) -> Workload:
        points = None if self.points is None else self.points[:rows]
        return replace(self, columns=[c.slice(0, rows) for c in self.columns], points=points)

    def __len__(self) -> int:
        return len(self.columns[0])


def star(vertices: int) -> shapely.Polygon:
    """A star around (0, 0)."""
    angle = np.arange(vertices) * (2 * math.pi / vertices)
    radius = np.where(np.arange(vertices) % 2, 0.5, 0.35)
    return shapely.Polygon(np.column_stack([np.cos(angle) * radius, np.sin(angle) * radius]))


def geoarrow_points(xy: np.ndarray) -> pa.StructArray:
    return pa.StructArray.from_arrays([pa.array(xy[:, 0]), pa.array(xy[:, 1])], ["x", "y"])


def typed(array: pa.Array) -> pa.ChunkedArray:
    """A column that says what it is, as geoplug's plain functions take it."""
    return pa.table([array], schema=pa.schema([field("a", array)])).column(0)


def points_in(polygon: shapely.Geometry, rows: int) -> np.ndarray:
    """Uniform in the box of the polygon."""
    low, high = np.array(polygon.bounds[:2]), np.array(polygon.bounds[2:])
    return low + np.random.default_rng(42).random((rows, 2)) * (high - low)


def against_polygons(rows: int) -> list[Workload]:
    """Points against one literal polygon."""
    real = pq.read_table(HERE / "data/polygons.parquet").to_pydict()
    polygons = {f"star of {n:,}": star(n) for n in (10, 100, 1_000, 10_000)}
    polygons |= dict(zip(real["name"], shapely.from_wkb(real["geometry"]), strict=True))
    out = []
    for name, polygon in polygons.items():
        xy = points_in(polygon, rows)
        shapely.prepare(polygon)
        column = [wkb(shapely.points(xy))]
        out.append(
            Workload(
                f"st_intersects, points x {name}", "intersects", column, lambda g, p=polygon: shapely.intersects(p, g),
                literal=polygon.wkb, polars_st="intersects", points=geoarrow_points(xy),
            )
        )  # fmt: skip
        if name == "star of 1,000":
            # Twice as wide as the star, so that most points are outside, near and far.
            xy = xy * 2
            column, points = [wkb(shapely.points(xy))], geoarrow_points(xy)
            out += [
                Workload(
                    "st_dwithin 0.1, points x star of 1,000", "dwithin", column,
                    lambda g, p=polygon: shapely.dwithin(p, g, 0.1), literal=polygon.wkb, number=0.1,
                    polars_st="dwithin", points=points,
                ),
                Workload(
                    "st_distance, points x star of 1,000", "distance", column,
                    lambda g, p=polygon: shapely.distance(p, g), literal=polygon.wkb, polars_st="distance",
                    points=points,
                ),
            ]  # fmt: skip
    return out


def over_counties(rows: int) -> list[Workload]:
    """Polygons row by row: a column and its moved copy, and neighbours."""
    counties = np.array(shapely.from_wkb(pq.read_table(ROOT / "data/us_counties.parquet")["geometry"].to_pylist()))
    # Of an invalid polygon, libraries have answers of their own.
    counties = counties[shapely.is_valid(counties) & ~shapely.is_empty(counties)]
    repeated = np.tile(counties, max(1, rows // 20 // len(counties)))
    centre = shapely.get_coordinates(shapely.centroid(counties))
    halves = [
        shapely.transform(county, lambda xy, c=c: c + (xy - c) / 2) for county, c in zip(counties, centre, strict=True)
    ]

    def against(copies: Any) -> list[pa.Array]:
        return [wkb(repeated), wkb(np.tile(np.array(copies), len(repeated) // len(counties)))]

    def shifted(by: float) -> list[pa.Array]:
        return against(shapely.transform(counties, lambda xy: xy + by))

    left, right = shapely.STRtree(counties).query(counties)
    neighbours = [wkb(counties[left]), wkb(counties[right])]
    return [
        Workload("st_intersects, county x shifted copy", "intersects", shifted(0.1), shapely.intersects,
                 polars_st="intersects"),
        Workload("st_contains, county x shifted copy", "contains", shifted(0.1), shapely.contains,
                 polars_st="contains"),
        Workload("st_contains, county x its half", "contains", against(halves), shapely.contains,
                 polars_st="contains"),
        Workload("st_distance, county x shifted copy", "distance", shifted(0.1), shapely.distance,
                 polars_st="distance"),
        Workload("st_distance, county x distant copy", "distance", shifted(3.0), shapely.distance,
                 polars_st="distance"),
        Workload("st_touches, county x counties of its box", "touches", neighbours, shapely.touches,
                 polars_st="touches"),
    ]  # fmt: skip


def accessors(rows: int) -> list[Workload]:
    xy = points_in(shapely.box(-0.5, -0.5, 0.5, 0.5), rows)
    points = [wkb(shapely.points(xy))]
    shapes = pq.read_table(ROOT / "data/us_counties.parquet")["geometry"].to_pylist()
    repeat = max(1, rows // 20 // len(shapes))
    counties = [pa.array(shapes * repeat, type=pa.binary())]
    outlines = [wkb(np.tile(shapely.boundary(shapely.from_wkb(shapes)), repeat))]
    return [
        Workload("st_x, points", "x", points, shapely.get_x, polars_st="x", points=geoarrow_points(xy)),
        Workload("st_area, counties", "area", counties, shapely.area, polars_st="area"),
        Workload("st_perimeter, counties", "perimeter", counties, shapely.length, polars_st="length"),
        Workload("st_xmin, counties", "xmin", counties, lambda g: shapely.bounds(g)[:, 0],
                 polars_st=lambda e: e.st.bounds().list.get(0)),
        Workload("st_npoints, counties", "npoints", counties, shapely.get_num_coordinates,
                 polars_st="count_coordinates"),
        Workload("st_length, outlines of counties", "length", outlines, shapely.length, polars_st="length"),
    ]  # fmt: skip


def checksum(values: Any) -> float:
    """A number that differs where the answers differ."""
    if isinstance(values, pl.Series):
        values = values.to_arrow()
    if isinstance(values, pa.ChunkedArray | pa.Array):
        values = values.to_numpy(zero_copy_only=False)
    return float(np.nansum(np.asarray(values, dtype=float)))


def one_column(answer: list[pa.RecordBatch]) -> pa.ChunkedArray:
    return pa.chunked_array([batch.column(0) for batch in answer], type=None if answer else pa.bool_())


def as_table(columns: list[pa.Array]) -> pa.Table:
    fields = [field(name, column) for name, column in zip("ab", columns, strict=False)]
    return pa.table(columns, schema=pa.schema(fields))


def batches(columns: list[pa.Array]) -> list[pa.RecordBatch]:
    whole = as_table(columns)
    return whole.to_batches(max_chunksize=8192) or [pa.RecordBatch.from_arrays(columns, schema=whole.schema)]


def in_datafusion(columns: list[pa.Array], expression: str, register: Callable[[SessionContext], None]) -> Callable:
    ctx = SessionContext(SessionConfig().with_target_partitions(1))
    register(ctx)
    ctx.register_record_batches("t", [batches(columns)])
    query = f"SELECT {expression} AS v FROM t"
    return lambda: one_column(ctx.sql(query).collect())


def frame_of(columns: list[pa.Array]) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(name, column) for name, column in zip("ab", columns, strict=False)])


def peers(work: Workload) -> dict[str, Callable[[], Any]]:
    """The engines of others, those that are installed."""
    sql = work.sql("st_geomfromwkb({})")
    out: dict[str, Callable[[], Any]] = {}
    if find_spec("polars_st") and work.polars_st is not None:
        import polars_st  # noqa: F401

        frame, theirs = frame_of(work.columns), work.polars_st
        if isinstance(theirs, str):
            more = [pl.col("b")] if len(work.columns) > 1 else [pl.lit(v) for v in work.rest()]
            expression = getattr(pl.col("a").st, theirs)(*more)
        else:
            expression = theirs(pl.col("a"))
        out["polars-st"] = lambda: frame.select(expression).to_series()
    if find_spec("sedonadb"):
        import sedonadb

        sedona = sedonadb.connect()
        plain = pa.table(work.columns, names=list("ab"[: len(work.columns)]))
        sedona.create_data_frame(plain).to_view("t", overwrite=True)
        out["SedonaDB"] = lambda: pa.table(sedona.sql(f"SELECT {sql} AS v FROM t")).column(0)
    if find_spec("geodatafusion"):
        import geodatafusion

        plain_columns = [c.cast(pa.binary()) for c in work.columns]
        out["geodatafusion"] = in_datafusion(plain_columns, sql, geodatafusion.register_all)
    return out


def libraries(work: Workload) -> dict[str, Callable[[], Any]]:
    """Everything that has the function, ready to be called."""
    function = getattr(geoplug, work.function)
    frame = frame_of(work.columns)
    bytes_ = [np.array(column.to_pylist(), dtype=object) for column in work.columns]
    ready = [shapely.from_wkb(b) for b in bytes_]
    others = [pl.col("b")] if len(work.columns) > 1 else []
    expression = getattr(pl.col("a").geo, work.function)(*others, *work.rest())
    out = {
        "geoplug (Arrow)": lambda: pa.array(function(*work.columns, *work.rest())),
        "geoplug (Polars)": lambda: frame.select(expression).to_series(),
        "geoplug (datafusion-python)": in_datafusion(work.columns, work.sql(), geoplug.register_all),
        "Shapely, objects ready": lambda: work.shapely(*ready),
        "Shapely from WKB": lambda: work.shapely(*(shapely.from_wkb(b) for b in bytes_)),
    }
    if work.points is not None:
        native_points = typed(work.points)
        out["geoplug (Arrow, GeoArrow points)"] = lambda: pa.array(function(native_points, *work.rest()))
    return out | peers(work)


def native(works: list[Workload]) -> dict[str, dict[str, tuple[float, float]]]:
    """Time geoplug in DataFusion from Rust, on the same columns: ns/row and the sum of the answer, by workload."""
    listed: list[dict[str, str]] = []

    def add(work: Workload, what: str, columns: list[pa.Array], sql: str) -> None:
        file = OUT / f"columns{len(listed)}.arrow"
        with pa.ipc.new_file(file, as_table(columns).schema) as out:
            out.write_table(as_table(columns), max_chunksize=8192)
        listed.append({"name": f"{work.name}|{what}", "columns": file.name, "sql": sql})

    for work in works:
        add(work, "geoplug (DataFusion, Rust)", work.columns, work.sql())
        if work.points is not None:
            add(work, "geoplug (DataFusion, Rust, GeoArrow points)", [work.points], work.sql())
            # The time of the floor does not depend on the polygon, but is taken next to what it is compared with.
            add(work, "floor, WKB", work.columns, "floor")
            add(work, "floor, GeoArrow points", [work.points], "floor")
    (OUT / "workloads.json").write_text(json.dumps(listed))
    out = subprocess.run([built("native_bench"), OUT], capture_output=True, text=True, check=False)
    if out.returncode:
        print("native SQL could not be run:", out.stderr[-400:])
        return {}
    results: dict[str, dict[str, tuple[float, float]]] = {}
    for name, figures in json.loads(out.stdout).items():
        work_name, what = name.split("|")
        results.setdefault(work_name, {})[what] = figures
    return results


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def without_rows(call: Callable[[], Any]) -> float:
    """Seconds of a call over no rows; nothing where it cannot do that, or anything at all."""
    try:
        return timed(call)[0]
    except Exception:
        return 0.0


def measure(work: Workload, repetitions: int, rust: dict[str, tuple[float, float]]) -> dict[str, float]:
    """ns/row of each library whose answer is right."""
    figures: dict[str, float] = {}
    racing: dict[str, Callable[[], Any]] = {}
    dropped: set[str] = set()
    expected = 0.0

    def right(name: str, found: float) -> bool:
        if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12):
            print(f"  {name}: another answer than Shapely, {found} for {expected}; not timed")
            return False
        return True

    # What a query costs without any rows is no part of the figures: a literal of a megabyte takes DataFusion, and what
    # is built on it, a second to plan.
    empty = libraries(work.part(0))
    idle = {name: without_rows(call) for name, call in empty.items()}
    # Ten times more rows each time: who would take long over the whole is not asked for it.
    sizes = [rows for rows in (100, 1_000, 10_000, 100_000) if rows < len(work)] + [len(work)]
    for rows in sizes:
        racing = {name: call for name, call in libraries(work.part(rows)).items() if name not in dropped}
        expected = checksum(racing["Shapely, objects ready"]())
        for name, call in racing.items():
            try:
                took, answer = timed(call)
            except Exception as error:  # a peer that cannot do it is a result, too
                print(f"  {name}: {str(error).splitlines()[0][:160]}")
                dropped.add(name)
                continue
            if not right(name, checksum(answer)):
                dropped.add(name)
                continue
            took -= idle[name]
            slow = took > 1 and took / rows * len(work) > LONG
            if slow and rows < len(work) and not name.startswith(("geoplug", "Shapely, objects")):
                figures[name] = took / rows * 1e9
                dropped.add(name)
    racing = {name: call for name, call in racing.items() if name not in dropped}
    best = dict.fromkeys(racing, math.inf)
    for _ in range(repetitions):
        for name, call in racing.items():
            best[name] = min(best[name], timed(call)[0])
            idle[name] = min(idle[name], without_rows(empty[name]))
    for name, took in best.items():
        if took < 1.2 * idle[name]:
            print(f"  {name}: lost in the {idle[name]:.2f} s that the query takes without rows; more rows are needed")
        else:
            figures[name] = (took - idle[name]) / len(work) * 1e9
    for name, (nanoseconds, found) in rust.items():
        # The floor answers another question.
        if name.startswith("floor") or right(name, found):
            figures[name] = nanoseconds
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads whose name has this in it")
    parser.add_argument("--no-native", action="store_true", help="leave out what must be compiled with cargo")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    works = against_polygons(options.rows) + over_counties(options.rows) + accessors(options.rows)
    works = [work for work in works if options.only in work.name]
    rust = {} if options.no_native else native(works)
    results: dict[str, dict[str, float]] = {}
    for work in works:
        print(f"\n{work.name}, {len(work):,} rows", flush=True)
        times = measure(work, options.repetitions, rust.get(work.name, {}))
        base = times.get("geoplug (Arrow)", math.nan)
        for name in sorted(times, key=times.__getitem__):
            print(f"  {name:44} {times[name]:12,.1f} ns/row   {times[name] / base:8.1f} x", flush=True)
        results[work.name] = times
        (OUT / "compare.json").write_text(json.dumps(results, indent=1))
    (OUT / "compare.md").write_text(table(numbers(results), "ns/row", in_order(results, ("geoplug", "floor"))))
    names = in_order(results, ("floor", "geoplug"))
    path = chart(results, names, "ns a row, one thread", 0.5, OUT / "compare.png")
    print(f"\ntable: {OUT / 'compare.md'}\nchart: {path}")


if __name__ == "__main__":
    main()
