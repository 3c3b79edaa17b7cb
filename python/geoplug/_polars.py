"""Polars: expressions from catalog functions, and the namespaces on ``pl.Expr`` and ``pl.Series``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoplug import _geoplug
from geoplug._signatures import SIGNATURES, Parameter, is_column_name, literal

if TYPE_CHECKING:
    import polars as pl

_LIBRARY = Path(_geoplug.__file__)


def _constant(function: str, value: Any, parameter: Parameter) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    msg = (
        f"{function}: {parameter.name} decides the type of the result: "
        f"it must be a Python int, got {type(value).__name__}"
    )
    raise TypeError(msg)


def _input(value: Any, parameter: Parameter) -> pl.Expr:
    import polars as pl

    if is_column_name(value, parameter):
        return pl.col(value)
    return value if isinstance(value, pl.Expr) else pl.lit(literal(value))


def expression(function: str, args: tuple[Any, ...]) -> pl.Expr:
    """Build the Polars expression of a call."""
    from polars.plugins import register_plugin_function

    signature = SIGNATURES[function]
    inputs, constants = [], {}
    for value, parameter in zip(args, signature.parameters, strict=False):
        if parameter.constant:
            constants[parameter.name] = _constant(function, value, parameter)
        else:
            inputs.append(_input(value, parameter))
    if signature.aggregate:
        # A list for each group makes an aggregate row-wise: one native call for all groups, in any context.
        inputs = [column.implode() for column in inputs]
    return register_plugin_function(
        plugin_path=_LIBRARY,
        function_name=function,
        args=inputs,
        kwargs=constants or None,
        is_elementwise=True,
    )


def evaluate(function: str, args: tuple[Any, ...]) -> pl.Series:
    """Compute a call of which some arguments are series."""
    import polars as pl

    name = next(a.name for a in args if isinstance(a, pl.Series))
    inputs = tuple(pl.lit(a) if isinstance(a, pl.Series) else a for a in args)
    return pl.select(expression(function, inputs)).to_series().alias(name)


def register_namespaces() -> None:
    """Add the namespaces to Polars, where it is installed."""
    if find_spec("polars") is None:
        return
    import polars as pl

    from geoplug._namespaces import NAMESPACES
    from geoplug._polars_frames import DataFrameNamespace, LazyFrameNamespace

    def on_expr(methods: type) -> type:
        class ExprNamespace(methods):  # type: ignore[misc]
            __doc__ = methods.__doc__

            def __init__(self, expr: pl.Expr) -> None:
                self._owner = expr

            def _call(self, function: str, *args: Any) -> pl.Expr:
                return expression(function, (self._owner, *args))

        return ExprNamespace

    def on_series(methods: type) -> type:
        class SeriesNamespace(methods):  # type: ignore[misc]
            __doc__ = methods.__doc__

            def __init__(self, series: pl.Series) -> None:
                self._owner = series

            def _call(self, function: str, *args: Any) -> pl.Series:
                return evaluate(function, (self._owner, *args))

        return SeriesNamespace

    for name, methods in NAMESPACES.items():
        pl.api.register_expr_namespace(name)(on_expr(methods))
        pl.api.register_series_namespace(name)(on_series(methods))
    pl.api.register_dataframe_namespace("geo")(DataFrameNamespace)
    pl.api.register_lazyframe_namespace("geo")(LazyFrameNamespace)
