"""Spatial joins of geoplug and its peers side by side: the same pairs, two threads each.

Every system joins in a process of its own, on two cores and with as many threads as it can be told to take, so that the
peak of memory is its own, and a crash or a join without end is one entry of the table. Each figure is the best of
several runs, from columns in memory to two columns of row numbers: see `join_systems.py`. ns per row of the left table.

    python benches/compare/joins.py --only counties --rows 100000

Without `--data`, a folder with `places.parquet` and `countries.parquet`, the places are those of the United States, and
there are no countries. DuckDB is missing: its spatial extension comes from a server of its own, not from PyPI.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from common import HERE, OUT, ROOT, Results, built, chart, field, in_order, number, numbers, table, wkb
from join_systems import SYSTEMS, THREADS, Join

RUST = "geoplug (DataFusion, Rust)"
# The same session, with a memory pool of a quarter of the geometries that it indexes: it has to spill.
SPILLED = "geoplug (DataFusion, Rust), spilled"
NATIVE = ROOT / "udfs/examples/native_joins.rs"
FOLDER = OUT / "joins"
# Whoever asks for one of these gets it; the others see two cores.
NUMBERS_OF_THREADS = ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "TOKIO_WORKER_THREADS")


@dataclass
class Workload:
    """A join of two columns."""

    name: str
    left: pa.Array
    right: pa.Array
    join: Join
    spills: bool = False
    """Whether it shows what spilling costs: then no other system takes part."""


def workloads(rows: int, data: Path | None) -> list[Workload]:
    """The joins of docs/joins.md, with at most so many rows on their left."""

    def read(file: Path) -> pa.Array:
        return pq.read_table(file, columns=["geometry"])["geometry"].combine_chunks().cast(pa.binary())

    counties = read(ROOT / "data/us_counties.parquet")
    places = read(data / "places.parquet" if data else ROOT / "data/us_places.parquet")[:rows]
    low, high = np.split(shapely.total_bounds(shapely.from_wkb(counties.to_pylist())), 2)
    points = wkb(shapely.points(low + np.random.default_rng(42).random((rows, 2)) * (high - low)))
    some = counties[:rows]
    circles = wkb(shapely.buffer(shapely.from_wkb(points.take(np.arange(min(rows, 100_000))).to_pylist()), 0.05))
    listed = [
        Workload("points within counties", points, counties, Join("within")),
        Workload("counties x counties, intersects", some, some, Join("intersects", same=True)),
        Workload("counties x counties, touches", some, some, Join("touches", same=True)),
        Workload("places x places within 0.1", places, places, Join("dwithin", distance=0.1, same=True)),
        Workload("nearest county of each place", places, counties, Join("nearest", k=1)),
        Workload("5 nearest counties of each place", places, counties, Join("nearest", k=5)),
        Workload("points within circles", points, circles, Join("within"), spills=True),
    ]
    if data:
        countries = read(data / "countries.parquet")
        listed.insert(1, Workload("places within countries", places, countries, Join("within")))
    return listed


def systems(only: str, rust: bool) -> dict[str, list[str]]:
    """The systems that are installed, and the command that each is run with."""
    modules = {"polars-st": "polars_st", "STRtree": "shapely"}
    found = {}
    for name in SYSTEMS:
        library = name.split()[0]
        if find_spec(modules.get(library, library.lower())):
            found[name] = [sys.executable, str(HERE / "join_systems.py"), name]
    if rust and NATIVE.exists():
        found[RUST] = found[SPILLED] = [str(built(NATIVE.stem))]
    wanted = [part.strip() for part in only.split(",")]
    return {name: command for name, command in found.items() if any(part in name for part in wanted)}


def write(work: Workload) -> None:
    """Lay out what the processes read."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for side, geometries in (("left", work.left), ("right", work.right)):
        rows = pa.array(np.arange(len(geometries), dtype=np.uint32))
        schema = pa.schema([pa.field("row", rows.type), field("geometry", geometries)])
        with pa.ipc.new_file(FOLDER / f"{side}.arrow", schema) as out:
            out.write_table(pa.table([rows, geometries], schema=schema), max_chunksize=8192)
    (FOLDER / "join.json").write_text(json.dumps(asdict(work.join)))
    (FOLDER / "join.sql").write_text(work.join.sql())


