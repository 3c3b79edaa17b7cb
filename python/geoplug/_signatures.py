"""What the catalog says of each function, and how values that are no columns are read."""

from __future__ import annotations

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


def given(value: Any) -> tuple[Any, ...]:
    """Leave an argument out that is None."""
    return () if value is None else (value,)


def is_column_name(value: Any, parameter: Parameter) -> bool:
    """Tell whether text names a column: everywhere but where text is the value that is wanted."""
    return isinstance(value, str) and parameter.kind != "text"
