"""nbclient with what recording needs: cell ids on requests, an armed kernel.

The only module that knows nbclient and jupyter_client.
"""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import nbformat
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from trackbook.errors import BadInput, TrackbookError
from trackbook_server.notebooks.document import Document

ARM_SECONDS = 60.0
_ARM = '__import__("trackbook").arm()'
_PYTHON = '__import__("sys").executable'

Progress = Callable[[int, int, str], None]
"""Takes how many code cells are done, of how many, and the source of the next."""


class PlannedClient(AsyncKernelClient):
    """Sends the requests of cells under message ids that are known beforehand."""

    planned: tuple[str, dict[str, Any]] | None = None
    """Message id and metadata of the next request."""

    def execute(
        self,
        code: str,
        silent: bool = False,
        store_history: bool = True,
        user_expressions: dict[str, Any] | None = None,
        allow_stdin: bool | None = None,
        stop_on_error: bool = True,
    ) -> str:
        """Send an execute request; the planned one names its cell."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": user_expressions or {},
            "allow_stdin": bool(allow_stdin),
            "stop_on_error": stop_on_error,
        }
        header = self.session.msg_header("execute_request")
        metadata: dict[str, Any] = {}
        if self.planned is not None:
            header["msg_id"], metadata = self.planned
            self.planned = None
        message = self.session.msg(
            "execute_request", content, header=header, metadata=metadata
        )
        self.shell_channel.send(message)
        return str(header["msg_id"])


class PlannedManager(AsyncKernelManager):
    """A kernel manager whose client is a `PlannedClient`."""

    client_factory = PlannedClient


class Executor(NotebookClient):
    """Executes a document in a kernel of its own, which records.

    `messages` are the message ids of its cells by index, made beforehand.
    """

    def __init__(self, document: Document, kernel_name: str, folder: str) -> None:
        convert: Any = nbformat.from_dict
        super().__init__(
            convert(document),
            kernel_name=kernel_name,
            timeout=None,
            record_timing=False,
            kernel_manager_class=PlannedManager,
            resources={"metadata": {"path": folder}},
        )
        self.messages = {
            index: uuid4().hex
            for index, cell in enumerate(document["cells"])
            if cell["cell_type"] == "code" and cell.get("source", "").strip()
        }
        self.interrupted = False
        self.sent: set[int] = set()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115

    async def run(
        self,
        environment: dict[str, str],
        progress: Progress,
        on_armed: Callable[[], None],
    ) -> str | None:
        """Execute all cells; return what the cell that raised said, if one did.

        `on_armed` is called once the kernel records, before the first cell.
        Raises BadInput or TrackbookError where the kernel can't start or record.
        """
        self.reset_execution_trackers()
        try:
            async with self.async_setup_kernel(env=environment, stderr=self._said):
                self._watch_signals()
                await self._arm()
                on_armed()
                return await self._run_cells(progress)
        except NoSuchKernel as error:
            raise BadInput(
                f"there is no kernel {error.name!r}. `jupyter kernelspec list` says "
                "which there are; choose one with --kernel."
            ) from error
        except DeadKernelError:
            return f"The kernel died. {self._last_words()}".strip()
        finally:
            self._said.close()

    def executed(self) -> Document:
        """Return the document as it is now."""
        document: Document = _plain(self.nb)
        return document

    def _last_words(self) -> str:
        """Return the last line that the kernel wrote to its log."""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")

    async def _run_cells(self, progress: Progress) -> str | None:
        client: Any = self.kc
        for index, cell in enumerate(self.nb.cells):
            if index in self.messages:
                progress(len(self.sent), len(self.messages), cell.source)
                client.planned = (self.messages[index], _metadata(cell))
                self.sent.add(index)
            try:
                await self.async_execute_cell(cell, index)
            except CellExecutionError as error:
                return f"{error.ename}: {error.evalue}"
            if self.interrupted:
                return "KeyboardInterrupt: "
        progress(len(self.sent), len(self.messages), "")
        self.set_widgets_metadata()
        return None

    async def _arm(self) -> None:
        """Begin recording before the first cell, or raise TrackbookError."""
        answer = await self._ask({"armed": _ARM, "python": _PYTHON})
        armed = answer.get("armed", {})
        if armed.get("status") == "ok":
            return
        python = (
            answer.get("python", {}).get("data", {}).get("text/plain", "").strip("'")
        )
        if not python:
            raise TrackbookError(
                f"the kernel {self.kernel_name!r} is not a Python kernel, so trackbook "
                "can't record it. Choose another with --kernel."
            )
        if armed.get("ename") == "ModuleNotFoundError":
            raise TrackbookError(
                f"the environment of the kernel {self.kernel_name!r} has no trackbook. "
                f"Install it there: {python} -m pip install trackbook-kernel"
            )
        raise TrackbookError(
            f"the kernel {self.kernel_name!r} can't record: {armed.get('ename')}: "
            f"{armed.get('evalue')}. Upgrade trackbook there: "
            f"{python} -m pip install --upgrade trackbook-kernel"
        )

    async def _ask(self, expressions: dict[str, str]) -> dict[str, Any]:
        """Return the kernel's values of expressions, which leave no trace in it."""
        client: Any = self.kc
        message_id = client.execute(
            "", silent=True, store_history=False, user_expressions=expressions
        )
        try:
            async with asyncio.timeout(ARM_SECONDS):
                while True:
                    reply = await client.get_shell_msg(timeout=ARM_SECONDS)
                    if reply["parent_header"].get("msg_id") == message_id:
                        found: dict[str, Any] = reply["content"].get(
                            "user_expressions", {}
                        )
                        return found
        except TimeoutError as error:
            raise TrackbookError(
                f"the kernel {self.kernel_name!r} did not answer within "
                f"{ARM_SECONDS:.0f} s. Try again, or another with --kernel."
            ) from error

    def _watch_signals(self) -> None:
        """Let Ctrl-C interrupt the cell, so that the run ends as one that was."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self._interrupt)

    def _interrupt(self) -> None:
        self.interrupted = True
        manager: Any = self.km
        self._interrupting = asyncio.ensure_future(manager.interrupt_kernel())


def _metadata(cell: Any) -> dict[str, Any]:
    """Return what JupyterLab says of a cell with its request: its id and its tags."""
    said = {"cellId": cell.get("id"), "tags": cell.metadata.get("tags")}
    return {key: value for key, value in said.items() if value is not None}


def sent_cells(executor: Executor, indexes: Iterable[int]) -> dict[str, str | None]:
    """Return the message ids of cells with the cells' ids."""
    return {
        executor.messages[index]: executor.nb.cells[index].get("id")
        for index in sorted(indexes)
    }


def _plain(value: Any) -> Any:
    """Return nbformat's nodes as plain containers."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
