"""One join on one system, in a process of its own: `joins.py` runs it.

Reads the tables and what is asked from a folder, keeps the pairs of rows it found, and prints JSON: the seconds of the
best run, and megabytes: what the process held before its first run, and what it held at most during that.

A run goes from columns in memory to two columns of row numbers in memory. What it builds on the way, such as an index,
is part of it; what a session keeps as its table is not.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from memory import megabytes

THREADS = 2
# A run that takes longer is not repeated.
LONG = 20.0
# The row numbers of the left and of the right table.
Pairs = tuple[Any, Any]
Run = Callable[[], Pairs]


@dataclass(frozen=True)
class Join:
    """What is asked of two geometries: a predicate, `dwithin` a distance, or to be among the `k` nearest."""

    predicate: str
    distance: float | None = None
    k: int | None = None
    same: bool = False
    """Whether the two tables are one."""

    def sql(self) -> str:
        if self.predicate == "nearest":
            condition = f"st_knn(l.geometry, r.geometry, {self.k}, FALSE)"
        else:
            last = "" if self.distance is None else f", {self.distance}"
            condition = f"st_{self.predicate}(l.geometry, r.geometry{last})"
        return f'SELECT l."row" AS l, r."row" AS r FROM l JOIN r ON {condition}'


def geoplug_arrow(join: Join, left: pa.Table, right: pa.Table) -> Run:
    import geoplug

    a, b = column(left), column(right)

    def run() -> Pairs:
        if join.predicate == "nearest":
            pairs = geoplug.sjoin_nearest_indices(a, b, k=join.k)
        else:
            pairs = geoplug.sjoin_indices(a, b, join.predicate, distance=join.distance)
        return pa.array(pairs.left), pa.array(pairs.right)

    return run


def geoplug_polars(join: Join, left: pa.Table, right: pa.Table, engine: str | None = None) -> Run:
    import geoplug  # noqa: F401
    import polars as pl

    a, b = pl.DataFrame(left).rename({"row": "l"}), pl.DataFrame(right).rename({"row": "r"})

    def joined(a: Any, b: Any) -> Any:
        if join.predicate == "nearest":
            return a.geo.sjoin_nearest(b, on="geometry", k=join.k)
        return a.geo.sjoin(b, on="geometry", predicate=join.predicate, distance=join.distance)

    def run() -> Pairs:
        if engine:
            rows = joined(a.lazy(), b.lazy()).select("l", "r").collect(engine=engine)
        else:
            rows = joined(a, b)
        return rows["l"], rows["r"]

    return run


def geoplug_streaming(join: Join, left: pa.Table, right: pa.Table) -> Run:
    return geoplug_polars(join, left, right, "streaming")


def geoplug_datafusion(join: Join, left: pa.Table, right: pa.Table) -> Run:
    import geoplug
    from datafusion import SessionConfig, SessionContext

    ctx = SessionContext(SessionConfig().with_target_partitions(THREADS))
    geoplug.register_all(ctx)
    for name, rows in (("l", left), ("r", right)):
        ctx.register_record_batches(name, [rows.to_batches()])
    plan = ctx.sql("EXPLAIN " + join.sql()).to_arrow_table()
    if "SpatialJoinExec" not in str(plan["plan"].to_pylist()):
        raise RuntimeError("no spatial join was planned")
    return lambda: both(ctx.sql(join.sql()).to_arrow_table())


def sedonadb(join: Join, left: pa.Table, right: pa.Table) -> Run:
    import sedonadb

    ctx = sedonadb.connect()
    ctx.sql(f"SET datafusion.execution.target_partitions = {THREADS}").execute()
    for name, rows in (("l", left), ("r", right)):
        ctx.create_data_frame(rows).to_view(name)
    return lambda: both(pa.table(ctx.sql(join.sql())))


def geopandas_ready(join: Join, left: pa.Table, right: pa.Table, from_wkb: bool = False) -> Run | None:
    import geopandas
    import shapely
    from geopandas.array import GeometryArray

    if join.predicate == "nearest" and join.k != 1:
        return None
    made = shapely.from_wkb if from_wkb else lambda ready: ready
    given = [values if from_wkb else shapely.from_wkb(values) for values in (objects(left), objects(right))]

    def run() -> Pairs:
        # Frames are new each time: they would keep their index.
        a, b = (geopandas.GeoDataFrame(geometry=GeometryArray(made(values))) for values in given)
        if join.predicate == "nearest":
            rows = a.sjoin_nearest(b)
        else:
            limit = {} if join.distance is None else {"distance": join.distance}
            rows = a.sjoin(b, predicate=join.predicate, **limit)
        return rows.index, rows["index_right"]

    return run


def geopandas_wkb(join: Join, left: pa.Table, right: pa.Table) -> Run | None:
    return geopandas_ready(join, left, right, from_wkb=True)


def strtree_ready(join: Join, left: pa.Table, right: pa.Table, from_wkb: bool = False) -> Run | None:
    import shapely

    if join.predicate == "nearest" and join.k != 1:
        return None
    made = shapely.from_wkb if from_wkb else lambda ready: ready
    given = [values if from_wkb else shapely.from_wkb(values) for values in (objects(left), objects(right))]

    def run() -> Pairs:
        a, b = (made(values) for values in given)
        if join.predicate == "within":
            # The polygons look for points, because a tree prepares what looks.
            outer, inner = shapely.STRtree(a).query(b, "contains")
            return inner, outer
        tree = shapely.STRtree(b)
        if join.predicate == "nearest":
            return tuple(tree.query_nearest(a, all_matches=False))
        return tuple(tree.query(a, join.predicate, distance=join.distance))

    return run


def strtree_wkb(join: Join, left: pa.Table, right: pa.Table) -> Run | None:
    return strtree_ready(join, left, right, from_wkb=True)


def polars_st(join: Join, left: pa.Table, right: pa.Table) -> Run | None:
    import polars as pl
    import polars_st  # noqa: F401
    import shapely

    if join.predicate == "nearest":
        return None

    def frame(table: pa.Table, row: str) -> pl.DataFrame:
        # An empty geometry is an error to it.
        keep = ~shapely.is_empty(shapely.from_wkb(objects(table)))
        return pl.DataFrame(table).filter(keep).rename({"row": row})

    a, b = frame(left, "l"), frame(right, "r")

    def run() -> Pairs:
        rows = a.st.sjoin(b, on="geometry", predicate=join.predicate, distance=join.distance)
        return rows["l"], rows["r"]

    return run


def pycanopy(join: Join, left: pa.Table, right: pa.Table) -> Run | None:
    import pycanopy as pc

    a, b = column(left), column(right)

    def split(pairs: np.ndarray) -> Pairs:
        return pairs[0::2], pairs[1::2]

    def within() -> Pairs:
        return split(pc.Engine.from_wkb_polygons(b).batch_contains(*pc.wkb_points_to_xy(a)))

    def dwithin() -> Pairs:
        return split(pc.Engine.from_wkb_points(b).batch_within_distance(*pc.wkb_points_to_xy(a), join.distance))

    def nearest() -> Pairs:
        found, distances = pc.Engine.from_wkb_polygons(b).batch_knn_to_polygons(*pc.wkb_points_to_xy(a), join.k)
        there = np.isfinite(distances)
        return np.repeat(np.arange(len(a), dtype=np.uint32), join.k)[there], found[there]

    def intersects() -> Pairs:
        # It finds each pair once, and not each polygon with itself.
        one, other = split(pc.Engine.from_wkb_polygons(b).polygon_intersects_self_join())
        itself = np.arange(len(b), dtype=np.uint32)
        return np.concatenate([one, other, itself]), np.concatenate([other, one, itself])

    if join.predicate == "intersects" and not join.same:
        return None
    return {"within": within, "dwithin": dwithin, "nearest": nearest, "intersects": intersects}.get(join.predicate)


SYSTEMS: dict[str, Callable[[Join, pa.Table, pa.Table], Run | None]] = {
    "geoplug (Arrow)": geoplug_arrow,
    "geoplug (Polars)": geoplug_polars,
    "geoplug (Polars streaming)": geoplug_streaming,
    "geoplug (datafusion-python)": geoplug_datafusion,
    "SedonaDB": sedonadb,
    "PyCanopy": pycanopy,
    "polars-st": polars_st,
    "GeoPandas from WKB": geopandas_wkb,
    "GeoPandas from objects": geopandas_ready,
    "STRtree from WKB": strtree_wkb,
    "STRtree from objects": strtree_ready,
}


def column(rows: pa.Table) -> pa.Array:
    return rows["geometry"].combine_chunks()


def objects(rows: pa.Table) -> np.ndarray:
    return np.array(rows["geometry"].to_pylist(), dtype=object)


def both(answer: pa.Table) -> Pairs:
    return answer["l"], answer["r"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("repetitions", type=int)
    options = parser.parse_args()
    join = Join(**json.loads((options.folder / "join.json").read_text()))
    left, right = (pa.ipc.open_file(options.folder / f"{side}.arrow").read_all() for side in ("left", "right"))
    run = SYSTEMS[options.system](join, left, right)
    if run is None:
        print(json.dumps(None))
        return
    # From here on the kernel notes the peak anew.
    Path("/proc/self/clear_refs").write_text("5")
    before, peak, best = megabytes("VmRSS"), 0.0, float("inf")
    for _ in range(options.repetitions):
        start = time.perf_counter()
        pairs = run()
        best = min(best, time.perf_counter() - start)
        peak = peak or megabytes("VmHWM")
        if best > LONG:
            break
    answer = pa.table([pa.array(np.asarray(rows).astype(np.uint32)) for rows in pairs], names=["left", "right"])
    with pa.ipc.new_file(options.folder / "pairs.arrow", answer.schema) as out:
        out.write_table(answer)
    print(json.dumps({"seconds": best, "before": before, "peak": peak}))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        # One line, for the table.
        sys.exit(f"{type(error).__name__}: {[*str(error).splitlines(), ''][0]}")
