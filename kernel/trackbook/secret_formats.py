"""Credentials of exact formats: one table, by which kernel and server agree.

Formats only, no guesses by entropy: code that is given back must still run. It knows
strings, not notebooks. Most are one long run of few characters, so that clean text
costs one look for such runs. Each pattern begins with a literal, which is searched for
first, and counts without going back, so that no text takes long.

The formats are facts that their issuers publish; detect-secrets has most of them:
https://github.com/Yelp/detect-secrets/tree/master/detect_secrets/plugins
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

PLACEHOLDER = "<redacted>"


@dataclass(frozen=True, slots=True)
class Span:
    """One replaced value: where its placeholder is in the stored text."""

    kind: str
    start: int
    length: int


# kind: literals that a token begins with, and what follows them
_TOKENS: tuple[tuple[str, str, str], ...] = (
    ("AWS access key", "AKIA ASIA ABIA ACCA", r"[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("AWS access key", "A3T", r"[0-9A-Z]{17}(?![0-9A-Za-z])"),
    ("AWS Bedrock key", "ABSK", r"[A-Za-z0-9+/]{100,160}+={0,2}"),
    (
        "GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_",
        r"[A-Za-z0-9_]{36,255}+(?:\.[A-Za-z0-9_-]{8,2048}+){0,2}",
    ),
    ("GitHub token", "github_pat_", r"[A-Za-z0-9_]{40,255}"),
    (
        "GitLab token",
        "glpat- gldt- glft- glsoat- glrt- glcbt- glimt- glptt- glagent- gloas-"
        " glffct- GR1348941",
        r"[A-Za-z0-9_.-]{20,1024}",
    ),
    (
        "Slack token",
        "xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-",
        r"(?=[A-Za-z%.-]{0,40}+[0-9])[A-Za-z0-9%.-]{10,250}",
    ),
    (
        "webhook",
        "hooks.slack.com/services/ hooks.slack.com/workflows/"
        " hooks.slack.com/triggers/",
        r"[A-Za-z0-9_/]{20,200}",
    ),
    (
        "webhook",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        r"[0-9]{10,25}/[A-Za-z0-9_-]{40,100}",
    ),
    ("Anthropic key", "sk-ant-", r"[A-Za-z0-9_-]{20,250}"),
    # Digits and capitals, or 32 and more together, tell a key from such words as
    # sk-learn-based-something-long.
    (
        "OpenAI key",
        "sk-",
        r"(?!ant-)(?:(?=[A-Za-z_-]{0,200}+[0-9])(?=[a-z0-9_-]{0,200}+[A-Z])"
        r"[A-Za-z0-9_-]{20,250}|(?:or-v1-)?(?=[a-z]{0,60}+[0-9])[a-z0-9]{32,128})",
    ),
    ("Google key", "AIza", r"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    ("Google OAuth secret", "GOCSPX-", r"[A-Za-z0-9_-]{28}"),
    ("Google OAuth token", "ya29.", r"[A-Za-z0-9_.-]{20,1024}"),
    ("Google OAuth token", "1//0", r"[A-Za-z0-9_-]{40,512}"),
    ("Hugging Face token", "hf_ api_org_", r"[A-Za-z0-9]{30,100}(?![A-Za-z0-9_])"),
    (
        "Stripe key",
        "sk_live_ sk_test_ rk_live_ rk_test_ whsec_",
        r"[A-Za-z0-9+/=]{24,250}",
    ),
    ("Twilio key", "AC SK", r"[0-9a-f]{32}(?![0-9A-Za-z])"),
    ("SendGrid key", "SG.", r"[A-Za-z0-9_-]{16,32}+\.[A-Za-z0-9_-]{16,64}"),
    ("npm token", "npm_", r"[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
    ("PyPI token", "pypi-", r"[A-Za-z0-9_-]{50,1024}"),
    ("Databricks token", "dapi dkea dose", r"[0-9a-f]{32}(?:-[0-9]+)?(?![0-9A-Za-z])"),
    (
        "JSON web token",
        "eyJ",
        r"[A-Za-z0-9_-]{8,8192}+\.[A-Za-z0-9_-]{8,65536}+\.[A-Za-z0-9_-]{8,65536}+"
        r"(?:\.[A-Za-z0-9_-]{8,65536}+){0,2}",
    ),
    ("Square token", "sq0csp- sq0atp-", r"[A-Za-z0-9_-]{22,60}"),
    ("Artifactory token", "AKCp cmVmdGtu", r"[A-Za-z0-9]{50,120}"),
    ("Softlayer key", "api.softlayer.com/soap/", r"v3(?:\.1)?/[a-z0-9]{64}"),
    ("Alibaba key", "LTAI", r"[A-Za-z0-9]{16,30}(?![A-Za-z0-9])"),
    ("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[0-9a-f]{64}"),
    ("Shopify token", "shpat_ shpss_ shpca_ shppa_", r"[0-9A-Fa-f]{32}"),
    ("Atlassian token", "ATATT3 ATCTT3 ATBB", r"[A-Za-z0-9_=-]{28,400}"),
    ("Docker token", "dckr_pat_ dckr_oat_", r"[A-Za-z0-9_-]{27,60}"),
    ("Grafana token", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    ("Vault token", "hvs. hvb.", r"[A-Za-z0-9_-]{24,300}"),
    ("Linear key", "lin_api_", r"[A-Za-z0-9]{40}"),
    ("Notion token", "ntn_", r"[A-Za-z0-9]{40,60}(?![A-Za-z0-9_])"),
    ("Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    ("New Relic key", "NRAK-", r"[A-Z0-9]{27}"),
    ("Groq key", "gsk_", r"[A-Za-z0-9]{48,60}(?![A-Za-z0-9_])"),
    ("Replicate token", "r8_", r"[A-Za-z0-9]{37}(?![A-Za-z0-9_])"),
    ("Perplexity key", "pplx-", r"[A-Za-z0-9]{40,60}"),
    ("xAI key", "xai-", r"[A-Za-z0-9]{70,90}"),
    ("Pinecone key", "pcsk_", r"[A-Za-z0-9_]{50,100}"),
    ("NVIDIA key", "nvapi-", r"[A-Za-z0-9_-]{60,80}"),
    ("LangSmith key", "lsv2_pt_ lsv2_sk_", r"[0-9a-f]{32}_[0-9a-f]{10}"),
    ("Tavily key", "tvly-", r"(?:dev-|prod-)?[A-Za-z0-9]{20,60}"),
    ("W&B key", "wandb_v1_", r"[A-Za-z0-9_]{40,120}"),
    ("Kaggle token", "KGAT_", r"[0-9a-f]{32}"),
    ("Supabase token", "sbp_", r"[0-9a-f]{40}"),
    ("Prefect key", "pnu_ pnb_", r"[A-Za-z0-9]{36}(?![A-Za-z0-9_])"),
    ("age key", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
)

_PEM = r"(?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
_KEY_LINES = r"(?:(?:\s|\\[nr\\]|[\"',]){0,64}+[A-Za-z0-9+/=]{16,4096}+){0,2000}+"

# kind: a literal of it, and what follows; group 1 is what is replaced, all where there
# is none
_SHAPES: tuple[tuple[str, str, str], ...] = (
    # Where its end is missing, all lines that look like a part of it.
    (
        "private key",
        "-----BEGIN ",
        rf"{_PEM}(?:(?:[^-]|-(?!----)){{0,20000}}+-----END {_PEM}|{_KEY_LINES})",
    ),
    ("private key", "Private-Lines: ", rf"[0-9]{{1,4}}({_KEY_LINES})"),
    ("Azure key", "AccountKey=", r"([A-Za-z0-9+/=]{20,200})"),
    ("Azure key", "SharedAccessKey=", r"([A-Za-z0-9+/=]{20,200})"),
    ("Azure key", "sig=", r"([A-Za-z0-9%+/=]{40,200})"),
    ("npm token", ":_authToken=", r"([^\s\"'<>${}]{8,1024})"),
    # A password may hold an @ of its own; words that stand for one are none.
    (
        "URL password",
        "://",
        r"([^\s/:@'\"{}<>\[\]()\\$%]{0,256}+:"
        r"(?!(?:password|passwd|pass|pwd|secret|token|\*{1,64}|x{1,64}|\.{1,64})@)"
        r"[^\s/@'\"{}<>\[\]\\]{1,256}+(?:@[^\s/@'\"{}<>\[\]:\\,]{1,64}(?=@)){0,3}+)"
        r"@(?=[\w.-]|\[)",
    ),
    (
        "URL token",
        "://",
        r"((?=[A-Za-z_-]{0,256}+[0-9])[A-Za-z0-9_-]{20,256}+)@(?=[\w.-])",
    ),
    *(
        (
            "bearer token",
            scheme,
            r"((?=[A-Za-z_.~+/=-]{0,256}+[0-9])[A-Za-z0-9_.~+/=-]{16,8192})",
        )
        for scheme in ("Bearer ", "bearer ")
    ),
    (
        "authorization",
        "uthorization",
        r"[\"'\\]{0,3}\s{0,4}[:=,]\s{0,4}[\"'\\]{0,3}(?:[Bb]asic|[Tt]oken)\s{1,4}"
        r"([A-Za-z0-9+/=_.-]{8,8192})",
    ),
)

_AZURE = "[A-Za-z0-9/+]"

# kind: what comes before the literal and how long it is, the literal, what follows
_CENTRED: tuple[tuple[str, str, int, str, str], ...] = (
    *(
        ("Azure key", _AZURE, 76, literal, r"[A-Za-z0-9/+]{4,5}[AQgw]={1,2}")
        for literal in ("+ASt", "+AMC", "+ARm", "ACDb", "AIoT", "+AEh")
    ),
    ("Azure key", "[A-Za-z0-9]", 52, "JQQJ99", r"[A-Za-z0-9]{24,60}"),
    ("Azure key", "[A-Za-z0-9]", 42, "AzSe", r"[A-D][A-Za-z0-9]{5}(?![A-Za-z0-9])"),
    ("Azure key", "[A-Za-z0-9]", 76, "AZDO", r"[A-Za-z0-9]{4}(?![A-Za-z0-9])"),
    *(
        (
            "Azure client secret",
            "[A-Za-z0-9_~.-]",
            3,
            f"{digit}Q~",
            r"[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])",
        )
        for digit in ("7", "8")
    ),
    *(
        ("Telegram token", "[0-9]", length, ":AA", r"[A-Za-z0-9_-]{33}(?![\w-])")
        for length in (8, 9, 10)
    ),
    ("Mailchimp key", "[0-9a-f]", 32, "-us", r"[0-9]{1,2}(?![0-9A-Za-z-])"),
    *(
        (
            "Discord token",
            "[MNO][A-Za-z0-9_-]",
            length,
            ".",
            r"[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![\w-])",
        )
        for length in (23, 24, 25)
    ),
)

_Row = tuple[str, str, str, int]
"""Kind, literal, pattern, and how many characters before the match belong to it."""

_LEAST = 7
"""No credential, with what tells it, is shorter: a URL's password of one letter."""

