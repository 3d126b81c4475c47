"""Whether a run's notebook explains its result: reads what `explain.py` asks for.

Only selects. What speaks for or against beside the code (git, inputs, secrets, what was
not recorded) is said here.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlite_utils

from trackbook.blobs import read_blob
from trackbook_server.contract import (
    Explanation,
    ExplanationReason,
    ReasonKind,
    RevisionInfo,
    Run,
    Severity,
)
from trackbook_server.notebooks.difference import language_of, read_frame
from trackbook_server.notebooks.document import from_canonical
from trackbook_server.notebooks.explain import explain
from trackbook_server.notebooks.pieces import get_manifest, load_readable
from trackbook_server.notebooks.plain_python import MAX_SOURCE
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.notebooks.secrets import PLACEHOLDER
from trackbook_server.notebooks.tellings import (
    Findings,
    History,
    Ran,
    SavedCell,
    cell_named,
)
from trackbook_server.store.rows import Row, rows

MAX_EXECUTIONS = 5_000
"""Of a kernel that executed more before the result, not all is looked at."""

MAX_REASONS = 12
_LATER = 500
_KEPT = 256
_GRAVITY: dict[Severity, int] = {"red": 0, "amber": 1, "unknown": 2, "note": 3}


@dataclass(slots=True)
class ExplanationMemory:
    """Keeps what was found, until a run changes. Shared by the reading threads."""

    _found: OrderedDict[Any, Explanation] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Any) -> Explanation | None:
        """Return what was kept under the key."""
        with self._lock:
            return self._found.get(key)

    def put(self, key: Any, found: Explanation) -> None:
        """Keep it; the oldest goes."""
        with self._lock:
            self._found[key] = found
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)


def get_explanation(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    run_id: str,
    memory: ExplanationMemory | None = None,
) -> Explanation:
    """Say whether a run's notebook explains its result. Raises RunNotFound."""
    return explain_run(db, blobs_dir, get_whole_run(db, run_id), memory)


def explain_run(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    run: Run,
    memory: ExplanationMemory | None = None,
) -> Explanation:
    """Say whether the notebook of a run that was read explains its result."""
    result = _find_result(db, run)
    executions = [] if result is None else _list_executions(db, result)
    revision = run.revisions[0].revision_id if run.revisions else None
    last = executions[-1] if executions else {}
    key = (run.run_id, run.change, revision, len(executions), repr(last))
    if memory is not None and (kept := memory.get(key)) is not None:
        return kept
    found = _Explained(db, blobs_dir, run, result, executions).run()
    if memory is not None:
        memory.put(key, found)
    return found


