"""The base of every handler: who may ask, how bodies are read, how errors look.

A handler subclasses `TrackbookHandler`, decorates each method with
`@web.authenticated` and `@authorized`, decodes with `self.decode`, awaits one call and
answers with `self.reply`. It never catches: errors become a `Problem` here.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.client import responses
from pathlib import Path
from typing import Any, Concatenate, TypeVar

import msgspec
import sqlite_utils
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from trackbook.errors import (
    AmbiguousName,
    BadFilter,
    BadInput,
    HomeError,
    HomeNotWritable,
    NoActiveRun,
    NotFound,
    TrackbookError,
    WouldOverwrite,
)
from trackbook.events import Event
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import FilterFix, FilterPosition, Problem
from trackbook_server.notebooks.aside import BodyMemory
from trackbook_server.notebooks.captures import CaptureMemory
from trackbook_server.notebooks.explained import ExplanationMemory
from trackbook_server.recording import Recordings
from trackbook_server.store.home import Home

T = TypeVar("T")
N = TypeVar("N", int, None)
S = TypeVar("S", bound=msgspec.Struct)

SETTINGS_KEY = "trackbook"
MAX_BODY_BYTES = 128 * 1024 * 1024
"""The largest request body: a notebook of 50 MB with room for JSON's escapes."""

_STATUS_CODES: tuple[tuple[type[TrackbookError], int], ...] = (
    (NotFound, 404),
    (AmbiguousName, 409),
    (WouldOverwrite, 409),
    (NoActiveRun, 409),
    (BadInput, 400),
    (HomeError, 503),
)


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


