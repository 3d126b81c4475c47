"""The trash: what is in it, emptying it, and what stays."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.store.journals import FakeJournal
from trackbook.blobs import blob_path, write_blob
from trackbook.errors import BadInput
from trackbook.events import EmptyingStopped, RunEdited, TrashEmptied, TrashRuled
from trackbook_server import contract as c
from trackbook_server.notebooks.pieces import get_bytes
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import Home, now
from trackbook_server.store.plans import check_days, plan_emptying
from trackbook_server.store.purge import purge_some
from trackbook_server.store.queries import list_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.trash import get_trash

KEPT_TABLES = (
    "store", "writers", "cursors", "kernels", "experiments", "emptyings", "tombstones",
    "execution_tombstones",
)  # fmt: skip
"""What emptying the trash of everything leaves rows in."""


def fill(
    journal: FakeJournal, home: Path, name: str, count: int, points: int = 300
) -> list[str]:
    """Runs with something in every table of a run; one artifact is common to all."""
    run_ids = []
    blobs = home / "blobs"
    common = write_blob(blobs, b"common to all")
    for number in range(count):
        run_id = f"{name}-{number:04d}"
        run_ids.append(run_id)
        journal.start(
            run_id, {"lr": number / 10}, notebook_path="/nb/a.ipynb", tags={"t": name}
        )
        own = write_blob(blobs, f"only of {run_id}".encode() * 50)
        execution_id = f"x-{run_id}"
        journal.execute(
            run_id,
            execution_id,
            source=f"model_{name}_{number}.fit()",
            results={"acc": number / 100},
            message_id=f"m-{run_id}",
        )
        journal.points(
            run_id, "loss", [float(step % 7) for step in range(points)], origin="user"
        )
        output = write_blob(blobs, f"picture of {run_id}".encode())
        journal.put(
            "outputs_changed",
            execution_id=execution_id,
            count=2,
            outputs=[
                {"kind": "stream", "name": "stdout", "text": f"hello {run_id}\n"},
                {
                    "kind": "display_data",
                    "blobs": {"image/png": {"sha256": output, "size_bytes": 9}},
                },
            ],
        )
        for artifact, sha256 in (("model", own), ("data", common)):
            journal.put(
                "artifact_logged",
                run_id=run_id,
                name=artifact,
                sha256=sha256,
                size_bytes=1,
            )
        journal.put("input_logged", run_id=run_id, name="in.csv", digest="d")
        journal.put("folds_logged", run_id=run_id, key="acc", values=[0.1, 0.2])
        journal.put(
            "table_logged", run_id=run_id, name="t", columns=["a"], rows=[[1], [2]]
        )
        journal.put("capture_failed", where="x", error="y", run_id=run_id)
        document = write_blob(blobs, notebook(run_id))
        journal.put(
            "revision_captured",
            sha256=document,
            run_id=run_id,
            notebook_path="/nb/a.ipynb",
            moment="ended",
            message_ids=[f"m-{run_id}"],
        )
        journal.end(run_id)
    return run_ids


def notebook(name: str) -> bytes:
    text = (
        '{"cells": [{"cell_type": "code", "id": "c1", "metadata": {}, "outputs": [],'
        ' "execution_count": 1, "source": "import %s"}, {"cell_type": "markdown", '
        '"id": "c2", "metadata": {}, "source": "the same in all"}], "metadata": {}, '
        '"nbformat": 4, "nbformat_minor": 5}'
    )
    return (text % name).encode()


def age_blobs(home: Path) -> None:
    """Let every blob be one that nobody has written for two hours."""
    for path in (home / "blobs").rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 7200,) * 2)


def trash(home: Home, run_ids: list[str], is_so: bool = True) -> None:
    home.edit(
        *(RunEdited(seq=0, at=now(), run_id=each, trashed=is_so) for each in run_ids)
    ).result()


def empty(home: Home, **which: Any) -> c.Emptying:
    home.edit(TrashEmptied(seq=0, at=now(), **which)).result()
    done = home.finish_emptying(lambda found: None)
    assert done is not None
    return done


def look(home: Home) -> c.Trash:
    return home.database.read(get_trash, home.path / "blobs").result()


def count_rows(home: Home) -> dict[str, int]:
    """Return how many rows each table has, without those that every home has."""
    found = home.database.read(
        rows,
        "select name from sqlite_master where type = 'table' "
        "and name not like 'sqlite_%' and name not like '%_words%' "
        "and name not like '%migrations%'",
    ).result()
    counts = {
        row["name"]: home.database.read(
            rows, f"select count(*) as n from {row['name']}"
        ).result()[0]["n"]
        for row in found
        if row["name"] not in KEPT_TABLES
    }
    return {name: count for name, count in counts.items() if count}


def bytes_of_blobs(home: Home) -> int:
    paths = (home.path / "blobs").rglob("*")
    return sum(path.stat().st_size for path in paths if path.is_file())


def blobs_of(home: Home) -> int:
    return sum(path.is_file() for path in (home.path / "blobs").rglob("*"))


def listed(home: Home) -> list[str]:
    return sorted(
        row.run_id for row in home.database.read(list_runs, None, "name", 500)
        .result().runs
    )  # fmt: skip


def test_an_emptied_trash_leaves_nothing_of_its_runs_and_all_of_the_others(
    tmp_path: Path,
) -> None:
    with_more, without = Home(tmp_path / "with"), Home(tmp_path / "without")
    first = FakeJournal(with_more.path)
    second = FakeJournal(without.path)
    gone = fill(first, with_more.path, "gone", 5)
    kept = fill(first, with_more.path, "kept", 3)
    fill(second, without.path, "kept", 3)
    for home in (with_more, without):
        home.ingest_now()
        age_blobs(home.path)
        home.sweep(time.time())
    trash(with_more, gone)
    before = look(with_more)
    assert (before.run_count, before.open_count) == (5, 0)
    assert before.size_bytes > 5 * 600
    done = empty(with_more)
    assert (done.phase, done.done_count, done.later_bytes) == ("done", 5, 0)
    assert done.freed_bytes > 5 * 600
    assert look(with_more).run_count == 0
    assert count_rows(with_more) == count_rows(without)
    assert blobs_of(with_more) == blobs_of(without)
    assert listed(with_more) == listed(without) == kept
    for word, count in (("gone", 0), ("kept", 3)):
        for table, texts in (("search_texts_words", 2), ("search_runs_words", 1)):
            found = with_more.database.read(
                rows, f"select rowid from {table} where {table} match ?", [word]
            ).result()
            assert len(found) == count * texts
    with_more.close()
    without.close()


def test_an_emptied_home_is_as_small_as_a_new_one(
    home: Home, journal: FakeJournal, tmp_path: Path
) -> None:
    new = Home(tmp_path / "new")
    new.database.sync().result()
    least = (new.path / "trackbook.db").stat().st_size
    new.close()
    run_ids = fill(journal, home.path, "all", 40, points=4000)
    home.ingest_now()
    age_blobs(home.path)
    home.sweep(time.time())
    trash(home, run_ids)
    told = look(home).size_bytes
    home.database.sync().result()
    before = (home.path / "trackbook.db").stat().st_size + bytes_of_blobs(home)
    done = empty(home)
    after = (home.path / "trackbook.db").stat().st_size
    assert after < least + 64 * 1024
    assert abs(done.freed_bytes - (before - after - bytes_of_blobs(home))) < 32 * 1024
    assert told / 2 < done.freed_bytes < told * 2
    # The notebook itself was in no trash: its last revision is there.
    [kept] = home.database.read(rows, "select * from captures").result()
    document = home.database.read(
        get_bytes, home.path / "blobs", kept["revision_id"]
    ).result()
    assert b"import all-0039" in document
    assert sorted(count_rows(home)) == [
        "captured_revisions",
        "captures",
        "pieces",
        "revisions",
    ]


def test_blobs_written_just_now_go_later(home: Home, journal: FakeJournal) -> None:
    run_ids = fill(journal, home.path, "new", 3)
    home.ingest_now()
    trash(home, run_ids)
    count = blobs_of(home)
    done = empty(home)
    assert done.later_bytes > 0
    assert blobs_of(home) == count
    age_blobs(home.path)
    home.sweep(time.time())
    assert blobs_of(home) == 0


def test_a_run_that_goes_on_stays_in_the_trash_until_it_has_ended(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r1")
    journal.execute("r1", "e1", results={"acc": 1})
    home.ingest_now()
    trash(home, ["r1"])
    assert look(home).open_count == 1
    assert empty(home).done_count == 0
    assert look(home).run_count == 1
    journal.end("r1")
    home.ingest_now()
    assert empty(home).done_count == 1


def test_late_events_of_a_deleted_run_are_dropped_and_counted(
    home: Home, journal: FakeJournal
) -> None:
    run_ids = fill(journal, home.path, "r", 2)
    home.ingest_now()
    before = home.database.read(get_change).result()
    trash(home, run_ids)
    empty(home)
    answer = home.database.read(list_runs, None, "-started_at", 50, None, before)
    assert set(answer.result().removed) == set(run_ids)
    counts = count_rows(home)
    # The kernel writes on, and a copy of the journal comes from elsewhere.
    journal.points("r-0000", "late", [1.0])
    journal.put(
        "outputs_changed",
        execution_id="x-r-0000",
        count=1,
        outputs=[{"kind": "stream", "name": "stdout", "text": "later"}],
    )
    journal.put("run_edited", run_id="r-0001", starred=True)
    copy = FakeJournal(home.path, "w2")
    copy.start("r-0000", {"lr": 1})
    copy.execute("r-0000", "other", results={"acc": 2})
    copy.put("run_resumed", run_id="r-0000")
    copy.end("r-0000")
    home.ingest_now()
    assert count_rows(home) == counts
    dropped = home.database.read(rows, "select * from tombstones").result()
    assert {row["run_id"]: row["dropped_count"] for row in dropped} == {
        "r-0000": 7,
        "r-0001": 1,
    }
    bad = home.database.read(rows, "select bad_count from cursors").result()
    assert all(row["bad_count"] == 0 for row in bad)


def test_what_is_put_back_in_time_stays_and_stopping_leaves_the_rest(
    home: Home, journal: FakeJournal
) -> None:
    run_ids = fill(journal, home.path, "r", 6)
    home.ingest_now()
    trash(home, run_ids)
    home.edit(TrashEmptied(seq=0, at=now())).result()
    trash(home, run_ids[:2], is_so=False)
    clock = iter(range(10_000))
    home.database.write(purge_some, lambda: float(next(clock))).result()
    trash(home, run_ids[2:3], is_so=False)
    home.edit(EmptyingStopped(seq=0, at=now())).result()
    done = home.finish_emptying(lambda found: None)
    assert done is not None
    assert (done.run_count, done.done_count) == (1, 1)
    assert listed(home) == run_ids[:2]
    assert look(home).run_count == 3
    # The name of what is gone can be given again at once, to a run as well.
    home.edit(RunEdited(seq=0, at=now(), run_id=run_ids[0], name="r-0002")).result()
    assert empty(home).done_count == 3


def test_only_old_runs_go_where_an_age_is_given(
    home: Home, journal: FakeJournal
) -> None:
    run_ids = fill(journal, home.path, "r", 2)
    home.ingest_now()
    home.edit(
        RunEdited(seq=0, at=now().replace(year=2020), run_id=run_ids[0], trashed=True)
    ).result()
    trash(home, run_ids[1:])
    assert look(home).keep_days == 0
    home.edit(home_emptying(30.0)).result()
    done = home.finish_emptying(lambda found: None)
    assert done is not None
    assert done.done_count == 1
    assert look(home).run_count == 1


def test_the_trash_lets_go_of_old_runs_by_itself_once_that_is_chosen(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    run_ids = fill(FakeJournal(tmp_path), home.path, "r", 2)
    home.ingest_now()
    old = now().replace(year=2020)
    home.edit(RunEdited(seq=0, at=old, run_id=run_ids[0], trashed=True)).result()
    trash(home, run_ids[1:])
    home.ingest_now()
    assert look(home).run_count == 2
    home.edit(TrashRuled(seq=0, at=now(), keep_days=30)).result()
    home.close()
    home = Home(tmp_path)
    home.ingest_now()
    assert look(home).run_count == 1
    home.close()


def home_emptying(days: float) -> TrashEmptied:
    return plan_emptying([], days)


def test_emptyings_that_make_no_sense_are_refused() -> None:
    for run_ids, days in ((["x"] * 1001, None), (["x"], 3.0), ([], -1.0), ([], 1e9)):
        with pytest.raises(BadInput):
            plan_emptying(run_ids, days)
    for keep in (-1, 36_501):
        with pytest.raises(BadInput):
            check_days(keep)


CHILD = """
import sys
from pathlib import Path
from trackbook_server.store.home import Home

