"""What is kept when servers stop, die and start again on one home."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from .environments import KERNEL_PACKAGE
from .notebook import until
from .server_process import ServerProcess


@pytest.fixture
def server(tmp_path: Path, trackbook_home: Path, jp_asyncio_loop: Any):
    server = ServerProcess(tmp_path / "server", trackbook_home)
    yield server
    jp_asyncio_loop.run_until_complete(server.end(signal.SIGKILL))


def has_value(run: Any, value: float) -> bool:
    """Tell whether that is the run's result so far."""
    return run["main_metric"] is not None and run["main_metric"]["value"] == value


async def the_run(server: ServerProcess, status: str, seconds: float = 20) -> Any:
    """Return the only run once it has that status."""

    async def look() -> Any:
        runs = await server.runs()
        return runs[0] if [run["status"] for run in runs] == [status] else None

    return await until(look, seconds)


async def test_an_orderly_stop_finishes_runs_and_keeps_the_intent(server):
    await server.start()
    kernel_id = await server.open("train ü.ipynb")
    assert await server.record(kernel_id) == "recording"
    await server.cell(kernel_id, "lr = 0.5")
    await server.cell(kernel_id, "score = 1 - lr")
    await the_run(server, "open")
    await server.end(signal.SIGTERM)

    await server.start()
    run = await the_run(server, "finished")
    assert run["notebook_path"] == "train ü.ipynb"
    kernel_id = await server.open("train ü.ipynb")
    await server.cell(kernel_id, "lr = 0.25")
    await server.cell(kernel_id, "score = 1 - lr")

    async def second() -> bool:
        runs = await server.runs()
        return len(runs) == 2 and has_value(runs[0], 0.75)

    await until(second)


async def test_runs_of_writers_that_died_with_their_server_are_lost(server):
    await server.start()
    kernel_id = await server.open("train.ipynb")
    await server.record(kernel_id)
    await server.cell(kernel_id, "lr = 0.5")
    await server.cell(kernel_id, "score = 1 - lr")

    async def is_told() -> bool:
        return has_value(await the_run(server, "open"), 0.5)

    await until(is_told)
    kernels = psutil.Process(server._process.pid).children(recursive=True)
    await server.end(signal.SIGKILL)
    for kernel in kernels:
        kernel.kill()

    await server.start()
    run = await the_run(server, "lost")
    assert run["main_metric"]["value"] == 0.5


async def test_a_journal_written_while_no_server_ran_is_there_at_the_next_start(
    server, trackbook_home
):
    await server.start()
    await server.end()
    code = (
        "import trackbook\n"
        "with trackbook.start_run('nightly') as run:\n"
        "    trackbook.log_param('lr', 0.5)\n"
        "    trackbook.log_metric('acc', 0.9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(KERNEL_PACKAGE)}
    environment["TRACKBOOK_HOME"] = str(trackbook_home)
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], env=environment, check=True
    )
    await server.start()
    run = await the_run(server, "finished")
    assert (run["name"], run["main_metric"]["value"]) == ("nightly", 0.9)


async def test_a_script_that_is_killed_is_lost_while_the_server_looks_on(
    server, trackbook_home, tmp_path
):
    await server.start()
    code = (
        "import trackbook, time\n"
        "trackbook.start_run('endless')\n"
        "trackbook.log_metric('acc', 0.9)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(KERNEL_PACKAGE)}
    environment["TRACKBOOK_HOME"] = str(trackbook_home)
    command = [sys.executable, "-c", code]
    script = await asyncio.to_thread(subprocess.Popen, command, env=environment)
    try:
        await until(server.runs)
        await asyncio.sleep(3)
        assert (await server.runs())[0]["status"] in ("open", "running")
    finally:
        script.kill()
        script.wait()
    run = await the_run(server, "lost")
    assert run["name"] == "endless"


async def test_a_second_server_on_the_home_records_with_paths_too(
    server, trackbook_home, tmp_path, jp_asyncio_loop
):
    await server.start()
    second = ServerProcess(tmp_path / "second", trackbook_home)
    try:
        await second.start()
        assert (await second.fetch("trackbook/api/status"))["writes"] is False
        kernel_id = await second.open("of the second.ipynb")
        assert await second.record(kernel_id) == "recording"
        await second.cell(kernel_id, "lr = 0.5")
        await second.cell(kernel_id, "score = 1 - lr")
        run = await the_run(second, "open")
        assert run["notebook_path"] == "of the second.ipynb"
        assert run["experiment"] == "of the second"
        (seen,) = await server.runs()
        assert seen["run_id"] == run["run_id"]
    finally:
        await second.end(signal.SIGKILL)
    await the_run(server, "lost")
