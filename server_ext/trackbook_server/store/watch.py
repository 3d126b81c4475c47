"""Which journals have something new, which writers are gone, which files can go.

Looks at files and processes; what lines mean is `ingest.py`'s business, when to look
`home.py`'s.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from trackbook.journal import Segment, list_segments
from trackbook.paths import aside_dir, ensure_private
from trackbook_server.store.database import Database
from trackbook_server.store.ingest import get_offset, has_bad_lines, ingest_batch
from trackbook_server.store.liveness import Life, Machine, get_machine
from trackbook_server.store.open_runs import WriterProcess, list_writers
from trackbook_server.store.placement import end_lost_runs
from trackbook_server.store.values import to_text

FOLDER_SECONDS = 1.0
QUIET_FOLDER_SECONDS = 5.0
"""How often the folder is listed even if its time stamp says that nothing came."""

CARE_SECONDS = 2.0
"""How often it is asked whether writers live and files can go.

A kernel that someone asked to end is gone before its run's end is known (`closing.py`),
so it takes two looks to call a run lost."""

SETTLED_SECONDS = 3600.0
"""A journal of another host may be on its way here: it is removed only when nobody has
written it for so long."""

_MAX_TORN_BYTES = 256 * 1024


class Watch:
    """Notices new lines and applies them; a round at a time, on one thread.

    `stopping` is asked between batches, so that a long backlog holds nobody up.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        clock: Callable[[], float] = time.monotonic,
        stopping: Callable[[], bool] = lambda: False,
        machine: Machine | None = None,
    ) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._stopping = stopping
        self._machine = machine or get_machine()
        self._suspects: set[str] = set()
        self.caught_up = False
        self._seen: dict[Segment, int] = {}
        self._folder_time = -1
        self._listed_at = float("-inf")
        self._cared_at = float("-inf")

    def round(self, *, everything: bool = False) -> int:
        """Apply what is new; return how many batches that took.

        `everything`: list the folder and look after writers and files now.
        """
        now = self._clock()
        self._list(now, force=everything)
        batches = self._read_new()
        if everything or now - self._cared_at >= CARE_SECONDS:
            self._cared_at = now
            batches += self._care(at_once=everything)
        return batches

    def _list(self, now: float, *, force: bool) -> None:
        """Learn of new files."""
        changed = self._folder.stat().st_mtime_ns
        pause = FOLDER_SECONDS if self._seen else QUIET_FOLDER_SECONDS
        if not force and changed == self._folder_time and now - self._listed_at < pause:
            return
        self._folder_time = changed
        self._listed_at = now
        present = list_segments(self._folder)
        self._seen = {segment: self._seen.get(segment, -1) for segment in present}

    def _read_new(self) -> int:
        """Apply the lines behind the cursors, a batch of each file in turn."""
        pending: dict[Segment, int] = {}
        for segment, seen in self._seen.items():
            size = _size(segment.path)
            if size is not None and size != seen:
                pending[segment] = size
        batches = 0
        while pending and not self._stopping():
            begun: set[str] = set()
            for segment, size in list(pending.items()):
                if segment.writer_id in begun:
                    continue  # its earlier segment comes first
                begun.add(segment.writer_id)
                try:
                    more = self._database.write(ingest_batch, segment).result()
                except FileNotFoundError:
                    more = False
                batches += 1
                if not more:
                    self._seen[segment] = size
                    del pending[segment]
        self.caught_up = not pending
        return batches

    def _care(self, *, at_once: bool) -> int:
        """End the runs of writers that are gone, and remove files that are read.

        A run ends at the second look that finds its writer gone, or `at_once`.
        """
        lives = self._look_at_writers()
        dead = {one.writer_id: one for one, life in lives if life == "gone"}
        foreign = {one.writer_id for one, life in lives if life == "unknown"}
        # Whoever is dead by now writes no more: what is there is all there will be.
        batches = self._read_new()
        if self._stopping():
            return batches
        open_ended = {name for name, writer in dead.items() if writer.has_open_run}
        lost = open_ended if at_once else open_ended & self._suspects
        self._suspects = open_ended - lost
        if lost:
            self._database.write(_end_lost, sorted(lost)).result()
        done = self._database.write(
            _find_done, list(self._seen), set(dead), foreign
        ).result()
        if done:
            self._database.sync().result()
            self._database.write(_mark_removed, done).result()
            for segment in done:
                self._remove(segment)
                self._seen.pop(segment, None)
        return batches

    def _remove(self, segment: Segment) -> None:
        """Remove a file that is read; one with lines that are not whole goes aside."""
        if not self._database.read(has_bad_lines, segment).result():
            segment.path.unlink(missing_ok=True)
            return
        aside = aside_dir(self._folder.parent) / self._folder.name
        folder = ensure_private(aside)
        with suppress(FileNotFoundError):
            segment.path.replace(folder / segment.path.name)

    def _look_at_writers(self) -> list[tuple[WriterProcess, Life]]:
        """Return the writers that have an open run or a file, and whether they live."""
        present = sorted({segment.writer_id for segment in self._seen})
        return [
            (writer, self._machine.look_at(writer))
            for writer in self._database.read(list_writers, present).result()
        ]


def _end_lost(db: sqlite_utils.Database, writer_ids: list[str]) -> None:
    end_lost_runs(
        db,
        writer_ids=writer_ids,
        reason="its process is gone",
        at=datetime.now(UTC),
    )


def _find_done(
    db: sqlite_utils.Database,
    segments: list[Segment],
    dead: set[str],
    foreign: set[str],
) -> list[Segment]:
    """Return the files whose every line is in the database and that will not grow."""
    latest: dict[str, int] = {}
    for segment in segments:
        latest[segment.writer_id] = max(segment.index, latest.get(segment.writer_id, 0))
    done: list[Segment] = []
    for segment in segments:
        rotated = segment.index < latest[segment.writer_id]
        if not rotated and segment.writer_id not in dead:
            continue
        if segment.writer_id in foreign and not _is_settled(segment.path):
            continue
        offset = get_offset(db, segment)
        size = _size(segment.path)
        if offset is None or (size is not None and offset >= size):
            done.append(segment)
        elif size is not None and segment.writer_id in dead:
            _keep_torn(db, segment, offset, size)
            done.append(segment)
    return done


def _keep_torn(
    db: sqlite_utils.Database, segment: Segment, offset: int, size: int
) -> None:
    """Keep the half line that a writer left behind when it died."""
    with segment.path.open("rb") as file:
        file.seek(offset)
        text = file.read(_MAX_TORN_BYTES)
    db.execute(
        "insert or ignore into bad_lines values (?, ?, ?, ?, 'torn', ?, ?)",
        (
            segment.writer_id,
            segment.index,
            offset,
            size - offset,
            "its writer died while writing it",
            text,
        ),
    )


def _mark_removed(db: sqlite_utils.Database, segments: list[Segment]) -> None:
    now = to_text(datetime.now(UTC))
    for segment in segments:
        db.execute(
            "insert into cursors (writer_id, segment, removed_at) values (?, ?, ?) "
            "on conflict (writer_id, segment) do update set removed_at = "
            "coalesce(removed_at, excluded.removed_at)",
            (segment.writer_id, segment.index, now),
        )


def _is_settled(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > SETTLED_SECONDS
    except FileNotFoundError:
        return True


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
