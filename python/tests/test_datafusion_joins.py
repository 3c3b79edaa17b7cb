"""Spatial joins in an ordinary datafusion-python session: planned as ours, with the pairs of Shapely."""

from __future__ import annotations

import gc
import itertools
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geoplug
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.ipc
import pyarrow.parquet
import pytest
import shapely
from datafusion import RuntimeEnvBuilder, SessionConfig, SessionContext, col, udf
from geoplug import _datafusion
from geoplug._signatures import SIGNATURES

WKB = {"ARROW:extension:name": "geoarrow.wkb"}
GEOM = pa.field("geom", pa.binary(), metadata=WKB)
SCHEMA = pa.schema([pa.field("id", pa.int64()), GEOM, pa.field("kind", pa.int64())])
HOW = {"inner": "JOIN", "left": "LEFT JOIN", "right": "RIGHT JOIN", "full": "FULL JOIN"}


def shapes(count: int, seed: int) -> list[shapely.Geometry | None]:
    """Points, lines and areas on a small grid, so that they touch, cross and equal each other; nulls and empties."""
    rng = random.Random(seed)
    near = lambda: (rng.randint(0, 6), rng.randint(0, 6))  # noqa: E731
    made: list[shapely.Geometry | None] = []
    for i in range(count):
        x, y = near()
        made.append(
            [
                shapely.Point(x, y),
                shapely.LineString([(x, y), (x + 1, y + rng.randint(0, 2))]),
                shapely.box(x, y, x + rng.randint(1, 3), y + rng.randint(1, 2)),
                shapely.Polygon([(x, y), (x + 2, y), (x, y + 2)]),
                shapely.MultiPoint([near(), near()]),
                None,
                shapely.from_wkt("POLYGON EMPTY"),
            ][i % 7]
        )
    return made


def rows(geometries: list[shapely.Geometry | None]) -> pa.Table:
    wkb = [None if g is None else g.wkb for g in geometries]
    kinds = [i % 3 for i in range(len(wkb))]
    return pa.table([list(range(len(wkb))), pa.array(wkb, pa.binary()), kinds], schema=SCHEMA)


LEFT, RIGHT = shapes(60, 1), shapes(45, 2)


def plain(**options: object) -> SessionContext:
    """A session with our functions, but that plans its joins itself."""
    ctx = SessionContext(**options)
    for name, function in _datafusion.functions().items():
        (ctx.register_udaf if SIGNATURES[name].aggregate else ctx.register_udf)(function)
    return ctx


def planned(**options: object) -> SessionContext:
    ctx = SessionContext(**options)
    geoplug.register_all(ctx)
    return ctx


def in_memory(ctx: SessionContext, name: str, table: pa.Table, _: Path) -> None:
    ctx.register_record_batches(name, [table.to_batches(max_chunksize=7)])


def partitioned(ctx: SessionContext, name: str, table: pa.Table, _: Path) -> None:
    batches = table.to_batches(max_chunksize=7)
    ctx.register_record_batches(name, [batches[::2], batches[1::2]])


def parquet(ctx: SessionContext, name: str, table: pa.Table, directory: Path) -> None:
    (directory / name).mkdir()
    for i in range(2):
        pyarrow.parquet.write_table(table.filter(pa.compute.equal(pa.compute.bit_wise_and(table["id"], 1), i)),
                                    directory / name / f"{i}.parquet")  # fmt: skip
    ctx.register_parquet(name, str(directory / name))


def arrow(ctx: SessionContext, name: str, table: pa.Table, directory: Path) -> None:
    with pa.ipc.new_file(directory / f"{name}.arrow", table.schema) as file:
        file.write_table(table)
    ctx.register_arrow(name, str(directory / f"{name}.arrow"))


def csv(ctx: SessionContext, name: str, table: pa.Table, directory: Path) -> None:
    wkt = [None if b is None else shapely.from_wkb(b).wkt for b in table["geom"].to_pylist()]
    pyarrow.csv.write_csv(table.set_column(1, "wkt", pa.array(wkt, pa.string())), directory / f"{name}.csv")
    ctx.register_csv(f"{name}_csv", str(directory / f"{name}.csv"))
    ctx.register_view(name, ctx.sql(f"SELECT id, st_geomfromtext(nullif(wkt, '')) AS geom, kind FROM {name}_csv"))


def dataset(ctx: SessionContext, name: str, table: pa.Table, _: Path) -> None:
    ctx.register_dataset(name, pa.dataset.dataset(table))


