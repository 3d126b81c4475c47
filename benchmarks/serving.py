"""What clients and the event loop feel while eight processes log 20,000 points/s each.

A real Jupyter server on a home with 300 runs; 20 clients page, look at runs and chart,
each with a pause between its requests, first alone and then beside the writers. That
the loop was late is measured in the server (`loop_probe`), beside a loop in a process
of its own that does nothing, since what both miss is the machine's.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from benchmarks.many_runs import fill
from benchmarks.rows import Row

SECONDS = float(os.environ.get("TRACKBOOK_BENCH_SECONDS", "60"))
WRITERS = 8
CLIENTS = 20
POINTS_A_SECOND = 20_000
PAUSE_SECONDS = 0.25
RUNS = 300
TOKEN = "for-benchmarks"
ROOT = Path(__file__).parents[1]

_WRITER = """
import sys, time
import trackbook
name, rate, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
keys = [f"m{number}" for number in range(4)]
count, began = 0, time.perf_counter()
with trackbook.start_run(name):
    while (now := time.perf_counter() - began) < seconds:
        for step in range(count, int(now * rate)):
            trackbook.log_metric(keys[step % 4], step * 0.001, step=step // 4)
            count += 1
        time.sleep(0.01)
print(count)
"""


@dataclass(slots=True)
class Felt:
    """What the clients saw: how long each page took, and what was no answer."""

    took_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.took_ms)[int(len(self.took_ms) * share)]


class Server:
    """A Jupyter server with trackbook and the probe."""

    def __init__(self, folder: Path, home: Path) -> None:
        (folder / "root").mkdir()
        self._folder = folder
        self._client = AsyncHTTPClient(force_instance=True, max_clients=100)
        self._log = (folder / "server.log").open("wb")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server",
                "--ServerApp.port=0",
                "--ServerApp.open_browser=False",
                "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={folder / 'root'}",
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.log_level=ERROR",
                "--ServerApp.jpserver_extensions=trackbook_server=True",
                "--ServerApp.jpserver_extensions=benchmarks.loop_probe=True",
                "--ServerApp.jpserver_extensions=jupyterlab=False",
                "--ServerApp.jpserver_extensions=jupyter_lsp=False",
                "--ServerApp.jpserver_extensions=notebook_shim=False",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "TRACKBOOK_HOME": str(home),
                "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                "JUPYTER_CONFIG_DIR": str(folder / "config"),
            },
            stdout=self._log,
            stderr=self._log,
        )  # fmt: skip
        self.url = ""

    async def start(self) -> None:
        """Wait until it answers."""
        file = self._folder / "runtime" / f"jpserver-{self.process.pid}.json"
        for _ in range(600):
            if file.exists() and file.stat().st_size:
                self.url = json.loads(file.read_text())["url"]
                try:
                    await self.ask("trackbook/api/status")
                except (OSError, HTTPClientError):
                    pass
                else:
                    return
            await asyncio.sleep(0.1)
        raise TimeoutError((self._folder / "server.log").read_text())

    async def ask(self, path: str) -> Any:
        headers = {"Authorization": f"token {TOKEN}", "Accept-Encoding": "gzip"}
        request = HTTPRequest(self.url + path, headers=headers, request_timeout=60)
        return json.loads((await self._client.fetch(request)).body)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self._log.close()


async def use(server: Server, felt: Felt, seed: int, until: float) -> None:
    """Be one client: page, look, chart, follow."""
    pick = random.Random(seed)
    await asyncio.sleep(pick.random() * PAUSE_SECONDS)
    cursor, change = "", 0
    while time.perf_counter() < until:
        run = f"bench-{pick.randrange(RUNS):06}"
        path = pick.choice([
            f"runs?limit=50&sort=-metric:val_acc{cursor}",
            "runs?limit=50&column=param:lr&column=metric:loss",
            f"runs?since={change}",
            "runs?filter=params.lr%20%3C%200.05",
            f"runs/{run}",
            f"points?run_id={run}&key=loss&max_points=500",
            "points?max_points=500" + "".join(f"&key=m{number}" for number in range(4))
            + "".join(f"&run_id={found}" for found in LIVE),
        ])  # fmt: skip
        began = time.perf_counter()
        try:
            answer = await server.ask(f"trackbook/api/{path}")
        except Exception as error:
            felt.errors.append(f"{path}: {error!r}")
        else:
            felt.took_ms.append((time.perf_counter() - began) * 1e3)
            if "sort=" in path:
                following = answer["next_cursor"]
                cursor = "" if following is None else f"&cursor={following}"
            change = answer.get("change", change)
        await asyncio.sleep(PAUSE_SECONDS)


LIVE: list[str] = ["none"]
"""The runs that the writers log to, once they are listed."""


async def used(server: Server, seconds: float) -> Felt:
    """Let all clients work for a while."""
    felt = Felt()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(use(server, felt, n, until) for n in range(CLIENTS)))
    return felt


async def find_live(server: Server) -> None:
    """Find the writers' runs, so that they are charted while they grow."""
    while len(LIVE) < WRITERS:
        page = await server.ask(
            "trackbook/api/runs?filter=name%20LIKE%20%27writer%25%27"
        )
        LIVE[:] = [run["run_id"] for run in page["runs"]] or LIVE
        await asyncio.sleep(0.5)


async def stored(server: Server) -> int:
    """Return how many points of the writers are in the store."""
    count = 0
    for run_id in LIVE:
        metrics = (await server.ask(f"trackbook/api/runs/{run_id}"))["metrics"]
        count += sum(metric["count"] for metric in metrics.values())
    return count


def begin(*arguments: str) -> subprocess.Popen[str]:
    """Start another Python beside this one."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


async def measure(folder: Path) -> list[Row]:
    home = folder / "home"
    fill(home, RUNS, long=20, points=20_000)
    server = Server(folder, home)
    idle_loop = begin("-m", "benchmarks.loop_probe")
    try:
        await server.start()
        await used(server, min(SECONDS, 3.0))
        await server.ask("probe")
        alone = await used(server, min(SECONDS, 15.0))
        before = await server.ask("probe")
        os.environ["TRACKBOOK_HOME"] = str(home)
        writers = [
            begin("-c", _WRITER, f"writer {n}", str(POINTS_A_SECOND), str(SECONDS))
            for n in range(WRITERS)
        ]
        finding = asyncio.ensure_future(find_live(server))
        beside = await used(server, SECONDS)
        loop = await server.ask("probe")
        logged = sum(int(writer.communicate()[0]) for writer in writers)
        await finding
        found, deadline = 0, time.perf_counter() + 120
        while found < logged and time.perf_counter() < deadline:
            found = await stored(server)
            await asyncio.sleep(0.5)
        idle = json.loads(idle_loop.communicate("\n")[0])
    finally:
        idle_loop.kill()
        server.end()
    for error in (alone.errors + beside.errors)[:5]:
        print(error, file=sys.stderr)
    print(f"alone {before}, beside the writers {loop}, idle {idle}", file=sys.stderr)
    return rows(alone, beside, loop, idle, logged, found)


def rows(
    alone: Felt,
    beside: Felt,
    loop: dict[str, float],
    idle: dict[str, float],
    logged: int,
    found: int,
) -> list[Row]:
    errors, asked = len(alone.errors + beside.errors), len(beside.took_ms)
    lost = logged - found
    wanted = WRITERS * POINTS_A_SECOND
    rate = logged / SECONDS
    own, any_ = loop["blocked_ms"], loop["worked_ms"]
    return [
        Row("errors", errors, "", "requests", asked, "none", errors == 0),
        Row("points lost", lost, "", "points logged", logged, "none", lost == 0),
        Row("points/s logged", rate, "", "asked of the writers", wanted,
            ">= 0.95 of it", rate >= 0.95 * wanted),
        Row.at_most("page, median", beside.percentile(0.5), "ms", "alone",
                    alone.percentile(0.5), 10),
        Row.at_most("page, p99", beside.percentile(0.99), "ms", "alone",
                    alone.percentile(0.99), 10),
        Row("loop blocked by itself", own, "ms", "late, an idle loop",
            idle["late_ms"], "<= 20 ms", own <= 20),
        # With fewer processors than threads this counts what they did meanwhile, too.
        Row("loop blocked by anything", any_, "ms", "late, an idle loop",
            idle["late_ms"], "<= 20 ms", any_ <= 20),
    ]  # fmt: skip


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder)))
