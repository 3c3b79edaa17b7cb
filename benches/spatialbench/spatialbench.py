"""SpatialBench on geoplug and its peers, side by side, with equal answers.

Each query runs on each system in a process of its own, with 2 threads and a time limit. What is printed: seconds from
text to an answer in Arrow, how many times faster geoplug is, and the peak of memory. An answer that differs from
SedonaDB's is a failure.

    python benches/spatialbench/spatialbench.py --scale 0.1 --systems geoplug,sedonadb --queries q8,q12

Figures are kept in `build/spatialbench`: what is not run again appears as it was measured last. The zone table is made
up (see zones.py), for the real one comes from a download: figures of q2, q4, q6, q10 and q11 are not those of the
published benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from answers import difference
from generate import OUT, generate

mpl.use("Agg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
QUERIES = [f"q{i}" for i in range(1, 13)]
SYSTEMS = {
    "native": "geoplug (DataFusion, Rust)",
    "geoplug": "geoplug (datafusion-python)",
    "sedonadb": "SedonaDB",
    "pycanopy": "PyCanopy",
}
OF_PYCANOPY = ["q10", "q12"]
ORACLE = "sedonadb"
COLORS = {"native": "#1b7837", "geoplug": "#7fbf7b", "sedonadb": "#d6604d", "pycanopy": "#f4a582"}

Result = dict[str, Any]


def native_program() -> Path:
    """The native session, compiled with the profile of daily work unless the environment names another."""
    profile = os.environ.get("GEOPLUG_PROFILE", "dev")
    # The whole workspace, so that no dependency is compiled with other features than the tests have.
    command = ["cargo", "build", "--quiet", "--workspace", "--examples", "--profile", profile]
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / ("debug" if profile == "dev" else profile) / "examples/spatialbench"


def run(system: str, query: str, tables: Path, program: Path | None, limit: float) -> Result:
    """One query on one system."""
    answer = answer_of(system, query, tables)
    answer.parent.mkdir(parents=True, exist_ok=True)
    answer.unlink(missing_ok=True)
    command: list[str | Path] = (
        [program, HERE / f"queries/{query}.sql", tables, answer]
        if program is not None and system == "native"
        else [sys.executable, HERE / "run_query.py", system, query, tables, answer]
    )
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failure": f"more than {limit:.0f} s"}
    if out.returncode:
        return {"failure": (out.stderr.strip().splitlines() or [f"exit code {out.returncode}"])[-1][:300]}
    result: Result = json.loads(out.stdout)
    if system != ORACLE:
        oracle = answer_of(ORACLE, query, tables)
        differs = difference(query, answer, oracle) if oracle.exists() else "there is no answer to compare with"
        if differs:
            return result | {"failure": f"differs from SedonaDB: {differs}"}
    return result


def answer_of(system: str, query: str, tables: Path) -> Path:
    """Where the answer of a system is kept."""
    return tables / "answers" / system / f"{query}.arrow"


def main() -> None:
    """Runs what the command line asks for, and shows everything that is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="scale factor")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, with commas between")
    parser.add_argument("--queries", default=",".join(QUERIES), help="which, with commas between")
    parser.add_argument("--limit", type=float, default=900, help="seconds that a query may take")
    options = parser.parse_args()
    systems = [name for name in SYSTEMS if name in options.systems.split(",")]
    # Others are compared with the oracle: it goes first.
    systems.sort(key=lambda name: name != ORACLE)
    tables = generate(options.scale)
    program = native_program() if "native" in systems else None
    kept = tables / "results.json"
    results: dict[str, dict[str, Result]] = json.loads(kept.read_text()) if kept.exists() else {}
    for query in options.queries.split(","):
        for system in systems:
            if system == "pycanopy" and query not in OF_PYCANOPY:
                continue
            result = run(system, query, tables, program, options.limit)
            results.setdefault(system, {})[query] = result
            kept.write_text(json.dumps(results, indent=1))
            shown = result.get("failure") or f"{result['seconds']:.2f} s, {result['memory'] / 1e6:,.0f} MB"
            print(f"{query:4} {SYSTEMS[system]:28} {shown}", flush=True)
    text = markdown(results)
    (OUT / f"sf{options.scale:g}.md").write_text(text)
    print(f"\n{text}")
    draw(results, OUT / f"sf{options.scale:g}.png", options.scale)
    failed = [result["failure"] for of in results.values() for result in of.values() if "failure" in result]
    sys.exit(1 if failed else 0)