def view(ctx: SessionContext, name: str, table: pa.Table, _: Path) -> None:
    ctx.register_record_batches(f"{name}_base", [table.to_batches()])
    ctx.register_view(name, ctx.sql(f"SELECT * FROM {name}_base WHERE id >= 0"))


KINDS = (in_memory, partitioned, parquet, arrow, csv, dataset, view)


def fill(ctx: SessionContext, directory: Path | None = None, register: object = partitioned) -> SessionContext:
    for name, geometries in (("l", LEFT), ("r", RIGHT)):
        register(ctx, name, rows(geometries), directory)
    return ctx


@pytest.fixture(scope="module")
def ctx() -> SessionContext:
    return fill(planned())


def answer(ctx: SessionContext, sql: str) -> Counter:
    table = ctx.sql(sql).to_arrow_table()
    return Counter(zip(*(c.to_pylist() for c in table.columns), strict=True))


def plan(ctx: SessionContext, sql: str) -> str:
    return ctx.sql(sql).execution_plan().display_indent()


def pairs(predicate: str) -> set[tuple[int, int]]:
    """What Shapely says; of equal geometries also the empty ones."""
    both = itertools.product(*([(i, g) for i, g in enumerate(s) if g is not None] for s in (LEFT, RIGHT)))
    return {(i, j) for (i, a), (j, b) in both if getattr(shapely, predicate)(a, b)}


def joined(found: set[tuple[int, int]], how: str) -> Counter:
    """The rows of a join of these pairs, by definition."""
    left, right = {i for i, _ in found}, {j for _, j in found}
    lonely_left = [(i, None) for i in range(len(LEFT)) if i not in left]
    lonely_right = [(None, j) for j in range(len(RIGHT)) if j not in right]
    return Counter(
        {
            "inner": list(found),
            "left": [*found, *lonely_left],
            "right": [*found, *lonely_right],
            "full": [*found, *lonely_left, *lonely_right],
            "semi": [(i,) for i in left],
            "anti": [(i,) for i, _ in lonely_left],
        }[how]
    )


def statement(how: str, condition: str) -> str:
    if how in ("semi", "anti"):
        exists = "EXISTS" if how == "semi" else "NOT EXISTS"
        return f"SELECT l.id FROM l WHERE {exists} (SELECT 1 FROM r WHERE {condition})"
    return f"SELECT l.id, r.id FROM l {HOW[how]} r ON {condition}"


PREDICATES = {
    "intersects": "intersects",
    "contains": "contains",
    "within": "within",
    "covers": "covers",
    "coveredby": "covered_by",
    "containsproperly": "contains_properly",
    "touches": "touches",
    "crosses": "crosses",
    "overlaps": "overlaps",
    "equals": "equals",
}


@pytest.mark.parametrize("how", [*HOW, "semi", "anti"])
@pytest.mark.parametrize("predicate", PREDICATES)
def test_pairs_of_a_join(ctx: SessionContext, predicate: str, how: str) -> None:
    sql = statement(how, f"st_{predicate}(l.geom, r.geom)")
    assert answer(ctx, sql) == joined(pairs(PREDICATES[predicate]), how)
    assert "SpatialJoinExec" in plan(ctx, sql)
    function = f"SELECT * FROM spatial_join('l', 'geom', 'r', 'geom', '{predicate}', '{how}')"
    columns = "id" if how in ("semi", "anti") else "id, id_right"
    assert answer(ctx, f"SELECT {columns} FROM ({function})") == joined(pairs(PREDICATES[predicate]), how)
    assert "SpatialJoinExec" in plan(ctx, function)


@pytest.mark.parametrize("how", [*HOW, "semi", "anti"])
def test_pairs_within_a_distance(ctx: SessionContext, how: str) -> None:
    valid = [[(i, g) for i, g in enumerate(s) if g is not None and not g.is_empty] for s in (LEFT, RIGHT)]
    found = {(i, j) for (i, a), (j, b) in itertools.product(*valid) if a.distance(b) <= 1.5}
    for condition in ("st_dwithin(l.geom, r.geom, 1.5)", "st_distance(l.geom, r.geom) <= 1.5"):
        sql = statement(how, condition)
        assert answer(ctx, sql) == joined(found, how)
        assert "SpatialJoinExec" in plan(ctx, sql)
    columns = "id" if how in ("semi", "anti") else "id, id_right"
    function = f"spatial_join('l', 'geom', 'r', 'geom', 'dwithin', '{how}', 1.5)"
    assert answer(ctx, f"SELECT {columns} FROM {function}") == joined(found, how)


