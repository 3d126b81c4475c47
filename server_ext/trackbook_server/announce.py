"""“Run changed” on Jupyter's event bus, told from the store, not from ingest.

So that runs are announced whoever wrote them: this server, another one, the command
line. Everything here happens on the event loop but the queries.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from jupyter_events import EventLogger

from trackbook.errors import TrackbookError
from trackbook_server.contract import RunChanged
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import Home
from trackbook_server.store.queries import list_changed

SCHEMA_ID = "https://trackbook.dev/schemas/run-changed/v1"
SCHEMA_FILE = Path(__file__).parent / "schemas" / "run-changed-v1.yaml"
MAX_RUN_IDS = 100
LEAST_SECONDS = 0.1
"""Announcements are at least so far apart."""

POLL_SECONDS = 0.5
"""How often the store is asked while another process writes it."""


class Announcer:
    """Emits `RunChanged` whenever the store's change has grown, until `stop`.

    `also` is awaited after each.
    """

    def __init__(
        self,
        home: Home,
        logger: EventLogger,
        also: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._home = home
        self._also = also
        self._logger = logger
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        logger.register_event_schema(SCHEMA_FILE)

    def start(self) -> None:
        """Begin to announce what changes from now on; call it on the event loop."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
                loop.call_soon_threadsafe(self._wake.set)

        self._home.database.on_commit(wake)
        self._task = loop.create_task(self._run())

    async def stop(self) -> None:
        """Announce nothing more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        database = self._home.database
        known: int | None = None
        while True:
            with contextlib.suppress(TrackbookError, sqlite3.Error):
                if known is None:
                    known = await asyncio.wrap_future(database.read(get_change))
                seen = await asyncio.wrap_future(database.read(get_change))
                if seen != known:
                    change, run_ids = await asyncio.wrap_future(
                        database.read(list_changed, known, MAX_RUN_IDS + 1)
                    )
                    known = change
                    self._emit(change, run_ids)
                    if self._also is not None:
                        await self._also()
            await self._pause()

    async def _pause(self) -> None:
        """Wait for a commit of our own, or for the next look at what others wrote."""
        await asyncio.sleep(LEAST_SECONDS)
        if self._home.owns:
            await self._wake.wait()
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        self._wake.clear()

    def _emit(self, change: int, run_ids: list[str]) -> None:
        said = RunChanged(
            change=change,
            run_ids=run_ids[:MAX_RUN_IDS],
            truncated=len(run_ids) > MAX_RUN_IDS,
        )
        self._logger.emit(schema_id=SCHEMA_ID, data=msgspec.to_builtins(said))
