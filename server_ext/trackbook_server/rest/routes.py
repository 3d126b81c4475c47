"""The route table: everything below `{base_url}/trackbook/api/`.

A module of this package that answers routes ends with its own `ROUTES`; it is added to
the list here and nowhere else.
"""

from typing import Any

from trackbook_server.rest import (
    blobs,
    cells,
    charts,
    differences,
    experiments,
    notebooks,
    recordings,
    run,
    runs,
    server,
)
from trackbook_server.rest.handler import Route, UnknownRoute

API = "trackbook/api"

ROUTES: list[Route] = [
    *server.ROUTES,
    *runs.ROUTES,
    *run.ROUTES,
    *charts.ROUTES,
    *blobs.ROUTES,
    *experiments.ROUTES,
    *recordings.ROUTES,
    *notebooks.ROUTES,
    *differences.ROUTES,
    *cells.ROUTES,
]
"""In the order of matching."""


def list_handlers() -> list[tuple[str, Any]]:
    """Return the route table below `base_url`, every other path being unknown."""
    table: list[tuple[str, Any]] = [
        (f"/{API}/{route}", handler) for route, handler in ROUTES
    ]
    return [*table, (f"/{API}/(?:.*)", UnknownRoute)]
