"""Text matching, geoplug and its peers side by side, in one run on one thread, with equal sums.

Pairs of names of places, each drawn by itself; the same names against one of them; long texts; codes of what names
sound like; and all pairs of names within two edits. Libraries take turns, each figure is the best of several
repetitions, one that would take long is timed on fewer rows. ns/row, and the ratio to the fastest peer.

    python benches/compare/text.py --only levenshtein --rows 200000

`--data` is another places.parquet. rapidfuzz runs by its own loop over two lists (`process.cpdist`) where
it has one for the purpose, jellyfish by one in Python.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

THREADS = int(os.environ.get("GEOPLUG_BENCH_THREADS", "1"))
os.sched_setaffinity(0, range((os.cpu_count() or 1) - THREADS, os.cpu_count() or 1))
os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import duckdb
import geoplug
import jellyfish
import numpy as np
import polars as pl
import polars_distance  # noqa: F401, a namespace of Polars
import polars_ds as pds
import pyarrow as pa
import pyarrow.parquet as pq
from common import OUT, ROOT, chart, in_order, numbers, table
from datafusion import SessionConfig, SessionContext
from memory import megabytes
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein

# Seconds of one repetition above which a library is timed on fewer rows.
LONG = 6.0

Run = Callable[[], float]


@dataclass
class Workload:
    """What is computed, and how each library does it for so many of the rows; the sum comes back."""

    name: str
    rows: int
    systems: dict[str, Callable[[int], Run]] = field(default_factory=dict)


def names(data: Path) -> list[str]:
    return sorted({name for name in pq.read_table(data, columns=["name"]).column("name").to_pylist() if name})


def drawn(values: list[str], rows: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(values) for _ in range(rows)]


def perturbed(values: list[str], rows: int, seed: int) -> list[str]:
    """Names drawn, every second one with one or two edits."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz "
    out = []
    for name in drawn(values, rows, seed + 1):
        made = list(name)
        for _ in range(rng.choice((0, 0, 1, 2))):
            at = rng.randrange(len(made) + 1)
            kind = rng.randrange(4)
            if kind == 3 and at + 1 < len(made):
                made[at], made[at + 1] = made[at + 1], made[at]
            else:
                made[at : at + (kind > 0)] = rng.choice(letters) if kind < 2 else ""
        out.append("".join(made))
    return out


# Each library's own name of a function: rapidfuzz, jellyfish, DuckDB, polars-ds, polars-distance.
FUNCTIONS: dict[str, tuple[Any, Any, str | None, Any, Any]] = {
    "levenshtein": (
        Levenshtein.distance, jellyfish.levenshtein_distance, "levenshtein",
        lambda a, b: pds.str_leven(a, b, return_sim=False), lambda a, b: a.dist_str.levenshtein(b),
    ),
    "damerau_levenshtein": (
        DamerauLevenshtein.distance, jellyfish.damerau_levenshtein_distance, "damerau_levenshtein",
        lambda a, b: pds.str_d_leven(a, b, return_sim=False), lambda a, b: a.dist_str.damerau_levenshtein(b),
    ),
    "jaro_winkler_similarity": (
        JaroWinkler.similarity, jellyfish.jaro_winkler_similarity, "jaro_winkler_similarity",
        lambda a, b: pds.str_jw(a, b), lambda a, b: 1.0 - a.dist_str.jaro_winkler(b),
    ),
}  # fmt: skip


def session(register: bool, **columns: pa.Array) -> SessionContext:
    ctx = SessionContext(SessionConfig().with_target_partitions(THREADS))
    if register:
        geoplug.register_all(ctx)
    batches = pa.table(columns).to_batches(max_chunksize=8192)
    ctx.register_record_batches("t", [batches])
    return ctx


