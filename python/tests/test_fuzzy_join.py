"""Joins by text against every pair, compared by rapidfuzz."""

from __future__ import annotations

import os
import random
from typing import Any

import geoplug
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from rapidfuzz.distance import OSA, DamerauLevenshtein, JaroWinkler, Levenshtein

EXAMPLES = int(os.environ.get("GEOPLUG_EXAMPLES", "100"))
METRICS: dict[str, Any] = {"levenshtein": Levenshtein, "osa_distance": OSA, "damerau_levenshtein": DamerauLevenshtein}

Names = list[str | None]


def near(left: Names, right: Names, metric: str, bound: float) -> list[tuple[int, int, float]]:
    found = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if a is None or b is None:
                continue
            if metric in METRICS:
                distance = METRICS[metric].distance(a, b)
                if distance <= bound:
                    found.append((i, j, distance))
            elif (similarity := JaroWinkler.similarity(a, b) if a and b else 0.0) >= bound:
                found.append((i, j, similarity))
    return found


WORD = st.none() | st.text("ab", max_size=7) | st.text("abcé", max_size=20) | st.text("ab", min_size=55, max_size=70)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    left=st.lists(WORD, max_size=25),
    right=st.lists(WORD, max_size=25),
    metric=st.sampled_from(sorted(METRICS)),
    most=st.integers(0, 7),
)
def test_pairs_within_a_distance(left: Names, right: Names, metric: Any, most: int) -> None:
    pairs = geoplug.fuzzy_join_indices(
        pa.array(left, pa.string()), pa.array(right, pa.string_view()), metric=metric, max_distance=most
    )
    columns = [pa.array(column).to_pylist() for column in pairs]
    assert list(zip(*columns, strict=True)) == near(left, right, metric, most)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    left=st.lists(WORD, max_size=25), right=st.lists(WORD, max_size=25), least=st.sampled_from([0.3, 0.7, 0.85, 1.0])
)
def test_pairs_of_a_similarity(left: Names, right: Names, least: float) -> None:
    pairs = geoplug.fuzzy_join_indices(
        pa.array(left, pa.string()),
        pa.array(right, pa.large_string()),
        metric="jaro_winkler_similarity",
        min_similarity=least,
    )
    columns = [pa.array(column).to_pylist() for column in pairs]
    expected = near(left, right, "jaro_winkler_similarity", least)
    # Both compute the same formula, but in another order: on the limit one may be above, the other below.
    sure = near(left, right, "jaro_winkler_similarity", least + 1e-12)
    found = list(zip(*columns, strict=True))
    assert (
        {pair[:2] for pair in sure}
        <= {pair[:2] for pair in found}
        <= {pair[:2] for pair in near(left, right, "jaro_winkler_similarity", least - 1e-12)}
    )
    assert len(found) <= len(near(left, right, "jaro_winkler_similarity", least - 1e-12))
    assert [pair[2] for pair in found if pair[:2] in {p[:2] for p in expected}] == pytest.approx(
        [pair[2] for pair in expected if pair[:2] in {p[:2] for p in found}], abs=1e-12
    )


def names(seed: int, count: int) -> Names:
    rng = random.Random(seed)
    parts = ["new", "old", "saint", "port", "ville", "burg", "ham", "ton", "ford", "bridge", "lake", "hill"]
    made: Names = []
    for _ in range(count):
        name = list(" ".join(rng.choice(parts) for _ in range(rng.randint(1, 3))))
        for _ in range(rng.randint(0, 2)):
            at = rng.randrange(len(name) + 1)
            name[at : at + rng.randint(0, 1)] = rng.choice("abcé ")
        made.append("".join(name))
    return [*made, None, "", None]


LEFT, RIGHT = names(1, 300), names(2, 200)
HOWS = ["inner", "left", "semi", "anti"]


