"""Who writes a home: the holder of its lock, and who that is. Knows no database."""

import contextlib
import getpass
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import filelock
import msgspec
import psutil

from trackbook.paths import lock_path, owner_path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_START_TOLERANCE_SECONDS = 5.0
_BOOT_TOLERANCE_SECONDS = 2.0


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """The process that holds a home; what `owner.json` says."""

    host: str
    boot_id: str
    pid: int
    pid_started_at: float
    started_at: str
    user: str = ""

    def describe(self) -> str:
        """Return it as a person would say it."""
        return f"process {self.pid} on {self.host}, since {self.started_at}"


class Ownership:
    """The lock of one home, held or not."""

    def __init__(self, home: Path) -> None:
        self._lock = filelock.FileLock(lock_path(home), mode=0o600, thread_local=False)
        self._path = owner_path(home)

    @property
    def held(self) -> bool:
        """Say whether this process writes the home."""
        return bool(self._lock.is_locked)

    def try_acquire(self) -> bool:
        """Take the lock if it is free, and say so in `owner.json`. Never waits."""
        if self.held:
            return True
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            return False
        _write_private(self._path, msgspec.json.encode(this_process()))
        return True

    def release(self) -> None:
        """Let another process write."""
        self._lock.release()

    def get_owner(self) -> Owner | None:
        """Return who said last that it writes the home; it may be gone by now."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Owner)
        except (OSError, msgspec.DecodeError):
            return None


def this_process() -> Owner:
    """Return this process as an owner."""
    return Owner(
        host=platform.node(),
        boot_id=boot_id(),
        pid=os.getpid(),
        pid_started_at=psutil.Process().create_time(),
        started_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z",
        user=_user(),
    )


def boot_id() -> str:
    """Return what names the host's present boot; empty where the system has no word."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


def is_process_alive(
    pid: int, started_at: float, started_boot_ms: int | None = None
) -> bool:
    """Say whether the process of this host and boot that said so of its start lives.

    The time since the boot decides where it is told: a clock that is put forward, as
    after a laptop's sleep, shifts what the system says of `started_at`.

    A process that began later has only the pid in common; one that began earlier may
    not have known when it started. A start of 0 is unknown: then any process of that
    pid counts. Pids of other hosts are not for this function.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if started_boot_ms is not None:
            since_boot: float = process.create_time() - psutil.boot_time()
            return abs(since_boot - started_boot_ms / 1000) < _BOOT_TOLERANCE_SECONDS
        return (
            not started_at
            or process.create_time() <= started_at + _START_TOLERANCE_SECONDS
        )
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _user() -> str:
    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return ""


def _write_private(path: Path, data: bytes) -> None:
    """Replace a small file at once, readable by its owner only."""
    new = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    new.replace(path)
