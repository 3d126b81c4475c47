"""`trackbook restore` into a file that is there: kept first, then replaced."""

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_look import ask, call
from tests.notebooks.documents import code_cell, notebook
from tests.notebooks.homes import TRAIN, document_of, record_two_runs
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server.notebooks.document import parse_notebook, render
from trackbook_server.notebooks.notebook_revisions import (
    list_notebook_revisions,
    read_revision,
)
from trackbook_server.store.home import Home

TOKEN = "ghp_" + "a1B2" * 10


@pytest.fixture
def path(trackbook_home: Path, tmp_path: Path) -> Path:
    """The runs' notebook, as it is by now."""
    path = tmp_path / "churn.ipynb"
    record_two_runs(trackbook_home, str(path))
    path.write_bytes(render(present()))
    return path


def present() -> dict[str, Any]:
    return notebook(
        code_cell("lr = 0.5", "lr"), code_cell(TRAIN, "train"), code_cell("new()", "n")
    )


def sources(path: Path) -> list[str]:
    return [cell["source"] for cell in parse_notebook(path.read_bytes())["cells"]]


def kept(home: Path, path: Path) -> list[bytes]:
    opened = Home(home)
    try:
        found = opened.database.read(list_notebook_revisions, str(path)).result()
        return [
            opened.database.read(
                read_revision, home / "blobs", one.revision_id
            ).result()
            for one in found.revisions
            if one.moment == "kept"
        ]
    finally:
        opened.close()


def test_replace_keeps_what_the_file_held_as_a_revision_and_beside_it(
    trackbook_home: Path, path: Path
) -> None:
    path.chmod(0o640)
    said = call("restore", "first", "--replace", str(path)).stdout
    assert "What it held is kept as r3 and in churn (before restore).ipynb." in said
    assert parse_notebook(path.read_bytes()) == document_of("0.01", "0.9")
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o640
    backup = path.with_name("churn (before restore).ipynb")
    assert backup.read_bytes() == render(present())
    assert [parse_notebook(data) for data in kept(trackbook_home, path)] == [present()]
    again = ask("restore", "first", "--replace", str(path))
    assert again["backup_path"] == str(path.with_name("churn (before restore) 2.ipynb"))
    assert len(again["kept_revision_id"]) == 64
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_single_cells_go_to_their_places(path: Path) -> None:
    call("restore", "first", "--replace", str(path), "--cells", "title,2")
    assert sources(path) == ["# Churn", "lr = 0.01", TRAIN, "new()"]
    outputs = [
        cell.get("outputs") for cell in parse_notebook(path.read_bytes())["cells"]
    ]
    assert outputs == [None, [], [], []]


@pytest.mark.parametrize("cells", ["4", "0", "3-2", "nope", ",", "1-9999999"])
def test_cells_that_are_not_there_are_named_and_nothing_is_written(
    path: Path, cells: str
) -> None:
    before = path.read_bytes()
    said = call("restore", "first", "--replace", str(path), "--cells", cells, code=1)
    assert "--cells 2,5-7" in said.stderr
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.glob("*.ipynb")] == ["churn.ipynb"]


def test_what_is_no_notebook_is_never_replaced(path: Path) -> None:
    path.write_text("mine")
    said = call("restore", "first", "--replace", str(path), code=1)
    assert "not a notebook" in said.stderr
    assert path.read_text() == "mine"


def test_a_file_that_is_gone_is_written_again(path: Path) -> None:
    path.unlink()
    assert "3 cells" in call("restore", "first", "--replace", str(path)).stdout
    assert sources(path)[0] == "# Churn"
    path.unlink()
    said = call("restore", "first", "--replace", str(path), "--cells", "1", code=1)
    assert "to take cells into" in said.stderr


