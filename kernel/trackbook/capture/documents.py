"""Whose cells a kernel executes, where several notebooks share it.

By what a front end says of itself with each execute request: JupyterLab's notebooks and
consoles have a session each, and a new one after the page was reloaded; VS Code's cell
ids name the notebook.
"""

from collections.abc import Mapping
from typing import Any

_EDITOR = "vscode-notebook-cell:"
_OF_NOTEBOOK = "deletedCells"
"""JupyterLab sends it with a notebook's requests, not with a console's."""


class Documents:
    """Tells the documents of one kernel apart.

    Where only one notebook uses the kernel, a session that was not heard before is that
    notebook after a reload; where there `are_several` the server says so.
    """

    def __init__(self) -> None:
        self.are_several = False
        self._of_session: dict[str, str] = {}
        self._of_cell: dict[str, str] = {}
        self._latest: str | None = None

    def find(self, request: Mapping[str, Any]) -> str | None:
        """Return a name of the document; None for a console, or where none is told."""
        metadata, header = request.get("metadata"), request.get("header")
        if not isinstance(metadata, dict) or not isinstance(header, dict):
            return None
        cell_id, session = metadata.get("cellId"), header.get("session")
        if not isinstance(cell_id, str) or not isinstance(session, str):
            return None
        if cell_id.startswith(_EDITOR):
            return cell_id.partition("#")[0]
        if _OF_NOTEBOOK not in metadata:
            return None
        found = self._of_session.get(session) or self._of_cell.get(cell_id)
        if found is None:
            is_new = self.are_several or self._latest is None
            found = session if is_new else self._latest
        assert found is not None
        self._of_session[session] = self._of_cell[cell_id] = self._latest = found
        return found