def expected(how: str) -> list[tuple[Any, ...]]:
    found = near(LEFT, RIGHT, "damerau_levenshtein", 2)
    matched = {i for i, _, _ in found}
    if how in ("semi", "anti"):
        return [(name, i) for i, name in enumerate(LEFT) if (i in matched) == (how == "semi")]
    rows: list[tuple[Any, ...]] = [(LEFT[i], i, RIGHT[j], j, d) for i, j, d in found]
    if how == "left":
        rows += [(name, i, None, None, None) for i, name in enumerate(LEFT) if i not in matched]
    return sorted(rows, key=lambda row: (row[1], -1 if row[3] is None else row[3]))


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
def test_frames(how: Any, lazy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_IDEAL_MORSEL_SIZE", "17")
    left = pl.DataFrame({"name": LEFT, "id": range(len(LEFT))})
    right = pl.DataFrame({"name": RIGHT, "id": range(len(RIGHT))})
    distance_col = "edits" if how in ("inner", "left") else None
    options: dict[str, Any] = {"on": "name", "how": how, "max_distance": 2, "distance_col": distance_col}
    if lazy:
        query = geoplug.fuzzy_join(left.lazy(), right.lazy(), **options)
        assert query.collect_schema() == geoplug.fuzzy_join(left, right, **options).schema
        frame = query.collect(engine="streaming")
        if how == "inner":
            picked = query.filter(pl.col("id") < 40, pl.col("edits") > 0).select("id_right", "edits").collect()
            assert picked.rows() == [(row[3], row[4]) for row in expected(how) if row[1] < 40 and row[4] > 0]
    else:
        frame = geoplug.fuzzy_join(left, right, **options)
    assert frame.rows() == expected(how)


def test_expressions_as_keys_and_progress() -> None:
    left, right = pl.DataFrame({"a": ["BERN", "Rome"]}), pl.DataFrame({"b": ["bern ", "Paris"]})
    seen: list[tuple[int, int]] = []
    joined = geoplug.fuzzy_join(
        left,
        right,
        left_on=pl.col("a").str.to_lowercase(),
        right_on=pl.col("b").str.strip_chars(),
        max_distance=0,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert joined.rows() == [("BERN", "bern ")]
    assert seen[-1] == (2, 2)


def test_long_and_common_starts() -> None:
    """Texts that all start alike are told apart by their ends."""
    left = [f"https://example.org/a/long/path/of/many/parts/{i}" for i in range(3000)]
    right = [f"{text}0" for text in left]
    pairs = geoplug.fuzzy_join_indices(pa.array(left), pa.array(right), max_distance=1)
    found = set(zip(pa.array(pairs.left).to_pylist(), pa.array(pairs.right).to_pylist(), strict=True))
    some = random.Random(3).sample(range(3000), 60)
    assert {pair for pair in found if pair[0] in some} == {
        (i, j) for i in some for j in range(3000) if DamerauLevenshtein.distance(left[i], right[j]) <= 1
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give either max_distance or min_similarity"),
        ({"max_distance": 1, "metric": "edit"}, 'there is no metric "edit": the metrics are levenshtein, osa_distance'),
        ({"max_distance": -1}, "max_distance must not be negative"),
        ({"min_similarity": 0.9}, "damerau_levenshtein is a distance: it takes max_distance"),
        ({"max_distance": 2, "metric": "jaro_winkler_similarity"}, "is a similarity: it takes min_similarity"),
        ({"min_similarity": 1.5, "metric": "jaro_winkler_similarity"}, "above 0 and at most 1, got 1.5"),
        ({"max_distance": 1, "how": "outer"}, "how must be one of"),
        ({"max_distance": 1, "how": "semi", "distance_col": "d"}, "a semi join has no distance"),
    ],
)
def test_bad_arguments(options: dict[str, Any], message: str) -> None:
    frame = pl.DataFrame({"name": ["a"]})
    with pytest.raises(ValueError, match=message):
        geoplug.fuzzy_join(frame, frame, on="name", **options)


def test_bad_columns() -> None:
    frame = pl.DataFrame({"name": ["a"], "n": [1]})
    with pytest.raises(pl.exceptions.ComputeError, match="the right texts: expected text, got Int64"):
        geoplug.fuzzy_join(frame, frame, left_on="name", right_on="n", max_distance=1)
    with pytest.raises(TypeError, match="right must be a DataFrame or LazyFrame, and both of one kind"):
        geoplug.fuzzy_join(frame, frame.lazy(), on="name", max_distance=1)
    with pytest.raises(TypeError, match="max_distance must be an int, got float"):
        geoplug.fuzzy_join(frame, frame, on="name", max_distance=1.5)  # type: ignore[arg-type]
    nothing = pl.DataFrame({"name": [None]})
    assert geoplug.fuzzy_join(nothing, frame, on="name", max_distance=1).height == 0
    empty = frame.clear()
    assert_frame_equal(geoplug.fuzzy_join(empty, frame, on="name", how="semi", max_distance=1), empty)
    assert geoplug.fuzzy_join(frame, empty, on="name", how="anti", max_distance=1).height == 1
