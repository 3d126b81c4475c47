"""`trackbook doctor`: the home, versions, what is enabled, what is wrong."""

import json
import platform
import sqlite3
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import msgspec
import sqlite_utils
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_config_path, jupyter_path
from rich.text import Text

from trackbook.blobs import blob_path
from trackbook.errors import HomeError
from trackbook.paths import blobs_dir, database_path, journals_dir
from trackbook_server.cli.common import (
    home_path,
    make_console,
    open_home,
    options,
    print_json,
    say_bytes,
)
from trackbook_server.cli.tables import make_table
from trackbook_server.notebooks.soundness import list_damage
from trackbook_server.store.blob_names import list_named
from trackbook_server.store.filesystem import is_network_path
from trackbook_server.store.queries import count_for_status

_PACKAGES = ("trackbook", "jupyterlab", "jupyter-server", "ipykernel", "nbclient")
_KERNEL_SECONDS = 20
_PROBE = "import trackbook; print(getattr(trackbook, '__version__', ''))"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at; `cure` is None where all is well."""

    what: str
    says: str
    cure: str | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook doctor --json` prints."""

    healthy: bool
    home: str
    versions: dict[str, str | None]
    findings: list[Finding]


@click.command()
@options
def doctor(as_json: bool, home: Path | None) -> None:
    """Say what is in use, what is wrong and what mends it.

    The exit code is 1 when something is wrong.
    """
    where = home_path(home)
    findings = [
        *_look_at_home(where),
        _look_at_server_extension(),
        _look_at_labextension(),
        *_look_at_kernels(),
    ]
    healthy = all(finding.cure is None for finding in findings)
    diagnosis = Diagnosis(
        healthy=healthy, home=str(where), versions=_versions(), findings=findings
    )
    if as_json:
        print_json(diagnosis)
    else:
        _print(diagnosis)
    raise SystemExit(0 if healthy else 1)


