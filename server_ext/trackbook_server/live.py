"""What happens to notebooks and kernels, told to the store and to recordings.

Joins the two: kernel id → session → path, followed through renames, and runs closed
when their kernel is. The kernel knows its id and no path; this is where it gets one.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Protocol

from trackbook_server.closing import Cause, RunCloser
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.kernel_watch import KernelWatch
from trackbook_server.recording import RESTART_SECONDS, Recordings


class PlaceStore(Protocol):
    """What is asked of the store; paths are the store's."""

    async def place_kernel(self, kernel_id: str, path: str) -> None:
        """That kernel's runs belong to that notebook from now on."""

    async def rename_notebook(self, before: str, after: str) -> None:
        """A notebook, or a folder of them, has another path now."""

    async def copy_notebook(self, source: str, copy: str) -> None:
        """A notebook is a copy of another."""

    async def recognise(self, path: str) -> tuple[str, str] | None:
        """Say whether it was "moved" or "copied" outside of Jupyter, and from where."""


class ServerKernels:
    """The kernels of this server, with paths as the store writes them."""

    def __init__(self, watch: KernelWatch, paths: ContentsPaths) -> None:
        self._watch = watch
        self._paths = paths

    def find_kernel(self, kernel_id: str) -> Any | None:
        """Return jupyter_client's manager of that kernel."""
        return self._watch.find_kernel(kernel_id)

    def is_busy(self, kernel_id: str) -> bool:
        """Return whether it executes something."""
        return self._watch.is_busy(kernel_id)

    async def find_path(self, kernel_id: str) -> str | None:
        """Return its notebook's path in the store's form."""
        path = await self._watch.find_path(kernel_id)
        return None if path is None else self._paths.to_store(path)

    async def is_shared(self, kernel_id: str) -> bool:
        """Return whether several notebooks use it."""
        users = [known for known, _ in await self._watch.list_sessions()]
        return users.count(kernel_id) > 1


class Live:
    """Listens to `KernelWatch`; see there when each is called."""

    _store: PlaceStore
    _closer: RunCloser
    _recordings: Recordings

    def __init__(self, paths: ContentsPaths) -> None:
        self._paths = paths
        self._closings: set[asyncio.Task[None]] = set()

    def connect(
        self, store: PlaceStore, closer: RunCloser, recordings: Recordings
    ) -> None:
        """Say whom to tell. Recordings ask the watch, and the watch calls us."""
        self._store = store
        self._closer = closer
        self._recordings = recordings

    async def stop(self) -> None:
        """Give up what waits for a kernel's last words; the next server closes it."""
        for task in self._closings:
            task.cancel()
        await asyncio.gather(*self._closings, return_exceptions=True)

    async def session_placed(self, kernel_id: str, path: str) -> None:
        """Tell the store where the kernel is; arm it if the notebook records."""
        path = self._paths.to_store(path)
        await self._recognise(path)
        await self._store.place_kernel(kernel_id, path)
        await self._recordings.kernel_ready(kernel_id)

    async def session_moved(self, kernel_id: str, before: str, after: str) -> None:
        """Follow the session, also where no file was renamed ("save as")."""
        old, new = self._paths.to_store(before), self._paths.to_store(after)
        await self._recordings.copy(old, new)
        if await asyncio.to_thread(Path(old).exists):
            await self._store.copy_notebook(old, new)
        await self._store.place_kernel(kernel_id, new)
        await self._recordings.runs_changed()

    async def kernel_restarting(self, kernel_id: str) -> None:
        """Remember whose runs are about to end."""
        await self._closer.kernel_ending(kernel_id)
        self._recordings.kernel_gone(kernel_id)

    async def kernel_restarted(self, kernel_id: str) -> None:
        """End the old process's runs, and arm the new one ahead of the first cell."""
        self._spawn_closing(kernel_id, "restart")
        await self._recordings.kernel_ready(kernel_id, RESTART_SECONDS)

    async def kernel_shutting_down(self, kernel_id: str) -> None:
        """Remember whose runs are about to end."""
        await self._closer.kernel_ending(kernel_id)
        self._recordings.kernel_gone(kernel_id)

    async def kernel_shut_down(self, kernel_id: str) -> None:
        """End its runs."""
        self._spawn_closing(kernel_id, "shutdown")

    async def kernel_died(self, kernel_id: str) -> None:
        """End its runs as lost."""
        await self._closer.kernel_ending(kernel_id)
        self._recordings.kernel_gone(kernel_id)
        self._spawn_closing(kernel_id, "death")

    async def kernel_revived(self, kernel_id: str) -> None:
        """Arm the process that Jupyter started in place of the dead one."""
        await self._recordings.kernel_ready(kernel_id)

    async def contents_renamed(self, before: str, after: str) -> None:
        """Let experiment and intent follow the file or folder."""
        old, new = self._paths.to_store(before), self._paths.to_store(after)
        await self._store.rename_notebook(old, new)
        await self._recordings.rename(old, new)

    async def contents_copied(self, source: str, copy: str) -> None:
        """Let the copy be of its original's family."""
        if copy.endswith(".ipynb"):
            old, new = self._paths.to_store(source), self._paths.to_store(copy)
            await self._store.copy_notebook(old, new)

    async def contents_deleted(self, path: str) -> None:
        """Drop the intent; runs are kept."""
        await self._recordings.delete(self._paths.to_store(path))

    async def _recognise(self, path: str) -> None:
        """Follow a notebook that was moved or copied outside of Jupyter."""
        found = None if self._paths.root is None else await self._store.recognise(path)
        if found is None:
            return
        relation, known = found
        if relation == "moved":
            await self._store.rename_notebook(known, path)
            await self._recordings.rename(known, path)
        else:
            await self._store.copy_notebook(known, path)

    def _spawn_closing(self, kernel_id: str, cause: Cause) -> None:
        """Close in the background: no request waits for a kernel's last words."""
        task = asyncio.get_running_loop().create_task(
            self._closer.kernel_ended(kernel_id, cause)
        )
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)
