"""What looks like a credential is replaced before it is written.

Pure, on text and on the fields of events. Exact formats only, no guesses by entropy, so
that code stays what it is.
"""

import re
from typing import Any

from trackbook.events import CellError, Event, Param, RunStarted

REDACTED = "<redacted>"

_NAMES = re.compile(
    r"(?:^|[._\-])(?:pass(?:word|wd|phrase)?|pwd|secrets?|tokens?|api_?keys?|apikey"
    r"|access_?key|secret_?key|private_?key|auth_?key|account_?key|credentials?"
    r"|connection_?string|conn_?str|dsn|bearer)(?:$|[._\-])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_SECRET = re.compile(
    r"(?:^|[._\-])(?:max|min|num|n|pad|eos|bos|unk|sep|cls|mask|new|special|vocab|stop)"
    r"[._\-]|[._\-](?:size|count|len|length|id|ids|type|limit|dim|name|path)$",
    re.IGNORECASE,
)
# Cheap signs that one of the formats below may be there at all.
_SIGNS = re.compile(
    r"A[KS]IA|gh[pousr]_|github_pat_|xox[abeoprs]-|sk-|AIza|eyJ|PRIVATE KEY|://[^\s/]*@"
    r"|glpat-|hf_|npm_|pypi-|dapi|SharedAccessKey|AccountKey"
    r"|(?i:pass|pwd|secret|token|api_?key|access_?key|credential)"
)
_FORMATS = re.compile(
    r"(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?"
    r"(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))"
    r"|(?P<url>(?<=://)[^\s/@:'\"]*:[^\s/@'\"]+(?=@))"
    r"|(?P<jwt>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})"
    r"|(?P<plain>\bA[KS]IA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36,255}\b"
    r"|\bgithub_pat_[A-Za-z0-9_]{40,255}\b"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"
    r"|\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,250}"
    r"|\bAIza[0-9A-Za-z_-]{35}"
    r"|\bglpat-[0-9A-Za-z_-]{20,}"
    r"|\bhf_[A-Za-z0-9]{30,}\b"
    r"|\bnpm_[A-Za-z0-9]{36}\b"
    r"|\bpypi-[A-Za-z0-9_-]{50,}"
    r"|\bdapi[0-9a-f]{32}\b)"
    r"|(?P<azure>(?<=AccountKey=)[A-Za-z0-9+/=]{20,}"
    r"|(?<=SharedAccessKey=)[A-Za-z0-9+/=]{20,})"
)
_ASSIGNED = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(?P<mid>[\"']?\]?\s*[=:]\s*)"
    r"(?P<quote>[rbuf]{0,2}(?:'''|\"\"\"|'|\"))(?P<value>[^\n'\"]{4,}?)(?P=quote)"
)


_TEXTS = frozenset(
    {"source", "error", "params", "tags", "git", "environment", "name", "experiment"}
)
"""The fields of events that may hold what a person wrote."""


_NUMBERS = frozenset({type(None), bool, int, float})

# In magics and shell lines nothing is quoted: `%env TOKEN=abc`.
_COMMAND_LINES = re.compile(r"^[ \t]*[%!].*=.*$", re.MULTILINE)
_UNQUOTED = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(?P<mid>=)(?P<quote>)(?P<value>[^\s'\"<]{4,})"
)


def is_secret_name(name: str) -> bool:
    """Tell whether a name says that what it holds is a credential."""
    spelled = _CAMEL.sub("_", name)
    return bool(_NAMES.search(spelled)) and not _NOT_SECRET.search(spelled)


def redact_text(text: str) -> tuple[str, int]:
    """Return `text` without credentials, and how many were replaced."""
    if not _SIGNS.search(text):
        return text, 0
    text, known = _FORMATS.subn(REDACTED, text)
    named = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal named
        if match["value"] == REDACTED or not is_secret_name(match["name"]):
            return match[0]
        named += 1
        quote = match["quote"]
        end = quote.lstrip("rbuf")
        return f"{match['name']}{match['mid']}{quote}{REDACTED}{end}"

    text = _ASSIGNED.sub(replace, text)
    text = _COMMAND_LINES.sub(lambda line: _UNQUOTED.sub(replace, line[0]), text)
    return text, known + named


def redact_value(value: Any, name: str = "") -> tuple[Any, int]:
    """Return a param's value without credentials; `name` may say that it is one."""
    if type(value) in _NUMBERS:
        return value, 0
    if type(value) is Param:
        if type(value.value) in _NUMBERS:
            return value, 0
        clean, count = redact_value(value.value, value.key)
        return (Param(value.key, clean, value.origin), count) if count else (value, 0)
    if name and is_secret_name(name) and value != REDACTED and value:
        return REDACTED, 1
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, (list, tuple)):
        kept, total = [], 0
        for item in value:
            clean, count = redact_value(item)
            kept.append(clean)
            total += count
        if not total:
            return value, 0
        return (tuple(kept) if isinstance(value, tuple) else kept), total
    if isinstance(value, dict):
        found = {key: redact_value(item, str(key)) for key, item in value.items()}
        total = sum(count for _, count in found.values())
        return {key: item for key, (item, _) in found.items()}, total
    if isinstance(value, CellError):
        message, first = redact_text(value.message)
        traceback, second = redact_text(value.traceback)
        return CellError(value.name, message, traceback), first + second
    return value, 0


def redact_document(value: Any) -> tuple[Any, int]:
    """Return a notebook's JSON without credentials of exact formats, and how many.

    What names say is left out of account here: a notebook must still run. Lines of a
    text are looked at together, because a key may stand on several.
    """
    if isinstance(value, str):
        return _FORMATS.subn(REDACTED, value) if _SIGNS.search(value) else (value, 0)
    if isinstance(value, list):
        if value and all(isinstance(line, str) for line in value):
            text, count = redact_document("".join(value))
            return (text.splitlines(keepends=True), count) if count else (value, 0)
        items = [redact_document(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        found = {key: redact_document(item) for key, item in value.items()}
        total = sum(count for _, count in found.values())
        return {key: item for key, (item, _) in found.items()}, total
    return value, 0


def redact_event(
    event_type: type[Event], fields: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    """Return an event's fields without credentials, and how many were replaced.

    What a run inherits was counted when it came into force.
    """
    total, is_clean = 0, True
    clean: dict[str, Any] = {}
    for key, value in fields.items():
        if value and key in _TEXTS:
            clean[key], count = redact_value(value)
            if count:
                is_clean = False
                if key != "params" or event_type is not RunStarted:
                    total += count
    return (fields, 0) if is_clean else ({**fields, **clean}, total)
