"""The base of every handler: who may ask, how bodies are read, how answers are sent.

A handler subclasses `TrackbookHandler`; its methods are declared with `@endpoint` and
return what they answer. It never catches: errors become a `Problem` here.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Concatenate, TypeVar

import msgspec
import sqlite_utils
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from trackbook.errors import BadInput, HomeNotWritable, TrackbookError
from trackbook.events import Event
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import API_VERSION
from trackbook_server.notebooks.aside import BodyMemory
from trackbook_server.notebooks.captures import CaptureMemory
from trackbook_server.notebooks.explained import ExplanationMemory
from trackbook_server.recording import Recordings
from trackbook_server.rest import packing
from trackbook_server.rest.answers import Csv, File, Piece, Whole
from trackbook_server.rest.endpoint import MAX_BODY_BYTES, Endpoint
from trackbook_server.rest.etags import header_of, is_among, tag_of_change
from trackbook_server.rest.problems import problem_of, status_of
from trackbook_server.rest.ranges import Part, read_range
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import Home
from trackbook_server.store.patience import Limit

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

SETTINGS_KEY = "trackbook"
VERSION_HEADER = "Trackbook-Api-Version"

_LARGE_BODY_BYTES = 64 * 1024
"""What is larger is decoded on a thread."""
_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(slots=True)
class ServerState:
    """What handlers share: the home in use, or the `problem` that there is none."""

    home_path: str
    home: Home | None = None
    problem: str | None = None
    paths: ContentsPaths = field(default_factory=ContentsPaths)
    recordings: Recordings | None = None
    captures: CaptureMemory = field(default_factory=CaptureMemory)
    bodies: BodyMemory = field(default_factory=BodyMemory)
    explanations: ExplanationMemory = field(default_factory=ExplanationMemory)


@web.stream_request_body
class TrackbookHandler(APIHandler):
    """Answers with structs of the contract, and every error with a `Problem`."""

    auth_resource = "trackbook"
    read_seconds: float | None = None
    """How long each of its queries may take."""

    def initialize(self) -> None:
        """Begin with nothing that is read."""
        self._limits: set[Limit] = set()

    def __init_subclass__(cls) -> None:
        """Answer HEAD wherever GET is answered."""
        super().__init_subclass__()
        if "get" in vars(cls):
            cls.head = cls.get

    @property
    def state(self) -> ServerState:
        """What the extension put into the settings."""
        state: ServerState = self.settings[SETTINGS_KEY]
        return state

    @property
    def home(self) -> Home:
        """The home in use. Raises HomeNotWritable with the cure when there is none."""
        if self.state.home is None:
            raise HomeNotWritable(self.state.problem or "the home is not open yet")
        return self.state.home

    @property
    def paths(self) -> ContentsPaths:
        """How contents paths and the store's paths translate."""
        return self.state.paths

    async def read(
        self,
        ask: Callable[Concatenate[sqlite_utils.Database, ...], T],
        *args: Any,
    ) -> T:
        """Run a query of `store/queries.py` off the event loop.

        It ends when who asked has left. Raises TookTooLong.
        """
        limit = Limit(self.read_seconds)
        self._limits.add(limit)
        try:
            return await wait(self.home.database.read_within(limit, ask, *args))
        finally:
            self._limits.discard(limit)

    def on_connection_close(self) -> None:
        """Give up what is read for someone who has left."""
        super().on_connection_close()
        for limit in self._limits:
            limit.cancel()

    async def edit(self, *events: Event) -> None:
        """Apply a person's edits, all or none of them, here or through the process that
        owns the home."""
        await wait(self.home.edit(*events))

    def localise(self, answer: S) -> S:
        """Return the struct with its notebook path as the contents manager says it."""
        path = self.paths.to_contents(getattr(answer, "notebook_path", None))
        return msgspec.structs.replace(answer, notebook_path=path)

    def user_name(self) -> str:
        """Who asks, for `by` in edits."""
        return str(getattr(self.current_user, "username", "") or "")

    async def answer(
        self,
        declared: Endpoint,
        method: Callable[..., Awaitable[Any]],
        path: dict[str, str],
    ) -> None:
        """Decode what `declared` says, call the method, send what it returns."""
        given = declared.read_path(path)
        query = declared.read_query(
            {
                name: [self.decode_argument(value, name) for value in values]
                for name, values in self.request.query_arguments.items()
            }
        )
        if declared.query is not None:
            given["query"] = query
        if declared.body is not None:
            given["body"] = await self._decode(declared.body)
        tag = None
        # A filter may speak of the time, which no change tells.
        if declared.by_change and not getattr(query, "filter", None):
            tag = tag_of_change(await self.read(get_change), self.request.uri or "")
            if self._has(tag):
                return self._not_modified(tag)
        return await self.send(await method(self, **given), declared.status, tag)

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
        is_piece = isinstance(answer, Piece)
        self.set_header("Cache-Control", _FOR_EVER if is_piece else _ASK_AGAIN)
        self.set_header("Vary", "Accept-Encoding")
        if is_read and self._has(tag):
            self._not_modified(tag)
            return
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
        self.set_header("Cache-Control", _ASK_AGAIN)
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
        self._end(*([] if packer is None else [packer.end()]))

    async def _send_file(self, file: File) -> None:
        for name, value in file.headers.items():
            self.set_header(name, value)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", _FOR_EVER)
        self.set_header("Accept-Ranges", "bytes")
        if self._has(file.etag):
            self._not_modified(file.etag)
            return
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
        if not header or (known is not None and not is_among(file.etag, known)):
            return None
        try:
            return read_range(header, file.size_bytes)
        except ValueError:
            raise OutOfRange(file.size_bytes) from None

    def _accepted(self) -> str:
        return self.request.headers.get("Accept-Encoding", "")

    def _has(self, tag: str) -> bool:
        return is_among(tag, self.request.headers.get("If-None-Match", ""))

    def _not_modified(self, tag: str) -> None:
        self.set_status(304)
        self.set_header("Etag", header_of(tag, is_gzip=False))
        self._end()

    async def _send_part(self, part: bytes) -> bool:
        """Hand a part to the network and wait until it takes more; say whether anyone
        is still there."""
        self.write(part)
        try:
            await self.flush()
        except StreamClosedError:
            return False
        return True

    def _end(self, *parts: bytes) -> None:
        """End the answer; what Jupyter adds to it is said already."""
        self.update_api_activity()
        web.RequestHandler.finish(self, b"".join(parts) or None)

    def compute_etag(self) -> str | None:
        """Leave tags to this class; tornado would hash every body on the loop."""
        return None

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse what says that it is too large before any of it is read."""
        self._chunks: list[bytes] = []
        self._size = 0
        self._most = max_body_bytes(type(self), self.request.method)
        said = self.request.headers.get("Content-Length", "0")
        check_size(int(said) if said.isdigit() else 0, self._most)
        await super().prepare()

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body, up to the limit, whatever the headers said."""
        self._size += len(chunk)
        check_size(self._size, self._most)
        self._chunks.append(chunk)

    async def _decode(self, type_: type[T]) -> T:
        """Return the request's body as `type_`. Raises BadInput when it is not one."""
        chunks, self._chunks = self._chunks, []
        if self._size <= _LARGE_BODY_BYTES:
            return decode_body(b"".join(chunks), type_)
        return await asyncio.get_running_loop().run_in_executor(
            packing.THREADS, lambda: decode_body(b"".join(chunks), type_)
        )

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Return a part of the path or query as text. Raises BadInput for no UTF-8."""
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise BadInput(
                f"{name or 'the address'} is not UTF-8; percent-encode its UTF-8 bytes"
            ) from None

    def set_default_headers(self) -> None:
        """Say which API this is, in errors as well."""
        super().set_default_headers()
        self.set_header(VERSION_HEADER, API_VERSION)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a `Problem`, whatever went wrong."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, TrackbookError):
            status_code = status_of(error)
        self.set_status(status_code)
        if status_code == 405:
            self.set_header("Allow", ", ".join(list_methods(type(self))))
        if isinstance(error, OutOfRange):
            self.set_header("Content-Range", f"bytes */{error.size_bytes}")
        self.set_header("Cache-Control", "no-store")
        self.finish(msgspec.json.encode(problem_of(status_code, error)))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what is ours in one line; a traceback is for what we did not foresee."""
        if isinstance(value, TrackbookError):
            self.log.info("trackbook: %s: %s", type(value).__name__, value)
        else:
            super().log_exception(typ, value, tb)


