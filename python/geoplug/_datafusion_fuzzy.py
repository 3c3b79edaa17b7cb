"""DataFusion: the table function fuzzy_join, which joins two tables where texts are near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from geoplug._datafusion_joins import constant, fail, named, numbered, outside, tables
from geoplug._fuzzy import near

if TYPE_CHECKING:
    from datafusion import DataFrame, Expr, SessionContext
    from datafusion.catalog import Table

NAME = "fuzzy_join"
USAGE = f"{NAME}('left', 'name', 'right', 'name', number [, 'metric'] [, 'join type'])"
METRIC = "damerau_levenshtein"
SIMILARITY = "jaro_winkler_similarity"
JOIN_TYPES = ("inner", "left", "semi", "anti")


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

    The different texts of both tables are read and compared when the query is planned; the tables themselves are then
    joined with what was found, as any others.
    """
    from datafusion import col

    left, left_text, right, right_text, number, metric, how = arguments(args)
    condition = near(metric, None, number) if metric == SIMILARITY else near(metric, number, None)
    sides = tables(session, (left, right), USAGE)
    (left_frame, left_columns), (right_frame, right_columns) = (
        numbered(frame, side, name, text, is_text, "text", USAGE)
        for frame, side, name, text in zip(sides, "lr", (left, right), (left_text, right_text), strict=True)
    )
    texts = [
        outside(frame.select(columns[text]).distinct().to_arrow_table).column(0)
        for frame, columns, text in (
            (left_frame, left_columns, left_text),
            (right_frame, right_columns, right_text),
        )
    ]
    measure = "similarity" if metric == SIMILARITY else "distance"
    found = pairs(session, condition, texts[0], texts[1], measure)
    key = left_columns[left_text].canonical_name()
    if how in ("semi", "anti"):
        joined = left_frame.join(found, left_on=key, right_on="near_left", how=how)
        columns = left_columns
    else:
        other = right_columns[right_text].canonical_name()
        matches = found.join(right_frame, left_on="near_right", right_on=other, how="inner")
        joined = left_frame.join(matches, left_on=key, right_on="near_left", how=how)
        columns = named(left_columns, right_columns, USAGE)
        if measure in columns:
            fail(f"there is a column '{measure}' already: rename it", USAGE)
        columns[measure] = col(f"near_{measure}")
    return joined.select(*(column.alias(name) for name, column in columns.items())).into_view()


def pairs(session: SessionContext, condition: Any, left: Any, right: Any, measure: str) -> DataFrame:
    """Make a table of the texts that are near."""
    import pyarrow as pa

    found = condition.pairs(left, right)
    distances = pa.array(found.distance)
    table = pa.table(
        {
            "near_left": taken(left, pa.array(found.left)),
            "near_right": taken(right, pa.array(found.right)),
            f"near_{measure}": distances.cast(pa.int64()) if condition.counts else distances,
        }
    )
    name = f"near_{uuid4().hex}"
    frame = outside(lambda: session.from_arrow(table, name))
    # The frame has what it needs; the session is left as it was.
    outside(lambda: session.deregister_table(name))
    return frame


def taken(texts: Any, rows: Any) -> Any:
    """Gather texts; pyarrow cannot gather views."""
    import pyarrow as pa

    found = texts.cast(pa.large_string()).take(rows)
    return found.cast(pa.string_view()) if pa.types.is_string_view(texts.type) else found


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
    return left, left_text, right, right_text, number, metric, join_types[0].lower() if join_types else "inner"
