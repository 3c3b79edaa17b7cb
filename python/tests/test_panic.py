"""No panic leaves the library: each path, with a kernel that panics on purpose."""

from __future__ import annotations

import geoplug
import polars as pl
import pyarrow as pa
import pytest
from datafusion import SessionContext
from geoplug import _polars, _signatures
from geoplug._geoplug import call

pytestmark = pytest.mark.skipif(
    "test_panic" not in _signatures.SIGNATURES, reason="a release build has no function that panics"
)
MESSAGE = "test_panic: internal error, please report it: panicked with 'on purpose'"


def test_plain() -> None:
    with pytest.raises(ValueError, match=MESSAGE):
        call("test_panic", [pa.array([1.0])])


def test_datafusion() -> None:
    ctx = SessionContext()
    geoplug.register_all(ctx)
    with pytest.raises(Exception, match=MESSAGE):
        ctx.sql("SELECT test_panic(1.0)").collect()
    assert ctx.sql("SELECT st_x(st_point(1, 2)) AS x").to_pydict() == {"x": [1.0]}


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_polars(engine: str) -> None:
    lazy = pl.LazyFrame({"x": [1.0]}).select(_polars.expression("test_panic", (pl.col("x"),)))
    with pytest.raises(pl.exceptions.ComputeError, match=MESSAGE):
        lazy.collect(engine=engine)