class _Explained:
    def __init__(
        self,
        db: sqlite_utils.Database,
        blobs_dir: Path,
        run: Run,
        result: Row | None,
        executions: Sequence[Row],
    ) -> None:
        self.db = db
        self.blobs_dir = blobs_dir
        self.run_ = run
        self.result = result
        self.executions = executions
        self.reasons: list[ExplanationReason] = []
        self.checked: list[str] = []
        self.language = "python"
        self.cell_count = 0

    def run(self) -> Explanation:
        revision = next(iter(self.run_.revisions), None)
        findings = Findings()
        if self.result is None:
            self.say("not_checked", "unknown", "No cell was executed in this run.")
        elif revision is None or revision.moment == "executed":
            self.say(
                "not_checked",
                "unknown",
                "The notebook was not captured: there is only what was executed.",
            )
        else:
            findings = self.compare(revision, self.result)
        self.look_around(findings)
        found = Findings(self.reasons)
        ordered = sorted(self.reasons, key=lambda one: _GRAVITY[one.severity])
        return Explanation(
            run_id=self.run_.run_id,
            verdict=found.verdict,
            revision_id=revision.revision_id if revision else None,
            revision_number=revision.number if revision else None,
            cell_count=self.cell_count,
            result=findings.result_cell,
            reasons=ordered[:MAX_REASONS],
            more_count=max(0, len(ordered) - MAX_REASONS),
            checked=self.checked,
            not_checked=[
                "files, network, clock and other processes",
                "packages and inputs as they are now",
            ],
            change=self.run_.change,
        )

    def compare(self, revision: RevisionInfo, result: Row) -> Findings:
        cells = list(self.saved_cells(revision.revision_id))
        if self.language not in ("python", "ipython"):
            self.say(
                "not_checked", "unknown", f"The code is {self.language}, not Python."
            )
            return Findings()
        if len(self.executions) > MAX_EXECUTIONS:
            self.say(
                "not_checked",
                "unknown",
                f"The kernel had executed more than {MAX_EXECUTIONS:,} cells.",
            )
            return Findings()
        ran = [self.as_ran(row, cells) for row in self.executions]
        index = [one.execution_id for one in ran].index(result["execution_id"])
        is_whole = self.say_gaps(index)
        main = self.run_.main_metric
        findings = explain(
            History(cells, ran, index, main.key if main else None, is_whole)
        )
        self.reasons += findings.reasons
        self.say_secrets(findings, cells)
        if findings.verdict in ("green", "unknown") and findings.result_cell:
            self.checked.append(
                f"{findings.executed} of {findings.in_order} cells up to the result "
                "ran as a run from the top would run them"
            )
        return findings

    # --- what is read ---------------------------------------------------------------

    def saved_cells(self, revision_id: str) -> Iterator[SavedCell]:
        """Yield the code cells of the revision; of no output anything is read."""
        manifest = get_manifest(self.db, revision_id)
        names = [cell.sha256 for cell in manifest.cells]
        bodies = load_readable(self.db, self.blobs_dir, {*names, manifest.frame})
        self.language = language_of(read_frame(manifest, lambda _: bodies)).lower()
        self.cell_count = len(names)
        for place, name in enumerate(names, 1):
            data = bodies.get(name)
            body = {} if data is None else from_canonical(data)
            if data is None:
                self.say("not_checked", "unknown", "A cell of the notebook is damaged.")
            if not isinstance(body, dict) or body.get("cell_type") != "code":
                continue
            source = body.get("source", "")
            source = "".join(map(str, source)) if isinstance(source, list) else source
            cell_id = body.get("id")
            yield SavedCell(
                place,
                cell_id if isinstance(cell_id, str) else None,
                source if isinstance(source, str) else "",
            )

    def as_ran(self, row: Row, cells: Sequence[SavedCell]) -> Ran:
        source = self.source_of(row)
        cell_id = row["cell_id"]
        if PLACEHOLDER in source:
            # The revision keeps what does not look like a secret by its form alone.
            for cell in cells:
                if cell.cell_id == cell_id and _is_but_for_secrets(source, cell.source):
                    source = cell.source
        return Ran(
            row["execution_id"],
            cell_id,
            source,
            row["status"],
            bool(row["before_recording"]),
            row["notebook_path"] in (None, self.run_.notebook_path)
            or self.run_.notebook_path is None,
        )

    def source_of(self, row: Row) -> str:
        if row["source_sha256"] is None:
            return str(row["source"])
        if (row["source_size_bytes"] or 0) > MAX_SOURCE:
            return " " * (MAX_SOURCE + 1)
        whole = read_blob(self.blobs_dir, row["source_sha256"])
        return str(row["source"]) if whole is None else whole.decode("utf-8", "replace")

    # --- what is said ---------------------------------------------------------------

    def say(self, kind: ReasonKind, severity: Severity, sentence: str) -> None:
        self.reasons.append(
            ExplanationReason(
                kind=kind, severity=severity, sentence=sentence, name=None, cells=[]
            )
        )

    def say_gaps(self, index: int) -> bool:
        """Say what the kernel executed unrecorded; return whether that was nothing."""
        counts = {
            row["execution_count"]
            for row in self.executions[: index + 1]
            if row["execution_count"] is not None
        }
        if not counts:
            return True
        missing = set(range(1, max(counts))) - counts
        between = [count for count in missing if count > min(counts)]
        if between:
            self.say(
                "not_checked",
                "unknown",
                f"{_count(len(between), 'cell')} ran without being recorded: "
                "skipped, or while recording was off.",
            )
        return not missing

    def say_secrets(self, findings: Findings, cells: Sequence[SavedCell]) -> None:
        last = findings.result_cell.place if findings.result_cell else None
        for cell in cells:
            if PLACEHOLDER not in cell.source or cell.place > (last or self.cell_count):
                continue
            named = cell_named(cell)
            self.reasons.append(
                ExplanationReason(
                    kind="secret",
                    severity="amber",
                    sentence=f"A secret was replaced in `{named.title}`: fill it in "
                    "before it runs.",
                    name=None,
                    cells=[named],
                )
            )

    def look_around(self, findings: Findings) -> None:
        """Say what else may make another result: git, inputs, failures of capture."""
        git = self.run_.environment.git if self.run_.environment else None
        modules = sorted(findings.used_modules)
        if git is None:
            if modules:
                named = ", ".join(f"`{name}`" for name in modules[:3])
                self.say(
                    "uncommitted",
                    "note",
                    f"Code outside the notebook ({named}) is in no git repository.",
                )
        elif git.get("dirty"):
            self.say(
                "uncommitted",
                "amber" if modules else "note",
                f"git {str(git.get('commit') or '(no commit)')[:9]} had changes that "
                "were not committed; the notebook itself may be one.",
            )
        elif git.get("dirty") is False and git.get("commit"):
            self.checked.append(f"git {git['commit'][:7]} clean")
        self.look_at_inputs()
        if self.run_.capture_failures:
            self.say(
                "not_checked",
                "unknown",
                "Something could not be recorded: "
                + self.run_.capture_failures[0].partition("\n")[0][:160],
            )

    def look_at_inputs(self) -> None:
        digests: dict[tuple[str, str], set[str]] = {}
        for one in self.run_.inputs:
            if one.digest:
                digests.setdefault((one.name, one.source), set()).add(one.digest)
        changed = [name for (name, _), found in digests.items() if len(found) > 1]
        for name in changed:
            self.say(
                "input_changed", "amber", f"The input `{name}` changed during the run."
            )
        if digests and not changed:
            self.checked.append(
                f"{_count(len(digests), 'input')} the same during the run"
            )


