"""The journal's writer: what a process says, on disk within a second, whatever dies.

It owns one queue and one thread. A caller only appends to the queue; encoding,
redaction and the one `write()` a flush happen on the thread. What the events mean, it
does not know.
"""

import contextlib
import getpass
import os
import platform
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trackbook.events import CaptureFailed, Event, JournalOpened
from trackbook.ids import new_id
from trackbook.line_maker import EventItem, LineMaker, OnPoints, PointItem, Redact
from trackbook.lines import Target
from trackbook.process import (
    read_boot_id,
    read_process_start,
    read_process_start_ms,
)
from trackbook.segment_file import SegmentFile

SEGMENT_BYTES = 16 * 1024 * 1024
TICK_SECONDS = 0.25
"""The thread looks so often, on its own time: to be woken costs the cell that wakes it
more than all that it queues. What asks for a flush waits one tick at most."""

FLUSH_TICKS = 2
"""So many a point may wait; with the write itself it stays below a second."""

BUSY_TICKS = 3
"""So many anything may wait while a cell is executed: what is written between cells
takes no time of theirs. A second after it was said it is written all the same."""

SYNC_TICKS = 20
"""At the latest so many after a write it is on the disk itself."""

LINGER_TICKS = 120
"""So many the thread goes on to look while nothing comes, before it waits to be woken.
"""

RETRY_SECONDS = 1.0
MAX_PENDING = 400_000
"""Items held in memory (about 64 MB of points); above it `put_point` waits."""

MAX_WAITING_CHARACTERS = 64 * 1024 * 1024
"""Events that wait for a disk hold about so much text; further ones are dropped and
counted."""

WAIT_SECONDS = 10.0
"""How long `put_point` waits for room before it drops points and counts them."""

_SMALL = frozenset({type(None), bool, int, float})
_EARLY = 20_000
_WRITE_ITEMS = 50_000

_writers: "weakref.WeakSet[JournalWriter]" = weakref.WeakSet()


def say(message: str) -> None:
    """Say something to the person, if there is a stream that takes it."""
    with contextlib.suppress(Exception):  # someone's own stream, or none
        sys.stderr.write(f"trackbook: {message}\n")


