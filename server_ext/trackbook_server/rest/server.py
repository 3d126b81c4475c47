"""Routes of the server itself: its home, and what runs now."""

import socket
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook_server.contract import RunningRun
from trackbook_server.rest.handler import Route, TrackbookHandler
from trackbook_server.status import get_status
from trackbook_server.store.running import list_running


class StatusHandler(TrackbookHandler):
    """Which home is in use, who writes it, what is wrong with it."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `Status`."""
        self.reply(await get_status(self.state))


class RunningHandler(TrackbookHandler):
    """The runs without an end."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RunningList`."""
        answer = await self.read(list_running, socket.gethostname())
        runs = [self._place(self.localise(run)) for run in answer.runs]
        self.reply(msgspec.structs.replace(answer, runs=runs))

    def _place(self, run: RunningRun) -> RunningRun:
        """Add what the server knows of its own kernels."""
        kernels: Any = self.kernel_manager
        if run.kernel_id is None or run.kernel_id not in kernels:
            return run
        kernel = kernels.get_kernel(run.kernel_id)
        state = getattr(kernel, "execution_state", None)
        return msgspec.structs.replace(
            run, is_here=True, is_busy=None if state is None else state == "busy"
        )


ROUTES: list[Route] = [
    (r"status", StatusHandler),
    (r"running", RunningHandler),
]