def compared(function: str, title: str, a: list[str], b: list[str] | str) -> Workload:
    """A function of two columns, or of a column and a literal."""
    rapid, jelly, duck, ds, distance = FUNCTIONS[function]
    left = pa.array(a, pa.string_view())
    right = b if isinstance(b, str) else pa.array(b, pa.string_view())
    columns = {"a": left} if isinstance(right, str) else {"a": left, "b": right}
    second = "'{}'".format(right.replace("'", "''")) if isinstance(right, str) else "b"
    frame = pl.DataFrame({name: pl.Series(column) for name, column in columns.items()})
    y = pl.lit(right) if isinstance(right, str) else pl.col("b")
    work = Workload(title, len(a))

    def arrow(rows: int) -> Run:
        x, z = left[:rows], right if isinstance(right, str) else right[:rows]
        return lambda: float(np.sum(np.asarray(pa.array(getattr(geoplug, function)(x, z)))))

    def polars(make: Callable[[pl.Expr, Any], pl.Expr]) -> Callable[[int], Run]:
        def at(rows: int) -> Run:
            few = frame.head(rows)
            query = few.lazy().select(make(pl.col("a"), y).sum())
            return lambda: float(query.collect(engine="in-memory").item())

        return at

    def sql(register: bool) -> Callable[[int], Run]:
        def at(rows: int) -> Run:
            ctx = session(register, **{name: column[:rows] for name, column in columns.items()})
            text = f"SELECT sum({function}(a, {second})) FROM t"
            return lambda: float(ctx.sql(text).collect()[0].column(0)[0].as_py())

        return at

    def duckdb_(rows: int) -> Run:
        connection = duckdb.connect(config={"threads": THREADS})
        t = pa.table({name: column[:rows].cast(pa.string()) for name, column in columns.items()})  # noqa: F841
        connection.execute("CREATE TABLE s AS SELECT * FROM t")
        return lambda: float(connection.execute(f"SELECT sum({duck}(a, {second})) FROM s").fetchone()[0])

    def rapidfuzz_(rows: int) -> Run:
        x = a[:rows]
        kind = np.float64 if "jaro" in function else np.int64
        if isinstance(b, str):
            return lambda: float(process.cdist([b], x, scorer=rapid, dtype=kind, workers=1).sum())
        z = b[:rows]
        return lambda: float(process.cpdist(x, z, scorer=rapid, dtype=kind, workers=1).sum())

    def jellyfish_(rows: int) -> Run:
        x, z = a[:rows], [b] * rows if isinstance(b, str) else b[:rows]
        return lambda: float(sum(map(jelly, x, z)))

    own = getattr(geoplug, function)
    work.systems |= {
        "geoplug, Arrow": arrow,
        "geoplug, Polars": polars(lambda a, b: own(a, b)),
        "geoplug, datafusion-python": sql(True),
        "rapidfuzz": rapidfuzz_,
        "polars-ds": polars(ds),
        "polars-distance": polars(distance),
        "DuckDB": duckdb_,
        "jellyfish": jellyfish_,
    }
    if function == "levenshtein":
        work.systems["DataFusion's own"] = sql(False)
    return work


def coded(function: str, values: list[str]) -> Workload:
    """A code of each text."""
    column = pa.array(values, pa.string_view())
    frame = pl.DataFrame({"a": pl.Series(column)})

    def checksum(codes: list[str]) -> float:
        """Tell apart what the first of them are, at little cost beside the rest."""
        return float(zlib.crc32("\n".join(codes[:1000]).encode()))

    def arrow(rows: int) -> Run:
        x = column[:rows]
        return lambda: checksum(pa.array(getattr(geoplug, function)(x, variant="jellyfish")).slice(0, 1000).to_pylist())

    def polars(make: Callable[[pl.Expr], pl.Expr]) -> Callable[[int], Run]:
        def at(rows: int) -> Run:
            query = frame.head(rows).lazy().select(make(pl.col("a")))
            return lambda: checksum(query.collect(engine="in-memory").to_series().head(1000).to_list())

        return at

    def jellyfish_(rows: int) -> Run:
        x = values[:rows]
        call = getattr(jellyfish, function)
        return lambda: checksum([call(text) for text in x])

    work = Workload(function, len(values))
    work.systems = {
        "geoplug, Arrow": arrow,
        "geoplug, Polars": polars(lambda a: getattr(geoplug, function)(a, variant="jellyfish")),
        "jellyfish": jellyfish_,
    }
    return work


def workloads(options: argparse.Namespace) -> list[Workload]:
    known = names(options.data)
    a, b = drawn(known, options.rows, 1), drawn(known, options.rows, 2)
    works = [compared(function, f"{function}, column x column", a, b) for function in FUNCTIONS]
    works += [compared(function, f"{function}, column x literal", a, "San Francisco") for function in FUNCTIONS]
    rng = random.Random(3)
    for length, rows in ((1_000, 400), (10_000, 12)):
        random_texts = [
            ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=length)) for _ in range(rows)] for _ in "ab"
        ]
        like = ["".join(rng.choice("xy ") if rng.random() < 0.01 else c for c in text) for text in random_texts[0]]
        for function in FUNCTIONS:
            works.append(compared(function, f"{function}, {length:,} characters at random", *random_texts))
            works.append(compared(function, f"{function}, {length:,} characters, 1 % differ", random_texts[0], like))
    return works + [coded(function, a) for function in ("soundex", "metaphone")]


