"""Record: an intent kept by notebook, and whether a kernel obeys it.

Owns the states off, waiting, recording and cannot. The intent belongs to a notebook
path and is kept in the store; the state belongs to a kernel and is kept in memory,
because only a kernel that answered is known to record. How a kernel is asked is
`arming`'s, when one restarts `kernel_watch` tells.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from trackbook.errors import KernelNotFound
from trackbook_server.arming import (
    KernelAnswer,
    Refusal,
    Request,
    find_refusal,
    send_request,
)
from trackbook_server.contract import Recording, RecordingState
from trackbook_server.ruling import Rules, Ruling

PRESS_SECONDS = 3.0
"""How long a press of the button waits for the kernel before it says `waiting`."""

RESTART_SECONDS = 10.0
"""How long the answer to a restart is held back at most, to arm the new kernel."""

_ASK_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 2.0

_BUSY = "The kernel is busy; recording starts when the running cell ends."
_STARTING = "The kernel has not answered yet; recording starts as soon as it does."
_STILL_RUNNING = "The cell that is running is recorded to its end."


class Kernels(Protocol):
    """What is asked of the server's kernels; paths are absolute where they can be."""

    def find_kernel(self, kernel_id: str) -> Any | None:
        """Return jupyter_client's manager of that kernel."""

    def is_busy(self, kernel_id: str) -> bool:
        """Return whether it executes something."""

    async def find_path(self, kernel_id: str) -> str | None:
        """Return its notebook's path, as the store writes it."""

    async def is_shared(self, kernel_id: str) -> bool:
        """Return whether several notebooks use it."""


class RecordingStore(Protocol):
    """Where intents are kept, and which run is open."""

    async def list_recordings(self) -> list[str]:
        """Return the paths whose notebooks record."""

    async def save_recordings(self, added: set[str], removed: set[str]) -> None:
        """Keep what changed."""

    async def find_open_run(self, kernel_id: str) -> tuple[str, str] | None:
        """Return id and name of the run that is open in that kernel."""

    async def find_rules(self, kernel_id: str, path: str | None) -> Rules:
        """Return the rules of names for what that kernel records."""


@dataclass(slots=True)
class _KernelState:
    """What is known of one kernel process, as long as it lives."""

    state: RecordingState = "off"
    reason: str | None = None
    refusal: Refusal | None = None
    task: asyncio.Task[None] | None = None
    asked_at: float = float("-inf")
    ended_run_id: str | None = None
    announced: Recording | None = None

    @property
    def is_asking(self) -> bool:
        return self.task is not None and not self.task.done()


