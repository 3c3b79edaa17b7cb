"""Writes the seeds of the fuzz target wkb_predicates: small pairs of all types, some of them spoilt. Run by hand."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from random import Random

import shapely

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python/tests"))
import nasty  # noqa: E402


def special() -> list[bytes]:
    """What WKB writers do not write every day."""
    nan, inf = float("nan"), float("inf")
    point = shapely.to_wkb(shapely.Point(1, 2))
    ring = struct.pack("<I8d", 4, 0, 0, 4, 0, 0, 4, nan, nan)
    deep = point
    for _ in range(30):
        deep = struct.pack("<BII", 1, 7, 1) + deep
    return [
        b"",
        point[:10],
        struct.pack("<BI2d", 1, 1, inf, -inf),
        struct.pack("<BI2d", 1, 1, nan, 1.0),
        struct.pack("<BI2d", 1, 1, 5e-324, -0.0),
        struct.pack("<BII4d", 1, 2, 2, 1e308, -1e308, -1e308, 1e308),
        struct.pack("<BII2d", 1, 2, 1, 1.0, 1.0),
        struct.pack("<BII", 1, 3, 1) + ring,
        struct.pack("<BIII2d", 1, 3, 1, 1, 0.0, 0.0),
        struct.pack("<BII", 1, 6, 2**32 - 1),
        struct.pack("<BI", 1, 99),
        deep,
        shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 4326), include_srid=True),
        shapely.to_wkb(shapely.force_3d(shapely.box(0, 0, 3, 3), 1.0), output_dimension=3, flavor="iso"),
        shapely.to_wkb(shapely.box(0, 0, 3, 3), byte_order=0),
    ]


def main() -> None:
    """Write them."""
    r = Random(1)
    plain = [shapely.to_wkb(g) for g in [*nasty.pool(r, 60), *nasty.invalid_pool(r, 30)]]
    everything = [value for value in plain if len(value) < 400] + special() * 3
    folder = HERE / "corpus/wkb_predicates"
    folder.mkdir(parents=True, exist_ok=True)
    pairs = [(r.choice(everything), r.choice(everything)) for _ in range(140)]
    pairs += [(value, r.choice(plain[:20])) for value in special()]
    for i, (a, b) in enumerate(pairs):
        (folder / f"seed_{i:03}").write_bytes(struct.pack("<H", len(a)) + a + b)


if __name__ == "__main__":
    main()
