"""What restoring a run's notebook would mean now. Only looks."""

import asyncio
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlite_utils
from jupyter_core.utils import ensure_async

from trackbook.errors import NotANotebook
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import Environment, RestorePlan, Run
from trackbook_server.notebooks.copies import free_path, is_served
from trackbook_server.notebooks.requirements import build_lines
from trackbook_server.notebooks.restore import Restored, get_revision
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.notebooks.surroundings import (
    Present,
    compare_environment,
    compare_inputs,
    look_at,
)
from trackbook_server.store.run_details import find_kernel_environment

Place = Literal["notebook", "gone", "outside"]


class Managers(msgspec.Struct, frozen=True):
    """Of Jupyter's server: who knows files, kernels and their interpreters."""

    contents: Any
    kernels: Any
    kernel_specs: Any


def read_restore(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    run_id: str,
    which: str | None,
    kernel_id: str | None,
) -> tuple[Run, Restored, Environment | None]:
    """Return run, notebook, and what was recorded of the kernel's environment."""
    present = None if kernel_id is None else find_kernel_environment(db, kernel_id)
    return (
        get_whole_run(db, run_id),
        get_revision(db, blobs_dir, run_id, which),
        present,
    )


async def make_plan(
    managers: Managers,
    paths: ContentsPaths,
    found: tuple[Run, Restored, Environment | None],
    kernel_id: str | None,
    home: Path | None,
) -> RestorePlan:
    """Return the plan; `home` is named in shell lines where it is not the user's."""
    run, restored, recorded = found
    path = paths.to_contents(restored.info.notebook_path or run.notebook_path)
    environment = None
    if run.environment is not None:
        lines = build_lines(run.run_id, run.name, run.environment.python, home)
        kernel_name, sources = await asyncio.to_thread(
            read_kernel_and_sources, restored
        )
        present = (
            await _find_present(managers, kernel_id, kernel_name)
            if recorded is None
            else Present(recorded.executable, recorded.python, recorded.packages)
        )
        environment = await asyncio.to_thread(
            compare_environment, run.environment, present, sources, lines
        )
    return RestorePlan(
        run_id=run.run_id,
        run_name=run.name,
        run_number=run.number,
        revision=msgspec.structs.replace(
            restored.info, notebook_path=paths.to_contents(restored.info.notebook_path)
        ),
        lost=list(restored.lost),
        copy_path=await free_path(managers.contents, paths, restored),
        notebook_path=path,
        place=None if path is None else await place_of(managers.contents, path),
        environment=environment,
        inputs=await asyncio.to_thread(compare_inputs, run.inputs),
    )


async def place_of(contents: Any, path: str) -> Place:
    """Return whether a notebook's file is there; `path` is the contents manager's."""
    if not is_served(contents, path):
        return "outside"
    return "notebook" if await ensure_async(contents.file_exists(path)) else "gone"


def read_kernel_and_sources(restored: Restored) -> tuple[str | None, list[str]]:
    """Return the kernel that the notebook names, and its sources."""
    try:
        document = restored.document
    except NotANotebook:  # it is given back as it is
        return None, []
    spec = document.get("metadata", {}).get("kernelspec")
    name = spec.get("name") if isinstance(spec, dict) else None
    return (
        name if isinstance(name, str) else None,
        [cell.get("source", "") for cell in document["cells"]],
    )


async def _find_present(
    managers: Managers, kernel_id: str | None, kernel_name: str | None
) -> Present | None:
    """Return what the interpreter of a kernel has on disk; None where none is known.

    The running kernel's, else that of the kernel which the notebook names.
    """
    if kernel_id is not None and kernel_id in managers.kernels:
        kernel_name = managers.kernels.get_kernel(kernel_id).kernel_name
    specs = await ensure_async(managers.kernel_specs.get_all_specs())
    argv = specs.get(kernel_name, {}).get("spec", {}).get("argv")
    if not argv or not Path(argv[0]).is_absolute():
        return None
    return await asyncio.to_thread(look_at, argv[0])
