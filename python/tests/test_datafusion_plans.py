"""What a datafusion-python session has around a spatial join: what is gathered, by whom, and what no longer is."""

from __future__ import annotations

import pytest
import shapely
from datafusion import SessionConfig, SessionContext
from test_datafusion_joins import LEFT, RIGHT, answer, fill, pairs, plain, plan, planned, rows


@pytest.fixture(scope="module")
def ctx() -> SessionContext:
    return fill(planned())


def join(ctx: SessionContext, sql: str) -> str:
    """The one line of the plan that is the join."""
    (line,) = (line.strip() for line in plan(ctx, sql).splitlines() if "SpatialJoinExec" in line)
    return line


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT l.kind, count(r.id) FROM l LEFT JOIN r ON st_intersects(st_envelope(l.geom), r.geom) GROUP BY l.kind",
        "SELECT l.id + r.id FROM l JOIN r ON st_intersects(l.geom, st_envelope(r.geom)) AND l.kind < r.kind",
        "SELECT count(*) FROM l JOIN r ON st_intersects(st_envelope(l.geom), st_envelope(r.geom))",
        "SELECT upper(concat('x', l.id)), r.kind FROM l RIGHT JOIN r ON st_within(st_envelope(l.geom), r.geom)",
    ],
)
def test_what_a_projection_drops_is_not_gathered(ctx: SessionContext, sql: str) -> None:
    line = join(ctx, sql)
    assert "projection=[" in line
    assert "geom@" not in line
    assert answer(ctx, sql) == answer(fill(plain()), sql)


def test_distances_that_a_search_has_found_are_not_computed_again(ctx: SessionContext) -> None:
    sql = "SELECT l.id, r.id, st_distance(l.geom, r.geom), l.kind FROM l JOIN r ON st_knn(l.geom, r.geom, 2)"
    assert "st_distance(geom@" not in plan(ctx, sql)
    found = answer(ctx, sql)
    assert len(found) > 80
    for a, b, distance, kind in found:
        assert distance == pytest.approx(shapely.distance(LEFT[a], RIGHT[b]))
        assert kind == a % 3


def test_a_probe_side_that_the_host_gathers_is_searched_by_all_partitions() -> None:
    ctx = fill(planned(config=SessionConfig().with_target_partitions(3)))
    sql = "SELECT r.id, l.id FROM r JOIN l ON st_knn(r.geom, l.geom, 1)"
    shown = plan(ctx, sql).splitlines()
    at = next(i for i, line in enumerate(shown) if "SpatialJoinExec" in line)
    assert "build=right" in shown[at]
    assert "CoalescePartitionsExec" not in shown[at + 1]
    assert len(answer(ctx, sql)) > 30


@pytest.mark.parametrize("condition", ["st_knn(a.geom, r.geom, 1)", "st_intersects(a.geom, r.geom)"])
@pytest.mark.parametrize("sides", ["a JOIN r", "r JOIN a"])
def test_a_limit_below_a_join_is_kept(ctx: SessionContext, sides: str, condition: str) -> None:
    tables = sides.replace("a", "(SELECT * FROM l WHERE geom IS NOT NULL LIMIT 5) a")
    sql = f"SELECT a.id, r.id FROM {tables} ON {condition}"
    assert "fetch=5" in plan(ctx, sql)
    assert 0 < len({a for a, _ in answer(ctx, sql)}) <= 5


@pytest.mark.parametrize("partitions", [1, 2, 5])
def test_few_batches_are_probed_by_all_partitions(partitions: int) -> None:
    ctx = planned(config=SessionConfig().with_target_partitions(partitions))
    for name, geometries in (("l", LEFT), ("r", RIGHT)):
        ctx.register_record_batches(name, [rows(geometries).to_batches()])
    sql = "SELECT l.id, r.id FROM l JOIN r ON st_intersects(l.geom, r.geom)"
    shown = plan(ctx, sql).splitlines()
    gathered = ["CoalescePartitionsExec"] if partitions > 1 else []
    assert [line.strip() for line in shown[: len(gathered)]] == gathered
    assert "SpatialJoinExec" in shown[len(gathered)]
    assert set(answer(ctx, sql)) == pairs("intersects")
    # What stands above one partition still does.
    assert answer(ctx, f"SELECT count(*) FROM ({sql} LIMIT 7) AS t") == {(7,): 1}
