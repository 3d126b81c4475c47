"""How answers are sent: known by tags, compressed, in parts, a range of a file.

Nothing here looks at what is asked but at its headers.
"""

import asyncio
from typing import Any

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from trackbook_server.rest import packing
from trackbook_server.rest.answers import Csv, File, Piece, Whole
from trackbook_server.rest.etags import find_among, header_of
from trackbook_server.rest.ranges import Part, read_range

ASK_AGAIN = "private, no-cache"
"""Keep it, and ask whether it still holds."""

_FOR_EVER = "private, max-age=31536000, immutable"


class SendingHandler(APIHandler):
    """Sends structs of the contract and what `answers.py` has."""

    async def send(
        self, answer: Any, status: int = 200, tag: str | None = None
    ) -> None:
        """Answer with a struct of the contract or one of `answers.py`.

        `tag` names the answer where its bytes need not be looked at for that.
        """
        self.set_status(status)
        match answer:
            case File():
                await self._send_file(answer)
            case Csv():
                await self._send_csv(answer)
            case _:
                await self._send_whole(answer, tag)

    async def _send_whole(
        self, answer: msgspec.Struct | Whole, tag: str | None
    ) -> None:
        packed = await asyncio.get_running_loop().run_in_executor(
            packing.THREADS, packing.pack, answer, self._accepted()
        )
        is_read = self.request.method in ("GET", "HEAD")
        tag = tag or packed.tag
        kept = _FOR_EVER if isinstance(answer, Piece) else ASK_AGAIN
        known = self.known_as(tag)
        if is_read and known is not None:
            self.send_not_modified(known, kept)
            return
        self.set_header("Cache-Control", kept)
        self.set_header("Vary", "Accept-Encoding")
        self.set_header(
            "Content-Type", getattr(answer, "content_type", "application/json")
        )
        self.set_header("Content-Length", str(packed.size_bytes))
        if is_read:
            self.set_header("Etag", header_of(tag, is_gzip=packed.is_gzip))
        if packed.is_gzip:
            self.set_header("Content-Encoding", "gzip")
        for part in packed.parts[:-1]:
            if not await self._send_part(part):
                return
        self._end(*packed.parts[-1:])

    async def _send_csv(self, csv: Csv) -> None:
        self.set_header("Content-Type", csv.content_type)
        self.set_header(
            "Content-Disposition", f'attachment; filename="{csv.file_name}"'
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", ASK_AGAIN)
        self.set_header("Vary", "Accept-Encoding")
        packer = None
        if packing.takes_gzip(self._accepted()):
            self.set_header("Content-Encoding", "gzip")
            packer = packing.Packer()
        if self.request.method != "HEAD":
            async for text in csv.parts:
                part = text.encode()
                if packer is not None:
                    part = await asyncio.to_thread(packer.add, part)
                if not await self._send_part(part):
                    return
        # The headers, where there was no part yet; else there is nothing to hand on.
        await self._send_part(b"")
        self._end(*([] if packer is None else [packer.end()]))

    async def _send_file(self, file: File) -> None:
        for name, value in file.headers.items():
            self.set_header(name, value)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Accept-Ranges", "bytes")
        known = self.known_as(file.etag)
        if known is not None:
            self.send_not_modified(known, _FOR_EVER)
            return
        self.set_header("Cache-Control", _FOR_EVER)
        self.set_header("Etag", header_of(file.etag, is_gzip=False))
        part = self._asked_part(file)
        if part is None:
            part = Part(0, file.size_bytes - 1)
        else:
            self.set_status(206)
            self.set_header(
                "Content-Range", f"bytes {part.first}-{part.last}/{file.size_bytes}"
            )
        self.set_header("Content-Type", file.shown_as)
        self.set_header("Content-Length", str(part.size_bytes))
        if self.request.method != "HEAD":
            left = part.size_bytes
            with await asyncio.to_thread(file.path.open, "rb") as opened:
                opened.seek(part.first)
                while left:
                    size = min(left, packing.PART_BYTES)
                    chunk = await asyncio.to_thread(opened.read, size)
                    left -= len(chunk)
                    if not chunk:
                        raise OSError(f"{file.path} ends {left:,} bytes early")
                    if not await self._send_part(chunk):
                        return
        self._end()

    def _asked_part(self, file: File) -> Part | None:
        """Return the part that is asked for. Raises HTTPError 416 for none of it."""
        header = self.request.headers.get("Range", "")
        known = self.request.headers.get("If-Range")
        if not header or (known is not None and find_among(file.etag, known) is None):
            return None
        try:
            return read_range(header, file.size_bytes)
        except ValueError:
            raise OutOfRange(file.size_bytes) from None

    def _accepted(self) -> str:
        return self.request.headers.get("Accept-Encoding", "")

    def known_as(self, tag: str) -> str | None:
        """Return how the client says that it has this tag; None where it has not."""
        return find_among(tag, self.request.headers.get("If-None-Match", ""))

    def send_not_modified(self, known: str, kept: str) -> None:
        """Answer that what the client knows by a tag still holds."""
        self.set_status(304)
        self.set_header("Cache-Control", kept)
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("Etag", known)
        self._end()

    async def _send_part(self, part: bytes) -> bool:
        """Hand a part to the network and wait until it takes more; say whether anyone
        is still there."""
        self.write(part)
        try:
            await self.flush()
        except StreamClosedError:
            return False
        # A network that takes all at once would else never let others have a turn.
        await asyncio.sleep(0)
        return True

    def _end(self, *parts: bytes) -> None:
        """End the answer; what Jupyter adds to it is said already."""
        self.update_api_activity()
        web.RequestHandler.finish(self, b"".join(parts) or None)

    def compute_etag(self) -> str | None:
        """Leave tags to this class; tornado would hash every body on the loop."""
        return None


class OutOfRange(web.HTTPError):
    """A range that a file of that size has no byte of."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(416, f"the range is beyond it; it has {size_bytes:,} bytes")
        self.size_bytes = size_bytes
