"""Journals that were copied here from another machine are ingested like one's own."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.moving.conftest import bring, export
from tests.moving.rich import tell
from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home
from trackbook_server.store.watch import SETTLED_SECONDS


@pytest.fixture
def node(tmp_path: Path) -> FakeJournal:
    """A job on a node of a cluster, with a journal of two segments."""
    journal = FakeJournal(tmp_path / "node", "job", host="node-17", boot_id="b17")
    journal.start("job-run", {"lr": 0.1}, notebook_path="/scratch/train.ipynb")
    journal.execute("job-run", "e1", results={"acc": 0.5})
    journal.rotate()
    journal.points("job-run", "loss", [3.0, 2.0, 1.0], origin="user")
    return journal


def copy(node: FakeJournal, here: Home) -> None:
    for path in node.folder.glob("*.ndjson"):
        shutil.copy(path, here.path / "journals" / path.name)
    here.ingest_now()


def points(here: Home) -> int:
    return here.database.read(
        lambda db: db.execute("select count from metrics where key = 'loss'").fetchone()
    ).result()[0]


def test_a_job_that_goes_on_is_followed_copy_by_copy(
    node: FakeJournal, here: Home
) -> None:
    copy(node, here)
    run = tell(here, "job-run")["run"]
    assert (run["host"], run["status"]) == ("node-17", "open")
    node.points("job-run", "loss", [0.5], first_step=3, origin="user")
    copy(node, here)
    copy(node, here)
    assert points(here) == 4
    node.end("job-run")
    copy(node, here)
    assert tell(here, "job-run")["run"]["status"] == "finished"


def test_a_segment_that_is_still_being_copied_is_not_removed(
    node: FakeJournal, here: Home
) -> None:
    first, second = sorted(node.folder.glob("*.ndjson"))
    target = here.path / "journals"
    shutil.copy(second, target / second.name)
    whole = first.read_bytes()
    head = whole.index(b"\n") + 1
    (target / first.name).write_bytes(whole[:head])
    here.ingest_now()
    with (target / first.name).open("ab") as file:
        file.write(whole[head:])
    here.ingest_now()
    assert tell(here, "job-run")["run"]["params"] == {"lr": 0.1}
    old = time.time() - SETTLED_SECONDS - 1
    os.utime(target / first.name, (old, old))
    here.ingest_now()
    assert [path.name for path in target.iterdir()] == [second.name]


def test_a_file_that_comes_back_with_more_is_read_on(
    node: FakeJournal, here: Home
) -> None:
    first = min(node.folder.glob("*.ndjson"))
    whole = first.read_bytes()
    cut = whole.rindex(b"\n", 0, -1) + 1
    target = here.path / "journals" / first.name
    shutil.copy(max(node.folder.glob("*.ndjson")), here.path / "journals")
    target.write_bytes(whole[:cut])
    os.utime(target, (1, 1))
    here.ingest_now()
    assert not target.exists()
    target.write_bytes(whole)
    here.ingest_now()
    [execution] = tell(here, "job-run")["run"]["cell_executions"]
    assert execution["status"] == "ok"


def test_bundle_and_journal_of_one_run_count_once(
    node: FakeJournal, here: Home, tmp_path: Path
) -> None:
    there = Home(tmp_path / "node")
    there.ingest_now()
    path = export(there, tmp_path / "job.tbk", ("job-run",))
    expected = tell(there, "job-run")["histories"]
    there.close()
    bring(here, path)
    copy(node, here)
    assert points(here) == 3
    assert tell(here, "job-run")["histories"] == expected
    assert not here.database.read(
        lambda db: db.execute("select reason from bad_lines").fetchall()
    ).result()
    node.points("job-run", "loss", [0.5], first_step=3, origin="user")
    node.end("job-run")
    copy(node, here)
    assert points(here) == 4
    assert tell(here, "job-run")["run"]["status"] == "finished"


def test_a_bundle_can_not_have_a_local_journal_passed_over(
    here: Home, tmp_path: Path
) -> None:
    import platform
    import sqlite3

    from tests.moving.test_hostile import changed

    mine = FakeJournal(here.path, "mine", host=platform.node(), pid=os.getpid())
    mine.start("my-run", {"lr": 1})
    mine.execute("my-run", "m1", results={"acc": 1})
    here.ingest_now()
    path = export(here, tmp_path / "mine.tbk", ("my-run",))
    with changed(path) as db:
        assert isinstance(db, sqlite3.Connection)
        db.execute("update cursors set segment = 99, offset = 1000000")
    bring(here, path)
    mine.points("my-run", "loss", [1.0, 2.0], origin="user")
    here.ingest_now()
    assert points(here) == 2