def measure(work: Workload, repetitions: int) -> tuple[dict[str, float], list[str]]:
    """Seconds a row of each library, and what is odd."""
    rows, runs, sums, odd = {}, {}, {}, []
    for name, make in work.systems.items():
        few = max(1, work.rows // 50)
        started = time.perf_counter()
        make(few)()
        each = (time.perf_counter() - started) / few
        rows[name] = work.rows if each * work.rows < LONG else max(1, min(work.rows, int(LONG / each)))
        runs[name] = make(rows[name])
        sums[name] = runs[name]()
        if rows[name] < work.rows:
            sums[name] = sums["geoplug, Arrow"] if work.systems["geoplug, Arrow"](rows[name])() == sums[name] else None
    wanted = sums["geoplug, Arrow"]
    for name, value in sums.items():
        if value is None or abs(value - wanted) > 1e-6 * max(1.0, abs(wanted)):
            odd.append(f"{work.name}: {name} has another sum, {value} for {wanted}")
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(repetitions):
        for name, run in runs.items():
            # Twice, so that none pays for what the one before it has left in the caches.
            for _ in range(2):
                started = time.perf_counter()
                run()
                best[name] = min(best[name], (time.perf_counter() - started) / rows[name] * 1e9)
    return best, odd


JOIN = "all pairs of names within two edits"


def join(options: argparse.Namespace) -> None:
    """The join, in a process of its own, for its memory; a sample is compared with every name by rapidfuzz."""
    known = names(options.data)
    left, right = (pa.array(perturbed(known, rows, seed)) for rows, seed in ((100_000, 11), (250_000, 12)))
    before = megabytes("VmHWM")
    started = time.perf_counter()
    pairs = geoplug.fuzzy_join_indices(left, right, max_distance=2)
    seconds = time.perf_counter() - started
    peak = megabytes("VmHWM")
    found = pa.array(pairs)
    of_row: dict[int, set[int]] = {}
    for row, other in zip(pa.array(pairs.left).to_pylist(), pa.array(pairs.right).to_pylist(), strict=True):
        of_row.setdefault(row, set()).add(other)
    sample = random.Random(5).sample(range(len(left)), 200)
    texts = right.to_pylist()
    scores = process.cdist(
        [left[row].as_py() for row in sample], texts, scorer=DamerauLevenshtein.distance, score_cutoff=2, dtype=np.int32
    )
    wrong = sum(
        set(np.flatnonzero(line <= 2).tolist()) != of_row.get(row, set())
        for row, line in zip(sample, scores, strict=True)
    )
    print(
        f"{JOIN}, {len(left):,} x {len(right):,}, {THREADS} threads: {seconds:.1f} s, {len(found):,} pairs, "
        f"{peak:,.0f} MB at most (of which {peak - before:,.0f} in the join); "
        f"of {len(sample)} names compared with all, {wrong} with other pairs"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--data", type=Path, default=ROOT / "data/us_places.parquet")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads whose name has this in it")
    parser.add_argument("--join", action="store_true", help="the join alone, in this process")
    options = parser.parse_args()
    if options.join:
        join(options)
        return
    results: dict[str, dict[str, float]] = {}
    notes: list[str] = []
    for work in workloads(options):
        if options.only not in work.name:
            continue
        figures, odd = measure(work, options.repetitions)
        results[work.name] = figures
        notes += odd
        peers = {name: value for name, value in figures.items() if not name.startswith("geoplug")}
        fastest = min(peers, key=lambda name: peers[name])
        own = ", ".join(f"{peers[fastest] / v:.1f}x {n[9:]}" for n, v in figures.items() if n not in peers)
        print(f"{work.name}: {own} (fastest peer {fastest}, {peers[fastest]:,.1f} ns)", flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    if results:
        order = in_order(results, ("geoplug", "rapidfuzz"))
        tables = table(numbers(results), "ns/row", order) + "".join(f"\n- {note}" for note in notes)
        (OUT / "text.md").write_text(tables + "\n")
        chart(results, order, "ns/row", 1, OUT / "text.png")
        print(f"\n{tables}\ntable: {OUT / 'text.md'}\nchart: {OUT / 'text.png'}")
    if options.only in JOIN:
        command = [sys.executable, __file__, "--join", "--data", options.data]
        subprocess.run(command, check=True, env={**os.environ, "GEOPLUG_BENCH_THREADS": "2"})


if __name__ == "__main__":
    main()
