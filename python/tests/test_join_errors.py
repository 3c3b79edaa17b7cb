"""What spatial joins refuse, how they are stopped, and what they say of themselves."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import geoplug
import polars as pl
import pyarrow as pa
import pytest
import shapely
from geoplug import _geoplug, _joins, _polars_frames
from joins import every_engine, frames, run

SQUARE = shapely.box(0, 0, 1, 1).wkb
GOOD = {"on": "geom"}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, ValueError, "must specify `on` OR `left_on` and `right_on`"),
        ({"on": "geom", "left_on": "geom"}, ValueError, "cannot use 'on' in conjunction"),
        ({"left_on": "geom"}, ValueError, "'left_on' requires corresponding 'right_on'"),
        ({"right_on": "geom"}, ValueError, "'right_on' requires corresponding 'left_on'"),
        ({"on": 3}, TypeError, "on must be a column name or an expression, got int"),
        ({"on": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({"left_on": "geom", "right_on": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({**GOOD, "predicate": "inside"}, ValueError, 'no join on "inside": the predicates are intersects, .*dwithin'),
        ({**GOOD, "predicate": "disjoint"}, ValueError, "the predicates are"),
        ({**GOOD, "predicate": 1}, TypeError, "predicate must be a str"),
        ({**GOOD, "how": "full"}, ValueError, "how must be one of 'inner', 'left', 'semi', 'anti', got 'full'"),
        ({**GOOD, "maintain_order": "up"}, ValueError, "maintain_order must be one of"),
        ({**GOOD, "predicate": "dwithin"}, ValueError, "needs a distance"),
        ({**GOOD, "distance": 1.0}, ValueError, "only predicate 'dwithin' takes a distance"),
        ({**GOOD, "predicate": "dwithin", "distance": -1.0}, ValueError, "must not be negative, got -1.0"),
        ({**GOOD, "predicate": "dwithin", "distance": float("nan")}, ValueError, "must not be negative, got nan"),
        ({**GOOD, "predicate": "dwithin", "distance": True}, TypeError, "distance must be a number"),
        ({**GOOD, "predicate": "dwithin", "distance": [1]}, TypeError, "must be a column name or an expression"),
        ({**GOOD, "predicate": "dwithin", "distance": "nope"}, pl.exceptions.ColumnNotFoundError, "nope"),
        ({**GOOD, "predicate": "dwithin", "distance": "text"}, pl.exceptions.ComputeError, "expected a number, got"),
        ({**GOOD, "suffix": ""}, pl.exceptions.DuplicateError, "column with name 'id' already exists"),
        ({**GOOD, "suffix": "_a"}, pl.exceptions.DuplicateError, "column with name 'id_a' already exists"),
        ({"on": "id"}, pl.exceptions.ComputeError, "argument a: expected geometry"),
        ({"left_on": "geom", "right_on": "text"}, pl.exceptions.ComputeError, "b: expected geometry.*from_wkt"),
        ({"left_on": "crs", "right_on": "crs"}, pl.exceptions.ComputeError, "a is in EPSG:4326, b in EPSG:2263"),
    ],
)  # fmt: skip
def test_sjoin_refuses(arguments: dict, error: type, words: str, lazy: bool) -> None:
    left = pl.DataFrame({"id": [1], "id_a": [1], "geom": [SQUARE], "text": ["x"]})
    left, right = (left.with_columns(crs=pl.col("geom").geo.setsrid(srid)) for srid in (4326, 2263))
    right = right.drop("id_a")
    # A lazy join tells at once, too: schemas are known.
    with pytest.raises(error, match=words):
        left.lazy().geo.sjoin(right.lazy(), **arguments) if lazy else left.geo.sjoin(right, **arguments)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"k": 0}, ValueError, "k must be at least 1, got 0"),
        ({"k": 1.5}, TypeError, "k must be an int"),
        ({"max_distance": -1}, ValueError, "max_distance must not be negative, got -1"),
        ({"max_distance": "x"}, TypeError, "max_distance must be a number"),
        ({"how": "semi"}, ValueError, "how must be one of 'inner', 'left', got 'semi'"),
        ({"distance_col": 3}, TypeError, "distance_col must be a str"),
        ({"distance_col": "geom_right"}, pl.exceptions.DuplicateError, "choose a different `distance_col`"),
        ({"on": "text"}, pl.exceptions.ComputeError, "expected geometry"),
    ],
)
def test_sjoin_nearest_refuses(arguments: dict, error: type, words: str, lazy: bool) -> None:
    frame = pl.DataFrame({"geom": [SQUARE], "text": ["x"]})
    frame = frame.lazy() if lazy else frame
    with pytest.raises(error, match=words):
        frame.geo.sjoin_nearest(frame, **({"on": "geom"} | arguments))


@pytest.mark.parametrize("size", ["left smaller", "right smaller"])
@every_engine
def test_bad_data_is_told_with_its_row(engine: str, size: str) -> None:
    rows = {"left smaller": (2, 5), "right smaller": (5, 2)}[size]
    left, right = frames(*([SQUARE] * n for n in rows))
    broken = left.with_columns(geom=pl.when(pl.col("id") == 1).then(pl.lit(b"\x01\x01")).otherwise("geom"))
    with pytest.raises(pl.exceptions.ComputeError, match="st_intersects: left row 1: "):
        run("sjoin", engine, broken, right, on="geom")
    with pytest.raises(pl.exceptions.ComputeError, match="st_intersects: right row 1: "):
        run("sjoin", engine, right, broken, on="geom")
    far = left.with_columns(reach=1.0 - pl.col("id") * 2)
    with pytest.raises(pl.exceptions.ComputeError, match="left row 1: distance must not be negative, got -1"):
        run("sjoin", engine, far, right, on="geom", predicate="dwithin", distance="reach")


@every_engine
def test_mixed_srids(engine: str) -> None:
    square = shapely.box(0, 0, 1, 1)
    ewkb = [shapely.to_wkb(shapely.set_srid(square, srid), include_srid=True) for srid in (4326, 2263)]
    left, right = (pl.DataFrame({"geom": [bytes_]}) for bytes_ in ewkb)
    with pytest.raises(pl.exceptions.ComputeError, match="mixed SRIDs"):
        run("sjoin", engine, left, right, on="geom")


def test_frames_of_one_kind() -> None:
    frame = pl.DataFrame({"geom": [SQUARE]})
    with pytest.raises(TypeError, match="expected `other` to be a 'DataFrame', not a 'LazyFrame'"):
        frame.geo.sjoin(frame.lazy(), on="geom")
    with pytest.raises(TypeError, match="expected `other` to be a 'LazyFrame', not a 'DataFrame'"):
        frame.lazy().geo.sjoin_nearest(frame, on="geom")


def test_indices_refuse() -> None:
    good = pa.array([SQUARE])
    with pytest.raises(TypeError, match="the right geometries must be an Arrow array"):
        geoplug.sjoin_indices(good, 3)
    with pytest.raises(ValueError, match="argument a: expected geometry"):
        geoplug.sjoin_indices(pa.array([1]), good)
    with pytest.raises(ValueError, match="no join on"):
        geoplug.sjoin_indices(good, good, "near")
    with pytest.raises(ValueError, match="needs a distance"):
        geoplug.sjoin_indices(good, good, "dwithin")
    with pytest.raises(ValueError, match="2 distances beside 1 left geometries"):
        geoplug.sjoin_indices(good, good, "dwithin", distance=pa.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="argument distance: expected a number"):
        geoplug.sjoin_indices(good, good, "dwithin", distance=pa.array(["1"]))
    with pytest.raises(ValueError, match=r"different CRS.*EPSG:4326.*EPSG:2263"):
        geoplug.sjoin_indices(geoplug.setsrid(good, 4326), geoplug.setsrid(good, 2263))
    with pytest.raises(ValueError, match="st_intersects: right row 1: "):
        geoplug.sjoin_indices(good, pa.array([SQUARE, b"\x01"]))


def test_ctrl_c_stops_a_join() -> None:
    code = """
        import os, signal, threading, time, numpy as np, pyarrow as pa, shapely, geoplug
        angles = np.linspace(0, 2 * np.pi, 4000)
        circle = np.column_stack([np.cos(angles), np.sin(angles)])
        shapes = pa.array([shapely.Polygon(circle + i * 1e-4).wkb for i in range(400)])
        geoplug.sjoin_indices(shapes.slice(0, 2), shapes.slice(0, 2), "overlaps")
        started = time.perf_counter()
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            geoplug.sjoin_indices(shapes, shapes, "overlaps")
            print("ended")
        except KeyboardInterrupt:
            print("stopped", time.perf_counter() - started)
    """
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=60
    )
    assert out.returncode == 0, out.stderr
    word, seconds = out.stdout.split()
    assert word == "stopped"
    assert float(seconds) < 10


@pytest.mark.parametrize("module", [_joins, _polars_frames], ids=["arrow", "polars"])
def test_examples_of_docstrings(module: Any) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 5
    assert outcome.failed == 0


def test_stub_names_what_there_is() -> None:
    stub = (Path(_joins.__file__).parent / "_geoplug.pyi").read_text()
    for name in dir(_geoplug):
        assert name.startswith("__") or re.search(rf"\b{name}\b", stub), name
