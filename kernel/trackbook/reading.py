"""The door to the stored runs: the only module that knows of the server's package.

It may be missing: the light wheel brings the kernel side alone.
"""

from importlib import import_module
from typing import Any

from trackbook.errors import TrackbookError


def search_runs(
    filter: str = "",
    order_by: str | None = None,
    max_results: int = 1000,
) -> Any:
    """Return the runs that match as a pandas DataFrame, one row a run.

    Raises TrackbookError that says what to install where the store can't be read here.
    """
    try:
        reading = import_module("trackbook_server.reading")
    except ImportError as error:
        raise TrackbookError(
            "search_runs() reads the store, which needs the package 'trackbook'; this "
            "environment has the light 'trackbook-kernel' alone. Install it here: "
            "pip install trackbook"
        ) from error
    return reading.search_runs(filter, order_by, max_results)
