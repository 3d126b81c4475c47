"""Copies of a run's notebook beside it, through Jupyter's contents manager."""

import posixpath
from base64 import b64encode
from typing import Any

from jupyter_core.utils import ensure_async

from trackbook.errors import BadInput, WouldOverwrite
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import RestoredCopy
from trackbook_server.notebooks.names import SUFFIX, numbered
from trackbook_server.notebooks.restore import Restored


async def write_copy(
    manager: Any,
    paths: ContentsPaths,
    restored: Restored,
    path: str | None = None,
) -> RestoredCopy:
    """Save the notebook as a new file and return where it is.

    Without `path` beside the notebook that it came from, under a name that is free.
    Raises WouldOverwrite where `path` exists, BadInput where nothing can be there.
    """
    if path is None:
        path = await free_path(manager, paths, restored)
    else:
        path = await _checked(manager, path)
    model: dict[str, Any] = (
        {"type": "notebook", "format": "json", "content": restored.document}
        if paths.root is None
        # As text, a local file gets the bytes that were captured.
        else {"type": "file"} | _content(restored.data)
    )
    await ensure_async(manager.save(model, path))
    return RestoredCopy(
        path=path, revision_id=restored.info.revision_id, lost=list(restored.lost)
    )


def _content(data: bytes) -> dict[str, str]:
    """Return bytes as the contents manager takes them: UTF-8, else base64."""
    try:
        return {"format": "text", "content": data.decode()}
    except UnicodeDecodeError:
        return {"format": "base64", "content": b64encode(data).decode("ascii")}


async def free_path(manager: Any, paths: ContentsPaths, restored: Restored) -> str:
    """Return a free path in the folder of the notebook, else in the root."""
    beside = paths.to_contents(restored.info.notebook_path) or ""
    folder = posixpath.dirname(beside) if is_served(manager, beside) else ""
    if folder and not await ensure_async(manager.dir_exists(folder)):
        folder = ""
    for name in numbered(restored.name):
        path = posixpath.join(folder, name)
        if not await ensure_async(manager.exists(path)):
            return path
    raise AssertionError("counting does not end")


async def find_own_place(manager: Any, path: str | None) -> str | None:
    """Return the notebook's own path if nothing is there and its folder is."""
    if path is None or not is_served(manager, path):
        return None
    folder = posixpath.dirname(path)
    if folder and not await ensure_async(manager.dir_exists(folder)):
        return None
    return None if await ensure_async(manager.exists(path)) else path


def is_served(manager: Any, path: str) -> bool:
    """Say whether the contents manager may have something at a path."""
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return (
        not posixpath.isabs(path)
        and ".." not in parts
        and "\0" not in path
        and (not hidden or getattr(manager, "allow_hidden", False))
    )


async def _checked(manager: Any, path: str) -> str:
    """Return the path that was asked for, if a new notebook can be there."""
    path = path.strip("/")
    if not path.endswith(SUFFIX) or not is_served(manager, path):
        raise BadInput(
            f"{path!r} is no path for a notebook: name an {SUFFIX} file below the "
            "server's root that is not hidden, as in 'folder/copy.ipynb'."
        )
    folder = posixpath.dirname(path)
    if folder and not await ensure_async(manager.dir_exists(folder)):
        raise BadInput(f"there is no folder {folder!r}; create it or name another.")
    if await ensure_async(manager.exists(path)):
        raise WouldOverwrite(
            f"{path!r} exists and was left as it is. Name another, or leave the path "
            "out to have a free name made."
        )
    return path
