"""Bytes that a run names, served so that no browser runs what a notebook put out."""

import asyncio
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta

from trackbook.blobs import blob_path
from trackbook.errors import NotFound
from trackbook.paths import blobs_dir
from trackbook_server.rest.answers import File
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MOST, Query, RunId, Sha256
from trackbook_server.store.blob_names import list_names

_RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


@dataclass(frozen=True, slots=True)
class Presentation:
    """How bytes are handed to a browser: shown `inline`, or only to be saved."""

    content_type: str
    inline: bool
    file_name: str


class BlobQuery(Query, frozen=True, kw_only=True):
    """How much of it."""

    first_bytes: (
        Annotated[
            int,
            Meta(description="At most so many bytes of the beginning.", ge=1, le=MOST),
        ]
        | None
    ) = None


class BlobHandler(TrackbookHandler):
    """One blob that the run names: an artifact, output, param or source."""

    @property
    def content_security_policy(self) -> str:
        """Nothing in it may run, load or reach this server."""
        return "sandbox; default-src 'none'"

    @endpoint(errors=(416,))
    async def get(self, run_id: RunId, sha256: Sha256, query: BlobQuery) -> File:
        """Give the bytes of an artifact, of a large output, param or source of a run.

        They never change, so the answer may be kept. They are sandboxed, shown only
        where they are a raster image, plain text or JSON, and else to be saved. A
        `Range` of one part is answered with that part.
        """
        names = await self.read(list_names, run_id, sha256)
        path = blob_path(blobs_dir(self.home.path), sha256)
        size = await asyncio.to_thread(_size, path) if names else None
        if size is None:
            raise NotFound(f"run {run_id} has no blob {sha256[:64]!r}")
        most = query.first_bytes
        how = present(names, sha256)
        kind = "inline" if how.inline else "attachment"
        named = f"{kind}; filename*=UTF-8''{quote(how.file_name)}"
        return File(
            path,
            size if most is None else min(size, most),
            sha256 if most is None else f"{sha256}-{most}",
            how.content_type,
            {"Content-Disposition": named},
        )


def present(names: list[tuple[str, str]], sha256: str) -> Presentation:
    """Return how a blob of those mime types and names is handed out.

    Only what can't hold a script is shown: raster images, plain text, JSON.
    """
    shown = [(_shown_as(mime_type), name) for mime_type, name in names]
    content_type, name = min(shown, key=lambda found: (not found[0], found))
    if content_type:
        suffix = mimetypes.guess_extension(content_type.partition(";")[0]) or ""
        return Presentation(content_type, True, name or f"{sha256[:12]}{suffix}")
    mime_type, name = min(names)
    suffix = mimetypes.guess_extension(mime_type) or ""
    # An image element draws any image and runs none; all else is just bytes.
    is_image = mime_type == "image/svg+xml"
    return Presentation(
        mime_type if is_image else "application/octet-stream",
        False,
        name.rpartition("/")[2] or f"{sha256[:12]}{suffix}",
    )


def _shown_as(mime_type: str) -> str:
    """Return the content type to show it as; empty where it must not be."""
    plain = mime_type.partition(";")[0].strip().lower()
    if plain in _RASTER:
        return plain
    if plain == "text/plain":
        return "text/plain; charset=utf-8"
    if plain == "application/json" or plain.endswith("+json"):
        return "application/json"
    return ""


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


ROUTES = [Route("runs/{run_id}/blobs/{sha256}", BlobHandler)]
