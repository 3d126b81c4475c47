"""Kernels in environments of their own, as people have them."""

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

KERNEL_PACKAGE = Path(__file__).parents[2] / "kernel"


@dataclass(frozen=True)
class Environment:
    """A virtual environment with ipykernel; `has_trackbook` with the kernel wheel."""

    python: Path
    has_trackbook: bool


def create_environment(folder: Path, *, has_trackbook: bool) -> Environment:
    """Create a virtual environment of ipykernel, and trackbook-kernel or not."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = ["ipykernel", *([str(KERNEL_PACKAGE)] if has_trackbook else [])]
    install(python, *wanted)
    return Environment(python, has_trackbook)


def install(python: Path, *wanted: str) -> None:
    """Install into that environment, and into no other."""
    command = [str(python), "-m", "pip", "install", "--quiet", *wanted]
    subprocess.run(command, check=True, env=clean_environment(), timeout=300)


def write_kernel_spec(
    data_dir: Path, name: str, python: Path | str, *, path: str = ""
) -> None:
    """Make a kernel of that interpreter known; `path` is its PYTHONPATH."""
    folder = data_dir / "kernels" / name
    folder.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name, "language": "python"}
    spec["env"] = {"PYTHONPATH": path}
    (folder / "kernel.json").write_text(json.dumps(spec))


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what names our own packages."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


HERE = sys.executable