def test_nearest(ctx: SessionContext) -> None:
    """Those at the same distance are told apart by nothing, so distances are compared."""
    candidates = [g for g in RIGHT if g is not None and not g.is_empty]
    wanted = Counter(
        (i, round(d, 12))
        for i, g in enumerate(LEFT)
        if g is not None and not g.is_empty
        for d in sorted(g.distance(c) for c in candidates)[:3]
    )
    for sql in (
        "SELECT l.id, st_distance(l.geom, r.geom) FROM l JOIN r ON st_knn(l.geom, r.geom, 3)",
        "SELECT id, st_distance(geom, geom_right) FROM spatial_join('l', 'geom', 'r', 'geom', 'knn', 3)",
    ):
        assert Counter((i, round(d, 12)) for i, d in answer(ctx, sql).elements()) == wanted
        assert "SpatialJoinExec" in plan(ctx, sql)


@pytest.mark.parametrize("register", KINDS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("how", [*HOW, "semi", "anti"])
def test_tables_of_every_kind(register: object, how: str, tmp_path: Path) -> None:
    sql = statement(how, "st_intersects(l.geom, r.geom)")
    ctx = fill(planned(), tmp_path, register)
    assert answer(ctx, sql) == joined(pairs("intersects"), how)
    assert "SpatialJoinExec" in plan(ctx, sql)


QUERIES = {
    "further conditions": "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom) AND l.id < r.id + 10",
    "equal keys": "SELECT l.id, r.id FROM l JOIN r ON l.kind = r.kind AND st_intersects(l.geom, r.geom)",
    "left of equal keys": "SELECT l.id, r.id FROM l LEFT JOIN r ON l.kind = r.kind AND st_touches(l.geom, r.geom)",
    "where": "SELECT l.id, r.id FROM l, r WHERE st_intersects(l.geom, r.geom) AND l.kind = 1 AND abs(r.id) > 3",
    "common table": """
        WITH a AS (SELECT id, st_buffer(geom, 0.5) AS geom FROM l WHERE st_geometrytype(geom) = 'ST_Point')
        SELECT a.id, r.id FROM a JOIN r ON st_intersects(a.geom, r.geom)""",
    "aggregate above": """
        SELECT r.kind, count(*), sum(l.id) FROM l JOIN r ON st_intersects(l.geom, r.geom) GROUP BY r.kind""",
    "aggregate below": """
        SELECT g.kind, l.id FROM l JOIN (SELECT kind, st_extent(geom) AS box FROM r GROUP BY kind) g
        ON st_within(l.geom, st_makeenvelope(st_xmin(g.box), st_ymin(g.box), 4, 4))""",
    "aggregate by key of a grouped side": """
        SELECT g.id, count(*) FROM l JOIN (SELECT id, max(geom) AS geom FROM r GROUP BY id) g
        ON st_intersects(l.geom, g.geom) GROUP BY g.id""",
    "two joins": """
        SELECT a.id, b.id, c.id FROM l a JOIN r b ON st_intersects(a.geom, b.geom)
        JOIN l c ON st_within(c.geom, b.geom)""",
    "join of joins": """
        SELECT x.i, y.i FROM (SELECT l.id AS i, l.geom FROM l JOIN r ON st_touches(l.geom, r.geom)) x
        LEFT JOIN (SELECT r.id AS i, r.geom FROM r JOIN l ON st_equals(l.geom, r.geom)) y
        ON st_covers(x.geom, y.geom)""",
    "recursion": """
        WITH RECURSIVE reached AS (
            SELECT id, geom FROM l WHERE id = 2
            UNION SELECT l.id, l.geom FROM reached JOIN l ON st_touches(reached.geom, l.geom) AND l.id < 40)
        SELECT id FROM reached""",
    "under a hash join": """
        SELECT j.a, t.id FROM (SELECT l.id AS a, r.kind FROM l JOIN r ON st_intersects(l.geom, r.geom)) j
        JOIN r t ON t.id = j.a AND t.kind = j.kind""",
    "mark": "SELECT l.id FROM l WHERE l.kind = 0 OR EXISTS (SELECT 1 FROM r WHERE st_intersects(l.geom, r.geom))",
    "self join": "SELECT a.id, b.id FROM l a JOIN l b ON st_overlaps(a.geom, b.geom)",
    "union": """
        SELECT l.id FROM l JOIN r ON st_within(l.geom, r.geom) UNION ALL
        SELECT r.id FROM l JOIN r ON st_contains(l.geom, r.geom)""",
    "scalar subquery": """
        SELECT l.id FROM l JOIN r ON st_intersects(l.geom, r.geom) WHERE l.id > (SELECT avg(id) FROM r)""",
    "window": """
        SELECT l.id, row_number() OVER (PARTITION BY l.id ORDER BY r.id) FROM l JOIN r
        ON st_intersects(l.geom, r.geom)""",
}


@pytest.mark.parametrize("partitions", [1, 2, 5])
@pytest.mark.parametrize("query", QUERIES)
def test_queries_with_joins(query: str, partitions: int) -> None:
    config = SessionConfig().with_target_partitions(partitions).with_batch_size(16)
    ours, theirs = (fill(make(config=config)) for make in (planned, plain))
    assert answer(ours, QUERIES[query]) == answer(theirs, QUERIES[query])
    assert sum(answer(theirs, QUERIES[query]).values()) > 0
    assert "SpatialJoinExec" in plan(ours, QUERIES[query])
    assert "SpatialJoinExec" not in plan(theirs, QUERIES[query])


@pytest.mark.parametrize("register", [partitioned, parquet], ids=lambda f: f.__name__)
@pytest.mark.parametrize("order", ["l.id, r.id", "r.id DESC, l.id"])
def test_order(register: object, order: str, tmp_path: Path) -> None:
    sql = f"SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom) ORDER BY {order} LIMIT 40"
    config = SessionConfig().with_target_partitions(3).with_batch_size(16)
    both = []
    for i, make in enumerate((planned, plain)):
        (tmp_path / str(i)).mkdir()
        both.append(fill(make(config=config), tmp_path / str(i), register).sql(sql).to_pydict())
    assert both[0] == both[1]


def test_order_of_a_sorted_side_is_kept(tmp_path: Path) -> None:
    """A table known to be sorted: the plan has no sort, and relies on the join."""
    pyarrow.parquet.write_table(rows(RIGHT), tmp_path / "r.parquet")
    answers = []
    for make in (planned, plain):
        ctx = make(config=SessionConfig().with_target_partitions(2))
        in_memory(ctx, "l", rows(LEFT), tmp_path)
        ctx.register_parquet("r", str(tmp_path / "r.parquet"), file_sort_order=[[col("id").sort()]])
        answers.append(ctx.sql("SELECT r.id FROM l JOIN r ON st_intersects(l.geom, r.geom) ORDER BY r.id").to_pydict())
    assert answers[0] == answers[1]


def test_dataframes(ctx: SessionContext) -> None:
    left = ctx.table("l").select(col("id").alias("i"), col("geom").alias("a"))
    right = ctx.table("r").select(col("id").alias("j"), col("geom").alias("b"))
    frame = left.join_on(right, geoplug.intersects(col("a"), col("b")), how="inner").select("i", "j")
    assert "SpatialJoinExec" in frame.execution_plan().display_indent()
    assert Counter(zip(*frame.to_pydict().values(), strict=True)) == Counter(pairs("intersects"))
    streamed = [batch.to_pyarrow() for batch in frame.execute_stream()]
    assert sum(b.num_rows for b in streamed) == len(pairs("intersects"))
    parts = [b.to_pyarrow().num_rows for stream in frame.execute_stream_partitioned() for b in stream]
    assert sum(parts) == len(pairs("intersects"))
    assert frame.count() == len(pairs("intersects"))


def test_answers_are_written(tmp_path: Path) -> None:
    ctx = fill(planned())
    sql = "SELECT l.id AS i, r.id AS j FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    ctx.sql(f"CREATE TABLE made AS {sql}").collect()
    ctx.sql(f"INSERT INTO made {sql}").collect()
    assert answer(ctx, "SELECT * FROM made") == Counter([*pairs("intersects")] * 2)
    ctx.sql(f"COPY ({sql}) TO '{tmp_path}/out.parquet'").collect()
    written = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert Counter(zip(*written.to_pydict().values(), strict=True)) == Counter(pairs("intersects"))


def test_functions_of_python_in_the_condition(ctx: SessionContext) -> None:
    def odd(a: pa.Array) -> pa.Array:
        return pa.compute.equal(pa.compute.bit_wise_and(a, 1), 1)

    ctx.register_udf(udf(odd, [pa.int64()], pa.bool_(), "immutable", "odd"))
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom) AND odd(l.id + r.id)"
    assert answer(ctx, sql) == Counter((i, j) for i, j in pairs("intersects") if (i + j) % 2)
    assert "SpatialJoinExec" in plan(ctx, sql)


