from __future__ import annotations

from pathlib import Path

import geoplug
import pyarrow as pa
import pytest
from datafusion import SessionContext

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "sql-tests"


def session() -> SessionContext:
    """A plain session with the functions and the two tables that the corpus uses."""
    ctx = SessionContext()
    geoplug.register_all(ctx)
    for table in ("shapes", "native"):
        with pa.ipc.open_file(CORPUS / f"data/{table}.arrow") as file:
            ctx.register_record_batches(table, [file.read_all().to_batches()])
    return ctx


@pytest.fixture(scope="session")
def ctx() -> SessionContext:
    return session()
