import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notebooks.documents import code_cell, notebook
from tests.notebooks.homes import document_of, record_two_runs
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.errors import BadInput, RevisionNotFound, RunNotFound, WouldOverwrite
from trackbook_server.contract import RevisionInfo
from trackbook_server.notebooks.lookup import find_revision, list_run_revisions
from trackbook_server.notebooks.restore import (
    Restored,
    get_revision,
    write_beside,
    write_new,
)
from trackbook_server.store.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


def get(home: Home, run_id: str, which: str | None = None) -> Restored:
    blobs = home.path / "blobs"
    return home.database.read(get_revision, blobs, run_id, which).result()


def revisions(home: Home, run_id: str) -> list[RevisionInfo]:
    return home.database.read(list_run_revisions, run_id).result()


def test_a_run_restores_the_document_that_made_its_result(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    first, second = get(home, "run-a"), get(home, "run-b")
    assert first.document == document_of("0.01", "0.9")
    assert first.info.moment == "ended"
    assert first.name == "churn (first).ipynb"
    assert second.document == document_of("0.003")
    assert second.info.moment == "scheduled"
    assert second.name == "churn (lr 0.003).ipynb"
    assert [info.number for info in (first.info, second.info)] == [1, 2]


def test_documents_and_executions_join_in_either_order(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    expected = [info.revision_id for info in revisions(home, "run-a")]
    path = home.path / "journals" / "w1-000000.ndjson"
    if path.exists():
        lines = path.read_bytes().splitlines(keepends=True)
    documents = [line for line in lines if b"revision_captured" in line]
    others = [line for line in lines if b"revision_captured" not in line]
    other = Home(home.path.parent / "other")
    for blob in (home.path / "blobs").rglob("*"):
        if blob.is_file():
            write_blob(other.path / "blobs", blob.read_bytes())
    (other.path / "journals" / path.name).write_bytes(
        b"".join([others[0], *documents, *others[1:]])
    )
    other.ingest_now()
    try:
        assert [info.revision_id for info in revisions(other, "run-a")] == expected
    finally:
        other.close()


def test_the_document_of_the_last_result_wins_over_later_executions(
    home: Home,
) -> None:
    journal = FakeJournal(home.path)

    def keep(source: str, message: str) -> None:
        data = json.dumps(notebook(code_cell(source, "a"))).encode()
        journal.put(
            "revision_captured",
            sha256=write_blob(home.path / "blobs", data),
            moment="scheduled",
            message_ids=[message],
        )

    journal.start("run-1")
    keep("train", "m1")
    journal.execute("run-1", "e1", "train", message_id="m1", results={"acc": 0.9})
    keep("plot", "m2")
    journal.execute("run-1", "e2", "plot", message_id="m2")
    home.ingest_now()
    found = [get(home, "run-1", i.revision_id) for i in revisions(home, "run-1")]
    assert [f.document["cells"][0]["source"] for f in found] == ["train", "plot"]


def test_the_file_is_taken_where_no_document_was_sent(home: Home) -> None:
    raw = json.dumps(notebook(code_cell("x", "a")), indent=4).encode()
    journal = FakeJournal(home.path)
    journal.start("run-1")
    journal.execute("run-1", "e1", "x", results={"acc": 1})
    journal.put(
        "revision_captured",
        sha256=write_blob(home.path / "blobs", raw),
        moment="file",
        run_id="run-1",
    )
    home.ingest_now()
    assert get(home, "run-1").data == raw
    assert get(home, "run-1").info.moment == "file"


def test_the_notebook_is_rebuilt_from_executions_as_a_last_resort(home: Home) -> None:
    journal = FakeJournal(home.path)
    journal.start("run-1")
    journal.execute("run-1", "e1", "import a", cell_id="i")
    journal.execute("run-1", "e2", "lr = 1", cell_id="lr")
    journal.execute("run-1", "e3", "fit()", cell_id="f", results={"acc": 0.9})
    journal.end("run-1")
    journal.start("run-2", {"lr": 2}, continues="run-1")
    journal.execute("run-2", "e4", "lr = 2", cell_id="lr")
    journal.execute("run-2", "e5", "fit()", cell_id="f", results={"acc": 0.8})
    home.ingest_now()
    found = get(home, "run-2")
    assert found.info.moment == "executed"
    sources = [cell["source"] for cell in found.document["cells"]]
    assert sources == ["import a", "lr = 2", "fit()"]
    assert get(home, "run-2", found.info.revision_id).data == found.data
    first = [cell["source"] for cell in get(home, "run-1").document["cells"]]
    assert first == ["import a", "lr = 1", "fit()"]


def test_unknown_runs_and_revisions_are_named(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    with pytest.raises(RunNotFound, match="no run 'nope'"):
        home.database.read(find_revision, "nope").result()
    with pytest.raises(RevisionNotFound, match="no notebook revision 'feed'"):
        home.database.read(find_revision, "run-a", "feed").result()
    wanted = revisions(home, "run-a")[0].revision_id
    assert get(home, "run-a", wanted[:10]).info.revision_id == wanted


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text("mine")
    (tmp_path / "a 2.ipynb").write_text("mine")
    with pytest.raises(WouldOverwrite, match=r"a\.ipynb exists.*a 3\.ipynb.*is free"):
        write_new(path, b"theirs")
    assert path.read_text() == "mine"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "a.ipynb"
    link.symlink_to(tmp_path / "target")
    with pytest.raises(WouldOverwrite):
        write_new(link, b"theirs")
    assert not (tmp_path / "target").exists()


def test_copies_are_counted_up(tmp_path: Path) -> None:
    names = [write_beside(tmp_path, "a (b).ipynb", b"x").name for _ in range(3)]
    assert names == ["a (b).ipynb", "a (b) 2.ipynb", "a (b) 3.ipynb"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file or directory"):
        write_new(tmp_path / "no" / "a.ipynb", b"x")


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX's")
def test_a_restored_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("")
    path = write_new(tmp_path / "a.ipynb", b"x")
    assert path.stat().st_mode == other.stat().st_mode
