"""What a run stood on against what is here now: interpreter, packages, inputs.

Looks at names of folders and at files, executes nothing. Called off the event loop.
"""

import hashlib
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trackbook.installed import list_packages
from trackbook_server.contract import (
    Environment,
    EnvironmentDifference,
    InputDifference,
    PackageDifference,
    RunInput,
)

State = Literal["same", "changed", "gone", "unknown"]

MAX_READ_BYTES = 256 * 1024 * 1024
"""A larger input is told by its size alone, and of equal size is not told."""

_IMPORT = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)", re.M
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FOLDERS = (
    "lib/python3*/site-packages",
    "lib64/python3*/site-packages",
    "Lib/site-packages",
)
_PACKAGE_OF = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "pytorch_lightning": "pytorch-lightning",
}
"""Packages that are imported under another name."""


@dataclass(frozen=True, slots=True)
class Present:
    """The interpreter that the notebook would run in now."""

    executable: str
    python: str
    packages: dict[str, str]


def look_at(executable: str) -> Present | None:
    """Return what an interpreter of an environment has installed; None: can't tell."""
    folder = Path(executable).parent
    prefix = folder.parent if folder.name in ("bin", "Scripts") else folder
    folders = [path for pattern in _FOLDERS for path in sorted(prefix.glob(pattern))]
    packages = list_packages(map(str, folders))
    if not packages:
        return None
    names = [path.parent.name.removeprefix("python") for path in folders]
    return Present(executable, _version_in(prefix) or names[0], packages)


def _version_in(prefix: Path) -> str | None:
    try:
        text = (prefix / "pyvenv.cfg").read_text("utf-8", "replace")
    except OSError:
        return None
    found = re.search(r"^version(?:_info)? *= *(\d+\.\d+\.\d+)", text, re.M)
    return found[1] if found else None


def compare_environment(
    then: Environment,
    now: Present | None,
    sources: Iterable[str],
    lines: tuple[list[str], list[str]],
) -> EnvironmentDifference:
    """Return what differs; packages that the sources import stand first."""
    found: list[PackageDifference] = []
    same = 0
    if now is not None:
        used = imported_packages(sources)
        for name in sorted(then.packages.keys() | now.packages.keys()):
            before, after = then.packages.get(name), now.packages.get(name)
            if before == after:
                same += 1
            else:
                found.append(
                    PackageDifference(
                        name=name, then=before, now=after, is_used=name in used
                    )
                )
    return EnvironmentDifference(
        python_then=then.python,
        python_now=None if now is None else now.python,
        interpreter=None if now is None else now.executable,
        packages=sorted(found, key=lambda one: (not one.is_used, one.name)),
        same_count=same,
        uv=lines[0],
        pip=lines[1],
    )


def imported_packages(sources: Iterable[str]) -> set[str]:
    """Return the packages that sources import, by their normalised names."""
    found = set()
    for source in sources:
        for names in _IMPORT.findall(source):
            for name in names.split(","):
                top = name.strip().partition(".")[0]
                package = _PACKAGE_OF.get(top, top)
                found.add(re.sub(r"[-_.]+", "-", package).lower())
    return found


def compare_inputs(inputs: Sequence[RunInput]) -> list[InputDifference]:
    """Return how each input of the run stands now, each once."""
    unique = {(one.name, one.source): one for one in inputs}
    return [
        InputDifference(name=one.name, source=one.source, state=_state_of(one))
        for one in unique.values()
    ]


def _state_of(one: RunInput) -> State:
    path = Path(one.source)
    # A relative path is relative to a folder that is not ours; a URL is not asked.
    if not one.source or "\0" in one.source or not path.is_absolute():
        return "unknown"
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return "unknown"
        size = one.profile.get("size_bytes")
        if isinstance(size, int) and size != facts.st_size:
            return "changed"
        if not _SHA256.fullmatch(one.digest) or facts.st_size > MAX_READ_BYTES:
            return "unknown"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "gone"
    except OSError:
        return "unknown"
    return "same" if digest == one.digest else "changed"
