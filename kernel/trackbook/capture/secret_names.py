"""What names say: `password = "…"`, `HF_TOKEN: …`, and the values beside them."""

import re

from trackbook.secret_formats import PLACEHOLDER

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
_SIGNS = re.compile(r"(?i)pass|pwd|secret|token|api_?key|access_?key|credential")
_ASSIGNED = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(?P<mid>[\"']?\]?\s*[=:]\s*)"
    r"(?P<quote>[rbuf]{0,2}(?:'''|\"\"\"|'|\"))(?P<value>[^\n'\"]{4,}?)(?P=quote)"
)
# In magics and shell lines nothing is quoted: `%env TOKEN=abc`.
_COMMAND_LINES = re.compile(r"^[ \t]*[%!].*=.*$", re.MULTILINE)
_UNQUOTED = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(?P<mid>=)(?P<quote>)(?P<value>[^\s'\"<]{4,})"
)


def is_secret_name(name: str) -> bool:
    """Tell whether a name says that what it holds is a credential."""
    spelled = _CAMEL.sub("_", name)
    return bool(_NAMES.search(spelled)) and not _NOT_SECRET.search(spelled)


def names_credential(name: str, value: str) -> bool:
    """Tell whether a value is a credential by what its name says."""
    return bool(value) and is_secret_name(name)


def is_memorable(value: str) -> bool:
    """Tell whether a credential is such that nothing else reads like it."""
    return bool(value)


def redact_named(text: str, *, is_code: bool) -> tuple[str, list[str]]:
    """Return `text` without values beside telling names, and those values."""
    if not _SIGNS.search(text):
        return text, []
    found: list[str] = []

    def replace(match: re.Match[str]) -> str:
        if match["value"] == PLACEHOLDER or not is_secret_name(match["name"]):
            return match[0]
        found.append(match["value"])
        quote = match["quote"]
        end = quote.lstrip("rbuf")
        return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{end}"

    text = _ASSIGNED.sub(replace, text)
    text = _COMMAND_LINES.sub(lambda line: _UNQUOTED.sub(replace, line[0]), text)
    return text, found
