"""Every known credential is found in every place, and nothing else is."""

import ast
import time

import pytest

from tests.redaction.clean import make_clean
from tests.redaction.corpus import NAMED, in_places, make_addresses, make_secrets
from tests.tally import Mark
from trackbook import secret_formats
from trackbook.capture.redaction import REDACTED, Redactor
from trackbook_server.notebooks.secrets import redact_exact

SECRETS = make_secrets()
ADDRESSES = make_addresses()
CLEAN = make_clean()

FOUND = "secrets found"
FALSE = "taken for a secret, and none"


def longest_line(secret: str) -> str:
    return max(secret.splitlines(), key=len)


@pytest.mark.parametrize("kind", SECRETS)
def test_an_exact_format_is_found_everywhere(kind: str, mark: Mark) -> None:
    missed = []
    for place, (text, is_code) in in_places(SECRETS[kind]).items():
        clean, count = Redactor().redact_text(text, is_code=is_code)
        revision, spans = redact_exact(text)
        for side, kept in (("kernel", clean), ("revision", revision)):
            is_gone = longest_line(SECRETS[kind]) not in kept.replace("\\n", "\n")
            mark(FOUND, is_gone)
            if not is_gone:
                missed.append(f"{side}: {place}: {kept}")
        assert count >= 1 or missed
        assert spans or missed
    assert not missed


@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_address_keeps_its_host_only(kind: str, mark: Mark) -> None:
    address, secret = ADDRESSES[kind]
    for text in (
        f"connect({address!r})",
        f"remote: {address}\n",
        f'{{"url": "{address}"}}',
    ):
        for kept in (Redactor().redact_text(text)[0], redact_exact(text)[0]):
            mark(FOUND, secret not in kept)
            assert secret not in kept
            assert REDACTED in kept
    if "://" in address:
        assert address.rpartition("@")[2].split("sig=")[0][-20:] in kept


@pytest.mark.parametrize("place", NAMED)
def test_what_a_name_tells_is_found(place: str, mark: Mark) -> None:
    text, secret, is_code = NAMED[place]
    clean, count = Redactor().redact_text(text, is_code=is_code)
    mark(FOUND, secret not in clean)
    assert secret not in clean
    assert count >= 1


def test_nothing_clean_is_taken_for_a_credential(mark: Mark) -> None:
    wrong = []
    for name, text in CLEAN.items():
        is_wrong = False
        for kept in (
            Redactor().redact_text(text, is_code=True)[0],
            Redactor().redact_text(text)[0] if not name.startswith("code") else text,
            redact_exact(text)[0],
        ):
            if kept != text:
                is_wrong = True
                at = kept.index(REDACTED)
                wrong.append(f"{name}: {kept[max(0, at - 60) : at + 60]}")
        mark(FALSE, is_wrong)
    assert not wrong


def test_code_stays_code() -> None:
    for secret in SECRETS.values():
        for place in ("code", "triple quotes", "f-string", "comment"):
            text = in_places(secret)[place][0]
            if place == "triple quotes" or "\n" not in secret:
                ast.parse(Redactor().redact_text(text, is_code=True)[0])
                ast.parse(redact_exact(text)[0])
    for text, _, is_code in NAMED.values():
        if is_code and text[0] not in '!%"':
            ast.parse(Redactor().redact_text(text, is_code=True)[0])


@pytest.mark.parametrize("kind", SECRETS)
def test_no_row_is_ruled_out_that_would_match(kind: str, monkeypatch) -> None:
    secret = SECRETS[kind]
    texts = [
        f"{before}{secret[start:end]}{after}"
        for before, after in (("", ""), ("x='", "'\n"), ("\\n", ", é"), ("é", "."))
        for start in range(0, min(len(secret), 6))
        for end in range(start + 8, len(secret) + 1)
    ]
    fast = [redact_exact(text) for text in texts]
    rows = [*secret_formats._BY_SHAPE, *(row for row, _, _ in secret_formats._BY_RUN)]
    monkeypatch.setattr(
        secret_formats,
        "_list_likely",
        lambda text: [row for row in rows if row[1] in text],
    )
    assert [redact_exact(text) for text in texts] == fast


HOSTILE = [
    "sk-",
    "xsk-A1",
    "eyJ",
    ".eyJabcdefgh",
    "://",
    "://a:b",
    "://a:b@",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n",
    "sig=",
    "Bearer ",
    "uthorization: ",
    "SG.",
    "1//0",
    "a8Q~",
    ":AA",
    "a",
    ".",
    "'",
    "api_key=",
    "password",
    "token: '",
    "password=\\'",
    "token is here ",
    "token='abc' ",
    "auth=('",
    "auth=('a', '",
    "token=((((((",
    "token</td>",
    "%env token ",
    "export TOKEN ",
    "api_key='a1_' ",
    "token: a",
    "&quot;token",
]


@pytest.mark.timeout(300)
def test_no_line_takes_long() -> None:
    """Four times as much of the worst costs about four times as much."""

    def seconds(text: str) -> float:
        """Return the least CPU time of a few turns: one may meet a busy machine."""
        turns = []
        for _ in range(3):
            redactor = Redactor()
            began = time.thread_time()
            redactor.redact_text(text)
            turns.append(time.thread_time() - began)
        return min(turns)

    clean = seconds("loss 0.123 epoch 4/10, accuracy 0.9 of the words\n" * 6_000)
    for part in HOSTILE:
        whole = seconds(part * (300_000 // len(part)))
        quarter = seconds(part * (75_000 // len(part)))
        assert whole < 12 * quarter + 0.1, part
        assert whole < 100 * clean + 0.1, part
