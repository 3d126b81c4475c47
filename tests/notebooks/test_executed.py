"""As executed: what the notebook is that is told from a run's executions."""

from pathlib import Path
from typing import Any

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.notebooks.executed import rebuild
from trackbook_server.store.home import Home

LR, TRAIN = "lr = 0.1", "acc = fit(lr)"


@pytest.fixture
def journal(tmp_path: Path) -> FakeJournal:
    return FakeJournal(tmp_path)


def told(home: Path, run_id: str) -> list[str]:
    """The sources of the notebook that is told of the run, in their order."""
    opened = Home(home)
    try:
        opened.ingest_now()
        document = opened.database.read(rebuild, run_id).result()
    finally:
        opened.close()
    return [cell["source"] for cell in document["cells"]]


def attempt(journal: FakeJournal, run_id: str, lr: str, **fields: Any) -> None:
    journal.start(run_id, **fields)
    journal.execute(run_id, f"{run_id}-lr", lr, cell_id="lr")
    journal.execute(run_id, f"{run_id}-train", TRAIN, cell_id="train", results={"a": 1})


def test_a_run_stands_on_what_ran_before_it(
    journal: FakeJournal, tmp_path: Path
) -> None:
    journal.start("run-1")
    journal.execute("run-1", "e0", "import numpy", cell_id="imports")
    journal.execute("run-1", "e1", LR, cell_id="lr")
    journal.execute("run-1", "e2", TRAIN, cell_id="train", results={"a": 1})
    journal.end("run-1")
    attempt(journal, "run-2", "lr = 0.5", continues="run-1")
    assert told(tmp_path, "run-2") == ["import numpy", "lr = 0.5", TRAIN]
    # What came later is no part of the run before.
    assert told(tmp_path, "run-1") == ["import numpy", LR, TRAIN]


def test_what_folded_into_a_run_is_told_with_it(
    journal: FakeJournal, tmp_path: Path
) -> None:
    attempt(journal, "run-1", LR)
    journal.end("run-1")
    journal.start("run-2", continues="run-1", provisional=True)
    journal.execute("run-2", "e9", "plot()", cell_id="plot")
    journal.end("run-2")
    attempt(journal, "run-3", "lr = 0.5", continues="run-2")
    assert told(tmp_path, "run-1") == [LR, TRAIN, "plot()"]
    assert told(tmp_path, "run-3") == ["plot()", "lr = 0.5", TRAIN]


def test_a_resumed_run_is_told_kernel_by_kernel(
    journal: FakeJournal, tmp_path: Path
) -> None:
    attempt(journal, "run-1", LR)
    journal.end("run-1", "interrupted")
    other = FakeJournal(tmp_path, "w2", kernel_id="kernel-2")
    other.seq = 100
    other.put("run_resumed", run_id="run-1")
    other.execute("run-1", "again-lr", LR, cell_id="lr")
    other.execute("run-1", "again-train", TRAIN, cell_id="train", results={"a": 2})
    # All of a run's own executions are told, also those that were repeated.
    assert told(tmp_path, "run-1") == [LR, TRAIN, LR, TRAIN]


def test_each_notebook_on_a_kernel_is_told_by_itself(
    journal: FakeJournal, tmp_path: Path
) -> None:
    attempt(journal, "run-1", LR, notebook_path="/work/a.ipynb")
    journal.start("run-2", notebook_path="/work/b.ipynb")
    journal.execute("run-2", "e9", "other = lr", cell_id="other", results={"b": 1})
    journal.execute("run-1", "e10", "acc = 2", cell_id="more", results={"a": 2})
    assert told(tmp_path, "run-1") == [LR, TRAIN, "acc = 2"]
    assert told(tmp_path, "run-2") == ["other = lr"]
