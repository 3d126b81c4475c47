"""The grammar: a filter's text becomes a syntax tree, or a BadFilter that says where.

    filter     = either
    either     = both { "or" both }
    both       = one { [ "and" ] one }
    one        = "not" one | "(" either ")" | term
    term       = field sign value
               | field [ "not" ] ( "like" | "ilike" ) value
               | field [ "not" ] "in" "(" value { "," value } ")"
               | field [ "not" ] "between" value "and" value
               | field "is" [ "not" ] "null"
               | field ":" words
               | ( "text" | "code" | "output" ) ":" words
               | "starred" | "pinned" | a status | a word or quoted words

Binary signs bind as in SQL: `not` before `and` before `or`.
"""

from datetime import datetime

from trackbook.errors import BadFilter, FilterFix
from trackbook_server.store.search.fields import FLAG_WORDS, PLACES, STATUS_WORDS
from trackbook_server.store.search.names import is_field, is_prefixed, read_field
from trackbook_server.store.search.syntax import (
    And,
    Between,
    Comparison,
    Field,
    Filter,
    Membership,
    Not,
    Or,
    Place,
    Presence,
    Value,
    Words,
)
from trackbook_server.store.search.tokens import Token, tokenize
from trackbook_server.store.search.values import check_operator, read_flag, read_value

MAX_LENGTH = 4000
MAX_DEPTH = 40
MAX_TERMS = 200

_SIGNS = ("=", "!=", "<", "<=", ">", ">=", "like", "ilike")
_KEYWORDS = ("and", "or", "not", "in", "between", "like", "ilike", "is", "null")
_BINDING = {"or": 1, "and": 2}
_MOMENT_WORDS = 4


def parse_filter(text: str, now: datetime | None = None) -> Filter | None:
    """Return the tree of a filter, None of an empty one.

    `now` is what moments in words are told from, in the time zone of the days that are
    meant; None: this moment, in the machine's. Raises BadFilter.
    """
    if len(text) > MAX_LENGTH:
        raise BadFilter(
            f"a filter has at most {MAX_LENGTH:,} characters, this one {len(text):,}",
            text[:MAX_LENGTH],
            MAX_LENGTH - 1,
            MAX_LENGTH,
        )
    parser = _Parser(text, now or datetime.now().astimezone())
    if parser.token.kind == "end":
        return None
    found = parser.binary(1, 0)
    parser.expect_end()
    return found


