from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.homes import record_two_runs
from tests.store.journals import FakeJournal
from trackbook.errors import BadInput, RunNotFound
from trackbook_server.contract import Comparison
from trackbook_server.notebooks.compare import read_comparison
from trackbook_server.notebooks.references import Places
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.store.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


def compare(home: Home, *run_ids: str) -> Comparison:
    home.ingest_now()
    return home.database.read(
        read_comparison, get_whole_run, Places(home.path / "blobs"), run_ids
    ).result()


def environment(journal: FakeJournal, run_id: str, **packages: str) -> None:
    journal.put(
        "environment_captured",
        run_id=run_id,
        environment_id=str(packages),
        environment={"python": "3.11", "packages": packages},
    )


def test_two_attempts_differ_in_a_param_a_cell_and_the_score(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    found = compare(home, "run-a", "run-b")
    assert found.baseline_run_id == "run-a"
    assert [(d.key, d.values, d.differs) for d in found.params] == [
        ("lr", [0.01, 0.003], True)
    ]
    assert [(d.key, d.values) for d in found.metrics] == [("acc", [0.9, 0.95])]
    assert found.notebook is not None
    assert [(d.change, d.title) for d in found.notebook.cells] == [
        ("same", "# Churn"),
        ("edited", "lr = 0.003"),
        ("rerun", "clf.fit(X, lr)"),
    ]
    assert (
        found.sentence == "Best: lr 0.003, acc +0.05; lr 0.01 → 0.003, 1 cell edited."
    )


def test_the_other_way_round_the_best_is_still_the_best(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    found = compare(home, "run-b", "run-a")
    assert (
        found.sentence == "Best: lr 0.003, acc +0.05; lr 0.003 → 0.01, 1 cell edited."
    )


def test_packages_that_differ_are_said_and_come_first(home: Home) -> None:
    journal = FakeJournal(home.path)
    for run_id, pandas in (("run-a", "3.0"), ("run-b", "3.1")):
        journal.start(run_id, {"lr": 1})
        environment(journal, run_id, numpy="2.0", pandas=pandas)
        journal.execute(run_id, f"e-{run_id}", results={"loss": 0.5})
        journal.end(run_id)
    found = compare(home, "run-a", "run-b")
    assert found.environment[0].key == "pandas"
    assert [d.key for d in found.environment if d.differs] == ["pandas"]
    assert found.sentence == "loss is 0.5 in both; pandas 3.0 → 3.1."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"lr": 0.01}, {"lr": 0.001}, "lr 0.01 → 0.001."),
        ({"lr": 1}, {"lr": 1, "C": 2}, "C not set → 2."),
        ({"lr": 1}, {"lr": 1.0}, "Nothing differs."),
        (
            dict.fromkeys("abcdef", 1),
            dict.fromkeys("abcdef", 2),
            "a 1 → 2, b 1 → 2, c 1 → 2, 3 more params.",
        ),
    ],
)
def test_runs_without_score_are_told_apart_by_params_named_as_they_are(
    home: Home, before: dict[str, Any], after: dict[str, Any], sentence: str
) -> None:
    journal = FakeJournal(home.path)
    for run_id, params in (("run-a", before), ("run-b", after)):
        journal.start(run_id, params, name=run_id)
        journal.end(run_id)
    assert compare(home, "run-a", "run-b").sentence == sentence


def test_a_param_that_one_run_lacks_is_not_null(home: Home) -> None:
    journal = FakeJournal(home.path)
    runs: dict[str, dict[str, Any]] = {
        "run-a": {"lr": 1, "none": None},
        "run-b": {"lr": 1.0, "extra": True},
        "run-c": {"lr": True},
    }
    for run_id, params in runs.items():
        journal.start(run_id, params)
        journal.execute(run_id, f"e-{run_id}", results={"acc": 0.5})
        journal.end(run_id)
    found = {d.key: d for d in compare(home, "run-a", "run-b", "run-c").params}
    assert found["none"].present == [True, False, False]
    assert found["extra"].values == [None, True, None]
    assert found["lr"].differs
    assert not {d.key: d for d in compare(home, "run-a", "run-b").params}["lr"].differs


def test_a_metric_that_is_not_finite_does_not_win(home: Home) -> None:
    journal = FakeJournal(home.path)
    for run_id, value in (("run-a", "NaN"), ("run-b", 0.5), ("run-c", 0.7)):
        journal.start(run_id, {"run": run_id})
        journal.execute(run_id, f"e-{run_id}", results={"acc": value})
        journal.end(run_id)
    found = compare(home, "run-a", "run-b", "run-c")
    assert found.metrics[0].values == ["NaN", 0.5, 0.7]
    assert found.sentence.startswith("Best: run run-c, acc +0.2;")


def test_what_can_not_be_compared_is_refused(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    for run_ids in (("run-a",), ("run-a", "run-a"), ()):
        with pytest.raises(BadInput, match="can't be compared"):
            compare(home, *run_ids)
    with pytest.raises(RunNotFound):
        compare(home, "run-a", "nope")
