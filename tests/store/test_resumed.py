"""Runs that go on after their end: in another kernel, from another notebook."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.journals import FakeJournal
from tests.store.test_runs import listed, run_of
from trackbook.events import RunEdited
from trackbook_server.store.home import Home, now
from trackbook_server.store.open_runs import find_open_run, list_open_writers
from trackbook_server.store.placement import end_lost_runs


def begun(home: Path) -> tuple[FakeJournal, FakeJournal]:
    """A run that ended in one kernel, and another kernel's journal, an hour later."""
    first = FakeJournal(home, "w1", kernel_id="k1")
    first.start("run", {"lr": 1}, notebook_path="/one.ipynb")
    first.execute("run", "e1", results={"acc": 0.5})
    second = FakeJournal(home, "w2", kernel_id="k2")
    second.seq += 3000
    return first, second


def resume(journal: FakeJournal) -> None:
    journal.put("run_resumed", run_id="run", notebook_path="/two.ipynb")


def test_an_ended_run_is_open_again_and_known_in_both_notebooks(
    home: Home, trackbook_home: Path
) -> None:
    first, second = begun(trackbook_home)
    first.end("run")
    assert run_of(home, "run").status == "finished"
    resume(second)
    run = run_of(home, "run")
    assert (run.status, run.ended_at, run.notebook_path) == ("open", None, "/one.ipynb")
    assert home.database.read(find_open_run, "k2").result() == ("run", "first")
    assert home.database.read(find_open_run, "k1").result() is None
    for scope in (
        {"notebook_path": "/one.ipynb"},
        {"notebook_path": "/two.ipynb"},
        {"kernel_id": "k1"},
        {"kernel_id": "k2"},
    ):
        assert [row.run_id for row in listed(home, **scope)] == ["run"]
    second.execute("run", "e2", results={"acc": 0.75})
    second.end("run", "interrupted")
    run = run_of(home, "run")
    assert run.main_metric
    assert run.main_metric.value == 0.75
    assert run.ended_at is not None
    assert [cell.execution_id for cell in run.cell_executions] == ["e1", "e2"]


def test_the_order_in_which_journals_are_read_does_not_matter(tmp_path: Path) -> None:
    said = set()
    for order in itertools.permutations(range(3)):
        where = tmp_path / "".join(map(str, order))
        home = Home(where)
        written = tmp_path / f"from-{where.name}"
        first, second = begun(written)
        first.put("run_ended", run_id="run", status="failed")
        resume(second)
        second.put("run_ended", run_id="run", status="interrupted")
        third = FakeJournal(written, "w3", kernel_id="k3")
        third.seq += 3400
        resume(third)
        third.put("run_ended", run_id="run", status="finished", reason="the last")
        for index in order:
            path = (first, second, third)[index].path
            (where / "journals" / path.name).write_bytes(path.read_bytes())
            home.ingest_now()
        run = run_of(home, "run")
        [row] = home.database.read(
            lambda db: db.execute("select end_reason from runs").fetchall()
        ).result()
        said.add((run.status, run.ended_at, run.number, run.experiment, *row))
        home.close()
    assert len(said) == 1
    assert said.pop()[-1] == "the last"


