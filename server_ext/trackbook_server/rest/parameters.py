"""What a path and a query may say: declared as types, checked and told by them.

A query is a struct of `Query`; a field whose type is a tuple may be given again. The
words of a type's `Meta` are those of the documentation; its limits are those that are
checked. Nothing here knows HTTP.
"""

import difflib
import functools
import math
import operator
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from trackbook.errors import BadInput

MAX_TEXT = 4096
"""The longest text in a path or a query that nothing else bounds."""
MOST = 2**53 - 1
"""The greatest whole number that every client reads as it is."""

RunId = Annotated[
    str, Meta(description="A run's id.", max_length=200, examples=["01JD0000000000"])
]
ExperimentId = Annotated[str, Meta(description="An experiment's id.", max_length=200)]
RevisionId = Annotated[
    str, Meta(description="A revision's id, or the beginning of it.", max_length=200)
]
KernelId = Annotated[str, Meta(description="A kernel of this server.", max_length=200)]
Sha256 = Annotated[
    str, Meta(description="The SHA-256 of the bytes, in hex.", max_length=200)
]
Key = Annotated[str, Meta(description="A metric's name.", max_length=MAX_TEXT)]
NotebookPath = Annotated[
    str,
    Meta(
        description="A notebook's path, relative to the server's root.",
        max_length=MAX_TEXT,
        examples=["work/train.ipynb"],
    ),
]
Change = Annotated[
    int,
    Meta(
        description="Only what changed after this `change` of an earlier answer.",
        ge=0,
        le=MOST,
    ),
]
Cursor = Annotated[
    str,
    Meta(
        description="The `next_cursor` of the page before; left out for the first.",
        max_length=MAX_TEXT,
    ),
]

_JUPYTERS = frozenset({"token", "_xsrf", "no_track_activity", "_"})
"""Parameters that Jupyter itself, or a browser, adds to any address."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what a route takes behind the question mark."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A field of a query's struct, as requests name it and as it is checked."""

    name: str
    field: str
    type_: Any
    rules: dict[str, Any]
    is_required: bool


Q = typing.TypeVar("Q", bound=Query)


def read_query(type_: type[Q], given: Mapping[str, list[str]]) -> Q:
    """Return the arguments of a query as its struct.

    Raises BadInput, which names the parameter and what it takes: for one that is
    missing, of the wrong kind, beyond its limits, given too often or not known. What
    is not known is refused, not ignored: a filter with a misspelt name would else be
    answered with all runs.
    """
    parameters = _parameters_of(type_)
    check_known((parameter.name for parameter in parameters), given, "parameter")
    fields: dict[str, Any] = {}
    for parameter in parameters:
        name, rules = parameter.name, parameter.rules
        texts = given.get(name)
        if texts is None:
            if parameter.is_required:
                raise BadInput(f"{name} is missing. {describe(name, rules)}")
        elif rules.get("type") == "array":
            fields[parameter.field] = _read_many(name, texts, parameter.type_, rules)
        elif len(texts) > 1:
            raise BadInput(f"{name} is given {len(texts)} times; give it once")
        else:
            fields[parameter.field] = read_text(name, texts[0], parameter.type_, rules)
    return type_(**fields)


def read_text(name: str, text: str, type_: Any, rules: Mapping[str, Any]) -> Any:
    """Return a text of a path or query as its type. Raises BadInput."""
    if "\0" in text:
        raise BadInput(f"{name} holds a NUL character; leave it out")
    try:
        value = msgspec.convert(text, type_, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"{name} is {_shown(text)}. {describe(name, rules)}") from error
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(f"{name} is {_shown(text)}. {describe(name, rules)}")
    return value


def schema_of(type_: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the JSON schema of a struct that holds no other."""
    schema: dict[str, Any] = msgspec.json.schema(type_)["$defs"][type_.__name__]
    return schema


def plain(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema without its null: what is left out is null in a query."""
    kinds = [kind for kind in rules.get("anyOf", ()) if kind != {"type": "null"}]
    merged = dict(rules)
    if len(kinds) == 1:
        del merged["anyOf"]
        merged |= kinds[0]
    if not merged.get("default", True) and merged["default"] is not False:
        merged.pop("default")
    elif isinstance(merged.get("default"), tuple):
        merged["default"] = list(merged["default"])
    return merged


def describe(name: str, rules: Mapping[str, Any]) -> str:
    """Say what a parameter takes, as a sentence."""
    return f"It must be {in_words(rules)}."


def in_words(rules: Mapping[str, Any]) -> str:
    """Return what a schema allows, in words."""
    if "enum" in rules:
        return f"one of {', '.join(map(str, rules['enum']))}"
    low, high = rules.get("minimum"), rules.get("maximum")
    among = ""
    if low is not None and high is not None and high < MOST:
        among = f" from {low:,} to {high:,}"
    elif low is not None and low > -MOST:
        among = f", {low:,} or more"
    match rules.get("type"):
        case "integer":
            return f"a whole number{among}"
        case "number":
            return f"a finite number{among}"
        case "boolean":
            return "true or false"
        case "array":
            return f"{in_words(rules['items'])}, {_times(rules)}"
        case _:
            most = rules.get("maxLength")
            return "text" if most is None else f"text of at most {most:,} characters"


def check_known(names: Iterable[str], given: Iterable[str], what: str) -> None:
    """Raise BadInput for a name that is none of `names`, with the nearest."""
    known = set(names)
    for name in given:
        # A bare number is what browsers are made to ask with past their cache.
        if name in known or name in _JUPYTERS or name.isdigit():
            continue
        near = difflib.get_close_matches(name, known, 1)
        cure = (
            f"did you mean {near[0]}?"
            if near
            else f"it takes {', '.join(sorted(known))}"
            if known
            else "it takes none"
        )
        raise BadInput(f"this route has no {what} {_shown(name)}; {cure}")


def _read_many(name: str, texts: list[str], type_: Any, rules: dict[str, Any]) -> Any:
    fewest, most = rules.get("minItems", 0), rules.get("maxItems")
    if len(texts) < fewest or (most is not None and len(texts) > most):
        raise BadInput(f"{name} is given {len(texts):,} times. {describe(name, rules)}")
    if typing.get_origin(type_) is Annotated:
        type_ = typing.get_args(type_)[0]
    item = typing.get_args(type_)[0]
    return tuple(read_text(name, text, item, plain(rules["items"])) for text in texts)


@lru_cache
def _parameters_of(type_: type[Query]) -> tuple[_Parameter, ...]:
    schema = schema_of(type_)
    hints = typing.get_type_hints(type_, include_extras=True)
    names = zip(type_.__struct_fields__, type_.__struct_encode_fields__, strict=True)
    return tuple(
        _Parameter(
            name,
            field,
            _given(hints[field]),
            plain(schema["properties"][name]),
            name in schema.get("required", ()),
        )
        for field, name in names
    )


def _given(type_: Any) -> Any:
    """Return the type of what is given, where what is left out is None."""
    if type(None) not in typing.get_args(type_):
        return type_
    kinds = [kind for kind in typing.get_args(type_) if kind is not type(None)]
    return functools.reduce(operator.or_, kinds)


def _times(rules: Mapping[str, Any]) -> str:
    fewest, most = rules.get("minItems", 0), rules.get("maxItems")
    if most is None:
        return f"given {fewest} times or more" if fewest else "any number of times"
    return f"given {fewest} to {most:,} times" if fewest else f"up to {most:,} times"


def _shown(text: str) -> str:
    return repr(text[:40]) if len(text) <= 40 else f"{text[:40]!r}…"
