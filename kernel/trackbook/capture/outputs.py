"""What executions showed, on its way into the journal.

A door appends what passes to one queue; a thread of its own applies it, and journals
what changed: a twentieth of a second after something came, then about once a second,
more rarely what is long. It knows no IPython.
"""

import contextlib
import threading
import time
from collections import deque
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
from trackbook.capture.redaction import Redactor
from trackbook.capture.states import ExecutionState
from trackbook.events import CaptureFailed, Output, OutputsChanged, ValuesRedacted
from trackbook.writer import JournalWriter

_GATHER_SECONDS = 0.05
_MIN_PAUSE = 0.5
_MAX_PAUSE = 30.0
_BYTES_A_SECOND = 16 * 1024
"""What is journaled again waits as long as this makes of its length."""

_MAX_QUEUED = 32 * 1024 * 1024
"""Above it who prints applies what waits."""

_SOON = 4 * 1024 * 1024
"""Above it the thread does not wait for more."""

_MAX_COMM = 64 * 1024
_DELIMITER = b"<IDS|MSG>"

Item = tuple[str, str, Any]
"""Whose output it is (the execution's key), what kind of message, what it says."""

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

    def __init__(self, journal: JournalWriter, blobs: Path, redactor: Redactor) -> None:
        self.parts = Parts(blobs, redactor, self.failed)
        self.door: Door | None = None
        """The one that puts in what passes."""

        self._journal = journal
        self._redactor = redactor
        self._has_failed = False
        self._reset()

    def _reset(self) -> None:
        self._queue: deque[Any] = deque()
        self._queued = 0
        self._notebook = Notebook()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._more = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_awake = False
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

    def put(self, item: Item) -> None:
        """Take a piece of output."""
        self._queue.append(item)
        self._queued += len(item[2])
        if not self._is_awake or self._queued > _SOON:
            self._stir()

    def put_message(self, parts: Any) -> None:
        """Take a message as a kernel sends it."""
        size = sum(map(len, parts))
        if parts[0].startswith(b"comm-") and (
            size > _MAX_COMM or not any(b'"msg_id"' in part for part in parts[4:])
        ):
            return
        self._queue.append(parts)
        self._queued += size
        if not self._is_awake or self._queued > _SOON:
            self._stir()

    def failed(self, error: BaseException) -> None:
        """Something of ours failed: say so once."""
        if not self._has_failed:
            self._has_failed = True
            self._journal.put(
                CaptureFailed,
                where="outputs",
                error=f"{type(error).__name__}: {error}"[:2000],
            )

    def _stir(self) -> None:
        """Wake the thread, starting it where there is none; hold callers when full."""
        self._is_awake = True
        if self._thread is None:
            self._start_thread()
        if self._queued > _MAX_QUEUED:
            with self._lock:
                self._drain()
        elif self._queued > _SOON:
            self._more.set()
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
        self._more.set()
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
        due: float | None = None
        while not self._is_closed:
            wait_for = None if due is None else max(0.0, due - time.monotonic())
            if self._wake.wait(wait_for) and not self._is_closed:
                self._more.wait(_GATHER_SECONDS)
            self._more.clear()
            self._wake.clear()
            self._is_awake = False
            if not self._is_closed:
                due = self._step()

    def _step(self, *, is_due: bool = False) -> float | None:
        """Apply what waits, journal what is due; returns when more of it is."""
        with self._lock:
            self._drain()
            now = time.monotonic()
            due: list[float] = []
            is_told = False
            for kept in list(self._notebook.changed):
                if kept.due <= now or is_due:
                    size = self._tell(kept, now - _MIN_PAUSE if not is_due else now)
                    pause = min(_MAX_PAUSE, max(_MIN_PAUSE, size / _BYTES_A_SECOND))
                    kept.due = now + pause
                    is_told = True
                if kept.changed:
                    due.append(kept.due)
        if is_told:
            self._journal.request_flush()
        return min(due, default=None)

    def _drain(self) -> None:
        """Apply what waits; what was written to one stream at a time as one text."""
        self._queued = 0
        queue, write = self._queue, self._notebook.write
        stream: tuple[str, str] | None = None
        texts: list[str] = []
        for _ in range(len(queue)):
            item = queue.popleft()
            if type(item) is tuple and item[1] in _STREAMS:
                key, name, text = item
                if stream is None or stream[0] != key or stream[1] != name:
                    if stream is not None:
                        write(*stream, "".join(texts))
                        texts.clear()
                    stream = (key, name)
                texts.append(text)
                continue
            if stream is not None:
                write(*stream, "".join(texts))
                texts.clear()
                stream = None
            try:
                self._apply(item)
            except Exception as error:
                self.failed(error)
        if stream is not None:
            write(*stream, "".join(texts))

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
                output, replaced = self.parts.make_bundle(
                    held.kind, held.data, held.metadata
                )
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
