"""What the Jupyter server does to kernels and sessions, as plain calls to a listener.

The only file that touches the kernel manager, the session manager and the events of
the contents manager. It wraps bound methods of these very objects (never of their
classes), because events come after the request was answered, and a kernel must be
armed before. `stop` puts everything back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from logging import Logger
from typing import Any, Protocol

from jupyter_core.utils import ensure_async

CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"

_LISTENER_SECONDS = 15.0
"""The most that a restart, shutdown or new session waits for the listener."""

_ALIVE_POLL_SECONDS = 0.1
_ALIVE_DEADLINE_SECONDS = 60.0


class KernelListener(Protocol):
    """Who wants to know. Paths are contents paths as the session holds them."""

    async def session_placed(self, kernel_id: str, path: str) -> None:
        """A session joins this kernel and this path: new, or changed."""

    async def session_moved(self, kernel_id: str, before: str, after: str) -> None:
        """A session's path changed; the kernel stayed."""

    async def kernel_restarting(self, kernel_id: str) -> None:
        """Someone asked for a restart; the old process still lives."""

    async def kernel_restarted(self, kernel_id: str) -> None:
        """The new process was launched; the request is not answered before we are."""

    async def kernel_shutting_down(self, kernel_id: str) -> None:
        """Someone asked for a shutdown; the process still lives."""

    async def kernel_shut_down(self, kernel_id: str) -> None:
        """The process is gone on request."""

    async def kernel_died(self, kernel_id: str) -> None:
        """The process is gone and nobody asked for it."""

    async def kernel_revived(self, kernel_id: str) -> None:
        """Jupyter started a new process after a death."""

    async def contents_renamed(self, before: str, after: str) -> None:
        """A file or folder was renamed."""

    async def contents_copied(self, source: str, copy: str) -> None:
        """A file was copied."""

    async def contents_deleted(self, path: str) -> None:
        """A file or folder was deleted."""


