"""DataFusion: spatial joins in a datafusion-python session, from JOIN and from the table function spatial_join."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from geoplug import _geoplug

if TYPE_CHECKING:
    from datafusion import DataFrame, Expr, SessionContext
    from datafusion.catalog import Table

NAME = "spatial_join"
USAGE = f"{NAME}('left', 'geom', 'right', 'geom', 'predicate' [, 'join type'] [, number])"
JOIN_TYPES = ("inner", "left", "right", "full", "semi", "anti")
# What the number is of the predicates that take one.
NUMBERS = {"dwithin": "distance", "knn": "k"}

# Sessions that plan spatial joins, by id: a session takes the same optimizer rule more than once.
_prepared: set[str] = set()


@cache
def predicates() -> dict[str, str]:
    """Give the SQL function of each predicate that a join may have."""
    return {name.removeprefix("st_"): name for name in _geoplug.join_conditions()}


@cache
def rule() -> _geoplug.SpatialJoinRule:
    """Make the optimizer rule, once: it keeps nothing of the session that it is given."""
    from datafusion import SessionContext

    return _geoplug.SpatialJoinRule(SessionContext().__datafusion_query_planner__())


def register(ctx: SessionContext) -> None:
    """Make a session plan spatial joins, and give it the table function."""
    from datafusion import TableFunction

    if ctx.session_id() not in _prepared:
        ctx.add_physical_optimizer_rule(rule())
        _prepared.add(ctx.session_id())
    ctx.register_udtf(TableFunction(NAME, spatial_join, with_session=True))


def spatial_join(*args: Expr, session: SessionContext) -> Table:
    """Join two tables, as the table function ``spatial_join`` of SQL.

    The result has all columns of the left table, then those of the right one (a semi or anti join: of the left one
    only). A right column whose name the left table has too gets the suffix ``_right``.
    """
    from geoplug._datafusion import expression

    left, left_geom, right, right_geom, predicate, join_type, number = arguments(args)
    # A call during planning is inside of DataFusion's runtime, where looking up a table is not possible.
    with ThreadPoolExecutor(1) as threads:
        sides = [threads.submit(table, session, name).result() for name in (left, right)]
    (left_frame, left_columns), (right_frame, right_columns) = (
        numbered(frame, side, name, geom)
        for frame, side, name, geom in zip(sides, "lr", (left, right), (left_geom, right_geom), strict=True)
    )
    operands = (left_columns[left_geom], right_columns[right_geom], *number)
    condition = expression(predicates()[predicate], operands)
    joined = left_frame.join_on(right_frame, condition, how=join_type)
    columns = left_columns if join_type in ("semi", "anti") else named(left_columns, right_columns)
    return joined.select(*(column.alias(name) for name, column in columns.items())).into_view()


def arguments(args: tuple[Expr, ...]) -> tuple[str, str, str, str, str, Any, tuple[Any, ...]]:
    """Read the arguments: five texts, then at most one join type and one number."""
    values = [constant(arg) for arg in args]
    texts = [v for v in values[:5] if isinstance(v, str)]
    if len(texts) < 5:
        fail(f"takes two tables, their geometry columns and a predicate: {USAGE}")
    left, left_geom, right, right_geom, predicate = texts
    predicate = predicate.lower().removeprefix("st_")
    if predicate not in predicates():
        fail(f"there is no predicate '{predicate}' to join by; there are {', '.join(sorted(predicates()))}")
    join_types = [v for v in values[5:] if isinstance(v, str)]
    numbers = [v for v in values[5:] if isinstance(v, int | float)]
    if len(join_types) > 1 or len(numbers) > 1 or len(join_types) + len(numbers) != len(values) - 5:
        fail(f"takes at most one join type and one number after the predicate: {USAGE}")
    join_type = join_types[0].lower() if join_types else "inner"
    if join_type not in JOIN_TYPES:
        fail(f"there is no join type '{join_type}'; there are {', '.join(JOIN_TYPES)}")
    wanted = NUMBERS.get(predicate)
    if bool(numbers) != bool(wanted):
        fail(f"'{predicate}' takes {f'a number, its {wanted}' if wanted else 'no number'}")
    return left, left_geom, right, right_geom, predicate, join_type, tuple(numbers)


def constant(arg: Expr) -> Any:
    """Give the value of a literal."""
    try:
        value = arg.python_value()
    except TypeError:
        fail(f"takes constants, not {arg.canonical_name()}: {USAGE}")
    return value.as_py()


def table(session: SessionContext, name: str) -> DataFrame:
    """Look up a table or view."""
    try:
        return session.table(name)
    except KeyError:
        fail(f"there is no table '{name}'")


def numbered(frame: DataFrame, side: str, name: str, geom: str) -> tuple[DataFrame, dict[str, Expr]]:
    """Rename the columns of a side, so that they differ from the other's, and give them by their own name."""
    from datafusion import col

    columns = frame.schema().names
    if geom not in columns:
        fail(f"table '{name}' has no column '{geom}'; it has {', '.join(columns)}")
    type_ = frame.schema().field(geom).type
    if "binary" not in str(type_) and not type_.num_fields:
        fail(f"column '{geom}' of table '{name}' is no geometry, but {type_}")
    renamed = {column: f"{side}{i}" for i, column in enumerate(columns)}
    quoted = {column: '"{}"'.format(column.replace('"', '""')) for column in columns}
    frame = frame.select(*(col(quoted[column]).alias(new) for column, new in renamed.items()))
    return frame, {column: col(new) for column, new in renamed.items()}


def named(left: dict[str, Expr], right: dict[str, Expr]) -> dict[str, Expr]:
    """Name the columns of the result."""
    columns = dict(left)
    for name, column in right.items():
        out = f"{name}_right" if name in left else name
        if out in columns or (out != name and out in right):
            fail(f"both tables have a column '{name}', and there is a column '{out}' already: rename one of them")
        columns[out] = column
    return columns


def fail(cause: str) -> Any:
    """Refuse a call."""
    msg = f"{NAME}: {cause}"
    raise ValueError(msg)
