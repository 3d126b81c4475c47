"""Credentials of exact formats, replaced in what a revision keeps.

Formats only, no guesses by entropy: a notebook that is given back must still run. It
knows strings, not notebooks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One replaced value: where its placeholder is in the stored text."""

    kind: str
    start: int
    length: int


Redact = Callable[[str], tuple[str, list[Span]]]
"""Takes a text; returns it with its secrets replaced, and where."""

PLACEHOLDER = "<redacted>"

# kind: (texts of which one is in every match, pattern)
_FORMATS: dict[str, tuple[tuple[str, ...], str]] = {
    "AWS access key": (("AKIA", "ASIA"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "GitHub token": (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b",
    ),
    "Slack token": (("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    "Slack webhook": (
        ("hooks.slack.com",),
        r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    ),
    "Anthropic key": (("sk-ant-",), r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    # A digit tells a key from words such as sk-learn-based-something-long.
    "OpenAI key": (
        ("sk-",),
        r"\bsk-(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{20,250}",
    ),
    "Google key": (("AIza",), r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    "Google OAuth secret": (("GOCSPX-",), r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    "Hugging Face token": (("hf_",), r"\bhf_[A-Za-z0-9]{30,}\b"),
    "GitLab token": (("glpat-",), r"\bglpat-[0-9A-Za-z_-]{20,}"),
    "npm token": (("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    "PyPI token": (("pypi-",), r"\bpypi-[A-Za-z0-9_-]{50,}"),
    "Databricks token": (("dapi",), r"\bdapi[0-9a-f]{32}\b"),
    "Azure key": (
        ("AccountKey=", "SharedAccessKey="),
        r"(?:(?<=AccountKey=)|(?<=SharedAccessKey=))[A-Za-z0-9+/=]{20,}",
    ),
    "JSON web token": (
        ("eyJ",),
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    ),
    "private key": (
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"[\s\S]{0,20000}?-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    ),
    "URL password": (
        ("://",),
        r"(?<=://)[^\s/:@'\"{}<>\[\]]{1,256}:[^\s/@'\"{}<>\[\]]{1,256}(?=@[\w.-])",
    ),
}
_PATTERNS = {
    kind: (hints, re.compile(pattern)) for kind, (hints, pattern) in _FORMATS.items()
}


def redact_exact(text: str) -> tuple[str, list[Span]]:
    """Replace credentials of exact formats by PLACEHOLDER."""
    matches = sorted(
        (match.start(), match.end(), kind)
        for kind, (hints, pattern) in _PATTERNS.items()
        # Looking for the hints first keeps megabytes of output cheap.
        if any(hint in text for hint in hints)
        for match in pattern.finditer(text)
    )
    spans: list[Span] = []
    parts: list[str] = []
    end = length = 0
    for start, stop, kind in matches:
        if start < end:
            continue
        parts += [text[end:start], PLACEHOLDER]
        length += start - end
        spans.append(Span(kind, length, len(PLACEHOLDER)))
        length += len(PLACEHOLDER)
        end = stop
    if not spans:
        return text, spans
    return "".join([*parts, text[end:]]), spans