_RUN = 15
"""No token is shorter: xoxb- and ten characters."""

_IN_RUN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+=%~:"
"""What tokens are made of."""

_APART = bytes(byte if byte in _IN_RUN else 32 for byte in range(256))
_ALIKE = bytes(97 if byte in _IN_RUN else 32 for byte in range(256))
_A_RUN = b"a" * _RUN
"""What the shortest run is once its characters are made alike."""


def _starts(literal: str) -> str:
    """Return a pattern of the literal where a word starts.

    An escape may be before it: `\n`, `\x1b[31m`, `\u0026`, `%20`.
    """
    literal = re.escape(literal)
    before = "|".join(
        f"(?<={escape}{literal})"
        for escape in (
            r"\\[abfnrtv]",
            r"[0-9;\[]m",
            r"\\u[0-9a-fA-F]{4}",
            "%[0-9A-F]{2}",
        )
    )
    return f"{literal}(?:(?<![A-Za-z0-9_]{literal})|{before})"


def _token_rows() -> Iterator[_Row]:
    for kind, literals, tail in _TOKENS:
        for literal in literals.split():
            yield kind, literal, _starts(literal) + tail, 0


def _shape_rows() -> Iterator[_Row]:
    for kind, literal, tail in _SHAPES:
        yield kind, literal, re.escape(literal) + tail, 0


