"""Codes of what text sounds like: recorded answers of PostgreSQL, jellyfish's own test data, and the libraries."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import doublemetaphone
import geoplug
import jellyfish
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

DATA = Path(__file__).parent / "data"
EXAMPLES = int(os.environ.get("GEOPLUG_EXAMPLES", "200"))


def texts(values: list[str]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def cases(name: str) -> list[list[str]]:
    with (DATA / f"jellyfish/{name}.csv").open(newline="") as file:
        return [row for row in csv.reader(file) if row]


# What each function is called with to follow jellyfish.
AS_JELLYFISH: dict[str, dict[str, Any]] = {
    "soundex": {"variant": "jellyfish"},
    "metaphone": {"variant": "jellyfish"},
    "nysiis": {},
    "match_rating_codex": {},
}


@pytest.mark.parametrize("name", AS_JELLYFISH)
def test_data_of_jellyfish(name: str) -> None:
    rows = cases(name)
    found = getattr(geoplug, name)(texts([source for source, _ in rows]), **AS_JELLYFISH[name])
    assert found.to_list() == [expected for _, expected in rows]


def test_comparisons_of_jellyfish() -> None:
    rows = cases("match_rating_comparison")
    found = geoplug.match_rating_comparison(texts([row[0] for row in rows]), texts([row[1] for row in rows]))
    assert found.to_list() == [{"True": True, "False": False, "None": None}[row[2]] for row in rows]


# Where PostgreSQL, which the functions follow unless told otherwise, answers other than jellyfish's test data: why, and
# which texts.
OTHERWISE_IN_POSTGRESQL: dict[str, dict[str, list[str]]] = {
    "soundex": {
        "H between two letters of one digit makes both count": ["Ashcroft"],
        "only letters of ASCII are letters": ["Çáŕẗéř", "¿"],
    },
    "metaphone": {
        "GH is F wherever it is not silent": (
            "high sigh thigh weigh sleigh ugh laugh rough tough cough thorough borough gough gh night knight eight "
            "neighbor laughter brought ghost ghoul aghast higher"
        ).split(),
        "spaces, and vowels at the beginning of other words, are left out": [
            "this is a difficult string",
            "sunlight labs",
            "sonlite laabz",
        ],
        "WH at the beginning is H": ["wHErE", "WH", "why", "whynot"],
        "of doubled vowels at the beginning one is heard": ["Aapti", "Aarti"],
        "H is heard before a vowel only, and X at the beginning is S": ["Hb", "Xhot"],
        "only letters of ASCII are letters": ["Çáŕẗéř"],
    },
}


@pytest.mark.parametrize("name", OTHERWISE_IN_POSTGRESQL)
def test_data_of_jellyfish_as_in_postgresql(name: str) -> None:
    with (DATA / "postgresql_phonetic.csv").open(newline="") as file:
        recorded = {row["source"]: row[name] for row in csv.DictReader(file)}
    rows = cases(name)
    found = getattr(geoplug, name)(texts([source for source, _ in rows])).to_list()
    assert found == [recorded[source] for source, _ in rows]
    different = {source for (source, expected), answer in zip(rows, found, strict=True) if answer != expected}
    assert different == {source for sources in OTHERWISE_IN_POSTGRESQL[name].values() for source in sources}


def test_as_postgresql() -> None:
    with (DATA / "postgresql_phonetic.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sources = texts([row["source"] for row in rows])
    found = {
        "soundex": geoplug.soundex(sources),
        "metaphone": geoplug.metaphone(sources),
        "metaphone_4": geoplug.metaphone(sources, 4),
        "dmetaphone": geoplug.double_metaphone(sources),
        "dmetaphone_alt": geoplug.double_metaphone_alt(sources),
    }
    for column, codes in found.items():
        assert codes.to_list() == [row[column] for row in rows], column


letters = st.characters(max_codepoint=0x6FF, exclude_categories=["Cs", "Cn"])
marks = st.sampled_from("\u0301\u0308\u05b8\u0915\u093e\u0e33\u1100\u1161\ufb01\uff21\u212b\U0001f469\u200d\U0001f30d")
# Pieces that rules are about, so that rules meet.
pieces = st.sampled_from(
    "A AE B C CC CE CH CHAE CHIA CI CIA CK CZ D DG DGE DT E EV F G GH GI GN GNED H I IE J JOSE K KN L LL ILLO M MAC MB "
    "N O P PF PH PN Q R RT S SC SCH SCHW SH SIO T TCH TH TIO U V W WH WICZ WR X Y Z ZH ß é ' - 8 Ç".split()
)
anything = st.lists(pieces | letters | marks, max_size=12).map("".join)
upper_or_lower = st.tuples(anything, st.booleans()).map(lambda pair: pair[0].lower() if pair[1] else pair[0])
batches = st.lists(upper_or_lower, min_size=1, max_size=20)


@settings(max_examples=EXAMPLES, deadline=None)
@given(batches)
@example(["º", "ªn", "aªn", "tⁿe", "ﬀ", "Ⓖn", "ĳs"])
def test_as_jellyfish(batch: list[str]) -> None:
    sources = texts(batch)
    assert geoplug.soundex(sources, variant="jellyfish").to_list() == [jellyfish.soundex(s) for s in batch]
    assert geoplug.metaphone(sources, variant="jellyfish").to_list() == [jellyfish.metaphone(s) for s in batch]
    assert geoplug.nysiis(sources).to_list() == [jellyfish.nysiis(s) for s in batch]


def codex_of_jellyfish(text: str) -> str | None:
    try:
        return jellyfish.match_rating_codex(text)
    except ValueError:
        return None


@settings(max_examples=EXAMPLES, deadline=None)
@given(batches)
def test_codex_as_jellyfish(batch: list[str]) -> None:
    """But for letters of two bytes: jellyfish counts bytes, and then takes three letters from either end."""
    codes = geoplug.match_rating_codex(texts(batch)).to_list()
    cut = [code if code is None or len(code.encode()) <= 6 else code[:3] + code[-3:] for code in codes]
    assert cut == [codex_of_jellyfish(s) for s in batch]
    assert all(code is None or len(code) <= 6 for code in codes)


names = st.text("ABCDEHIKLMNORSTY abceilmnorsty", max_size=9)
pairs = st.tuples(names, names) | names.flatmap(lambda a: st.tuples(st.just(a), st.permutations(a).map("".join)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(pairs, min_size=1, max_size=20))
def test_comparison_as_jellyfish(batch: list[tuple[str, str]]) -> None:
    a, b = texts([a for a, _ in batch]), texts([b for _, b in batch])
    expected = [jellyfish.match_rating_comparison(a, b) for a, b in batch]
    assert geoplug.match_rating_comparison(a, b).to_list() == expected
    assert geoplug.match_rating_comparison(b, a).to_list() == expected


ascii_names = st.lists(pieces.filter(str.isascii) | st.characters(max_codepoint=0x7E, min_codepoint=0x20), max_size=12)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(ascii_names.map("".join), min_size=1, max_size=20))
def test_as_doublemetaphone(batch: list[str]) -> None:
    """The library does not cut its codes to four letters, PostgreSQL does."""
    sources = texts(batch)
    codes = [doublemetaphone.doublemetaphone(s) for s in batch]
    assert geoplug.double_metaphone(sources).to_list() == [primary[:4] for primary, _ in codes]
    assert geoplug.double_metaphone_alt(sources).to_list() == [alternative[:4] for _, alternative in codes]


def test_long_texts() -> None:
    long = "Ashcroft Wicz " * 10_000
    sources = texts([long, "é" * 100_000, "z" * 100_000])
    assert geoplug.soundex(sources).to_list() == ["A226", "", "Z000"]
    assert geoplug.double_metaphone(sources).to_list() == ["AXKR", "", "SSSS"]
    assert geoplug.metaphone(sources, variant="jellyfish")[0] == jellyfish.metaphone(long)
    assert geoplug.nysiis(sources).to_list() == [jellyfish.nysiis(s) for s in sources]
    assert geoplug.match_rating_codex(sources).to_list() == ["ASHCZ ", "É", "Z"]


def test_nulls_and_lengths() -> None:
    sources = pl.Series(["Thompson", None, ""], dtype=pl.String)
    lengths = pl.Series([2, 2, None])
    assert geoplug.metaphone(sources, lengths).to_list() == ["0M", None, None]
    for name in ("soundex", "double_metaphone", "double_metaphone_alt", "nysiis", "match_rating_codex"):
        assert getattr(geoplug, name)(sources)[1:].to_list() == [None, ""]
