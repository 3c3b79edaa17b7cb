"""Joins by text in an ordinary datafusion-python session: planned as ours, with the pairs of Polars."""

from __future__ import annotations

import threading
from typing import Any

import geoplug
import polars as pl
import pyarrow as pa
import pytest
from datafusion import SessionConfig, SessionContext, col, lit, udf
from test_fuzzy_join import LEFT, RIGHT, near

HOW = {"inner": "JOIN", "left": "LEFT JOIN", "right": "RIGHT JOIN", "full": "FULL JOIN"}
CONDITIONS = {
    "levenshtein(l.name, r.name) < 2": ("levenshtein", 1),
    "2 >= osa_distance(r.name, l.name)": ("osa_distance", 2),
    "damerau_levenshtein(l.name, r.name) <= 6": ("damerau_levenshtein", 6),
    "levenshtein_less_equal(l.name, r.name, 3) <= 3": ("levenshtein", 3),
    "jaro_winkler_similarity(l.name, r.name) >= 0.9": ("jaro_winkler_similarity", 0.9),
}

Rows = list[tuple[Any, ...]]


def table(names: list[str | None], type_: pa.DataType | None = None) -> pa.Table:
    ids = range(len(names))
    return pa.table({"name": pa.array(names, pa.string()).cast(type_ or pa.string()), "id": ids})


def session(partitions: int = 2, type_: pa.DataType | None = None, **options: Any) -> SessionContext:
    ctx = SessionContext(SessionConfig(**options).with_target_partitions(partitions).with_batch_size(64))
    geoplug.register_all(ctx)
    for name, names in (("l", LEFT), ("r", RIGHT)):
        batches = table(names, type_).to_batches(max_chunksize=50)
        ctx.register_record_batches(name, [batches[::2], batches[1::2]])
    return ctx


@pytest.fixture(scope="module")
def ctx() -> SessionContext:
    return session()


def answer(ctx: SessionContext, sql: str) -> Rows:
    rows = zip(*(column.to_pylist() for column in ctx.sql(sql).to_arrow_table().columns), strict=True)
    return sorted(rows, key=lambda row: tuple((value is None, value) for value in row))


def plan(ctx: SessionContext, sql: str) -> str:
    return ctx.sql(sql).execution_plan().display_indent()


def expected(how: str, metric: str, bound: float) -> Rows:
    found = near(LEFT, RIGHT, metric, bound)
    rows: Rows = [(i, j) for i, j, _ in found]
    if how in ("left", "full"):
        rows += [(i, None) for i in range(len(LEFT)) if i not in {i for i, _, _ in found}]
    if how in ("right", "full"):
        rows += [(None, j) for j in range(len(RIGHT)) if j not in {j for _, j, _ in found}]
    return sorted(rows, key=lambda row: tuple((value is None, value) for value in row))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_pairs_of_a_join(ctx: SessionContext, condition: str, how: str) -> None:
    sql = f"SELECT l.id, r.id FROM l {HOW[how]} r ON {condition}"
    assert "FuzzyJoinExec: join_type=" in plan(ctx, sql)
    assert answer(ctx, sql) == expected(how, *CONDITIONS[condition])


@pytest.mark.parametrize("metric", ["levenshtein", "osa_distance", "damerau_levenshtein", "jaro_winkler_similarity"])
def test_pairs_are_those_of_polars(ctx: SessionContext, metric: Any) -> None:
    alike = metric == "jaro_winkler_similarity"
    bound: dict[str, Any] = {"min_similarity": 0.85} if alike else {"max_distance": 2}
    frames = [pl.DataFrame({"name": names, "id": range(len(names))}) for names in (LEFT, RIGHT)]
    joined = geoplug.fuzzy_join(frames[0], frames[1], on="name", metric=metric, distance_col="near", **bound)
    wanted = sorted(joined.select("id", "id_right", "near").rows())
    condition = f"{metric}(l.name, r.name) {'>= 0.85' if alike else '<= 2'}"
    assert answer(ctx, f"SELECT l.id, r.id, {metric}(l.name, r.name) FROM l JOIN r ON {condition}") == wanted
    call = f"fuzzy_join('l', 'name', 'r', 'name', {0.85 if alike else 2}, '{metric}')"
    assert answer(ctx, f"SELECT id, id_right, {'similarity' if alike else 'distance'} FROM {call}") == wanted


