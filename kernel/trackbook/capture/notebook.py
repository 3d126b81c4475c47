"""The notebook's file where no server of ours knows it: headless runs, other editors.

Knows what runners leave behind for their kernels; never asks over the network.
"""

import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from trackbook.capture.redaction import redact_document
from trackbook.capture.scripts import find_script
from trackbook.paths import get_notebook_hint, get_session_name, is_served

_MAX_BYTES = 256 * 1024 * 1024
_DRIVE = re.compile(r"(^|/)RTC:/?")
_OUTPUT_OPTIONS = frozenset({"--output", "-o"})


def find_notebook(namespace: Mapping[str, Any]) -> Path | None:
    """Return the notebook that this kernel executes, or None.

    None also below a Jupyter server with our extension, which knows better. Where a
    runner was given several, it is the one whose cells have been executed so far.
    """
    if is_served():
        return None
    said = [get_notebook_hint(), namespace.get("__vsc_ipynb_file__")]
    said += [get_session_name(), find_script()]
    for name in said:
        found = _existing(name) if isinstance(name, str) else None
        if found is not None:
            return found
    given = [path for path in map(_existing, _arguments_of(os.getppid())) if path]
    if len(given) < 2:  # nearly always; cells wait for it
        return given[0] if given else None
    return _choose(given, namespace)


def _existing(name: str) -> Path | None:
    """Return the notebook's path if it is a file, without the drive of JupyterLab's
    real-time collaboration (`RTC:a.ipynb`)."""
    for path in (Path(name), Path(_DRIVE.sub(r"\1", name))):
        if path.suffix == ".ipynb" and path.is_file():
            return path.absolute()
    return None


def _choose(paths: list[Path], namespace: Mapping[str, Any]) -> Path | None:
    """Return the notebook that holds most of what was executed; None for a draw."""
    history = namespace.get("_ih")
    done = {
        text.strip() for text in (history if isinstance(history, list) else ()) if text
    }
    counts: dict[Path, int] = {}
    for path in paths:
        document = read_document(path)
        cells = document["cells"] if document is not None else []
        counts[path] = len(done.intersection(map(source_of, cells)))
    best = max(counts.values(), default=0)
    winners = [path for path, count in counts.items() if count == best]
    return winners[0] if len(winners) == 1 else None


def source_of(cell: Any) -> str:
    """Return a cell's source, without space around it; empty where it has none."""
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.strip() if isinstance(source, str) else ""


def read_notebook(path: Path) -> tuple[bytes, int] | None:
    """Return the file's bytes if they are a notebook, else None.

    Where it holds credentials, they are replaced, and the number says how many were.
    """
    found = _read(path)
    if found is None:
        return None
    data, document = found
    clean, count = redact_document(document)
    if count:
        data = json.dumps(clean, indent=1).encode("ascii") + b"\n"
    return data, count


def read_document(path: Path) -> dict[str, Any] | None:
    """Return what the file holds if it is a notebook with cells, else None.

    Those of formats 2 and 3 have them elsewhere.
    """
    found = _read(path)
    if found is None or not isinstance(found[1].get("cells"), list):
        return None
    return found[1]


def _read(path: Path) -> tuple[bytes, dict[str, Any]] | None:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        data = path.read_bytes()
        document = json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None
    is_notebook = isinstance(document, dict) and (
        isinstance(document.get("cells"), list) or "nbformat" in document
    )
    return (data, document) if is_notebook else None


@lru_cache(1)
def _arguments_of(parent: int) -> list[str]:
    """Return the notebooks that the process which started this one was given."""
    try:
        words = Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")
        folder = Path(f"/proc/{parent}/cwd").readlink()
    except OSError:
        return []
    names = [os.fsdecode(word) for word in words]
    found = [
        str(Path(folder, name))
        for before, name in pairwise(["", *names])
        if name.endswith(".ipynb") and before not in _OUTPUT_OPTIONS
    ]
    # Papermill's second one is where it puts its copy.
    is_papermill = any(Path(name).stem == "papermill" for name in names[:3])
    return found[:1] if is_papermill else found
