"""Puts live.py's parts together on a running server, and takes them apart again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from trackbook_server.closing import RunCloser
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import Recording
from trackbook_server.kernel_watch import KernelWatch
from trackbook_server.live import Live, ServerKernels
from trackbook_server.live_store import LiveStore
from trackbook_server.recording import Recordings
from trackbook_server.store.home import Home
from trackbook_server.store.liveness import get_machine

SCHEMA_ID = "https://trackbook.dev/schemas/recording-changed/v1"
SCHEMA_FILE = Path(__file__).parent / "schemas" / "recording-changed-v1.yaml"


class LiveParts:
    """Everything that follows one server's kernels, from `start` to `stop`."""

    def __init__(self, server: Any, home: Home, paths: ContentsPaths) -> None:
        self._events = server.event_logger
        self._events.register_event_schema(SCHEMA_FILE)
        store = LiveStore(home)
        self._live = Live(paths)
        self._watch = KernelWatch(server, self._live)
        self.recordings = Recordings(
            ServerKernels(self._watch, paths),
            store,
            self._announce,
            to_client=lambda path: paths.to_contents(path) or path,
            home=str(home.path),
        )
        closer = RunCloser(store, get_machine())
        self._live.connect(store, closer, self.recordings)

    async def start(self) -> None:
        """Wrap the server's managers; place the kernels that run already."""
        self._watch.start()
        await self.recordings.load()
        for kernel_id, path in await self._watch.list_sessions():
            await self._live.session_placed(kernel_id, path)

    async def stop(self) -> None:
        """Put everything back; kernels go on as they are."""
        await self._watch.stop()
        await self._live.stop()
        await self.recordings.stop()

    async def runs_changed(self) -> None:
        """Look again: runs began or ended."""
        await self.recordings.runs_changed()

    def _announce(self, recording: Recording) -> None:
        self._events.emit(schema_id=SCHEMA_ID, data=msgspec.to_builtins(recording))
