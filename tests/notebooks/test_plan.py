"""What is told before a notebook is restored, over real HTTP."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.notebooks.documents import code_cell, notebook
from tests.notebooks.homes import record_two_runs
from tests.notebooks.test_handlers import API, ask, problem, until_run
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server.contract import RevisionInfo
from trackbook_server.notebooks.plan import read_kernel_and_sources
from trackbook_server.notebooks.restore import Restored

TOKEN = "ghp_" + "a1B2" * 10


@pytest.fixture
def two_runs(trackbook_home: Path, jp_root_dir: Path) -> Path:
    folder = Path(jp_root_dir) / "work"
    folder.mkdir()
    record_two_runs(trackbook_home, str(folder / "churn.ipynb"))
    return folder


def capture_environment(home: Path, run_id: str, packages: dict[str, str]) -> None:
    FakeJournal(home, f"w-{run_id}").put(
        "environment_captured",
        run_id=run_id,
        environment_id=f"e-{run_id}",
        environment={
            "python": "3.11.9",
            "executable": "/there/bin/python",
            "packages": packages,
        },
    )


async def plan(jp_fetch: Any, run_id: str, **params: str) -> Any:
    return await ask(jp_fetch, "runs", run_id, "restore", params=params)


async def test_the_plan_names_the_copy_and_where_the_notebook_is(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    found = await plan(jp_fetch, "run-a")
    assert found["copy_path"] == "work/churn (first).ipynb"
    assert (found["notebook_path"], found["place"]) == ("work/churn.ipynb", "gone")
    assert found["revision"]["number"] == 1
    assert found["environment"] is None
    (two_runs / "churn.ipynb").write_text("{}")
    (two_runs / "churn (first).ipynb").write_text("mine")
    found = await plan(jp_fetch, "run-a", revision_id="executed")
    assert found["place"] == "notebook"
    assert found["copy_path"] == "work/churn (first) 2.ipynb"
    assert found["revision"]["moment"] == "executed"


async def test_a_notebook_outside_of_the_root_is_told_as_such(
    trackbook_home: Path, tmp_path: Path, jp_fetch: Any
) -> None:
    record_two_runs(trackbook_home, "/elsewhere/churn.ipynb")
    await until_run(jp_fetch, "run-b")
    found = await plan(jp_fetch, "run-a")
    assert found["place"] == "outside"
    assert found["copy_path"] == "churn (first).ipynb"


async def test_a_notebook_in_a_hidden_folder_is_copied_into_the_root(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    folder = Path(jp_root_dir) / ".hidden"
    folder.mkdir()
    (folder / "churn.ipynb").write_text("{}")
    record_two_runs(trackbook_home, str(folder / "churn.ipynb"))
    await until_run(jp_fetch, "run-b")
    found = await plan(jp_fetch, "run-a")
    assert found["place"] == "outside"
    assert found["copy_path"] == "churn (first).ipynb"
    copy = await ask(jp_fetch, "runs", "run-a", "copies", body={})
    assert copy["path"] == "churn (first).ipynb"
    for path in (".hidden/copy.ipynb", ".copy.ipynb"):
        body = {"path": path}
        code, said = await problem(jp_fetch, "runs", "run-a", "copies", body=body)
        assert (code, said["error"]) == (400, "BadInput"), path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write")
async def test_a_folder_that_can_not_be_written_is_named(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    os.chmod(two_runs, 0o500)  # noqa: PTH101
    try:
        code, _ = await problem(jp_fetch, "runs", "run-a", "copies", body={})
    finally:
        os.chmod(two_runs, 0o700)  # noqa: PTH101
    assert code in (400, 403)


async def test_the_environment_is_compared_with_the_kernels_latest(
    two_runs: Path, trackbook_home: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    capture_environment(trackbook_home, "run-a", {"pandas": "3.0.1", "numpy": "2.1"})
    capture_environment(trackbook_home, "run-b", {"pandas": "3.1.0", "numpy": "2.1"})
    for run_id in ("run-a", "run-b"):
        while (await ask(jp_fetch, "runs", run_id))["environment"] is None:
            pass
    found = (await plan(jp_fetch, "run-a", kernel_id="kernel-1"))["environment"]
    assert found["packages"] == [
        {"name": "pandas", "then": "3.0.1", "now": "3.1.0", "is_used": False}
    ]
    assert (found["same_count"], found["interpreter"]) == (1, "/there/bin/python")
    assert found["uv"][0].startswith("trackbook restore run-a --requirements -o ")
    # Without a kernel, the interpreter that the notebook's kernel would have.
    found = (await plan(jp_fetch, "run-a"))["environment"]
    assert found["interpreter"] == sys.executable
    response = await jp_fetch(*API, "runs", "run-a", "requirements")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert b"\nnumpy==2.1\npandas==3.0.1\n" in response.body


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (notebook(code_cell("import a", "a")), ("python3", ["import a"])),
        (notebook() | {"metadata": {"kernelspec": 5}}, (None, [])),
        # What can't be read is given back as it is.
        (None, (None, [])),
    ],
)
def test_kernel_and_sources_are_read_where_there_are_any(
    document: dict[str, Any] | None, found: tuple[str | None, list[str]]
) -> None:
    info = msgspec.convert(
        dict.fromkeys(RevisionInfo.__struct_fields__, None)
        | {"revision_id": "r", "number": 1, "moment": "file", "captured_at": ""}
        | {"cell_count": 0, "redacted_count": 0},
        RevisionInfo,
    )
    restored = Restored(info, json.dumps(document).encode(), "a.ipynb")
    assert read_kernel_and_sources(restored) == found


async def test_packages_that_were_not_recorded_are_not_made_up(
    two_runs: Path, jp_fetch: Any
) -> None:
    await until_run(jp_fetch, "run-b")
    code, said = await problem(jp_fetch, "runs", "run-a", "requirements")
    assert (code, said["error"]) == (404, "NotFound")
    for path in ("restore", "requirements"):
        assert (await problem(jp_fetch, "runs", "nope", path))[0] == 404


async def test_replaced_values_are_put_back_from_the_open_cells(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    document = notebook(code_cell(f'key = "{TOKEN}"\nx = 1', "a"), code_cell("b", "b"))
    journal = FakeJournal(trackbook_home)
    journal.start("run-1")
    journal.execute("run-1", "e1", "x", results={"acc": 0.9})
    journal.put(
        "revision_captured",
        sha256=write_blob(trackbook_home / "blobs", json.dumps(document).encode()),
        moment="file",
        run_id="run-1",
    )
    await until_run(jp_fetch, "run-1")
    body = {"sources": {"1": f'key = "{TOKEN}"\nx = 2'}}
    found = await ask(jp_fetch, "runs", "run-1", "refill", body=body)
    assert found["cells"] == [
        {
            "place": 1,
            "title": 'key = "<redacted>"',
            "source": f'key = "{TOKEN}"\nx = 1',
            "left_count": 0,
        }
    ]
    found = await ask(jp_fetch, "runs", "run-1", "refill", body={"sources": {}})
    assert [cell["left_count"] for cell in found["cells"]] == [1]
    for wrong in ({"sources": {"x": ""}}, {"sources": []}, {"source": {}}):
        code, said = await problem(jp_fetch, "runs", "run-1", "refill", body=wrong)
        assert (code, said["error"]) == (400, "BadInput")
