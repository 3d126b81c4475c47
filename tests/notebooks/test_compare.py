from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.homes import record_two_runs
from tests.store.journals import FakeJournal
from trackbook.errors import BadInput, RunNotFound
from trackbook_server.contract import Comparison
from trackbook_server.notebooks.compare import read_comparison
from trackbook_server.notebooks.compare_cells import read_cell_table
from trackbook_server.notebooks.references import Places
from trackbook_server.store.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


def compare(home: Home, *run_ids: str) -> Comparison:
    home.ingest_now()
    return home.database.read(
        read_comparison, Places(home.path / "blobs"), run_ids
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
    # That its cell was edited is said by the param already.
    assert found.sentence == "Best: lr 0.003, acc +0.05; lr 0.01 → 0.003."


def test_the_other_way_round_the_best_is_still_the_best(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    found = compare(home, "run-b", "run-a")
    assert found.sentence == "Best: lr 0.003, acc +0.05; lr 0.003 → 0.01."


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
    assert found.sentence == (
        "Of 3 runs, “run run-c” was best: acc 0.7, 1 gave none; "
        "what differs: run run-a, run-b or run-c."
    )


def test_of_many_runs_the_best_is_said_against_the_baseline(home: Home) -> None:
    journal = FakeJournal(home.path)
    for index in range(12):
        run_id = f"run-{index:02}"
        journal.start(run_id, {"lr": 0.01 * (index + 1), "depth": 3, "gone": index % 2})
        journal.execute(run_id, f"e{index}", results={"acc": 0.5 + 0.01 * index})
        journal.end(run_id)
    ids = [f"run-{index:02}" for index in range(12)]
    found = compare(home, *ids)
    assert found.sentence == (
        "Of 12 runs, “lr 0.12, gone 1” was best: acc 0.61, +0.11 against “first”; "
        "what differs: lr from 0.01 to 0.12, gone 0 or 1."
    )
    assert found.notebook is None
    assert [(d.key, d.differs) for d in found.params] == [
        ("lr", True), ("gone", True), ("depth", False)
    ]  # fmt: skip
    assert found.metrics[0].direction == "higher"
    other = compare(home, *ids[::-1])
    assert ", +0.01 against the next;" in other.sentence
    assert compare(home, *ids[:3], "nope").missing == ["nope"]


def test_runs_that_are_equally_good_are_named_and_told_apart(home: Home) -> None:
    journal = FakeJournal(home.path)
    scores = {"a": 0.9, "b": 0.9, "c": 0.5, "d": 0.9, "e": 0.9}
    for name, score in scores.items():
        journal.start(name, name=name)
        journal.execute(name, f"e-{name}", results={"acc": score})
        journal.end(name)
    found = compare(home, "a", "b", "c")
    assert found.sentence.startswith("Of 3 runs, “a” and “b” were best: acc 0.9;")
    found = compare(home, *"abcde")
    assert "5 runs, “a”, “b”, “d” and 1 more were best: acc 0.9;" in found.sentence

    for run_id, score in (("f", 0.6), ("g", 0.7)):
        journal.start(run_id, name="same")
        journal.execute(run_id, f"e-{run_id}", results={"acc": score})
        journal.end(run_id)
    found = compare(home, "f", "g")
    local = datetime.fromisoformat(found.runs[1].started_at).astimezone()
    assert found.sentence.startswith(
        f"Best: same of {local:%b} {local.day}, {local:%H:%M:%S}, acc +0.1;"
    )


def test_inputs_artifacts_and_pictures_are_compared(home: Home) -> None:
    journal = FakeJournal(home.path)
    for run_id, digest, picture in (
        ("run-a", "d1", "1" * 64),
        ("run-b", "d2", "2" * 64),
    ):
        journal.start(run_id, {"lr": run_id})
        journal.execute(run_id, f"old-{run_id}", "plot()", cell_id="plot", status=None)
        journal.execute(run_id, f"e-{run_id}", "plot()", cell_id="plot")
        for execution in (f"old-{run_id}", f"e-{run_id}"):
            journal.put(
                "outputs_changed",
                execution_id=execution,
                count=2,
                outputs=[
                    {
                        "kind": "display_data",
                        "blobs": {"image/png": {"sha256": picture, "size_bytes": 10}},
                    },
                    {"kind": "display_data", "data": {"image/svg+xml": "<svg/>"}},
                ],
            )
        journal.put(
            "input_logged",
            run_id=run_id,
            name="train.csv",
            digest=digest,
            source="/data/train.csv",
            profile={"num_rows": 7},
        )
        journal.put(
            "artifact_logged",
            run_id=run_id,
            name="model.bin",
            sha256="a" * 64,
            size_bytes=5,
        )
        journal.end(run_id)
    found = compare(home, "run-a", "run-b")
    assert [(d.key, d.differs) for d in found.inputs] == [("train.csv", True)]
    seen = found.inputs[0].values[0]
    assert seen is not None
    assert (seen.digest, seen.row_count, seen.size_bytes) == ("d1", 7, None)
    assert [(d.key, d.differs) for d in found.artifacts] == [("model.bin", False)]
    [drawn] = found.figures
    assert (drawn.title, drawn.differs) == ("plot()", True)
    assert [[(ref.sha256, ref.data) for ref in refs] for refs in drawn.figures] == [
        [("1" * 64, None), (None, "<svg/>")],
        [("2" * 64, None), (None, "<svg/>")],
    ]


def test_the_cells_of_many_runs_are_told_against_the_baseline(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    found = home.database.read(
        read_cell_table, Places(home.path / "blobs"), ["run-a", "run-b"]
    ).result()
    assert found.labels == ["r1", "r2"]
    assert [(cell.title, cell.changes, cell.differs) for cell in found.cells] == [
        ("# Churn", ["same", "same"], False),
        ("lr = 0.01", ["same", "edited"], True),
        ("clf.fit(X, lr)", ["same", "rerun"], False),
    ]


def test_what_can_not_be_compared_is_refused(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    for run_ids in (("run-a",), ("run-a", "run-a"), ()):
        with pytest.raises(BadInput, match="can't be compared"):
            compare(home, *run_ids)
    with pytest.raises(RunNotFound):
        compare(home, "run-a", "nope")
