"""Bytes that a run names, served so that no browser runs what a notebook put out."""

import asyncio
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.blobs import blob_path
from trackbook.errors import BadInput, NotFound
from trackbook.paths import blobs_dir
from trackbook_server.rest.handler import Route, TrackbookHandler
from trackbook_server.store.blob_names import list_names

_RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Presentation:
    """How bytes are handed to a browser: shown `inline`, or only to be saved."""

    content_type: str
    inline: bool
    file_name: str


class BlobHandler(TrackbookHandler):
    """One blob that the run names: an artifact, output, param or source."""

    @property
    def content_security_policy(self) -> str:
        """Nothing in it may run, load or reach this server."""
        return "sandbox; default-src 'none'"

    @web.authenticated
    @authorized
    async def get(self, run_id: str, sha256: str) -> None:
        """Answer the bytes, with `first_bytes` at most so many of the beginning.

        Raises NotFound for a blob that is not of this run, BadInput.
        """
        most = self.get_number("first_bytes", None)
        if most is not None and most < 1:
            raise BadInput(f"first_bytes is {most}; it must be 1 or more")
        names = await self.read(list_names, run_id, sha256)
        path = blob_path(blobs_dir(self.home.path), sha256)
        size = await asyncio.to_thread(_size, path) if names else None
        if size is None:
            raise NotFound(f"run {run_id} has no blob {sha256[:64]!r}")
        part = "" if most is None else f"-{most}"
        size = size if most is None else min(size, most)
        how = present(names, sha256)
        kind = "inline" if how.inline else "attachment"
        self.set_header(
            "Content-Disposition", f"{kind}; filename*=UTF-8''{quote(how.file_name)}"
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.set_header("Etag", f'"{sha256}{part}"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        self.set_header("Content-Type", how.content_type)
        self.set_header("Content-Length", str(size))
        await self.send_file(path, size, _CHUNK_BYTES)


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


ROUTES: list[Route] = [
    (r"runs/(?P<run_id>[^/]+)/blobs/(?P<sha256>[^/]+)", BlobHandler),
]
