"""What builds an environment like a run's: requirements, and the lines for a shell.

Pure. Names and versions come from journals: what is no package's name is left out, so
that no line of the file can be an option of the installer.
"""

import os
import re
import shlex
from pathlib import Path

from trackbook_server.contract import Environment

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]*")
_PYTHON = re.compile(r"3\.\d{1,3}")
_OURS = ("trackbook", "trackbook-kernel")
_MAX_LABEL = 40


def write_requirements(run_name: str, environment: Environment) -> str:
    """Return the run's packages as a requirements file, each at its version."""
    lines = [
        f"# The packages of the run {_one_line(run_name)}, Python "
        f"{_one_line(environment.python) or 'unknown'}.",
        "# What was installed from a folder or an address may not be on the index.",
    ]
    for name, version in sorted(environment.packages.items()):
        pinned = f"{name}=={version}"
        if not (_NAME.fullmatch(name) and _VERSION.fullmatch(version)):
            lines.append(f"# left out: {_one_line(pinned)}")
        elif name in _OURS:
            lines.append(f"# {pinned}: install it as you did")
        else:
            lines.append(pinned)
    return "\n".join(lines) + "\n"


def label_of(run_name: str) -> str:
    """Return a run's name as a part of file names that no shell has to quote."""
    label = re.sub(r"[^a-z0-9.]+", "-", run_name.lower()).strip("-.")
    return label[:_MAX_LABEL].strip("-.") or "run"


def requirements_name(run_name: str) -> str:
    """Return what to call the run's requirements file."""
    return f"requirements-{label_of(run_name)}.txt"


def build_lines(
    run_id: str, run_name: str, python: str, home: Path | None
) -> tuple[list[str], list[str]]:
    """Return shell lines that build an environment beside the present one: uv's, pip's.

    `home` is named where it is not the user's own. A new kernel, named after the run,
    is added at the end.
    """
    label = label_of(run_name)
    folder, file = f".venv-{label}", requirements_name(run_name)
    bin_folder = f"{folder}/Scripts" if os.name == "nt" else f"{folder}/bin"
    found = _PYTHON.match(python)
    version = found[0] if found else "3"
    where = "" if home is None else f" --home {shlex.quote(str(home))}"
    write = f"trackbook restore {shlex.quote(run_id)} --requirements -o {file}{where}"
    kernel = f"{bin_folder}/python -m ipykernel install --user --name {label}"
    uv = [
        write,
        f"uv venv --python {version} {folder}",
        f"uv pip install --python {folder} -r {file}",
        kernel,
    ]
    pip = [
        write,
        f"python{version} -m venv {folder}",
        f"{bin_folder}/python -m pip install -r {file}",
        kernel,
    ]
    return uv, pip


def _one_line(text: str) -> str:
    return " ".join(text.split())
