"""Distances and similarities of text: jellyfish's own test data, and rapidfuzz and jellyfish on random text."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geoplug
import jellyfish
import polars as pl
import pyarrow as pa
import pytest
from datafusion import SessionContext
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal
from rapidfuzz.distance import OSA, DamerauLevenshtein, Hamming, Jaro, JaroWinkler, Levenshtein

DATA = Path(__file__).parent / "data" / "jellyfish"
EXAMPLES = int(os.environ.get("GEOPLUG_EXAMPLES", "200"))

Oracle = Callable[[str, str], float]


def cases(name: str) -> list[list[str]]:
    with (DATA / f"{name}.csv").open(newline="") as file:
        return [row for row in csv.reader(file) if row]


def compared(function: str, rows: list[list[str]], **options: Any) -> list[Any]:
    a, b = (pl.Series([row[i] for row in rows], dtype=pl.String) for i in (0, 1))
    return getattr(geoplug, function)(a, b, **options).to_list()


@pytest.mark.parametrize(
    ("data", "function", "options"),
    [
        ("levenshtein", "levenshtein", {}),
        ("wagner_fischer", "levenshtein", {}),
        # Decoded as what it was, the last case holds a sequence of two scalar values that readers take for one.
        ("damerau_levenshtein", "damerau_levenshtein", {}),
        ("hamming", "hamming", {"pad": True}),
    ],
)
def test_distances_of_jellyfish(data: str, function: str, options: dict[str, Any]) -> None:
    rows = cases(data)
    assert compared(function, rows, **options) == [int(row[2]) for row in rows]


@pytest.mark.parametrize(
    ("data", "function", "options"),
    [
        ("jaro_distance", "jaro_similarity", {}),
        ("jaro_winkler", "jaro_winkler_similarity", {}),
        ("jaro_winkler_longtol", "jaro_winkler_similarity", {"long_tolerance": True}),
    ],
)
def test_similarities_of_jellyfish(data: str, function: str, options: dict[str, Any]) -> None:
    rows = cases(data)
    found = compared(function, rows, **options)
    # The data has three decimals, of which the last is not always rounded.
    assert found == pytest.approx([float(row[2]) for row in rows], abs=1e-3)


def test_jaccard_of_jellyfish() -> None:
    for row in cases("jaccard"):
        found = compared("jaccard_similarity", [row], ngram=int(row[3] or 0))
        assert found == pytest.approx([float(row[2])], abs=5.0001e-6), row


def or_nothing(similarity: Oracle) -> Oracle:
    """Two empty texts have nothing in common, as in DuckDB and jellyfish; rapidfuzz says that they are equal."""
    return lambda a, b: similarity(a, b) if a and b else 0.0


ORACLES: dict[str, Oracle] = {
    "levenshtein": Levenshtein.distance,
    "levenshtein_normalized": Levenshtein.normalized_distance,
    "damerau_levenshtein": DamerauLevenshtein.distance,
    "damerau_levenshtein_normalized": DamerauLevenshtein.normalized_distance,
    "osa_distance": OSA.distance,
    "osa_distance_normalized": OSA.normalized_distance,
    "jaro_similarity": or_nothing(Jaro.similarity),
    "jaro_winkler_similarity": or_nothing(JaroWinkler.similarity),
}

# Words of one alphabet, so that there is something in common; any text, with what combines and runs right to left;
# long ones, and some that differ in a few places.
WORDS = st.text("ab", max_size=10) | st.text("abcd", max_size=30)
ANY = st.text(max_size=20) | st.text("aé\u0301\u200d👨👩👧🇨🇭שלוםأهلا", max_size=12)
LONG = st.text("abc", min_size=60, max_size=300)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    a = draw(WORDS | ANY | LONG)
    if draw(st.booleans()):
        return a, draw(WORDS | ANY | LONG)
    b = list(a)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(b)))
        b[at : at + draw(st.integers(0, 2))] = draw(st.text("abé", max_size=2))
    return a, "".join(b)


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows=st.lists(pairs(), min_size=1, max_size=30))
@example(rows=[("", "")])
@example(rows=[("a" * 100_000, "a" * 99_998 + "bb")])
def test_against_rapidfuzz(rows: list[tuple[str, str]]) -> None:
    a, b = (pl.Series([row[i] for row in rows], dtype=pl.String) for i in (0, 1))
    big = max(len(text) for row in rows for text in row) > 10_000
    for name, oracle in ORACLES.items():
        if big and "damerau" in name:
            continue  # Quadratic in rapidfuzz.
        expected = [oracle(*row) for row in rows]
        columns = getattr(geoplug, name)(a, b)
        assert columns.to_list() == pytest.approx(expected, abs=1e-15), name
        # A constant on either side is another path.
        x, y = rows[0]
        left = pl.select(getattr(geoplug, name)(pl.lit(x), pl.lit(b))).to_series().to_list()
        assert left == pytest.approx([oracle(x, text) for text in b], abs=1e-15), name
        right = pl.select(getattr(geoplug, name)(pl.lit(a), pl.lit(y))).to_series().to_list()
        assert right == pytest.approx([oracle(text, y) for text in a], abs=1e-15), name


def test_edits_of_100_000_symbols_far_from_each_other() -> None:
    """Where no symbol comes twice, edits add up: `ab` is one exchange from `ba`, two edits from `bxa` or three, if what
    was exchanged is not edited again."""
    symbols = [chr(0x10000 + i) for i in range(100_000)]
    edited = list(symbols)
    for place in reversed(range(1_000, 100_000, 10_000)):
        edited[place + 5_000 : place + 5_002] = [symbols[place + 5_001], "x", symbols[place + 5_000]]
        edited[place : place + 2] = [symbols[place + 1], symbols[place]]
    row = [["".join(symbols), "".join(edited)]]
    assert compared("damerau_levenshtein", row) == [10 * 1 + 10 * 2]
    assert compared("osa_distance", row) == [10 * 1 + 10 * 3]
    assert compared("levenshtein", row) == [10 * 2 + 10 * 3]


@settings(max_examples=EXAMPLES, deadline=None)
@given(a=WORDS | ANY, b=WORDS | ANY, c=WORDS | ANY)
def test_axioms_of_metrics(a: str, b: str, c: str) -> None:
    rows = [[a, b], [b, a], [b, c], [a, c], [a, a]]
    for name in ("levenshtein", "damerau_levenshtein"):
        for by in ("char", "grapheme"):
            ab, ba, bc, ac, aa = compared(name, rows, by=by)
            assert ab == ba
            assert ac <= ab + bc
            assert aa == 0
            assert (ab == 0) == (a == b)


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows=st.lists(pairs(), min_size=1, max_size=20), most=st.integers(0, 40))
def test_a_limit_changes_nothing_below_it(rows: list[tuple[str, str]], most: int) -> None:
    full = compared("levenshtein", [list(row) for row in rows])
    found = compared("levenshtein_less_equal", [list(row) for row in rows], max=most)
    assert found == [min(distance, most + 1) for distance in full]


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows=st.lists(st.tuples(st.text("abc", max_size=70), st.text("abc", max_size=70)), min_size=1, max_size=20))
def test_ascii_is_no_case_of_its_own(rows: list[tuple[str, str]]) -> None:
    other = str.maketrans("abc", "éあ👨")
    translated = [[text.translate(other) for text in row] for row in rows]
    for name in ORACLES:
        assert compared(name, [list(row) for row in rows]) == compared(name, translated), name


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows=st.lists(pairs(), min_size=1, max_size=20), n=st.integers(0, 4))
def test_against_jellyfish(rows: list[tuple[str, str]], n: int) -> None:
    """jellyfish compares clusters, by most of its functions."""
    sources = [list(row) for row in rows]
    oracles: list[tuple[str, dict[str, Any], Oracle]] = [
        ("hamming", {"pad": True}, jellyfish.hamming_distance),
        ("levenshtein", {}, jellyfish.levenshtein_distance),
        ("damerau_levenshtein", {}, jellyfish.damerau_levenshtein_distance),
        ("jaro_similarity", {}, jellyfish.jaro_similarity),
        ("jaro_winkler_similarity", {}, jellyfish.jaro_winkler_similarity),
        (
            "jaro_winkler_similarity",
            {"long_tolerance": True},
            lambda a, b: jellyfish.jaro_winkler_similarity(a, b, long_tolerance=True),
        ),
    ]
    for name, options, oracle in oracles:
        expected = [oracle(*row) for row in rows]
        assert compared(name, sources, by="grapheme", **options) == pytest.approx(expected, abs=1e-12), name
    # Its pieces are of scalar values.
    pieces = [jellyfish.jaccard_similarity(*row, n or None) for row in rows]
    assert compared("jaccard_similarity", sources, ngram=n) == pytest.approx(pieces)
    padded = [Hamming.normalized_distance(*row, pad=True) for row in rows]
    assert compared("hamming_normalized", sources, pad=True) == pytest.approx(padded)


@pytest.mark.parametrize(
    ("a", "b", "chars", "clusters"),
    [
        ("cafe\u0301", "cafe", 1, 1),
        ("cafe\u0301", "caf", 2, 1),
        ("👨\u200d👩\u200d👧", "👨", 4, 1),
        ("🇨🇭🇩🇪", "🇨🇭", 2, 1),
        ("שָׁלוֹם", "שלום", 3, 2),
    ],
)
def test_clusters(a: str, b: str, chars: int, clusters: int) -> None:
    assert compared("levenshtein", [[a, b]]) == [chars]
    assert compared("levenshtein", [[a, b]], by="grapheme") == [clusters]


LAYOUTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


@pytest.mark.parametrize("left", LAYOUTS, ids=str)
@pytest.mark.parametrize("right", LAYOUTS, ids=str)
def test_layouts(left: pa.DataType, right: pa.DataType) -> None:
    a = pa.array(["martha", None, "a longer name than fits", "é"]).cast(left)
    b = pa.array(["marhta", "x", "a longer name that fits", None]).cast(right)
    assert pa.array(geoplug.levenshtein(a, b)).to_pylist() == [2, None, 1, None]
    assert pa.array(geoplug.levenshtein(a, "martha")).to_pylist() == [0, None, 19, 6]


def test_streaming_in_small_morsels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_IDEAL_MORSEL_SIZE", "7")
    frame = pl.LazyFrame({"a": [f"name {i}" for i in range(1000)], "b": [f"nam {i * 7 % 1000}" for i in range(1000)]})
    query = frame.select(
        pl.col("a").fuzzy.damerau_levenshtein(pl.col("b")).alias("d"),
        pl.col("a").fuzzy.jaro_winkler_similarity("name 5").alias("j"),
        pl.col("b").cast(pl.Categorical).fuzzy.levenshtein("nam").alias("l"),
    )
    streamed, eager = query.collect(engine="streaming"), query.collect(engine="in-memory")
    for name in ("d", "j", "l"):
        assert_series_equal(streamed[name], eager[name])
    assert eager["d"].to_list() == [
        DamerauLevenshtein.distance(*row)
        for row in zip(*frame.select("a", "b").collect().to_dict(as_series=False).values(), strict=True)
    ]


def test_errors(ctx: SessionContext) -> None:
    with pytest.raises(pl.exceptions.ComputeError, match=r"levenshtein: argument a: expected text, got Int32"):
        pl.select(geoplug.levenshtein(pl.lit(1), "a"))
    with pytest.raises(pl.exceptions.ComputeError, match=r"argument by is one of 'char', 'grapheme' .* got 'word'"):
        pl.select(geoplug.levenshtein("a", "b", by="word"))
    with pytest.raises(Exception, match=r"hamming: row 1: texts of 1 and 2 symbols: set pad"):
        ctx.sql("SELECT hamming(a, b) FROM (VALUES ('a', 'b'), ('a', 'bc')) AS t(a, b)").collect()
    assert pl.DataFrame(schema={"a": pl.String}).select(pl.col("a").fuzzy.levenshtein("x")).height == 0
