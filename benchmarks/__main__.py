"""`python -m benchmarks [NAME …]`: print each figure, its floor and its goal."""

import importlib
import os
import sys

BENCHMARKS = [
    "log_metric",
    "flood",
    "cells",
    "loops",
    "load",
    "ingest",
    "search",
    "revisions",
    "differences",
    "serving",
]


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'what':26}{'figure':>14}  {'beside':30}{'floor':>12}{'ratio':>8}  goal")
    for name in names or BENCHMARKS:
        for row in importlib.import_module(f"benchmarks.{name}").run():
            mark = "met" if row.met else "MISSED"
            print(
                f"{row.what:26}{row.value:>11.2f} {row.unit:2}  {row.floor:30}"
                f"{row.floor_value:>9.2f} {row.unit:2}{row.ratio:>8.2f}"
                f"  {row.goal}: {mark}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
