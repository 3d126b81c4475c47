"""The file that a writer's lines go to: one segment after the other.

It owns the open file and the bytes that are not in it yet. What the lines say, it does
not know.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from trackbook.journal import segment_path


class SegmentFile:
    """Appends bytes to `{folder}/{writer_id}-{segment}.ndjson`.

    `header` returns the first line of a segment by its number. Nothing is created
    before the first write. Not thread-safe.
    """

    def __init__(
        self,
        folder: Path,
        writer_id: str,
        header: Callable[[int], bytes],
        max_bytes: int,
    ) -> None:
        self.unwritten = b""
        self.is_torn = False
        """Whether the head of the first unwritten line is in the file already."""

        self.is_synced = True
        self._folder = folder
        self._writer_id = writer_id
        self._header = header
        self._max_bytes = max_bytes
        self._file: int | None = None
        self._segment = 0
        self._size = 0

    def ensure_open(self) -> None:
        """Open a segment where none is. Raises OSError."""
        if self._file is not None and self._is_gone(self._file):
            self.close()  # say the rest in a new one
        if self._file is None:
            self._open()

    def write(self) -> None:
        """Write all that is unwritten. Raises OSError; what is left can be tried again.

        A segment that is full by it is closed.
        """
        assert self._file is not None
        while self.unwritten:
            written = os.write(self._file, self.unwritten)
            self.is_torn = written < len(self.unwritten)
            self.unwritten = self.unwritten[written:]
            self._size += written
            self.is_synced = False
        if self._size >= self._max_bytes:
            self.close()

    def sync(self) -> None:
        """Have what was written on the disk itself, as far as it can be."""
        with contextlib.suppress(OSError):
            if self._file is not None and not self.is_synced:
                os.fsync(self._file)
            self.is_synced = True

    def close(self) -> None:
        """Sync and close; a later write opens the next segment."""
        if self._file is not None:
            self.sync()
            self.abandon()

    def abandon(self) -> None:
        """Close without a sync, in a child of fork: the file is the parent's."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None

    def _is_gone(self, file: int) -> bool:
        """Tell whether someone removed the file, or its disk is not there any more."""
        try:
            return os.fstat(file).st_nlink == 0
        except OSError:
            return True

    def _open(self) -> None:
        """Create the next segment; its header is the first line."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = segment_path(self._folder, self._writer_id, self._segment)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        self._size = 0
        rest = self.unwritten
        if self.is_torn:  # the head of its first line is in a file that is gone
            rest = rest.partition(b"\n")[2]
        self.is_torn = False
        self.unwritten = self._header(self._segment) + rest
        self._segment += 1