def test_conditions_that_cannot_be_read_are_left_to_the_session(ctx: SessionContext) -> None:
    sql = """
        SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)
        AND array_any_match([l.id, r.id], x -> x > 40)"""
    config = SessionConfig().set("datafusion.sql_parser.dialect", "DuckDB")
    ours, theirs = fill(planned(config=config)), fill(plain(config=config))
    with pytest.warns(RuntimeWarning, match="stays a nested loop"):
        assert answer(ours, sql) == answer(theirs, sql)
    with pytest.warns(RuntimeWarning, match="array_any_match"):
        assert plan(ours, sql).startswith("NestedLoopJoinExec")


def test_parameters(ctx: SessionContext) -> None:
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_dwithin(l.geom, r.geom, $limit)"
    by_value = ctx.sql(sql, param_values={"limit": 0.5}).to_pydict()
    direct = ctx.sql(sql.replace("$limit", "0.5")).to_pydict()
    assert sorted(zip(*by_value.values(), strict=True)) == sorted(zip(*direct.values(), strict=True))
    ctx.sql("PREPARE near (DOUBLE) AS SELECT count(*) FROM l JOIN r ON st_dwithin(l.geom, r.geom, $1)").collect()
    assert ctx.sql("EXECUTE near(0.5)").to_pydict() == {"count(*)": [len(direct["id"])]}


