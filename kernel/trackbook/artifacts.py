"""Files that are kept with a run: which there are, what they are called, their bytes.

It reads files and names; it knows no run and no journal.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from trackbook.errors import BadInput

_CHUNK_BYTES = 1024 * 1024


def list_files(path: Path, folder: str | None, name: str | None) -> dict[str, Path]:
    """Return the files that `path` stands for, by their artifact names.

    A file is called `name`, else as it is called; those in a folder keep their names
    relative to it, below the folder's own. All below `folder`, if one is given. Raises
    BadInput for what is missing, empty, or neither file nor folder.
    """
    kind = _kind_of(path)
    own = name or path.absolute().name
    if kind == "file":
        return {make_name(own, folder): path}
    return list_folder(path, str(PurePosixPath(folder or "", own)))


def list_folder(path: Path, folder: str | None) -> dict[str, Path]:
    """Return the files below the folder `path` by their names relative to it.

    All below `folder`, if one is given. Raises BadInput as `list_files` does.
    """
    if _kind_of(path) != "folder":
        raise BadInput(f"{path} is no folder; log_artifact keeps a single file.")
    found: dict[str, Path] = {}
    for root, folders, files in os.walk(path, onerror=_refuse):
        folders.sort()
        for item in folders:
            _kind_of(Path(root, item))
        for item in sorted(files):
            file = Path(root, item)
            _kind_of(file)
            found[make_name(file.relative_to(path).as_posix(), folder)] = file
    if not found:
        raise BadInput(f"the folder {path} holds no file; there is nothing to keep.")
    return found


def make_name(name: str, folder: str | None = None) -> str:
    """Return an artifact's name: a relative path with slashes.

    Raises BadInput where it leads elsewhere.
    """
    made = PurePosixPath(folder or "", name)
    text = str(made)
    if (
        made.is_absolute()
        or ".." in made.parts
        or text == "."
        or not text.isprintable()
    ):
        raise BadInput(
            f"an artifact can't be called {text!r}. Give a relative path of printable "
            "characters without '..', such as 'plots/loss.png'."
        )
    return text


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield what a file holds, part by part. Raises BadInput where it can't be read."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    # Should it have become a link or a pipe meanwhile, it is neither followed nor
    # waited for.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _make_refusal(path, "is no regular file any more")
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise _make_unreadable(path, error) from error


def _kind_of(path: Path) -> str:
    """Return "file" or "folder". Raises BadInput for anything else."""
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise _make_unreadable(path, error) from error
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        raise _make_refusal(path, "is a symbolic link")
    raise _make_refusal(path, "is neither a file nor a folder, but a pipe or a device")


def _refuse(error: OSError) -> None:
    raise _make_unreadable(Path(error.filename), error) from error


def _make_unreadable(path: Path, error: Exception) -> BadInput:
    reason = getattr(error, "strerror", None) or error
    return BadInput(
        f"can't read the artifact {path}: {reason}. "
        "Give the path of a file or folder that exists."
    )


def _make_refusal(path: Path, what: str) -> BadInput:
    return BadInput(
        f"the artifact {path} {what}. Nothing was kept; give what it leads to, "
        "or a folder without it."
    )
