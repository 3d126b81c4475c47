"""How a route is declared: one method, whose signature is checked and told.

    class TableHandler(TrackbookHandler):
        '''One table of a run.'''

        @endpoint(errors=(404,))
        async def get(self, run_id: RunId, name: str, query: TableQuery) -> c.RunTable:
            '''A run's table, a page of rows at a time.

            What else there is to know of it.'''
            return await self.read(get_table, run_id, name, query.first, query.limit)


    ROUTES = [Route("runs/{run_id}/tables/{name:path}", TableHandler)]

`query` is a struct of `Query`, `body` one of the contract; every other parameter is a
part of the path. What the method returns is the answer. Parameters and bodies are
decoded by these types, and the OpenAPI document is made of them, so that both say the
same. Who may ask is checked here, too: no method is without it.
"""

import inspect
import re
import types
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook_server.rest.parameters import MAX_TEXT, Query, read_query, read_text

MAX_BODY_BYTES = 192 * 1024
"""The largest body of an ordinary request: one that is a line of a journal, too."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one method of a route takes and answers."""

    summary: str
    description: str
    path: dict[str, Any]
    path_rules: dict[str, dict[str, Any]]
    query: type[Query] | None
    body: type[msgspec.Struct] | None
    answers: tuple[type, ...]
    status: int
    errors: tuple[int, ...]
    max_body_bytes: int
    by_change: bool
    half_characters: bool
    example: Any

    def read_path(self, given: dict[str, str]) -> dict[str, Any]:
        """Return the parts of the path by name. Raises BadInput."""
        return {
            name: read_text(name, given[name], type_, self.path_rules[name])
            for name, type_ in self.path.items()
        }

    def read_query(self, given: dict[str, list[str]]) -> Query:
        """Return the query; one without any where the route takes none."""
        return read_query(self.query or Query, given)


@dataclass(frozen=True, slots=True)
class Route:
    """A path below `trackbook/api/` and who answers there.

    `{name}` is one segment of the path, `{name:path}` all that is left of it.
    """

    path: str
    handler: type[web.RequestHandler]

    @property
    def pattern(self) -> str:
        """The path as a regular expression."""
        whole = re.sub(r"\{(\w+):path\}", r"(?P<\1>.+)", self.path)
        return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", whole)

    @property
    def template(self) -> str:
        """The path as people and OpenAPI write it."""
        return self.path.replace(":path}", "}")

    @property
    def rank(self) -> list[int]:
        """What routes are sorted by, so that the one that says most is asked first."""
        return [
            2 if ":path}" in part else 1 if "{" in part else 0
            for part in self.path.split("/")
        ]

    def endpoints(self) -> dict[str, Endpoint]:
        """Return what each method takes and answers, by the method's name."""
        found = {
            name: getattr(vars(self.handler).get(name), "endpoint", None)
            for name in ("get", "post", "put", "patch", "delete")
        }
        return {name.upper(): end for name, end in found.items() if end is not None}


def endpoint(
    *,
    status: int = 200,
    errors: tuple[int, ...] = (),
    max_body_bytes: int = MAX_BODY_BYTES,
    by_change: bool = False,
    half_characters: bool = False,
    example: Any = None,
) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[None] | None]]:
    """Declare a method of a handler.

    `status` is that of its answer, `errors` those statuses that it may answer with
    beside the ones that every route has. `by_change`: the answer is a function of the
    address and the store alone, and is known by the store's `change`, so that whoever
    has it already is told so without looking it up. `half_characters`: its body may
    hold half a surrogate pair, as notebooks do. `example` is one of its body.
    """

    def declare(
        method: Callable[..., Awaitable[Any]],
    ) -> Callable[..., Awaitable[None] | None]:
        declared = _describe(
            method,
            status=status,
            errors=errors,
            max_body_bytes=max_body_bytes,
            by_change=by_change,
            half_characters=half_characters,
            example=example,
        )

        @web.authenticated
        @authorized
        @wraps(method)
        async def answer(self: Any, **path: str) -> None:
            await self.answer(declared, method, path)

        answer.endpoint = declared  # type: ignore[attr-defined]
        return answer

    return declare


def _path_rules(type_: Any) -> dict[str, Any]:
    """Return the schema of a part of a path."""
    rules: dict[str, Any] = msgspec.json.schema(type_)
    rules.setdefault("maxLength", MAX_TEXT)
    return rules


def _describe(method: Callable[..., Any], **said: Any) -> Endpoint:
    hints = typing.get_type_hints(method, include_extras=True)
    answer = hints.pop("return")
    summary, _, rest = (inspect.getdoc(method) or "").partition("\n")
    return Endpoint(
        summary=summary.strip(),
        description=rest.strip(),
        query=hints.pop("query", None),
        body=hints.pop("body", None),
        path=hints,
        path_rules={name: _path_rules(type_) for name, type_ in hints.items()},
        answers=typing.get_args(answer)
        if isinstance(answer, types.UnionType)
        else (answer,),
        **said,
    )
