"""Writes the tables of SpatialBench as Parquet, and as Arrow IPC for the native session, which reads no Parquet.

    python benches/spatialbench/generate.py --scale 0.1

`spatialbench-cli`, from PyPI, makes five of them without a network. The sixth, the zones, it would download: ours is
made up (see zones.py). Nothing is made twice.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from zones import write_zones

OUT = Path(__file__).parents[2] / "build/spatialbench"
TABLES = ("trip", "building", "customer", "driver", "vehicle", "zone")


def folder(scale: float) -> Path:
    """Where the tables of this scale factor are."""
    return OUT / f"sf{scale:g}"


def generate(scale: float) -> Path:
    """Writes what is missing, and says where everything is."""
    out = folder(scale)
    parquet = {table: out / f"{table}.parquet" for table in TABLES}
    out.mkdir(parents=True, exist_ok=True)
    made = [table for table in TABLES if table != "zone"]
    if not all(parquet[table].exists() for table in made):
        # It makes no buildings at all below scale factor 1/2.
        _run_generator(max(scale, 1.0), ["building"], out)
        _run_generator(scale, [table for table in made if table != "building"], out)
    if not parquet["zone"].exists():
        write_zones(parquet["trip"], parquet["building"], scale, parquet["zone"])
    for path in parquet.values():
        if not path.with_suffix(".arrow").exists():
            _copy(path)
    return out


def _run_generator(scale: float, tables: list[str], out: Path) -> None:
    generator = Path(sys.executable).with_name("spatialbench-cli")
    subprocess.run([generator, "-s", str(scale), "-T", ",".join(tables), "-o", out], check=True)


def _copy(path: Path) -> None:
    """The same table as an IPC file, in batches of the size that engines use."""
    with pq.ParquetFile(path) as rows:
        with pa.ipc.new_file(path.with_suffix(".arrow"), rows.schema_arrow.remove_metadata()) as out:
            for batch in rows.iter_batches(8192):
                out.write_batch(batch)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="scale factor")
    print(generate(parser.parse_args().scale))
