"""What looks like a credential to a hasty reader and is none."""

import base64
import hashlib
import json
import random
import uuid
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]


def make_clean(seed: int = 0) -> dict[str, str]:
    """Texts of notebooks, each of which must stay as it is."""
    rng = random.Random(seed)
    data = rng.randbytes(60_000)
    digests = [
        hashlib.new(kind, data).hexdigest() for kind in ("md5", "sha1", "sha256")
    ]
    ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(50)]
    picture = base64.b64encode(data).decode()
    array = np.random.default_rng(seed)
    found = {
        "digests": "\n".join(f"{digest}  model.bin" for digest in digests),
        "commits": "\n".join(f"commit {d[:40]}\nMerge: {d[:7]}" for d in digests),
        "uuids": "\n".join(f"run_id = {i}\ntrace: {i}" for i in ids),
        "integrity": f"sha512-{base64.b64encode(data[:64]).decode()}",
        "picture": picture,
        "picture in html": f'<img src="data:image/png;base64,{picture}">',
        "picture in lines": "\n".join(
            picture[i : i + 76] for i in range(0, len(picture), 76)
        ),
        "array": repr(array.random((40, 8))),
        "integers": repr(array.integers(0, 10**12, (40, 8))),
        "bytes": repr(data[:5000]),
        "long name": "a_very_long_function_name_" * 8 + "(x)",
        "certificate": "-----BEGIN CERTIFICATE-----\n"
        + picture[:640]
        + "\n-----END CERTIFICATE-----",
        "public key": "-----BEGIN PUBLIC KEY-----\n"
        + picture[:320]
        + "\n-----END PUBLIC KEY-----",
        "progress": "\n".join(
            f"{i}%|█████ | {i}/100 [00:0{i % 9}<00:01]" for i in range(99)
        ),
        "packages": json.dumps(
            {"token-bucket": "0.3.0", "detect-secrets": "1.5.0", "keyring": "25.7.0"}
        ),
    }
    for number, text in enumerate(CODE):
        found[f"code {number}"] = text
    for number, text in enumerate(SHOWN):
        found[f"shown {number}"] = text
    for path in sorted((ROOT / "examples").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(notebook["cells"]):
            found[f"{path.name} {number}"] = "".join(cell["source"])
    for path in sorted((ROOT / "kernel" / "trackbook").glob("*.py")):
        found[path.name] = path.read_text(encoding="utf-8")
    return found


CODE = [
    "from sklearn.model_selection import cross_val_score\n"
    "scores = cross_val_score(clf, X, y, cv=5, scoring='accuracy')\n",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')\n"
    "tokens = tokenizer('hello world', return_tensors='pt')\n"
    "tokenizer.pad_token = tokenizer.eos_token\nmask_token = '[MASK]'\n",
    "max_new_tokens = 128\nbos_token = '<s>'\nunk_token='[UNK]'\nsep_token=\"</s>\"",
    "def tokenize(text: str, token: str = 'word') -> str:\n    return text.split()",
    "for token in doc:\n    print(f'{token.text:10} {token.pos_}')",
    "counts = Counter(token.lower() for token in tokens)\ncounts['token'] += 1",
    "df = df.rename(columns={'key': 'id', 'token': 'word'}).set_index('key')",
    "merged = left.merge(right, on='customer_key', how='left')",
    "df.sort_values(key=lambda s: s.str.lower(), by='primary_key')",
    "METRIC_KEY = 'val_loss'\nTIME_KEY = 'time'\nSTATE_KEY = 'observations'",
    "rng_key = jax.random.PRNGKey(0)\nkey, subkey = jax.random.split(rng_key)",
    "key = 'accuracy'\nbest_key = max(scores, key=scores.get)\nkey = 'model_v2_best'",
    "password = getpass.getpass('Password: ')\napi_key = os.environ['OPENAI_API_KEY']",
    "password = input('Enter your password: ')",
    "login(user, password=password)\nclient = Client(api_key=api_key, token=token)",
    "api_key = userdata.get('HF_TOKEN')\nsecret = load_secret('db')",
    "url = f'postgresql://{user}:{password}@{host}:5432/{name}'",
    "url = 'postgresql://' + user + ':' + password + '@' + host",
    "engine = create_engine('postgresql://user:password@localhost/db')",
    "API_KEY = '<your api key>'\nTOKEN = 'your-token-here'\nPASSWORD = '********'",
    "OPENAI_API_KEY = '${OPENAI_API_KEY}'\nsecret = '{{ secret }}'\npwd = '%s'",
    "GOOGLE_APPLICATION_CREDENTIALS = '/home/ada/keys/service.json'",
    "parser.add_argument('--token', help='the token to use', default=None)",
    "assert response.json()['token_type'] == 'bearer'",
    "TOKEN_URL = 'https://example.org/oauth/token'\ntoken_file = '~/.token'",
    "SECRET_NAME = 'prod/db'\nsecret_id = 'projects/1/secrets/db/versions/latest'",
    "import secrets\nnonce = secrets.token_hex(16)",
    "sk_test_split = train_test_split\nsk_model_selection_cross_validation_score = 1",
    "pip install sk-learn-extra-something-very-long-and-lower-case",
    "git clone git@github.com:ada/repository.git",
    "df = pd.read_csv('https://example.org:8080/data@2x/file.csv')",
    "disk-cache-directory-name-that-is-really-quite-long-2024-01-01",
    "model = 'mistralai/Mistral-7B-Instruct-v0.2'\nrev = 'a1b2c3d4e5f6a7b8c9d0'",
    "x[12345678:ABCDEFGH]\nprint('AC/DC', 'SK-II', 'ASIA PACIFIC')",
    "plt.plot(x, y, 'k--', label='auth rate')\nauthor = 'Ada Lovelace 1843'",
    "compass = 'north'\nsecretary = 'Bob'\nmonkey = 'chimp22'\nkeyboard = 'qwerty12'",
    "passes = 'two'\nforward_pass = 'ok'\nn_passes = '12'\nbypass = 'yes22'",
    "{'accessToken': None, 'password': '', 'secret': True}",
]

SHOWN = [
    "Token count: 512\nTokens per second: 43.2\nkey: value\n",
    "loss: 0.123 - accuracy: 0.98 - auc: 0.99 - val_loss: 0.2\n",
    "token: the\ntoken: cat\ntoken: ##ing\n[CLS] token: [SEP]\n",
    "{'token': 'Paris', 'score': 0.99, 'entity': 'LOC', 'key': 'a1'}",
    "Signature: connect(host: str, password: str | None = None, token: str = '')",
    "password : str, optional\n    The password of the user.\nsecret : bool\n",
    "<td>token</td><td>count</td><td>key</td><td>word2vec</td>",
    "author: Ada\nauthority: none\nAuthorization required\n",
    "KeyError: 'user_token'\nKeyError: 'monkey_2'\n",
    "Password must have 8 characters, one digit; passwords: 3 of 5 changed\n",
    "Epoch 1/10\n1875/1875 [==============================] - 3s 2ms/step\n",
    "https://example.org/page?page=2&sort=name&sort_key=created_at#top",
    "CUDA available: True, device: NVIDIA A100-SXM4-40GB, driver 535.104.05",
    "RandomForestClassifier(max_depth=5, n_estimators=100, random_state=42)",
    "index   key      token   freq\n0       a12      the     1042\n1  b13  cat  17\n",
]
