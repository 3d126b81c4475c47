"""Notebooks that are gone, moved, copied or restored: their revisions stay theirs."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from tests.notebooks.documents import Document, code_cell, notebook, text_cell
from tests.notebooks.homes import record_two_runs
from tests.notebooks.test_handlers import ask, problem, until_run
from tests.notebooks.test_notebook_revisions import kept, revisions_of
from trackbook_server.notebooks.document import parse_notebook
from trackbook_server.store.lineage import list_family, note_copy
from trackbook_server.store.placement import rename_notebook

TRAIN = notebook(
    text_cell("# Churn", "title"),
    code_cell("lr = 0.01", "lr"),
    code_cell("clf.fit(X)", "fit"),
)


@pytest.fixture
def root(jp_root_dir: Path, trackbook_home: Path) -> Path:
    return Path(jp_root_dir)


async def keep(jp_fetch: Any, root: Path, path: str, document: Document = TRAIN) -> Any:
    """Have a notebook's file, and keep it as a revision."""
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(json.dumps(document))
    return await ask(jp_fetch, "captures", body=kept(document, path))


async def open_notebook(jp_fetch: Any, path: str) -> None:
    """As JupyterLab does: a session of a kernel and a path."""
    body = json.dumps(
        {"path": path, "name": path, "type": "notebook", "kernel": {"name": "echo"}}
    )
    answer = await jp_fetch("api", "sessions", method="POST", body=body)
    session = json.loads(answer.body)
    await jp_fetch("api", "sessions", session["id"], method="DELETE")


async def paths_of(jp_fetch: Any, path: str) -> set[str]:
    listed = (await revisions_of(jp_fetch, path))["revisions"]
    return {revision["notebook_path"] for revision in listed}


async def test_a_deleted_notebook_is_listed_and_comes_back_in_its_place(
    root: Path, jp_fetch: Any
) -> None:
    await keep(jp_fetch, root, "there.ipynb")
    taken = await keep(jp_fetch, root, "work/gone.ipynb")
    await jp_fetch("api", "contents", "work", "gone.ipynb", method="DELETE")
    listed = (await ask(jp_fetch, "notebooks"))["notebooks"]
    assert [(n["notebook_path"], n["place"]) for n in listed] == [
        ("work/gone.ipynb", "gone"),
        ("there.ipynb", "notebook"),
    ]
    assert listed[0]["revision_id"] == taken["revision_id"]
    route = ("revisions", taken["revision_id"], "copies")
    restored = await ask(jp_fetch, *route, body={"in_place": True})
    assert restored["path"] == "work/gone.ipynb"
    assert restored["lost"] == []
    assert parse_notebook((root / "work/gone.ipynb").read_bytes()) == TRAIN
    # Where something is there again, nothing is overwritten.
    again = await ask(jp_fetch, *route, body={"in_place": True})
    assert again["path"] not in ("work/gone.ipynb", "")
    shutil.rmtree(root / "work")
    without_folder = await ask(jp_fetch, *route, body={"in_place": True})
    assert "/" not in without_folder["path"]


async def test_notebooks_come_in_pages(root: Path, jp_fetch: Any) -> None:
    for name in ("a", "b", "c"):
        await keep(jp_fetch, root, f"{name}.ipynb")
    page = await ask(jp_fetch, "notebooks", params={"limit": "2"})
    assert [n["notebook_path"] for n in page["notebooks"]] == ["c.ipynb", "b.ipynb"]
    cursor = page["next_cursor"]
    rest = await ask(jp_fetch, "notebooks", params={"cursor": cursor})
    assert [n["notebook_path"] for n in rest["notebooks"]] == ["a.ipynb"]
    status, _ = await problem(jp_fetch, "notebooks", params={"cursor": "x"})
    assert status == 400


@pytest.mark.parametrize(
    "path", ["../a.ipynb", "a.txt", "no/folder.ipynb", "a\0.ipynb"]
)
async def test_a_revision_is_not_written_where_none_can_be(
    root: Path, jp_fetch: Any, path: str
) -> None:
    taken = await keep(jp_fetch, root, "a.ipynb")
    route = ("revisions", taken["revision_id"], "copies")
    status, said = await problem(
        jp_fetch, *route, method="POST", body=json.dumps({"path": path})
    )
    assert (status, said["error"]) == (400, "BadInput")
    assert not (root.parent / "a.ipynb").exists()


async def test_a_restored_copy_has_the_runs_of_its_original(
    root: Path, trackbook_home: Path, jp_fetch: Any
) -> None:
    record_two_runs(trackbook_home, str(root / "churn.ipynb"))
    await until_run(jp_fetch, "run-b")
    copy = await ask(jp_fetch, "runs", "run-a", "copies", body={})
    listed = await ask(jp_fetch, "runs", params={"notebook_path": copy["path"]})
    assert {run["run_id"] for run in listed["runs"]} == {"run-a", "run-b"}
    counted = await ask(
        jp_fetch, "runs", "counts", params={"notebook_path": copy["path"]}
    )
    assert counted["total"] == 2
    assert await paths_of(jp_fetch, copy["path"]) == {"churn.ipynb"}


