"""A filter's text cut into tokens; nothing of what they mean."""

import re
from typing import Literal

import msgspec

from trackbook.errors import BadFilter, FilterFix

TokenKind = Literal["word", "quoted", "operator", "end"]

_QUOTES = {"'": "'", '"': '"', "`": "`", "“": "”", "„": "“"}
_OPERATOR = re.compile(r"<=|>=|!=|<>|==|[=<>(),:]")
_WORD = re.compile(
    # A colon belongs to a word within a time only: 10:30.
    r"(?:[^\s()=<>!,:'\"`“”„]|(?<=\d):(?=\d)|!(?!=))+"
)
_SAME = {"==": "=", "<>": "!="}


class Token(msgspec.Struct, frozen=True):
    """One token. `text` is what it says: of a quoted one, what stands in the quotes."""

    kind: TokenKind
    text: str
    start: int
    end: int
    quote: str = ""

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or signs, which are in lower case."""
        return self.kind in ("word", "operator") and self.text.lower() in words


def tokenize(text: str, *, lenient: bool = False) -> list[Token]:
    """Return the tokens of a filter, the last one being its end.

    `lenient`: a quote that is not closed ends with the text. Raises BadFilter.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if text[at] in _QUOTES:
            token = _quoted(text, at, lenient=lenient)
        elif match := _OPERATOR.match(text, at):
            sign = match.group()
            token = Token("operator", _SAME.get(sign, sign), at, match.end())
        elif match := _WORD.match(text, at):
            token = Token("word", match.group(), at, match.end())
        else:
            raise BadFilter(
                f"{text[at]!r} means nothing here", text, at, at + 1, _without(text, at)
            )
        tokens.append(token)
        at = token.end
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _quoted(text: str, start: int, *, lenient: bool) -> Token:
    """Return the quoted token at `start`; one doubled, or behind \\, is a quote."""
    closing = _QUOTES[text[start]]
    said: list[str] = []
    at = start + 1
    while at < len(text):
        char, after = text[at], text[at + 1 : at + 2]
        if char == "\\" and after in (closing, "\\"):
            said.append(after)
            at += 2
        elif char != closing:
            said.append(char)
            at += 1
        elif after == closing:
            said.append(closing)
            at += 2
        else:
            return Token("quoted", "".join(said), start, at + 1, text[start])
    if lenient:
        return Token("quoted", "".join(said), start, len(text), text[start])
    raise BadFilter(
        f"this {text[start]} is not closed",
        text,
        start,
        start + 1,
        (FilterFix(f"close it with {closing}", text.rstrip() + closing),),
    )


def _without(text: str, at: int) -> tuple[FilterFix, ...]:
    return (FilterFix(f"leave out {text[at]}", text[:at] + text[at + 1 :]),)
