"""What a store's run says of its notebook: over real HTTP, and on the command line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tornado.httpclient import HTTPClientError

from tests.notebooks.documents import code_cell, notebook, text_cell
from tests.notebooks.test_handlers import ask, until_run
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server.cli import main
from trackbook_server.notebooks.document import render

CELLS = {"data": "data = [3, 1]", "lr": "lr = 0.1", "train": "acc = lr * sum(data)"}


class Kernel:
    """A kernel whose executions and documents are journaled, without running them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = FakeJournal(home)
        self.count = 0
        self.has_kept = False
        self.run_id = "run-1"
        self.journal.start(self.run_id, notebook_path="/work/study.ipynb")

    def next_run(self, run_id: str, **fields: Any) -> None:
        self.journal.end(self.run_id)
        self.journal.start(
            run_id, notebook_path="/work/study.ipynb", continues=self.run_id, **fields
        )
        self.run_id = run_id

    def execute(
        self, cell_id: str, source: str, score: float | None = None, number: int = 0
    ) -> None:
        """One execution, `In [number]`, else the next."""
        self.count += 1
        execution_id = f"e{self.count}"
        self.journal.put(
            "execution_started", execution_id=execution_id, run_id=self.run_id,
            order=self.count, source=source, cell_id=cell_id,
            message_id=f"m{self.count}",
        )  # fmt: skip
        if score is not None:
            self.journal.points(self.run_id, "acc", [score], execution_id=execution_id)
        self.journal.put(
            "execution_ended", execution_id=execution_id, run_id=self.run_id,
            status="ok", duration_ms=1.0, execution_count=number or self.count,
        )  # fmt: skip

    def execute_all(self, cells: dict[str, str]) -> None:
        for cell_id, source in cells.items():
            self.execute(cell_id, source, 0.4 if cell_id == "train" else None)

    def keep(self, cells: dict[str, str]) -> None:
        """The document as it was sent for the last execution."""
        self.has_kept = True
        document = notebook(
            text_cell("# Study", "title"),
            *(code_cell(source, cell_id) for cell_id, source in cells.items()),
        )
        self.journal.put(
            "revision_captured",
            sha256=write_blob(self.home / "blobs", render(document)),
            notebook_path="/work/study.ipynb",
            moment="scheduled",
            message_ids=[f"m{self.count}"],
            cell_ids=[],
        )


@pytest.fixture
def kernel(trackbook_home: Path) -> Kernel:
    return Kernel(trackbook_home)


async def explained(kernel: Kernel, jp_fetch: Any) -> Any:
    """The answer, once the server has read all that the kernel journaled."""
    deadline = asyncio.get_running_loop().time() + 10
    while asyncio.get_running_loop().time() < deadline:
        run = await until_run(jp_fetch, kernel.run_id, has_document=kernel.has_kept)
        moment = run["revisions"][0]["moment"]
        last = run["cell_executions"][-1]
        if (
            last["execution_id"] == f"e{kernel.count}"
            and last["status"] == "ok"
            and moment == ("scheduled" if kernel.has_kept else "executed")
        ):
            return await ask(jp_fetch, "runs", kernel.run_id, "explanation")
        await asyncio.sleep(0.02)
    raise AssertionError("the run was not read")


