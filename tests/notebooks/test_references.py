import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from tests.notebooks.documents import Document
from tests.notebooks.homes import document_of, record_two_runs
from trackbook.blobs import blob_path
from trackbook.errors import AmbiguousName, NotANotebook, NotFound
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.difference import Notebook
from trackbook_server.notebooks.document import check_notebook, render
from trackbook_server.notebooks.references import Places, find_notebook, get_piece
from trackbook_server.notebooks.writing import join
from trackbook_server.rest.differences import read_difference
from trackbook_server.store.home import Home

PATH = "/work/churn.ipynb"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    record_two_runs(tmp_path / "home", PATH)
    opened = Home(tmp_path / "home")
    opened.ingest_now()
    yield opened
    opened.close()


def find(home: Home, ref: str, files: bool = False) -> Notebook:
    places = Places(home.path / "blobs", files=files)
    return home.database.read(find_notebook, places, ref).result()


def sources(home: Home, ref: str) -> list[str]:
    # Connections belong to the database's threads, so pieces are read there, too.
    def read(db: sqlite_utils.Database) -> list[str]:
        found = find_notebook(db, Places(home.path / "blobs"), ref)
        whole = join(found.manifest, found.load(found.manifest.names()))
        return [cell["source"] for cell in whole["cells"]]

    return home.database.read(read).result()


def keep(home: Home, document: Document) -> str:
    """Keep a document as the front end keeps the open notebook; its revision's id."""
    keys = [f"k{place}" for place in range(len(document["cells"]))]
    capture = Capture(
        kernel_id=None,
        client_id="c",
        moment="kept",
        messages={},
        frame={key: value for key, value in document.items() if key != "cells"},
        cell_keys=keys,
        cells=dict(zip(keys, document["cells"], strict=True)),
        notebook_path=PATH,
    )
    taken = home.database.write(
        take_capture, home.path / "blobs", CaptureMemory(), capture, "2026-11-24T10"
    ).result()
    assert taken.revision_id is not None
    return taken.revision_id


def test_a_run_means_its_own_revision(home: Home) -> None:
    own = find(home, "run-a").side
    assert (own.run_id, own.run_name, own.label) == ("run-a", "first", "r1")
    for ref in (own.revision.revision_id, own.revision.revision_id[:7], f"{PATH}@r1"):
        found = find(home, ref).side
        assert found.revision.revision_id == own.revision.revision_id
        assert found.revision.moment == "ended"
        assert found.run_id is None
    for ref in ("first", "@best:acc", "@last", "run-b:latest"):
        assert find(home, ref).side.run_id in ("run-a", "run-b")


def test_other_notebooks_of_a_run_are_named_behind_a_colon(home: Home) -> None:
    executed = find(home, "run-b:executed").side
    assert (executed.label, executed.run_id) == ("as executed", "run-b")
    assert sources(home, "run-b:executed")[-1].startswith("clf.fit")
    assert find(home, executed.ref).side.frame_sha256 == executed.frame_sha256
    own = find(home, "run-b").side.revision.revision_id
    assert find(home, f"run-b:{own[:8]}").side.revision.revision_id == own


def test_a_path_may_be_said_by_its_end(home: Home) -> None:
    assert find(home, "churn.ipynb@r2").side.label == "r2"


def test_a_file_is_a_notebook_where_files_may_be_named(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "now.ipynb"
    path.write_bytes(render(check_notebook(document_of("0.01", "0.9"))))
    assert find(home, str(path), files=True).side.label == "now.ipynb"
    with pytest.raises(NotFound):
        find(home, str(path))

    places = Places(home.path / "blobs", files=True)
    found = home.database.read(read_difference, places, "run-a", str(path)).result()
    assert found.equal


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("nope", "'nope' names no run and no notebook revision"),
        ("f" * 64, "there is no notebook revision"),
        (f"{PATH}@r9", "has no revision r9; its last is r2"),
        ("other.ipynb@r1", "no revision of a notebook 'other.ipynb'"),
        ("run-a:nope", "has no notebook revision 'nope'"),
        ("run-z:executed", "names no run"),
        ("", "names no run"),
        ("@best:nope", "no run has a metric 'nope'"),
    ],
)
def test_what_can_not_be_found_is_named_with_the_cure(
    home: Home, ref: str, says: str
) -> None:
    with pytest.raises(NotFound) as raised:
        find(home, ref)
    assert says in str(raised.value)


def test_a_file_of_an_older_format_is_a_notebook_too(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "old.ipynb"
    cell = {"cell_type": "code", "input": ["1 + 1"], "outputs": [], "language": "py"}
    sheet = {"cells": [cell], "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]}
    path.write_text(json.dumps(old))
    assert find(home, str(path), files=True).side.revision.cell_count == 1


def test_a_file_that_is_no_notebook_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text("{")
    for name in ("bad.ipynb", "missing.ipynb"):
        with pytest.raises(NotANotebook, match=name):
            find(home, str(tmp_path / name), files=True)


def test_the_end_of_several_paths_is_ambiguous(home: Home) -> None:
    record_two_runs(home.path, "/else/churn.ipynb")
    home.ingest_now()

    def capture(db: sqlite_utils.Database) -> None:
        db.execute(
            "update captures set notebook_path = '/else/churn.ipynb' where number = 2"
        )

    home.database.write(capture).result()
    with pytest.raises(AmbiguousName, match=r"/else/churn\.ipynb, /work/churn\.ipynb"):
        find(home, "churn.ipynb@r1")


def test_a_piece_is_given_only_by_a_notebook_that_has_it(home: Home) -> None:
    def read(db: sqlite_utils.Database, ref: str, sha256: str) -> bytes:
        found = find_notebook(db, Places(home.path / "blobs"), ref)
        return get_piece(db, found, sha256)

    cell = find(home, "run-b").manifest.cells[1].sha256
    assert b"0.003" in home.database.read(read, "run-b", cell).result()
    with pytest.raises(NotFound, match="has no piece"):
        home.database.read(read, "run-a", cell).result()


def test_a_blob_that_is_gone_damages_what_it_held_and_nothing_else(
    home: Home,
) -> None:
    data = base64.b64encode(random.Random(0).randbytes(200_000)).decode()
    picture = {
        "output_type": "display_data",
        "data": {"image/png": data},
        "metadata": {},
    }
    document = document_of("0.5", "0.9")
    document["cells"][1]["outputs"] = [picture]
    with_picture = keep(home, document)
    without = keep(home, document_of("0.5", "0.9"))

    def lose(db: sqlite_utils.Database) -> None:
        (name,) = db.execute(
            "select blob_sha256 from pieces where blob_sha256 is not null"
        ).fetchone()
        blob_path(home.path / "blobs", name).unlink()

    home.database.write(lose).result()
    places = Places(home.path / "blobs")
    found = home.database.read(read_difference, places, with_picture, without).result()
    assert [cell.change for cell in found.cells] == ["same", "rerun", "same"]
    before = found.cells[1].before
    assert before is not None
    assert [output.damaged for output in before.outputs] == [True]