class TrackbookHandler(APIHandler):
    """Answers with structs of the contract, and every error with a `Problem`."""

    auth_resource = "trackbook"

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
        """Run a query of `store/queries.py` off the event loop."""
        return await asyncio.wrap_future(self.home.database.read(ask, *args))

    async def edit(self, *events: Event) -> None:
        """Apply a person's edits, all or none of them, here or through the process that
        owns the home."""
        await wait(self.home.edit(*events))

    def decode(self, type_: type[T]) -> T:
        """Return the request's body as `type_`. Raises BadInput when it is not one."""
        check_size(len(self.request.body))
        return decode_body(self.request.body or b"{}", type_)

    def get_number(self, name: str, default: N) -> int | N:
        """Return a query argument that must be a whole number."""
        text = self.get_query_argument(name, None)
        if text is None:
            return default
        if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 18:
            raise BadInput(f"{name} is {text[:40]!r}; it must be a whole number")
        return int(text)

    def get_decimal(self, name: str, default: N) -> float | N:
        """Return a query argument that must be a finite number."""
        text = self.get_query_argument(name, None)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise BadInput(f"{name} is {text[:40]!r}; it must be a finite number")
        return value

    def get_flag(self, name: str) -> bool:
        """Return a query argument that is true or false; false where it is left out."""
        text = self.get_query_argument(name, "false")
        if text not in ("true", "1", "false", "0"):
            raise BadInput(f"{name} is {text[:40]!r}; it must be true or false")
        return text in ("true", "1")

    def localise(self, answer: S) -> S:
        """Return the struct with its notebook path as the contents manager says it."""
        path = self.paths.to_contents(getattr(answer, "notebook_path", None))
        return msgspec.structs.replace(answer, notebook_path=path)

    def reply(self, answer: msgspec.Struct, status: int = 200) -> None:
        """Answer with a struct of the contract."""
        self.set_status(status)
        self.finish(msgspec.json.encode(answer))

    async def send_file(self, path: Path, size_bytes: int, chunk_bytes: int) -> None:
        """Answer with a file's first bytes, chunk by chunk; who left gets no more."""
        left = size_bytes
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, min(chunk_bytes, left)):
                left -= len(chunk)
                self.write(chunk)
                try:
                    await self.flush()
                except StreamClosedError:
                    return
        self.update_api_activity()
        web.RequestHandler.finish(self)

    async def send_csv(self, file_name: str, parts: AsyncIterator[str]) -> None:
        """Answer with CSV, a part after the other; who left gets no more."""
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{file_name}"')
        self.set_header("X-Content-Type-Options", "nosniff")
        async for part in parts:
            self.write(part)
            try:
                await self.flush()
            except StreamClosedError:
                return
        self.update_api_activity()
        web.RequestHandler.finish(self)

    def user_name(self) -> str:
        """Who asks, for `by` in edits."""
        return str(getattr(self.current_user, "username", "") or "")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a `Problem`, whatever went wrong."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, TrackbookError):
            status_code = status_of(error)
            problem = _problem_of(error)
        else:
            name = responses.get(status_code, "Unknown").title().replace(" ", "")
            message = _message(status_code, error)
            problem = Problem(error=name, message=message, position=None)
        self.set_status(status_code)
        self.finish(msgspec.json.encode(problem))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what is ours in one line; a traceback is for what we did not foresee."""
        if isinstance(value, TrackbookError):
            self.log.info("trackbook: %s: %s", type(value).__name__, value)
        else:
            super().log_exception(typ, value, tb)


Route = tuple[str, type[TrackbookHandler]]
"""The path as a regular expression, and what answers there."""


class UnknownRoute(TrackbookHandler):
    """Every other path below trackbook/api: the same error shape."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Say that there is no such route."""
        raise web.HTTPError(404, f"there is no route {self.request.path}")

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Say that there is no such route."""
        raise web.HTTPError(404, f"there is no route {self.request.path}")

    patch = put = delete = post


def check_size(size_bytes: int) -> None:
    """Raise HTTPError for a body that is too large."""
    if size_bytes > MAX_BODY_BYTES:
        raise web.HTTPError(
            413, f"the body is larger than {MAX_BODY_BYTES:,} bytes; send less"
        )


def decode_body(data: bytes, type_: type[T]) -> T:
    """Return JSON as `type_`. Raises BadInput when it is not one."""
    try:
        try:
            return msgspec.json.decode(data, type=type_)
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


def status_of(error: TrackbookError) -> int:
    """Return the HTTP status of an error of ours."""
    for kind, status in _STATUS_CODES:
        if isinstance(error, kind):
            return status
    return 500


async def wait(future: "Future[T]") -> T:
    """Await what the store's threads do."""
    return await asyncio.wrap_future(future)


def _problem_of(error: TrackbookError) -> Problem:
    """Return an error of ours as the contract has it."""
    if not isinstance(error, BadFilter):
        return Problem(error=type(error).__name__, message=str(error), position=None)
    return Problem(
        error=type(error).__name__,
        message=error.problem,
        position=FilterPosition(
            start=utf16_length(error.filter[: error.start]),
            end=utf16_length(error.filter[: error.end]),
            fixes=[
                FilterFix(label=fix.label, filter=fix.filter) for fix in error.fixes
            ],
        ),
    )


def utf16_length(text: str) -> int:
    """Return how long a text is to JavaScript."""
    return len(text) + sum(char > "\uffff" for char in text)


def from_utf16(text: str, at: int) -> int:
    """Return the character of a text where JavaScript counts `at`."""
    for place, char in enumerate(text):
        if at <= 0:
            return place
        at -= 2 if char > "\uffff" else 1
    return len(text)


def _message(status_code: int, error: BaseException | None) -> str:
    """Say what happened without showing the server's insides."""
    if isinstance(error, web.HTTPError) and error.log_message:
        return str(error.log_message)
    if status_code == 403:
        return "not allowed; log in to Jupyter, or send its token"
    if status_code == 405:
        return "this route does not know that method"
    if status_code >= 500:
        return "trackbook failed unexpectedly; the server's log has the details"
    return responses.get(status_code, "unknown error")
