"""How many populated places does each county of the United States have? Asked in SQL and in Polars.

Places and counties are GeoParquet files from ``data/``. A place belongs to a county if their bounding boxes allow it
and st_intersects says so. Prints both answers and writes a map of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import geoplug
import matplotlib.pyplot as plt
import polars as pl
from datafusion import SessionContext
from matplotlib.collections import PolyCollection

DATA = Path(__file__).parents[1] / "data"
PICTURE = Path("build/places_per_county.png")

SQL = """
    WITH county AS (
        SELECT id, name, geometry, st_area(geometry) AS area,
               st_xmin(geometry) AS xmin, st_xmax(geometry) AS xmax,
               st_ymin(geometry) AS ymin, st_ymax(geometry) AS ymax
        FROM counties
    ), place AS (
        SELECT geometry, st_x(geometry) AS x, st_y(geometry) AS y FROM places
    )
    SELECT id, name, count(*) AS places, round(first_value(area), 3) AS area
    FROM place JOIN county
      ON x BETWEEN xmin AND xmax AND y BETWEEN ymin AND ymax AND st_intersects(place.geometry, county.geometry)
    GROUP BY id, name
    ORDER BY places DESC, id
"""


def in_sql() -> pl.DataFrame:
    """Ask a plain datafusion session."""
    ctx = SessionContext()
    geoplug.register_all(ctx)
    for table in ("places", "counties"):
        ctx.register_parquet(table, DATA / f"us_{table}.parquet")
    return pl.DataFrame(ctx.sql(SQL).to_arrow_table())


def in_polars() -> pl.DataFrame:
    """Ask Polars, lazily."""
    county = pl.scan_parquet(DATA / "us_counties.parquet").with_columns(
        area=pl.col("geometry").geo.area(),
        xmin=pl.col("geometry").geo.xmin(),
        xmax=pl.col("geometry").geo.xmax(),
        ymin=pl.col("geometry").geo.ymin(),
        ymax=pl.col("geometry").geo.ymax(),
    )
    place = pl.scan_parquet(DATA / "us_places.parquet").select(
        point="geometry", x=pl.col("geometry").geo.x(), y=pl.col("geometry").geo.y()
    )
    return (
        place.join_where(
            county,
            pl.col("x") >= pl.col("xmin"),
            pl.col("x") <= pl.col("xmax"),
            pl.col("y") >= pl.col("ymin"),
            pl.col("y") <= pl.col("ymax"),
        )
        .filter(pl.col("point").geo.intersects(pl.col("geometry")))
        .group_by("id", "name")
        .agg(places=pl.len().cast(pl.Int64), area=pl.col("area").first().round(3))
        .sort(["places", "id"], descending=[True, False])
        .collect()
    )


def timed(name: str, ask: Callable[[], pl.DataFrame], rows: int) -> pl.DataFrame:
    """Ask, and say how long it took."""
    start = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - start
    print(f"\n{name}: {seconds:.2f} s, {rows / seconds:,.0f} places a second")
    print(answer.head(10))
    return answer


def rings(geometry: dict) -> list[list[list[float]]]:
    """Shells of a GeoJSON polygon or multipolygon."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [polygon[0] for polygon in polygons if polygon]


def draw(answer: pl.DataFrame) -> None:
    """Map the answer: counties shaded by their places, and the places on them."""
    counties = pl.read_parquet(DATA / "us_counties.parquet").join(
        answer.select("id", "places"), on="id", how="left", maintain_order="left"
    )
    shells, shades = [], []
    for text, places in zip(counties["geometry"].geo.to_geojson(), counties["places"].fill_null(0), strict=True):
        for ring in rings(json.loads(text)):
            shells.append(ring)
            shades.append(places)
    points = pl.read_parquet(DATA / "us_places.parquet")["geometry"]

    figure, axes = plt.subplots(figsize=(13, 7.2), layout="constrained")
    collection = PolyCollection(
        shells, array=shades, cmap="YlGnBu", norm=matplotlib.colors.PowerNorm(0.4), edgecolor="white", linewidth=0.15
    )
    axes.add_collection(collection)
    axes.scatter(points.geo.x(), points.geo.y(), s=0.4, color="#b2182b", linewidths=0)
    axes.set(xlim=(-125.5, -66), ylim=(24, 50), aspect=1.27, xlabel="longitude", ylabel="latitude")
    axes.set_title(f"{answer['places'].sum():,} populated places by county")
    figure.colorbar(collection, ax=axes, label="places in the county", shrink=0.7)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=140)
    print(f"\nmap: {PICTURE}")


def main() -> None:
    """Ask twice, compare, draw."""
    rows = pl.scan_parquet(DATA / "us_places.parquet").select(pl.len()).collect().item()
    sql = timed("SQL, in a datafusion-python session", in_sql, rows)
    lazy = timed("Polars", in_polars, rows)
    if sql.rows() != lazy.rows():
        raise SystemExit("the two answers differ")
    print("\nboth answers are the same")
    draw(sql)


if __name__ == "__main__":
    main()
