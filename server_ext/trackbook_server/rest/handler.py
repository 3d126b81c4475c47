"""The base of every handler: who may ask, how bodies are read, how answers are sent.

A handler subclasses `TrackbookHandler`; its methods are declared with `@endpoint` and
return what they answer. It never catches: errors become a `Problem` here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Concatenate, TypeVar

import msgspec
import sqlite_utils
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput, HomeNotWritable, TrackbookError
from trackbook.events import Event
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import API_VERSION
from trackbook_server.moving.export_jobs import ExportJobs
from trackbook_server.notebooks.aside import BodyMemory
from trackbook_server.notebooks.captures import CaptureMemory
from trackbook_server.notebooks.explained import ExplanationMemory
from trackbook_server.recording import Recordings
from trackbook_server.rest.bodies import check_size, decode_body
from trackbook_server.rest.endpoint import MAX_BODY_BYTES, Endpoint
from trackbook_server.rest.etags import tag_of_change
from trackbook_server.rest.packing import THREADS
from trackbook_server.rest.problems import problem_of, status_of
from trackbook_server.rest.sending import ASK_AGAIN, OutOfRange, SendingHandler
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import Home
from trackbook_server.store.patience import Limit

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

SETTINGS_KEY = "trackbook"
VERSION_HEADER = "Trackbook-Api-Version"

_LARGE_BODY_BYTES = 64 * 1024
"""What is larger is decoded on a thread."""
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
    exports: ExportJobs = field(default_factory=ExportJobs)


@web.stream_request_body
class TrackbookHandler(SendingHandler):
    """Answers with structs of the contract, and every error with a `Problem`."""

    auth_resource = "trackbook"
    read_seconds: float | None = None
    """How long each of its queries may take."""

    def initialize(self) -> None:
        """Begin with nothing that is read; a method that there is not is refused
        before `prepare`, and its body may come all the same."""
        self._limits: set[Limit] = set()
        self._chunks: list[bytes] = []
        self._size = 0
        self._most = MAX_BODY_BYTES

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
            given["body"] = await self._decode(declared)
        tag = None
        # A filter may speak of the time, which no change tells.
        if declared.by_change and not getattr(query, "filter", None):
            tag = tag_of_change(await self.read(get_change), self.request.uri or "")
            known = self.known_as(tag)
            if known is not None:
                return self.send_not_modified(known, ASK_AGAIN)
        return await self.send(await method(self, **given), declared.status, tag)

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse what says that it is too large before any of it is read."""
        self._most = max_body_bytes(type(self), self.request.method)
        said = self.request.headers.get("Content-Length", "0")
        check_size(int(said) if said.isdigit() else 0, self._most)
        await super().prepare()

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body, up to the limit, whatever the headers said."""
        self._size += len(chunk)
        check_size(self._size, self._most)
        self._chunks.append(chunk)

    async def _decode(self, declared: Endpoint) -> msgspec.Struct:
        """Return the request's body as it is declared. Raises BadInput."""
        assert declared.body is not None
        type_, halves = declared.body, declared.half_characters
        chunks, self._chunks = self._chunks, []
        if self._size <= _LARGE_BODY_BYTES:
            return decode_body(b"".join(chunks), type_, halves)
        return await asyncio.get_running_loop().run_in_executor(
            THREADS, lambda: decode_body(b"".join(chunks), type_, halves)
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


def list_methods(handler: type[web.RequestHandler]) -> list[str]:
    """Return the methods that a handler answers."""
    own = [name.upper() for name in _METHODS if name in vars(handler)]
    return [*own, *(["HEAD"] if "GET" in own else []), "OPTIONS"]


def max_body_bytes(handler: type[web.RequestHandler], method: str | None) -> int:
    """Return how large a body of that method may be."""
    declared = getattr(vars(handler).get((method or "").lower()), "endpoint", None)
    return MAX_BODY_BYTES if declared is None else declared.max_body_bytes


async def wait(future: "Future[T]") -> T:
    """Await what the store's threads do."""
    return await asyncio.wrap_future(future)
