"""Experiments made, renamed and merged, runs moved between them by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.store.journals import FakeJournal, two_attempts
from trackbook.errors import BadInput, ExperimentNotFound, NameTaken
from trackbook.events import ExperimentEdited, RunEdited
from trackbook_server import contract as c
from trackbook_server.store.home import Home, now
from trackbook_server.store.many_edits import events_of, plan_undo
from trackbook_server.store.name_rules import has_ruled_runs
from trackbook_server.store.placement import place_kernel
from trackbook_server.store.plans import plan_experiment, plan_merge
from trackbook_server.store.queries import get_experiment, list_experiments, list_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.run_scope import RunScope

A, B = "/nb/a.ipynb", "/nb/b.ipynb"


def make(home: Home, name: str) -> str:
    event = home.database.read(plan_experiment, name).result()
    home.edit(event).result()
    return event.experiment_id


def edit_experiment(home: Home, experiment_id: str, **fields: Any) -> None:
    home.edit(
        ExperimentEdited(seq=0, at=now(), experiment_id=experiment_id, **fields)
    ).result()
    home.ingest_now()


def change(home: Home, edit: c.RunsEdit | c.RunsUndo) -> list[c.RunsUndo]:
    undo: list[c.RunsUndo] = []
    if isinstance(edit, c.RunsEdit):
        undo = home.database.read(plan_undo, edit).result()
    home.edit(*events_of(edit, "")).result()
    return undo


def tell(home: Home) -> dict[str, tuple[Any, ...]]:
    """Return of every run what depends on the experiment that it is in."""
    return {
        row["run_id"]: tuple(row.values())
        for row in home.database.read(
            rows,
            "select r.run_id, e.name as experiment, number, r.name, place, "
            "previous_run_id, alike_count from runs r join experiments e "
            "using (experiment_id) order by run_id",
        ).result()
    }


def experiment_of(home: Home, run_id: str) -> str:
    return str(tell(home)[run_id][1])


def attempts(journal: FakeJournal, name: str, path: str, lrs: list[float]) -> None:
    for number, lr in enumerate(lrs):
        run_id = f"{name}{number}"
        journal.start(run_id, {"lr": lr}, notebook_path=path)
        journal.execute(run_id, f"e-{run_id}", results={"acc": lr})
        journal.end(run_id)


def test_runs_are_moved_and_their_move_is_undone_to_the_last_number(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal, "a", A, [0.1, 0.2, 0.3, 0.3])
    attempts(journal, "b", B, [0.5, 0.6])
    home.ingest_now()
    before = tell(home)
    target = make(home, "tuning")
    moved = ["a1", "a3", "b0"]
    undo = change(home, c.RunsEdit(run_ids=moved, experiment_id=target))
    after = tell(home)
    assert {run_id for run_id in after if after[run_id][1] == "tuning"} == set(moved)
    assert sorted(after[run_id][2] for run_id in moved) == [1, 2, 3]
    # a2 is alike to nothing any more, and comes after the run that stayed.
    assert after["a2"][4:] == ("list", "a0", 1)
    for part in undo:
        change(home, part)
    assert tell(home) == before


def test_a_run_that_was_moved_stays_when_more_of_it_comes(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r1", {"lr": 1})
    journal.execute("r1", "e1", results={"acc": 0.5})
    home.ingest_now()
    target = make(home, "kept")
    change(home, c.RunsEdit(run_ids=["r1"], experiment_id=target))
    journal.execute("r1", "e2", results={"acc": 0.6}, params={"lr": 2})
    journal.end("r1")
    home.ingest_now()
    home.database.write(place_kernel, "kernel-1", A).result()
    assert experiment_of(home, "r1") == "kept"
    # Given back, it is where its notebook is by now.
    change(home, c.RunsEdit(run_ids=["r1"], experiment_id=""))
    assert experiment_of(home, "r1") == "a"


def test_a_run_moved_before_its_start_is_known_begins_there(
    home: Home, journal: FakeJournal
) -> None:
    target = make(home, "early")
    home.edit(RunEdited(seq=0, at=now(), run_id="r1", experiment_id=target)).result()
    attempts(journal, "r", A, [0.1, 0.2])
    home.ingest_now()
    assert {run_id: row[1:3] for run_id, row in tell(home).items()} == {
        "r0": ("a", 1),
        "r1": ("early", 1),
    }


def test_a_merged_experiment_hands_on_its_runs_and_those_to_come(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal, "a", A, [0.1, 0.2])
    attempts(journal, "b", B, [0.5])
    home.ingest_now()
    before = tell(home)
    [first, second] = [
        next(
            found.experiment_id
            for found in home.database.read(list_experiments).result().experiments
            if found.name == name
        )
        for name in ("a", "b")
    ]
    edit_experiment(home, first, merged_into=second)
    assert {row[1] for row in tell(home).values()} == {"b"}
    assert {run_id: row[2] for run_id, row in tell(home).items()} == {
        "b0": 1, "a0": 2, "a1": 3,
    }  # fmt: skip
    shown = home.database.read(list_experiments).result().experiments
    assert [(found.name, found.merged, found.run_count) for found in shown] == [
        ("b", ["a"], 3)
    ]
    attempts(journal, "late", A, [0.7])
    home.ingest_now()
    assert experiment_of(home, "late0") == "b"
    edit_experiment(home, first, merged_into="")
    after = tell(home)
    assert after.pop("late0")[1:3] == ("a", 3)
    assert after == before


def test_experiments_merged_one_into_another_come_apart_one_by_one(
    home: Home, journal: FakeJournal
) -> None:
    one, two, three = make(home, "one"), make(home, "two"), make(home, "three")
    attempts(journal, "a", A, [0.1])
    home.ingest_now()
    change(home, c.RunsEdit(run_ids=["a0"], experiment_id=one))
    edit_experiment(home, one, merged_into=two)
    edit_experiment(home, two, merged_into=three)
    assert experiment_of(home, "a0") == "three"
    for experiment_id, into in ((three, one), (two, one), (one, one)):
        with pytest.raises(BadInput):
            home.database.read(plan_merge, experiment_id, into).result()
    edit_experiment(home, two, merged_into="")
    assert experiment_of(home, "a0") == "two"
    edit_experiment(home, one, merged_into="")
    assert experiment_of(home, "a0") == "one"


def test_many_runs_follow_a_merging_some_at_a_time(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal, "a", A, [number / 1000 for number in range(150)])
    home.ingest_now()
    [found] = home.database.read(list_experiments).result().experiments
    target = make(home, "all")
    home.edit(
        ExperimentEdited(
            seq=0, at=now(), experiment_id=found.experiment_id, merged_into=target
        )
    ).result()
    assert home.database.read(has_ruled_runs).result()
    home.ingest_now()
    assert not home.database.read(has_ruled_runs).result()
    assert home.database.read(get_experiment, target).result().run_count == 150
    assert [row[2] for row in sorted(tell(home).values(), key=lambda row: row[2])] == [
        *range(1, 151)
    ]


def test_the_same_moves_in_any_batching_end_in_the_same(tmp_path: Path) -> None:
    told = []
    for name in ("at-once", "by-line"):
        home = Home(tmp_path / name)
        journal = FakeJournal(tmp_path / name)
        target = "0123456789abcdef"
        lines: list[tuple[str, dict[str, Any]]] = [
            ("experiment_created", {"experiment_id": target, "name": "made"}),
            ("run_edited", {"run_id": "run-a", "experiment_id": target}),
            ("names_ruled", {"run_id": "run-a", "names": {"depth": "ignore"}}),
            ("run_edited", {"run_id": "run-b", "experiment_id": target}),
            ("run_edited", {"run_id": "run-a", "experiment_id": ""}),
            ("run_edited", {"run_id": "run-b", "archived": True, "pinned": True}),
        ]
        two_attempts(journal, notebook_path=A)
        for kind, fields in lines:
            journal.put(kind, **fields)
            if name == "by-line":
                home.ingest_now()
        home.ingest_now()
        told.append(tell(home))
        home.close()
    assert told[0] == told[1]
    assert told[0]["run-a"][1:3] == ("a", 1)
    assert told[0]["run-b"][1:5] == ("made", 2, "first", "archive")


def test_archived_runs_are_out_of_the_list_and_found_in_the_archive(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal, "a", A, [0.1, 0.2])
    home.ingest_now()
    undo = change(home, c.RunsEdit(run_ids=["a0"], archived=True))

    def listed(**scope: bool) -> list[str]:
        answer = home.database.read(list_runs, RunScope(**scope)).result()
        return [row.run_id for row in answer.runs]

    assert listed() == ["a1"]
    assert listed(archived=True) == ["a0"]
    for part in undo:
        change(home, part)
    assert listed() == ["a1", "a0"]
    change(home, c.RunsEdit(run_ids=["a0"], pinned=True))
    assert listed(pinned=True) == ["a0"]


def test_what_makes_no_sense_is_refused(home: Home, journal: FakeJournal) -> None:
    attempts(journal, "a", A, [0.1])
    home.ingest_now()
    make(home, "made")
    for name, error in (("made", NameTaken), ("  ", BadInput), ("x" * 501, BadInput)):
        with pytest.raises(error):
            home.database.read(plan_experiment, name).result()
    with pytest.raises(ExperimentNotFound):
        change(home, c.RunsEdit(run_ids=["a0"], experiment_id="nowhere"))
    journal.put("experiment_created", experiment_id="x", name=" ")
    journal.put("run_edited", run_id="a0", experiment_id="nowhere")
    home.ingest_now()
    reasons = home.database.read(rows, "select reason from bad_lines").result()
    assert [row["reason"] for row in reasons] == [
        "an experiment has a name",
        "there is no experiment nowhere",
    ]
