"""What the store costs: a million points in and out, idling.

The floor of points is one row a point in the same SQLite, in the same run.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.rows import Row
from trackbook_server.store.histories import get_history
from trackbook_server.store.home import Home

POINTS = 1_000_000
BATCH = 4096
IDLE_SECONDS = 30.0


def run() -> list[Row]:
    return [*measure_points(), *measure_idle()]


def measure_points() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        path = home.path / "journals" / "w1-000000.ndjson"
        path.write_bytes(b"".join(_points_journal()))
        seconds_in = _seconds(home.ingest_now)
        size = home.database.path.stat().st_size if home.database.path else 0
        seconds_out = _seconds(
            lambda: home.database.read(get_history, "run", "loss", None, 2000).result()
        )
        home.close()
        floor_in, floor_out, floor_size = _one_row_a_point(Path(folder))
    floor = "one row a point"
    return [
        Row.at_most("ingest 1 M points", seconds_in, "s", floor, floor_in, 0.5),
        Row.at_most("chart of 1 M points", seconds_out, "s", floor, floor_out, 0.5),
        Row.at_most(
            "bytes a point kept", size / POINTS, "B", floor, floor_size / POINTS, 0.25
        ),
    ]


def _points_journal() -> list[bytes]:
    lines = [
        _line(
            "journal_opened", writer_id="w1", segment=0, host="x", boot_id="", pid=1,
            pid_started_at=0.0,
        ),
        _line("run_started", run_id="run"),
    ]  # fmt: skip
    for first in range(0, POINTS, BATCH):
        steps = range(first, min(first + BATCH, POINTS))
        lines.append(
            _line(
                "points_logged",
                run_id="run",
                key="loss",
                steps=list(steps),
                times_ms=[1_790_000_000_000 + 3 * step for step in steps],
                values=[1 / (1 + step * 0.37) for step in steps],
            )
        )
    return lines


def _line(kind: str, **fields: object) -> bytes:
    event = {"type": kind, "seq": 0, "at": "2026-11-23T10:00:00Z", **fields}
    return json.dumps(event).encode() + b"\n"


def _one_row_a_point(folder: Path) -> tuple[float, float, int]:
    """The floor: the same points, already decoded, as rows with an index."""
    path = folder / "floor.db"
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode = wal").fetchall()
    db.execute("pragma synchronous = normal")
    db.execute(
        "create table points (series integer, step integer, time_ms integer, "
        "value real, primary key (series, step)) without rowid"
    )
    rows = (
        (1, step, 1_790_000_000_000 + 3 * step, 1 / (1 + step * 0.37))
        for step in range(POINTS)
    )

    def insert() -> None:
        with db:
            db.executemany("insert into points values (?, ?, ?, ?)", rows)

    seconds_in = _seconds(insert)
    select = "select step, time_ms, value from points where series = 1 order by step"
    seconds_out = _seconds(lambda: db.execute(select).fetchall())
    db.close()
    return seconds_in, seconds_out, path.stat().st_size


def measure_idle() -> list[Row]:
    """The share of a core that a home takes while nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        path = home.path / "journals" / "w1-000000.ndjson"
        path.write_bytes(_points_journal()[0])
        home.start()
        time.sleep(1.0)
        process = psutil.Process()
        before = process.cpu_times()
        time.sleep(IDLE_SECONDS)
        after = process.cpu_times()
        home.close()
    used = after.user + after.system - before.user - before.system
    share = used / IDLE_SECONDS * 100
    return [
        Row("a home while idle", share, "%", "a core", 100, "<= 0.2 %", share <= 0.2)
    ]


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
