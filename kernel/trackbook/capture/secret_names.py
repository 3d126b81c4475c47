"""What names say: `password = "…"`, `HF_TOKEN: …`, and the values beside them.

Guesses, other than `secret_formats`: a name must tell, and the less it tells the more
its value must look like one. Pure; every pattern is bounded.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from trackbook.secret_formats import PLACEHOLDER


class _Late:
    """A pattern that is compiled by its first use: all of them take as long as the
    rest of `%load_ext`, and are used on a thread."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._made = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._made), name)
        setattr(self, name, found)
        return found


_NONE, _HINT, _KEY, _STRONG, _PASSWORD = range(5)
"""How much a name tells; see `_accepts` for what its value must be."""

_CAMEL = _Late(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_EDGES = r"(?:^|[._\- ])(?:{})(?:$|[._\- \d])"
_PASSWORDS = _Late(
    _EDGES.format(
        r"pass(?:word|wd|phrase|code)s?\d*|pwd|contrase[nñ]a"
        r"|(?:db|database|user|admin|root|smtp|ftp|imap|e?mail|key|pg|mysql|redis|ssh"
        r"|login|service)[._\- ]?pass"
    )
    + r"|[a-z](?:password|passwd|passphrase)$"
)
_STRONGS = _Late(
    _EDGES.format(
        r"secrets?|credentials?|passkey"
        r"|(?:api|app|access|secret|private|priv|auth|account|service|client|db"
        r"|database|encryption|signing|master|subscription|license|webhook|ssh|admin"
        r"|storage|session|shared[._\- ]access|hmac)[._\- ]?keys?"
        r"|(?:access|auth|api|app|refresh|bearer|id|session|csrf|xsrf|bot|personal"
        r"|deploy|security|secret|user|admin|oauth\d?|jwt|client|service|device|push"
        r"|write|read|github|gh|gitlab|git|hf|hub|hugging_?face|slack|npm|pypi|vault"
        r"|kaggle|wandb|comet|neptune|telegram|discord|jupyter|jpy|databricks"
        r"|sas|pat)[._\- ]?tokens?"
    )
)
_KEYS = _Late(r"[._\- ]key$")
_HINTS = _Late(_EDGES.format(r"tokens?|auth|bearer|dsn|pat|sas|apikey|key"))
_NOT_SECRET = _Late(
    r"(?:^|[._\- ])(?:max|min|num|n|pad|eos|bos|unk|sep|cls|mask|new|special|vocab"
    r"|stop|start|next|last|first|prev|current|public|primary|foreign|sort|cache"
    r"|partition|tokeni[sz]er|no|has|is|use|with|need|needs|require|per)[._\- ]"
    r"|[._\- ](?:size|count|len|length|ids?|type|limit|dim|names?|path|file|dir|folder"
    r"|url|uri|endpoint|field|column|col|label|policy|env|var|format|prefix|suffix"
    r"|index|idx|pattern|regex|help|prompt|hint|text|msg|message|error|shape"
    r"|embeddings?|list|map|dict|ring|store|expiry|expires|ttl|scopes?|version"
    r"|required|enabled|provider|manager|class|cls|fn|func|hash|strength|rules?"
    r"|vault|bucket|usage|counts|probs?|logits|weights?|distribution)$"
)
# One of these is in every name above, in lower case.
_SIGNS = (
    *("pass", "pwd", "secret", "token", "key", "credential", "auth", "dsn", "contra"),
    *("_pat", "_sas"),
)
_IN_TEXT = (*_SIGNS, "login", "-u")

_WORDS = _Late(r"[A-Za-z]+\d{0,3}(?:[_\-. /:,]+(?:[A-Za-z]+\d{0,3}|\d{1,4}))*+\Z")
_NO_DIGITS = _Late(r"[^\W\d]+(?:[_\-. /:,]+[^\W\d]+)*+\Z")
_UUID = _Late(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_TEMPLATE = _Late(
    r"[<{\[(%$]|(.)\1*\Z|[\d.,:\- ]*\Z|(?:your|my|insert|enter|replace|put|add)[ _\-]"
    r"|(?:none|null|true|false|str|string|required|optional|example|password|passwd"
    r"|secret|token|api[ _\-]?key|key|changeme|todo|default|missing|redacted)\Z"
    r"|https?://|[a-z]:\\|.*<redacted>",
    re.IGNORECASE,
)
_ASKS = _Late(r".*[:?.!…,;)]\s*\Z|.{100}", re.DOTALL)


@lru_cache(4096)
def _tells(name: str) -> int:
    """Tell how much a name says of what it holds."""
    spelled = _CAMEL.sub("_", name[-200:]).lower()
    if _PASSWORDS.search(spelled):
        level = _PASSWORD
    elif _STRONGS.search(spelled):
        level = _STRONG
    elif _HINTS.search(spelled):
        level = _STRONG if name.isupper() and "TOKEN" in name and "_" in name else _HINT
        level = _KEY if _KEYS.search(spelled) or spelled == "key" else level
    else:
        return _NONE
    return _NONE if _NOT_SECRET.search(spelled) else level


@lru_cache(4096)
def is_secret_name(name: str) -> bool:
    """Tell whether a name may say that what it holds is a credential."""
    lowered = name.lower()
    return any(sign in lowered for sign in _SIGNS) and _tells(name) > _NONE


def names_credential(name: str, value: str) -> bool:
    """Tell whether a value is a credential by what its name says."""
    return is_secret_name(name) and _accepts(_tells(name), value)


def is_memorable(value: str) -> bool:
    """Tell whether a credential is such that hardly anything else reads like it."""
    kinds = (
        any(map(str.islower, value))
        + any(map(str.isupper, value))
        + any(map(str.isdigit, value))
        + (not value.isalnum())
    )
    return kinds > 1 and not (len(value) < 20 and _NO_DIGITS.match(value))


def _accepts(level: int, value: str, *, is_quoted: bool = True) -> bool:
    """Tell whether a value beside a name that tells so much is a credential."""
    if level == _NONE or len(value) < 4 or _TEMPLATE.match(value):
        return level == _PASSWORD and len(value) >= 4 and value.isdigit() and is_quoted
    if any(map(str.isspace, value)):
        return level == _PASSWORD and not _ASKS.match(value)
    if value[0] in "/~." and all(
        not part or _WORDS.match(part) for part in value.lstrip("~.").split("/")
    ):
        return False  # a path
    is_mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    if level == _KEY:
        return is_mixed and _is_random(value)
    if level == _HINT:
        return is_mixed and (not _WORDS.match(value) or _is_random(value))
    return is_quoted or (is_mixed and len(value) >= 6) or _is_random(value)


def _is_random(value: str) -> bool:
    """Tell whether a value is long and has no words in it."""
    if len(value) < 16 or _WORDS.match(value) or _UUID.match(value):
        return False
    shares = [value.count(letter) / len(value) for letter in set(value)]
    return -sum(share * math.log2(share) for share in shares) >= 3.0


# --- in a text ------------------------------------------------------------------------

_TELLING = (
    *("pass", "pwd", "contrase", "secret", "token", "key", "credential", "auth", "dsn"),
    *("pat", "sas"),
)
_WORD = (
    r"(?:pass|pwd|contrase|secret|token|key|credential|auth|dsn"
    r"|pat(?![a-z])|sas(?![a-z]))"
)
_CLOSE = r"(?:\\{0,2}[\"'`]|&quot;|&#0?39;|&#x27;)?"
_LINE_SPACE = r"[ \t]{0,20}+"
# Within the lower-cased text, from the telling word on.
_NAMED = _Late(
    rf"{_WORD}[a-z0-9_.\-]{{0,60}}+(?P<close>{_CLOSE})\]?{_LINE_SPACE}"
    r"(?:(?P<sep>[!=]?==?>?|:=|:(?!:)(?:[ \t]{0,8}[a-z_][a-z0-9_.|\[\] ]{0,60}?=(?!=))?"
    rf"|<-)|(?P<comma>,)|(?P<cell></t[hd]>\s{{0,20}}+<td[^<>]{{0,200}}+>))\s{{0,20}}+"
    r"\(?\s{0,20}+"
)
_STRING = _Late(
    r"[rbuf]{0,2}"
    r"(?:\"\"\"(?P<a>(?:[^\"\\]|\\.|\"(?!\"\")){1,4000}+)\"\"\""
    r"|'''(?P<b>(?:[^'\\]|\\.|'(?!'')){1,4000}+)'''"
    r"|\"(?P<c>(?:[^\"\\\n]|\\.){1,4000}+)\""
    r"|'(?P<d>(?:[^'\\\n]|\\.){1,4000}+)'"
    r"|\\{1,2}\"(?P<e>[^\"\\\n]{1,4000}+)\\{1,2}\""
    r"|\\{1,2}'(?P<f>[^'\\\n]{1,4000}+)\\{1,2}'"
    r"|(?:&quot;|&#0?39;|&#x27;)(?P<g>[^&<\n]{1,4000}+)(?:&quot;|&#0?39;|&#x27;))",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = ("'", '"', ";", "`")  # of which &quot; ends with one
_JOINED = _Late(r"\s{0,80}+(?:\+\s{0,80}+)?")
_BARE = _Late(r"(?P<a>[^\s'\"`<>{}()\[\],;&|\\=]{4,2000}+={0,3}+)(?![(\[])")
_OF_NAMES = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
)
_IN_STRING = _Late(r"(?:[?&;\"'`]|[=][^\s,()'\"=]{1,200} {1,4})\s?\Z")
# Where nothing is quoted: magics, shell lines, the files they write. Looked for behind
# an end of a line, which a search finds at once.
_SHELL = _Late(
    r"\n[ \t]*+(?:[%!]|export |set |setx |env |curl |docker |mysql |psql |[A-Z_]+=).*+"
)
_SHELL_CELL = _Late(r"\s*+%%(?:bash|sh|script|system|sx|cmd|writefile|file|zsh|!)\b")
_OPTION = _Late(
    rf"(?P<name>[A-Za-z0-9_.\-]{{0,60}}{_WORD}[A-Za-z0-9_.\-]{{0,60}}+)"
    r"[ \t]{1,8}(?P<value>[^\s'\"<>|;-][^\s'\"<>|;]{3,4000}+)",
    re.IGNORECASE,
)
_LOGIN = _Late(
    r"(?:(?P<key>\blogin)|(?<!\S)(?:-u|--user))[ \t]{1,8}"
    r"(?(key)|[^\s:'\"]{1,100}+:)(?P<value>[^\s'\"<>|;:-][^\s'\"<>|;:]{5,4000}+)"
)
_PAIR = _Late(
    r"\b(?:auth|HTTPBasicAuth|login)\s{0,4}=?\s{0,4}\(\s{0,20}(?P<first>[\"'])"
    r"[^\"'\\\n]{1,200}+(?P=first)\s{0,20},\s{0,20}(?P<quote>[\"'])"
    r"(?P<value>[^\"'\\\n]{4,400}+)(?P=quote)\s{0,20}\)"
)

_Found = tuple[int, int]


def redact_named(text: str, *, is_code: bool) -> tuple[str, list[str]]:
    """Return `text` without values beside telling names, and those values.

    In code a bare word is an expression; elsewhere it may be the value itself.
    """
    lowered = text.lower()
    for sign in _IN_TEXT:
        if sign in lowered:
            break
    else:
        return text, []
    if len(lowered) != len(text):  # "İ" has two characters in lower case
        lowered = "".join(c.lower() if c.isascii() else c for c in text)
    spans = sorted(_find(text, lowered, is_code=is_code))
    found: list[str] = []
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        if start < end:
            continue
        parts += [text[end:start], PLACEHOLDER]
        found.append(text[start:stop])
        end = stop
    return ("".join([*parts, text[end:]]), found) if found else (text, found)


def _find(text: str, lowered: str, *, is_code: bool) -> Iterator[_Found]:
    bare = _find_shell(text)
    for match in _find_named(lowered):
        name, began = _whole_name(text, match.start(), match.start("close"))
        level = _tells(name)
        if level == _NONE:
            continue
        at = match.end()
        if match["comma"]:
            if not match["close"] or text[began - 1 : began] not in _QUOTES:
                continue
            level = _KEY
        if match["cell"]:
            bare_here = True
        else:
            bare_here = not is_code or any(a <= began < b for a, b in bare)
        if string := _STRING.match(text, at):
            yield from _find_strings(text, string, level)
        elif not match["comma"] and (word := _BARE.match(text, at)):
            if not _accepts(level, word["a"], is_quoted=level == _PASSWORD):
                continue  # nor would it anywhere
            is_said = bool(_IN_STRING.search(text, max(0, began - 210), began))
            if (bare_here or is_said) and _accepts(
                level, word["a"], is_quoted=level == _PASSWORD and is_said
            ):
                yield word.span("a")
    for start, stop in bare:
        for pattern in (_OPTION, _LOGIN):
            for match in pattern.finditer(text, start, stop):
                said = match.groupdict()
                level = _KEY if said.get("key") else _STRONG
                if pattern is _OPTION:
                    level = _tells(said["name"].lstrip("-"))
                if _accepts(level, match["value"], is_quoted=False):
                    yield match.span("value")
    if "auth" in lowered or "login" in lowered:
        for match in _PAIR.finditer(text):
            if _accepts(_PASSWORD, match["value"]):
                yield match.span("value")


def _find_named(lowered: str) -> Iterator[re.Match[str]]:
    """Find what `_NAMED` finds, at the words that it begins with.

    They are looked for as plain text: that is several times faster than by a pattern
    whose first letter may be one of many.
    """
    places: list[int] = []
    find = lowered.find
    for word in _TELLING:
        at = find(word)
        while at >= 0:
            places.append(at)
            at = find(word, at + 1)
    end = 0
    for at in sorted(places):
        if at >= end and (match := _NAMED.match(lowered, at)):
            end = match.end()
            yield match


def _find_shell(text: str) -> list[_Found]:
    if "%" not in text and "!" not in text and "=" not in text:
        return []
    if _SHELL_CELL.match(text):
        return [(0, len(text))]
    # One more character in front, one less of it in each match.
    return [(m.start(), m.end() - 1) for m in _SHELL.finditer("\n" + text)]


def _whole_name(text: str, start: int, stop: int) -> tuple[str, int]:
    """Return the name around the telling word, and where it begins."""
    began, least = start, max(0, start - 60)
    while began > least and text[began - 1] in _OF_NAMES:
        began -= 1
    return text[began:stop].strip("-."), began


def _find_strings(text: str, string: re.Match[str], level: int) -> Iterator[_Found]:
    """Find the value of a string, and of those that are joined to it."""
    following: re.Match[str] | None = string
    spans: list[_Found] = []
    while following is not None and len(spans) < 50:
        group = following.lastgroup or "a"
        spans.append(following.span(group))
        gap = _JOINED.match(text, following.end())
        following = _STRING.match(text, gap.end()) if gap else None
    if _accepts(level, "".join(text[start:stop] for start, stop in spans)):
        yield from spans
