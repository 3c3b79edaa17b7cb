"""Whether two systems give the same answer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

KEYS = {
    "q1": ["t_tripkey"],
    "q2": [],
    "q3": ["pickup_month"],
    "q4": ["z_zonekey"],
    "q5": ["c_custkey", "pickup_month"],
    "q6": ["z_zonekey"],
    "q7": ["t_tripkey"],
    "q8": ["b_buildingkey"],
    "q9": ["building_1", "building_2"],
    "q10": ["z_zonekey"],
    "q11": [],
    "q12": ["t_tripkey"],
}
"""What tells the rows of an answer apart."""

RELATIVE = {"q9": 1e-6}
"""How far numbers with a fraction may be apart, 1e-9 unless said. Overlaps of buildings are a few metres wide and far
from the origin: their areas are differences of numbers that agree in most digits."""

ABSOLUTE = {"q10": 1e-9}
"""The same, not as a share of them. DataFusion cuts the average of decimals after nine digits, PyCanopy averages
doubles."""


def difference(query: str, ours: Path, theirs: Path) -> str | None:
    """What the first difference between two answers is, if there is any. Columns are compared by position."""
    a, b = (_rows(query, path) for path in (ours, theirs))
    if a.keys() != b.keys():
        only = sorted(a.keys() - b.keys())[:3], sorted(b.keys() - a.keys())[:3]
        return f"{len(a)} and {len(b)} rows, of which only here {only[0]}, only there {only[1]}"
    for key, row in a.items():
        for one, other in zip(row, b[key], strict=True):
            if not _same(one, other, RELATIVE.get(query, 1e-9), ABSOLUTE.get(query, 0.0)):
                return f"row {key}: {one} and {other}"
    return None


def _rows(query: str, path: Path) -> dict[tuple[Any, ...], list[Any]]:
    table = pa.ipc.open_file(path).read_all()
    columns = [_plain(table.column(i)) for i in range(table.num_columns)]
    places = [table.column_names.index(name) for name in KEYS[query]]
    return {tuple(row[i] for i in places): list(row) for row in zip(*columns, strict=True)}


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """Values that compare across systems: numbers, strings, and milliseconds."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        to = pa.timestamp("ms") if pa.types.is_timestamp(kind) else pa.duration("ms")
        column = column.cast(to, safe=False).cast(pa.int64())
    return [float(v) if isinstance(v, Decimal) else v for v in column.to_pylist()]


def _same(a: Any, b: Any, relative: float, absolute: float) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return bool(np.isclose(a, b, rtol=relative, atol=absolute, equal_nan=True))
    return bool(a == b)
