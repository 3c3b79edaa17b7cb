"""Sends a call to where its arguments live: Polars, DataFusion, or straight to the kernels."""

from __future__ import annotations

import sys
from typing import Any

from geoplug import _geoplug
from geoplug._signatures import literal


def _any(args: tuple[Any, ...], module: str, name: str) -> bool:
    # A module that nobody imported has no values to pass: ask without importing it.
    loaded = sys.modules.get(module)
    return loaded is not None and any(isinstance(a, getattr(loaded, name)) for a in args)


def call(function: str, *args: Any) -> Any:
    """Call a catalog function by its SQL name."""
    if _any(args, "polars", "Expr"):
        from geoplug import _polars

        return _polars.expression(function, args)
    if _any(args, "polars", "Series"):
        from geoplug import _polars

        return _polars.evaluate(function, args)
    if _any(args, "datafusion", "Expr"):
        from geoplug import _datafusion

        return _datafusion.expression(function, args)
    values = tuple(literal(a) for a in args)
    if "polars" in sys.modules and all(isinstance(v, str | bytes | int | float | None) for v in values):
        from geoplug import _polars

        return _polars.expression(function, values)
    return _geoplug.call(function, list(values))