def _print(diagnosis: Diagnosis) -> None:
    console = make_console()
    table = make_table("", "", "")
    table.show_header = False
    table.add_row(Text("home"), Text(diagnosis.home), Text(""))
    for name, found in diagnosis.versions.items():
        table.add_row(Text(name), Text(found or "not installed here"), Text(""))
    for finding in diagnosis.findings:
        mark = Text("ok", "green") if finding.cure is None else Text("!!", "red")
        table.add_row(Text(finding.what), Text(finding.says), mark)
    console.print(table)
    for finding in diagnosis.findings:
        if finding.cure is not None:
            console.print(Text(f"{finding.what}: {finding.cure}"), soft_wrap=True)


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {
        "python": f"{platform.python_version()} ({sys.executable})",
        "sqlite": sqlite3.sqlite_version,
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def _look_at_home(home: Path) -> list[Finding]:
    try:
        with open_home(home) as opened:
            _, run_count, bad_count = opened.database.read(count_for_status).result()
            bad_lines = opened.database.read(_list_bad_lines).result()
            named = opened.database.read(list_named).result()
            damage = opened.database.read(list_damage, blobs_dir(home)).result()
            owner = opened.describe_owner()
    except HomeError as error:
        return [Finding(what="home", says="can't be used", cure=str(error))]
    network = is_network_path(home)
    findings = [
        Finding(what="runs", says=f"{run_count:,}"),
        Finding(what="written by", says=owner or "this command, no server is running"),
        Finding(
            what="disk",
            says="shared over a network; one host writes, with a rollback journal"
            if network
            else "local",
        ),
        Finding(what="size", says=_sizes(home)),
        _look_at_blobs(home, named),
        _look_at_notebooks(*damage),
    ]
    if bad_count:
        findings.append(
            Finding(
                what="journal lines",
                says=f"{bad_count:,} could not be applied: {bad_lines}",
                cure="they are kept. If a newer trackbook wrote them, upgrade this "
                "one; else they are damage, and nothing else is lost.",
            )
        )
    else:
        findings.append(Finding(what="journal lines", says="all were applied"))
    return findings


def _look_at_blobs(home: Path, named: set[str]) -> Finding:
    folder = blobs_dir(home)
    missing = sorted(name for name in named if not blob_path(folder, name).is_file())
    if not missing:
        return Finding(what="blobs", says=f"{len(named):,}, none is missing")
    return Finding(
        what="blobs",
        says=f"{len(missing):,} of {len(named):,} are missing, as {missing[0][:12]}",
        cure="large outputs, artifacts or documents can't be shown. Copy the folder "
        f"{folder} back from a backup.",
    )


def _look_at_notebooks(count: int, damaged: list[str]) -> Finding:
    if not damaged:
        return Finding(what="notebooks", says=f"{count:,} revisions, all are sound")
    names = ", ".join(name[:12] for name in damaged[:3])
    return Finding(
        what="notebooks",
        says=f"{len(damaged):,} of {count:,} revisions are damaged, as {names}",
        cure="what is damaged is marked in its place, the rest comes back. Copy the "
        "home back from a backup to have it whole.",
    )


def _list_bad_lines(db: sqlite_utils.Database) -> str:
    rows = db.execute(
        "select kind, count(*), min(reason) from bad_lines group by kind "
        "order by 2 desc"
    ).fetchall()
    return "; ".join(f"{count} {kind} ({reason[:80]})" for kind, count, reason in rows)


def _sizes(home: Path) -> str:
    parts = (
        ("database", [database_path(home)]),
        ("journals", list(journals_dir(home).glob("*"))),
        ("blobs", list(blobs_dir(home).glob("*/*"))),
    )
    return ", ".join(
        f"{name} {say_bytes(sum(p.stat().st_size for p in paths if p.is_file()))}"
        for name, paths in parts
    )


def _look_at_server_extension() -> Finding:
    """Read Jupyter's configuration as the server does; the last word counts."""
    enabled = False
    for folder in reversed(jupyter_config_path()):
        files = [
            *sorted(Path(folder, "jupyter_server_config.d").glob("*.json")),
            Path(folder, "jupyter_server_config.json"),
        ]
        for file in files:
            said = _read_json(file).get("ServerApp", {}).get("jpserver_extensions", {})
            enabled = said.get("trackbook_server", enabled)
    if enabled:
        return Finding(what="server extension", says="enabled")
    return Finding(
        what="server extension",
        says="not enabled",
        cure="run `jupyter server extension enable trackbook_server` in the "
        "environment that JupyterLab runs in, and restart it.",
    )


def _look_at_labextension() -> Finding:
    for folder in jupyter_path("labextensions"):
        found = Path(folder, "trackbook", "package.json")
        if found.is_file():
            says = f"{_read_json(found).get('version', '')} in {found.parent}"
            return Finding(what="JupyterLab extension", says=says)
    return Finding(
        what="JupyterLab extension",
        says="not installed",
        cure="install the package in JupyterLab's environment: pip install trackbook",
    )


def _look_at_kernels() -> list[Finding]:
    findings = []
    for name, spec in sorted(KernelSpecManager().get_all_specs().items()):
        argv = spec["spec"].get("argv") or []
        if spec["spec"].get("language") == "python" and argv:
            findings.append(_look_at_kernel(name, argv[0]))
    return findings


def _look_at_kernel(name: str, python: str) -> Finding:
    # Jupyter runs a bare `python` with its own interpreter.
    path = sys.executable if python in ("python", "python3") else python
    what = f"kernel {name}"
    try:
        answer = subprocess.run(
            [path, "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=_KERNEL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(what=what, says=f"can't start {path}", cure=str(error))
    if answer.returncode == 0:
        return Finding(what=what, says=f"trackbook {answer.stdout.strip()}")
    return Finding(
        what=what,
        says=f"no trackbook in {path}",
        cure=f"to record in it: {path} -m pip install trackbook-kernel",
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
