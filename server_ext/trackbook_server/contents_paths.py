"""Notebook paths as Jupyter says them and as the store keeps them.

The contents manager speaks of paths relative to its root; the store keeps absolute
paths where that root is a local folder, so that several servers and the command line
agree on a notebook. Pure: looks at no file.
"""

from dataclasses import dataclass
from pathlib import PurePath

from trackbook.errors import BadInput

MAX_PATH = 4096


@dataclass(frozen=True, slots=True)
class ContentsPaths:
    """Translates contents paths; `root` is None where contents are no local files."""

    root: str | None = None

    def to_store(self, path: str) -> str:
        """Return the store's form of a contents path."""
        path = path.partition(":")[2] if _has_drive(path) else path
        if self.root is None or PurePath(path).is_absolute():
            return path
        return str(PurePath(self.root, *PurePath(path.strip("/")).parts))

    def to_folder(self, path: str) -> str | None:
        """Return the store's form of a folder; None for the top, which has all."""
        stored = self.to_store(path.rstrip("/"))
        return None if stored in ("", ".", self.root) else stored

    def to_inner(self, path: str) -> str:
        """Return the store's form of a path that must be one of the server's.

        Raises BadInput for one outside of its root.
        """
        parts = path.split("/")
        stored = self.to_store(path)
        is_within = self.root is None or PurePath(stored).is_relative_to(self.root)
        if not is_within or ".." in parts or "\0" in path or len(path) > MAX_PATH:
            raise BadInput(
                f"{path[:80]!r} is outside of what this server serves; send the path "
                "that the contents manager has for the notebook"
            )
        return stored

    def to_contents(self, path: str | None) -> str | None:
        """Return the contents form of a stored path; as it is when outside the root."""
        if path is None or self.root is None:
            return path
        try:
            return PurePath(path).relative_to(self.root).as_posix()
        except ValueError:
            return path


def _has_drive(path: str) -> bool:
    """Say whether JupyterLab's real-time drive stands before it (`RTC:a.ipynb`)."""
    return path.startswith("RTC:")
