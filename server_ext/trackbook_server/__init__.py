"""The Jupyter server extension, and everything that reads the store.

Importing the package stays cheap: the wiring is imported when a server loads it.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from trackbook_server.extension import TrackbookApp

    return [{"module": "trackbook_server", "app": TrackbookApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "trackbook"}]