@pytest.mark.parametrize(
    "type_", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_layouts_of_text(type_: pa.DataType) -> None:
    sql = "SELECT l.id, r.id FROM l JOIN r ON damerau_levenshtein(l.name, r.name) <= 2"
    assert answer(session(type_=type_), sql) == expected("inner", "damerau_levenshtein", 2)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("SELECT id FROM l WHERE EXISTS (SELECT 1 FROM r WHERE ON)", lambda i, js: js),
        ("SELECT id FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE ON)", lambda i, js: not js),
        ("SELECT id FROM l WHERE id < 3 OR EXISTS (SELECT 1 FROM r WHERE ON)", lambda i, js: js or i < 3),
        ("SELECT DISTINCT l.id FROM l, r WHERE ON AND r.id > 100", lambda i, js: any(j > 100 for j in js)),
        ("SELECT DISTINCT l.id FROM l JOIN r ON l.id = r.id AND ON", lambda i, js: i in js),
    ],
)
def test_queries_with_joins(ctx: SessionContext, query: str, wanted: Any) -> None:
    sql = query.replace("ON)", "damerau_levenshtein(l.name, r.name) <= 2)")
    sql = sql.replace(" ON AND", " damerau_levenshtein(l.name, r.name) <= 2 AND")
    sql = sql.replace("AND ON", "AND damerau_levenshtein(l.name, r.name) <= 2")
    assert "FuzzyJoinExec" in plan(ctx, sql)
    of_row: dict[int, set[int]] = {i: set() for i in range(len(LEFT))}
    for i, j, _ in near(LEFT, RIGHT, "damerau_levenshtein", 2):
        of_row[i].add(j)
    assert answer(ctx, sql) == [(i,) for i, js in of_row.items() if wanted(i, js)]


@pytest.mark.parametrize(
    "condition",
    [
        "levenshtein(l.name, r.name) > 2",
        "levenshtein(l.name, r.name) <= 2 OR l.id = r.id",
        "levenshtein(l.name, r.name, 'grapheme') <= 2",
        "levenshtein(l.name, r.name) <= l.id",
        "levenshtein_normalized(l.name, r.name) <= 0.1",
        "jaro_winkler_similarity(l.name, r.name, 'char', true) >= 0.9",
    ],
)
def test_conditions_without_an_index(ctx: SessionContext, condition: str) -> None:
    shown = plan(ctx, f"SELECT count(*) FROM l JOIN r ON {condition}")
    assert "FuzzyJoinExec" not in shown
    assert "NestedLoopJoinExec" in shown


def spied() -> tuple[SessionContext, list[int]]:
    """A session whose views l and r note how many names were read through them."""
    ctx, read = session(), []

    def spy(names: pa.Array) -> pa.Array:
        read.append(len(names))
        return names

    ctx.register_udf(udf(spy, [pa.string()], pa.string(), "volatile", "spy"))
    for name in "lr":
        ctx.register_view(f"{name}_seen", ctx.sql(f"SELECT id, spy(arrow_cast(name, 'Utf8')) AS name FROM {name}"))
    return ctx, read


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM l_seen l JOIN r_seen r ON levenshtein(l.name, r.name) <= 2",
        "SELECT count(distance) FROM fuzzy_join('l_seen', 'name', 'r_seen', 'name', 2, 'levenshtein')",
    ],
    ids=["join", "table function"],
)
def test_nothing_is_read_when_a_query_is_planned(sql: str) -> None:
    ctx, read = spied()
    shown = "\n".join(ctx.sql(f"EXPLAIN {sql}").to_pydict()["plan"])
    assert "FuzzyJoinExec: join_type=Inner, on=levenshtein(" in shown
    frame = ctx.sql(sql)
    assert read == []
    assert list(frame.to_pydict().values()) == [[len(near(LEFT, RIGHT, "levenshtein", 2))]]
    assert sum(read) == len(LEFT) + len(RIGHT)


def test_explain_shows_metrics(ctx: SessionContext) -> None:
    sql = "SELECT l.id, r.id FROM l JOIN r ON damerau_levenshtein(l.name, r.name) <= 2"
    analyzed = "\n".join(ctx.sql(f"EXPLAIN ANALYZE {sql}").to_pydict()["plan"])
    (line,) = (line for line in analyzed.splitlines() if "FuzzyJoinExec" in line)
    for metric in (f"build_input_rows={len(RIGHT)}", f"input_rows={len(LEFT)}", "pairs=", "build_mem_used="):
        assert metric in line