class UnknownRoute(TrackbookHandler):
    """Every other path below trackbook/api: the same error shape."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Say that there is no such route."""
        raise web.HTTPError(404, "there is no route %s", self.request.path[:200])

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Say that there is no such route."""
        raise web.HTTPError(404, "there is no route %s", self.request.path[:200])

    patch = put = delete = post


class OutOfRange(web.HTTPError):
    """A range that a file of that size has no byte of."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(416, f"the range is beyond it; it has {size_bytes:,} bytes")
        self.size_bytes = size_bytes


def list_methods(handler: type[web.RequestHandler]) -> list[str]:
    """Return the methods that a handler answers."""
    own = [name.upper() for name in _METHODS if name in vars(handler)]
    return [*own, *(["HEAD"] if "GET" in own else []), "OPTIONS"]


def max_body_bytes(handler: type[web.RequestHandler], method: str | None) -> int:
    """Return how large a body of that method may be."""
    declared = getattr(vars(handler).get((method or "").lower()), "endpoint", None)
    return MAX_BODY_BYTES if declared is None else declared.max_body_bytes


def check_size(size_bytes: int, most: int) -> None:
    """Raise HTTPError for a body that is too large."""
    if size_bytes > most:
        raise web.HTTPError(413, f"the body is larger than {most:,} bytes; send less")


def decode_body(data: bytes, type_: type[T]) -> T:
    """Return JSON as `type_`. Raises BadInput when it is not one."""
    try:
        try:
            return msgspec.json.decode(data or b"{}", type=type_)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            # Half a surrogate pair, which browsers send as an escape: a person's text
            # may hold one, and only this reader takes it.
            if b"\\u" not in data:
                raise
            return msgspec.convert(json.loads(data), type=type_)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        name = getattr(type_, "__name__", "the route")
        raise BadInput(f"the body is not what {name} asks: {error}") from error


async def wait(future: "Future[T]") -> T:
    """Await what the store's threads do."""
    return await asyncio.wrap_future(future)
