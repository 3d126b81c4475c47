"""A server that is killed while it ingests: nothing is lost, nothing counts twice."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from jupyter_client.manager import AsyncKernelManager

from .environments import KERNEL_PACKAGE, clean_environment
from .notebook import until
from .server_process import ServerProcess

KILLS = 4
MOST = 90_000
"""More points than a history of the API shows would be thinned out."""

SCRIPT = """
import time
from pathlib import Path
import trackbook
with trackbook.start_run("script"):
    step = 0
    while not Path({stop!r}).exists():
        if step % 20 == 0:
            time.sleep(0.01)
        if step < {most}:
            trackbook.log_metric("loss", step / 2, step=step)
            step += 1
print(step)
"""

TRAIN = """
for step in range(200):
    trackbook.log_metric("val_loss", attempt * 1000 + step, step=step)
    time.sleep(0.001)
"""


class Kernel:
    """A kernel that no server started, so that it outlives them; it records."""

    def __init__(self, manager: AsyncKernelManager) -> None:
        self._client: Any = manager.client()
        self._client.start_channels(iopub=False, stdin=False, hb=False)

    async def cell(self, source: str, cell_id: str) -> None:
        """Run a cell to its end, as JupyterLab sends it."""
        content = {"code": source, "silent": False, "store_history": True}
        content |= {"user_expressions": {}, "allow_stdin": False}
        message = self._client.session.msg(
            "execute_request", content, metadata={"cellId": cell_id}
        )
        self._client.shell_channel.send(message)
        while True:
            reply = await self._client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                assert reply["content"]["status"] == "ok", reply["content"]
                return

    async def ask(self, expression: str) -> str:
        """Return what an expression gives in the kernel, as text."""
        request = {"silent": True, "user_expressions": {"it": expression}}
        message_id = self._client.execute("", **request)
        while True:
            reply = await self._client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message_id:
                found = reply["content"]["user_expressions"]["it"]
                return str(found["data"]["text/plain"])

    def disconnect(self) -> None:
        self._client.stop_channels()


@asynccontextmanager
async def recording_kernel(environment: dict[str, str]) -> AsyncIterator[Kernel]:
    manager = AsyncKernelManager()
    await manager.start_kernel(env=environment)
    kernel = Kernel(manager)
    try:
        await kernel.cell("%load_ext trackbook", "load")
        await kernel.cell("import time, trackbook", "import")
        yield kernel
    finally:
        kernel.disconnect()
        await manager.shutdown_kernel(now=True)


@pytest.fixture
def server(tmp_path: Path, trackbook_home: Path, jp_asyncio_loop: Any):
    server = ServerProcess(tmp_path / "server", trackbook_home)
    yield server
    jp_asyncio_loop.run_until_complete(server.end(signal.SIGKILL))


async def test_a_server_killed_in_the_middle_of_ingest_loses_and_doubles_nothing(
    server: ServerProcess, trackbook_home: Path, tmp_path: Path
) -> None:
    dice = random.Random(uuid4().int)
    stop = tmp_path / "stop"
    environment = {
        **clean_environment(),
        "PYTHONPATH": str(KERNEL_PACKAGE),
        "TRACKBOOK_HOME": str(trackbook_home),
    }
    script = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-c", SCRIPT.format(stop=str(stop), most=MOST)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    attempts = 0

    async def attempt_until_stopped(kernel: Kernel) -> None:
        nonlocal attempts
        while not stop.exists():
            await kernel.cell(f"attempt = {attempts + 1}", "params")
            await kernel.cell(TRAIN, "train")
            attempts += 1

    try:
        async with recording_kernel(environment) as kernel:
            working = asyncio.create_task(attempt_until_stopped(kernel))
            for _ in range(KILLS):
                await server.start()
                await asyncio.sleep(dice.uniform(0, 0.8))
                await server.end(signal.SIGKILL)
            await server.start()
            stop.touch()
            await working
            written, _ = await asyncio.to_thread(script.communicate, timeout=20)

            async def all_there() -> Any:
                page = await server.fetch("trackbook/api/runs?limit=500")
                if len(page["runs"]) < attempts + 1:
                    return None
                ids = [run["run_id"] for run in page["runs"]]
                shown = [await whole(server, run_id) for run_id in ids]
                wanted = int(written) + attempts * 200
                return shown if sum(map(count_of, shown)) >= wanted else None

            shown = await until(all_there)
            await check_script(server, shown, int(written))
            await check_attempts(server, shown, attempts)
    finally:
        script.kill()
        script.communicate()


async def whole(server: ServerProcess, run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await server.fetch(f"trackbook/api/runs/{run_id}")
    return found


def count_of(run: dict[str, Any]) -> int:
    return sum(metric["count"] for metric in run["metric_list"])


async def values_of(server: ServerProcess, run_id: str, key: str) -> list[float]:
    path = f"trackbook/api/runs/{run_id}/metrics/{key}?max_points=100000"
    history = await server.fetch(path)
    assert history["steps"] == list(range(history["total"]))
    values: list[float] = history["values"]
    return values


async def check_script(
    server: ServerProcess, shown: list[dict[str, Any]], written: int
) -> None:
    """One run, each of its points once."""
    [run] = [run for run in shown if run["name"] == "script"]
    values = await values_of(server, run["run_id"], "loss")
    assert values == [step / 2 for step in range(written)]


async def check_attempts(
    server: ServerProcess, shown: list[dict[str, Any]], attempts: int
) -> None:
    """A run an attempt, each with its two executions and its own points."""
    runs = [run for run in shown if run["name"] != "script"]
    assert sorted(run["params"]["attempt"] for run in runs) == list(
        range(1, attempts + 1)
    )
    for run in runs:
        attempt = run["params"]["attempt"]
        sources = [
            execution["source"]
            for execution in run["cell_executions"]
            if "import" not in execution["source"]
        ]
        assert sources == [f"attempt = {attempt}", TRAIN]
        values = await values_of(server, run["run_id"], "val_loss")
        assert values == [attempt * 1000 + step for step in range(200)]