class JournalWriter:
    """Appends events to the segments of one writer in `folder`.

    Nothing is created before the first event. Thread-safe; after a fork the child drops
    what it inherited and opens a journal of its own. No method raises for the sake of a
    disk that is full or a folder that can't be written: `notify` says it once, what
    waits is kept within MAX_PENDING, and written as soon as that works again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kernel_id: str | None = None,
        version: str = "",
        clock: Callable[[], int] = time.time_ns,
        ids: Callable[[], str] = new_id,
        notify: Callable[[str], None] = say,
        redact: Redact | None = None,
        on_points: OnPoints | None = None,
        on_batch: Callable[[], None] | None = None,
        is_busy: Callable[[], bool] = lambda: False,
        segment_bytes: int = SEGMENT_BYTES,
        max_pending: int = MAX_PENDING,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.folder = folder
        self.writer_id = ids()
        self.on_fork: Callable[[], None] | None = None
        self.writes_through = False
        """Whether each event is written before the call returns: in a worker process,
        which may be killed as soon as its result is out."""

        self._kernel_id = kernel_id
        self._version = version
        self.clock = clock
        self._ids = ids
        self._notify = notify
        self._redact = redact
        self._on_points = on_points
        self._on_batch = on_batch
        self._is_busy = is_busy
        self.flushed_ns = 0
        """When all was written last, in nanoseconds since the epoch."""

        self.dropped_count = 0
        """Points that could not be kept."""

        self._segment_bytes = segment_bytes
        self._max_pending = max_pending
        self._wait_seconds = wait_seconds
        self._queue: deque[EventItem | PointItem] = deque()
        self._reset()
        _register_fork_handler()
        _writers.add(self)

    def _reset(self) -> None:
        """Begin a journal: no file, no thread, nothing said yet."""
        self._queue.clear()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake_at = 1
        self._soon = False
        self._closing = threading.Event()
        self._lines = LineMaker(self._redact, self._on_points, self._on_batch)
        self._file = SegmentFile(
            self.folder, self.writer_id, self._make_header, self._segment_bytes
        )
        self._problem: str | None = None
        self._waiting = 0
        self._lost_points = self._lost_events = 0

    def put(self, event_type: type[Event], **fields: Any) -> None:
        """Append an event; `seq` and `at` are added."""
        if self._problem is None:
            self._waiting = 0
        elif not self._has_room(fields):
            self._lost_events += 1
            return
        self._queue.append((event_type, self.clock(), fields))
        if len(self._queue) >= self._wake_at:
            self._start_flushing()

    def put_point(
        self, target: Target, key: str, value: float, step: int | None = None
    ) -> None:
        """Append a point of metric `key`; without a step it follows the one before.

        A microsecond. Above MAX_PENDING it waits for room, at most WAIT_SECONDS.
        """
        self._queue.append((target, key, value, step, self.clock()))
        if len(self._queue) >= self._wake_at:
            self._start_flushing(may_wait=True)

    @property
    def pending_count(self) -> int:
        """How much waits to be written."""
        return len(self._queue)

    def continue_steps(self, run_id: str, next_steps: Mapping[str, int]) -> None:
        """Let points of a resumed run follow those that it has."""
        with self._lock:
            self._lines.continue_steps(run_id, next_steps)

    def hold(self, seconds: float) -> bool:
        """Keep the thread from writing; False where it could not be had in time."""
        return self._lock.acquire(timeout=seconds)

    def let_go(self) -> None:
        """Let the thread write again."""
        self._lock.release()

    def request_flush(self) -> None:
        """Have everything written with the next tick; returns at once."""
        self._soon = True

    def flush(self) -> bool:
        """Write everything now, on this thread; False when it could not be written."""
        with self._lock:
            try:
                while self._queue or self._file.unwritten:
                    self._write_some()
            except OSError as error:
                self._report(error)
                return False
            self.flushed_ns = self.clock()
            if self._problem is not None:
                self._problem = None
                self._notify("the journal can be written again; nothing waits.")
            return True

    def close(self) -> bool:
        """Write and sync everything, end the thread, close the file.

        False when something could not be written. A later event opens a new segment.
        """
        written = self.flush()
        self._closing.set()
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=2.0)
        with self._lock:
            self._file.close()
            self._thread = None
            self._wake_at = 1
            self._closing.clear()
        _writers.discard(self)
        return written

    # --- the thread ---------------------------------------------------------------

    def _start_flushing(self, *, may_wait: bool = False) -> None:
        """Wake the thread, starting it where there is none; hold callers when full."""
        if self.writes_through and self.flush():
            return
        pending = len(self._queue)
        if pending >= self._max_pending:
            if may_wait:
                self._wait_for_room()
            return
        self._wake_at = _EARLY if pending < _EARLY else self._max_pending
        self._wake_at = min(self._wake_at, self._max_pending)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._start_thread()
        self._wake.set()

    def _start_thread(self) -> None:
        thread = threading.Thread(
            target=self._run, name="trackbook-journal", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the interpreter is shutting down
            self.flush()
            self._wake_at = 1
            return
        self._thread = thread
        _writers.add(self)

    def _run(self) -> None:
        """Flush what is asked for or due; sleep without wake-ups once nothing comes."""
        quiet = waited = unsynced = 0
        while self._rest(quiet):
            if not (self._queue or self._file.unwritten):
                quiet, waited = quiet + 1, 0
            else:
                quiet, waited = 0, waited + 1
                if self._is_due(waited):
                    self._soon, waited = False, 0
                    is_written = False
                    with contextlib.suppress(Exception):  # a mistake of ours: again
                        is_written = self.flush()
                    if not is_written:
                        self._soon = True
                        self._wake.wait(RETRY_SECONDS)
            unsynced = 0 if self._file.is_synced else unsynced + 1
            if unsynced >= SYNC_TICKS:
                with self._lock:
                    self._file.sync()

    def _is_due(self, waited: int) -> bool:
        """Tell whether what has `waited` so many ticks is to be written now."""
        if waited >= BUSY_TICKS or len(self._queue) >= _EARLY:
            return True
        return (self._soon or waited >= FLUSH_TICKS) and not self._is_busy()

    def _rest(self, quiet: int) -> bool:
        """Wait for the next tick; where it was `quiet` for long, for an event before.

        False when it is time to end.
        """
        self._wake_at = 1 if self.writes_through else min(_EARLY, self._max_pending)
        if quiet >= LINGER_TICKS and self._file.is_synced:
            self._wake_at = 1
            if not self._queue:
                self._wake.wait()
                self._wake.clear()
        if not self._closing.is_set():
            self._wake.wait(TICK_SECONDS)
            self._wake.clear()
        return not self._closing.is_set()

    def _wait_for_room(self) -> None:
        """Hold the caller until there is room; drop its point after a bounded wait."""
        if threading.current_thread() is self._thread:
            return
        until = time.monotonic() + self._wait_seconds
        while len(self._queue) >= self._max_pending and not self._lost_points:
            if self.flush():
                return
            if time.monotonic() >= until:
                self._notify(
                    f"{self._max_pending:,} points wait and none can be written; "
                    "further points are dropped and counted until that is mended."
                )
                break
            time.sleep(min(RETRY_SECONDS, self._wait_seconds / 10))
        if len(self._queue) >= self._max_pending:
            with contextlib.suppress(IndexError):
                self._queue.pop()
            self._lost_points += 1
            self.dropped_count += 1

    def _has_room(self, fields: dict[str, Any]) -> bool:
        """Count an event that waits for a disk; tell whether it may."""
        self._waiting += 200 + sum(
            len(value) if isinstance(value, str) else len(repr(value))
            for value in fields.values()
            if value.__class__ not in _SMALL
        )
        return self._waiting <= MAX_WAITING_CHARACTERS

    # --- the file -----------------------------------------------------------------

    def _write_some(self) -> None:
        """Move a bounded part of the queue into the file with one write."""
        self._file.ensure_open()
        if not self._file.is_torn:
            self._file.unwritten += b"".join(
                self._lines.take(self._queue, _WRITE_ITEMS)
            )
        self._file.write()
        if self._lost_points or self._lost_events:
            self._say_lost()

    def _say_lost(self) -> None:
        """Journal how much was dropped while nothing could be written."""
        lost = [
            f"{count:,} {what}"
            for count, what in (
                (self._lost_points, "points"),
                (self._lost_events, "events"),
            )
            if count
        ]
        self._lost_points = self._lost_events = 0
        what = f"{' and '.join(lost)} were dropped while the journal was not writable"
        self._waiting = 0
        fields = {"where": "journal", "error": what}
        self._queue.append((CaptureFailed, self.clock(), fields))

    def _make_header(self, segment: int) -> bytes:
        header = {
            "writer_id": self.writer_id,
            "segment": segment,
            "host": platform.node(),
            "boot_id": read_boot_id(),
            "pid": os.getpid(),
            "pid_started_at": read_process_start(os.getpid()),
            "pid_started_boot_ms": read_process_start_ms(os.getpid()),
            "kernel_id": self._kernel_id,
            "user": _user(),
            "trackbook_version": self._version,
            "python_version": platform.python_version(),
            "executable": sys.executable or "",
        }
        return self._lines.make_line(JournalOpened, self.clock(), header)

    def _report(self, error: OSError) -> None:
        """Say once what is wrong and what mends it."""
        problem = error.strerror or str(error)
        if problem != self._problem:
            self._problem = problem
            self._notify(
                f"can't write the journal in {self.folder}: {problem}. Recording goes "
                "on in memory. Free some space, make the folder writable, or set "
                "TRACKBOOK_HOME to one that is."
            )

    def reset_after_fork(self) -> None:
        """In a child: forget what the parent will write and begin a new journal."""
        self._file.abandon()
        self.writer_id = self._ids()
        self._reset()
        if self.on_fork is not None:
            self.on_fork()
        _flush_as_worker_ends(self)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _flush_as_worker_ends(writer: JournalWriter) -> None:
    """Have a multiprocessing worker flush: it ends by `os._exit`, past `atexit`.

    Its registry of finalizers is emptied after the fork, hence by way of its own hook.
    """
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(
            writer, lambda held: util.Finalize(None, held.flush, exitpriority=10)
        )


_fork_handler: list[bool] = []


def _register_fork_handler() -> None:
    """Once a process; what it does depends on the writers that are alive then."""
    if _fork_handler or not hasattr(os, "register_at_fork"):
        return
    _fork_handler.append(True)
    os.register_at_fork(after_in_child=_reset_writers)


def _reset_writers() -> None:
    for writer in list(_writers):
        writer.reset_after_fork()
