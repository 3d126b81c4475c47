"""What the store costs: a million points in and out, a page of 100,000 runs, idling.

The floor of points is one row a point in the same SQLite, in the same run; the floor of
a page is a bare select of as many rows in the same order.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from sqlite_utils import Database

from benchmarks.rows import Row
from trackbook_server.store.histories import get_history
from trackbook_server.store.home import Home
from trackbook_server.store.queries import list_runs
from trackbook_server.store.run_scope import RunScope

POINTS = 1_000_000
BATCH = 4096
RUNS = 100_000
IDLE_SECONDS = 30.0
PAGE_MS = 100


def run() -> list[Row]:
    return [*measure_points(), *measure_lists(), *measure_idle()]


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


def measure_lists() -> list[Row]:
    """Pages of a store of 100,000 runs in ten experiments, five params a run."""
    all_runs, one = RunScope(), RunScope(experiment_id="e3")
    notebook = RunScope(notebook_path="/work/3.ipynb")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.database.write(_fill).result()
        read = home.database.read
        floor = _milliseconds(lambda: read(_select_page).result())

        def page(what: str, scope: RunScope, sort: str, cursor: str | None) -> Row:
            ms = _milliseconds(
                lambda: read(list_runs, scope, sort, 50, cursor).result()
            )
            met = ms <= PAGE_MS
            goal = f"<= {PAGE_MS} ms"
            return Row(what, ms, "ms", "select of 50 rows", floor, goal, met)

        for what, scope, sort in (
            ("newest of 100 k runs", all_runs, "-started_at"),
            ("newest of an experiment", one, "-started_at"),
            ("newest of a notebook", notebook, "-started_at"),
            ("best of 100 k runs", all_runs, "-main_metric"),
            ("best of an experiment", one, "-main_metric"),
            ("by name of 100 k runs", all_runs, "name"),
            ("starred of 100 k runs", all_runs, "starred"),
        ):
            found.append(page(what, scope, sort, None))
        cursor: str | None = None
        for _ in range(20):
            listed = read(list_runs, all_runs, "-started_at", 500, cursor).result()
            cursor = listed.next_cursor
        found.append(page("a page 10 k runs deep", all_runs, "-started_at", cursor))
        home.close()
    return found


def _select_page(db: Database) -> list[Any]:
    return db.execute(
        "select run_id, name, status, started_at, main_value from runs "
        "order by started_at desc limit 50"
    ).fetchall()


def _fill(db: Database) -> None:
    for number in range(10):
        db.execute(
            "insert into experiments (experiment_id, name) values (?, ?)",
            (f"e{number}", f"experiment {number}"),
        )
    db.conn.executemany(
        "insert into runs (run_id, writer_id, experiment_id, number, started_at, "
        "last_at, ended_at, end_status, status, place, name, main_metric, main_value, "
        "param_count, previous_run_id, change) values (?, 'w', ?, ?, ?, ?, ?, "
        "'finished', 'finished', 'list', ?, 'acc', ?, 5, ?, ?)",
        (
            (f"run-{n:06}", f"e{n % 10}", n // 10 + 1, at, at, at, f"lr {n}",
             n * 7919 % RUNS / RUNS, f"run-{n - 10:06}" if n >= 10 else None, n)
            for n in range(RUNS)
            for at in [f"2026-11-{1 + n // 4000:02}T{n // 170 % 24:02}:{n % 60:02}:00Z"]
        ),
    )  # fmt: skip
    db.conn.executemany(
        "insert into metrics (run_id, key, origin, count, last, min, max) "
        "values (?, 'acc', 'auto', 1, ?, 0, 1)",
        ((f"run-{n:06}", n * 7919 % RUNS / RUNS) for n in range(RUNS)),
    )
    db.conn.executemany(
        "insert into params (run_id, key, value, origin, position) "
        "values (?, ?, ?, 'auto', ?)",
        ((f"run-{n:06}", f"p{k}", str(n % (k + 1)), k) for n in range(RUNS)
         for k in range(5)),
    )  # fmt: skip
    db.conn.executemany(
        "insert into run_writers (run_id, writer_id, seq, notebook_path, joined_at, "
        "ended_at, end_status) values (?, 'w', 0, ?, '', '', 'finished')",
        ((f"run-{n:06}", f"/work/{n % 10}.ipynb") for n in range(RUNS)),
    )
    db.conn.executemany(
        "insert into param_values values (?, ?, ?, 1)",
        ((f"e{e}", f"p{k}", str(v)) for e in range(10) for k in range(5)
         for v in range(k + 1)),
    )  # fmt: skip


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


def _milliseconds(call: Callable[[], object]) -> float:
    """Return the best of a few, the first not counted."""
    call()
    return min(_seconds(call) for _ in range(5)) * 1e3
