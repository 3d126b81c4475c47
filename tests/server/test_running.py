"""What runs now: the store's word, and what the server knows of its own kernels."""

import json
import socket
from pathlib import Path
from typing import Any

import msgspec
from jupyter_client.manager import AsyncKernelManager

from tests.server.test_routes import until
from tests.store.journals import FakeJournal
from trackbook_server import contract as c
from trackbook_server.store.home import Home
from trackbook_server.store.running import list_running


def running(home: Home) -> c.RunningList:
    home.ingest_now()
    return home.database.read(list_running, "here").result()


def test_a_run_without_an_end_runs_with_the_cell_that_executes(
    trackbook_home: Path,
) -> None:
    journal = FakeJournal(trackbook_home, host="hpc-7", pid=4711)
    journal.start("r1", {"lr": 0.1}, notebook_path="/work/a.ipynb")
    journal.execute("r1", "e1", "warm_up()", results={"acc": 0.5})
    journal.execute("r1", "e2", "fit()\n" + "x" * 5000, status=None, cell_id="c2")
    home = Home(trackbook_home)
    try:
        (run,) = running(home).runs
        assert (run.run_id, run.status, run.host, run.pid) == (
            "r1",
            "running",
            "hpc-7",
            4711,
        )
        assert run.kernel_id == "kernel-1"
        assert run.notebook_path == "/work/a.ipynb"
        assert (run.is_here, run.is_busy) == (False, None)
        assert run.main_metric is not None
        assert run.main_metric.value == 0.5
        assert run.cell is not None
        assert (run.cell.execution_id, run.cell.cell_id) == ("e2", "c2")
        assert run.cell.source.startswith("fit()")
        assert len(run.cell.source) == 2000
    finally:
        home.close()


def test_a_run_that_is_idle_between_cells_is_open_and_one_that_ended_is_gone(
    trackbook_home: Path,
) -> None:
    journal = FakeJournal(trackbook_home)
    journal.start("r1")
    journal.execute("r1", "e1", results={"acc": 0.5})
    journal.end("r1")
    journal.start("r2")
    journal.execute("r2", "e2", results={"acc": 0.6})
    home = Home(trackbook_home)
    try:
        answer = running(home)
        assert [(run.run_id, run.status, run.cell) for run in answer.runs] == [
            ("r2", "open", None)
        ]
        assert (answer.total, answer.host) == (1, "here")
    finally:
        home.close()


async def test_a_kernel_of_this_server_can_be_interrupted_and_others_can_not(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any, jp_serverapp: Any
) -> None:
    kernels: Any = jp_serverapp.kernel_manager
    kernel_id = await kernels.start_kernel()
    try:
        assert isinstance(kernels.get_kernel(kernel_id), AsyncKernelManager)
        here = FakeJournal(trackbook_home, "w-here", kernel_id=kernel_id)
        here.start("r1", notebook_path=str(jp_root_dir / "work" / "a.ipynb"))
        here.execute("r1", "e1", status=None)
        other = FakeJournal(trackbook_home, "w-other", kernel_id="kernel-elsewhere")
        other.start("r2", notebook_path="/elsewhere/b.ipynb")
        other.execute("r2", "e2", status=None)

        async def both() -> Any:
            response = await jp_fetch("trackbook", "api", "running")
            found = json.loads(response.body)
            return found if len(found["runs"]) == 2 else None

        answer = msgspec.convert(await until(both), c.RunningList)
        assert answer.host == socket.gethostname()
        by_id = {run.run_id: run for run in answer.runs}
        assert by_id["r1"].is_here
        assert by_id["r1"].notebook_path == "work/a.ipynb"
        assert not by_id["r2"].is_here
        assert by_id["r2"].is_busy is None
    finally:
        await kernels.shutdown_kernel(kernel_id, now=True)
