"""A Jupyter server in a process of its own, to be stopped, killed and started again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from .environments import KERNEL_PACKAGE
from .notebook import until

TOKEN = "for-tests"
OTHERS = ("jupyterlab", "jupyter_lsp", "notebook_shim", "jupyter_server_terminals")
"""Extensions that take most of a server's start, and that nothing here asks for."""


class ServerProcess:
    """One server on one home and one root; `start` again after `stop` or `kill`."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.root, self.home = folder / "root", home
        self.root.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it listens, with a slash at the end."""
        return self._url

    async def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self._folder / "server.log").open("ab")
        server = str(KERNEL_PACKAGE.parent / "server_ext")
        self._process = await asyncio.to_thread(
            subprocess.Popen,
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--ServerApp.port=0",
                "--ServerApp.open_browser=False",
                "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={self.root}",
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.jpserver_extensions=trackbook_server=True",
                *(f"--ServerApp.jpserver_extensions={name}=False" for name in OTHERS),
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(KERNEL_PACKAGE), server]),
                "TRACKBOOK_HOME": str(self.home),
                "JUPYTER_RUNTIME_DIR": str(self._folder / "runtime"),
                "JUPYTER_DATA_DIR": str(self._folder / "data"),
                "JUPYTER_CONFIG_DIR": str(self._folder / "config"),
            },
            stdout=log,
            stderr=log,
        )
        log.close()
        file = self._folder / "runtime" / f"jpserver-{self._process.pid}.json"

        async def answers() -> bool:
            if not file.exists() or not file.stat().st_size:
                return False
            self._url = json.loads(file.read_text())["url"]
            return bool(await self.fetch("trackbook/api/status"))

        await until(answers, 60)

    async def fetch(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask it; None where it does not listen yet."""
        request = HTTPRequest(
            self._url + path,
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
            body=None if body is None else json.dumps(body),
        )
        try:
            answer = await AsyncHTTPClient().fetch(request)
        except ConnectionError:
            return None
        return json.loads(answer.body) if answer.body else None

    async def open(self, path: str) -> str:
        """Open a session; return its kernel's id."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {}}
        session = await self.fetch("api/sessions", "POST", body)
        kernel_id: str = session["kernel"]["id"]
        return kernel_id

    async def record(self, kernel_id: str) -> str:
        """Press the button; return the state."""
        path = f"trackbook/api/recordings/{kernel_id}"
        state: str = (await self.fetch(path, "PUT", {"on": True}))["state"]
        return state

    @property
    def process(self) -> psutil.Process:
        """The server's process."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    async def send(self, kernel_id: str, source: str) -> None:
        """Begin to run one cell."""
        client = await self._connect(kernel_id)
        client.execute(source)
        client.stop_channels()

    async def cell(self, kernel_id: str, source: str) -> None:
        """Run one cell to its end."""
        client = await self._connect(kernel_id)
        try:
            client.execute(source)
            reply = await client.get_shell_msg(timeout=30)
            assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            client.stop_channels()

    async def _connect(self, kernel_id: str) -> AsyncKernelClient:
        """Return a client of that kernel, which answers."""
        file = self._folder / "runtime" / f"kernel-{kernel_id}.json"
        client = AsyncKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels(iopub=False, stdin=False, hb=False)
        client.kernel_info()
        await client.get_shell_msg(timeout=30)
        return client

    async def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.fetch("trackbook/api/runs"))["runs"]
        return found

    async def end(self, signal_number: int = signal.SIGTERM) -> None:
        """Stop it: SIGTERM asks, SIGKILL does not."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal_number)
            await asyncio.to_thread(process.wait, 30)
