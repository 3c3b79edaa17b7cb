"""geoplug and its peers side by side, in one run on one thread, with equal results.

Every workload is one function over one WKB column held in memory. A library that gives another answer than Shapely is
reported, not timed. Each figure is the best of several repetitions, and the libraries take turns, so that a slow moment
of the machine strikes all of them; one that would take minutes is timed on a hundredth of the rows. ns/row, and the
ratio to geoplug's plain function.
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
from pathlib import Path
from typing import Any

# One core for everybody: no library's own idea of threads counts.
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import geoplug
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from datafusion import SessionConfig, SessionContext

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build/compare"


@dataclass
class Workload:
    """A function, its column, and how each library calls it."""

    name: str
    column: pa.Array
    literal: bytes | None
    sql: str
    geoplug: Callable[[Any], Any]
    polars: Callable[[pl.Expr], pl.Expr]
    shapely: Callable[[np.ndarray], np.ndarray]
    polars_st: Callable[[Any], Any] | None


def star(vertices: int) -> shapely.Polygon:
    """A star around (0, 0), of half the width of the square of points."""
    angle = np.arange(vertices) * (2 * math.pi / vertices)
    radius = np.where(np.arange(vertices) % 2, 0.5, 0.35)
    return shapely.Polygon(np.column_stack([np.cos(angle) * radius, np.sin(angle) * radius]))


def workloads(rows: int) -> list[Workload]:
    rng = np.random.default_rng(42)
    points = shapely.to_wkb(shapely.points(rng.uniform(-0.5, 0.5, (rows, 2))))
    point_column = pa.array(points, type=pa.binary())
    counties = pq.read_table(ROOT / "data/us_counties.parquet")["geometry"].combine_chunks()
    counties = pa.array(counties.to_pylist() * max(1, rows // 20 // len(counties)), type=pa.binary())
    out = [
        Workload(
            "st_x, WKB points", point_column, None, "st_x(geom)", geoplug.x, lambda e: e.geo.x(), shapely.get_x,
            lambda g: g.st.x(),
        ),
        Workload(
            "st_area, counties", counties, None, "st_area(geom)", geoplug.area, lambda e: e.geo.area(), shapely.area,
            lambda g: g.st.area(),
        ),
        Workload(
            "st_xmin, counties", counties, None, "st_xmin(geom)", geoplug.xmin, lambda e: e.geo.xmin(),
            lambda g: shapely.bounds(g)[:, 0], None,
        ),
    ]  # fmt: skip
    for vertices in (10, 100, 1000):
        polygon = star(vertices)
        shapely.prepare(polygon)
        out.append(
            Workload(
                f"st_intersects, points x polygon of {vertices}",
                point_column,
                polygon.wkb,
                "st_intersects(geom, {literal})",
                lambda a, w=polygon.wkb: geoplug.intersects(a, w),
                lambda e, w=polygon.wkb: e.geo.intersects(w),
                lambda g, p=polygon: shapely.intersects(p, g),
                lambda g, w=polygon.wkb: g.st.intersects(pl.lit(w)),
            )
        )
    return out


def checksum(values: Any) -> float:
    """A number that differs where the answers differ."""
    if isinstance(values, pl.Series):
        values = values.to_arrow()
    if isinstance(values, pa.ChunkedArray | pa.Array):
        values = values.to_numpy(zero_copy_only=False)
    return float(np.nansum(np.asarray(values, dtype=float)))


def one_column(batches: list[pa.RecordBatch]) -> pa.ChunkedArray:
    return pa.chunked_array([batch.column(0) for batch in batches])


def in_datafusion(work: Workload, register: Callable[[SessionContext], None]) -> Callable[[], Any]:
    ctx = SessionContext(SessionConfig().with_target_partitions(1))
    register(ctx)
    batch = 8192
    slices = [work.column.slice(i, batch) for i in range(0, len(work.column), batch)]
    field = pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    schema = pa.schema([field])
    ctx.register_record_batches("t", [[pa.record_batch([s], schema=schema) for s in slices]])
    literal = f"st_geomfromwkb(X'{work.literal.hex()}')" if work.literal else ""
    query = f"SELECT {work.sql.format(literal=literal)} AS v FROM t"
    return lambda: one_column(ctx.sql(query).collect())


def peers(work: Workload) -> dict[str, Callable[[], Any]]:
    """The engines of others, those that are installed."""
    frame = pl.Series("geom", work.column).to_frame()
    literal = f"st_geomfromwkb(X'{work.literal.hex()}')" if work.literal else ""
    sql = work.sql.replace("geom", "st_geomfromwkb(geom)", 1).format(literal=literal)
    out: dict[str, Callable[[], Any]] = {}
    if find_spec("polars_st") and work.polars_st is not None:
        import polars_st  # noqa: F401

        out["polars-st"] = lambda: frame.select(work.polars_st(pl.col("geom"))).to_series()
    if find_spec("sedonadb"):
        import sedonadb

        sedona = sedonadb.connect()
        sedona.create_data_frame(pa.table({"geom": work.column})).to_view("t", overwrite=True)
        out["SedonaDB"] = lambda: pa.table(sedona.sql(f"SELECT {sql} AS v FROM t")).column(0)
    if find_spec("geodatafusion"):
        import geodatafusion

        ctx = SessionContext(SessionConfig().with_target_partitions(1))
        geodatafusion.register_all(ctx)
        ctx.register_record_batches("t", [pa.table({"geom": work.column}).to_batches(max_chunksize=8192)])
        out["geodatafusion"] = lambda: one_column(ctx.sql(f"SELECT {sql} AS v FROM t").collect())
    return out


def libraries(work: Workload) -> dict[str, Callable[[], Any]]:
    """Everything that has the function, ready to be called."""
    frame = pl.Series("geom", work.column).to_frame()
    wkb = np.array(work.column.to_pylist(), dtype=object)
    ready = shapely.from_wkb(wkb)
    return {
        "geoplug (Arrow)": lambda: pa.array(work.geoplug(work.column)),
        "geoplug (Polars)": lambda: frame.select(work.polars(pl.col("geom"))).to_series(),
        "geoplug (datafusion-python)": in_datafusion(work, geoplug.register_all),
        "Shapely, objects ready": lambda: work.shapely(ready),
        "Shapely from WKB": lambda: work.shapely(shapely.from_wkb(wkb)),
        **peers(work),
    }


def cargo_profile() -> str:
    """The cargo profile of the native session: the one of daily work, unless the environment names another."""
    return os.environ.get("GEOPLUG_PROFILE", "dev")


def native(works: list[Workload]) -> dict[str, tuple[float, float]]:
    """Time geoplug in DataFusion from Rust, on the same columns: ns/row and the sum of the answer."""
    listed = []
    for i, work in enumerate(works):
        file = OUT / f"column{i}.arrow"
        field = pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
        table = pa.table([work.column], schema=pa.schema([field]))
        with pa.ipc.new_file(file, table.schema) as out:
            out.write_table(table, max_chunksize=8192)
        literal = f"st_geomfromwkb(X'{work.literal.hex()}')" if work.literal else ""
        listed.append({"name": work.name, "column": file.name, "sql": work.sql.format(literal=literal)})
    (OUT / "workloads.json").write_text(json.dumps(listed))
    # The whole workspace, so that no dependency is compiled with other features than the tests have.
    build = ["cargo", "build", "--quiet", "--workspace", "--examples", "--profile", cargo_profile()]
    subprocess.run(build, check=True, cwd=ROOT)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = {"dev": "debug"}.get(cargo_profile(), cargo_profile())
    program = target / folder / "examples/native_bench"
    out = subprocess.run([program, OUT], capture_output=True, text=True, check=False)
    if out.returncode:
        print("native SQL could not be run:", out.stderr[-400:])
        return {}
    return json.loads(out.stdout)


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measure(work: Workload, repetitions: int, rust: tuple[float, float] | None) -> dict[str, float]:
    """ns/row of each library whose answer is right."""
    # A small part first: it checks the answers, and tells who would take minutes over the whole.
    part = replace(work, column=work.column.slice(0, max(1, len(work.column) // 100)))
    small, whole = libraries(part), libraries(work)
    truth = checksum(small["Shapely, objects ready"]())
    figures: dict[str, float] = {}
    for name, call in small.items():
        try:
            found = checksum(call())
        except Exception as error:  # a peer that cannot do it is a result, too
            print(f"  {name}: {str(error)[:160]}")
            del whole[name]
            continue
        if not math.isclose(found, truth, rel_tol=1e-9):
            print(f"  {name}: another answer than Shapely, {found} for {truth}; not timed")
            del whole[name]
        elif (took := seconds(call)) > 0.1:
            figures[name] = took / len(part.column) * 1e9
            del whole[name]
    for _ in range(repetitions):
        for name, call in whole.items():
            figures[name] = min(figures.get(name, math.inf), seconds(call) / len(work.column) * 1e9)
    if rust is not None:
        if math.isclose(rust[1], checksum(libraries(work)["Shapely, objects ready"]()), rel_tol=1e-9):
            figures["geoplug (DataFusion, Rust)"] = rust[0]
        else:
            print("  geoplug (DataFusion, Rust): another answer than Shapely; not timed")
    return figures


def chart(results: dict[str, dict[str, float]]) -> Path:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(results), figsize=(9, 1.9 * len(results)), layout="constrained")
    for axis, (name, times) in zip(np.atleast_1d(axes), results.items(), strict=True):
        order = sorted(times, key=times.__getitem__, reverse=True)
        colors = ["#1b7837" if n.startswith("geoplug") else "#999999" for n in order]
        bars = axis.barh(order, [times[n] for n in order], color=colors)
        axis.bar_label(bars, [f"{times[n]:,.1f}" for n in order], padding=3, fontsize=7)
        axis.set(xscale="log", title=name)
        axis.tick_params(labelsize=7)
        axis.margins(x=0.15)
        axis.set_xlim(left=1)
    figure.supxlabel("ns a row, one thread (logarithmic; shorter is faster)")
    path = OUT / "compare.png"
    figure.savefig(path, dpi=130)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    works = workloads(options.rows)
    rust = native(works)
    results: dict[str, dict[str, float]] = {}
    for work in works:
        print(f"\n{work.name}, {len(work.column):,} rows")
        times = measure(work, options.repetitions, rust.get(work.name))
        for name in sorted(times, key=times.__getitem__):
            print(f"  {name:32} {times[name]:12,.1f} ns/row   {times[name] / times['geoplug (Arrow)']:8.1f} x")
        results[work.name] = times
    (OUT / "compare.json").write_text(json.dumps(results, indent=1))
    print(f"\nchart: {chart(results)}")


if __name__ == "__main__":
    main()
