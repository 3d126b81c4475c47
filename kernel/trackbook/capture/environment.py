"""What a run runs in: interpreter, packages, machine, git commit.

Takes a tenth of a second, so it is called on a thread of its own, never in a cell.
"""

import hashlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from trackbook.installed import list_packages

_GIT_SECONDS = 3.0
_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")


def capture_environment() -> dict[str, Any]:
    """Return python, executable, platform, host, packages and machine."""
    return {
        "python": platform.python_version(),
        "executable": sys.executable or "",
        "platform": platform.platform(),
        "host": platform.node(),
        "packages": list_packages(sys.path),
        "machine": {"cpu_count": os.cpu_count(), "memory_bytes": _memory_bytes()},
    }


def identify_environment(environment: dict[str, Any]) -> str:
    """Return the SHA-256 of the environment's canonical JSON."""
    canonical = msgspec.json.encode(environment, order="deterministic")
    return hashlib.sha256(canonical).hexdigest()


def capture_git(folder: Path) -> dict[str, Any] | None:
    """Return commit, branch, dirty, remote and root of the repository, or None."""
    root = _git(folder, "rev-parse", "--show-toplevel")
    if not root:
        return None
    remote = _git(folder, "config", "--get", "remote.origin.url")
    status = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {
        "commit": _git(folder, "rev-parse", "--verify", "-q", "HEAD"),
        "branch": _git(folder, "symbolic-ref", "--short", "-q", "HEAD"),
        "dirty": None if status is None else bool(status),
        "remote": _USER_IN_URL.sub("", remote) if remote else None,
        "root": root,
    }


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or None where it can't, or takes too long."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "--no-optional-locks", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_GIT_SECONDS,
            check=False,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode != 0:
        return None
    return done.stdout.decode("utf-8", "replace").strip()


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
