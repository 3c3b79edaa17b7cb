"""Which place of one list is which of another, when both coordinates and names are off? Asked in SQL and in Polars.

The first list is real: 16,196 populated places. The second one is made of it, with a seed: of nine in ten places, each
moved by some kilometres, most names misspelt, the order lost. Three ways to match them again are compared: by position
alone, by name alone, and by both.

    python examples/match_places.py
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import geoplug
import polars as pl
from datafusion import SessionContext

PLACES = Path(__file__).parents[1] / "data/us_places.parquet"
SEED = 20_240_229
# How far apart two places may be, in degrees, and how alike their names must be.
NEAR = 0.15
ALIKE = 0.8

SQL = f"""
    WITH candidate AS (
        SELECT a.id, b.id AS other, st_distance(a.geometry, b.geometry) AS distance,
               jaro_winkler_similarity(a.name, b.name) AS alike
        FROM known a JOIN messy b ON st_dwithin(a.geometry, b.geometry, {NEAR})
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY id ORDER BY alike DESC, distance) AS best FROM candidate
        WHERE alike >= {ALIKE}
    )
    SELECT id, other FROM ranked WHERE best = 1
"""

BY_NAME = """
    WITH ranked AS (
        SELECT id, id_right AS other, row_number() OVER (PARTITION BY id ORDER BY distance, id_right) AS best
        FROM fuzzy_join('known', 'name', 'messy', 'name', 2)
    )
    SELECT id, other FROM ranked WHERE best = 1
"""


def misspelt(name: str, rng: random.Random) -> str:
    """Make up to two mistakes in a name: a letter too many, another, none, or two exchanged."""
    letters = list(name)
    for _ in range(rng.choice((0, 1, 1, 2))):
        at = rng.randrange(len(letters) + 1)
        mistake = rng.randrange(4)
        if mistake == 3:
            letters[at : at + 2] = reversed(letters[at : at + 2])
        else:
            letters[at : at + (mistake > 0)] = rng.choice("abcdefghijklmnopqrstuvwxyz") if mistake < 2 else ""
    return "".join(letters)


def lists() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the real list and make the other one; both name the true place in `id`."""
    known = pl.read_parquet(PLACES).select("name", "geometry").with_row_index("id")
    rng = random.Random(SEED)
    rows = rng.sample(range(known.height), known.height * 9 // 10)
    messy = known[rows].with_columns(
        name=pl.Series([misspelt(known["name"][row], rng) for row in rows]),
        dx=pl.Series([rng.gauss(0, 0.03) for _ in rows]),
        dy=pl.Series([rng.gauss(0, 0.03) for _ in rows]),
    )
    x, y = pl.col("geometry").geo.x() + pl.col("dx"), pl.col("geometry").geo.y() + pl.col("dy")
    return known, messy.with_columns(geometry=geoplug.point(x, y).geo.setsrid(4326)).drop("dx", "dy")


def best(matches: pl.LazyFrame, by: str | pl.Expr, *, descending: bool = False) -> pl.DataFrame:
    """Keep the best match of each place."""
    ordered = matches.sort(by, "id_right", descending=[descending, False])
    return ordered.group_by("id", maintain_order=True).first().select("id", other="id_right").collect()


def by_both(known: pl.DataFrame, messy: pl.DataFrame) -> pl.DataFrame:
    """Near in space, and alike in name."""
    near = known.lazy().geo.sjoin(messy.lazy(), on="geometry", predicate="dwithin", distance=NEAR)
    alike = near.with_columns(alike=pl.col("name").fuzzy.jaro_winkler_similarity(pl.col("name_right")))
    return best(alike.filter(pl.col("alike") >= ALIKE), "alike", descending=True)


def by_name(known: pl.DataFrame, messy: pl.DataFrame) -> pl.DataFrame:
    """Within two edits of the name."""
    return best(
        geoplug.fuzzy_join(known.lazy(), messy.lazy(), on="name", max_distance=2, distance_col="edits"), "edits"
    )


def by_position(known: pl.DataFrame, messy: pl.DataFrame) -> pl.DataFrame:
    """The nearest."""
    nearest = known.lazy().geo.sjoin_nearest(messy.lazy(), on="geometry", max_distance=NEAR, distance_col="distance")
    return best(nearest, "distance")


def report(name: str, match: Callable[[], pl.DataFrame], truth: int) -> float:
    """Match, and print how much of what was found is right, and how much of what is right was found."""
    start = time.perf_counter()
    found = match()
    seconds = time.perf_counter() - start
    right = found.filter(pl.col("id") == pl.col("other")).height
    precision, recall = right / found.height, right / truth
    print(f"{name:28} {found.height:7,} pairs   precision {precision:6.1%}   recall {recall:6.1%}   {seconds:5.2f} s")
    return min(precision, recall)


def main() -> None:
    """Match the two lists in three ways."""
    known, messy = lists()
    print(f"{known.height:,} places, {messy.height:,} of them once more, moved and misspelt")
    report("Polars, by position", lambda: by_position(known, messy), messy.height)
    report("Polars, by name", lambda: by_name(known, messy), messy.height)
    report("Polars, by both", lambda: by_both(known, messy), messy.height)

    ctx = SessionContext()
    geoplug.register_all(ctx)
    for table, frame in (("known", known), ("messy", messy)):
        ctx.from_arrow(frame, table)
    report("SQL, by name", lambda: pl.DataFrame(ctx.sql(BY_NAME).to_arrow_table()), messy.height)
    report("SQL, by both", lambda: pl.DataFrame(ctx.sql(SQL).to_arrow_table()), messy.height)


if __name__ == "__main__":
    main()
