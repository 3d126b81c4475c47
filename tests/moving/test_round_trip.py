"""What was exported is, imported elsewhere, what it was at home."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.moving.conftest import bring, export
from tests.moving.rich import PATH, RUNS, tell
from tests.store.journals import FakeJournal
from trackbook.errors import BadInput, WouldOverwrite
from trackbook.events import RunEdited, TrashEmptied
from trackbook.paths import blobs_dir
from trackbook_server.moving.exporting import export_runs
from trackbook_server.store.home import Home, now


def as_from_elsewhere(said: Any) -> Any:
    """What a run says of its notebook's path on another machine."""
    if isinstance(said, dict):
        return {key: as_from_elsewhere(value) for key, value in said.items()}
    if isinstance(said, list):
        return [as_from_elsewhere(value) for value in said]
    return f"//elsewhere{PATH}" if said == PATH else said


@pytest.mark.parametrize("run_id", RUNS)
def test_all_that_a_run_shows_is_the_same(
    there: Home, here: Home, bundle: Path, run_id: str
) -> None:
    report = bring(here, bundle)
    assert (report.new_count, report.problems) == (3, [])
    assert tell(here, run_id) == as_from_elsewhere(tell(there, run_id))


def test_exporting_twice_gives_the_same_file(
    there: Home, bundle: Path, tmp_path: Path
) -> None:
    assert export(there, tmp_path / "again.tbk").read_bytes() == bundle.read_bytes()


def test_a_bundle_is_a_database_that_sqlite_reads(bundle: Path) -> None:
    with sqlite3.connect(bundle) as db:
        assert db.execute("select count(*) from runs").fetchone() == (3,)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()


def test_importing_twice_is_importing_once(here: Home, bundle: Path) -> None:
    bring(here, bundle)
    before = dump(here)
    again = bring(here, bundle)
    assert (again.new_count, again.changed_count) == (0, 0)
    assert dump(here) == before


def test_what_was_deleted_for_good_comes_back_whole(here: Home, bundle: Path) -> None:
    bring(here, bundle)
    before = {run_id: tell(here, run_id) for run_id in RUNS}
    here.edit(
        *(RunEdited(seq=0, at=now(), run_id=each, trashed=True) for each in RUNS)
    ).result()
    here.edit(TrashEmptied(seq=0, at=now())).result()
    assert here.finish_emptying(lambda found: None) is not None
    assert here.database.read(count, "runs").result() == 0
    assert bring(here, bundle).new_count == 3
    assert {run_id: tell(here, run_id) for run_id in RUNS} == before
    here.ingest_now()
    assert here.database.read(count, "tombstones").result() == 0


def test_what_came_by_import_goes_on_by_export(
    here: Home, bundle: Path, tmp_path: Path
) -> None:
    bring(here, bundle)
    third = Home(tmp_path / "third")
    try:
        bring(third, export(here, tmp_path / "again.tbk"))
        for run_id in RUNS:
            assert tell(third, run_id) == tell(here, run_id)
    finally:
        third.close()


def test_one_run_keeps_its_name_and_what_it_stands_on(
    there: Home, here: Home, tmp_path: Path
) -> None:
    bring(here, export(there, tmp_path / "one.tbk", ("third-run",)))
    mine, theirs = tell(here, "third-run"), tell(there, "third-run")
    assert mine["run"]["name"] == theirs["run"]["name"]
    assert mine["executed"] == theirs["executed"]
    assert mine["explained"] == as_from_elsewhere(theirs["explained"])
    assert listed(here) == ["third-run"]


def test_a_bundle_that_goes_further_completes_a_run(
    there: Home, here: Home, tmp_path: Path
) -> None:
    journal = FakeJournal(there.path, "other", kernel_id="k2")
    journal.start("live", {"a": 1})
    journal.execute("live", "e1", results={"acc": 0.5})
    there.ingest_now()
    bring(here, export(there, tmp_path / "early.tbk", ("live",)))
    run = tell(here, "live")["run"]
    assert run["status"] == "lost"
    journal.params("live", {"b": 2})
    journal.execute("live", "e2", results={"acc": 0.75})
    journal.points("live", "acc", [0.5, 0.5])
    journal.end("live")
    there.ingest_now()
    report = bring(here, export(there, tmp_path / "late.tbk", ("live",)))
    assert (report.new_count, report.changed_count) == (0, 1)
    assert tell(here, "live") == tell(there, "live")
    # What is older takes nothing away.
    assert bring(here, tmp_path / "early.tbk").changed_count == 0
    assert tell(here, "live") == tell(there, "live")


