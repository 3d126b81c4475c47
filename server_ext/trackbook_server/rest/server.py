"""Routes of the server itself: its home, and what runs now."""

import socket
from typing import Any

import msgspec

from trackbook_server import contract as c
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.status import get_status
from trackbook_server.store.running import list_running


class StatusHandler(TrackbookHandler):
    """Which home is in use, who writes it, what is wrong with it."""

    @endpoint()
    async def get(self) -> c.Status:
        """Tell which home is in use, who writes it, and what is wrong with it.

        It is answered also where there is no home; `problem` then says why.
        """
        return await get_status(self.state)


class RunningHandler(TrackbookHandler):
    """The runs without an end."""

    @endpoint()
    async def get(self) -> c.RunningList:
        """List the runs without an end, where they run, and the cell they execute."""
        answer = await self.read(list_running, socket.gethostname())
        runs = [self._place(self.localise(run)) for run in answer.runs]
        return msgspec.structs.replace(answer, runs=runs)

    def _place(self, run: c.RunningRun) -> c.RunningRun:
        """Add what the server knows of its own kernels."""
        kernels: Any = self.kernel_manager
        if run.kernel_id is None or run.kernel_id not in kernels:
            return run
        kernel = kernels.get_kernel(run.kernel_id)
        state = getattr(kernel, "execution_state", None)
        return msgspec.structs.replace(
            run, is_here=True, is_busy=None if state is None else state == "busy"
        )


ROUTES = [Route("status", StatusHandler), Route("running", RunningHandler)]
