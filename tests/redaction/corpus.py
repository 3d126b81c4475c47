"""Credentials of every kind we know, in the places where people leave them.

Made of parts by code, so that no scanner of the repository takes them for real; random,
but the same each time.
"""

import base64
import json
import random
import string

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM = LOWER + UPPER + DIGITS
URLSAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"
HEX = DIGITS + "abcdef"


def make_secrets(seed: int = 0) -> dict[str, str]:
    """A credential of each exact format."""
    rng = random.Random(seed)

    def some(length: int, letters: str = ALNUM) -> str:
        # Not by chance without a digit or a capital: issuers' keys have both.
        body = [rng.choice(letters) for _ in range(length)]
        if letters in (ALNUM, URLSAFE, BASE64):
            body[length // 3], body[length // 2] = "7", "Q"
            body[0] = body[-1] = "x"
        return "".join(body)

    def web_token(part: dict[str, object]) -> str:
        text = json.dumps(part, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(text).decode().rstrip("=")

    def pem(kind: str) -> str:
        lines = "\n".join(some(64, BASE64) for _ in range(6))
        return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"

    private = "PRIVATE " + "KEY"
    jwt = ".".join(
        [
            web_token({"alg": "HS256", "typ": "JWT"}),
            web_token({"sub": "ada", "iat": 1516239022}),
            some(43, URLSAFE),
        ]
    )
    return {
        "AWS access key": "AKIA" + some(16, UPPER + "234567"),
        "AWS session key": "ASIA" + some(16, UPPER + "234567"),
        "GCP api key": "AIza" + some(35, URLSAFE),
        "GCP OAuth secret": "GOCSPX-" + some(28, URLSAFE),
        "GCP OAuth token": "ya29." + some(120, URLSAFE),
        "GCP private key": pem(private),
        "Azure storage key": some(76, BASE64) + "+ASt" + some(4) + "A==",
        "Azure OpenAI key": some(52) + "JQQJ99" + some(26),
        "Azure client secret": some(3) + "8Q~" + some(34, ALNUM + "_.-"),
        "GitHub token": "ghp_" + some(36),
        "GitHub app token": "ghs_" + some(36),
        "GitHub fine-grained token": "github_pat_" + some(22) + "_" + some(59),
        "GitLab token": "glpat-" + some(20, URLSAFE),
        "GitLab runner token": "glrt-" + some(27, URLSAFE),
        "Slack bot token": f"xoxb-{some(12, DIGITS)}-{some(13, DIGITS)}-{some(24)}",
        "Slack app token": f"xapp-1-A{some(10, UPPER)}-{some(13, DIGITS)}-{some(64)}",
        "OpenAI legacy key": "sk-" + some(20) + "T3BlbkFJ" + some(20),
        "OpenAI project key": "sk-proj-" + some(120, URLSAFE),
        "OpenRouter key": "sk-or-v1-" + "7" + some(63, HEX),
        "DeepSeek key": "sk-" + "7" + some(31, HEX),
        "Anthropic key": "sk-ant-" + "api03-" + some(93, URLSAFE) + "AA",
        "Hugging Face token": "hf_" + some(34),
        "Stripe key": "sk_" + "live_" + some(24),
        "Stripe webhook secret": "whsec_" + some(32),
        "Twilio key": "SK" + some(32, HEX),
        "SendGrid key": "SG." + some(22, URLSAFE) + "." + some(43, URLSAFE),
        "npm token": "npm_" + some(36),
        "PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + some(90, URLSAFE),
        "JSON web token": jwt,
        "Databricks token": "dapi" + some(32, HEX),
        "Square secret": "sq0csp-" + some(43, URLSAFE),
        "Telegram token": some(9, "123456789") + ":AA" + some(33, URLSAFE),
        "Mailchimp key": some(32, HEX) + "-us12",
        "Discord token": f"M{some(23)}.{some(6)}.{some(38)}",
        "Groq key": "gsk_" + some(52),
        "Replicate token": "r8_" + some(37),
        "NVIDIA key": "nvapi-" + some(64, URLSAFE),
        "LangSmith key": f"lsv2_pt_{some(32, HEX)}_{some(10, HEX)}",
        "DigitalOcean token": "dop_v1_" + some(64, HEX),
        "Docker token": "dckr_pat_" + some(27, URLSAFE),
        "Vault token": "hvs." + some(90, URLSAFE),
        "Artifactory token": "AKCp" + some(69),
        "Slack webhook": "hooks.slack.com/"
        + f"services/T{some(8)}/B{some(8)}/{some(24)}",
        "RSA key": pem("RSA " + private),
        "EC key": pem("EC " + private),
        "OpenSSH key": pem("OPENSSH " + private),
        "PGP key": pem("PGP " + private + " BLOCK"),
    }


def make_addresses(seed: int = 1) -> dict[str, tuple[str, str]]:
    """Addresses with a password in them: the address, and what must go."""
    rng = random.Random(seed)
    word = "".join(rng.choice(ALNUM) for _ in range(12))
    found = {
        "postgres": ("postgresql://ada:{}@db.example.org:5432/app", word),
        "sqlalchemy": ("mysql+pymysql://root:{}@127.0.0.1/x?charset=utf8", word),
        "mongodb": (
            "mongodb+srv://ada:{}@cluster0.abcde.mongodb.net/?w=majority",
            word,
        ),
        "redis": ("redis://:{}@cache.example.org:6379/0", word),
        "amqp": ("amqp://guest:{}@rabbit:5672/%2f", word),
        "basic auth": ("https://ada:{}@example.org/data.csv", word),
        "with an @": (
            "postgresql://ada:{}@db.example.org/app",
            f"{word[:6]}@{word[6:]}",
        ),
        "git remote": ("https://oauth2:{}@gitlab.example.org/team/repo.git", word),
        "Azure storage": (
            "DefaultEndpointsProtocol=https;AccountName=ada;AccountKey={};"
            "EndpointSuffix=core.windows.net",
            "".join(rng.choice(ALNUM) for _ in range(86)) + "==",
        ),
        "Azure SAS": (
            "https://ada.blob.core.windows.net/c?sv=2022-11-02&sr=c&sig={}",
            "".join(rng.choice(ALNUM) for _ in range(43)) + "%3D",
        ),
        "bearer": ("Authorization: Bearer {}", word * 3),
        "basic header": ("Authorization: Basic {}", word * 2),
    }
    return {
        kind: (text.format(secret), secret) for kind, (text, secret) in found.items()
    }


def in_places(secret: str) -> dict[str, tuple[str, bool]]:
    """Texts that hold a credential of an exact format, and whether they are code."""
    return {
        "code": (f"client = connect({secret!r}, timeout=3)", True),
        "triple quotes": (f'key = """{secret}"""\nx = 1', True),
        "bytes": (f"KEY = b'{secret}'", True),
        "f-string": (f'url = f"https://host/{{path}}?k={secret}&x={{x}}"', True),
        "comment": (f"# for now: {secret}\nx = 1", True),
        "magic": (f"%env SOMETHING={secret}", True),
        "shell": (f"!curl -H 'X-Auth: {secret}' https://example.org", True),
        "printed": (f"connected with {secret}.\nok\n", False),
        "repr": (repr({"first": [f"a\n{secret}"], "then": 2}), False),
        "coloured": (f"\x1b[31m{secret}\x1b[0m\n", False),
        "html": (f"<td>{secret}</td><td>2</td>", False),
        "json": (json.dumps({"a": [1, {"b": f"\t{secret}"}]}), False),
        "traceback": (
            'File "x.py", line 3, in <module>\n'
            f"    raise ValueError('bad {secret!s}')\nValueError: bad {secret}\n",
            True,
        ),
        "logged": (
            f"2026-01-01 12:00:00 INFO client: using {secret} (cached)\n",
            False,
        ),
        "query": (f"GET https://example.org/?a=1&x={secret}&b=2 200\n", False),
    }


PASSWORD = "hunter" + "22"
RANDOM = "Zk4" + "mQ9xT2vB7nL5pR8w"
NAMED: dict[str, tuple[str, str, bool]] = {
    # text, what must go, whether it is code
    "password": (f"password = '{PASSWORD}'", PASSWORD, True),
    "a keyword": (f"connect(user='ada', passwd=\"{PASSWORD}\")", PASSWORD, True),
    "pwd": (f"pwd='{PASSWORD}'", PASSWORD, True),
    "a dict": (
        f"conf = {{'user': 'ada', 'db_password': '{PASSWORD}'}}",
        PASSWORD,
        True,
    ),
    "camel case": (f'"clientSecret": "{RANDOM}"', RANDOM, True),
    "annotated": (f"api_key: str = '{RANDOM}'", RANDOM, True),
    "an environment": (f"os.environ['MY_TOKEN'] = '{RANDOM}'", RANDOM, True),
    "a default": (f"os.getenv('SERVICE_KEY', '{RANDOM}')", RANDOM, True),
    "a key": (f"wandb.login(key='{RANDOM}')", RANDOM, True),
    "upper case": (f"STABILITY_KEY = '{RANDOM}'", RANDOM, True),
    "joined": (f"api_key = ('{RANDOM[:9]}'\n    '{RANDOM[9:]}')", RANDOM[9:], True),
    "compared": (f"if password == '{PASSWORD}':\n    pass", PASSWORD, True),
    "a pair": (f"requests.get(url, auth=('ada', '{PASSWORD}'))", PASSWORD, True),
    "a magic": (f"%env API_TOKEN {RANDOM}", RANDOM, True),
    "an export": (f"!export OPENAI_API_KEY={RANDOM} && run", RANDOM, True),
    "an option": (f"!deploy --password {PASSWORD} --host x", PASSWORD, True),
    "a written file": (
        f"%%writefile .env\nDEBUG=1\nSECRET_KEY={RANDOM}\n",
        RANDOM,
        True,
    ),
    "a bash cell": (f"%%bash\nexport SECRET={RANDOM}\nrun", RANDOM, True),
    "curl": (f"!curl -u ada:{PASSWORD} https://example.org", PASSWORD, True),
    "odbc": (f"c = 'Server=x;Uid=ada;Pwd={PASSWORD};'", PASSWORD, True),
    "libpq": (
        f'connect("host=h user=ada password={PASSWORD} dbname=d")',
        PASSWORD,
        True,
    ),
    "a header": (f"headers = {{'X-Api-Key': '{RANDOM}'}}", RANDOM, True),
    "a query": (f"get('https://x.org/?page=2&api_key={RANDOM}')", RANDOM, True),
    "printed": (f"password: {PASSWORD}\n", PASSWORD, False),
    "printed env": (f"environ({{'X_SECRET': '{RANDOM}', 'A': 'b'}})", RANDOM, False),
    "printed assignment": (f"API_KEY={RANDOM}\n", RANDOM, False),
    "json in json": (json.dumps({"x": json.dumps({"api_key": RANDOM})}), RANDOM, False),
    "html repr": (f"{{&#x27;token&#x27;: &#x27;{RANDOM}&#x27;}}", RANDOM, False),
    "html table": (f"<td>password</td>\n<td>{PASSWORD}</td>", PASSWORD, False),
    "yaml": (f"db:\n  user: ada\n  password: {PASSWORD}\n", PASSWORD, False),
}
