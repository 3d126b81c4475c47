import pytest

from trackbook_server.notebooks.secrets import PLACEHOLDER, redact_exact

SECRETS = {
    "AWS access key": "AKIA" + "Q3EGRV7NTEYZ5ABC",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "Slack token": "xoxb-" + "123456789012-abcdefGHIJKL",
    "Anthropic key": "sk-ant-" + "api03-" + "Ab1_" * 8,
    "OpenAI key": "sk-" + "proj-" + "Ab1-" * 8,
    "Google key": "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "GitLab token": "glpat-" + "aB3_" * 5,
    "npm token": "npm_" + "aB3d" * 9,
    "PyPI token": "pypi-" + "aB3d" * 13,
    "Databricks token": "dapi" + "0a1b" * 8,
    "JSON web token": "eyJ" + "hbGciOiJI.eyJ" + "zdWIiOiIx.SflKxwRJSMeKKF2QT4",
    "Hugging Face token": "hf_" + "aB" * 17,
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMI\n-----END RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
def test_a_credential_is_replaced_and_located(kind: str, secret: str) -> None:
    text, spans = redact_exact(f"before = '{secret}'  # after")
    assert secret not in text
    [span] = spans
    assert span.kind == kind
    assert text[span.start : span.start + span.length] == PLACEHOLDER
    assert text.startswith("before = '")
    assert text.endswith("'  # after")


def test_several_are_located_in_the_stored_text() -> None:
    text, spans = redact_exact(" ".join([*SECRETS.values(), *SECRETS.values()]))
    assert len(spans) == 2 * len(SECRETS)
    for span in spans:
        assert text[span.start : span.start + span.length] == PLACEHOLDER


def test_the_password_of_a_url_goes_and_the_host_stays() -> None:
    text, _ = redact_exact("url = 'postgres://me:hunter2@db.example:5432/x'")
    assert text == "url = 'postgres://<redacted>@db.example:5432/x'"


@pytest.mark.parametrize(
    "code",
    [
        "clf.fit(X, y)",
        "sk-learn and sk-0 are no keys",
        "digest = '" + "0123456789abcdef" * 4 + "'",
        "f'https://{user}:{password}@{host}/'",
        "https://example.org/a:b/c@d",
        "git@github.com:owner/repo.git",
        "sk-learn-based-classifiers-are-no-keys",
        "AKIA is four letters",
    ],
)
def test_ordinary_code_is_left_alone(code: str) -> None:
    assert redact_exact(code) == (code, [])
