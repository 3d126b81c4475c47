"""What executions showed, on its way into the journal.

A door appends what passes to one queue; a thread of its own applies it, and journals
what changed: with its next tick after something came, then about once a second, more
rarely what is long. It knows no IPython.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import msgspec

from trackbook.capture.guard import attempt
from trackbook.capture.outputs_kept import (
    Bundle,
    Content,
    Kept,
    Notebook,
    Stream,
)
from trackbook.capture.outputs_parts import MAX_EVENT_BYTES, Parts, size_of
from trackbook.capture.outputs_widgets import Views
from trackbook.capture.redaction import Redactor
from trackbook.capture.states import ExecutionState
from trackbook.events import CaptureFailed, Output, OutputsChanged, ValuesRedacted
from trackbook.writer import BUSY_TICKS, LINGER_TICKS, TICK_SECONDS, JournalWriter

_MIN_PAUSE = 0.5
_MAX_PAUSE = 30.0
_BYTES_A_SECOND = 16 * 1024
"""What is journaled again waits as long as this makes of its length."""

_MAX_QUEUED = 32 * 1024 * 1024
"""Above it who prints applies what waits."""

_SOON = 4 * 1024 * 1024
"""Above it the thread does not wait for its next tick."""

_MAX_COMM = 64 * 1024
_DELIMITER = b"<IDS|MSG>"

Item = tuple[str, str, Any]
"""Whose output it is (the execution's key), what kind of message, what it says."""

_KEY_AND_KIND = itemgetter(0, 1)
_TEXT = itemgetter(2)
_STREAMS = frozenset({"stdout", "stderr"})
_KINDS = frozenset(
    {
        "stream",
        "display_data",
        "execute_result",
        "update_display_data",
        "clear_output",
        "error",
        "comm_msg",
    }
)


class Door(Protocol):
    """Where a shell's outputs pass, as `outputs_doors.py` has them."""

    def uninstall(self) -> None:
        """Listen no more."""

    def flush(self) -> None:
        """Have what the shell holds back pass now."""


class _Header(msgspec.Struct):
    msg_type: str = ""
    msg_id: str = ""


_header = msgspec.json.Decoder(_Header)
_content = msgspec.json.Decoder(Content)


class Outputs:
    """The outputs of one recording's executions."""

    def __init__(
        self,
        journal: JournalWriter,
        blobs: Path,
        redactor: Redactor,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.parts = Parts(blobs, redactor, self.failed)
        self.door: Door | None = None
        """The one that puts in what passes."""

        self._is_busy = is_busy
        self._journal = journal
        self._redactor = redactor
        self._has_failed = False
        self._reset()

    def _reset(self) -> None:
        self.queue: deque[Any] = deque()
        self._queued = 0
        self._notebook = Notebook()
        self._views = Views()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._is_stirred = False
        self._thread: threading.Thread | None = None
        self.is_asleep = True
        """Whether `stir` has to be told of what is appended to the queue."""

        self._is_closed = False

    # --- on the cell's path -------------------------------------------------------

    def follow(self, key: str, execution: ExecutionState) -> None:
        """Keep what is shown under `key` as the execution's."""
        with self._lock:
            self._notebook.follow(key, execution)

    def ended(self, key: str) -> None:
        """The execution is over; its threads may go on to print."""
        with self._lock:
            self._notebook.ended(key)
        if self._views.look():
            self.stir(0)

    def put(self, item: Item) -> None:
        """Take a piece of output."""
        self.queue.append(item)
        self.stir(len(item[2]))

    def put_message(self, parts: Any) -> None:
        """Take a message as a kernel sends it."""
        size = sum(map(len, parts))
        if parts[0].startswith(b"comm-") and (
            size > _MAX_COMM or not any(b'"msg_id"' in part for part in parts[4:])
        ):
            return
        self.queue.append(parts)
        self.stir(size)

    def failed(self, error: BaseException) -> None:
        """Something of ours failed: say so once."""
        if not self._has_failed:
            self._has_failed = True
            with contextlib.suppress(Exception):  # the journal's may be what failed
                self._journal.put(
                    CaptureFailed,
                    where="outputs",
                    error=f"{type(error).__name__}: {error}"[:2000],
                )

    def stir(self, size: int) -> None:
        """Wake the thread, starting it where there is none; hold callers when full.

        `size` is that of what was appended to the queue.
        """
        self._queued += size
        self._is_stirred = True
        if self.is_asleep:
            self.is_asleep = False
            if self._thread is None:
                self._start_thread()
            else:
                self._wake.set()
        if self._queued > _MAX_QUEUED:
            with self._lock:
                self._drain()
        elif self._queued > _SOON:
            self._wake.set()

    def _start_thread(self) -> None:
        with self._lock:
            if self._thread is not None or self._is_closed:
                return
            thread = threading.Thread(
                target=self._run, name="trackbook-outputs", daemon=True
            )
            with contextlib.suppress(RuntimeError):  # the interpreter is shutting down
                thread.start()
                self._thread = thread

    # --- from without -------------------------------------------------------------

    def pause(self) -> None:
        """Take what was shown so far, and listen no more."""
        door, self.door = self.door, None
        if door is not None:
            attempt(door.flush, default=None)
            door.uninstall()

    def close(self) -> None:
        """Journal all there is and end the thread; later outputs are nobody's."""
        self.pause()
        self._is_closed = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=2.0)
        self._thread = None
        self.settle()

    def settle(self) -> None:
        """Journal all that came so far now, on this thread."""
        if self.door is not None:
            attempt(self.door.flush, default=None)
        self._step(is_due=True)

    def forget(self) -> None:
        """In a child of fork: the outputs are the parent's to keep."""
        door, self.door = self.door, None
        self._reset()
        if door is not None:
            door.uninstall()

    # --- the thread ---------------------------------------------------------------

    def _run(self) -> None:
        """Look once a tick; where nothing came for long, wait to be woken."""
        due: float | None = None
        quiet = waited = 0
        while not self._is_closed:
            if quiet >= LINGER_TICKS:
                self.is_asleep = True
                if not (self._is_stirred or self.queue):
                    self._wake.wait()
                    self._wake.clear()
                self.is_asleep = False
            if not self._is_closed:
                self._wake.wait(TICK_SECONDS)
                self._wake.clear()
            is_due = due is not None and due <= time.monotonic()
            if not (self._is_stirred or self.queue or is_due):
                quiet, waited = quiet + 1 if due is None else 0, 0
                continue
            quiet, waited = 0, waited + 1
            if (
                waited >= BUSY_TICKS
                or self._queued > _SOON
                or not self._is_busy()
                or self._is_closed
            ):
                waited, self._is_stirred = 0, False
                due = self._step()

    def _step(self, *, is_due: bool = False) -> float | None:
        """Apply what waits, journal what is due; returns when more of it is."""
        with self._lock:
            self._drain()
            for kept, at in self._views.find_changed():
                self._notebook.show_again(kept, at)
            now = time.monotonic()
            due: list[float] = []
            is_told = False
            for kept in list(self._notebook.changed):
                if kept.due <= now or is_due:
                    size = self._try_tell(kept, now if is_due else now - _MIN_PAUSE)
                    pause = min(_MAX_PAUSE, max(_MIN_PAUSE, size / _BYTES_A_SECOND))
                    kept.due = now + pause
                    is_told = True
                if kept.changed:
                    due.append(kept.due)
        if is_told:
            attempt(self._journal.flush, default=False)
        return min(due, default=None)

    def _drain(self) -> None:
        """Apply what waits; what was written to one stream at a time as one text."""
        self._queued = 0
        queue = self.queue
        items = [queue.popleft() for _ in range(len(queue))]
        for (key, kind), group in groupby(items, _KEY_AND_KIND):
            try:
                if kind in _STREAMS:
                    self._notebook.write(key, kind, "".join(map(_TEXT, group)))
                else:
                    for item in group:
                        self._apply(item)
            except Exception as error:
                self.failed(error)

    def _apply(self, item: Any) -> None:
        if type(item) is tuple:
            key, kind, body = item
        else:
            parts = [bytes(part) for part in item]
            at = parts.index(_DELIMITER)
            kind = _header.decode(parts[at + 2]).msg_type
            if kind not in _KINDS:
                return
            key = _header.decode(parts[at + 3]).msg_id
            body = parts[at + 5]
        if self._notebook.wants(key, kind):
            self._notebook.apply(key, kind, _content.decode(body))

    def _try_tell(self, kept: Kept, still: float) -> int:
        try:
            return self._tell(kept, still)
        except Exception as error:
            self.failed(error)
            self._notebook.told(kept, but=set())
            return 0

    def _tell(self, kept: Kept, still: float) -> int:
        """Journal the outputs of an execution that changed; returns their length.

        A stream that was not `still` since then may have ended within a word.
        """
        self._redactor.look_around()
        growing: set[int] = set()
        batch: list[Output] = []
        first = size = total = 0
        count = len(kept.outputs)
        for at in sorted(kept.changed):
            held = kept.outputs[at]
            if isinstance(held, Stream) and held.may_grow(still):
                growing.add(at)
            output = self._finish(kept, at, is_growing=at in growing)
            length = size_of(output)
            total += length
            if batch and (at != first + len(batch) or size + length > MAX_EVENT_BYTES):
                self._put(kept, count, first, batch)
                batch, size = [], 0
            if not batch:
                first = at
            batch.append(output)
            size += length
        if batch or kept.said_count != count:
            self._put(kept, count, first, batch)
        self._notebook.told(kept, but=growing)
        return total

    def _put(self, kept: Kept, count: int, first: int, batch: list[Output]) -> None:
        self._journal.put(
            OutputsChanged,
            execution_id=kept.execution.execution_id,
            count=count,
            first=first,
            outputs=tuple(batch),
        )

    def _finish(self, kept: Kept, at: int, *, is_growing: bool) -> Output:
        """Return an output as it is journaled."""
        held = kept.outputs[at]
        try:
            if isinstance(held, Stream):
                output, replaced = self.parts.make_stream(
                    held.name, held.text, is_growing=is_growing
                )
                replaced, held.replaced = replaced - held.replaced, replaced
            elif isinstance(held, Bundle):
                data = self._views.complete(kept, at, held)
                output, replaced = self.parts.make_bundle(
                    held.kind, data, held.metadata
                )
                if data is held.data:
                    kept.outputs[at] = None
            else:
                raise TypeError(f"nothing is held at {at}")
        except Exception as error:
            self.failed(error)
            kept.outputs[at] = None
            return Output("display_data")
        if replaced > 0:
            run = kept.execution.run
            run_id = run.run_id if run is not None else None
            self._journal.put(ValuesRedacted, count=replaced, run_id=run_id)
        return output
