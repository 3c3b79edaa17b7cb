"""Every example of the documentation, executed."""

from __future__ import annotations

import re
from pathlib import Path

import geoplug
import polars as pl
import pytest
from conftest import ROOT
from datafusion import SessionContext

REFERENCE = (ROOT / "docs/functions.md").read_text()


def examples(language: str) -> list[tuple[str, str, str]]:
    found = []
    for section in re.split(r"^## ", REFERENCE, flags=re.M)[1:]:
        name = section.split("\n", 1)[0]
        for block in re.findall(rf"^```{language}\n(.*?)^```", section, flags=re.M | re.S):
            mark = "-- " if language == "sql" else "# "
            lines = block.rstrip().splitlines()
            code = "\n".join(line for line in lines if not line.startswith(mark))
            expected = "\n".join(line.removeprefix(mark) for line in lines if line.startswith(mark))
            assert expected, f"{name}: an example without its result"
            found.append((name, code, expected))
    return found


def ids(found: list[tuple[str, str, str]]) -> list[str]:
    return [name for name, _, _ in found]


@pytest.mark.parametrize(("name", "code", "expected"), examples("sql"), ids=ids(examples("sql")))
def test_sql(ctx: SessionContext, name: str, code: str, expected: str) -> None:
    assert name in code
    [value] = [v for batch in ctx.sql(code).collect() for v in batch.column(0).to_pylist()]
    text = str(value).lower() if isinstance(value, bool) else "NULL" if value is None else str(value)
    text = value.hex() if isinstance(value, bytes) else text
    assert text == expected


@pytest.mark.parametrize(("name", "code", "expected"), examples("python"), ids=ids(examples("python")))
def test_python(name: str, code: str, expected: str) -> None:
    value = eval(code, {"pl": pl, "geoplug": geoplug})
    assert (value.hex() if isinstance(value, bytes) else str(value)) == expected, name


def test_every_function_has_both() -> None:
    sections = re.split(r"^## ", REFERENCE, flags=re.M)[1:]
    names = [section.split("\n", 1)[0] for section in sections]
    in_sql_only = [name for name, section in zip(names, sections, strict=True) if "in SQL only" in section]
    assert ids(examples("sql")) == names
    assert ids(examples("python")) == [name for name in names if name not in in_sql_only]


README = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), flags=re.M | re.S)


@pytest.mark.parametrize("code", README)
def test_readme(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(code, {})


CODE = r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?"


@pytest.mark.parametrize("guide", ["joins", "text"])
def test_guides(guide: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A guide from top to bottom: what it prints is what it shows."""
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for code, shown in re.findall(CODE, (ROOT / f"docs/{guide}.md").read_text(), flags=re.M | re.S):
        exec(code, names)
        assert capsys.readouterr().out == shown, code


def test_guide_links() -> None:
    """Relative links between the documents lead somewhere."""
    for page in [ROOT / "README.md", *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    assert Path(ROOT / "docs/functions.md").exists()