class Recordings:
    """All intents and states of one server.

    `announce` is called on the loop with every recording that changed. `to_client`
    turns a path of the store into one that the front end knows. `home` is the one that
    this server reads.
    """

    def __init__(
        self,
        kernels: Kernels,
        store: RecordingStore,
        announce: Callable[[Recording], None],
        to_client: Callable[[str], str] = str,
        home: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kernels = kernels
        self._store = store
        self._announce = announce
        self._to_client = to_client
        self._home = home
        self._clock = clock
        self._intents: set[str] = set()
        self._states: dict[str, _KernelState] = {}
        self._ruling = Ruling(kernels, store)

    async def load(self) -> None:
        """Read the intents that were kept."""
        self._intents = set(await self._store.list_recordings())

    async def stop(self) -> None:
        """Give up all that waits; kernels go on as they are."""
        tasks = [state.task for state in self._states.values() if state.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._ruling.stop()

    # --- what REST asks -----------------------------------------------------------

    async def get(self, kernel_id: str) -> Recording:
        """Return whether that kernel records. Raises KernelNotFound.

        An idle kernel is asked, because `%load_ext` and `%track off` go past us.
        """
        self._find(kernel_id)
        state = self._state(kernel_id)
        if self._may_ask(kernel_id, state):
            state.asked_at = self._clock()
            await self._request(kernel_id, "ask", _ASK_SECONDS)
        return await self._describe(kernel_id)

    async def put(self, kernel_id: str, on: bool) -> Recording:
        """Keep the intent and make the kernel obey. Raises KernelNotFound."""
        self._find(kernel_id)
        path = await self._kernels.find_path(kernel_id)
        if path is not None:
            await self._intend({path} if on else set(), set() if on else {path})
        if on:
            await self._arm(kernel_id, PRESS_SECONDS)
        else:
            await self._disarm(kernel_id)
        await self._tell_change(kernel_id)
        return await self._describe(kernel_id)

    # --- what happens to kernels ---------------------------------------------------

    async def kernel_ready(self, kernel_id: str, wait_seconds: float = 0) -> None:
        """Arm a kernel that is new for its notebook, if the notebook records.

        Returns when it answered, at the latest after `wait_seconds`; the request is on
        its way by then, ahead of what the front end sends.
        """
        path = await self._kernels.find_path(kernel_id)
        if path in self._intents and self._kernels.find_kernel(kernel_id) is not None:
            await self._arm(kernel_id, wait_seconds)
        await self._tell_change(kernel_id)

    def kernel_gone(self, kernel_id: str) -> None:
        """Forget what was known of a process; the intent stays."""
        self._ruling.forget(kernel_id)
        state = self._states.pop(kernel_id, None)
        if state is not None and state.task is not None:
            state.task.cancel()

    async def runs_changed(self) -> None:
        """Announce recordings whose open run is another one now, and let the kernels
        that record obey the rules that changed."""
        for kernel_id in tuple(self._states):
            await self._tell_change(kernel_id)
            announced = self._state(kernel_id).announced
            if announced is not None and announced.state == "recording":
                await self._ruling.follow(kernel_id)

    # --- what happens to notebooks -------------------------------------------------

    async def rename(self, before: str, after: str) -> None:
        """Move the intents of a notebook, or of all in a folder."""
        moved = {path for path in self._intents if _is_within(path, before)}
        added = {after + path[len(before) :] for path in moved}
        await self._intend(added, moved)

    async def copy(self, before: str, after: str) -> None:
        """Let the notebook under its new path record as under the old ("save as")."""
        if before in self._intents:
            await self._intend({after}, set())

    async def delete(self, path: str) -> None:
        """Drop intents, so that a later notebook of that name does not record."""
        await self._intend(
            set(), {kept for kept in self._intents if _is_within(kept, path)}
        )

    async def _intend(self, added: set[str], removed: set[str]) -> None:
        added, removed = added - self._intents, (removed & self._intents) - added
        if not added and not removed:
            return
        self._intents = (self._intents | added) - removed
        await self._store.save_recordings(added, removed)

    # --- one kernel ----------------------------------------------------------------

    async def _arm(self, kernel_id: str, wait_seconds: float) -> None:
        state = self._state(kernel_id)
        refusal = find_refusal(self._find(kernel_id))
        if refusal is not None:
            self._settle(state, "arm", refusal)
            return
        state.state, state.refusal = "waiting", None
        state.reason = _BUSY if self._kernels.is_busy(kernel_id) else _STARTING
        rules = await self._ruling.find_rules(kernel_id)
        await self._request(kernel_id, "arm", wait_seconds, rules)
        if state.is_asking:
            # It was idle by its last word and does not answer: a cell came before.
            state.reason = _BUSY if wait_seconds else state.reason

    async def _disarm(self, kernel_id: str) -> None:
        state = self._state(kernel_id)
        if find_refusal(self._find(kernel_id)) is not None:
            self._settle(state, "disarm", KernelAnswer("off"))
            return
        state.state, state.refusal, state.reason = "off", None, _STILL_RUNNING
        await self._request(kernel_id, "disarm", PRESS_SECONDS)

    async def _request(
        self,
        kernel_id: str,
        request: Request,
        wait_seconds: float,
        rules: Rules | None = None,
    ) -> None:
        """Send a request in place of the one under way; wait for it that long.

        The kernel answers in the order of asking, so the last one holds.
        """
        state = self._state(kernel_id)
        if state.task is not None:
            state.task.cancel()
        task = asyncio.get_running_loop().create_task(
            self._obey(kernel_id, state, request, rules)
        )
        state.task = task
        await asyncio.wait({task}, timeout=wait_seconds)
        if request == "ask":
            task.cancel()  # only this look: another request may have taken its place

    async def _obey(
        self,
        kernel_id: str,
        state: _KernelState,
        request: Request,
        rules: Rules | None,
    ) -> None:
        """Wait for the kernel's answer, then settle and announce."""
        is_shared = request == "arm" and await self._kernels.is_shared(kernel_id)
        kernel = self._find(kernel_id)
        answer = await send_request(kernel, request, rules, is_shared=is_shared)
        if rules is not None:
            self._ruling.note(kernel_id, rules)
        was_recording = state.state == "recording"
        self._settle(state, request, answer)
        if state.state == "off":
            self._ruling.forget(kernel_id)
            # Its end is on its way through the journal; it is no sign of recording.
            run = await self._store.find_open_run(kernel_id)
            state.ended_run_id = run[0] if run else None
        if request == "ask" and was_recording and state.state == "off":
            path = await self._kernels.find_path(kernel_id)
            await self._intend(set(), {path} if path else set())
        await self._tell_change(kernel_id)

    def _settle(
        self, state: _KernelState, request: Request, answer: KernelAnswer | Refusal
    ) -> None:
        """Let the state be what the answer says."""
        if isinstance(answer, Refusal):
            if request == "arm":
                state.state, state.reason = "cannot", answer.reason
                state.refusal = answer
            elif request == "disarm":
                state.state, state.reason, state.refusal = "off", None, None
            return
        if state.state == "cannot" and request == "ask" and answer.state == "off":
            return
        state.state, state.reason, state.refusal = answer.state, answer.reason, None
        if answer.state == "recording" and answer.home not in ("", self._home):
            state.reason = (
                f"The kernel writes to the home {answer.home}; this server shows "
                f"{self._home}. Set TRACKBOOK_HOME to the same folder for both."
            )

    def _may_ask(self, kernel_id: str, state: _KernelState) -> bool:
        """Return whether to trouble the kernel with a look."""
        return (
            not state.is_asking
            and not self._kernels.is_busy(kernel_id)
            and find_refusal(self._find(kernel_id)) is None
            and self._clock() - state.asked_at >= _ASK_AGAIN_SECONDS
        )

    # --- what is said --------------------------------------------------------------

    async def _describe(self, kernel_id: str) -> Recording:
        state = self._state(kernel_id)
        path = await self._kernels.find_path(kernel_id)
        run = await self._store.find_open_run(kernel_id)
        name: RecordingState = state.state
        if run and name == "off" and run[0] != state.ended_run_id and not state.reason:
            # A run is open that we did not ask for: someone typed %load_ext.
            name = "recording"
        return Recording(
            kernel_id=kernel_id,
            notebook_path=None if path is None else self._to_client(path),
            state=name,
            reason=state.reason,
            cure=state.refusal.cure if state.refusal else None,
            terminal_cure=state.refusal.terminal_cure if state.refusal else None,
            run_id=run[0] if run else None,
            run_name=run[1] if run else None,
        )

    async def _tell_change(self, kernel_id: str) -> None:
        """Announce the recording if it is not what was announced last."""
        if self._kernels.find_kernel(kernel_id) is None:
            return
        recording = await self._describe(kernel_id)
        state = self._state(kernel_id)
        if recording != state.announced:
            state.announced = recording
            self._announce(recording)

    def _state(self, kernel_id: str) -> _KernelState:
        return self._states.setdefault(kernel_id, _KernelState())

    def _find(self, kernel_id: str) -> Any:
        kernel = self._kernels.find_kernel(kernel_id)
        if kernel is None:
            raise KernelNotFound(
                f"no kernel has the id {kernel_id!r}; it may have been shut down. "
                "Start the notebook's kernel and press Record again."
            )
        return kernel


def _is_within(path: str, folder: str) -> bool:
    """Return whether `path` is that file, or lies in that folder."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
