"""The .slt corpus through a datafusion-python session: the same files that Rust runs natively."""

from pathlib import Path

import pytest
import slt
from conftest import CORPUS, session


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.slt")), ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    records = slt.parse(path)
    assert records
    ctx = session()
    wrong = [text for record in records if (text := slt.run(ctx, record))]
    assert not wrong, "\n\n".join(wrong)


def test_every_function_has_a_file() -> None:
    from geoplug._signatures import SIGNATURES

    names = {name for name in SIGNATURES if name != "test_panic"}
    assert names | {"spatial_join", "fuzzy_join"} == {path.stem for path in CORPUS.glob("*.slt")}
