"""Ends runs that can't end themselves: their kernel was shut down, restarted, or died.

Owns the judgement with what status they end. An end in a journal always supersedes what
is inferred here. Knows processes and the store; the moments come from `live`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from trackbook.events import EndStatus
from trackbook_server.store.liveness import Machine
from trackbook_server.store.open_runs import OpenWriter

SETTLE_SECONDS = 1.0
"""What ingest may take to read a kernel's last words before we speak for it."""

Cause = Literal["shutdown", "restart", "death"]

_REASONS: dict[Cause, str] = {
    "shutdown": "the kernel was shut down",
    "restart": "the kernel was restarted",
    "death": "the kernel died",
}


@dataclass(frozen=True, slots=True)
class InferredEnd:
    """What we say of the open runs of a writer that can't."""

    writer_id: str
    status: EndStatus
    reason: str


class ClosingStore(Protocol):
    """What is asked of the store."""

    async def list_open_writers(self) -> list[OpenWriter]:
        """Return every writer that has a run without an end."""

    async def end_runs(self, ends: Sequence[InferredEnd]) -> None:
        """Write inferred ends; what ended meanwhile is left alone."""


class RunCloser:
    """Closes runs from kernel events; those of processes that are just gone are the
    store's own care (`store/watch.py`)."""

    def __init__(self, store: ClosingStore, machine: Machine) -> None:
        self._store = store
        self._machine = machine
        self._ending: dict[str, dict[str, OpenWriter]] = {}

    async def kernel_ending(self, kernel_id: str) -> None:
        """Remember who writes for a kernel that someone asked to end."""
        self._ending[kernel_id] = await self._list_writers_of(kernel_id)

    async def kernel_ended(self, kernel_id: str, cause: Cause) -> None:
        """End what the old process of that kernel left open.

        Waits for its last words first. Runs of a process that lives, the kernel's new
        one, are left alone; on other hosts, those of writers we did not know before.
        """
        await asyncio.sleep(SETTLE_SECONDS)
        before = self._ending.get(kernel_id, {})
        # Ingest may have found one gone first and called it lost; we know better.
        found = before | await self._list_writers_of(kernel_id)
        ends = []
        for writer in found.values():
            life = self._machine.look_at(writer)
            if life == "gone" or (life == "unknown" and writer.writer_id in before):
                ends.append(infer_end(writer, cause))
        await self._store.end_runs(ends)
        self._ending.pop(kernel_id, None)

    async def _list_writers_of(self, kernel_id: str) -> dict[str, OpenWriter]:
        return {
            writer.writer_id: writer
            for writer in await self._store.list_open_writers()
            if writer.kernel_id == kernel_id
        }


def infer_end(writer: OpenWriter, cause: Cause) -> InferredEnd:
    """Return how runs ended whose kernel did for that cause.

    Asked to end between cells they are finished (the store makes that failed where the
    last execution raised), in a cell interrupted; where nobody asked they are lost.
    """
    reason = _REASONS[cause]
    if cause == "death":
        return InferredEnd(writer.writer_id, "lost", reason)
    if writer.is_executing:
        reason = f"{reason} while a cell ran"
        return InferredEnd(writer.writer_id, "interrupted", reason)
    return InferredEnd(writer.writer_id, "finished", reason)
