"""What became of a cell: its versions over the runs of its notebook."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from tests.notebooks.homes import TRAIN, document_of, record_two_runs
from tests.notebooks.test_handlers import ask, problem, until_run
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.errors import BadInput
from trackbook.events import RunEdited
from trackbook_server.notebooks.document import render
from trackbook_server.notebooks.history import (
    MAX_CELLS,
    get_cell_history,
    list_cell_marks,
)
from trackbook_server.store.home import Home, now
from trackbook_server.store.lineage import note_copy

PATH = "/work/churn.ipynb"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    record_two_runs(home, PATH)
    return home


@contextmanager
def opened(home: Path) -> Iterator[Home]:
    found = Home(home)
    try:
        found.ingest_now()
        yield found
    finally:
        found.close()


def read(home: Path, ask: Any, *args: Any) -> Any:
    with opened(home) as found:
        return found.database.read(ask, *args).result()


def later(home: Path, run_id: str, path: str, source: str, cell_id: str | None) -> None:
    """One more run, of another kernel, that executes one cell."""
    journal = FakeJournal(home, "w2", kernel_id="kernel-2")
    journal.seq = 120
    journal.start(run_id, {"lr": 1}, notebook_path=path)
    journal.execute(run_id, "e9", source, cell_id=cell_id, message_id="m9")
    journal.end(run_id)


def test_each_source_is_a_version_that_says_what_it_gave(home: Path) -> None:
    found = read(home, get_cell_history, PATH, "lr")
    assert [(v.number, v.source, v.times, v.run_id) for v in found.versions] == [
        (2, "lr = 0.003", 1, "run-b"),
        (1, "lr = 0.01", 1, "run-a"),
    ]
    trained = read(home, get_cell_history, PATH, "train")
    (version,) = trained.versions
    assert version.source == TRAIN
    assert version.times == trained.times == 2
    assert version.first_at < version.last_at
    assert version.run_name == "lr 0.003"
    assert [(r.key, r.value, r.direction) for r in version.results] == [
        ("acc", 0.95, "higher")
    ]


def test_a_version_that_runs_again_is_told_once_and_stands_first(home: Path) -> None:
    later(home, "run-c", PATH, "lr = 0.01", "lr")
    found = read(home, get_cell_history, PATH, "lr")
    assert [(v.source, v.times) for v in found.versions] == [
        ("lr = 0.01", 2),
        ("lr = 0.003", 1),
    ]


def test_a_cell_without_an_id_is_known_by_the_document_of_its_execution(
    home: Path,
) -> None:
    later(home, "run-c", PATH, "lr = 0.1", None)
    FakeJournal(home, "w3").put(
        "revision_captured",
        sha256=write_blob(home / "blobs", render(document_of("0.1"))),
        notebook_path=PATH,
        moment="scheduled",
        message_ids=["m9"],
        cell_ids=["lr"],
    )
    found = read(home, get_cell_history, PATH, "lr")
    assert [version.source for version in found.versions] == [
        "lr = 0.1",
        "lr = 0.003",
        "lr = 0.01",
    ]


def test_copies_with_the_same_ids_are_other_cells_and_trash_does_not_count(
    home: Path,
) -> None:
    later(home, "run-c", "/work/copy.ipynb", "lr = 7", "lr")
    found = read(home, get_cell_history, PATH, "lr")
    assert "lr = 7" not in [version.source for version in found.versions]
    copy = read(home, get_cell_history, "/work/copy.ipynb", "lr")
    assert [version.source for version in copy.versions] == ["lr = 7"]

    with opened(home) as found_home:
        trash = RunEdited(seq=0, at=now(), run_id="run-a", trashed=True)
        found_home.edit(trash).result()
        left = found_home.database.read(get_cell_history, PATH, "lr").result()
    assert [version.source for version in left.versions] == ["lr = 0.003"]


def test_a_cell_of_a_copy_has_the_history_of_its_original(home: Path) -> None:
    later(home, "run-c", "/work/copy.ipynb", "lr = 7", "lr")
    with opened(home) as found:
        found.database.write(note_copy, PATH, "/work/copy.ipynb").result()
        whole = found.database.read(get_cell_history, PATH, "lr").result()
    assert [version.source for version in whole.versions] == [
        "lr = 7",
        "lr = 0.003",
        "lr = 0.01",
    ]


def test_marks_tell_of_many_cells_at_once(home: Path) -> None:
    marks = read(home, list_cell_marks, PATH, ["train", "lr", "title", "train"])
    assert [(m.cell_id, m.version_count, m.times) for m in marks.cells] == [
        ("train", 1, 2),
        ("lr", 2, 2),
    ]
    with pytest.raises(BadInput, match="too many"):
        read(home, list_cell_marks, PATH, [str(n) for n in range(MAX_CELLS + 1)])


def test_a_cell_is_found_without_reading_the_others(home: Path) -> None:
    def plan(db: sqlite_utils.Database) -> str:
        said: list[str] = []
        db.conn.set_trace_callback(said.append)
        get_cell_history(db, PATH, "lr")
        db.conn.set_trace_callback(None)
        of_cell = next(text for text in said if "of_cell" in text)
        steps = db.execute(f"explain query plan {of_cell}").fetchall()
        return "\n".join(step[-1] for step in steps)

    steps = read(home, plan)
    assert "executions_cell" in steps
    assert "capture_messages_cell" in steps
    scanned = [step for step in steps.splitlines() if step.startswith("SCAN")]
    assert {step.split()[1] for step in scanned} <= {"of_cell", "json_each"}, steps


async def test_routes_answer_with_paths_of_this_server(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    record_two_runs(trackbook_home, str(Path(jp_root_dir) / "churn.ipynb"))
    await until_run(jp_fetch, "run-b")
    params = {"notebook_path": "churn.ipynb", "cell_id": "lr"}
    found = await ask(jp_fetch, "cells", "history", params=params)
    assert found["notebook_path"] == "churn.ipynb"
    assert [version["source"] for version in found["versions"]] == [
        "lr = 0.003",
        "lr = 0.01",
    ]
    marks = await ask(jp_fetch, "cells", params=params)
    assert [mark["version_count"] for mark in marks["cells"]] == [2]
    nothing = {"notebook_path": "churn.ipynb", "cell_id": "gone"}
    empty = await ask(jp_fetch, "cells", "history", params=nothing)
    assert empty["versions"] == []
    for lacking in ({"cell_id": "lr"}, {"notebook_path": "churn.ipynb"}):
        code, said = await problem(jp_fetch, "cells", "history", params=lacking)
        assert code == 400
        assert "missing" in said["message"]
