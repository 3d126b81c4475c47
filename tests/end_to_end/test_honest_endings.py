"""What is said of runs whose kernel or server dies, sleeps or is put to sleep."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from .environments import KERNEL_PACKAGE
from .notebook import until
from .server_process import ServerProcess
from .test_killed_server import recording_kernel

WITHIN = 30.0
"""So many seconds after a death the status is right, says the issue."""

LONGER_THAN_ANY_LOOK = 4.5
"""Two looks of `store/watch.py`, and Jupyter's own at its kernels (3 s)."""

FOREVER = (
    "import time, trackbook\n"
    "lr = 0.5\n"
    "for step in range(10**6):\n"
    "    trackbook.log_metric('val_loss', 1 / (step + 1), step=step)\n"
    "    time.sleep(0.02)\n"
)


@pytest.fixture
def server(tmp_path: Path, trackbook_home: Path, jp_asyncio_loop: Any):
    server = ServerProcess(tmp_path / "server", trackbook_home)
    yield server
    jp_asyncio_loop.run_until_complete(server.end(signal.SIGKILL))


async def by_name(server: ServerProcess) -> dict[str, Any]:
    """Return the listed runs by the file name of their notebook, or their own."""
    return {run["notebook_path"] or run["name"]: run for run in await server.runs()}


async def status(server: ServerProcess, wanted: dict[str, str]) -> dict[str, Any]:
    """Return the runs once they have these statuses."""

    seen: dict[str, str] = {}

    async def look() -> Any:
        found = await by_name(server)
        seen.update({name: found[name]["status"] for name in wanted if name in found})
        return found if seen == wanted else None

    try:
        return dict(await until(look, WITHIN))
    except AssertionError as error:
        raise AssertionError(f"wanted {wanted}, but saw {seen}") from error


async def train(server: ServerProcess, path: str, source: str = FOREVER) -> str:
    """Begin to train in a recorded notebook; return its kernel's id."""
    kernel_id = await server.open(path)
    assert await server.record(kernel_id) == "recording"
    await server.send(kernel_id, source)
    return kernel_id


def kernel_process(kernel_id: str) -> psutil.Process:
    [found] = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"kernel-{kernel_id}.json" in " ".join(process.info["cmdline"] or ())
    ]
    return found


async def test_killed_kernels_leave_lost_runs_and_the_next_attempt_is_a_new_one(
    server: ServerProcess,
) -> None:
    await server.start()
    busy = await train(server, "busy.ipynb")
    idle = await train(server, "idle.ipynb", "lr = 0.5\nscore = 1 - lr")
    await status(server, {"busy.ipynb": "running", "idle.ipynb": "open"})

    async def scored() -> bool:
        return all(run["main_metric"] for run in await server.runs())

    await until(scored, WITHIN)  # what is younger than a second may be lost
    for kernel_id in (busy, idle):
        kernel_process(kernel_id).kill()
    runs = await status(server, {"busy.ipynb": "lost", "idle.ipynb": "lost"})
    page = await server.fetch(f"trackbook/api/runs/{runs['busy.ipynb']['run_id']}")
    [execution] = page["cell_executions"]
    assert execution["status"] == "interrupted"
    assert page["metrics"]["val_loss"]["count"] > 0
    # Jupyter has started another process by now, under the same kernel id.
    await server.cell(idle, "lr = 0.25\nscore = 1 - lr")

    async def another() -> Any:
        listed = await server.runs()
        return [
            run["status"] for run in listed if run["notebook_path"] == "idle.ipynb"
        ] == ["open", "lost"]

    await until(another, WITHIN)


KILLED = (
    "import trackbook, time\n"
    "trackbook.start_run('script')\n"
    "trackbook.log_metric('acc', 0.9)\n"
    "print(flush=True)\n"
    "time.sleep(600)\n"
)


async def test_who_dies_without_a_server_is_lost_before_and_while_one_looks(
    server: ServerProcess, environment: dict[str, str]
) -> None:
    script = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, env=environment, stdout=subprocess.PIPE
    )
    async with recording_kernel(environment) as kernel:
        await kernel.cell("%track start console", "start")
        pid = await kernel.ask("__import__('os').getpid()")
        assert script.stdout is not None
        await script.stdout.readline()
        await asyncio.sleep(1)  # a journal is flushed within a second
        script.kill()
        await script.wait()
        await server.start()
        runs = await status(server, {"script": "lost", "console": "open"})
        assert runs["script"]["main_metric"]["value"] == 0.9
        os.kill(int(pid), signal.SIGKILL)
        await status(server, {"console": "lost"})


@asynccontextmanager
async def stopped(*processes: psutil.Process) -> AsyncIterator[None]:
    """As a laptop's lid does: they get no time at all."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


async def test_who_only_sleeps_is_not_lost_and_ends_with_its_server(
    server: ServerProcess,
) -> None:
    await server.start()
    kernel_id = await train(server, "train.ipynb")
    runs = await status(server, {"train.ipynb": "running"})
    run_id = runs["train.ipynb"]["run_id"]
    kernel = kernel_process(kernel_id)

    async def count() -> int:
        page = await server.fetch(f"trackbook/api/runs/{run_id}")
        assert page["status"] == "running"
        return int(page["metrics"].get("val_loss", {"count": 0})["count"])

    await until(count)
    async with stopped(kernel):
        await asyncio.sleep(LONGER_THAN_ANY_LOOK)
        before = await count()
    async with stopped(server.process, kernel):
        await asyncio.sleep(LONGER_THAN_ANY_LOOK)

    async def more() -> Any:
        return await count() > before

    await until(more)
    await asyncio.sleep(LONGER_THAN_ANY_LOOK)
    assert await count() > before
    # Whoever stops the server interrupts what runs in it.
    await server.end(signal.SIGTERM)
    await server.start()
    await status(server, {"train.ipynb": "interrupted"})


async def test_a_run_that_is_trashed_while_it_runs_stays_in_the_trash(
    server: ServerProcess,
) -> None:
    await server.start()
    kernel_id = await train(server, "train.ipynb")
    runs = await status(server, {"train.ipynb": "running"})
    run_id = runs["train.ipynb"]["run_id"]
    path = f"trackbook/api/runs/{run_id}"

    async def wrote_some() -> Any:
        return "val_loss" in (await server.fetch(path))["metrics"]

    await until(wrote_some)
    trashed = await server.fetch(path, "PATCH", {"trashed": True})
    count = trashed["metrics"]["val_loss"]["count"]

    async def wrote_more() -> Any:
        page = await server.fetch(path)
        return page["metrics"]["val_loss"]["count"] > count

    await until(wrote_more)
    assert await server.runs() == []
    await server.fetch(f"api/kernels/{kernel_id}/interrupt", "POST", {})
    await server.cell(kernel_id, "%track end")

    async def ended() -> Any:
        page = await server.fetch(path)
        return page["status"] == "interrupted"

    await until(ended)
    assert await server.runs() == []
    trash = await server.fetch("trackbook/api/runs?trashed=true")
    assert [run["run_id"] for run in trash["runs"]] == [run_id]
    # The next attempt is compared with nothing that was thrown away.
    await server.cell(kernel_id, "lr = 0.25\nscore = 1 - lr")

    async def only_the_next() -> Any:
        listed = await server.runs()
        return [run["name"] for run in listed] == ["first"]

    await until(only_the_next)


@pytest.fixture
def environment(trackbook_home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(KERNEL_PACKAGE),
        "TRACKBOOK_HOME": str(trackbook_home),
    }