def _find_result(db: sqlite_utils.Database, run: Run) -> Row | None:
    """Return the execution that gave the main metric's last point, else the last."""
    main = run.main_metric
    wanted = {
        metric.execution_id
        for metric in run.metric_list
        if main and metric.key == main.key
    }
    ids = [one.execution_id for one in run.cell_executions]
    for execution_id in [*(each for each in wanted if each), *reversed(ids)]:
        found = rows(
            db,
            "select execution_id, writer_id, execution_order from cell_executions "
            "where execution_id = ?",
            (execution_id,),
        )
        if found:
            return found[0]
    return None


def _list_executions(db: sqlite_utils.Database, result: Row) -> list[Row]:
    """Return what the result's kernel executed: all up to it, and a few after."""
    found = (
        "select e.*, r.notebook_path from cell_executions e "
        "left join runs r using (run_id)"
    )
    upto = rows(
        db,
        f"{found} where e.writer_id = ? and (before_recording or execution_order <= ?) "
        "order by e.before_recording desc, execution_order, execution_id limit ?",
        (result["writer_id"], result["execution_order"], MAX_EXECUTIONS + 1),
    )
    if len(upto) > MAX_EXECUTIONS:
        return upto
    later = rows(
        db,
        f"{found} where e.writer_id = ? and not before_recording "
        "and execution_order > ? order by execution_order, execution_id limit ?",
        (
            result["writer_id"],
            result["execution_order"],
            min(_LATER, MAX_EXECUTIONS - len(upto)),
        ),
    )
    return upto + later


def _is_but_for_secrets(replaced: str, source: str) -> bool:
    """Say whether `replaced` is `source` with something replaced."""
    at = 0
    parts = replaced.split(PLACEHOLDER)
    if not source.startswith(parts[0]) or not source.endswith(parts[-1]):
        return False
    for part in parts:
        at = source.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _count(count: int, noun: str) -> str:
    return f"one {noun}" if count == 1 else f"{count:,} {noun}s"
