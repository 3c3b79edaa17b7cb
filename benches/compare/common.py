"""What the comparisons share: where things are, columns, tables, charts, the programs in Rust."""

from __future__ import annotations

import math
import os
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "build/compare"

# The figure of each library, by workload.
Results = dict[str, dict[str, float]]


def wkb(geometries: Any) -> pa.Array:
    return pa.array(shapely.to_wkb(geometries), type=pa.binary())


def field(name: str, array: pa.Array) -> pa.Field:
    encoding = "wkb" if pa.types.is_binary(array.type) else "point"
    return pa.field(name, array.type, metadata={"ARROW:extension:name": f"geoarrow.{encoding}"})


def cargo_profile() -> str:
    """The cargo profile of native programs: the one of daily work, unless the environment names another."""
    return os.environ.get("GEOPLUG_PROFILE", "dev")


def built(example: str) -> Path:
    """An example program in Rust, built."""
    # The whole workspace, so that no dependency is compiled with other features than the tests have.
    build = ["cargo", "build", "--quiet", "--workspace", "--examples", "--profile", cargo_profile()]
    subprocess.run(build, check=True, cwd=ROOT)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = {"dev": "debug"}.get(cargo_profile(), cargo_profile())
    return target / folder / "examples" / example


def in_order(results: Results, first: tuple[str, ...]) -> list[str]:
    """All libraries, those whose name begins with one of `first` before the others."""
    names = dict.fromkeys(name for figures in results.values() for name in figures)
    return sorted(names, key=lambda n: next((i for i, start in enumerate(first) if n.startswith(start)), len(first)))


def number(value: float) -> str:
    return f"{value:,.{1 if value < 100 else 0}f}"


def table(cells: dict[str, dict[str, str]], corner: str, names: list[str]) -> str:
    """A row for each workload, a column for each library."""
    lines = [f"| {corner} | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for work, row in cells.items():
        lines.append(f"| {work} | " + " | ".join(row.get(name, "-") for name in names) + " |")
    return "\n".join(lines) + "\n"


def numbers(results: Results) -> dict[str, dict[str, str]]:
    return {work: {name: number(value) for name, value in figures.items()} for work, figures in results.items()}


COLORS = {"geoplug": "#1b7837", "floor": "#333333"}


def chart(results: Results, names: list[str], label: str, least: float, path: Path) -> Path:
    """One small chart for each workload, three in a row; the libraries in the same order everywhere."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    across = min(3, len(results))
    down = math.ceil(len(results) / across)
    figure, axes = plt.subplots(
        down, across, figsize=(4.2 * across + 2, (0.15 * len(names) + 0.6) * down), sharey=True, layout="constrained",
        squeeze=False,
    )  # fmt: skip
    for axis, (title, figures) in zip(axes.flat, results.items(), strict=False):
        values = [figures.get(name, math.nan) for name in names]
        bars = axis.barh(names, values, color=[COLORS.get(name.split()[0].rstrip(","), "#999999") for name in names])
        axis.bar_label(bars, ["" if math.isnan(v) else f"{v:,.1f}" for v in values], padding=2, fontsize=6)
        axis.set_xscale("log")
        axis.set_xlim(least, 20 * max(v for v in values if not math.isnan(v)))
        axis.set_title(title, fontsize=8)
        axis.tick_params(labelsize=6)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in list(axes.flat)[len(results) :]:
        axis.set_visible(False)
    axes[0][0].invert_yaxis()
    figure.supxlabel(f"{label} (logarithmic; shorter is faster)", fontsize=8)
    figure.savefig(path, dpi=130)
    return path
