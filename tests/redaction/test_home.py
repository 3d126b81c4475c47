"""A notebook full of credentials runs in a real kernel; its home holds none."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
import zstandard
from click.testing import CliRunner
from nbclient import NotebookClient

from tests.notebooks.documents import code_cell, notebook, text_cell
from tests.redaction.corpus import make_addresses, make_secrets
from trackbook_server.cli import main
from trackbook_server.notebooks.document import render

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(180)]

ONCE_NAMED = "Zk4" + "mQ9xT2vB7nL5pR8w"
IN_ENVIRONMENT = "Qm2" + "wE5rT8yU1iO4pA7s"

SECRETS = make_secrets(7)
CELLS = [
    "import os, sys, html\nfrom IPython.display import HTML, JSON, display\nx = [1]",
    f"api_key = '{ONCE_NAMED}'\nlr = 0.1\nacc = 0.5 + lr",
    "print('key is', api_key, file=sys.stderr)\nprint('ab' + api_key[2:])",
    "print(os.environ['SERVICE_TOKEN'])\ndict(os.environ)['SERVICE_TOKEN']",
    "password = os.environ['SERVICE_TOKEN'][::-1]",
    "print(password)\ndisplay(HTML(f'<b>{html.escape(password)}</b>'))",
    "secrets_of_mine = {kind: text[::-1] for kind, text in BACKWARDS.items()}\n"
    "for value in secrets_of_mine.values():\n"
    "    for part in (value[:5], value[5:9], value[9:]):\n"
    "        sys.stdout.write(part)\n"
    "        sys.stdout.flush()\n"
    "    print()\n",
    "display(JSON({'found': list(secrets_of_mine.values())}))\n"
    "HTML('<p>' + '</p><p>'.join(secrets_of_mine.values()) + '</p>')",
    "print('\\n'.join(list(secrets_of_mine.values()) * 400))",
    "settings = dict(secrets_of_mine)\nimport trackbook\n"
    "trackbook.log_params(secrets_of_mine)\n"
    "trackbook.log_params({'deep': [{'x': [v]} for v in secrets_of_mine.values()]})\n"
    "trackbook.log_params({'long': 'word ' * 60_000 + api_key})\n"
    "trackbook.set_tags(secrets_of_mine)",
    "%track note {secrets_of_mine['GitHub token']}",
    "raise ValueError(f'no luck with {api_key} and {list(secrets_of_mine.values())}')",
]


def backwards(secrets: dict[str, str]) -> str:
    """Code in which no credential is to be found."""
    return repr({kind: secret[::-1] for kind, secret in secrets.items()})


def in_source(secrets: dict[str, str]) -> list[dict[str, Any]]:
    addresses = [address for address, _ in make_addresses().values()]
    lines = [f"v{n} = {s!r}" for n, s in enumerate([*secrets.values(), *addresses])]
    long = "\n".join(lines) + "\n# " + "long words " * 30_000 + f"\nlast = {lines[0]!r}"
    return [code_cell("\n".join(lines), "all"), code_cell(long, "long")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose remote has a password in it; kernels that leave no trace."""
    for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("TRACKBOOK_SERVER", "1")
    monkeypatch.setenv("SERVICE_TOKEN", IN_ENVIRONMENT)
    monkeypatch.setenv("PYTHONPATH", ":".join(sys_path()))
    made = tmp_path / "repository"
    made.mkdir()
    remote, _ = make_addresses()["git remote"]
    for command in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", *command], cwd=made, check=True)
    return made


def sys_path() -> list[str]:
    root = Path(__file__).parents[2]
    return [str(root / "kernel"), str(root / "server_ext")]


def call(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    return json.loads(result.stdout) if result.stdout else result.output


def everything_in(home: Path) -> dict[str, bytes]:
    """The bytes of each file, what is compressed in the plain."""
    found: dict[str, bytes] = {}
    for path in sorted(home.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found[str(path.relative_to(home))] = data
            for number, match in enumerate(re.finditer(rb"\x28\xb5\x2f\xfd", data)):
                try:
                    plain = zstandard.ZstdDecompressor().decompressobj()
                    found[f"{path.name} {number}"] = plain.decompress(
                        data[match.start() :]
                    )
                except zstandard.ZstdError:
                    continue
    return found


def document() -> dict[str, Any]:
    cells = [code_cell(source, f"c{number}") for number, source in enumerate(CELLS)]
    cells.insert(0, code_cell(f"BACKWARDS = {backwards(SECRETS)}", "backwards"))
    noted = text_cell("\n\n".join(SECRETS.values()), "note")
    return notebook(noted, *in_source(SECRETS), *cells)


EXACT = [max(secret.splitlines(), key=len) for secret in SECRETS.values()]
EXACT += [secret for _, secret in make_addresses().values()]
NAMED = [ONCE_NAMED, IN_ENVIRONMENT, IN_ENVIRONMENT[::-1]]


def find_leaks(home: Path, values: list[str]) -> list[tuple[str, str, bytes]]:
    return [
        (value, name, data[max(0, at - 60) : at + 20])
        for name, data in everything_in(home).items()
        for value in values
        if (at := data.find(value.encode())) >= 0
    ]


def count_redacted() -> int:
    """Have the journals ingested; return how many values the runs say were replaced."""
    runs = call("runs")
    assert runs
    return sum(call("show", run["run_id"])["redacted_count"] for run in runs)


def test_nothing_that_a_kernel_records_holds_a_credential(
    folder: Path, trackbook_home: Path
) -> None:
    recorded = nbformat.from_dict(document())
    recorded.cells.insert(0, nbformat.v4.new_code_cell("%load_ext trackbook"))
    NotebookClient(
        recorded,
        timeout=120,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    assert IN_ENVIRONMENT in repr(recorded)
    assert count_redacted() > 2 * len(SECRETS)
    assert find_leaks(trackbook_home, EXACT + NAMED) == []


def test_nothing_that_is_kept_of_a_notebook_holds_a_credential_of_an_exact_format(
    folder: Path, trackbook_home: Path
) -> None:
    path = folder / "leaky.ipynb"
    path.write_bytes(render(document()))
    report = call("run", path)
    assert report["status"] == "failed", report
    assert count_redacted() > 2 * len(SECRETS)
    assert any(name.startswith("blobs") for name in everything_in(trackbook_home))
    assert find_leaks(trackbook_home, EXACT) == []