def test_explain_shows_the_join_and_its_metrics(ctx: SessionContext) -> None:
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    shown = "\n".join(ctx.sql(f"EXPLAIN {sql}").to_pydict()["plan"])
    assert "SpatialJoinExec: join_type=Inner, on=st_intersects(geom, geom)" in shown
    # The host's operators stay its own, above and below.
    assert "DataSourceExec: partitions=2" in shown
    analyzed = "\n".join(ctx.sql(f"EXPLAIN ANALYZE {sql}").to_pydict()["plan"])
    (line,) = (line for line in analyzed.splitlines() if "SpatialJoinExec" in line)
    assert f"output_rows={len(pairs('intersects'))}" in line


def test_joins_without_a_spatial_condition_are_left_alone(ctx: SessionContext) -> None:
    for condition in ("l.id < r.id", "l.id = r.id", "st_disjoint(l.geom, r.geom)", "st_area(l.geom) < st_area(r.geom)"):
        sql = f"SELECT count(*) FROM l JOIN r ON {condition}"
        assert "SpatialJoinExec" not in plan(ctx, sql)
        assert answer(ctx, sql) == answer(fill(plain()), sql)


def test_registering_again_does_no_harm() -> None:
    ctx = fill(planned())
    handles = [ctx, ctx.with_python_udf_inlining(enabled=False)]
    before = ctx.session_id()
    for handle in handles:
        geoplug.register_all(handle)
    assert ctx.session_id() == before
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    for handle in handles:
        assert plan(handle, sql).count("SpatialJoinExec") == 1
        assert answer(handle, sql) == Counter(pairs("intersects"))


def test_what_the_session_had_stays() -> None:
    ctx = plain(config=SessionConfig().with_batch_size(321).with_target_partitions(3))
    fill(ctx)
    ctx.sql("CREATE VIEW v AS SELECT id FROM l").collect()
    geoplug.register_all(ctx)
    assert ctx.sql("SELECT count(*) AS n FROM v").to_pydict() == {"n": [len(LEFT)]}
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    assert answer(ctx, sql) == Counter(pairs("intersects"))
    assert "RoundRobinBatch(3)" in plan(ctx, "SELECT kind, count(*) FROM l WHERE id > 1 GROUP BY kind ORDER BY kind")


def test_user_planner_stays() -> None:
    """A planner that the session got from elsewhere is kept: the rule needs none of its own."""
    ctx = SessionContext()
    ctx.set_query_planner(SessionContext().__datafusion_query_planner__())
    geoplug.register_all(ctx)
    fill(ctx)
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    assert "SpatialJoinExec" in plan(ctx, sql)
    assert answer(ctx, sql) == Counter(pairs("intersects"))


