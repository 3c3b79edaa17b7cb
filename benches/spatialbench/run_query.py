"""Runs one query on one system, in a process of its own, and keeps the answer.

Prints JSON: seconds from text to an answer in Arrow, the tables being read from their files in that time (the best of
as many runs as fit into a few seconds), rows, and the peak of memory in the first run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

QUERIES = Path(__file__).parent / "queries"
PARTITIONS = 2
# A query that takes longer runs once.
SHORT = 5.0
RUNS = 3

Run = Callable[[], pa.Table]


def geoplug(query: str, tables: Path) -> Run:
    """A plain datafusion-python session with geoplug."""
    import geoplug
    from datafusion import SessionConfig, SessionContext

    ctx = SessionContext(SessionConfig().with_target_partitions(PARTITIONS))
    geoplug.register_all(ctx)
    for path in tables.glob("*.parquet"):
        ctx.register_parquet(path.stem, path)
    return lambda: ctx.sql(sql(query)).to_arrow_table()


def sedonadb(query: str, tables: Path) -> Run:
    """SedonaDB, which takes as many partitions as there are cores."""
    import sedonadb

    ctx = sedonadb.connect()
    ctx.options.interactive = False
    for path in tables.glob("*.parquet"):
        ctx.read_parquet(path).to_view(path.stem)
    return lambda: pa.table(ctx.sql(sql(query)))


def pycanopy(query: str, tables: Path) -> Run:
    """PyCanopy has no SQL; two of the queries in its own words."""
    import polars as pl
    import pycanopy as pc

    def top(rows: pl.DataFrame, by: str, key: str) -> pl.DataFrame:
        return rows.lazy().sort([by, key], descending=[True, False], nulls_last=True).head(100).collect()

    def q10() -> pa.Table:
        zones = pl.read_parquet(tables / "zone.parquet", columns=["z_zonekey", "z_name", "z_boundary"])
        columns = ["t_pickuploc", "t_pickuptime", "t_dropofftime", "t_distance"]
        trips = pl.read_parquet(tables / "trip.parquet", columns=columns)
        x, y = pc.wkb_points_to_xy(trips["t_pickuploc"])
        points = trips.select(
            pl.Series("x", x),
            pl.Series("y", y),
            duration=(pl.col("t_dropofftime") - pl.col("t_pickuptime")).dt.total_milliseconds(),
            distance=pl.col("t_distance").cast(pl.Float64),
        )
        joined = pc.SpatialFrame.from_wkb_polygons(zones, "z_boundary").lazy().within_join(points, "x", "y")
        counted = joined.group_by(["z_zonekey", "z_name"]).agg(
            avg_duration=pc.agg.mean("duration"), avg_distance=pc.agg.mean("distance"), num_trips=pc.agg.count()
        )
        every = zones.select("z_zonekey", "z_name").join(counted, on=["z_zonekey", "z_name"], how="left")
        # SQL averages durations to whole milliseconds.
        every = every.with_columns(pl.col("num_trips").fill_null(0), pl.col("avg_duration").cast(pl.Int64))
        return top(every, "avg_duration", "z_zonekey").to_arrow()

    def q12() -> pa.Table:
        buildings = pl.read_parquet(tables / "building.parquet", columns=["b_boundary"])
        trips = pl.read_parquet(tables / "trip.parquet", columns=["t_tripkey", "t_pickuploc"])
        x, y = pc.wkb_points_to_xy(trips["t_pickuploc"])
        points = trips.select("t_tripkey", pl.Series("x", x), pl.Series("y", y))
        frame = pc.SpatialFrame.from_wkb_polygons(buildings, "b_boundary").lazy()
        joined = frame.polygon_knn_join(points, "x", "y", k=5).select(["t_tripkey", "distance_to_polygon"])
        # A batch holds all neighbours of its trips: the highest of each suffice.
        highest = [
            top(batch.group_by("t_tripkey").agg(average=pl.col("distance_to_polygon").mean()), "average", "t_tripkey")
            for batch in joined.collect_batched()
        ]
        return top(pl.concat(highest), "average", "t_tripkey").to_arrow()

    return {"q10": q10, "q12": q12}[query]


SYSTEMS = {"geoplug": geoplug, "sedonadb": sedonadb, "pycanopy": pycanopy}


def sql(query: str) -> str:
    """The text of a query, which is the same for all systems."""
    return (QUERIES / f"{query}.sql").read_text()


def peak_memory() -> int:
    """Bytes that this process has held at most."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("query")
    parser.add_argument("tables", type=Path)
    parser.add_argument("answer", type=Path)
    args = parser.parse_args()
    run = SYSTEMS[args.system](args.query, args.tables)
    best, peak = float("inf"), 0
    for _ in range(RUNS):
        start = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - start)
        # Of the first run: the next ones begin with what the one before left.
        peak = peak or peak_memory()
        if best > SHORT:
            break
    print(json.dumps({"seconds": best, "rows": answer.num_rows, "memory": peak}))
    with pa.ipc.new_file(args.answer, answer.schema) as out:
        out.write_table(answer)


if __name__ == "__main__":
    main()
