"""Blobs: missing, not what their name says, or named by nothing."""

import hashlib
import re
import time
from pathlib import Path
from typing import NamedTuple

import sqlite_utils

from trackbook.blobs import blob_path
from trackbook.paths import aside_dir, blobs_dir, ensure_private
from trackbook_server.care.finding import Check, Finding, Patient, some_runs
from trackbook_server.notebooks.spent import UNTOUCHED_SECONDS
from trackbook_server.store.blob_names import list_named

WHAT = "blobs"
_SHA256 = re.compile(rb"[0-9a-f]{64}")
_READ_BYTES = 1024 * 1024


class _State(NamedTuple):
    """What is wrong: names without a file, files that hold something else, and files
    that nothing names, nor will."""

    named: set[str]
    missing: list[str]
    wrong: list[Path]
    orphaned: list[Path]


def look(patient: Patient) -> Finding:
    """Compare what the store names with what is there, and each file with its name."""
    state = _find(patient)
    said, cures, repairs = [], [], []
    hit: set[str] = set()
    if state.wrong:
        said.append(f"{len(state.wrong):,} are not what was stored")
        repairs.append("put damaged files aside")
    if state.missing:
        said.append(
            f"{len(state.missing):,} of {len(state.named):,} are missing, "
            f"as {state.missing[0][:12]}"
        )
    lost = [*state.missing, *map(_name_of, state.wrong)]
    if lost:
        hit |= set(patient.home.database.read(_list_runs, lost).result())
        repairs.append("take back what lies in aside/")
        cures.append(
            "large outputs, artifacts or documents can't be shown. Copy the folder "
            f"{blobs_dir(patient.path)} back from a backup of the home."
        )
    if state.orphaned:
        size = sum(path.stat().st_size for path in state.orphaned)
        said.append(f"{len(state.orphaned):,} belong to nothing ({size / 1e6:,.1f} MB)")
        repairs.append("put aside what belongs to nothing")
        cures.append("what belongs to nothing takes room, and does no harm.")
    if not said:
        return Finding(what=WHAT, says=f"{len(state.named):,}, none is missing")
    return Finding(
        what=WHAT,
        says="; ".join(said),
        cure=" ".join(cures),
        run_ids=some_runs(hit),
        repair=", ".join(repairs),
    )


def mend(patient: Patient) -> str:
    """Put aside what is damaged or orphaned; take back what an earlier folder holds."""
    state = _find(patient)
    lost = [*state.missing, *map(_name_of, state.wrong)]
    for path in (*state.wrong, *state.orphaned):
        patient.put_aside(path)
    taken = sum(_take_back(patient.path, name) for name in lost)
    return (
        f"{len(state.wrong):,} damaged and {len(state.orphaned):,} spare files are in "
        f"{patient.aside}; {taken:,} came back, {len(lost) - taken:,} are missing"
    )


CHECK = Check(WHAT, look, mend)


def _find(patient: Patient) -> _State:
    folder = blobs_dir(patient.path)
    paths = {_name_of(path): path for path in folder.glob("??/*") if _is_blob(path)}
    named, known = patient.home.database.read(_list_names).result()
    oldest = time.time() - UNTOUCHED_SECONDS
    # A writer that another reads may name its blobs later; only who owns knows all.
    spare = set(paths) - known if patient.home.owns else set()
    temporary = [*folder.glob("*/.tmp-*"), *folder.glob(".tmp-*")]
    orphaned = [path for path in (*map(paths.get, spare), *temporary) if path]
    return _State(
        named=named,
        missing=sorted(named - set(paths)),
        wrong=[paths[name] for name in sorted(paths) if not _is_sound(paths[name])],
        orphaned=sorted(path for path in orphaned if path.stat().st_mtime < oldest),
    )


def _list_names(db: sqlite_utils.Database) -> tuple[set[str], set[str]]:
    """Return what the store names, and with it all that it may still name or that the
    sweep looks after."""
    named = list_named(db)
    known = named | {
        sha256
        for (sha256,) in db.execute(
            "select sha256 from captured_revisions union select sha256 from "
            "dropped_blobs"
        )
    }
    for (text,) in db.execute("select text from bad_lines"):
        # A newer version may apply the line, and then it names them.
        known |= {found.decode() for found in _SHA256.findall(bytes(text))}
    return named, known


def _list_runs(db: sqlite_utils.Database, names: list[str]) -> list[str]:
    """Return runs that name one of the blobs."""
    found: list[str] = []
    for name in names[:500]:
        found += [
            run_id
            for (run_id,) in db.execute(
                "select run_id from artifacts where sha256 = ?1 "
                "union select run_id from param_log where sha256 = ?1 "
                "union select run_id from cell_executions where source_sha256 = ?1 "
                "union select e.run_id from output_blobs o join cell_executions e "
                "using (execution_id) where o.sha256 = ?1 "
                "union select run_id from captured_revisions where sha256 = ?1",
                (name,),
            )
            if run_id is not None
        ]
    return found


def _take_back(home: Path, name: str) -> bool:
    """Put a sound file of that name back from `aside/`; say whether there was one."""
    for folder in sorted(aside_dir(home).glob("*/blobs")):
        kept = blob_path(folder, name)
        if kept.is_file() and _is_sound(kept):
            target = blob_path(blobs_dir(home), name)
            ensure_private(target.parent)
            kept.replace(target)
            return True
    return False


def _is_blob(path: Path) -> bool:
    return bool(_SHA256.fullmatch(_name_of(path).encode())) and path.is_file()


def _is_sound(path: Path) -> bool:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            digest.update(part)
    return digest.hexdigest() == _name_of(path)


def _name_of(path: Path) -> str:
    return path.parent.name + path.name