def test_frames_outlive_their_session() -> None:
    frame = fill(planned()).sql("SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)")
    gc.collect()
    assert frame.count() == len(pairs("intersects"))


def test_two_sessions_and_many_threads() -> None:
    sessions = [fill(planned(config=SessionConfig().with_target_partitions(n))) for n in (1, 4)]
    queries = [statement(how, f"st_{p}(l.geom, r.geom)") for how in HOW for p in ("intersects", "touches")]
    wanted = {sql: answer(fill(plain()), sql) for sql in queries}

    def run(i: int) -> bool:
        sql = queries[i % len(queries)]
        return answer(sessions[i % 2], sql) == wanted[sql]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(160)))


def test_inputs_keep_the_limits_of_the_session() -> None:
    """What is below the join runs in the session's own runtime, with its memory pool: this sort must not fit."""
    runtime = RuntimeEnvBuilder().with_greedy_memory_pool(1_000_000).with_disk_manager_disabled()
    ctx = planned(runtime=runtime)
    fill(ctx)
    sql = """
        SELECT count(*) FROM l JOIN (SELECT *, row_number() OVER (ORDER BY v % 1000, v) AS n
        FROM (SELECT v, st_point(v % 7, 1) AS geom FROM (SELECT unnest(range(0, 500000)) AS v))) big
        ON st_intersects(l.geom, big.geom) AND big.n < 100"""
    with pytest.raises(Exception, match=r"Resources exhausted|memory"):
        ctx.sql(sql).collect()


ERRORS = {
    "spatial_join('l', 'geom', 'r', 'geom', 'near')": r"no predicate 'near'.*intersects.*within",
    "spatial_join('l', 'geom', 'r', 'geom')": r"takes two tables, their geometry columns and a predicate",
    "spatial_join('nope', 'geom', 'r', 'geom', 'intersects')": r"there is no table 'nope'",
    "spatial_join('l', 'shape', 'r', 'geom', 'intersects')": r"table 'l' has no column 'shape'; it has id, geom, kind",
    "spatial_join('l', 'geom', 'r', 'id', 'intersects')": r"column 'id' of table 'r' is no geometry, but int64",
    "spatial_join('l', 'geom', 'r', 'geom', 'dwithin')": r"'dwithin' takes a number, its distance",
    "spatial_join('l', 'geom', 'r', 'geom', 'knn')": r"'knn' takes a number, its k",
    "spatial_join('l', 'geom', 'r', 'geom', 'intersects', 3)": r"'intersects' takes no number",
    "spatial_join('l', 'geom', 'r', 'geom', 'intersects', 'outer')": r"no join type 'outer'; there are inner, left",
    "spatial_join('l', 'geom', 'r', 'geom', 'intersects', 'left', 'left')": r"at most one join type and one number",
    "spatial_join(l, 'geom', 'r', 'geom', 'intersects')": r"takes constants, not",
    "spatial_join('l', 'geom', 'r', 'geom', 'dwithin', -1)": r"st_dwithin: .*negative",
    "l JOIN r ON st_intersects(l.geom, r.id)": r"st_intersects: argument b: expected geometry",
    "l JOIN r ON st_dwithin(l.geom, r.geom, -1)": r"st_dwithin: .*negative",
    "l JOIN bad ON st_intersects(l.geom, bad.geom)": r"st_intersects: row 2: ",
    "l JOIN other ON st_intersects(l.geom, other.geom)": r"different CRS",
}


@pytest.mark.parametrize("source", ERRORS)
def test_errors_say_what_is_wrong(source: str) -> None:
    ctx = fill(planned())
    bad = pa.array([shapely.Point(1, 1).wkb, None, b"\x01\x01"], pa.binary())
    ctx.register_record_batches("bad", [[pa.record_batch([bad], names=["geom"])]])
    for name, crs in (("l", "EPSG:4326"), ("other", "EPSG:2263")):
        metadata = WKB | {"ARROW:extension:metadata": f'{{"crs":"{crs}","crs_type":"authority_code"}}'}
        schema = SCHEMA.set(1, pa.field("geom", pa.binary(), metadata=metadata))
        table = rows(LEFT).cast(schema)
        ctx.register_record_batches("other", [table.to_batches()]) if name == "other" else None
        if name == "l":
            ctx.deregister_table("l")
            ctx.register_record_batches("l", [table.to_batches()])
    with pytest.raises(Exception, match=f"(?s){ERRORS[source]}"):
        ctx.sql(f"SELECT * FROM {source}").collect()


