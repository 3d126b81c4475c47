"""Microseconds of a `log_metric` call on the caller, beside the floors of its peers."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.rows import Row, interleave, time_us

CALLS = 20_000


def run() -> list[Row]:
    import trackbook
    from trackbook.api import process

    with tempfile.TemporaryDirectory() as home:
        os.environ["TRACKBOOK_HOME"] = home
        log_metric = trackbook.log_metric
        log_metric("loss", 1.0)
        assert process.recorder is not None
        time.sleep(1.0)  # the environment is captured on a thread of its own

        def ours() -> None:
            for step in range(CALLS):
                log_metric("loss", 0.5, step)

        def appends() -> None:
            points: list[tuple[str, float, int, int]] = []
            for step in range(CALLS):
                points.append(("loss", 0.5, step, time.time_ns()))

        def lines() -> None:
            with Path(home, "floor").open("ab", buffering=0) as file:
                for start in range(0, CALLS, 1000):
                    file.write(
                        b"".join(
                            json.dumps({"k": "loss", "v": 0.5, "s": step}).encode()
                            for step in range(start, start + 1000)
                        )
                    )

        def timed(job: Callable[[], None]) -> Callable[[], float]:
            def measure() -> float:
                figure = time_us(job, CALLS)
                process.recorder.journal.flush()
                return figure

            return measure

        found = interleave(
            {"ours": timed(ours), "append": timed(appends), "lines": timed(lines)}, 9
        )
        process.recorder.close()
        process.recorder = None
    us = found["ours"]
    return [
        Row(
            "log_metric call",
            us,
            "us",
            "list.append of a point",
            found["append"],
            "<= 1 us",
            us <= 1.0,
        ),
        Row(
            "log_metric call",
            us,
            "us",
            "JSON line, one write a 1,000",
            found["lines"],
            "<= 1 us",
            us <= 1.0,
        ),
    ]
