"""Content-addressed bytes: a blob is a file named by the SHA-256 of what it holds.

Written once, never changed; kernel and server write the same way into the same folder.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from trackbook.errors import HomeNotWritable


def blob_path(folder: Path, sha256: str) -> Path:
    """Return where the blob `sha256` lies below `folder`."""
    return folder / sha256[:2] / sha256[2:]


def write_blob(folder: Path, data: bytes) -> str:
    """Store `data` and return its SHA-256; storing it again costs one touch.

    The touch tells whoever removes blobs that are no longer named that this one is in
    use again, though no journal says so yet. The file appears whole or not at all, also
    after a kill. Raises HomeNotWritable when it can't be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = blob_path(folder, sha256)
    with _writing(folder, len(data)):
        if not _touch(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _temporary(path.parent) as file:
                file.write(data)
                _settle(file, path)
    return sha256


def copy_blob(folder: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store what `chunks` hold together; return its SHA-256 and size.

    Like `write_blob`, but never holds more than one chunk in memory.
    """
    digest = hashlib.sha256()
    size = 0
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _writing(folder, None), _temporary(folder) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        path = blob_path(folder, digest.hexdigest())
        if not _touch(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _settle(file, path)
    return digest.hexdigest(), size


def _touch(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)
        return True
    return False


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[Any]:
    """Yield a file of `folder` to write into; it is gone unless it was settled."""
    file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by the `with` below
        dir=folder, prefix=".tmp-", delete=False
    )
    try:
        with file:
            yield file
    finally:
        Path(file.name).unlink(missing_ok=True)


def _settle(file: Any, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    Path(file.name).replace(path)


@contextlib.contextmanager
def _writing(folder: Path, size: int | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = "a file" if size is None else f"{size:,} bytes"
        raise HomeNotWritable(
            f"can't write {what} below {folder}: {error.strerror or error}. "
            "Free some space or make the folder writable."
        ) from error


def read_blob(folder: Path, sha256: str) -> bytes | None:
    """Return the bytes of the blob `sha256`, or None when it is not there."""
    try:
        return blob_path(folder, sha256).read_bytes()
    except FileNotFoundError:
        return None