def test_names_of_columns_in_both_tables() -> None:
    ctx = planned()
    point = pa.array([shapely.Point(1, 1).wkb], pa.binary())
    batch = lambda **columns: pa.record_batch(columns)  # noqa: E731
    ctx.register_record_batches("a", [[batch(geom=point, Name=pa.array(["a"]), own=pa.array([1]))]])
    ctx.register_record_batches("b", [[batch(geom=point, Name=pa.array(["b"]), other=pa.array([2]))]])
    ctx.register_record_batches("c", [[batch(geom=point, Name=pa.array(["c"]), Name_right=pa.array([3]))]])
    frame = ctx.sql("SELECT * FROM spatial_join('a', 'geom', 'b', 'geom', 'intersects')")
    assert frame.schema().names == ["geom", "Name", "own", "geom_right", "Name_right", "other"]
    assert frame.select('"Name"', '"Name_right"').to_pydict() == {"Name": ["a"], "Name_right": ["b"]}
    with pytest.raises(Exception, match=r"both tables have a column 'Name'.*'Name_right' already"):
        ctx.sql("SELECT * FROM spatial_join('a', 'geom', 'c', 'geom', 'intersects')")


def test_geometry_stays_typed(ctx: SessionContext) -> None:
    for sql in (
        "SELECT l.geom FROM l JOIN r ON st_intersects(l.geom, r.geom)",
        "SELECT geom_right AS geom FROM spatial_join('l', 'geom', 'r', 'geom', 'intersects', 'left')",
    ):
        field = ctx.sql(sql).to_arrow_table().schema.field("geom")
        assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"


def test_filters_reach_the_tables_of_the_table_function(ctx: SessionContext) -> None:
    shown = "\n".join(
        ctx.sql("EXPLAIN SELECT id FROM spatial_join('l', 'geom', 'r', 'geom', 'intersects') WHERE id_right = 3")
        .to_pydict()["plan"]
    )  # fmt: skip
    assert "Filter: r.id = Int64(3)" in shown
    assert "TableScan: l projection=[id, geom]" in shown


def growth(run: Callable[[int], None], warm_up: int, count: int) -> int:
    """Bytes by which the process grows in `count` runs, once it is warm."""

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    run(warm_up)
    before = resident()
    run(count)
    return resident() - before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow() -> None:
    ctx = fill(planned())
    sql = "SELECT count(*) FROM l JOIN r ON st_intersects(l.geom, r.geom) AND abs(l.id) < 40"

    def run(count: int) -> None:
        for _ in range(count):
            ctx.sql(sql).collect()
            ctx.sql("SELECT count(*) FROM spatial_join('l', 'geom', 'r', 'geom', 'intersects')").execution_plan()

    # A thousand plans: a leaked one takes over ten kilobytes.
    assert growth(run, 200, 500) < 5_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_sessions_are_released() -> None:
    def run(count: int) -> None:
        for _ in range(count):
            fill(planned()).sql("SELECT count(*) FROM l JOIN r ON st_intersects(l.geom, r.geom)").collect()

    # A session has some hundreds of kilobytes.
    assert growth(run, 20, 60) < 10_000_000


def test_planning_costs_others_nothing() -> None:
    """Medians of interleaved runs; the measured difference is a few microseconds, the bound is for noisy machines."""
    ours, theirs = fill(planned()), fill(plain())
    for sql in ("SELECT 1", "SELECT id FROM l", "SELECT count(*) FROM l JOIN r ON l.id = r.id"):
        times: dict[SessionContext, list[float]] = {ours: [], theirs: []}
        for _ in range(150):
            for ctx, spent in times.items():
                frame = ctx.sql(sql)
                start = time.perf_counter()
                frame.execution_plan()
                spent.append(time.perf_counter() - start)
        assert statistics.median(times[ours]) < 1.5 * statistics.median(times[theirs]) + 100e-6


def test_dropped_streams_stop() -> None:
    ctx = fill(planned(config=SessionConfig().with_batch_size(1)))
    for _ in range(50):
        stream = ctx.sql("SELECT l.id FROM l JOIN r ON st_intersects(l.geom, r.geom)").execute_stream()
        assert next(stream).to_pyarrow().num_rows == 1
        del stream
    assert threading.active_count() < 20
