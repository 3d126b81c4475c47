"""Two servers and several writers on one home: one writes, the other takes over."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import check_store

from .environments import KERNEL_PACKAGE, clean_environment
from .notebook import until
from .server_process import ServerProcess
from .test_killed_server import whole

WRITERS = 2
SCRIPT = """
import time
from pathlib import Path
import trackbook
with trackbook.start_run({name!r}):
    trackbook.log_param("is", {name!r})
    step = 0
    while not Path({stop!r}).exists():
        trackbook.log_metric("loss", step / 2, step=step)
        step += 1
        time.sleep(0.001)
print(step)
"""


@pytest.fixture
def servers(
    tmp_path: Path, trackbook_home: Path, jp_asyncio_loop: Any
) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    both = (
        ServerProcess(tmp_path / "first", trackbook_home),
        ServerProcess(tmp_path / "second", trackbook_home),
    )
    yield both
    for server in both:
        jp_asyncio_loop.run_until_complete(server.end(signal.SIGKILL))


async def test_the_second_server_goes_on_where_the_first_was_killed(
    servers: tuple[ServerProcess, ServerProcess], trackbook_home: Path, tmp_path: Path
) -> None:
    first, second = servers
    await first.start()
    await second.start()
    assert (await first.fetch("trackbook/api/status"))["writes"]
    said = await second.fetch("trackbook/api/status")
    assert not said["writes"]
    assert f"process {first.process.pid}" in said["owner"]
    stop = tmp_path / "stop"
    environment = {
        **clean_environment(),
        "PYTHONPATH": str(KERNEL_PACKAGE),
        "TRACKBOOK_HOME": str(trackbook_home),
    }
    names = [f"script {number}" for number in range(WRITERS)]
    scripts = [
        await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-c", SCRIPT.format(name=name, stop=str(stop))],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    try:

        async def all_run() -> Any:
            runs = await second.runs()
            return runs if len(runs) == WRITERS else None

        runs = await until(all_run)
        # Told to the one that reads: the one that writes hears of it.
        path = f"trackbook/api/runs/{runs[0]['run_id']}"
        await second.fetch(path, "PATCH", {"note": "said to the second"})

        async def is_noted() -> bool:
            found: str = (await first.fetch(path))["note"]
            return found == "said to the second"

        await until(is_noted)
        await first.end(signal.SIGKILL)

        async def writes() -> bool:
            return bool((await second.fetch("trackbook/api/status"))["writes"])

        await until(writes)
        await first.start()
        assert not (await first.fetch("trackbook/api/status"))["writes"]
        await first.fetch(path, "PATCH", {"name": "named by the first"})
        stop.touch()
        written = {}
        for name, script in zip(names, scripts, strict=True):
            said, _ = await asyncio.to_thread(script.communicate, timeout=20)
            written[name] = int(said)

        async def all_there() -> Any:
            shown = [await whole(second, run["run_id"]) for run in runs]
            counts = {
                run["params"]["is"]: run["metric_list"][0]["count"] for run in shown
            }
            named = {run["name"] for run in shown}
            return counts == written and "named by the first" in named

        await until(all_there)
    finally:
        stop.touch()
        for script in scripts:
            script.kill()
            script.communicate()
    for server in servers:
        await server.end()
    check_store(trackbook_home)