def test_dataframes(ctx: SessionContext) -> None:
    from geoplug import _datafusion

    left = ctx.table("l").select(col("id").alias("a"), col("name").alias("first"))
    right = ctx.table("r").select(col("id").alias("b"), col("name").alias("second"))
    distance = _datafusion.expression("damerau_levenshtein", (col("first"), col("second")))
    joined = left.join_on(right, distance <= lit(2), how="left").select("a", "b")
    assert "FuzzyJoinExec" in joined.execution_plan().display_indent()
    rows = zip(*joined.to_pydict().values(), strict=True)
    assert set(rows) == set(expected("left", "damerau_levenshtein", 2))


@pytest.mark.parametrize("how", [*HOW, "semi", "anti"])
def test_table_function(ctx: SessionContext, how: str) -> None:
    sql = f"SELECT * FROM fuzzy_join('l', 'name', 'r', 'name', 2, '{how}')"
    shown = plan(ctx, sql)
    assert "FuzzyJoinExec" in shown
    # It comes from the search.
    assert "damerau_levenshtein(l1@" not in shown
    found = answer(ctx, sql)
    columns = ctx.sql(sql).schema().names
    if how in ("semi", "anti"):
        matched = {i for i, _ in expected("inner", "damerau_levenshtein", 2)}
        wanted: Rows = [(name, i) for i, name in enumerate(LEFT) if (i in matched) == (how == "semi")]
        assert columns == ["name", "id"]
        assert sorted(found, key=lambda row: row[1]) == wanted
        return
    assert columns == ["name", "id", "name_right", "id_right", "distance"]
    distances = {(i, j): d for i, j, d in near(LEFT, RIGHT, "damerau_levenshtein", 2)}
    assert {(i, j): d for _, i, _, j, d in found} == {
        pair: distances.get(pair) for pair in expected(how, "damerau_levenshtein", 2)
    }
    assert all(name == (None if i is None else LEFT[i]) for name, i, *_ in found)
    assert all(name == (None if j is None else RIGHT[j]) for _, _, name, j, _ in found)
    assert len(found) == len(expected(how, "damerau_levenshtein", 2))


def test_filters_reach_the_tables_of_the_table_function(ctx: SessionContext) -> None:
    sql = "SELECT id FROM fuzzy_join('l', 'name', 'r', 'name', 1) WHERE id_right = 3"
    shown = "\n".join(ctx.sql(f"EXPLAIN {sql}").to_pydict()["plan"])
    assert "Filter: r.id = Int64(3)" in shown
    assert ctx.catalog().schema().names() == {"l", "r"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("fuzzy_join('l', 'name', 'r', 'name')", "takes two tables, their text columns and a number"),
        ("fuzzy_join('nope', 'name', 'r', 'name', 1)", "there is no table 'nope'"),
        ("fuzzy_join('l', 'nam', 'r', 'name', 1)", "table 'l' has no column 'nam'; it has name, id"),
        ("fuzzy_join('l', 'id', 'r', 'name', 1)", "column 'id' of table 'l' is no text, but int64"),
        ("fuzzy_join('l', 'name', 'r', 'name', 1, 'edit')", 'there is no metric "edit"'),
        ("fuzzy_join('l', 'name', 'r', 'name', 1.5)", "max_distance must be an int"),
        ("fuzzy_join('l', 'name', 'r', 'name', -1)", "max_distance must not be negative"),
        ("fuzzy_join('l', 'name', 'r', 'name', 2, 'jaro_winkler_similarity')", "above 0 and at most 1, got 2"),
        ("fuzzy_join('l', 'name', 'r', 'name', 1, 'inner', 'left')", "at most one metric and one join type"),
    ],
)
def test_bad_calls(ctx: SessionContext, call: str, message: str) -> None:
    with pytest.raises(Exception, match=message):
        ctx.sql(f"SELECT * FROM {call}").collect()


def test_dropped_streams_stop() -> None:
    ctx = session()
    for _ in range(50):
        stream = ctx.sql("SELECT l.id FROM l JOIN r ON levenshtein(l.name, r.name) <= 9").execute_stream()
        assert next(stream).to_pyarrow().num_rows > 0
        del stream
    assert threading.active_count() < 20
