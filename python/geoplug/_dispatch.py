"""Sends a call to where its arguments live: Polars, DataFusion, or straight to the kernels."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from geoplug import _geoplug


class Parameter(NamedTuple):
    """One argument of a catalog function."""

    name: str
    kind: str
    constant: bool


class Signature(NamedTuple):
    """What the catalog says of a function."""

    parameters: tuple[Parameter, ...]
    aggregate: bool


SIGNATURES = {
    name: Signature(tuple(Parameter(*p) for p in parameters), aggregate)
    for name, parameters, aggregate in _geoplug.signatures()
}


def literal(value: Any) -> Any:
    """Turn a Shapely geometry into its WKB; anything else is left as it is."""
    wkb = None if isinstance(value, type) else getattr(value, "wkb", None)
    return wkb if isinstance(wkb, bytes) else value


def is_column_name(value: Any, parameter: Parameter) -> bool:
    """Tell whether text names a column: everywhere but where text is the value that is wanted."""
    return isinstance(value, str) and parameter.kind != "text"


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
