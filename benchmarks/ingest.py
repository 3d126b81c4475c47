"""What the store costs: runs and points in, points out, idling.

The floor of points is one row a point in the same SQLite, in the same run; that of runs
is one row a param and metric.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from sqlite_utils import Database

from benchmarks.many_runs import fill
from benchmarks.rows import Row, median_ms
from trackbook_server.store import series
from trackbook_server.store.histories import get_histories, get_history
from trackbook_server.store.home import Home

POINTS = 1_000_000
RUNS = 1000
POINTS_RATE, RUNS_RATE = 3, 1000
CHART_MS, WHOLE_MS, MANY_MS, WRITTEN = 15, 40, 100, 3
BATCH = 4096
IDLE_SECONDS = 30.0


def run() -> list[Row]:
    return [*measure_points(), *measure_many_series(), *measure_runs(), *measure_idle()]


def measure_points() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        path = home.path / "journals" / "w1-000000.ndjson"
        path.write_bytes(b"".join(_points_journal()))
        written = _written_bytes()
        seconds_in = _seconds(home.ingest_now)
        home.database.sync().result()
        written = _written_bytes() - written
        size = home.database.path.stat().st_size if home.database.path else 0
        read = home.database.read
        chart = median_ms(lambda: read(get_history, "run", "loss", None, 2000).result())
        whole = median_ms(lambda: read(_read_whole).result())
        home.close()
        floor_in, floor_out, floor_size = _one_row_a_point(Path(folder))
    floor = "one row a point"
    rate, floor_rate = POINTS / seconds_in / 1e6, POINTS / floor_in / 1e6
    return [
        _at_least("points ingested", rate, "M/s", floor, floor_rate, POINTS_RATE),
        _at_most("chart of 1 M points", chart, "ms", floor, floor_out * 1e3, CHART_MS),
        _at_most("1 M points, whole", whole, "ms", floor, floor_out * 1e3, WHOLE_MS),
        _at_most(
            "bytes a point kept", size / POINTS, "B", floor, floor_size / POINTS, 10
        ),
        _at_most("bytes written a byte kept", written / size, "", floor, 1, WRITTEN),
    ]


def measure_many_series() -> list[Row]:
    """A chart of 20 runs of 100,000 points."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "home", 20, 20, 100_000)
        home = Home(Path(folder) / "home")
        asked = [f"bench-{number:06}" for number in range(20)]
        ms = median_ms(
            lambda: home.database.read(
                get_histories, asked, ["loss"], None, 1000
            ).result()
        )
        home.close()
    goal = "2 M points, packed"
    return [_at_most("chart of 20 x 100 k", ms, "ms", goal, ms, MANY_MS)]


def measure_runs() -> list[Row]:
    """Runs created, with 20 params and 10 metrics, and ended, by a journal."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        path = home.path / "journals" / "w1-000000.ndjson"
        path.write_bytes(b"".join(_runs_journal()))
        rate = RUNS / _seconds(home.ingest_now)
        home.close()
        floor_rate = RUNS / _seconds(lambda: _rows_of_runs(Path(folder)))
    floor = "a row a value"
    return [_at_least("runs made and ended", rate, "/s", floor, floor_rate, RUNS_RATE)]


def _runs_journal() -> Iterator[bytes]:
    yield _points_journal()[0]
    for number in range(RUNS):
        run_id = f"run-{number:06}"
        params = [{"key": f"p{k}", "value": number * k % 97} for k in range(20)]
        yield _line("run_started", run_id=run_id, params=params, boundary="explicit")
        for k in range(10):
            yield _line(
                "points_logged", run_id=run_id, key=f"m{k}", steps=[0],
                times_ms=[1_790_000_000_000 + number], values=[number * k / 7],
            )  # fmt: skip
        yield _line("run_ended", run_id=run_id, status="finished")


def _rows_of_runs(folder: Path) -> None:
    """The floor: a row a run, a param and a metric, one transaction for 64 runs."""
    db = sqlite3.connect(folder / "runs.db")
    db.execute("pragma journal_mode = wal").fetchall()
    db.execute("pragma synchronous = normal")
    db.execute("create table runs (run text primary key)")
    db.execute("create table said (key, value, run, primary key (key, value, run))")
    for first in range(0, RUNS, 64):
        with db:
            for number in range(first, min(first + 64, RUNS)):
                db.execute("insert into runs values (?)", (f"run-{number:06}",))
                db.executemany(
                    "insert into said values (?, ?, ?)",
                    [(f"k{k}", number * k, f"run-{number:06}") for k in range(30)],
                )
    db.close()


def _read_whole(db: Database) -> series.Points:
    [(series_id,)] = db.execute("select series_id from metrics where key = 'loss'")
    return series.read(db, series_id)


def _written_bytes() -> int:
    """Return what this process has handed to files so far."""
    return psutil.Process().io_counters().write_chars


def _at_most(
    what: str, value: float, unit: str, floor: str, floor_value: float, most: float
) -> Row:
    goal = f"<= {most:g} {unit}".strip()
    return Row(what, value, unit, floor, floor_value, goal, value <= most)


def _at_least(
    what: str, value: float, unit: str, floor: str, floor_value: float, least: float
) -> Row:
    goal = f">= {least:g} {unit}"
    return Row(what, value, unit, floor, floor_value, goal, value >= least)


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
