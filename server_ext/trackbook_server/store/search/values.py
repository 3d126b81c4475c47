"""What a value means for the field that it is compared with."""

import math
from datetime import datetime

from trackbook.errors import BadFilter, FilterFix
from trackbook_server.store.search.fields import (
    STATUS_WORDS,
    ValueKind,
    find_attribute,
    list_near,
)
from trackbook_server.store.search.moments import read_duration, read_moment
from trackbook_server.store.search.syntax import Field, Value
from trackbook_server.store.search.tokens import Token

_LONGEST_NUMBER = 15
"""Longer texts of digits, with a sign and an exponent, are names, such as ids."""

_YES = {"true": "1", "yes": "1", "1": "1", "false": "0", "no": "0", "0": "0"}
_TEXTS = ("like", "ilike", ":")
_NO_ORDER: dict[ValueKind, str] = {
    "flag": "is true or false",
    "status": "is a word",
    "path": "is a path",
}


def kind_of(field: Field) -> ValueKind:
    """Return what values of a field are."""
    if field.kind == "metric":
        return "number"
    attribute = find_attribute(field.key) if field.kind == "attribute" else None
    return "text" if attribute is None else attribute.kind


def read_number(text: str) -> float | None:
    """Return the number that a text is; None for one that is none, or is too long."""
    said = text.strip()
    if len(said) > _LONGEST_NUMBER + 10 or "_" in said or not said.isascii():
        return None
    try:
        return float(said)
    except ValueError:
        return None


def number_of(value: str) -> float | None:
    """Return the number that a param's JSON text is, or says in quotes; None for none.

    NaN is none: it compares with nothing.
    """
    said = value
    if value[:1] == '"':
        if len(value) > _LONGEST_NUMBER + 10:
            return None
        said = value.strip('"')
    elif value in ("true", "false", "null"):
        return None
    number = read_number(said)
    return None if number is None or math.isnan(number) else number


def check_operator(text: str, field: Field, sign: Token, word: str) -> None:
    """Raise BadFilter where the field can't be compared in this way."""
    kind = kind_of(field)
    said = text[field.start : field.end]
    if word in _TEXTS and kind not in ("text", "status", "path"):
        raise BadFilter(
            f"{sign.text} compares texts, and {said} is none; use =, <, > or between",
            text, sign.start, sign.end,
            (FilterFix("=", f"{text[: sign.start]}={text[sign.end :]}"),),
        )  # fmt: skip
    if kind in _NO_ORDER and word in ("<", "<=", ">", ">=", "between"):
        raise BadFilter(
            f"{said} {_NO_ORDER[kind]}: use = or in",
            text, sign.start, sign.end,
            (FilterFix("=", f"{text[: sign.start]}={text[sign.end :]}"),)
            if word != "between" else (),
        )  # fmt: skip


def read_flag(token: Token, text: str = "1") -> Value:
    """Return yes (or, of "0", no) as a value."""
    number = float(text)
    return Value(start=token.start, end=token.end, text=text, number=number)


def read_value(
    text: str, token: Token, field: "Field | ValueKind", now: datetime
) -> Value:
    """Return the value of a token for a field or a kind. Raises BadFilter."""
    kind = kind_of(field) if isinstance(field, Field) else field
    start, end = token.start, token.end
    if kind == "number":
        number = read_number(token.text)
        if number is None:
            raise BadFilter(
                f"expected a number, not {token.text!r}",
                text, token.start, token.end, _for_none(text, token, field),
            )  # fmt: skip
        return Value(start=start, end=end, text=token.text, number=number)
    if kind == "duration":
        ms = read_duration(token.text)
        if ms is None or not math.isfinite(ms):
            raise BadFilter(
                f"expected a duration such as '2h', '90 min' or '1h 30m', "
                f"not {token.text!r}",
                text, token.start, token.end,
            )  # fmt: skip
        return Value(start=start, end=end, text=token.text, number=ms)
    if kind == "moment":
        span = read_moment(token.text, now)
        if span is None:
            raise BadFilter(
                f"expected a moment such as '2026-05-01', 'yesterday' or "
                f"'last 7 days', not {token.text!r}",
                text, token.start, token.end, _near(text, token, [
                    "today", "yesterday", "last 7 days", "last 24 hours", "this week",
                    "this month", "last month",
                ]),
            )  # fmt: skip
        return Value(start=start, end=end, text=token.text, span=span)
    if kind == "flag":
        said = _YES.get(token.text.lower())
        if said is None:
            fixes = _near(text, token, ["true", "false"])
            raise BadFilter(
                f"expected true or false, not {token.text!r}",
                text, token.start, token.end, fixes,
            )  # fmt: skip
        return read_flag(token, said)
    if kind == "status":
        return _status(text, token)
    is_number = token.kind == "word" or (
        isinstance(field, Field) and field.kind == "param"
    )
    number = read_number(token.text) if is_number else None
    if number is not None and math.isnan(number):
        number = None
    return Value(start=start, end=end, text=token.text, number=number)


def _status(text: str, token: Token) -> Value:
    words = STATUS_WORDS.get(token.text.lower())
    if words is None and any(sign in token.text for sign in "%_"):
        words = ()  # the pattern of a like
    if words is None:
        near = _near(text, token, list(STATUS_WORDS)[:6])
        raise BadFilter(
            f"there is no status {token.text!r}; expected "
            f"{', '.join(list(STATUS_WORDS)[:6])}",
            text, token.start, token.end, near,
        )  # fmt: skip
    return Value(start=token.start, end=token.end, text=token.text, words=words)


def _near(text: str, token: Token, known: list[str]) -> tuple[FilterFix, ...]:
    """Return the fixes with a known word that is spelled almost like the token."""
    return tuple(
        FilterFix(word, f"{text[: token.start]}'{word}'{text[token.end :]}")
        for word in list_near(token.text, known)
    )


def _for_none(
    text: str, token: Token, field: "Field | ValueKind"
) -> tuple[FilterFix, ...]:
    """Return what is meant by a metric that is compared with None."""
    if not isinstance(field, Field) or token.text.lower() not in ("none", "null", ""):
        return ()
    between = text[field.end : token.start]
    said = "is not null" if "!" in between or "<" in between else "is null"
    return (FilterFix(said, f"{text[: field.end]} {said}{text[token.end :]}"),)
