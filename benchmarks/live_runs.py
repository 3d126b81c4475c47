"""`python -m benchmarks.live_runs HOME`: runs that train until their input is closed.

A writer like a kernel's: `--runs` runs are open at once, and each logs a point of its
loss `--rate` times a second.
"""

import argparse
import contextlib
import os
import platform
import select
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.many_runs import Lines, loss_at
from trackbook.process import read_boot_id, read_process_start


def train(home: Path, runs: int, rate: float) -> None:
    """Log in turns until standard input is closed; then end the runs."""
    writer = uuid.uuid4().hex
    lines = Lines(writer)
    path = home / "journals" / f"{writer}-000000.ndjson"
    run_ids = [f"live-{writer[:6]}-{number:03}" for number in range(runs)]
    with path.open("ab", buffering=0) as journal:
        now = datetime.now(UTC)
        journal.write(
            lines.line(
                "journal_opened",
                now,
                writer_id=writer,
                segment=0,
                host=platform.node(),
                boot_id=read_boot_id(),
                pid=os.getpid(),
                pid_started_at=read_process_start(os.getpid()),
            )
        )
        for number, run_id in enumerate(run_ids):
            journal.write(
                lines.line(
                    "run_started",
                    now,
                    run_id=run_id,
                    boundary="explicit",
                    notebook_path="/bench/live.ipynb",
                    experiment="live",
                    params=[{"key": "seed", "value": number}],
                )
            )
        step = 0
        while not closed(1 / rate):
            now = datetime.now(UTC)
            at_ms = int(now.timestamp() * 1000)
            journal.write(
                b"".join(
                    lines.line(
                        "points_logged",
                        now,
                        run_id=run_id,
                        key="loss",
                        steps=[step],
                        times_ms=[at_ms],
                        values=[loss_at(step, 0.01, number)],
                    )
                    for number, run_id in enumerate(run_ids)
                )
            )
            step += 1
        now = datetime.now(UTC)
        for run_id in run_ids:
            journal.write(
                lines.line("run_ended", now, run_id=run_id, status="finished")
            )


def closed(seconds: float) -> bool:
    """Wait, and tell whether standard input was closed meanwhile."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready) and sys.stdin.read(1) == ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--rate", type=float, default=10)
    args = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        train(args.home, args.runs, args.rate)


if __name__ == "__main__":
    main()
