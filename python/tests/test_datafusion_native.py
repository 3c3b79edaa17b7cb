"""Functions in a datafusion-python session: operators of ours, and the answers of plain foreign functions."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import geoplug
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely
from datafusion import SessionConfig, SessionContext, col, lit, udf
from datafusion import functions as f
from geoplug import _geoplug
from geoplug._signatures import SIGNATURES
from test_datafusion_joins import LEFT, RIGHT, answer, fill, growth, in_memory, plain, plan, planned, rows

WORDS = ["Springfield", "spring field", "", None, "Städte", "Stadt", "a" * 70, "Springfeild"]


def words(ctx: SessionContext) -> SessionContext:
    """Tables of geometries, and one of texts, in two partitions of small batches; one of them is empty."""
    fill(ctx)
    column = [WORDS[i * 5 % len(WORDS)] for i in range(60)]
    schema = pa.schema([pa.field("n", pa.int64()), pa.field("word", pa.string_view()), pa.field("wkt", pa.string())])
    wkt = [None if g is None else g.wkt for g in LEFT]
    batches = pa.table([list(range(60)), pa.array(column, pa.string_view()), wkt], schema=schema).to_batches(
        max_chunksize=7
    )
    ctx.register_record_batches("w", [[batches[0].slice(0, 0), *batches[::2]], batches[1::2]])
    return ctx


@pytest.fixture(scope="module", autouse=True)
def few_rows_too() -> Iterator[None]:
    before = _geoplug.native_from(0)
    yield
    _geoplug.native_from(before)


@pytest.fixture(scope="module")
def ctx() -> SessionContext:
    return words(planned())


def native(shown: str) -> list[str]:
    """The operators of ours in a plan."""
    lines = (line.strip() for line in shown.splitlines() if "FFI_ExecutionPlan: " in line)
    return [line.split("FFI_ExecutionPlan: ")[1].split(":")[0] for line in lines]


P, F = "ProjectionExec", "FilterExec"
# Queries, and the operators of ours in them, from above.
QUERIES = {
    "projection": ("SELECT id, st_area(geom), st_x(st_centroid(geom)) FROM l", [P]),
    "text": ("SELECT n, levenshtein(word, 'Springfield') FROM w", [P]),
    "constant first": ("SELECT levenshtein('Stadt', word), jaro_winkler_similarity(word, NULL) FROM w", [P]),
    "filter": ("SELECT id FROM l WHERE st_dwithin(geom, st_point(2, 2), 1.5)", [F]),
    "filter without columns": ("SELECT count(*) FROM l WHERE st_isempty(geom)", [F]),
    "filter of a null": ("SELECT id FROM l WHERE NOT st_intersects(geom, st_makeenvelope(0, 0, 2, 2))", [F]),
    "both": ("SELECT id, st_xmax(geom) FROM l WHERE st_area(geom) > 0.5 AND kind <> 1", [P, F]),
    "plain projection above": ("SELECT id + kind FROM l WHERE st_area(geom) > 0.5", [F]),
    "over a join": (
        "SELECT l.id, r.id, st_area(st_union(l.geom, r.geom)) FROM l JOIN r ON st_intersects(l.geom, r.geom)",
        [P, "SpatialJoinExec"],
    ),
    "two above a join": (
        """SELECT a, b, st_distance(g, h) FROM (SELECT l.id AS a, r.id AS b, l.geom AS g, r.geom AS h FROM l
        LEFT JOIN r ON st_touches(l.geom, r.geom)) WHERE st_x(st_centroid(g)) + coalesce(b, 0) * 0 > 2""",
        None,
    ),
    "below a join": (
        """SELECT x.id, r.id FROM (SELECT id, st_buffer(geom, 1) AS geom FROM l WHERE NOT st_isempty(geom)) x
        JOIN r ON st_intersects(x.geom, r.geom)""",
        None,
    ),
    "case": (
        """SELECT n, CASE WHEN wkt IS NULL THEN -1 WHEN n > 5 THEN st_area(st_geomfromtext(wkt)) ELSE n END FROM w""",
        [P],
    ),
    "and is short": (
        "SELECT n FROM w WHERE wkt IS NOT NULL AND n <> 13 AND st_area(st_geomfromtext(wkt)) >= 0",
        [F],
    ),
    "in, like, cast": (
        """SELECT n FROM w WHERE levenshtein(word, 'Stadt') IN (0, 2, 11)
        OR CAST(soundex(word) AS VARCHAR) LIKE 'S1%' OR levenshtein(word, word) BETWEEN 1 AND 2""",
        [F],
    ),
    "limit": ("SELECT count(*) FROM (SELECT id FROM l WHERE st_area(geom) >= 0 LIMIT 5)", [F]),
    "order": ("SELECT st_area(geom) AS a, id FROM l ORDER BY a DESC NULLS LAST, id LIMIT 7", [P]),
    "order by what is not selected": ("SELECT id FROM l ORDER BY st_area(geom), id", None),
    "group": ("SELECT st_geometrytype(geom) AS t, count(*) FROM l GROUP BY t", None),
    "having": ("SELECT kind, st_area(st_extent(geom)) AS a FROM l GROUP BY kind HAVING a > 1", None),
    "sum": ("SELECT sum(st_area(geom)), min(st_xmin(geom)), count(st_area(geom)) FROM l", [P, P]),
    "sum of integers": ("SELECT sum(levenshtein(word, 'Stadt')), avg(levenshtein(word, 'Stadt') + n) FROM w", [P]),
    "sum of some": ("SELECT sum(st_area(geom)) FILTER (WHERE kind = 1), count(DISTINCT st_area(geom)) FROM l", None),
    "sum by group": ("SELECT kind, sum(st_area(geom)), max(round(st_xmax(geom))) FROM l GROUP BY kind", [P]),
    "sum over a filter": ("SELECT sum(st_area(geom)) FROM l WHERE NOT st_isempty(geom)", [P, F]),
    "sum over a join": (
        "SELECT sum(st_area(l.geom)) FROM l JOIN r ON st_intersects(l.geom, r.geom)",
        [P, "SpatialJoinExec"],
    ),
    "our aggregate": (
        "SELECT st_astext(st_extent(st_buffer(geom, 1))), st_npoints(st_collect(st_envelope(geom))) FROM l",
        None,
    ),
    "grouping sets": ("SELECT kind, st_area(geom), count(*) FROM l GROUP BY CUBE (kind, st_area(geom))", None),
    "host function around": ("SELECT id, round(st_area(geom), 1), upper(st_astext(geom)) FROM l", [P]),
    "host function inside": (
        "SELECT levenshtein(upper(word), 'STADT'), levenshtein(word, 'Stadt') FROM w",
        [P],
    ),
    "host function beside": ("SELECT upper(word), n FROM w WHERE levenshtein(word, 'Stadt') < 9", [F]),
    "host function first": ("SELECT n FROM w WHERE upper(word) <> 'STADT' AND levenshtein(word, 'Stadt') < 9", [F]),
    "host function last": ("SELECT n FROM w WHERE levenshtein(word, 'Stadt') < 9 AND upper(word) <> 'STADT'", [F]),
    "lazy host function": ("SELECT coalesce(nullif(levenshtein(word, 'Stadt'), 0), n) FROM w", None),
    "union": ("SELECT st_area(geom) FROM l UNION ALL SELECT st_length(geom) FROM r", [P, P]),
    "view": ("SELECT a FROM v WHERE a > 0.4", None),
    "subquery": ("SELECT id FROM l WHERE st_area(geom) > (SELECT avg(st_area(geom)) FROM r)", None),
    "exists": ("SELECT id FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.kind = l.kind AND st_area(r.geom) > 1)", [F]),
    "window": ("SELECT id, rank() OVER (PARTITION BY kind ORDER BY st_area(geom)) FROM l", None),
    "recursion": (
        """WITH RECURSIVE t AS (SELECT 1 AS n, st_point(0, 0) AS p UNION ALL
        SELECT n + 1, st_point(st_x(p) + n, 1) FROM t WHERE n < 9 AND st_x(p) < 30) SELECT n, st_astext(p) FROM t""",
        None,
    ),
    "unnest": ("SELECT levenshtein(x, 'b') FROM (SELECT unnest(['a', 'b', NULL]) AS x)", None),
    "values": ("SELECT st_x(st_point(x, 1)) FROM (VALUES (1), (NULL)) AS t (x)", None),
}  # fmt: skip


@pytest.mark.parametrize("partitions", [1, 3])
@pytest.mark.parametrize("query", QUERIES)
def test_answers_and_plans(query: str, partitions: int) -> None:
    sql, operators = QUERIES[query]
    config = SessionConfig().with_target_partitions(partitions).with_batch_size(16)
    ours, theirs = (words(make(config=config)) for make in (planned, plain))
    for ctx in (ours, theirs):
        ctx.register_view("v", ctx.sql("SELECT st_area(geom) AS a FROM l WHERE NOT st_isempty(geom)"))
    assert answer(ours, sql) == answer(theirs, sql)
    assert ours.sql(sql).schema() == theirs.sql(sql).schema()
    assert ours.sql(sql).to_arrow_table().schema.equals(theirs.sql(sql).to_arrow_table().schema, check_metadata=True)
    assert not native(plan(theirs, sql))
    if operators is not None:
        assert native(plan(ours, sql)) == operators


def test_order_is_that_of_the_input(ctx: SessionContext) -> None:
    other = words(plain())
    for sql in (
        "SELECT st_area(geom) AS a, id FROM l ORDER BY a, id",
        "SELECT id, st_area(geom) FROM (SELECT * FROM l ORDER BY kind, id LIMIT 30) WHERE NOT st_isempty(geom)",
        "SELECT id, st_area(geom) FROM l WHERE NOT st_isempty(geom) ORDER BY kind DESC, id",
        "SELECT kind, sum(st_area(geom)) FROM (SELECT * FROM l ORDER BY kind LIMIT 90) GROUP BY kind ORDER BY kind",
    ):
        assert ctx.sql(sql).to_pydict() == other.sql(sql).to_pydict()


def test_order_of_a_sorted_table_is_kept(tmp_path: object) -> None:
    """The plan has no sort, and relies on what is below."""
    pyarrow.parquet.write_table(rows(RIGHT), tmp_path / "r.parquet")
    answers = []
    for make in (planned, plain):
        ctx = make(config=SessionConfig().with_target_partitions(2))
        ctx.register_parquet("r", str(tmp_path / "r.parquet"), file_sort_order=[[col("id").sort()]])
        sorted_by_id = "SELECT id, sum(st_area(geom)) AS a FROM r WHERE NOT st_isempty(geom) GROUP BY id ORDER BY id"
        answers.append([ctx.sql(sql).to_pydict() for sql in (
            "SELECT id, st_area(geom) AS a FROM r WHERE NOT st_isempty(geom) ORDER BY id", sorted_by_id)])  # fmt: skip
    assert answers[0] == answers[1]


def test_dataframes(ctx: SessionContext) -> None:
    near = ctx.table("l").filter(geoplug.dwithin(col("geom"), lit(shapely.Point(1, 1).wkb), 2.0))
    frame = near.with_column("a", geoplug.area(col("geom"))).select("id", "a")
    assert native(frame.execution_plan().display_indent()) == [P, F]
    wanted = {i: g.area for i, g in enumerate(LEFT) if g is not None and g.distance(shapely.Point(1, 1)) <= 2}
    assert dict(zip(*frame.to_pydict().values(), strict=True)) == pytest.approx(wanted)
    total = ctx.table("l").aggregate([], [f.sum(geoplug.area(col("geom"))).alias("s")])
    assert total.to_pydict()["s"] == pytest.approx([sum(g.area for g in LEFT if g is not None)])
    assert sum(b.to_pyarrow().num_rows for b in frame.execute_stream()) == len(wanted)
    assert frame.count() == len(wanted)
    assert str(len(wanted)) in repr(frame.aggregate([], [f.count(col("id"))]))


def test_parquet_filters_still_reach_the_file(tmp_path: object) -> None:
    pyarrow.parquet.write_table(rows(LEFT), tmp_path / "l.parquet")
    for make in (planned, plain):
        ctx = make(config=SessionConfig().set("datafusion.execution.parquet.pushdown_filters", "true"))
        ctx.register_parquet("l", str(tmp_path / "l.parquet"))
        shown = plan(ctx, "SELECT st_area(geom) FROM l WHERE id > 50 AND NOT st_isempty(geom)")
        assert "predicate=id@0 > 50" in shown


def test_types_and_crs_stay(ctx: SessionContext) -> None:
    metadata = {"ARROW:extension:name": "geoarrow.wkb",
                "ARROW:extension:metadata": '{"crs":"EPSG:4326","crs_type":"authority_code"}'}  # fmt: skip
    schema = pa.schema([pa.field("geom", pa.binary(), metadata=metadata)])
    batch = pa.record_batch([pa.array([shapely.Point(1, 2).wkb, None])], schema=schema)
    ctx.register_record_batches("typed", [[batch]])
    sql = "SELECT st_centroid(st_buffer(geom, 1)) AS c, st_srid(st_envelope(geom)) AS s FROM typed"
    assert native(plan(ctx, sql)) == [P]
    out = ctx.sql(sql).to_arrow_table()
    assert b"EPSG:4326" in out.schema.field("c").metadata[b"ARROW:extension:metadata"]
    assert out["s"].to_pylist() == [4326, None]
    assert ctx.sql("SELECT st_srid(st_extent(st_envelope(geom))) AS s FROM typed").to_pydict() == {"s": [4326]}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT st_area(geom) FROM bad",
        "SELECT 1 FROM bad WHERE st_area(geom) > 1",
        "SELECT sum(st_area(geom)) FROM bad",
        "SELECT upper(st_astext(geom)), st_area(geom) FROM bad",
    ],
)
def test_errors_name_function_and_row(sql: str) -> None:
    ctx = planned()
    bad = pa.array([shapely.Point(1, 1).wkb, None, b"\x01\x01"], pa.binary())
    ctx.register_record_batches("bad", [[pa.record_batch([bad], names=["geom"])]])
    with pytest.raises(Exception, match=r"st_\w+: row 2: "):
        ctx.sql(sql).collect()


def test_errors_from_below_come_through(ctx: SessionContext) -> None:
    with pytest.raises(Exception, match=r"(?i)divide by zero"):
        ctx.sql("SELECT st_x(st_point(x, 1)) FROM (SELECT 1 / (n - 30) AS x FROM w)").collect()


@pytest.mark.skipif("test_panic" not in SIGNATURES, reason="a release build has no function that panics")
def test_panics_are_errors(ctx: SessionContext) -> None:
    call = "test_panic(CAST(n AS DOUBLE))"
    for sql in (f"SELECT {call} FROM w", f"SELECT sum({call}) FROM w", f"SELECT n FROM w WHERE {call} > 0"):
        with pytest.raises(Exception, match="test_panic: internal error, please report it"):
            ctx.sql(sql).collect()
    assert ctx.sql("SELECT count(*) AS n FROM w").to_pydict() == {"n": [60]}


def test_few_rows_are_not_worth_it(ctx: SessionContext) -> None:
    sql = "SELECT st_x(st_point(n, 1)) FROM w"
    assert native(plan(ctx, sql)) == [P]
    _geoplug.native_from(61)
    try:
        assert not native(plan(ctx, sql))
    finally:
        _geoplug.native_from(0)


def test_other_queries_are_left_alone(ctx: SessionContext) -> None:
    queries = "SELECT upper(word), n + 1 FROM w WHERE n > 3", "SELECT sum(n) FROM w", "SELECT 'st_area(' || word FROM w"
    for sql in queries:
        assert not native(plan(ctx, sql))
        assert plan(ctx, sql) == plan(words(plain()), sql)


def test_functions_of_python(ctx: SessionContext) -> None:
    double = udf(lambda a: pa.compute.multiply(a, 2), [pa.float64()], pa.float64(), "immutable", "double")
    ctx.register_udf(double)
    sql = "SELECT id, double(st_area(geom)), st_area(geom) FROM l"
    assert native(plan(ctx, sql)) == [P]
    assert all(b == 2 * a for _, b, a in answer(ctx, sql) if a is not None)


def test_metrics(ctx: SessionContext) -> None:
    analyzed = "\n".join(ctx.sql("EXPLAIN ANALYZE SELECT st_area(geom) FROM l").to_pydict()["plan"])
    (line,) = (line for line in analyzed.splitlines() if "FFI_ExecutionPlan: ProjectionExec" in line)
    assert "output_rows=60" in line


def test_streams_stop_when_they_are_dropped() -> None:
    ctx = words(planned(config=SessionConfig().with_batch_size(1)))
    for _ in range(20):
        stream = ctx.sql("SELECT st_area(geom) FROM l WHERE NOT st_isempty(geom)").execute_stream()
        assert next(stream).to_pyarrow().num_rows == 1
        del stream
    assert threading.active_count() < 20


def test_many_threads(ctx: SessionContext) -> None:
    queries = [sql for sql, operators in QUERIES.values() if operators]
    wanted = {sql: answer(words(plain()), sql) for sql in queries}

    def run(i: int) -> bool:
        sql = queries[i % len(queries)]
        return answer(ctx, sql) == wanted[sql]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(80)))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow() -> None:
    ctx = planned()
    in_memory(ctx, "l", rows(LEFT), None)

    def run(count: int) -> None:
        for _ in range(count):
            ctx.sql("SELECT sum(st_area(geom)) FROM l WHERE NOT st_isempty(geom)").collect()
            ctx.sql("SELECT upper(st_astext(geom)), st_area(geom) FROM l").collect()

    assert growth(run, 200, 400) < 5_000_000
