"""The part of the sqllogictest format that the corpus uses, run against a datafusion-python session."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datafusion import SessionContext


@dataclass
class Record:
    """One statement or query of a file."""

    line: int
    kind: str
    types: str
    sort: bool
    error: str | None
    sql: str
    expected: list[str]


def parse(path: Path) -> list[Record]:
    records: list[Record] = []
    lines = [*path.read_text().splitlines(), ""]
    i = 0
    while i < len(lines):
        head = lines[i].split("#")[0].split() if lines[i].startswith("#") else lines[i].split()
        if not head or lines[i].startswith("#"):
            i += 1
            continue
        start = i + 1
        kind = head[0]
        if kind not in {"statement", "query"}:
            raise ValueError(f"{path.name}:{start}: unknown record {lines[i]!r}")
        i += 1
        sql: list[str] = []
        while lines[i].strip() and lines[i] != "----":
            sql.append(lines[i])
            i += 1
        expected: list[str] = []
        if lines[i] == "----":
            i += 1
            while lines[i].strip():
                expected.append(lines[i])
                i += 1
        error = lines[start - 1].split(maxsplit=2)[2] if head[1] == "error" and len(head) > 2 else None
        if head[1] == "error" and error is None:
            error = "\n".join(expected)
        types = "" if kind == "statement" or head[1] == "error" else head[1]
        records.append(Record(start, kind, types, "rowsort" in head[2:], error, "\n".join(sql), expected))
    return records


def number(value: float) -> str:
    """Integral values without a point; the shortest digits that read back as the same number otherwise."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-4 <= abs(value) < 1e15:
        text = repr(value + 0.0 if value else 0.0)
        return text.removesuffix(".0")
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        mantissa, _, exponent = f"{value:.17e}".partition("e")
        for digits in range(17):
            if float(f"{value:.{digits}e}") == value:
                mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
                break
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def cell(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value) or "(empty)"


def rows(ctx: SessionContext, sql: str) -> list[str]:
    out = []
    for batch in ctx.sql(sql).collect():
        columns = [column.to_pylist() for column in batch.columns]
        out += [" ".join(cell(v) for v in row) for row in zip(*columns, strict=True)]
    return out


def run(ctx: SessionContext, record: Record) -> str | None:
    """Run one record; what is wrong, or nothing."""
    try:
        found = rows(ctx, record.sql)
    except Exception as error:  # whatever the session raises is what the record is about
        if record.error is not None and re.search(record.error, str(error)):
            return None
        return f"line {record.line}: {record.sql}\n  raised {error}"
    if record.error is not None:
        return f"line {record.line}: {record.sql}\n  should have raised {record.error!r}, gave {found}"
    expected = [line.rstrip() for line in record.expected]
    found = [line.rstrip() for line in found]
    if record.sort:
        expected, found = sorted(expected), sorted(found)
    if record.kind == "query" and expected != found:
        return f"line {record.line}: {record.sql}\n  expected {expected}\n  found    {found}"
    return None
