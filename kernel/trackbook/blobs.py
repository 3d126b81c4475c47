"""Content-addressed bytes: a blob is a file named by the SHA-256 of what it holds.

Written once, never changed; kernel and server write the same way into the same folder.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

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
    try:
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)
            return sha256
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=".tmp-", delete=False
        ) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise HomeNotWritable(
            f"can't write {len(data):,} bytes below {folder}: "
            f"{error.strerror or error}. Free some space or make the folder writable."
        ) from error
    return sha256


def read_blob(folder: Path, sha256: str) -> bytes | None:
    """Return the bytes of the blob `sha256`, or None when it is not there."""
    try:
        return blob_path(folder, sha256).read_bytes()
    except FileNotFoundError:
        return None
