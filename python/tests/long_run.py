"""A long comparison with GEOS: every predicate, the matrix and the distance over many nasty pairs, on every path.

    python python/tests/long_run.py --pairs 200000 --seed 1

Prints each disagreement as WKT with both answers and the one by definition, and a summary by function and types.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from random import Random

import nasty
from against_geos import PREDICATES, Pairs, differences, distance_differences

CONSTANTS, ROWS = 20, 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of functions, with commas; all by default")
    parser.add_argument("--show", type=int, default=10, help="disagreements to print of each function and types")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else [*PREDICATES, "relate", "distance"]
    start, done = time.perf_counter(), 0
    compared, wrong, shown = Counter(), Counter(), Counter()
    r = Random(options.seed)
    places = list(nasty.PLACES)
    while done < options.pairs:
        pairs = Pairs(nasty.groups(r, CONSTANTS, ROWS, places[(done // (CONSTANTS * ROWS)) % len(places)]))
        done += len(pairs)
        for name in names:
            compared[name] += len(pairs)
            if name == "distance":
                for text in distance_differences(pairs):
                    wrong[name, "-", "-", "geoplug or GEOS"] += 1
                    if wrong[name, "-", "-", "geoplug or GEOS"] <= options.show:
                        print(text)
                continue
            for found in sorted(differences(pairs, name), key=lambda d: d.size):
                types = (found.a.geom_type, found.b.geom_type)
                who = "GEOS" if found.ours == found.truth else "geoplug"
                wrong[(name, *types, who)] += 1
                shown[name, types, who] += 1
                if shown[name, types, who] <= options.show:
                    print(f"{who} is wrong: {found}")
    took = time.perf_counter() - start
    print(f"\n{done:,} pairs, each in columns and with either side constant, in {took:.0f} s; seed {options.seed}")
    print("compared:", ", ".join(f"{name} {count:,}" for name, count in compared.items()))
    if not wrong:
        print("no disagreement")
    for (name, a, b, who), count in sorted(wrong.items(), key=lambda item: (item[0][3], -item[1])):
        print(f"{count:8,}  {name:18} {a} / {b}: {who} wrong")


if __name__ == "__main__":
    main()
