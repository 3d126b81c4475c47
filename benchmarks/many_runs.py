"""`python -m benchmarks.many_runs HOME --runs N`: a home with many runs in it.

They come the way that all runs come: as lines of a journal that the store ingests. The
newest `--long` runs have a series of `--points` points, `loss`, for the charts.
"""

import argparse
import itertools
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trackbook_server.store.home import Home

BATCH = 4096
RUNS_A_SEGMENT = 2000
NOTEBOOKS = 10
FIRST_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
APART = timedelta(minutes=7)
RATES = (0.3, 0.1, 0.03, 0.01, 0.003)
DEPTHS = (2, 4, 6, 8)


class Lines:
    """The lines of one writer: numbered, and led by a header in each segment."""

    def __init__(self, writer_id: str) -> None:
        self._writer_id = writer_id
        self._seq = itertools.count()

    def header(self, segment: int, at: datetime) -> bytes:
        return self.line(
            "journal_opened", at, writer_id=self._writer_id, segment=segment,
            host="elsewhere", boot_id="", pid=1, pid_started_at=0.0,
        )  # fmt: skip

    def line(self, kind: str, at: datetime, **fields: object) -> bytes:
        """Return one event as the journal has it."""
        event = {"type": kind, "seq": next(self._seq), "at": at.isoformat(), **fields}
        return json.dumps(event).encode() + b"\n"


def fill(folder: Path, runs: int, long: int = 0, points: int = 0) -> None:
    """Put `runs` finished runs of ten notebooks into the home at `folder`."""
    home = Home(folder)
    lines = Lines("bench")
    for segment, first in enumerate(range(0, runs, RUNS_A_SEGMENT)):
        numbers = range(first, min(first + RUNS_A_SEGMENT, runs))
        text = [lines.header(segment, FIRST_AT)]
        for number in numbers:
            count = points if number >= runs - long else 20
            text.extend(one_run(lines, number, count))
        path = home.path / "journals" / f"bench-{segment:06}.ndjson"
        path.write_bytes(b"".join(text))
        home.ingest_now()
    home.close()


def one_run(lines: Lines, number: int, points: int) -> Iterator[bytes]:
    """Yield the events of one run: three params, a cell, a score and a series."""
    at = FIRST_AT + number * APART
    run_id = f"bench-{number:06}"
    rate, depth = RATES[number % 5], DEPTHS[number // 5 % 4]
    params = {"lr": rate, "depth": depth, "seed": number}
    notebook = f"notebook {number % NOTEBOOKS}"
    yield lines.line(
        "run_started", at, run_id=run_id, boundary="explicit",
        notebook_path=f"/bench/project {number % 3}/{notebook}.ipynb",
        experiment=notebook,
        params=[{"key": key, "value": value} for key, value in params.items()],
    )  # fmt: skip
    for first in range(0, points, BATCH):
        steps = list(range(first, min(first + BATCH, points)))
        begun = int(at.timestamp() * 1000)
        yield lines.line(
            "points_logged", at, run_id=run_id, key="loss", steps=steps,
            times_ms=[begun + 3 * step for step in steps],
            values=[loss_at(step, rate, number) for step in steps],
        )  # fmt: skip
    score = 0.9 + 0.1 * math.sin(number * 7919)
    yield lines.line(
        "points_logged", at, run_id=run_id, key="val_acc", steps=[0],
        times_ms=[int(at.timestamp() * 1000)], values=[score],
    )  # fmt: skip
    ended = at + timedelta(seconds=20 + number % 300)
    yield lines.line("run_ended", ended, run_id=run_id, status="finished")


def loss_at(step: int, rate: float, number: int) -> float:
    """Return a loss that falls, with a noise that has no period."""
    return 1 / (1 + step * rate) + 0.02 * math.sin(step * step * 0.37 + number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--long", type=int, default=0)
    parser.add_argument("--points", type=int, default=0)
    args = parser.parse_args()
    fill(args.home, args.runs, args.long, args.points)


if __name__ == "__main__":
    main()