def test_what_was_said_here_stays(there: Home, here: Home, bundle: Path) -> None:
    bring(here, bundle)
    edit = RunEdited(
        seq=0, at=now(), run_id="second-run", name="mine", tags={"team": "me"}
    )
    here.edit(edit).result()
    there.edit(
        RunEdited(seq=0, at=now(), run_id="second-run", name="theirs", note="later")
    ).result()
    bring(here, export(there, bundle.with_name("later.tbk")))
    run = tell(here, "second-run")["run"]
    assert run["name"] == "mine"
    assert run["tags"] == {"kind": "test", "team": "me"}
    assert run["note"] == "look at *this*"
    assert run["starred"]


def test_runs_join_the_notebook_that_is_seen_to_be_the_same(
    there: Home, here: Home, bundle: Path
) -> None:
    mine = FakeJournal(here.path, "mine", host="my-laptop")
    mine.start("my-run", {"lr": 1}, notebook_path=PATH)
    mine.execute("my-run", "m1", cell_id="cell-train-it", results={"acc": 1})
    mine.end("my-run")
    here.ingest_now()
    bring(here, bundle)
    paths = {tell(here, run_id)["run"]["notebook_path"] for run_id in RUNS}
    assert paths == {PATH}
    assert experiments(here) == ["train"]
    assert numbers(here) == dict(zip(("my-run", *RUNS), (1, 2, 3, 4), strict=True))


def test_another_notebook_of_the_same_path_is_left_alone(
    here: Home, bundle: Path
) -> None:
    mine = FakeJournal(here.path, "mine", host="my-laptop")
    mine.start("my-run", {"lr": 1}, notebook_path=PATH)
    mine.execute("my-run", "m1", "unrelated()", cell_id="another-cell")
    mine.end("my-run")
    here.ingest_now()
    before = tell(here, "my-run")
    bring(here, bundle)
    assert tell(here, "my-run") == before
    assert tell(here, "first-run")["run"]["notebook_path"] == f"//elsewhere{PATH}"
    assert experiments(here) == ["train", "train"]


def test_a_named_experiment_is_found_by_its_name(
    there: Home, here: Home, tmp_path: Path
) -> None:
    for home in (there, here):
        journal = FakeJournal(home.path, f"w-{home.path.name}")
        run_id = f"run-{home.path.name}"
        journal.start(run_id, {"a": 1}, experiment="sweep of lr")
        journal.execute(run_id, f"e-{run_id}", results={"acc": 1})
        journal.end(run_id)
        home.ingest_now()
    bring(here, export(there, tmp_path / "named.tbk", ("run-there",)))
    assert experiments(here) == ["sweep of lr"]
    assert numbers(here) == {"run-here": 1, "run-there": 2}


def test_nested_runs_come_along(there: Home, here: Home, tmp_path: Path) -> None:
    journal = FakeJournal(there.path, "sweeper", kernel_id="k3")
    journal.start("sweep", {"a": 1}, boundary="explicit")
    for number in range(3):
        run_id = f"trial-{number}"
        journal.start(run_id, {"a": number}, parent_run_id="sweep", boundary="explicit")
        journal.execute(run_id, f"x{number}", results={"acc": number})
        journal.end(run_id)
    journal.end("sweep")
    there.ingest_now()
    bring(here, export(there, tmp_path / "sweep.tbk", ("sweep",)))
    assert sorted(listed(here)) == ["sweep", "trial-0", "trial-1", "trial-2"]


def test_a_file_is_never_written_over_and_a_stop_leaves_nothing(
    there: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.tbk").write_text("mine")
    blobs = blobs_dir(there.path)
    with pytest.raises(WouldOverwrite, match=r"a\.tbk is there already"):
        there.database.read(export_runs, blobs, RUNS, folder / "a.tbk").result()

    def stop(done: int, count: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        there.database.read(export_runs, blobs, RUNS, folder / "b.tbk", stop).result()
    assert [path.name for path in folder.iterdir()] == ["a.tbk"]
    with pytest.raises(BadInput, match="no run is chosen"):
        there.database.read(export_runs, blobs, [], folder / "b.tbk").result()


def dump(home: Home) -> list[str]:
    """All that the home's database holds, but for what is said of imports."""

    def ask(db: Any) -> list[str]:
        return [line for line in db.conn.iterdump() if '"imports"' not in line]

    return home.database.read(ask).result()


def listed(home: Home) -> list[str]:
    return select(home, "select run_id from runs where place in ('list', 'alike')")


def experiments(home: Home) -> list[str]:
    return select(home, "select name from experiments order by name")


def numbers(home: Home) -> dict[str, int]:
    def ask(db: Any) -> dict[str, int]:
        return dict(db.execute("select run_id, number from runs").fetchall())

    return home.database.read(ask).result()


def select(home: Home, sql: str) -> list[str]:
    return home.database.read(
        lambda db: [row[0] for row in db.execute(sql).fetchall()]
    ).result()


def count(db: Any, table: str) -> int:
    return int(db.execute(f"select count(*) from {table}").fetchone()[0])
