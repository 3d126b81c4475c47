"""The versions of one cell, over real HTTP and over the store."""

from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from tests.notebooks.homes import TRAIN, record_two_runs
from tests.notebooks.test_handlers import ask, problem, until_run
from tests.store.journals import FakeJournal
from trackbook.errors import BadInput
from trackbook_server.notebooks.cell_history import get_cell_history


async def history(jp_fetch: Any, cell_id: str, **params: str) -> Any:
    params = {"notebook_path": "churn.ipynb", "cell_id": cell_id} | params
    return await ask(jp_fetch, "notebooks", "cell-history", params=params)


@pytest.fixture
def two_runs(trackbook_home: Path, jp_root_dir: Path) -> None:
    record_two_runs(trackbook_home, str(Path(jp_root_dir) / "churn.ipynb"))


async def test_each_source_is_told_once_with_what_it_last_gave(
    two_runs: None, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    [train] = (await history(jp_fetch, "train"))["versions"]
    assert (train["source"], train["executed_count"]) == (TRAIN, 2)
    assert (train["execution_id"], train["run_id"]) == ("e4", "run-b")
    assert train["results"] == [{"key": "acc", "last": 0.95}]
    assert (train["status"], train["duration_ms"]) == ("ok", 10.0)
    assert train["first_at"] < train["last_at"]
    newest, oldest = (await history(jp_fetch, "lr"))["versions"]
    assert (newest["source"], newest["run_name"]) == ("lr = 0.003", "lr 0.003")
    assert (oldest["source"], oldest["run_id"]) == ("lr = 0.01", "run-a")
    # The notebook that was captured for it is the one to show it in.
    run = await ask(jp_fetch, "runs", "run-a")
    assert oldest["revision_id"] == run["revisions"][0]["revision_id"]
    assert oldest["number"] == run["revisions"][0]["number"]


async def test_a_history_comes_in_pages(two_runs: None, jp_fetch: Any) -> None:
    await until_run(jp_fetch, "run-b")
    first = await history(jp_fetch, "lr", limit="1")
    rest = await history(jp_fetch, "lr", limit="1", cursor=first["next_cursor"])
    sources = [page["versions"][0]["source"] for page in (first, rest)]
    assert sources == ["lr = 0.003", "lr = 0.01"]
    assert rest["next_cursor"] is None


async def test_what_was_changed_and_changed_back_is_one_version(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    path = str(Path(jp_root_dir) / "churn.ipynb")
    journal = FakeJournal(trackbook_home)
    journal.start("run-a", {"lr": 1}, notebook_path=path)
    for place, source in enumerate(("fit(1)", "fit(2)", "fit(1)")):
        journal.execute(
            "run-a", f"e{place}", source, cell_id="fit", results={"acc": place}
        )
    journal.execute("run-a", "e3", "fit(0)", cell_id="fit", before_recording=True)
    journal.execute("run-a", "e4", "fit(3)", "error", cell_id="fit")
    journal.end("run-a")
    await until_run(jp_fetch, "run-a")
    found = (await history(jp_fetch, "fit"))["versions"]
    told = [(each["source"], each["executed_count"]) for each in found]
    assert told == [("fit(3)", 1), ("fit(1)", 2), ("fit(2)", 1)]
    assert found[0]["status"] == "error"
    assert found[0]["revision_id"] is None


async def test_other_notebooks_cells_of_the_same_id_are_not_told(
    two_runs: None, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    other = await history(jp_fetch, "lr", notebook_path="other.ipynb")
    assert other == {"versions": [], "next_cursor": None}
    assert (await history(jp_fetch, "none' or 1"))["versions"] == []


async def test_a_copys_cell_has_the_history_of_its_original(
    two_runs: None, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    body = {"path": "copy.ipynb"}
    await ask(jp_fetch, "runs", "run-a", "copies", body=body)
    copied = await history(jp_fetch, "lr", notebook_path="copy.ipynb")
    assert copied == await history(jp_fetch, "lr")


async def test_a_cell_must_be_said(two_runs: None, jp_fetch: Any) -> None:
    await until_run(jp_fetch, "run-b")
    params = {"notebook_path": "churn.ipynb"}
    status, _ = await problem(jp_fetch, "notebooks", "cell-history", params=params)
    assert status == 400


def test_executions_are_found_by_their_cell(db: sqlite_utils.Database) -> None:
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    get_cell_history(db, "/w/a.ipynb", "lr")
    db.conn.set_trace_callback(None)
    [select] = [each for each in asked if "e.cell_id" in each]
    plan = " ".join(row[3] for row in db.execute(f"explain query plan {select}"))
    assert "executions_cell" in plan
    assert "SCAN" not in plan.replace("SCAN json", "")


@pytest.mark.parametrize("limit", [0, 501])
def test_a_limit_that_makes_no_sense_is_refused(
    db: sqlite_utils.Database, limit: int
) -> None:
    with pytest.raises(BadInput):
        get_cell_history(db, "/w/a.ipynb", "lr", limit)
