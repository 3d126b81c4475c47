"""The store as `live`, `closing` and `recording` ask for it.

Owns no state: one awaitable method a function of the store. What a server says that
does not own the home reaches the owner through a journal; which processes are gone the
owner finds out itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlite_utils

from trackbook.events import (
    Event,
    KernelPlaced,
    NotebookCopied,
    NotebookRenamed,
    RecordingChosen,
)
from trackbook_server.closing import InferredEnd
from trackbook_server.moved import recognise
from trackbook_server.store.home import Home, now
from trackbook_server.store.lineage import note_file
from trackbook_server.store.name_rules import Rules, find_rules
from trackbook_server.store.open_runs import (
    OpenWriter,
    find_open_run,
    list_open_writers,
)
from trackbook_server.store.placement import end_lost_runs
from trackbook_server.store.recordings import list_recordings

T = TypeVar("T")


class LiveStore:
    """A home, awaited."""

    def __init__(self, home: Home) -> None:
        self._home = home

    async def list_open_writers(self) -> list[OpenWriter]:
        """Return every writer that has a run without an end."""
        return await self._read(list_open_writers)

    async def end_runs(self, ends: Sequence[InferredEnd]) -> None:
        """Write inferred ends; what ended meanwhile is left alone."""
        if ends and self._home.owns:
            await asyncio.wrap_future(self._home.database.write(_end_runs, ends))

    async def find_open_run(self, kernel_id: str) -> tuple[str, str] | None:
        """Return id and name of the run that is open in that kernel."""
        return await self._read(find_open_run, kernel_id)

    async def find_rules(self, kernel_id: str, path: str | None) -> Rules:
        """Return the rules of names for what that kernel records."""
        return await self._read(find_rules, kernel_id, path)

    async def list_recordings(self) -> list[str]:
        """Return the paths of the notebooks that record."""
        return await self._read(list_recordings)

    async def save_recordings(self, added: set[str], removed: set[str]) -> None:
        """Keep what changed of the intents."""
        for path in sorted(added | removed):
            on = path in added
            await self._tell(
                RecordingChosen(seq=0, at=now(), notebook_path=path, on=on)
            )

    async def place_kernel(self, kernel_id: str, path: str) -> None:
        """Let that kernel's runs belong to that notebook."""
        placed = KernelPlaced(seq=0, at=now(), kernel_id=kernel_id, notebook_path=path)
        await self._tell(placed)

    async def rename_notebook(self, before: str, after: str) -> None:
        """Let runs and experiment follow a notebook or folder."""
        await self._tell(NotebookRenamed(seq=0, at=now(), before=before, after=after))

    async def copy_notebook(self, source: str, copy: str) -> None:
        """Let a copy be of its original's family."""
        await self._tell(NotebookCopied(seq=0, at=now(), source=source, copy=copy))

    async def recognise(self, path: str) -> tuple[str, str] | None:
        """Find out which known notebook the file at `path` was before it was moved or
        copied behind Jupyter's back; return what was done to it, and its path."""
        found = await self._read(recognise, path)
        if found.file_id is not None and self._home.owns:
            write = self._home.database.write(note_file, path, found.file_id)
            await asyncio.wrap_future(write)
        if found.relation is None or found.source is None:
            return None
        return found.relation, found.source

    async def _tell(self, event: Event) -> None:
        """Apply here, or journal for the process that owns the home."""
        await asyncio.wrap_future(self._home.edit(event))

    async def _read(self, ask: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self._home.database.read(ask, *args))


def _end_runs(db: sqlite_utils.Database, ends: Sequence[InferredEnd]) -> None:
    for end in ends:
        end_lost_runs(
            db,
            writer_ids=(end.writer_id,),
            status=end.status,
            reason=end.reason,
            at=now(),
        )
