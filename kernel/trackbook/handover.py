"""Which run is open here, told to child processes: they log to it with no setup.

A small file says it, whose path child processes find in the environment. The file and
not the variable names the run, because workers outlive runs: a pool of `fork`, a
forkserver and joblib's reused workers keep the environment that they were born with.
It is written through a map of it in memory, since each cell says something. Who holds
the map holds a lock on the file, so that what a killed process left can be told.
"""

import contextlib
import mmap
import os
import stat
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import BinaryIO

from trackbook.paths import find_parent_file, set_parent_file

if sys.platform != "win32":
    import fcntl

_PREFIX = "trackbook-run-"
_LEAST_AGE = 60.0
"""Seconds; a younger file may be about to be locked."""

_RECORD = 96
"""Bytes of the record; behind it, the run that a child logged a result to."""

_SIZE = 4096
"""Bytes of the file; the rest is the path of the file of an outer process."""

_NOTHING = ord(" ")
_TRIES = 100


class Handover:
    """Says which run is open, from the first one on, until `close`.

    Not thread-safe. What can't be written is left out: children record alone then.
    """

    def __init__(self) -> None:
        self.path: Path | None = None
        self._map: mmap.mmap | None = None
        self._said = ("", "")
        self._outer: str | None = None

    def tell(self, run_id: str | None, execution_id: str | None) -> None:
        """Say which run is open, and which of its executions runs."""
        said = (run_id or "", execution_id or "")
        if said == self._said:
            return
        self._said = said
        try:  # by its words, since each cell comes here
            shared = self._map or self._create()
            shared[:_RECORD] = _encode(*said)
        except OSError:
            pass

    def take_result(self, run_id: str) -> bool:
        """Tell whether a child logged a result to that run since it was asked last."""
        shared = self._map
        if shared is None or shared[_RECORD] == _NOTHING:
            return False
        if shared[_RECORD : 2 * _RECORD].strip() != run_id.encode():
            return False
        shared[_RECORD : 2 * _RECORD] = b" " * _RECORD
        return True

    def close(self) -> None:
        """Say no more: the environment is what it was, the file is gone."""
        shared, path = self._map, self.path
        self._map = self.path = None
        self._said = ("", "")
        with contextlib.suppress(OSError):
            if shared is not None and path is not None:
                shared[:_RECORD] = _encode("", "")  # for those that hold it open
                shared.close()
                path.unlink(missing_ok=True)
        if path is not None and find_parent_file() == str(path):
            set_parent_file(self._outer)

    def _create(self) -> mmap.mmap:
        handle, name = tempfile.mkstemp(prefix=_PREFIX)
        self.path = Path(name)
        self._outer = find_parent_file()
        outer = (self._outer or "").encode("utf-8", "surrogateescape")
        with os.fdopen(handle, "r+b", buffering=0) as file:
            _lock(file)  # the map keeps it
            said = _encode("", "") + b" " * _RECORD + outer
            file.write(said.ljust(_SIZE, b"\0")[:_SIZE])
            shared = self._map = mmap.mmap(file.fileno(), _SIZE)
        set_parent_file(name)
        return shared


class Inherited:
    """What a parent process says of its open run. Not thread-safe."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._outer: Inherited | None = None

    def read(self) -> tuple[str, str | None] | None:
        """Return the run that is open in the parent, and its execution if one runs.

        Where the parent has none open, that of its own parent; None where none is.
        """
        try:
            if self._file is None:
                self._open()
            assert self._file is not None
            for _ in range(_TRIES):  # the parent may be writing
                self._file.seek(0)
                found = _decode(self._file.read(_RECORD))
                if found is not None:
                    break
        except OSError:  # the parent is gone, and its runs with it
            return None
        if found is not None and found[0]:
            return found[0], found[1] or None
        return self._outer.read() if self._outer is not None else None

    def tell_result(self, run_id: str) -> None:
        """Tell the parent that its run has a result."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.seek(_RECORD)
                self._file.write(run_id.encode().ljust(_RECORD))

    def _open(self) -> None:
        self._file = Path(self._path).open("r+b", buffering=0)  # noqa: SIM115 - kept
        self._file.seek(2 * _RECORD)
        rest = self._file.read(_SIZE).rstrip(b"\0")
        outer = rest.decode("utf-8", "surrogateescape")
        self._outer = Inherited(outer) if outer else None


def remove_leftovers() -> None:
    """Remove the files of processes that were killed, of this user's alone."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            if entry.name.startswith(_PREFIX):
                with contextlib.suppress(OSError):
                    _remove_leftover(Path(entry.path))


def _remove_leftover(path: Path) -> None:
    facts = path.lstat()
    is_ours = stat.S_ISREG(facts.st_mode) and facts.st_size == _SIZE
    if hasattr(os, "getuid"):
        is_ours = is_ours and facts.st_uid == os.getuid()
    if not is_ours or time.time() - facts.st_mtime < _LEAST_AGE:
        return
    with path.open("r+b") as file:
        is_left = _lock(file)
    if is_left:
        path.unlink(missing_ok=True)


def _lock(file: BinaryIO) -> bool:
    """Lock a file until all who have it from here let go; False where another has."""
    if sys.platform != "win32":  # where no one can remove a file that is mapped
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def find_inherited() -> Inherited | None:
    """Return what a parent process says, if this one has such a parent."""
    path = find_parent_file()
    return Inherited(path) if path else None


def _encode(run_id: str, execution_id: str) -> bytes:
    said = f"{run_id} {execution_id} ".encode()
    return (said + b"%08x" % zlib.crc32(said)).ljust(_RECORD)


def _decode(record: bytes) -> tuple[str, str] | None:
    """Return what a record says, None where it is half written."""
    said, _, checksum = record.rstrip().rpartition(b" ")
    said += b" "
    if checksum != b"%08x" % zlib.crc32(said):
        return None
    run_id, execution_id, _ = said.decode().split(" ")
    return run_id, execution_id
