"""The revisions of a notebook, over real HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from tests.notebooks.documents import Document, code_cell, notebook
from tests.notebooks.homes import document_of, record_two_runs
from tests.notebooks.test_handlers import ask, problem, until_run
from trackbook.errors import AmbiguousName, BadInput
from trackbook_server.notebooks.document import check_notebook
from trackbook_server.notebooks.notebook_revisions import (
    find_by_id,
    list_notebook_revisions,
)
from trackbook_server.store.migrations import migrations


def kept(document: Document, path: str) -> dict[str, Any]:
    return {
        "kernel_id": None,
        "client_id": "c",
        "moment": "kept",
        "messages": {},
        "frame": {key: value for key, value in document.items() if key != "cells"},
        "cell_keys": [str(place) for place, _ in enumerate(document["cells"])],
        "cells": {str(place): cell for place, cell in enumerate(document["cells"])},
        "notebook_path": path,
    }


async def read(jp_fetch: Any, which: str) -> Document:
    return check_notebook(await ask(jp_fetch, "revisions", which))


async def revisions_of(jp_fetch: Any, path: str, **params: str) -> Any:
    params = {"notebook_path": path} | params
    return await ask(jp_fetch, "notebooks", "revisions", params=params)


async def test_what_is_kept_is_found_by_its_notebook_and_by_its_id(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    first = notebook(code_cell("a = 1", "a"))
    second = notebook(code_cell("a = 2", "a"))
    answers = [
        await ask(jp_fetch, "captures", body=kept(document, "work/a.ipynb"))
        for document in (first, second, first)
    ]
    assert [answer["number"] for answer in answers] == [1, 2, 1]
    listed = (await revisions_of(jp_fetch, "work/a.ipynb"))["revisions"]
    assert [revision["number"] for revision in listed] == [1, 2]
    assert {revision["moment"] for revision in listed} == {"kept"}
    assert listed[0]["notebook_path"] == "work/a.ipynb"
    assert listed[0]["run_id"] is None
    whole = listed[1]["revision_id"]
    assert await read(jp_fetch, whole) == second
    assert await read(jp_fetch, whole[:20]) == second
    assert (await revisions_of(jp_fetch, "other.ipynb"))["revisions"] == []


async def test_a_revision_names_the_run_that_it_was_captured_for(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    record_two_runs(trackbook_home, str(Path(jp_root_dir) / "churn.ipynb"))
    await until_run(jp_fetch, "run-b")
    page = await revisions_of(jp_fetch, "churn.ipynb", limit="1")
    [newest] = page["revisions"]
    assert (newest["run_id"], newest["run_name"]) == ("run-b", "lr 0.003")
    rest = await revisions_of(jp_fetch, "churn.ipynb", cursor=page["next_cursor"])
    # That as it was scheduled is completed by that as it ended.
    [older] = rest["revisions"]
    assert (older["run_id"], older["moment"]) == ("run-a", "ended")
    assert rest["next_cursor"] is None
    assert await read(jp_fetch, older["revision_id"]) == document_of("0.01", "0.9")


@pytest.mark.parametrize("which", ["0" * 64, "latest", "%25", "AB"])
async def test_a_revision_that_is_none_is_a_problem(
    trackbook_home: Path, jp_fetch: Any, which: str
) -> None:
    status, said = await problem(jp_fetch, "revisions", which)
    assert (status, said["error"]) == (404, "RevisionNotFound")


async def test_two_captures_at_once_are_both_kept(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    documents = [notebook(code_cell(f"a = {n}", "a")) for n in range(8)]
    answers = await asyncio.gather(
        *[
            ask(jp_fetch, "captures", body=kept(document, "a.ipynb"))
            for document in documents
        ]
    )
    assert sorted(answer["number"] for answer in answers) == list(range(1, 9))
    for answer, document in zip(answers, documents, strict=True):
        assert await read(jp_fetch, answer["revision_id"]) == document


def test_the_beginning_of_an_id_must_tell_it_from_others(
    db: sqlite_utils.Database,
) -> None:
    for name in ("ab" + "0" * 62, "ab" + "1" * 62):
        db.execute(
            "insert into revisions values (?, 0, '', 0, null, x'', null)", (name,)
        )
    assert find_by_id(db, "ab1") == "ab" + "1" * 62
    with pytest.raises(AmbiguousName, match="ab000"):
        find_by_id(db, "ab")


@pytest.mark.parametrize(("limit", "cursor"), [(0, None), (501, None), (5, "x")])
def test_a_page_that_makes_no_sense_is_refused(
    db: sqlite_utils.Database, limit: int, cursor: str | None
) -> None:
    with pytest.raises(BadInput):
        list_notebook_revisions(db, "/w/a.ipynb", limit, cursor)


def test_captures_of_an_older_home_survive_that_more_can_be_kept() -> None:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db, stop_before="m007_kept_captures")
    db.execute("pragma foreign_keys = on")
    db.execute("insert into revisions values ('r1', 0, 'code', 0, null, x'')")
    db.execute(
        "insert into captures (revision_id, number, moment, captured_at, "
        "notebook_path) values ('r1', 7, 'ended', '2026', '/w/a.ipynb')"
    )
    db.execute("insert into capture_messages values ('m1', 'ended', 1, 'a')")
    migrations.apply(db)
    [revision] = list_notebook_revisions(db, "/w/a.ipynb").revisions
    assert (revision.number, revision.moment) == (7, "ended")
    assert db.execute("pragma foreign_key_check").fetchall() == []
    assert db["capture_messages"].count == 1
    db.close()
