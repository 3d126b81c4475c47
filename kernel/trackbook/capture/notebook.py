"""The notebook's file where no server of ours knows it: headless runs, other editors.

Knows what runners leave behind for their kernels; never asks over the network.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trackbook.capture.redaction import redact_document
from trackbook.paths import get_notebook_hint, get_session_name, is_served

_MAX_BYTES = 256 * 1024 * 1024


def find_notebook(namespace: Mapping[str, Any]) -> Path | None:
    """Return the notebook that this kernel executes, or None.

    None also below a Jupyter server with our extension, which knows better.
    """
    if is_served():
        return None
    named = get_notebook_hint()
    candidates = [named] if named else []
    editor = namespace.get("__vsc_ipynb_file__")
    if isinstance(editor, str):
        candidates.append(editor)
    session = get_session_name()
    if session:
        candidates.append(session)
    candidates += _parent_arguments()
    for candidate in candidates:
        path = Path(candidate)
        if path.suffix == ".ipynb" and path.is_file():
            return path.absolute()
    return None


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
    """Return what the file holds if it is a notebook, else None."""
    found = _read(path)
    return None if found is None else found[1]


def _read(path: Path) -> tuple[bytes, dict[str, Any]] | None:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        data = path.read_bytes()
        document = json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None
    is_notebook = isinstance(document, dict) and isinstance(document.get("cells"), list)
    return (data, document) if is_notebook else None


def _parent_arguments() -> list[str]:
    """Return the notebooks on the command line of the process that started this one."""
    parent = os.getppid()
    try:
        words = Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")
        folder = Path(f"/proc/{parent}/cwd").readlink()
    except OSError:
        return []
    names = [word.decode("utf-8", "replace") for word in words]
    found = [name for name in names if name.endswith(".ipynb")]
    # The first is the input; a second one is where a runner puts its copy.
    return [str(Path(folder, name)) for name in found[:1]]
