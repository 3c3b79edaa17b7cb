"""DataFusion: spatial joins in a datafusion-python session, from JOIN and from the table function spatial_join."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from geoplug import _geoplug

if TYPE_CHECKING:
    from datafusion import DataFrame, Expr, SessionContext
    from datafusion.catalog import Table

T = TypeVar("T")

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
def rule() -> _geoplug.Rule:
    """Make the optimizer rule, once: it keeps nothing of the session that it is given."""
    from datafusion import ExecutionPlan, SessionConfig, SessionContext

    # A plan that gathers two partitions: its operator is what later plans gather theirs by.
    ctx = SessionContext(SessionConfig().with_target_partitions(2))
    ctx.add_physical_optimizer_rule(_geoplug.GatherRule())
    plan = ctx.sql("SELECT array_agg(n) FROM (SELECT 1 AS n UNION ALL SELECT 2)").execution_plan()
    # A session that reads and makes operators for the rule; the plan has one of ours, to show how it writes such.
    maker = SessionContext().with_python_udf_inlining(enabled=False)
    maker = maker.with_physical_extension_codec(_geoplug.HostCodec(), "geoplug")
    decode, encode = partial(ExecutionPlan.from_bytes, maker), partial(ExecutionPlan.to_bytes, ctx=maker)
    _geoplug.HostCodec.learn(encode(plan), decode, encode)
    return _geoplug.Rule()


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
    sides = tables(session, (left, right), USAGE)
    (left_frame, left_columns), (right_frame, right_columns) = (
        numbered(frame, side, name, geom, is_geometry, "geometry", USAGE)
        for frame, side, name, geom in zip(sides, "lr", (left, right), (left_geom, right_geom), strict=True)
    )
    operands = (left_columns[left_geom], right_columns[right_geom], *number)
    condition = expression(predicates()[predicate], operands)
    joined = left_frame.join_on(right_frame, condition, how=join_type)
    columns = left_columns if join_type in ("semi", "anti") else named(left_columns, right_columns, USAGE)
    return joined.select(*(column.alias(name) for name, column in columns.items())).into_view()


def is_geometry(type_: Any) -> bool:
    """Tell whether a column may hold geometry."""
    return "binary" in str(type_) or bool(type_.num_fields)


def arguments(args: tuple[Expr, ...]) -> tuple[str, str, str, str, str, Any, tuple[Any, ...]]:
    """Read the arguments: five texts, then at most one join type and one number."""
    values = [constant(arg, USAGE) for arg in args]
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


def constant(arg: Expr, usage: str) -> Any:
    """Give the value of a literal."""
    try:
        value = arg.python_value()
    except TypeError:
        fail(f"takes constants, not {arg.canonical_name()}: {usage}", usage)
    return value.as_py()


def tables(session: SessionContext, names: tuple[str, ...], usage: str) -> list[DataFrame]:
    """Look up tables or views."""

    def table(name: str) -> DataFrame:
        try:
            return session.table(name)
        except KeyError:
            fail(f"there is no table '{name}'", usage)

    return [outside(partial(table, name)) for name in names]


def outside(work: Callable[[], T]) -> T:
    """Run what asks DataFusion something: a call during planning is inside of its runtime, where that is impossible."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def numbered(
    frame: DataFrame, side: str, name: str, key: str, is_key: Callable[[Any], bool], what: str, usage: str
) -> tuple[DataFrame, dict[str, Expr]]:
    """Rename the columns of a side, so that they differ from the other's, and give them by their own name."""
    from datafusion import col

    columns = frame.schema().names
    if key not in columns:
        fail(f"table '{name}' has no column '{key}'; it has {', '.join(columns)}", usage)
    type_ = frame.schema().field(key).type
    if not is_key(type_):
        fail(f"column '{key}' of table '{name}' is no {what}, but {type_}", usage)
    renamed = {column: f"{side}{i}" for i, column in enumerate(columns)}
    quoted = {column: '"{}"'.format(column.replace('"', '""')) for column in columns}
    frame = frame.select(*(col(quoted[column]).alias(new) for column, new in renamed.items()))
    return frame, {column: col(new) for column, new in renamed.items()}


def named(left: dict[str, Expr], right: dict[str, Expr], usage: str) -> dict[str, Expr]:
    """Name the columns of the result."""
    columns = dict(left)
    for name, column in right.items():
        out = f"{name}_right" if name in left else name
        if out in columns or (out != name and out in right):
            fail(
                f"both tables have a column '{name}', and there is a column '{out}' already: rename one of them", usage
            )
        columns[out] = column
    return columns


def fail(cause: str, usage: str = USAGE) -> Any:
    """Refuse a call of the table function that is used so."""
    msg = f"{usage.split('(')[0]}: {cause}"
    raise ValueError(msg)
