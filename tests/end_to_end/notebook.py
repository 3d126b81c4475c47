"""A notebook driven as JupyterLab drives it: sessions over REST, cells by message."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat

Fetch = Callable[..., Awaitable[Any]]


class Lab:
    """One server, and what is open in it."""

    def __init__(self, server: Any, fetch: Fetch) -> None:
        self.server, self.fetch = server, fetch
        self.notebooks: list[Notebook] = []

    async def open(self, path: str, kernel: str) -> "Notebook":
        """Create the file if it is not there, and its session."""
        file = Path(self.server.root_dir) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            nbformat.write(nbformat.v4.new_notebook(), file)
        session = await self.fetch(
            "api",
            "sessions",
            method="POST",
            body={
                "path": path,
                "name": file.name,
                "type": "notebook",
                "kernel": {"name": kernel},
            },
        )
        notebook = Notebook(self, session)
        self.notebooks.append(notebook)
        return notebook

    async def runs(self, **params: str) -> list[dict[str, Any]]:
        """Return the list as the sidebar gets it."""
        answer = await self.fetch("trackbook", "api", "runs", params=params)
        found: list[dict[str, Any]] = answer["runs"]
        return found

    async def run(self, run_id: str) -> dict[str, Any]:
        """Return a run whole."""
        found: dict[str, Any] = await self.fetch("trackbook", "api", "runs", run_id)
        return found

    async def close(self) -> None:
        """Shut the kernels down."""
        for notebook in self.notebooks:
            notebook.disconnect()
        await self.server.kernel_manager.shutdown_all(now=True)


class Notebook:
    """A notebook with its session and its kernel."""

    def __init__(self, lab: Lab, session: dict[str, Any]) -> None:
        self.lab, self.session_id = lab, session["id"]
        self.path: str = session["path"]
        self.kernel_id: str = session["kernel"]["id"]
        self._client: Any = None

    @property
    def kernel(self) -> Any:
        return self.lab.server.kernel_manager.get_kernel(self.kernel_id)

    async def record(self, on: bool = True) -> dict[str, Any]:
        """Press the button."""
        return await self._recording(method="PUT", body={"on": on})

    async def recording(self) -> dict[str, Any]:
        """Look at the button."""
        return await self._recording()

    async def _recording(self, **options: Any) -> dict[str, Any]:
        parts = ("trackbook", "api", "recordings", self.kernel_id)
        answer: dict[str, Any] = await self.lab.fetch(*parts, **options)
        return answer

    async def cell(self, source: str, cell_id: str | None = None) -> dict[str, Any]:
        """Run a cell to its end; return the reply's content."""
        return await self.wait(await self.send(source, cell_id))

    async def send(self, source: str, cell_id: str | None = None) -> str:
        """Begin to run a cell; return its message id."""
        client = await self._connected()
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        metadata = {"cellId": cell_id or f"cell-{source[:20]}"}
        message = client.session.msg("execute_request", content, metadata=metadata)
        client.shell_channel.send(message)
        found: str = message["header"]["msg_id"]
        return found

    async def wait(self, message_id: str) -> dict[str, Any]:
        while True:
            reply = await self._client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message_id:
                content: dict[str, Any] = reply["content"]
                return content

    async def _connected(self) -> Any:
        if self._client is None:
            self._client = self.kernel.client()
            self._client.session.session = uuid4().hex
            self._client.start_channels(iopub=False, stdin=False, hb=False)
            self._client.kernel_info()
            await self._client.get_shell_msg(timeout=30)
        return self._client

    def disconnect(self) -> None:
        if self._client is not None:
            self._client.stop_channels()
            self._client = None

    async def restart(self) -> None:
        self.disconnect()
        parts = ("api", "kernels", self.kernel_id, "restart")
        await self.lab.fetch(*parts, method="POST", body={})

    async def shut_down(self) -> None:
        self.disconnect()
        await self.lab.fetch("api", "sessions", self.session_id, method="DELETE")

    async def rename(self, path: str) -> None:
        """Rename as JupyterLab does: the file, then the session."""
        parts = ("api", "contents", *self.path.split("/"))
        await self.lab.fetch(*parts, method="PATCH", body={"path": path})
        body = {"path": path, "name": Path(path).name}
        parts = ("api", "sessions", self.session_id)
        await self.lab.fetch(*parts, method="PATCH", body=body)
        self.path = path


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Poll until the answer is true; fail with the last one."""
    found = None
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        found = await ask()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"it did not happen within {seconds} s; last: {found!r}")