class KernelWatch:
    """The wrapping, from `start` to `stop`.

    Of `server`, the ServerApp, only managers, event logger and log are used.
    """

    def __init__(self, server: Any, listener: KernelListener) -> None:
        self._kernels = server.kernel_manager
        self._sessions = server.session_manager
        self._events = server.event_logger
        self._log: Logger = server.log
        self._listener = listener
        self._wrapped: list[tuple[Any, str, Any, Any]] = []
        self._callbacks: list[tuple[Any, Callable[[], None], str]] = []
        self._watched: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Wrap the managers, and watch the kernels that are there already."""
        self._wrap(self._kernels, "start_kernel", self._start_kernel)
        self._wrap(self._kernels, "restart_kernel", self._restart_kernel)
        self._wrap(self._kernels, "shutdown_kernel", self._shutdown_kernel)
        self._wrap(self._sessions, "create_session", self._create_session)
        self._wrap(self._sessions, "update_session", self._update_session)
        self._events.add_listener(
            schema_id=CONTENTS_EVENTS, listener=self._on_contents_event
        )
        for kernel_id in self._kernels.list_kernel_ids():
            self._watch_process(kernel_id)

    async def stop(self) -> None:
        """Put everything back and end what is under way."""
        for owner, name, ours, before in reversed(self._wrapped):
            # Someone may have wrapped over us since; theirs is left alone.
            if vars(owner).get(name) is not ours:
                continue
            if before is None:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        self._wrapped.clear()
        self._events.remove_listener(
            schema_id=CONTENTS_EVENTS, listener=self._on_contents_event
        )
        for kernel, callback, event in self._callbacks:
            kernel.remove_restart_callback(callback, event)
        self._callbacks.clear()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what is asked of the managers ------------------------------------------

    def find_kernel(self, kernel_id: str) -> Any | None:
        """Return jupyter_client's manager of that kernel, None where there is none."""
        known = kernel_id in self._kernels
        return self._kernels.get_kernel(kernel_id) if known else None

    def is_busy(self, kernel_id: str) -> bool:
        """Return whether the kernel said last that it is executing."""
        return getattr(self.find_kernel(kernel_id), "execution_state", "") == "busy"

    async def find_path(self, kernel_id: str) -> str | None:
        """Return the path of the notebook of that kernel, None where it has none.

        A console has a session too, whose path is none; it may share the kernel.
        """
        for session_kernel_id, path in await self.list_sessions():
            if session_kernel_id == kernel_id:
                return path
        return None

    async def list_sessions(self) -> list[tuple[str, str]]:
        """Return (kernel id, path) of every notebook's session."""
        return [
            (str(session["kernel"]["id"]), str(session["path"]))
            for session in await ensure_async(self._sessions.list_sessions())
            if session["type"] == "notebook"
        ]

    # --- the wrappers -------------------------------------------------------------

    def _wrap(
        self,
        owner: Any,
        name: str,
        around: Callable[..., Coroutine[Any, Any, Any]],
    ) -> None:
        """Put `around(original, …)` in front of a bound method of `owner`."""
        original, before = getattr(owner, name), vars(owner).get(name)

        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            return await around(original, *args, **kwargs)

        setattr(owner, name, wrapped)
        self._wrapped.append((owner, name, wrapped, before))

    async def _start_kernel(
        self, original: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        kernel_id = await ensure_async(original(*args, **kwargs))
        self._watch_process(kernel_id)
        return kernel_id

    async def _restart_kernel(
        self, original: Callable[..., Any], kernel_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        await self._tell(self._listener.kernel_restarting(kernel_id))
        restarted = False
        try:
            answer = await ensure_async(original(kernel_id, *args, **kwargs))
            restarted = True
        finally:
            if not restarted:
                await self._tell(self._listener.kernel_died(kernel_id))
        await self._tell(self._listener.kernel_restarted(kernel_id))
        return answer

    async def _shutdown_kernel(
        self, original: Callable[..., Any], kernel_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        await self._tell(self._listener.kernel_shutting_down(kernel_id))
        try:
            return await ensure_async(original(kernel_id, *args, **kwargs))
        finally:
            self._watched.discard(kernel_id)
            await self._tell(self._listener.kernel_shut_down(kernel_id))

    async def _create_session(
        self, original: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        session = await ensure_async(original(*args, **kwargs))
        if session["type"] == "notebook":
            kernel_id, path = session["kernel"]["id"], session["path"]
            await self._tell(self._listener.session_placed(kernel_id, path))
        return session

    async def _update_session(
        self, original: Callable[..., Any], session_id: str, *args: Any, **kwargs: Any
    ) -> Any:
        before = await ensure_async(self._sessions.get_session(session_id=session_id))
        answer = await ensure_async(original(session_id, *args, **kwargs))
        after = await ensure_async(self._sessions.get_session(session_id=session_id))
        kernel_id, path = after["kernel"]["id"], after["path"]
        if after["type"] != "notebook":
            return answer
        if kernel_id != before["kernel"]["id"]:
            await self._tell(self._listener.session_placed(kernel_id, path))
        elif path != before["path"]:
            moved = self._listener.session_moved(kernel_id, before["path"], path)
            await self._tell(moved)
        return answer

    async def _on_contents_event(
        self,
        logger: Any,
        schema_id: str,
        data: dict[str, Any],
    ) -> None:
        if data["action"] == "rename":
            await self._listener.contents_renamed(data["source_path"], data["path"])
        elif data["action"] == "copy":
            # Jupyter writes a copy's path with a slash in front.
            source, copy = data["source_path"], data["path"].lstrip("/")
            await self._listener.contents_copied(source, copy)
        elif data["action"] == "delete":
            await self._listener.contents_deleted(data["path"])

    # --- deaths -------------------------------------------------------------------

    def _watch_process(self, kernel_id: str) -> None:
        """Ask to be called when Jupyter notices that the process is gone."""
        kernel = self.find_kernel(kernel_id)
        if kernel is None or kernel_id in self._watched:
            return
        self._watched.add(kernel_id)

        def on_restart() -> None:
            self._spawn(self._follow_autorestart(kernel_id, kernel))

        def on_dead() -> None:
            self._watched.discard(kernel_id)
            self._spawn(self._listener.kernel_died(kernel_id))

        for callback, event in ((on_restart, "restart"), (on_dead, "dead")):
            kernel.add_restart_callback(callback, event)
            self._callbacks.append((kernel, callback, event))

    async def _follow_autorestart(self, kernel_id: str, kernel: Any) -> None:
        """Say that the kernel died, then that it is back.

        The callback comes before the new process, whose ports may be others; there is
        no callback after. So we look, for as long as a start takes at most.
        """
        await self._listener.kernel_died(kernel_id)
        deadline = asyncio.get_running_loop().time() + _ALIVE_DEADLINE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if kernel_id not in self._kernels:
                return
            if await ensure_async(kernel.is_alive()):
                await self._listener.kernel_revived(kernel_id)
                return
            await asyncio.sleep(_ALIVE_POLL_SECONDS)

    async def _tell(self, work: Awaitable[None]) -> None:
        """Wait until the listener is done, or for so long as a person would.

        What goes wrong in us is logged; Jupyter's own answer never depends on it.
        """
        await asyncio.wait({self._spawn(work)}, timeout=_LISTENER_SECONDS)

    def _spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run on the loop, held until done; a failure is logged, not lost."""

        async def run() -> None:
            await work

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._log.error(
                "trackbook failed to follow a kernel", exc_info=task.exception()
            )