home = Home(Path(sys.argv[1]))
print("open", flush=True)
home.finish_emptying(lambda found: None)
print("done", flush=True)
"""


@pytest.mark.timeout(180)
def test_emptying_survives_kills_at_any_moment(tmp_path: Path) -> None:
    home = Home(tmp_path)
    journal = FakeJournal(tmp_path)
    gone = fill(journal, tmp_path, "gone", 60, points=2000)
    kept = fill(journal, tmp_path, "kept", 5)
    home.ingest_now()
    age_blobs(tmp_path)
    home.sweep(time.time())
    trash(home, gone)
    home.edit(TrashEmptied(seq=0, at=now())).result()
    home.close()
    draw = random.Random(11)
    kills = 0
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"open\n"
            time.sleep(draw.random() * 0.03)
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                kills += 1
            if child.stdout.read() == b"done\n":
                break
    assert kills > 1
    home = Home(tmp_path)
    home.finish_emptying(lambda found: None)
    assert listed(home) == kept
    assert look(home).run_count == 0
    reference = Home(tmp_path / "reference")
    fill(FakeJournal(reference.path), reference.path, "kept", 5)
    reference.ingest_now()
    age_blobs(reference.path)
    reference.sweep(time.time())
    assert count_rows(home) == count_rows(reference)
    assert blobs_of(home) == blobs_of(reference)
    check = home.database.read(rows, "pragma integrity_check").result()
    assert [row["integrity_check"] for row in check] == ["ok"]
    for sha256 in home.database.read(rows, "select sha256 from artifacts").result():
        assert blob_path(home.path / "blobs", sha256["sha256"]).exists()
    home.close()
    reference.close()
