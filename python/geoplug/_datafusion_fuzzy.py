"""DataFusion: the table function fuzzy_join, which joins two tables where texts are near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoplug._datafusion_joins import JOIN_TYPES, constant, fail, named, numbered, tables
from geoplug._fuzzy import near

if TYPE_CHECKING:
    from datafusion import Expr, SessionContext
    from datafusion.catalog import Table

NAME = "fuzzy_join"
USAGE = f"{NAME}('left', 'name', 'right', 'name', number [, 'metric'] [, 'join type'])"
METRIC = "damerau_levenshtein"
SIMILARITY = "jaro_winkler_similarity"


def register(ctx: SessionContext) -> None:
    """Give a session the table function."""
    from datafusion import TableFunction

    ctx.register_udtf(TableFunction(NAME, fuzzy_join, with_session=True))


def fuzzy_join(*args: Expr, session: SessionContext) -> Table:
    """Join two tables, as the table function ``fuzzy_join`` of SQL.

    The number is the largest distance, or the least similarity where the metric is ``jaro_winkler_similarity``. The
    result has all columns of the left table, then those of the right one, then ``distance`` or ``similarity`` (a semi
    or anti join: those of the left one only). A right column whose name the left table has too gets the suffix
    ``_right``.
    """
    from datafusion import lit

    from geoplug._datafusion import expression

    left, left_text, right, right_text, number, metric, how = arguments(args)
    sides = tables(session, (left, right), USAGE)
    (left_frame, left_columns), (right_frame, right_columns) = (
        numbered(frame, side, name, text, is_text, "text", USAGE)
        for frame, side, name, text in zip(sides, "lr", (left, right), (left_text, right_text), strict=True)
    )
    measured = expression(metric, (left_columns[left_text], right_columns[right_text]))
    condition = measured >= lit(float(number)) if metric == SIMILARITY else measured <= lit(number)
    joined = left_frame.join_on(right_frame, condition, how=how)
    if how in ("semi", "anti"):
        columns = left_columns
    else:
        measure = "similarity" if metric == SIMILARITY else "distance"
        columns = named(left_columns, right_columns, USAGE)
        if measure in columns:
            fail(f"there is a column '{measure}' already: rename it", USAGE)
        columns[measure] = measured
    return joined.select(*(column.alias(name) for name, column in columns.items())).into_view()


def is_text(type_: Any) -> bool:
    """Tell whether a column holds text."""
    return "string" in str(type_)


def arguments(args: tuple[Expr, ...]) -> tuple[str, str, str, str, Any, str, Any]:
    """Read the arguments: four texts and a number, then at most one metric and one join type."""
    values = [constant(arg, USAGE) for arg in args]
    texts = [v for v in values[:4] if isinstance(v, str)]
    if len(texts) < 4 or len(values) < 5 or isinstance(values[4], bool) or not isinstance(values[4], int | float):
        fail(f"takes two tables, their text columns and a number: {USAGE}", USAGE)
    left, left_text, right, right_text = texts
    words = [v for v in values[5:] if isinstance(v, str)]
    join_types = [word for word in words if word.lower() in JOIN_TYPES]
    metrics = [word for word in words if word.lower() not in JOIN_TYPES]
    if len(words) < len(values) - 5 or len(join_types) > 1 or len(metrics) > 1:
        fail(f"takes at most one metric and one join type ({', '.join(JOIN_TYPES)}) after the number: {USAGE}", USAGE)
    metric = metrics[0].lower() if metrics else METRIC
    number = values[4]
    if metric != SIMILARITY and isinstance(number, float) and number.is_integer():
        number = int(number)
    # Refuses what is no metric, and a number that does not fit it.
    near(metric, None, number) if metric == SIMILARITY else near(metric, number, None)
    return left, left_text, right, right_text, number, metric, join_types[0].lower() if join_types else "inner"
