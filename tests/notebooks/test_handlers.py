"""Captures, revisions, copies and compare over real HTTP."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from tests.notebooks.documents import code_cell, notebook, printed
from tests.notebooks.homes import document_of, record_two_runs
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server.contract import NotebookDifference
from trackbook_server.notebooks.document import read_notebook
from trackbook_server.notebooks.pieces import get_document
from trackbook_server.store.home import Home

API = ("trackbook", "api")


async def ask(jp_fetch: Any, *path: str, body: Any = None, **options: Any) -> Any:
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body)
        options |= {"method": "POST", "body": text}
    response = await jp_fetch(*API, *path, **options)
    return json.loads(response.body)


async def problem(jp_fetch: Any, *path: str, **options: Any) -> tuple[int, Any]:
    with pytest.raises(HTTPClientError) as raised:
        await ask(jp_fetch, *path, **options)
    return raised.value.code, json.loads(raised.value.response.body)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def until_run(jp_fetch: Any, run_id: str, *, has_document: bool = True) -> Any:
    deadline = asyncio.get_running_loop().time() + 10
    while asyncio.get_running_loop().time() < deadline:
        listed = (await ask(jp_fetch, "runs"))["runs"]
        if any(run["run_id"] == run_id for run in listed):
            run = await ask(jp_fetch, "runs", run_id)
            moments = {one["moment"] for one in run["revisions"]}
            # Until its document is taken apart, it is rebuilt from what ran.
            if moments - {"executed"} or (moments and not has_document):
                return run
        await asyncio.sleep(0.02)
    raise AssertionError("the run did not appear")


@pytest.fixture
def two_runs(trackbook_home: Path, jp_root_dir: Path) -> Path:
    folder = Path(jp_root_dir) / "work"
    folder.mkdir()
    record_two_runs(trackbook_home, str(folder / "churn.ipynb"))
    return folder


async def test_a_capture_joins_the_run_of_its_message(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    begun = notebook(code_cell("fit()", "a"))
    capture = {
        "kernel_id": "kernel-1",
        "client_id": "c",
        "moment": "scheduled",
        "messages": {"m9": "a"},
        "frame": {key: value for key, value in begun.items() if key != "cells"},
        "cell_keys": ["k"],
        "cells": {},
    }
    first = await ask(jp_fetch, "captures", body=capture)
    assert (first["revision_id"], first["missing"]) == (None, ["k"])
    second = await ask(
        jp_fetch, "captures", body=capture | {"cells": {"k": begun["cells"][0]}}
    )
    journal = FakeJournal(trackbook_home)
    journal.start("run-1")
    journal.execute("run-1", "e1", "fit()", message_id="m9", results={"acc": 0.9})
    run = await until_run(jp_fetch, "run-1")
    assert run["revisions"][0]["revision_id"] == second["revision_id"]
    done = code_cell("fit()", "a", outputs=[printed("0.9")], execution_count=1)
    await ask(
        jp_fetch,
        "captures",
        body=capture | {"moment": "ended", "cell_keys": ["l"], "cells": {"l": done}},
    )
    run = await ask(jp_fetch, "runs", "run-1")
    assert run["revisions"][0]["moment"] == "ended"
    latest = await ask(jp_fetch, "runs", "run-1", "revisions", "latest")
    assert latest["cells"] == [
        done
        | {
            "source": ["fit()"],
            "outputs": [done["outputs"][0] | {"text": ["0.9"]}],
        }
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("[]", "BadInput"),
        ("{", "BadInput"),
        ("{}", "BadInput"),
        ("[" * 100_000, "BadInput"),
        (
            json.dumps(
                {
                    "kernel_id": "k",
                    "client_id": "c",
                    "moment": "scheduled",
                    "messages": {},
                    "frame": {},
                    "cell_keys": ["a"],
                    "cells": {"a": {"nothing": 1}},
                }
            ),
            "NotANotebook",
        ),
    ],
)
async def test_a_capture_that_is_none_is_refused(
    jp_fetch: Any, body: str, error: str
) -> None:
    code, found = await problem(jp_fetch, "captures", body=body)
    assert (code, found["error"]) == (400, error)


async def test_a_copy_appears_beside_its_notebook_and_overwrites_nothing(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    paths = []
    for _ in range(2):
        response = await jp_fetch(
            *API, "runs", "run-a", "copies", method="POST", body="{}"
        )
        assert response.code == 201
        paths.append(json.loads(response.body)["path"])
    assert paths == ["work/churn (first).ipynb", "work/churn (first) 2.ipynb"]
    written, _ = read_notebook(two_runs / "churn (first).ipynb")
    assert written == document_of("0.01", "0.9")
    model = json.loads(
        (await jp_fetch("api", "contents", "work", "churn (first).ipynb")).body
    )
    assert model["type"] == "notebook"


async def test_a_copy_under_a_name_that_is_taken_or_outside_is_refused(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    (two_runs / "mine.ipynb").write_text("mine")
    for path, code, error in (
        ("work/mine.ipynb", 409, "WouldOverwrite"),
        ("../outside.ipynb", 400, "BadInput"),
        ("work/../../outside.ipynb", 400, "BadInput"),
        ("work/no-notebook.txt", 400, "BadInput"),
        ("nowhere/copy.ipynb", 400, "BadInput"),
    ):
        found = await problem(jp_fetch, "runs", "run-a", "copies", body={"path": path})
        assert (found[0], found[1]["error"]) == (code, error), path
    assert (two_runs / "mine.ipynb").read_text() == "mine"
    assert names_in(two_runs) == ["mine.ipynb"]


async def test_a_chosen_name_is_used(two_runs: Path, jp_fetch: Any) -> None:
    run = await until_run(jp_fetch, "run-b")
    while run["revisions"][0]["moment"] == "executed":  # until its own is split
        run = await until_run(jp_fetch, "run-b")
    body = {
        "path": 'work/🚀 "best".ipynb',
        "revision_id": run["revisions"][0]["revision_id"],
    }
    copy = await ask(jp_fetch, "runs", "run-b", "copies", body=body)
    assert copy["path"] == body["path"]
    copied, _ = read_notebook(two_runs / '🚀 "best".ipynb')
    assert copied == document_of("0.003")


async def test_compare_answers_what_differs(two_runs: Path, jp_fetch: Any) -> None:
    await until_run(jp_fetch, "run-b")
    found = await ask(
        jp_fetch, "compare", params=[("run_id", "run-a"), ("run_id", "run-b")]
    )
    assert found["sentence"].startswith("Best: lr 0.003")
    code, said = await problem(jp_fetch, "compare", params=[("run_id", "run-a")])
    assert (code, said["error"]) == (400, "BadInput")


async def test_two_notebooks_and_their_pieces_are_answered(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    sides = {"before": "run-a", "after": "work/churn.ipynb@r2"}
    found = msgspec.convert(
        await ask(jp_fetch, "differences", params=sides), NotebookDifference
    )
    assert [cell.change for cell in found.cells] == ["same", "edited", "rerun"]
    assert found.before.revision.notebook_path == "work/churn.ipynb"
    train = found.cells[2].before
    assert train is not None
    of = {"of": found.before.ref}
    output = await ask(jp_fetch, "pieces", train.outputs[0].sha256, params=of)
    assert output == printed("0.9")
    cell = await ask(jp_fetch, "pieces", train.sha256, params=of)
    assert cell["id"] == "train"
    text = await jp_fetch(*API, "differences", params=sides | {"format": "text"})
    assert b"-lr = 0.01\n  +lr = 0.003" in text.body
    for path, params, code in (
        (("differences",), sides | {"format": "html"}, 400),
        (("differences",), {"before": "run-a"}, 400),
        (("differences",), {"before": "run-a", "after": "nope"}, 404),
        (("differences",), {"before": "run-a", "after": "work/churn.ipynb"}, 404),
        (("pieces", train.outputs[0].sha256), {"of": "run-b"}, 404),
        (("pieces", "..%2f..%2fx"), of, 404),
        (("pieces", train.sha256), {}, 400),
    ):
        assert (await problem(jp_fetch, *path, params=params))[0] == code, params


async def test_nan_in_a_notebook_does_not_break_a_browser(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    raw = json.dumps(notebook(code_cell("x", "a", metadata={"x": float("nan")})))
    journal = FakeJournal(trackbook_home)
    journal.start("run-1")
    journal.execute("run-1", "e1", "x", results={"acc": 0.9})
    journal.put(
        "revision_captured",
        sha256=write_blob(trackbook_home / "blobs", raw.encode()),
        moment="file",
        run_id="run-1",
    )
    await until_run(jp_fetch, "run-1")
    response = await jp_fetch(*API, "runs", "run-1", "revisions", "latest")
    assert b"NaN" not in response.body


async def test_unknown_runs_and_revisions_are_404(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    for path in (
        ("runs", "nope", "revisions", "latest"),
        ("runs", "run-a", "revisions", "nope"),
    ):
        assert (await problem(jp_fetch, *path))[0] == 404


@pytest.fixture
def first_server(trackbook_home: Path) -> Iterator[Home]:
    """Another process's server, as far as the home's lock is concerned."""
    opened = Home(trackbook_home)
    yield opened
    opened.close()


async def test_a_second_server_on_a_home_hands_its_captures_to_the_first(
    first_server: Home, jp_fetch: Any
) -> None:
    begun = notebook(code_cell("fit()", "a"))
    capture = {
        "kernel_id": "kernel-1",
        "client_id": "c",
        "moment": "scheduled",
        "messages": {"m9": "a"},
        "frame": {key: value for key, value in begun.items() if key != "cells"},
        "cell_keys": ["k"],
        "cells": {},
    }
    assert (await ask(jp_fetch, "captures", body=capture))["missing"] == ["k"]
    full = capture | {"cells": {"k": begun["cells"][0]}}
    taken = await ask(jp_fetch, "captures", body=full)
    again = await ask(jp_fetch, "captures", body=capture)
    assert again["revision_id"] == taken["revision_id"]
    await asyncio.to_thread(first_server.ingest_now)
    found = first_server.database.read(
        get_document, first_server.path / "blobs", taken["revision_id"]
    )
    assert await asyncio.wrap_future(found) == begun
