"""Which cells are not recorded: those that say `%track skip`, or carry the tag.

JupyterLab sends a cell's tags with its execute request; where a runner sends none, the
notebook's file tells them. Nothing of such a cell is written.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trackbook.capture.guard import attempt

SKIP_TAG = "trackbook:skip"
_LINE = re.compile(r"^[ \t]*%?track[ \t]+skip[ \t]*(?:#.*)?$", re.MULTILINE)


class Skips:
    """Knows them in one process, also those that ran while nothing was recorded.

    `counts` are the numbers (`In [5]`) of those that were met.
    """

    def __init__(self) -> None:
        self.counts: set[int] = set()
        self._of_file: tuple[Path, frozenset[str]] | None = None

    def is_skipped(
        self,
        source: str,
        metadata: Mapping[str, Any],
        find_notebook: Callable[[], Path | None],
    ) -> bool:
        """Tell whether a cell is not to be recorded, by its request's metadata."""
        if "track" in source and _LINE.search(source):
            return True
        if "cellId" in metadata:
            tags = metadata.get("tags")
            return isinstance(tags, list) and SKIP_TAG in tags
        notebook = find_notebook()
        return notebook is not None and source.strip() in self._tagged(notebook)

    def _tagged(self, notebook: Path) -> frozenset[str]:
        """Return the sources of the tagged cells of a file; read once."""
        if self._of_file is None or self._of_file[0] != notebook:
            found = attempt(read_tagged, notebook, default=frozenset())
            self._of_file = (notebook, found)
        return self._of_file[1]


def read_tagged(path: Path) -> frozenset[str]:
    """Return the sources of a notebook's cells that carry the tag."""
    from trackbook.capture.notebook import read_document, source_of

    document = read_document(path)
    found = set()
    for cell in document["cells"] if document is not None else ():
        if isinstance(cell, dict) and SKIP_TAG in cell.get("metadata", {}).get(
            "tags", ()
        ):
            found.add(source_of(cell))
    return frozenset(found)