def _centred_rows() -> Iterator[_Row]:
    for kind, body, length, literal, tail in _CENTRED:
        lead, _, repeated = body.rpartition("[")
        before = f"(?<={lead}[{repeated}{{{length}}}{re.escape(literal)})"
        width = length + (1 if lead else 0)
        # What follows is told first: it is looked at more quickly.
        yield kind, literal, f"{re.escape(literal)}(?={tail}){before}{tail}", width


_BY_SHAPE = tuple(_shape_rows())
_BY_RUN = tuple(
    (row, row[1].encode(), max(_RUN, row[3] + len(row[1])))
    for row in (*_token_rows(), *_centred_rows())
)
"""Rows that match within a run, each with its literal and the least such a run has."""

_compile = cache(re.compile)
_TAIL = re.compile(f"-----END {_PEM}")
_KEY_LINE = re.compile(
    r"[ \t\"',]{0,64}+[A-Za-z0-9+/=]{1,4096}+(?:\\[nr]|[ \t\"',\r]){0,64}"
)


def _find_tails(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the ends of keys whose beginning was cut off."""
    if "-----END " not in text:
        return
    for match in _TAIL.finditer(text):
        start = match.start()
        while (line := text.rfind("\n", 0, start - 1) + 1) < start:
            is_last = start == match.start()  # which may be short
            if not _KEY_LINE.fullmatch(text, line, start - 1) or not (
                is_last or start - line > 16
            ):
                break
            start = line
        if start < match.start():
            yield start, -match.end(), "private key"


def _list_likely(text: str) -> list[_Row]:
    """Return the rows that may match somewhere."""
    likely = [row for row in _BY_SHAPE if row[1] in text]
    data = text.encode("utf-8", "replace")
    if _A_RUN in data.translate(_ALIKE):
        words = data.translate(_APART).split()
        runs = [word for word in words if len(word) >= _RUN]
        together = b" ".join(runs)
        longest = max(map(len, runs))
        likely += [
            row
            for row, literal, least in _BY_RUN
            if longest >= least and literal in together
        ]
    return likely


def redact_exact(text: str) -> tuple[str, list[Span]]:
    """Replace credentials of exact formats by PLACEHOLDER; say where it stands."""
    spans: list[Span] = []
    parts: list[str] = []
    end = length = 0
    for start, stop, kind in find_exact(text):
        parts += [text[end:start], PLACEHOLDER]
        length += start - end
        spans.append(Span(kind, length, len(PLACEHOLDER)))
        length += len(PLACEHOLDER)
        end = stop
    if not spans:
        return text, spans
    return "".join([*parts, text[end:]]), spans


def find_exact(text: str) -> list[tuple[int, int, str]]:
    """Return where credentials of exact formats begin and end, and their kinds."""
    if len(text) < _LEAST:  # as most strings of a document are
        return []
    found = [
        (match.start(group) - back, -match.end(group), kind)
        for kind, _, pattern, back in _list_likely(text)
        for match in _compile(pattern).finditer(text)
        for group in (match.lastindex or 0,)
    ]
    merged: list[tuple[int, int, str]] = []
    for start, stop, kind in sorted([*found, *_find_tails(text)]):
        if merged and start < merged[-1][1]:  # two that overlap are one value
            begun, end, first = merged[-1]
            merged[-1] = (begun, max(end, -stop), first)
        else:
            merged.append((start, -stop, kind))
    return merged
