"""Whatever dies while the store is written, nothing is lost and nothing doubled."""

import random
from pathlib import Path

import sqlite_utils

from tests.faults import Nest, check_store, rounds
from trackbook.paths import database_path
from trackbook_server.store import series
from trackbook_server.store.home import Home

WRITE = """
import itertools, os, time
from pathlib import Path
from trackbook.events import RunStarted
from trackbook.writer import JournalWriter
home = Path({home!r})
writer = JournalWriter(home / "journals", segment_bytes=40_000)
writer.put(RunStarted, run_id={run!r})
flushed = os.open(home.with_name({run!r}), os.O_CREAT | os.O_WRONLY)
for step in itertools.count():
    writer.put_point(({run!r}, None, "user"), "loss", float(step), step)
    if step % 100 == 99:
        assert writer.flush()
        os.pwrite(flushed, b"%d" % (step + 1), 0)
        if step == 99:
            ready()
        time.sleep(0.005)
"""

INGEST = """
from pathlib import Path
from trackbook_server.store.home import Home
home = Home(Path({home!r}))
ready()
while True:
    home.ingest_now()
"""


def test_kernels_and_servers_killed_at_any_moment_lose_and_double_nothing(
    nest: Nest, dice: random.Random, trackbook_home: Path
) -> None:
    Home(trackbook_home).close()
    runs = []
    for number in rounds(6):
        runs.append(f"run-{number}")
        kernel = nest.start(WRITE.format(home=str(trackbook_home), run=runs[-1]))
        ingest = INGEST.format(home=str(trackbook_home))
        assert nest.kill_at_random(ingest, dice, 0.5)
        assert nest.kill_at_random(ingest, dice, 0.5)
        nest.kill(kernel)
    home = Home(trackbook_home)
    home.ingest_now()
    home.close()
    for run_id in runs:
        points = read_points(trackbook_home, run_id, "loss")
        flushed = int(trackbook_home.with_name(run_id).read_text())
        assert flushed <= len(points) <= flushed + 100
        assert points.values.tolist() == [float(step) for step in range(len(points))]
    check_store(trackbook_home)


def read_points(home: Path, run_id: str, key: str) -> series.Points:
    """Return the points of a series of a home that is closed."""
    db = sqlite_utils.Database(database_path(home))
    [[series_id]] = db.execute(
        "select series_id from metrics where run_id = ? and key = ?", (run_id, key)
    )
    points = series.read(db, series_id)
    db.close()
    return points
