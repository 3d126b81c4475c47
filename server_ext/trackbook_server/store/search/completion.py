"""What can stand where the cursor is in a filter: fields, signs, known values.

The filter up to the cursor is read as far as it makes sense; what is behind the cursor
does not matter. Everything that is looked up is bounded.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import sqlite_utils

from trackbook.errors import BadFilter
from trackbook_server import contract as c
from trackbook_server.store.search.fields import (
    ATTRIBUTES,
    PREFIXES,
    STATUS_WORDS,
    quote_key,
    quote_value,
)
from trackbook_server.store.search.keys import list_keys, list_values
from trackbook_server.store.search.names import is_field, read_field
from trackbook_server.store.search.syntax import Field, FieldKind
from trackbook_server.store.search.tokens import Token, tokenize
from trackbook_server.store.search.values import kind_of

MAX_ITEMS = 12

_MOMENTS = (
    "today", "yesterday", "last 24 hours", "last 7 days", "last 30 days", "this week",
    "this month",
)  # fmt: skip
_DURATIONS = ("1 min", "10 min", "1h", "1 day")
_ORDER = ("=", "!=", "<", "<=", ">", ">=", "between", "in (", "is null", "is not null")
_TEXT = ("=", "!=", ":", "like", "ilike", "in (", "is null", "is not null")
_PREFIXES: tuple[tuple[str, str], ...] = (
    ("metrics.", "the last value of a metric, .min or .max"),
    ("params.", "a param"),
    ("tags.", "a tag"),
    ("datasets.", "data that was read: name, digest, context"),
    ("text:", "words in code, outputs, notes and names"),
    ("code:", "words in the cells as they ran"),
    ("output:", "words in what they put out"),
)
_KINDS: tuple[tuple[FieldKind, str], ...] = (
    ("metric", "metric"),
    ("param", "param"),
    ("tag", "tag"),
)

State = Literal[
    "term", "sign", "value", "open", "list", "next", "low", "and", "null", "joined"
]


class _Cursor(NamedTuple):
    """What is expected where the cursor is, of which field."""

    state: State
    field: Field | None


def complete(db: sqlite_utils.Database, text: str, at: int) -> c.FilterCompletions:
    """Return what may stand at the character `at`, the likeliest first, and which part
    of the filter that replaces."""
    head = text[: max(0, at)]
    try:
        tokens = tokenize(head, lenient=True)[:-1]
    except BadFilter:
        tokens = []
    begun = _begun(tokens, head)
    start = begun[0].start if begun else len(head)
    cursor = _read(head, tokens[: len(tokens) - len(begun)])
    said = head[start:]
    items = [item for item in _list_items(db, cursor, said, begun) if item.text != said]
    return c.FilterCompletions(start=start, end=len(head), items=items[:MAX_ITEMS])


def _begun(tokens: list[Token], head: str) -> list[Token]:
    """Return the tokens of the word that the cursor stands in, or at the end of."""
    found: list[Token] = []
    end = len(head)
    for token in reversed(tokens):
        if token.end != end or token.kind == "operator":
            break
        found.insert(0, token)
        end = token.start
    return found


def _read(text: str, tokens: list[Token]) -> _Cursor:
    """Return what is expected behind the tokens."""
    cursor = _Cursor("term", None)
    at = 0
    while at < len(tokens):
        name = [tokens[at]]
        while (
            at + len(name) < len(tokens)
            and tokens[at + len(name)].start == name[-1].end
            and tokens[at + len(name)].kind != "operator"
            and name[-1].kind != "operator"
        ):
            name.append(tokens[at + len(name)])
        cursor = _step(text, cursor, name)
        at += len(name)
    return cursor


def _step(text: str, cursor: _Cursor, name: list[Token]) -> _Cursor:
    """Return what is expected behind one more token, or name of several."""
    token, field = name[0], cursor.field
    match cursor.state:
        case "sign":
            if token.says("not"):
                return cursor
            after: dict[str, State] = {"in": "open", "between": "low", "is": "null"}
            if token.kind == "operator" or token.says("like", "ilike"):
                return _Cursor("value", field)
            if token.text.lower() in after:
                return _Cursor(after[token.text.lower()], field)
            return _step(text, _Cursor("term", None), name)
        case "value":
            return _Cursor("joined", None)
        case "open":
            return _Cursor("list" if token.says("(") else "joined", field)
        case "list":
            return _Cursor("next", field)
        case "next":
            return _Cursor("list" if token.says(",") else "joined", field)
        case "low":
            return _Cursor("and", field)
        case "and":
            return _Cursor("value", field)
        case "null":
            return cursor if token.says("not") else _Cursor("joined", None)
        case _:
            if token.says("and", "or", "not", "("):
                return _Cursor("term", None)
            if token.kind == "operator":
                return _Cursor("joined", None)
            return _term(text, name)


def _term(text: str, name: list[Token]) -> _Cursor:
    first = name[0]
    if first.says("text", "code", "output"):
        return _Cursor("sign", None)
    if first.kind == "word" and is_field(first.text):
        try:
            return _Cursor("sign", read_field(text, name))
        except BadFilter:
            pass
    return _Cursor("joined", None)


def _list_items(
    db: sqlite_utils.Database, cursor: _Cursor, said: str, begun: list[Token]
) -> Iterable[c.FilterCompletion]:
    match cursor.state:
        case "sign" if cursor.field is not None:
            yield from _signs(cursor.field, said)
        case "value" | "list" | "low" if cursor.field is not None:
            word = "".join(token.text for token in begun)
            for value in _values(db, cursor.field, word):
                yield _item(value, value)
        case "and":
            yield _item("and ", "and")
        case "null":
            yield from _begin(said, [("null", ""), ("not null", "")])
        case "joined":
            yield from _begin(said, [("and ", "both"), ("or ", "either")])
            if said:
                yield from _fields(db, said, begun)
        case "term":
            yield from _fields(db, said, begun)


def _signs(field: Field, said: str) -> Iterable[c.FilterCompletion]:
    kind = kind_of(field)
    signs: tuple[str, ...] = (
        _ORDER if kind in ("number", "moment", "duration") else _TEXT
    )
    if field.kind == "param":
        signs = (*_ORDER, ":", "like", "ilike")
    if kind in ("flag", "status"):
        signs = ("=", "!=", "in (")
    yield from _begin(said, [(f"{sign} ", "") for sign in signs])


def _values(db: sqlite_utils.Database, field: Field, said: str) -> Iterable[str]:
    kind = kind_of(field)
    if kind == "status":
        words: Iterable[str] = list(STATUS_WORDS)[:6]
    elif kind == "flag":
        words = ("true", "false")
    elif kind == "moment":
        words = _MOMENTS
    elif kind == "duration":
        words = _DURATIONS
    else:
        yield from list_values(db, field, said)
        return
    for word in words:
        if said.lower() in word:
            yield word if word in ("true", "false") else quote_value(word)


def _fields(
    db: sqlite_utils.Database, said: str, begun: list[Token]
) -> Iterable[c.FilterCompletion]:
    prefix, dot, key = said.partition(".")
    kind = PREFIXES.get(prefix.lower()) if dot else None
    if kind is not None:
        key = "".join([key and begun[0].text.partition(".")[2],
                       *(token.text for token in begun[1:])])  # fmt: skip
        if kind == "dataset":
            known: Iterable[str] = ("name", "digest", "context")
        elif kind == "attribute":
            known = (attribute.name for attribute in ATTRIBUTES)
        else:
            known = list_keys(db, kind, key)
        for name in known:
            if key.lower() in name.lower():
                yield _item(f"{prefix}.{quote_key(name)} ", name, kind)
        return
    yield from _begin(said, _PREFIXES)
    yield from _begin(said, [("starred", "with a star"), ("pinned", "pinned")])
    attributes = [(f"{one.name} ", one.about) for one in ATTRIBUTES]
    yield from _begin(said, attributes)
    if said:
        yield from _begin(said, [(word, "status") for word in list(STATUS_WORDS)[:6]])
        for kind_of_key, about in _KINDS:
            for name in list_keys(db, kind_of_key, said)[:4]:
                full = f"{about}s.{quote_key(name)}"
                yield _item(f"{full} ", full, about)
        yield from _begin(said, [("not ", "everything else")])


def _begin(said: str, known: Iterable[tuple[str, str]]) -> Iterable[c.FilterCompletion]:
    """Return those that begin with what was said."""
    for text, about in known:
        if text.strip().lower().startswith(said.lower()) and text.strip() != said:
            yield _item(text, text.strip(), about)


def _item(text: str, label: str, about: str = "") -> c.FilterCompletion:
    return c.FilterCompletion(text=text, label=label, about=about)
