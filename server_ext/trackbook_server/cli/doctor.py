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

from trackbook.errors import HomeError, HomeNotWritable
from trackbook.paths import blobs_dir, database_path, journals_dir
from trackbook_server.care.examining import examine
from trackbook_server.care.examining import repair as mend_home
from trackbook_server.care.finding import Finding, Patient
from trackbook_server.care.salvage import WHAT as DATABASE
from trackbook_server.care.salvage import look_at_database, salvage
from trackbook_server.cli.common import (
    home_path,
    make_console,
    open_home,
    options,
    print_json,
    say_bytes,
)
from trackbook_server.cli.tables import make_table
from trackbook_server.store.filesystem import is_network_path
from trackbook_server.store.queries import count_for_status

_PACKAGES = ("trackbook", "jupyterlab", "jupyter-server", "ipykernel", "nbclient")
_KERNEL_SECONDS = 20
_PROBE = "import trackbook; print(getattr(trackbook, '__version__', ''))"


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook doctor --json` prints.

    `repaired`: what `--repair` did, by what it was about; `findings` come afterwards.
    """

    healthy: bool
    home: str
    versions: dict[str, str | None]
    findings: list[Finding]
    repaired: dict[str, str]


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended for certain.")
@click.option("--yes", is_flag=True, help="With --repair: do not ask before.")
@options
def doctor(repair: bool, yes: bool, as_json: bool, home: Path | None) -> None:
    """Say what is in use, what is wrong and what mends it.

    The exit code is 1 when something is wrong. With --repair, what is damaged is taken
    from the newest backup as far as that has it; nothing is deleted: what is replaced,
    or belongs to nothing, goes to the home's folder aside.
    """
    where = home_path(home)
    findings = _look_at_home(where)
    repaired: dict[str, str] = {}
    if repair and _agreed(findings, yes or as_json):
        # A database that was made anew shows what else is to be mended.
        while (done := _repair(where, findings)) and not done.keys() <= repaired.keys():
            repaired |= done
            findings = _look_at_home(where)
    findings = [
        *findings,
        _look_at_server_extension(),
        _look_at_labextension(),
        *_look_at_kernels(),
    ]
    healthy = all(finding.cure is None for finding in findings)
    diagnosis = Diagnosis(
        healthy=healthy,
        home=str(where),
        versions=_versions(),
        findings=findings,
        repaired=repaired,
    )
    if as_json:
        print_json(diagnosis)
    else:
        _print(diagnosis)
    raise SystemExit(0 if healthy else 1)


def _agreed(findings: list[Finding], yes: bool) -> bool:
    """Say what would be done, and ask."""
    wanted = [finding for finding in findings if finding.repair is not None]
    if not wanted or yes:
        return bool(wanted)
    for finding in wanted:
        click.echo(f"{finding.what}: {finding.says}\n  → {finding.repair}")
    return click.confirm("Do that?")


def _repair(home: Path, findings: list[Finding]) -> dict[str, str]:
    """Mend what can be; return what was done."""
    if any(one.what == DATABASE and one.repair is not None for one in findings):
        saved = salvage(home)
        tables = ", ".join(
            f"{name} ({read:,} rows read, {filled:,} from the backup)"
            for name, (read, filled) in saved.tables.items()
        )
        runs = ", ".join(saved.run_ids)
        return {
            DATABASE: f"made anew; hit were {tables or 'indexes only'}"
            + (f"; of the runs {runs}" if runs else "")
            + f". The damaged file is {saved.aside}"
        }
    if all(finding.repair is None for finding in findings):
        return {}
    with open_home(home) as opened:
        if not opened.owns:
            raise HomeNotWritable(
                f"the home {home} is in use by {opened.describe_owner()}. Stop it "
                "(close JupyterLab) and try again."
            )
        return mend_home(Patient(home, opened), findings)


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
        if finding.run_ids:
            runs = ", ".join(finding.run_ids)
            console.print(Text(f"  runs that are hit: {runs}"), soft_wrap=True)
    for what, done in diagnosis.repaired.items():
        console.print(Text(f"{what}: {done}", "green"), soft_wrap=True)


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
    database = look_at_database(home)
    if database.cure is not None:
        return [database]
    try:
        with open_home(home) as opened:
            _, run_count, bad_count = opened.database.read(count_for_status).result()
            bad_lines = opened.database.read(_list_bad_lines).result()
            owner = opened.describe_owner()
            checked = examine(Patient(home, opened))
    except HomeError as error:
        return [Finding(what="home", says="can't be used", cure=str(error))]
    network = is_network_path(home)
    return [
        Finding(what="runs", says=f"{run_count:,}"),
        Finding(what="written by", says=owner or "this command, no server is running"),
        Finding(
            what="disk",
            says="shared over a network; one host writes, with a rollback journal"
            if network
            else "local",
        ),
        Finding(what="size", says=_sizes(home)),
        database,
        *checked,
        Finding(
            what="journal lines",
            says=f"{bad_count:,} could not be applied: {bad_lines}",
            cure="they are kept, and their files in aside/journals. If a newer "
            "trackbook wrote them, upgrade this one; else they are damage, and nothing "
            "else is lost.",
        )
        if bad_count
        else Finding(what="journal lines", says="all were applied"),
    ]


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
