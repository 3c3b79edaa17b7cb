"""A synthetic zone table for SpatialBench, whose own comes from a download.

As many rows as the real one, of its three kinds: counties that tile the land without gaps or overlaps, and macrohoods
and microhoods in cities. A zone is a Voronoi cell whose edges were roughened by midpoint displacement, so that
neighbours share every vertex of their common edge. Seeds of the cells are where trips and buildings are, half of them
each. Some counties have a lake, and some lakes an island. Seeded: the same tables give the same zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

ROWS = {"county": 38_679, "macrohood": 42_619, "microhood": 74_797}
"""Of the real table at scale factors 1 to 10."""

HALVINGS = {"county": (3, 7), "macrohood": (2, 6), "microhood": (1, 5)}
"""How often an edge is halved: at least, and less than."""

HOODS_PER_CITY = 24
SEDONA = (-111.76, 34.87)
"""Many queries look here: there is a wide city, and the county around it has the name that one asks for."""

ROUGHNESS = 0.12
"""How far a midpoint moves, at most, in lengths of its edge."""


def write_zones(trips: Path, buildings: Path, scale: float, out: Path) -> None:
    """Writes the zone table that belongs to these two tables."""
    rng = np.random.default_rng(20_261_121)
    places = np.vstack([_points(trips, rng, 40_000), _centres(buildings)])
    share = min(scale, 1.0)
    cells = {
        "county": _county_cells(places, round(ROWS["county"] * share), rng),
        "macrohood": _city_cells(places, round(ROWS["macrohood"] * share), 1.0, rng),
        "microhood": _city_cells(places, round(ROWS["microhood"] * share), 0.5, rng),
    }
    zones = np.concatenate([_rough(polygons, *HALVINGS[kind], rng) for kind, polygons in cells.items()])
    kinds = np.repeat(list(cells), [len(polygons) for polygons in cells.values()])
    names = np.char.add(np.char.capitalize(kinds), np.char.mod(" %d", np.arange(len(kinds))))
    around = np.flatnonzero((kinds == "county") & shapely.contains_xy(zones, *SEDONA))
    names[around] = "Coconino County"
    zones = _with_lakes(zones, kinds, rng)

    # The real table is in the order of its random ids.
    order = rng.permutation(len(zones))
    ids = rng.integers(0, 1 << 63, len(zones), dtype=np.int64)
    table = pa.table(
        {
            "z_zonekey": np.arange(1, len(zones) + 1),
            "z_gersid": np.char.mod("%016x", ids),
            "z_country": np.char.mod("C%02d", ids % 60),
            "z_region": np.char.mod("R%03d", ids % 900),
            "z_name": names[order],
            "z_subtype": kinds[order],
            "z_boundary": pa.array(shapely.to_wkb(zones[order]), type=pa.binary()),
        }
    )
    pq.write_table(table, out, row_group_size=16_384)


def _points(trips: Path, rng: np.random.Generator, rows: int) -> np.ndarray:
    """Some of the places where trips begin."""
    column = pq.read_table(trips, columns=["t_pickuploc"]).column(0)
    chosen = np.sort(rng.choice(len(column), min(rows, len(column)), replace=False))
    return shapely.get_coordinates(shapely.from_wkb(column.take(pa.array(chosen)).to_numpy()))


def _centres(buildings: Path) -> np.ndarray:
    boundaries = pq.read_table(buildings, columns=["b_boundary"]).column(0).to_numpy()
    return shapely.get_coordinates(shapely.centroid(shapely.from_wkb(boundaries)))


def _county_cells(places: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Voronoi cells of places, with cells of the sea around them that are no counties."""
    seeds = np.unique(np.round(places + rng.normal(0, 0.2, places.shape), 4), axis=0)
    seeds = np.vstack([SEDONA, rng.permutation(seeds)])
    # Cells of about the same number of trips would leave no room elsewhere: keep seeds apart.
    seeds = _apart(seeds, 0.1)[: count + count // 10]
    grid = np.stack(np.meshgrid(np.arange(-184, 185, 2.0), np.arange(-90, 91, 2.0)), axis=-1).reshape(-1, 2)
    tree = shapely.STRtree(shapely.points(seeds))
    near = tree.query(shapely.points(grid), predicate="dwithin", distance=2.0)[0]
    sea = np.delete(grid, np.unique(near), axis=0) + rng.uniform(-0.5, 0.5, (len(grid) - len(np.unique(near)), 2))
    return _voronoi(np.vstack([seeds, sea]), len(seeds))[:count]


def _apart(seeds: np.ndarray, distance: float) -> np.ndarray:
    """The first seed of each square of a grid."""
    _, first = np.unique(np.floor(seeds / distance), axis=0, return_index=True)
    return seeds[np.sort(first)]


def _city_cells(places: np.ndarray, count: int, width: float, rng: np.random.Generator) -> np.ndarray:
    """Voronoi cells of random positions in cities, without those at the rim."""
    cells = []
    total = 0
    centre, radius = np.array(SEDONA), 0.25 * width
    while total < count:
        inner = rng.normal(0, 0.4 * radius, (HOODS_PER_CITY, 2))
        angle = np.arange(16) * (np.pi / 8)
        rim = 1.6 * radius * np.column_stack([np.cos(angle), np.sin(angle)])
        inner = inner[np.hypot(*inner.T) < radius]
        cells.append(_voronoi(np.vstack([inner, rim]) + centre, len(inner)))
        total += len(inner)
        centre = places[rng.integers(len(places))]
        radius = width * 0.05 * np.exp(rng.normal(0, 0.5))
    return np.concatenate(cells)[:count]


def _voronoi(seeds: np.ndarray, wanted: int) -> np.ndarray:
    """The cells of the first seeds."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds)))
    tree = shapely.STRtree(cells)
    seed, cell = tree.query(shapely.points(seeds[:wanted]), predicate="within")
    return cells[cell[np.argsort(seed)]]


@dataclass
class _Edges:
    """The edges of all cells, each once, and which of them make each ring, in which direction."""

    ends: np.ndarray
    of_ring: np.ndarray
    reversed: np.ndarray
    ring: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray) -> _Edges:
        xy, cell = shapely.get_coordinates(shapely.get_exterior_ring(cells), return_index=True)
        follows = cell[1:] == cell[:-1]
        a, b = xy[:-1][follows], xy[1:][follows]
        swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
        named = np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))
        ends, number = np.unique(named, axis=0, return_inverse=True)
        return cls(ends.reshape(-1, 2, 2), number.ravel(), swap, cell[:-1][follows])

    def rings(self, lines: np.ndarray, start: np.ndarray, count: np.ndarray) -> np.ndarray:
        """Polygons of edges that have become these lines: one after another, from `start`, `count` positions each."""
        steps = count[self.of_ring] - 1
        first = np.concatenate([[0], np.cumsum(steps)])
        step = np.arange(first[-1]) - np.repeat(first[:-1], steps)
        back = np.repeat(self.reversed, steps)
        last = np.repeat(steps, steps)
        positions = np.repeat(start[self.of_ring], steps) + np.where(back, last - step, step)
        ring = np.repeat(self.ring, steps)
        return shapely.polygons(shapely.linearrings(lines[positions], indices=ring))


def _rough(cells: np.ndarray, fewest: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """The cells with roughened edges; where that makes a cell invalid, its edges stay straight."""
    edges = _Edges.of(cells)
    halvings = rng.integers(fewest, most, len(edges.ends))
    lines = [_displaced(edges.ends[halvings == k], k, rng) for k in range(fewest, most)]
    where = np.argsort(np.argsort(halvings, kind="stable"), kind="stable")
    while True:
        # A straight edge keeps its two ends: lines go one after another, in the order of their halvings.
        count = ((1 << halvings) + 1)[np.argsort(halvings, kind="stable")]
        start = np.concatenate([[0], np.cumsum(count)])[:-1]
        polygons = edges.rings(np.concatenate([line.reshape(-1, 2) for line in lines]), start[where], count[where])
        bad = np.flatnonzero(~shapely.is_valid(polygons))
        if not len(bad):
            return polygons
        for edge in np.unique(edges.of_ring[np.isin(edges.ring, bad)]):
            k = halvings[edge]
            row = where[edge] - np.searchsorted(np.sort(halvings), k)
            a, b = edges.ends[edge]
            lines[k - fewest][row] = a + (b - a) * np.linspace(0, 1, (1 << k) + 1)[:, None]


def _displaced(ends: np.ndarray, halvings: int, rng: np.random.Generator) -> np.ndarray:
    """Lines between these ends, their midpoints moved to a side as often as they are halved."""
    lines = ends
    for _ in range(halvings):
        a, b = lines[:, :-1], lines[:, 1:]
        across = (b - a)[..., ::-1] * [1, -1]
        middle = (a + b) / 2 + across * rng.uniform(-ROUGHNESS, ROUGHNESS, (*a.shape[:2], 1))
        halved = np.empty((len(lines), 2 * lines.shape[1] - 1, 2))
        halved[:, ::2], halved[:, 1::2] = lines, middle
        lines = halved
    return lines


def _with_lakes(zones: np.ndarray, kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every twentieth county gets a lake, a smaller likeness of itself, and half of the lakes an island."""
    chosen = np.flatnonzero((kinds == "county") & (rng.random(len(zones)) < 0.05))
    out = zones.copy()
    for i, has_island in zip(chosen, rng.random(len(chosen)) < 0.5, strict=True):
        zone = zones[i]
        centre = zone.centroid
        lake, island = (_smaller(zone, centre, factor) for factor in (0.2, 0.08))
        if not zone.contains_properly(lake):
            continue
        made = shapely.Polygon(zone.exterior, [lake.exterior])
        made = shapely.MultiPolygon([made, island]) if has_island else made
        if made.is_valid:
            out[i] = made
    return out


def _smaller(zone: shapely.Polygon, centre: shapely.Point, factor: float) -> shapely.Polygon:
    origin = np.array([centre.x, centre.y])
    return shapely.transform(zone, lambda xy: origin + (xy - origin) * factor)
