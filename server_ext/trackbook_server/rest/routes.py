"""The route table: everything below `{base_url}/trackbook/api/`.

A module of this package that answers routes ends with its own `ROUTES`; it is added to
the list here and nowhere else.
"""

from functools import lru_cache
from typing import Any

import msgspec

from trackbook_server.rest import (
    blobs,
    captures,
    cells,
    charts,
    differences,
    experiments,
    moves,
    recordings,
    restores,
    revisions,
    run,
    runs,
    server,
    trash,
)
from trackbook_server.rest.answers import Document
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler, UnknownRoute
from trackbook_server.rest.openapi import API, build_document


class DocumentHandler(TrackbookHandler):
    """What there is to ask."""

    @endpoint()
    async def get(self) -> Document:
        """Give this API as an OpenAPI 3.1 document.

        Every route with its parameters, bodies, answers and errors. It is made of what
        the server checks requests by.
        """
        return Document(_document(self.base_url))


SUBJECTS: dict[str, list[Route]] = {
    "The server": [*server.ROUTES, Route("openapi.json", DocumentHandler)],
    "Lists of runs": runs.ROUTES,
    "One run": [*run.ROUTES, *blobs.ROUTES],
    "Points and charts": charts.ROUTES,
    "Experiments": experiments.ROUTES,
    "The trash": trash.ROUTES,
    "Comparing": differences.ROUTES,
    "Notebooks and revisions": [*revisions.ROUTES, *cells.ROUTES],
    "Giving notebooks back": restores.ROUTES,
    "Moving runs": moves.ROUTES,
    "Recording": [*recordings.ROUTES, *captures.ROUTES],
}
"""What the documentation groups routes by."""

ROUTES = [route for routes in SUBJECTS.values() for route in routes]


def list_handlers() -> list[tuple[str, Any]]:
    """Return the route table below `base_url`, every other path being unknown."""
    table: list[tuple[str, Any]] = [
        (f"/{API}/{route.pattern}", route.handler)
        for route in sorted(ROUTES, key=lambda route: route.rank)
    ]
    return [*table, (f"/{API}/(?:.*)", UnknownRoute)]


@lru_cache(1)
def _document(base_url: str) -> bytes:
    return msgspec.json.encode(build_document(SUBJECTS, base_url))