def run(command: list[str], rest: list[str], timeout: float) -> tuple[dict[str, float], np.ndarray] | str | None:
    """Figures and pairs of a system; none where it lacks the join, the reason where it fails."""
    threads = dict.fromkeys(NUMBERS_OF_THREADS, str(THREADS))
    (FOLDER / "pairs.arrow").unlink(missing_ok=True)
    try:
        out = subprocess.run(
            [*command, str(FOLDER), *rest],
            env=os.environ | threads,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not done in {timeout:.0f} s"
    if out.returncode < 0:
        return f"killed by signal {-out.returncode}"
    if out.returncode:
        return next((line for line in reversed(out.stderr.splitlines()) if line.strip()), "failed")[:160]
    figures = json.loads(out.stdout.splitlines()[-1])
    if figures is None:
        return None
    pairs = pa.ipc.open_file(FOLDER / "pairs.arrow").read_all()
    return figures, np.stack([rows.to_numpy() for rows in pairs.columns]).astype(np.uint64)


class Checker:
    """Compares the pairs of all systems with those of the first that answered."""

    def __init__(self, work: Workload) -> None:
        self.nearest = work.join.predicate == "nearest"
        self.k = work.join.k or 0
        self.expected: tuple[str, Any] | None = None
        if self.nearest:
            self.left, self.right = (shapely.from_wkb(g.to_pylist()) for g in (work.left, work.right))

    def differences(self, name: str, pairs: np.ndarray) -> str | None:
        """What differs, in words."""
        found = self.distances(pairs) if self.nearest else np.unique(pairs[0] << np.uint64(32) | pairs[1])
        if not self.nearest and len(found) != pairs.shape[1]:
            return f"{pairs.shape[1] - len(found):,} pairs are given more than once"
        if self.expected is None:
            self.expected = name, found
            return None
        first, expected = self.expected
        if self.nearest:
            if found.shape != expected.shape:
                return f"{found.shape[0]:,} rows have their nearest, {expected.shape[0]:,} with {first}"
            wrong = ~np.isclose(found, expected, rtol=1e-9, atol=1e-12).all(axis=1)
            return f"{wrong.sum():,} rows have others than with {first}" if wrong.any() else None
        more, fewer = (
            np.setdiff1d(*sides, assume_unique=True).size for sides in ((found, expected), (expected, found))
        )
        return f"{more:,} pairs more and {fewer:,} fewer than {first}" if more or fewer else None

    def distances(self, pairs: np.ndarray) -> np.ndarray:
        """The distances from each left row to its k nearest: which of several at one distance is taken is free."""
        left, right = pairs
        away = shapely.distance(self.left[left], self.right[right])
        order = np.lexsort([away, left])
        left, away = left[order], away[order]
        begins = np.flatnonzero(np.diff(left, prepend=-1.0))
        # GeoPandas gives all that are at the distance of the last.
        rank = np.arange(len(left)) - np.repeat(begins, np.diff([*begins, len(left)]))
        return away[rank < self.k].reshape(-1, self.k)


def measure(work: Workload, commands: dict[str, list[str]], repetitions: int, timeout: float) -> dict[str, Any]:
    """Figures of each system, its number of pairs, and what is different about them."""
    write(work)
    # GEOS is the judge where it has the join.
    judges = ("STRtree from objects", RUST, "geoplug")
    checker, out = Checker(work), {}
    for name in in_order({"": dict.fromkeys(commands, 0.0)}, judges):
        if (name == SPILLED and not work.spills) or (name not in (RUST, SPILLED) and work.spills):
            continue
        pool = work.right.nbytes // 4
        answer = run(commands[name], [str(repetitions), *([str(pool)] if name == SPILLED else [])], timeout)
        if answer is None:
            continue
        if isinstance(answer, str):
            out[name] = {"differs": answer}
            print(f"  {name:30} {answer}", flush=True)
            continue
        figures, pairs = answer
        ns = figures["seconds"] / len(work.left) * 1e9
        differs = checker.differences(name, pairs)
        out[name] = figures | {"ns": ns, "pairs": pairs.shape[1], "differs": differs, "pool": pool}
        print(
            f"  {name:30} {ns:12,.1f} ns/row {figures['peak']:8,.0f} MB at most, {figures['before']:6,.0f} before   "
            f"{pairs.shape[1]:10,} pairs   {differs or ''}",
            flush=True,
        )
    return out


def ratios(times: Results, ours: list[str]) -> str:
    """How many times faster geoplug is than the fastest peer; in brackets, than the fastest that has objects."""
    cells: dict[str, dict[str, str]] = {}
    for work, figures in times.items():
        peers = sorted((ns, name) for name, ns in figures.items() if name not in ours)
        fastest, its_name = next((peer for peer in peers if not peer[1].endswith("objects")), (math.nan, "-"))
        ready = next((ns for ns, name in peers if name.endswith("objects")), None)
        cells[work] = {"fastest peer": its_name}
        for name in ours:
            if name in figures:
                beside = "" if ready is None else f" ({ready / figures[name]:.1f})"
                cells[work][name] = f"{fastest / figures[name]:.1f}{beside}"
    return table(cells, "times faster", ["fastest peer", *ours])


def report(results: dict[str, dict[str, Any]]) -> str:
    """The tables of docs/joins.md."""
    done = {
        work: {name: figures for name, figures in by_system.items() if "ns" in figures}
        for work, by_system in results.items()
        if any("ns" in figures for figures in by_system.values())
    }
    times = {work: {name: f["ns"] for name, f in by_system.items()} for work, by_system in done.items()}
    memory = {
        work: {name: f"{f['peak']:,.0f} ({f['peak'] - f['before']:,.0f})" for name, f in by_system.items()}
        for work, by_system in done.items()
    }
    slower = {}
    for work in [work for work, by_system in times.items() if SPILLED in by_system]:
        by_system = done.pop(work)
        in_memory, spilled = by_system[RUST], by_system[SPILLED]
        slower[work] = {
            "ns/row": number(times.pop(work)[RUST]),
            "in a pool": number(spilled["ns"]),
            "times slower": f"{spilled['ns'] / in_memory['ns']:.1f}",
            "MB of the pool": number(spilled["pool"] / 1e6),
        }
        del memory[work]
    names = in_order(times, ("geoplug", *SYSTEMS))
    if times:
        chart(times, names, "ns a row of the left table, two threads", 5, OUT / "joins.png")
    notes = [
        f"- {work}: {name}: {figures['differs']}\n"
        for work, by_system in results.items()
        for name, figures in by_system.items()
        if figures["differs"]
    ]
    parts = [
        table(numbers(times), "ns/row", names),
        ratios(times, [name for name in names if name.startswith("geoplug")]),
        table(memory, "MB at most (of which in the join)", names),
        table(slower, "in a memory pool of a quarter of the build side", list(next(iter(slower.values()), {}))),
        "Other pairs, or none:\n\n" + "".join(notes) if notes else "All pairs are the same.\n",
    ]
    return "\n".join(parts)


def into_docs(tables: str) -> None:
    """Put tables and chart into the guide, between its marks."""
    page = ROOT / "docs/joins.md"
    begin, end = "<!-- begin: benches/compare/joins.py -->\n", "<!-- end -->"
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{tables}\n![ns a row, by library](joins.png)\n\n{end}{after}")
    shutil.copy(OUT / "joins.png", ROOT / "docs/joins.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000, help="at most so many rows on the left")
    parser.add_argument("--data", type=Path, help="folder with places.parquet and countries.parquet")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=600, help="seconds for all runs of a join on one system")
    parser.add_argument("--only", default="", help="joins whose name has this in it")
    parser.add_argument("--systems", default="", help="systems whose name has one of these in it, with commas between")
    parser.add_argument("--no-native", action="store_true", help="leave out what must be compiled with cargo")
    parser.add_argument("--docs", action="store_true", help="write tables and chart into docs/joins.md")
    options = parser.parse_args()
    # Two cores for everybody: processes inherit it.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    commands = systems(options.systems, not options.no_native)
    results: dict[str, dict[str, Any]] = {}
    for work in workloads(options.rows, options.data):
        if options.only not in work.name:
            continue
        name = f"{work.name}, {len(work.left):,} x {len(work.right):,}"
        print(f"\n{name}", flush=True)
        results[name] = measure(work, commands, options.repetitions, options.timeout)
        (OUT / "joins.json").write_text(json.dumps(results, indent=1))
    tables = report(results)
    (OUT / "joins.md").write_text(tables)
    if options.docs:
        into_docs(tables)
    print(f"\ntables: {OUT / 'joins.md'}\nchart: {OUT / 'joins.png'}")


if __name__ == "__main__":
    main()