def seconds(results: dict[str, dict[str, Result]], system: str, query: str) -> float | None:
    """Of a run that gave the right answer."""
    result = results.get(system, {}).get(query, {"failure": "not run"})
    return None if "failure" in result else float(result["seconds"])


def markdown(results: dict[str, dict[str, Result]]) -> str:
    """The tables of docs/spatialbench.md."""
    systems = [name for name in SYSTEMS if name in results]
    ours = [name for name in systems if name in ("native", "geoplug")]
    head = ["query", *(f"{SYSTEMS[s]}, s" for s in systems), *(f"SedonaDB / {SYSTEMS[s]}" for s in ours)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    totals = dict.fromkeys(systems, 0.0)
    complete = [q for q in QUERIES if all(seconds(results, s, q) is not None for s in [*ours, ORACLE])]
    for query in QUERIES:
        taken = {s: seconds(results, s, query) for s in systems}
        cells = [query, *("-" if taken[s] is None else f"{taken[s]:.2f}" for s in systems)]
        cells += [_ratio(taken.get(ORACLE), taken[s]) for s in ours]
        lines.append("| " + " | ".join(cells) + " |")
        if query in complete:
            totals = {s: totals[s] + (taken[s] or 0.0) for s in systems}
    cells = [f"sum of {len(complete)}", *("" if s == "pycanopy" else f"{totals[s]:.2f}" for s in systems)]
    cells += [_ratio(totals.get(ORACLE), totals[s]) for s in ours]
    lines += ["| " + " | ".join(cells) + " |", "", "Peak of memory, MB:", ""]
    lines += ["| query | " + " | ".join(SYSTEMS[s] for s in systems) + " |", "|---" * (1 + len(systems)) + "|"]
    for query in QUERIES:
        held = [results[s].get(query, {}).get("memory") for s in systems]
        lines.append(f"| {query} | " + " | ".join("-" if m is None else f"{m / 1e6:,.0f}" for m in held) + " |")
    return "\n".join(lines) + "\n"


def _ratio(theirs: float | None, ours: float | None) -> str:
    return "-" if not theirs or not ours else f"{theirs / ours:.1f}"


def draw(results: dict[str, dict[str, Result]], path: Path, scale: float) -> None:
    """Seconds of each query, a bar for each system."""
    systems = [name for name in SYSTEMS if name in results]
    figure, axis = plt.subplots(figsize=(11, 4.5), layout="constrained")
    width = 0.8 / len(systems)
    for i, system in enumerate(systems):
        taken = [seconds(results, system, query) for query in QUERIES]
        places = [at + (i - (len(systems) - 1) / 2) * width for at in range(len(QUERIES))]
        bars = axis.bar(places, [t or 0 for t in taken], width, label=SYSTEMS[system], color=COLORS[system])
        axis.bar_label(bars, ["" if t is None else f"{t:.2g}" for t in taken], fontsize=5, padding=1)
    axis.set_yscale("log")
    axis.set_xticks(range(len(QUERIES)), QUERIES)
    axis.set_ylabel("seconds (logarithmic; shorter is faster)")
    axis.set_title(f"SpatialBench, scale factor {scale:g}, 2 threads; the zone table is made up", fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(fontsize=8)
    figure.savefig(path, dpi=130)
    plt.close(figure)


if __name__ == "__main__":
    main()