async def test_a_notebook_that_ran_as_it_stands_explains_its_result(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute_all(CELLS)
    kernel.keep(CELLS)
    found = await explained(kernel, jp_fetch)
    assert found["verdict"] == "green"
    assert found["reasons"] == []
    assert found["result"]["title"] == CELLS["train"]
    assert found["result"]["place"] == 4
    assert found["cell_count"] == 4
    assert "3 of 3 cells" in found["checked"][0]
    assert found["not_checked"]


async def test_reasons_lead_to_their_cells(kernel: Kernel, jp_fetch: Any) -> None:
    kernel.execute_all(CELLS)
    kernel.keep({"data": CELLS["data"], "train": CELLS["train"]})
    found = await explained(kernel, jp_fetch)
    assert found["verdict"] == "red"
    [reason] = found["reasons"]
    assert reason["kind"] == "gone"
    assert reason["name"] == "lr"
    assert [(c["cell_id"], c["execution_id"], c["place"]) for c in reason["cells"]] == [
        ("train", "e3", 3),
        ("lr", "e2", None),
    ]


async def test_what_an_earlier_run_executed_counts(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute_all(CELLS)
    kernel.next_run("run-2")
    tweaked = CELLS | {"lr": "lr = 0.5"}
    kernel.execute_all({name: tweaked[name] for name in ("lr", "train")})
    kernel.keep(tweaked)
    assert (await explained(kernel, jp_fetch))["verdict"] == "green"


async def test_what_folded_into_a_run_counts(kernel: Kernel, jp_fetch: Any) -> None:
    kernel.execute_all(CELLS)
    kernel.keep(CELLS)
    kernel.next_run("run-2", provisional=True)
    kernel.execute("lr", "lr = 7")
    kernel.next_run("run-3")
    kernel.execute("train", CELLS["train"], 28)
    kernel.keep(CELLS)
    kernel.journal.end("run-3")
    found = await explained(kernel, jp_fetch)
    assert [reason["kind"] for reason in found["reasons"]] == ["edited"]


async def test_the_answer_changes_as_the_run_goes_on(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute_all(CELLS)
    kernel.keep(CELLS)
    assert (await explained(kernel, jp_fetch))["verdict"] == "green"
    kernel.execute("lr", "lr = 9")
    kernel.execute("train", CELLS["train"], 36)
    kernel.keep(CELLS)
    found = await explained(kernel, jp_fetch)
    assert [reason["kind"] for reason in found["reasons"]] == ["edited"]


async def test_a_run_without_its_document_can_not_be_told(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute_all(CELLS)
    found = await explained(kernel, jp_fetch)
    assert found["verdict"] == "unknown"
    assert "not captured" in found["reasons"][0]["sentence"]


async def test_a_replaced_secret_is_a_reason(kernel: Kernel, jp_fetch: Any) -> None:
    cells = {"key": "key = '<redacted>'"} | CELLS
    kernel.execute_all(cells)
    kernel.keep(cells)
    found = await explained(kernel, jp_fetch)
    assert found["verdict"] == "amber"
    [reason] = found["reasons"]
    assert (reason["kind"], reason["cells"][0]["cell_id"]) == ("secret", "key")


async def test_a_secret_that_only_the_recording_replaced_is_no_edit(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute_all({"key": "word = '<redacted>'"} | CELLS)
    kernel.keep({"key": "word = 'open sesame'"} | CELLS)
    assert (await explained(kernel, jp_fetch))["verdict"] == "green"


async def test_cells_that_ran_unrecorded_are_told(
    kernel: Kernel, jp_fetch: Any
) -> None:
    kernel.execute("data", CELLS["data"])
    kernel.execute("lr", CELLS["lr"], number=3)
    kernel.execute("train", CELLS["train"], 0.4, number=5)
    kernel.keep(CELLS)
    found = await explained(kernel, jp_fetch)
    assert found["verdict"] == "unknown"
    assert "2 cells ran without being recorded" in found["reasons"][0]["sentence"]


async def test_uncommitted_code_counts_where_the_notebook_uses_some(
    kernel: Kernel, jp_fetch: Any
) -> None:
    cells = {"helpers": "import helpers"} | CELLS
    kernel.journal.put(
        "environment_captured", run_id="run-1", environment_id="a", environment={},
        git={"commit": "3f2c9a1" * 5, "dirty": True, "branch": "main"},
    )  # fmt: skip
    kernel.execute_all(cells)
    kernel.keep(cells)
    found = await explained(kernel, jp_fetch)
    assert (found["verdict"], found["reasons"][0]["kind"]) == ("amber", "uncommitted")


async def test_an_input_that_changed_is_a_reason(kernel: Kernel, jp_fetch: Any) -> None:
    for digest in ("one", "other"):
        kernel.journal.put(
            "input_logged", run_id="run-1", name="train.csv", digest=digest
        )
    kernel.execute_all(CELLS)
    kernel.keep(CELLS)
    found = await explained(kernel, jp_fetch)
    assert [r["kind"] for r in found["reasons"]] == ["input_changed"]


async def test_an_unknown_run_has_no_explanation(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    with pytest.raises(HTTPClientError) as raised:
        await ask(jp_fetch, "runs", "nowhere", "explanation")
    assert raised.value.code == 404


def test_show_says_whether_the_notebook_explains_it(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path)
    kernel.execute_all(CELLS)
    kernel.keep({"data": CELLS["data"], "train": CELLS["train"]})
    home = ["--home", str(tmp_path)]
    shown = CliRunner().invoke(main, ["show", "@last", *home])
    assert shown.exit_code == 0, shown.output
    assert "Does the notebook explain it? red" in shown.output
    assert "reads `lr`, last written by a cell that is no longer there" in " ".join(
        shown.output.split()
    )
    told = CliRunner().invoke(main, ["show", "@last", "--json", *home])
    assert json.loads(told.output)["explanation"]["verdict"] == "red"
