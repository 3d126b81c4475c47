"""What looks like a credential never reaches the journal; code stays what it is."""

import pytest

from trackbook.capture.redaction import REDACTED, Redactor
from trackbook.capture.secret_names import is_secret_name
from trackbook.events import CellError, Param, ValuesRedacted

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ"

SECRETS = [
    "AKIAIOSFODNN7EXAMPLE",
    f"ghp_{LETTERS[:36]}",
    f"github_pat_{LETTERS}",
    "xoxb-123456789012-abcdefghijkl",
    f"sk-{LETTERS}",
    f"sk-proj-{LETTERS}",
    f"sk-ant-api03-{LETTERS}",
    f"AIza{LETTERS[:35]}",
    f"hf_{LETTERS[:34]}",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_credential_of_an_exact_format_is_replaced(secret):
    clean, count = Redactor().redact_text(
        f"client = connect({secret!r})  # {secret[:2]}"
    )
    assert count == 1
    assert secret not in clean
    assert clean.startswith("client = connect('")
    assert REDACTED in clean


def test_a_password_in_a_url_is_replaced_and_the_host_stays():
    clean, count = Redactor().redact_text(
        "engine('postgresql://ada:s3cret@db.example/x')"
    )
    assert clean == f"engine('postgresql://{REDACTED}@db.example/x')"
    assert count == 1


@pytest.mark.parametrize(
    "source",
    [
        "password = 'hunter22'",
        'API_KEY = "abc123def"',
        "os.environ['HF_TOKEN'] = 'something'",
        "login(client_secret='abcdef')",
        "config = {'dbPassword': 'hunter22'}",
    ],
)
def test_what_a_name_says_is_a_credential_is_replaced_in_code(source):
    clean, count = Redactor().redact_text(source)
    assert count == 1
    assert REDACTED in clean
    for value in ("hunter22", "abc123def", "something", "abcdef"):
        assert value not in clean


@pytest.mark.parametrize(
    "source",
    [
        "tokenizer = Tokenizer('bert')",
        "max_tokens = 'many'",
        "pad_token = '[PAD]'",
        "key = 'accuracy'",
        "monkey = 'chimp'",
        "x = sk - 3",
        "df = read('https://example.org/a@b')",
        "password = getpass()",
        "task-abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_what_is_no_credential_stays(source):
    assert Redactor().redact_text(source) == (source, 0)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("db_password", True),
        ("apiKey", True),
        ("openai.api_key", True),
        ("access_token", True),
        ("client_secret", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("n_tokens", False),
        ("max_tokens", False),
        ("tokenizer", False),
        ("secretary", False),
        ("compass", False),
    ],
)
def test_names_of_credentials(name, secret):
    assert is_secret_name(name) is secret


def test_params_errors_and_nested_values_are_cleaned():
    secret = SECRETS[1]
    clean, count = Redactor().redact_value(
        (
            Param("password", "hunter22"),
            Param("password_length", 8),
            Param("urls", ["http://a:b@c", {"token": "abc123def456", "x": secret}]),
        )
    )
    assert count == 4
    assert [param.value for param in clean] == [
        REDACTED,
        8,
        [f"http://{REDACTED}@c", {"token": REDACTED, "x": REDACTED}],
    ]
    error, count = Redactor().redact_value(
        CellError("E", f"bad {secret}", f"at {secret}")
    )
    assert count == 2
    assert secret not in error.message + error.traceback


def test_nothing_of_a_credential_in_a_cell_is_on_disk(run, journal, home):
    secret = SECRETS[1]
    run(f"api_key = 'plain-secret'\nurl = 'https://me:{secret}@example.org'")
    run(f"raise ValueError('{secret}')")
    run(f"%track tag who={secret}")
    run(f"%track param token={secret} password=plain-secret")
    run("%track new")
    run("x = [1]")
    counted = journal.of(ValuesRedacted)
    assert sum(event.count for event in counted) >= 6
    # The next run inherits some of them; they were counted when they were given.
    assert journal.runs()[-1] not in [event.run_id for event in counted]
    for path in (home / "journals").iterdir():
        text = path.read_text()
        assert secret not in text
        assert "plain-secret" not in text