class _Parser:
    """Reads one filter from its tokens, one token ahead."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text = text
        self.now = now
        self.tokens = tokenize(text)
        self.at = 0
        self.terms = 0

    @property
    def token(self) -> Token:
        """The token that is to be read next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Read a token."""
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def peek(self, ahead: int = 1) -> Token:
        """Return a token behind the next one."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def bad(
        self, problem: str, token: Token, fixes: tuple[FilterFix, ...] = ()
    ) -> BadFilter:
        """Return the error that is about a token."""
        return BadFilter(problem, self.text, token.start, token.end, fixes)

    def replaced(self, token: Token, text: str, label: str = "") -> FilterFix:
        """Return the filter with other text for a token."""
        filter = self.text[: token.start] + text + self.text[token.end :]
        return FilterFix(label or text, filter)

    def expect_end(self) -> None:
        """Raise BadFilter for what is left over."""
        if self.token.kind != "end":
            token = self.token
            fixes = (self.replaced(token, "", "leave it out"),)
            if token.says(")"):
                raise self.bad("no ( is open that this ) would close", token, fixes)
            raise self.bad(f"{token.text!r} can't stand here", token, fixes)

    def binary(self, least: int, depth: int) -> Filter:
        """Read what binds at least as tightly as `least`; terms side by side are both
        meant."""
        left = self.one(depth)
        while True:
            token = self.token
            if token.says("&", "&&", "|", "||"):
                word = "and" if "&" in token.text else "or"
                fix = self.replaced(token, word)
                raise self.bad(f"write {word} for {token.text}", token, (fix,))
            word = "or" if token.says("or") else "and"
            if token.kind == "end" or token.says(")", ",") or _BINDING[word] < least:
                return left
            if token.says("and", "or"):
                self.take()
                if self.token.kind == "end" or self.token.says("and", "or", ")"):
                    raise self.missing_term(token)
            elif token.kind == "operator" and not token.says("("):
                raise self.bad(f"{token.text!r} can't stand here", token)
            right = self.binary(_BINDING[word] + 1, depth)
            left = _join(word, left, right)

    def missing_term(self, token: Token) -> BadFilter:
        """Return the error that nothing follows `and`, `or` or `not`."""
        fix = FilterFix(f"leave out {token.text}", self.text[: token.start].rstrip())
        fixes = (fix,) if self.token.kind == "end" and fix.filter else ()
        return self.bad(
            f"expected a condition after {token.text}, such as metrics.acc > 0.9",
            token if self.token.kind == "end" else self.token,
            fixes,
        )

    def one(self, depth: int) -> Filter:
        """Read a term, a negated one, or one in parentheses."""
        token = self.token
        if depth > MAX_DEPTH:
            raise self.bad("this is nested too deeply", token)
        if token.says("not"):
            self.take()
            if self.token.kind == "end" or self.token.says("and", "or", ")"):
                raise self.missing_term(token)
            inner = self.one(depth + 1)
            return Not(start=token.start, end=inner.end, inner=inner)
        if token.says("("):
            self.take()
            inner = self.binary(1, depth + 1)
            if not self.token.says(")"):
                fix = FilterFix("close it with )", self.text.rstrip() + ")")
                raise self.bad("this ( is not closed", token, (fix,))
            self.take()
            return inner
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.bad(f"a filter has at most {MAX_TERMS} conditions", token)
        return self.term()

    def term(self) -> Filter:
        """Read one condition."""
        first = self.token
        if first.kind == "end":
            raise self.bad("expected a condition, such as metrics.acc > 0.9", first)
        if first.kind == "operator" or first.says("and", "or"):
            fixes = (self.replaced(first, "", "leave it out"),)
            raise self.bad(
                f"expected a condition before {first.text}, such as metrics.acc > 0.9",
                first,
                fixes if self.text.strip() != first.text else (),
            )
        name = self.name()
        sign = self.token
        if len(name) == 1 and first.says(*PLACES) and sign.says(":"):
            return self.full_text(first)
        if sign.says(":"):
            return self.contains(name)
        is_comparison = (
            sign.says(*_SIGNS, "between")
            or (sign.says("in") and self.peek().says("("))
            or (sign.says("is") and self.peek().says("not", "null", "none"))
            or (sign.says("not") and self.peek().says("in", "like", "ilike", "between"))
            or (sign.says("in", "is") and is_field(first.text))
        )
        if not is_comparison:
            return self.alone(name)
        return self.comparison(read_field(self.text, name))

    def name(self) -> list[Token]:
        """Read a name: tokens without a space between, such as metrics.`f1 score`."""
        found = [self.take()]
        while (
            self.token.start == found[-1].end
            and self.token.kind in ("word", "quoted")
            and (found[-1].text.endswith(".") or self.token.text.startswith("."))
        ):
            found.append(self.take())
        return found

    def alone(self, name: list[Token]) -> Filter:
        """Return what a word means that nothing is compared with."""
        first, last = name[0], name[-1]
        said = self.text[first.start : last.end]
        start, end = first.start, last.end
        if len(name) == 1 and first.kind == "word":
            flag = next((word for word in FLAG_WORDS if first.says(word)), None)
            if flag is not None or first.text.lower() in STATUS_WORDS:
                return Comparison(
                    start=start,
                    end=end,
                    field=Field(
                        start=start,
                        end=end,
                        kind="attribute",
                        key=flag or "status",
                    ),
                    operator="=",
                    value=read_value(self.text, first, "status", self.now)
                    if flag is None
                    else read_flag(first),
                )
            if first.says(*_KEYWORDS):
                fix = self.replaced(first, f'"{first.text}"')
                raise self.bad(f"{first.text} can't stand here", first, (fix,))
        if first.kind == "word" and is_prefixed(first.text):
            raise BadFilter(
                f"expected a comparison after {said}, such as {said} = '1'",
                self.text,
                first.start,
                last.end,
                (FilterFix("is not null", _put(self.text, last.end, " is not null")),),
            )
        if first.quote == "`":
            fix = self.replaced(first, f'"{first.text}"')
            raise self.bad("` names a key, such as metrics.`f1 score`", first, (fix,))
        return self.words(first, None)

    def words(self, token: Token, place: Place | None) -> Words:
        """Return the words of a token to be found."""
        if not any(char.isalnum() for char in token.text):
            raise self.bad("expected a word to be found, with a letter or digit", token)
        return Words(start=token.start, end=token.end, text=token.text, place=place)

    def full_text(self, first: Token) -> Words:
        """Read what is to be found in texts."""
        sign = self.take()
        token = self.take()
        if token.kind not in ("word", "quoted"):
            raise self.bad(
                f'expected words after {first.text}:, such as {first.text}: "scaler"',
                sign,
            )
        found = self.words(token, "text")
        places: dict[str, Place] = {"text": "text", "code": "code", "output": "output"}
        return Words(
            start=first.start,
            end=found.end,
            text=found.text,
            place=places[first.text.lower()],
        )

    def contains(self, name: list[Token]) -> Filter:
        """Read `field: part of it`."""
        field = read_field(self.text, name)
        sign = self.take()
        check_operator(self.text, field, sign, ":")
        token = self.take()
        if token.kind not in ("word", "quoted"):
            raise self.bad("expected what it contains after :", sign)
        value = Value(start=token.start, end=token.end, text=token.text)
        return Comparison(
            start=field.start, end=token.end, field=field, operator=":", value=value
        )

    def comparison(self, field: Field) -> Filter:
        """Read what a field is compared with."""
        negation = self.take() if self.token.says("not") else None
        sign = self.take()
        word = sign.text.lower()
        negated = negation is not None
        check_operator(self.text, field, sign, word)
        if word == "is":
            return self.presence(field, sign)
        if word == "in":
            return self.membership(field, sign, negated=negated)
        if word == "between":
            low = self.value(field, sign)
            if not self.token.says("and"):
                raise self.bad(
                    "expected and with a second value, as in between 1 and 2",
                    self.token if self.token.kind != "end" else sign,
                )
            high = self.value(field, self.take())
            return Between(
                start=field.start,
                end=high.end,
                field=field,
                low=low,
                high=high,
                negated=negated,
            )
        value = self.value(field, sign)
        operator = next(known for known in _SIGNS if known == word)
        return Comparison(
            start=field.start,
            end=value.end,
            field=field,
            operator=operator,  # type: ignore[arg-type] # one of the literals
            value=value,
            negated=negated,
        )

    def presence(self, field: Field, sign: Token) -> Presence:
        """Read `is [not] null`."""
        negated = not self.token.says("not")
        if not negated:
            self.take()
        end = self.take()
        if not end.says("null", "none"):
            raise self.bad(
                "expected null or not null after is",
                sign,
                (FilterFix("is null", self.text[: sign.end] + " null"),),
            )
        return Presence(start=field.start, end=end.end, field=field, negated=negated)

    def membership(self, field: Field, sign: Token, *, negated: bool) -> Membership:
        """Read `(value, …)` behind `in`."""
        opening = self.take()
        if not opening.says("("):
            raise self.bad(
                "expected ( after in, as in status in ('failed', 'lost')",
                opening if opening.kind != "end" else sign,
            )
        values = [self.value(field, opening)]
        while self.token.says(","):
            values.append(self.value(field, self.take()))
        if not self.token.says(")"):
            at = self.token
            fix = FilterFix("close it with )", self.text.rstrip() + ")")
            raise self.bad(
                "expected , or ) in the list",
                at if at.kind != "end" else opening,
                (fix,) if at.kind == "end" else (),
            )
        return Membership(
            start=field.start,
            end=self.take().end,
            field=field,
            values=tuple(values),
            negated=negated,
        )

    def value(self, field: Field, sign: Token) -> Value:
        """Read a value of the field, behind `sign`."""
        token = self.take()
        if token.kind == "end" or token.kind == "operator":
            raise self.bad(
                f"expected a value after {sign.text}",
                sign if token.kind == "end" else token,
            )
        if token.quote == "`":
            fix = self.replaced(token, f"'{token.text}'")
            raise self.bad("a value stands in '…', a key in `…`", token, (fix,))
        for token_of_all in self.joined(token):
            try:
                found = read_value(self.text, token_of_all, field, self.now)
            except BadFilter:
                continue
            self.at += len(token_of_all.text.split()) - 1
            return found
        return read_value(self.text, token, field, self.now)

    def joined(self, first: Token) -> list[Token]:
        """Return the words from `first` on as one, of a moment without quotes, the
        longest first."""
        words = [first]
        while (
            self.peek(len(words) - 1).kind == "word"
            and not self.peek(len(words) - 1).says(*_KEYWORDS)
            and first.kind == "word"
            and len(words) < _MOMENT_WORDS
        ):
            words.append(self.peek(len(words) - 1))
        return [
            Token(
                "word",
                " ".join(word.text for word in words[:count]),
                first.start,
                words[count - 1].end,
            )
            for count in range(len(words), 1, -1)
        ]


def _join(word: str, left: Filter, right: Filter) -> Filter:
    """Return both joined; a chain of the same word is one node."""
    kind = Or if word == "or" else And
    parts = (*(left.parts if isinstance(left, kind) else (left,)), right)
    return kind(start=left.start, end=right.end, parts=parts)


def _put(text: str, at: int, more: str) -> str:
    return text[:at] + more + text[at:]