async def test_a_copy_made_in_jupyter_is_of_the_family(
    root: Path, jp_fetch: Any
) -> None:
    await keep(jp_fetch, root, "a.ipynb")
    body = json.dumps({"copy_from": "a.ipynb"})
    answer = await jp_fetch("api", "contents", method="POST", body=body)
    copy = json.loads(answer.body)["path"]
    edited = notebook(*TRAIN["cells"], code_cell("more", "m"))
    await keep(jp_fetch, root, copy, edited)
    assert await paths_of(jp_fetch, "a.ipynb") == {"a.ipynb", copy}
    assert await paths_of(jp_fetch, copy) == {"a.ipynb", copy}


@pytest.mark.parametrize("by", ["move", "git", "rewrite"])
async def test_a_notebook_that_was_moved_outside_of_jupyter_is_followed(
    root: Path, jp_fetch: Any, by: str
) -> None:
    await keep(jp_fetch, root, "old.ipynb")
    (root / "deep").mkdir()
    if by == "git":
        for line in ("init -q", "add old.ipynb", "mv old.ipynb deep/new.ipynb"):
            git = ["git", *line.split()]
            await asyncio.to_thread(subprocess.run, git, cwd=root, check=True)
    elif by == "move":
        (root / "old.ipynb").rename(root / "deep/new.ipynb")
    else:
        # As a checkout does: another file of the same cells.
        (root / "deep/new.ipynb").write_text(json.dumps(TRAIN, indent=1))
        (root / "old.ipynb").unlink()
    await open_notebook(jp_fetch, "deep/new.ipynb")
    assert await paths_of(jp_fetch, "deep/new.ipynb") == {"deep/new.ipynb"}
    assert await paths_of(jp_fetch, "old.ipynb") == set()


async def test_an_edited_notebook_that_was_moved_is_known_by_its_file(
    root: Path, jp_fetch: Any
) -> None:
    await keep(jp_fetch, root, "old.ipynb")
    await open_notebook(jp_fetch, "old.ipynb")
    rest = [code_cell(f"x = {n}", f"n{n}") for n in range(20)]
    with (root / "old.ipynb").open("r+") as file:
        json.dump(notebook(TRAIN["cells"][1], *rest), file)
    (root / "old.ipynb").rename(root / "new.ipynb")
    await open_notebook(jp_fetch, "new.ipynb")
    assert await paths_of(jp_fetch, "new.ipynb") == {"new.ipynb"}


async def test_a_copy_made_outside_is_of_the_family_and_nothing_moves(
    root: Path, jp_fetch: Any
) -> None:
    await keep(jp_fetch, root, "a.ipynb")
    shutil.copy(root / "a.ipynb", root / "b.ipynb")
    await open_notebook(jp_fetch, "b.ipynb")
    assert await paths_of(jp_fetch, "b.ipynb") == {"a.ipynb"}
    assert await paths_of(jp_fetch, "a.ipynb") == {"a.ipynb"}


@pytest.mark.parametrize(
    "content",
    [
        notebook(),
        notebook(code_cell("", "x")),
        notebook(code_cell("other", "lr"), code_cell("thing", "fit")),
        notebook(TRAIN["cells"][1], *[code_cell(f"{n}", f"{n}") for n in range(9)]),
        {"no": "notebook"},
    ],
)
async def test_a_new_notebook_is_not_taken_for_one_that_is_gone(
    root: Path, jp_fetch: Any, content: Any
) -> None:
    await keep(jp_fetch, root, "gone.ipynb")
    (root / "gone.ipynb").unlink()
    (root / "new.ipynb").write_text(json.dumps(content))
    await open_notebook(jp_fetch, "new.ipynb")
    assert await paths_of(jp_fetch, "new.ipynb") == set()
    assert await paths_of(jp_fetch, "gone.ipynb") == {"gone.ipynb"}


def test_a_family_is_the_same_from_each_of_it_and_follows_renames(
    db: sqlite_utils.Database,
) -> None:
    note_copy(db, "/w/a", "/w/b")
    note_copy(db, "/w/b", "/w/c")
    note_copy(db, "/w/a", "/w/d")
    note_copy(db, "/w/c", "/w/a")
    for path in ("/w/a", "/w/b", "/w/c", "/w/d"):
        assert sorted(list_family(db, path)) == ["/w/a", "/w/b", "/w/c", "/w/d"]
        assert list_family(db, path)[0] == path
    rename_notebook(db, "/w", "/v")
    assert sorted(list_family(db, "/v/d")) == ["/v/a", "/v/b", "/v/c", "/v/d"]
    assert list_family(db, "/w/a") == ["/w/a"]
