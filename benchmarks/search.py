"""What finding runs costs: thirty searches and pages of lists over 100,000 runs.

Each is asked of the function that serves a page. The floor is one search of a table
that is clustered by (key, value, run), without anything else to tell of a run.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlite_utils

from benchmarks.many_rows import METRICS, RUNS, fill, id_of, metrics_of, params_of
from benchmarks.rows import Row, median_ms
from benchmarks.searches import SEARCHES, Asked
from tests.end_to_end.server_process import ServerProcess
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_runs, list_run_groups, list_runs
from trackbook_server.store.run_columns import parse_columns
from trackbook_server.store.run_groups import parse_grouping
from trackbook_server.store.run_pages import ListView
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand

FRIENDLIEST_MS, MEDIAN_MS, WORST_MS, TEXT_MS, HTTP_MS = 1, 10, 150, 50, 15
GROUPS_MS = 500
COLUMNS = ("param:model", "metric:f1")
FLOOR = "clustered table"
PEERS = {"MLflow": 17_561, "trackio": 186}
"""What the friendly search took where both were measured: ms, of 100,000 runs, on two
quiet cores (docs/benchmarks.md)."""

FRIENDLY = "MLflow's friendly one"


def run(runs: int = RUNS) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.database.write(fill, runs).result()
        floor = measure_floor(Path(folder), runs)
        found = [
            *measure_searches(home, floor),
            *measure_lists(home, floor),
        ]
        home.close()
        found += asyncio.run(measure_http(Path(folder), home.path, floor))
    return found


def ask(db: sqlite_utils.Database, asked: Asked) -> Any:
    """Answer a search as a request does."""
    return list_runs(
        db,
        RunScope(search=understand(db, asked.filter)),
        ListView(
            sort=asked.sort, then=asked.then, columns=tuple(parse_columns(COLUMNS))
        ),
    )


def measure_searches(home: Home, floor: float) -> list[Row]:
    took = {
        asked: median_ms(lambda asked=asked: home.database.read(ask, asked).result())
        for asked in SEARCHES
    }
    rows = [
        Row(asked.what, ms, "ms", FLOOR, floor, f"<= {WORST_MS} ms", ms <= WORST_MS)
        for asked, ms in took.items()
    ]
    texts = [ms for asked, ms in took.items() if asked.what.startswith("text")]
    for what, value, goal in (
        ("the friendliest of 30", min(took.values()), FRIENDLIEST_MS),
        ("the median of 30", statistics.median(took.values()), MEDIAN_MS),
        ("the worst of 30", max(took.values()), WORST_MS),
        ("the worst of full text", max(texts), TEXT_MS),
    ):
        rows.append(
            Row(what, value, "ms", FLOOR, floor, f"<= {goal} ms", value <= goal)
        )
    [friendly] = [ms for asked, ms in took.items() if asked.what == FRIENDLY]
    for peer, ms in PEERS.items():
        what = f"as {peer} was asked"
        rows.append(Row(what, friendly, "ms", f"{peer}, elsewhere", ms, "<", True))
    return rows


def measure_lists(home: Home, floor: float) -> list[Row]:
    """Pages of lists without a filter, their counts and their groups."""
    read = home.database.read
    all_runs, one = RunScope(), RunScope(experiment_id="e3")
    notebook = RunScope(notebook_path="/bench/project 0/notebook 3.ipynb")
    found: list[tuple[str, float, int]] = [
        (what, median_ms(lambda s=scope, o=sort: read(list_runs, s, o).result()), 50)
        for what, scope, sort in (
            ("newest of an experiment", one, "-started_at"),
            ("newest of a notebook", notebook, "-started_at"),
            ("best of all", all_runs, "-main_metric"),
            ("best of an experiment", one, "-main_metric"),
            ("by name of all", all_runs, "name"),
            ("starred of all", all_runs, "starred"),
        )
    ]
    cursor: str | None = None
    for _ in range(20):
        listed = read(list_runs, all_runs, "-started_at", 500, cursor).result()
        cursor = listed.next_cursor
    deep = median_ms(
        lambda: read(list_runs, all_runs, "-started_at", 50, cursor).result()
    )
    found.append(("a page 10 k runs deep", deep, 50))
    for filter in ("", "metrics.val_acc > 0.9"):
        scope = RunScope(search=read(understand, filter).result())
        of = "of a search" if filter else "of all"
        ms = median_ms(lambda s=scope: read(count_runs, s).result())
        found.append((f"count {of}", ms, GROUPS_MS))
        for name in ("day", "notebook", "param:lr"):
            view = ListView(grouping=parse_grouping(name))
            ms = median_ms(lambda s=scope, v=view: read(list_run_groups, s, v).result())
            found.append((f"by {name} {of}", ms, GROUPS_MS))
    return [
        Row(what, ms, "ms", FLOOR, floor, f"<= {goal} ms", ms <= goal)
        for what, ms, goal in found
    ]


async def measure_http(folder: Path, home: Path, floor: float) -> list[Row]:
    """What a request adds to a page: everything but the function that serves it."""
    server = ServerProcess(folder / "server", home)
    await server.start()
    query = urlencode(
        [("filter", "metrics.val_acc > 0.9999"), ("sort", "-started_at")]
        + [("column", name) for name in COLUMNS]
    )
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        await server.fetch(f"trackbook/api/runs?{query}")
        took.append((time.perf_counter() - begun) * 1e3)
    await server.end()
    opened = Home(home)
    asked = Asked("", "metrics.val_acc > 0.9999")
    inside = median_ms(lambda: opened.database.read(ask, asked).result())
    opened.close()
    added = statistics.median(took) - inside
    goal = f"<= {HTTP_MS} ms"
    return [
        Row("HTTP adds to a page", added, "ms", "the page", inside, goal,
            added <= HTTP_MS)
    ]  # fmt: skip


def measure_floor(folder: Path, runs: int) -> float:
    """The friendly search of clustered rows."""
    db = sqlite3.connect(folder / "floor.db")
    for table in ("metrics", "params"):
        db.execute(
            f"create table {table} (key, value, run, primary key (key, value, run)) "
            "without rowid"
        )
    with db:
        db.executemany(
            "insert into metrics values (?, ?, ?)",
            ((METRICS[0], dict(metrics_of(n))[METRICS[0]], id_of(n))
             for n in range(runs)),
        )  # fmt: skip
        db.executemany(
            "insert into params values ('lr', ?, ?)",
            ((float(params_of(n)["lr"]), id_of(n)) for n in range(runs)),
        )
    select = (
        "select run, value from metrics m where key = 'val_acc' and value > 0.9 and "
        "exists (select 1 from params p where p.key = 'lr' and p.value = 0.01 "
        "and p.run = m.run) order by value desc limit 50"
    )
    ms = median_ms(lambda: db.execute(select).fetchall())
    db.close()
    return ms
