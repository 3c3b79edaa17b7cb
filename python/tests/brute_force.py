"""What a join must give: every pair of rows is asked, one by one, and the answers are arranged by definition.

The answers are those of the scalar functions, which are proven elsewhere against GEOS and the definition.
"""

from __future__ import annotations

from typing import Any

import geoplug
import numpy as np
import pyarrow as pa

Pair = tuple[int, int | None]


def crossed(a: pa.Array, b: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Every left row beside every right row."""
    left, right = np.meshgrid(np.arange(len(a)), np.arange(len(b)), indexing="ij")
    return left.ravel(), right.ravel()


def asked(name: str, a: pa.Array, b: pa.Array, distance: Any = None) -> tuple[np.ndarray, np.ndarray, list]:
    """A function of every pair; a list of distances is beside the left rows."""
    left, right = crossed(a, b)
    args = [a.take(pa.array(left)), b.take(pa.array(right))]
    if distance is not None:
        column = isinstance(distance, list)
        args.append(pa.array(distance, pa.float64()).take(pa.array(left)) if column else distance)
    if len(left) == 0:
        return left, right, []
    return left, right, pa.array(getattr(geoplug, name)(*args)).to_pylist()


def matches(name: str, a: pa.Array, b: pa.Array, distance: Any = None) -> list[tuple[int, int]]:
    """The pairs of which a predicate holds, by left, then right row."""
    left, right, answers = asked(name, a, b, distance)
    holds = np.array([answer is True for answer in answers], dtype=bool)
    return list(zip(left[holds].tolist(), right[holds].tolist(), strict=True))


def nearest(a: pa.Array, b: pa.Array, k: int, most: float | None = None) -> list[tuple[int, int, float]]:
    """The `k` nearest right rows of each left row, by distance, then row."""
    left, right, distances = asked("distance", a, b)
    by_row: dict[int, list[tuple[float, int]]] = {}
    for i, j, d in zip(left.tolist(), right.tolist(), distances, strict=True):
        if d is not None and not np.isnan(d) and (most is None or d <= most):
            by_row.setdefault(i, []).append((d, j))
    return [(i, j, d) for i, found in sorted(by_row.items()) for d, j in sorted(found)[:k]]


def joined(pairs: list[tuple[int, int]], rows: int, how: str) -> list[Pair]:
    """What a kind of join makes of matching pairs, by left, then right row. Left rows alone have None beside them."""
    matched = {i for i, _ in pairs}
    alone: list[Pair] = [(i, None) for i in range(rows)]
    match how:
        case "inner":
            return list(pairs)
        case "left":
            return sorted([*pairs, *(p for p in alone if p[0] not in matched)], key=lambda p: (p[0], p[1] or 0))
        case "semi":
            return [p for p in alone if p[0] in matched]
        case "anti":
            return [p for p in alone if p[0] not in matched]
    raise AssertionError(how)
