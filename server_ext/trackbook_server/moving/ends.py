"""Where runs come from and where they go: a database and the blobs beside it.

A home keeps its blobs in a folder, a bundle in a table of its own, in parts, so that
neither ever holds a large one in memory.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import sqlite_utils

from trackbook.blobs import blob_path, copy_blob
from trackbook_server.moving.kinds import select

PART_BYTES = 1024 * 1024
"""A bundle keeps a blob in parts of so many bytes."""


class Blobs(Protocol):
    """Content-addressed bytes; what is named by a hash is verified when it is put.

    What writes files of blobs itself writes them below `folder`, then calls `settle`.
    """

    @property
    def folder(self) -> Path:
        """Where blobs can be written as files."""

    def settle(self) -> None:
        """Take in the files below `folder`."""

    def has(self, sha256: str) -> bool:
        """Say whether the blob is there."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """Yield the blob's bytes, a part at a time; nothing where it is not there."""

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep what was verified to be the blob."""


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """The blobs of a home."""

    folder: Path

    def has(self, sha256: str) -> bool:
        """Say whether the blob is there."""
        return blob_path(self.folder, sha256).is_file()

    def read(self, sha256: str) -> Iterator[bytes]:
        """Yield the blob's bytes, a part at a time; nothing where it is not there."""
        try:
            with blob_path(self.folder, sha256).open("rb") as file:
                while part := file.read(PART_BYTES):
                    yield part
        except FileNotFoundError:
            return

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep the blob; on the disk when it returns."""
        copy_blob(self.folder, parts)

    def settle(self) -> None:
        """Nothing is to be done: the folder is where the blobs belong."""


@dataclass(frozen=True, slots=True)
class TableBlobs:
    """The blobs of a bundle; `folder` is needed only where they are put."""

    db: sqlite_utils.Database
    folder: Path = Path()

    def has(self, sha256: str) -> bool:
        """Say whether the blob is there."""
        found = self.db.execute(
            "select 1 from bundle_blobs where sha256 = ? limit 1", (sha256,)
        )
        return found.fetchone() is not None

    def read(self, sha256: str) -> Iterator[bytes]:
        """Yield the blob's bytes, a part at a time; nothing where it is not there."""
        for (part,) in select(
            self.db,
            "select data from bundle_blobs where sha256 = ? order by position",
            (sha256,),
        ):
            if not isinstance(part, bytes):
                return
            yield part

    def put(self, sha256: str, parts: Iterable[bytes]) -> None:
        """Keep the blob."""
        for position, part in enumerate(parts):
            self.db.execute(
                "insert into bundle_blobs values (?, ?, ?)", (sha256, position, part)
            )

    def settle(self) -> None:
        """Take in the files below `folder`, which is empty then."""
        files = FolderBlobs(self.folder)
        for path in sorted(self.folder.glob("??/*")):
            name = path.parent.name + path.name
            if not self.has(name):
                self.put(name, files.read(name))
            path.unlink()


@dataclass(frozen=True, slots=True)
class End:
    """One end of a move: a database, and its blobs."""

    db: sqlite_utils.Database
    blobs: Blobs


@dataclass(slots=True)
class Problems:
    """What could not be moved, in words; the first hundred are kept."""

    found: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, text: str) -> None:
        """Say what could not be moved, once."""
        text = text[:500]
        if text in self.found:
            return
        self.count += 1
        if len(self.found) < 100:
            self.found.append(text)


_FILES = (
    "select sha256 from artifacts union select sha256 from output_blobs "
    "union select sha256 from param_log where sha256 is not null "
    "union select source_sha256 from cell_executions where source_sha256 is not null "
    "order by 1"
)


def list_files(db: sqlite_utils.Database) -> list[str]:
    """Return the blobs that runs name, but for those of notebooks. Raises BadRow.

    What names no blob is for whoever reads the run to find.
    """
    return [
        sha256
        for (sha256,) in select(db, _FILES)
        if isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)
    ]


def move_blob(source: End, target: End, sha256: str) -> str | None:
    """Bring a blob over unless it is there; return what is wrong with it, if anything.

    Nothing is kept under a name that is not its own.
    """
    if target.blobs.has(sha256):
        return None
    digest = hashlib.sha256()
    size = 0
    for part in source.blobs.read(sha256):
        digest.update(part)
        size += len(part)
    if digest.hexdigest() == sha256:
        target.blobs.put(sha256, source.blobs.read(sha256))
        return None
    if not size:
        return f"the file {sha256[:12]} is missing"
    return f"the file {sha256[:12]} is damaged: its bytes are not what its name says"
