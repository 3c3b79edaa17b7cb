"""DataFusion: the catalog in a datafusion-python session, by pointer."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from geoplug import _datafusion_fuzzy, _datafusion_joins, _geoplug
from geoplug._signatures import SIGNATURES, is_column_name, literal

if TYPE_CHECKING:
    from datafusion import AggregateUDF, Expr, ScalarUDF, SessionContext


def check_version() -> None:
    """Refuse a datafusion whose foreign functions are laid out differently: calling into it would crash."""
    installed, needed = version("datafusion"), _geoplug.DATAFUSION_MAJOR
    if int(installed.split(".")[0]) != needed:
        msg = (
            f"geoplug {_geoplug.__version__} works with datafusion {needed}, but datafusion {installed} is installed. "
            f"Install 'datafusion>={needed},<{needed + 1}', or a geoplug release made for datafusion {installed}."
        )
        raise ImportError(msg)


@cache
def functions() -> dict[str, ScalarUDF | AggregateUDF]:
    """Import every catalog function, by SQL name."""
    check_version()
    from datafusion import AggregateUDF, ScalarUDF

    return {
        f.name: (ScalarUDF if isinstance(f, _geoplug.ScalarFunction) else AggregateUDF).from_pycapsule(f)
        for f in _geoplug.datafusion_functions()
    }


def register_all(ctx: SessionContext) -> None:
    """Register every geoplug function with a datafusion session, and have it plan joins by geometry and by text.

    Large projections, filters and aggregates that call these functions evaluate them inside of geoplug: ``EXPLAIN``
    shows ``FFI_ExecutionPlan``.

    A ``JOIN ... ON st_intersects(a.geom, b.geom)`` or ``ON levenshtein(a.name, b.name) <= 2`` of the session, in SQL or
    by its DataFrames, is then answered through an index: ``EXPLAIN`` shows ``SpatialJoinExec`` or ``FuzzyJoinExec``.
    The table functions ``spatial_join('left', 'geom', 'right', 'geom', 'intersects')`` and
    ``fuzzy_join('left', 'name', 'right', 'name', 2)`` are the same joins of two tables by their names.

    Parameters
    ----------
    ctx
        An ordinary ``datafusion.SessionContext``. Registering again does no harm.

    Raises
    ------
    ImportError
        If the installed datafusion is not the version that this geoplug was built for.

    Examples
    --------
    >>> from datafusion import SessionContext
    >>> import geoplug
    >>> ctx = SessionContext()
    >>> geoplug.register_all(ctx)
    >>> ctx.sql("SELECT st_area(st_makeenvelope(0, 0, 2, 3)) AS area").to_pydict()
    {'area': [6.0]}
    """
    for name, function in functions().items():
        register = ctx.register_udaf if SIGNATURES[name].aggregate else ctx.register_udf
        register(function)
    _datafusion_joins.register(ctx)
    _datafusion_fuzzy.register(ctx)


def expression(function: str, args: tuple[Any, ...]) -> Expr:
    """Build the DataFusion expression of a call, for the DataFrame API."""
    from datafusion import Expr, col, lit

    def operand(value: Any, i: int) -> Expr:
        if isinstance(value, Expr):
            return value
        return col(value) if is_column_name(value, SIGNATURES[function].parameters[i]) else lit(literal(value))

    return functions()[function](*(operand(value, i) for i, value in enumerate(args)))