def test_the_same_kernel_may_end_and_resume_a_run_as_often_as_it_likes(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run", boundary="explicit")
    for status in ("finished", "failed"):
        journal.end("run", status)
        assert run_of(home, "run").status == status
        journal.put("run_resumed", run_id="run")
        assert run_of(home, "run").status == "open"


def test_a_run_is_open_while_one_of_its_kernels_is_at_it(
    home: Home, trackbook_home: Path
) -> None:
    first, second = begun(trackbook_home)
    resume(second)
    second.put("run_ended", run_id="run", status="finished")
    assert run_of(home, "run").status == "open"
    first.end("run")
    assert run_of(home, "run").status == "finished"


def test_a_resumed_run_ends_with_the_kernel_that_resumed_it(
    home: Home, trackbook_home: Path
) -> None:
    first, second = begun(trackbook_home)
    first.execute("run", "e2", status=None)
    resume(second)
    home.ingest_now()

    def lose(*writer_ids: str) -> None:
        home.database.write(
            lambda db: end_lost_runs(db, writer_ids=writer_ids, at=now())
        ).result()

    lose("w1")
    # What the dead kernel left executing executes no more.
    run = run_of(home, "run")
    assert (run.status, run.cell_executions[-1].status) == ("open", "interrupted")
    [left] = home.database.read(list_open_writers).result()
    assert left.writer_id == "w2"
    lose("w2")
    assert run_of(home, "run").status == "lost"
    at = (now() + timedelta(seconds=5)).isoformat()
    second.raw(
        b'{"type":"points_logged","seq":9999,"at":"%s","run_id":"run","key":"acc",'
        b'"steps":[7],"times_ms":[7],"values":[0.9]}\n' % at.encode()
    )
    assert run_of(home, "run").status == "open"


def test_the_kernel_that_died_before_the_resumption_does_not_decide_the_end(
    home: Home, trackbook_home: Path
) -> None:
    _, second = begun(trackbook_home)
    resume(second)
    second.put("run_ended", run_id="run", status="finished")
    home.ingest_now()
    home.database.write(
        lambda db: end_lost_runs(db, writer_ids=["w1"], at=now())
    ).result()
    assert run_of(home, "run").status == "finished"


def attach(home: Home, run_id: str, path: str) -> None:
    event = RunEdited(seq=0, at=now(), run_id=run_id, notebook_path=path)
    home.edit(event).result()


def test_an_untitled_sessions_runs_are_attached_to_a_notebook_together(
    home: Home, journal: FakeJournal
) -> None:
    for run_id in ("a", "b"):
        journal.start(run_id, {"lr": run_id})
        journal.points(run_id, "acc", [0.5])
        journal.end(run_id)
    assert {row.notebook_path for row in listed(home)} == {None}
    attach(home, "b", "/work/train.ipynb")
    journal.start("c", {"lr": "c"})
    journal.points("c", "acc", [0.5])
    found = listed(home, notebook_path="/work/train.ipynb")
    assert [row.run_id for row in found] == ["c", "b", "a"]
    assert {row.experiment for row in found} == {"train"}
    assert [row.number for row in found] == [3, 2, 1]
    attach(home, "a", "/other.ipynb")
    assert run_of(home, "a").notebook_path == "/work/train.ipynb"


def test_a_script_is_attached_without_the_other_scripts(
    home: Home, trackbook_home: Path
) -> None:
    journal = FakeJournal(trackbook_home, kernel_id=None)
    for run_id in ("a", "b"):
        journal.start(run_id, boundary="script")
        journal.points(run_id, "acc", [0.5])
        journal.end(run_id)
    home.ingest_now()
    attach(home, "b", "/work/train.ipynb")
    assert run_of(home, "b").experiment == "train"
    assert run_of(home, "a").notebook_path is None
    assert run_of(home, "a").experiment == "untitled kernel session"


def test_a_run_that_was_attached_before_it_is_known_keeps_it(
    home: Home, journal: FakeJournal
) -> None:
    attach(home, "late", "/work/train.ipynb")
    journal.start("late")
    assert run_of(home, "late").notebook_path == "/work/train.ipynb"


@pytest.mark.parametrize("folder", [True, False])
def test_a_resumed_run_follows_its_notebooks(
    home: Home, trackbook_home: Path, folder: bool
) -> None:
    _, second = begun(trackbook_home)
    second.put("run_resumed", run_id="run", notebook_path="/dir/two.ipynb")
    before, after = ("/dir", "/new") if folder else ("/dir/two.ipynb", "/new/two.ipynb")
    second.put("notebook_renamed", before=before, after=after)
    assert [row.run_id for row in listed(home, notebook_path="/new/two.ipynb")] == [
        "run"
    ]
    assert listed(home, notebook_path="/dir/two.ipynb") == []