def test_a_name_that_is_as_long_as_may_be_is_cut_beside_it(
    path: Path, tmp_path: Path
) -> None:
    long = path.rename(tmp_path / f"{'ü' * 120}.ipynb")
    backup = Path(ask("restore", "first", "--replace", str(long))["backup_path"])
    assert backup.read_bytes() == render(present())


@pytest.mark.skipif(os.name == "nt", reason="links are POSIX's")
def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    call("restore", "first", "--replace", str(link))
    assert link.is_symlink()
    assert sources(path)[0] == "# Churn"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_can_not_be_written_is_left_as_it_is(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        said = call("restore", "first", "--replace", str(path), code=1)
    finally:
        path.parent.chmod(0o700)
    assert "can't write" in said.stderr
    assert sources(path)[0] == "lr = 0.5"


def test_a_secret_comes_back_from_the_file_and_is_kept_only_beside_it(
    trackbook_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "keys.ipynb"
    was = notebook(
        code_cell(f'key = "{TOKEN}"\nx = 1', "a"), code_cell(f"f('{TOKEN}')", "b")
    )
    journal = FakeJournal(trackbook_home)
    journal.start("run-1", notebook_path=str(path))
    journal.execute("run-1", "e1", "x", results={"acc": 0.9})
    blob = write_blob(trackbook_home / "blobs", render(was))
    journal.put("revision_captured", sha256=blob, moment="file", run_id="run-1")
    path.write_bytes(render(notebook(code_cell(f'key = "{TOKEN}"\nx = 2', "a"))))
    said = call("restore", "run-1", "--replace", str(path)).stdout
    assert sources(path) == [f'key = "{TOKEN}"\nx = 1', "f('<redacted>')"]
    assert "Put your credentials in again where it reads <redacted>: f('" in said
    assert TOKEN in path.with_name("keys (before restore).ipynb").read_text()
    assert all(TOKEN.encode() not in data for data in kept(trackbook_home, path))


def test_the_packages_of_a_run_are_told_or_written(
    trackbook_home: Path, path: Path, tmp_path: Path
) -> None:
    FakeJournal(trackbook_home, "w2").put(
        "environment_captured",
        run_id="run-a",
        environment_id="e",
        environment={"python": "3.11.9", "packages": {"numpy": "2.1"}},
    )
    assert "\nnumpy==2.1\n" in call("restore", "first", "--requirements").stdout
    out = tmp_path / "requirements.txt"
    call("restore", "first", "--requirements", "-o", str(out))
    assert "\nnumpy==2.1\n" in out.read_text()
    call("restore", "first", "--requirements", "-o", str(out), code=1)
    said = call("restore", "run-b", "--requirements", code=1)
    assert "were not recorded" in said.stderr


@pytest.mark.parametrize(
    "line",
    [
        "--cells 1",
        "--replace a.ipynb -o b.ipynb",
        "--requirements --replace a.ipynb",
        "--requirements --json",
        "--as-executed --revision a",
    ],
)
def test_options_that_contradict_each_other_are_refused(path: Path, line: str) -> None:
    call("restore", "first", *shlex.split(line), code=2)


def test_another_process_owns_the_home(trackbook_home: Path, path: Path) -> None:
    owner = Home(trackbook_home)
    owner.ingest_now()
    try:
        said = ask("restore", "first", "--replace", str(path))
        owner.ingest_now()
        data = owner.database.read(
            read_revision, trackbook_home / "blobs", said["kept_revision_id"]
        ).result()
    finally:
        owner.close()
    assert parse_notebook(data) == present()
    assert json.loads(path.read_bytes())["cells"][0]["cell_type"] == "markdown"


def test_a_copy_is_of_its_originals_family(path: Path, trackbook_home: Path) -> None:
    copy = path.with_name("copy.ipynb")
    call("restore", "run-a", "-o", str(copy))
    home = Home(trackbook_home)
    listed = home.database.read(list_notebook_revisions, str(copy)).result()
    home.close()
    assert {found.notebook_path for found in listed.revisions} == {str(path)}
