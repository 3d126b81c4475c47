"""The hooks into IPython: which cells run, and what they did.

The only place where an exception of ours could meet a cell, hence the one that catches
them all: a part that fails journals it, and switches itself off after some failures in
a row. What of a cell could be seen nevertheless is recorded.
"""

import ast
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from trackbook.capture.cell_errors import describe_error
from trackbook.capture.documents import Documents
from trackbook.capture.estimators import read_estimators
from trackbook.capture.facts import CellFacts
from trackbook.capture.guard import Failures, attempt
from trackbook.capture.histories import Histories, take_logged
from trackbook.capture.in_force import is_same
from trackbook.capture.outputs_doors import make_door
from trackbook.capture.probe import Probe, watch_loops
from trackbook.capture.readings import Readings, read
from trackbook.capture.scripts import NotebookScript, is_command
from trackbook.capture.settings import Settings
from trackbook.capture.skips import Skips
from trackbook.capture.states import ExecutionState, Intent, Outcome, Yield
from trackbook.capture.variables import collect, find_unbound
from trackbook.events import ExecutionStatus
from trackbook.recorder import Recorder
from trackbook.writer import say

# By name: importing asyncio takes as long as the rest of us.
_VALUES = frozenset(
    {type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set}
)
"""What holds no settings and is nothing that was fitted."""

_INTERRUPTS = frozenset({"KeyboardInterrupt", "CancelledError"})


class _Cell(msgspec.Struct, eq=False):
    """One cell between its two hooks; `began` is by the performance counter."""

    info: Any
    is_recorded: bool
    message_id: str | None = None
    execution: ExecutionState | None = None
    facts: CellFacts | None = None
    has_started: bool = False
    held: dict[str, Any] = {}
    shown: Any = None
    outputs_key: str | None = None
    probes: list[Probe] = []
    began: float = 0.0


class CellCapture:
    """Watches one shell's cells for a recorder, from `install` to `uninstall`."""

    def __init__(
        self, shell: Any, recorder: Recorder, skips: Skips | None = None
    ) -> None:
        self._shell = shell
        self._skips = skips or Skips()
        self.documents = Documents()
        self._script = NotebookScript(shell, self.pre_run_cell, self.post_run_cell)
        self._kernel = getattr(shell, "kernel", None)
        self._recorder = recorder
        self._door = make_door(shell, recorder.outputs)
        self._stacks: dict[int, list[_Cell]] = {}
        self._transform: Callable[[ast.AST], ast.AST] = shell.transform_ast
        self._failures = Failures(recorder.capture_failed, say)
        self._installed = False
        self._probe_count = 0
        self._histories = Histories()
        self._settings = Settings()
        self._readings = Readings()
        self.reads_loops = True

    def install(self) -> None:
        """Register the hooks; again does nothing."""
        if not self._installed:
            self._installed = True
            self._shell.events.register("pre_run_cell", self.pre_run_cell)
            self._shell.events.register("post_run_cell", self.post_run_cell)
            # Around the method, since an entry in `ast_transformers` would have IPython
            # walk the whole tree again, which takes longer than all that we do.
            self._script.install()
            self._transform = self._shell.transform_ast
            self._shell.transform_ast = self.transform_ast
            try:
                self._door.install()
                self._recorder.outputs.door = self._door
            except Exception as error:
                self._door.uninstall()
                self._recorder.outputs.failed(error)

    def uninstall(self) -> None:
        """Take the hooks away; what they were about to see is dropped."""
        if self._installed:
            self._installed = False
            self._recorder.outputs.pause()
            for stack in list(self._stacks.values()):
                if stack and stack[0].is_recorded and stack[0].has_started:
                    attempt(self._finish, stack[0], None, "ok", default=None)
            self._stacks.clear()
            self._script.uninstall()
            self._shell.events.unregister("pre_run_cell", self.pre_run_cell)
            self._shell.events.unregister("post_run_cell", self.post_run_cell)
            if vars(self._shell).get("transform_ast") == self.transform_ast:
                del self._shell.transform_ast
                if self._shell.transform_ast != self._transform:  # someone's, before us
                    self._shell.transform_ast = self._transform

    # --- the hooks ----------------------------------------------------------------

    def pre_run_cell(self, info: Any) -> None:
        """IPython is about to run a cell."""
        try:
            self._begin(info)
        except Exception as error:
            self._failures.failed("pre_run_cell", error)
            self._leave_out(info)

    def transform_ast(self, tree: ast.AST) -> ast.AST:
        """IPython has parsed code of a cell and runs it next; its loops get marks.

        The transformers of others come first. Where someone wrapped this method in turn
        it is called also after `uninstall`, and then only passes the tree on.
        """
        tree = self._transform(tree)
        if self._failures.call("transform_ast", self._read, tree) is None:
            self._failures.call("pre_run_cell", self._start_unread)
        return tree

    def post_run_cell(self, result: Any) -> None:
        """IPython has run a cell."""
        if self._recorder.notices:
            self._recorder.show_notices()
        try:
            self._end(result)
        except Exception as error:
            self._failures.failed("post_run_cell", error)

    def _leave_out(self, info: Any) -> None:
        """Let the cell that is about to run go unrecorded."""
        stack = self._stacks.setdefault(threading.get_ident(), [])
        if stack and stack[-1].info is info:
            stack[-1].is_recorded = False
        else:
            stack.append(_Cell(info, is_recorded=False))

    def _start_unread(self) -> None:
        """Journal the start of a cell whose code could not be read."""
        stack = self._stacks.get(threading.get_ident())
        if stack and stack[0].is_recorded and not stack[0].has_started:
            self._start(stack[0], None)

    # --- a cell -------------------------------------------------------------------

    def _begin(self, info: Any) -> None:
        began = time.perf_counter()
        thread = threading.get_ident()
        stack = self._stacks.get(thread)
        if stack is None:
            stack = self._stacks[thread] = []
        request = self._request()
        message_id = _message_id(request)
        # Of a cell whose end never came the request is over.
        if stack and stack[0].message_id not in (None, message_id):
            if stack[0].is_recorded:
                self._finish(stack[0], None, "aborted")
            stack.clear()
        is_recorded = not stack and (
            bool(info.store_history)
            or (self._kernel is None and is_command(info.raw_cell))
        )
        is_recorded = is_recorded and not self._is_skipped(info, request)
        cell = _Cell(info, is_recorded, message_id, began=began)
        stack.append(cell)
        if not is_recorded:
            return
        cell.execution = ExecutionState(
            self._recorder.new_id(),
            info.raw_cell,
            info.cell_id or None,
            self.documents.find(request) if request else None,
        )
        self._recorder.execution_begins(cell.execution)

    def _is_skipped(self, info: Any, request: dict[str, Any]) -> bool:
        metadata = request.get("metadata")
        is_skipped = self._skips.is_skipped(
            info.raw_cell,
            metadata if isinstance(metadata, dict) else {},
            self._recorder.background.find_notebook_file,
        )
        if is_skipped:
            self._skips.counts.add(self._shell.execution_count)
        return is_skipped

    @property
    def is_in_recorded_cell(self) -> bool:
        """Whether a cell of this thread runs that is recorded."""
        stack = self._stacks.get(threading.get_ident())
        return stack is not None and bool(stack) and stack[0].is_recorded

    def _read(self, tree: ast.AST) -> bool:
        """Read a cell's code, and journal its start."""
        stack = self._stacks.get(threading.get_ident())
        if not stack or not stack[0].is_recorded or not isinstance(tree, ast.Module):
            return True
        cell = stack[0]
        execution = cell.execution
        assert execution is not None
        source = execution.source
        is_first = cell.facts is None
        if cell.facts is None:
            _, facts, tried, literals = self._readings.read_whole(tree, source)
            cell.facts = facts
        else:
            _, facts, tried, literals = read(tree, source)
            if cell.facts.hides_names:
                facts.conditional = set()
                literals = {name: literals[name] for name in tried.arguments}
            cell.facts.merge(facts)
        intent = Intent(
            facts.does_something,
            facts.own_only,
            facts.starts_by_hand,
            literals,
            acts=tried.acts,
            tries=tried.tries,
        )
        find = self._shell.user_ns.get
        held = {
            name: number
            for name in facts.computed
            if isinstance(number := find(name), (int, float))
        }
        cell.held = held | cell.held if cell.held else held
        settings = self._settings.read(self._shell.user_ns)
        if settings:
            intent.literals = {**settings, **literals}
        if self._recorder.rules.by_name:
            intent.literals = self._recorder.rules.keep(intent.literals)
        if facts.conditional or facts.scores:
            intent.accumulators = facts.conditional | facts.scores.keys()
        if is_first:
            self._start(cell, intent)
        else:
            self._recorder.execution_learns(execution, intent)
        if facts.has_loops and self.reads_loops and not cell.facts.hides_names:
            self._watch_loops(cell, execution, tree)
        return True

    def _watch_loops(
        self, cell: _Cell, execution: ExecutionState, tree: ast.Module
    ) -> None:
        self._probe_count += 1
        callee = f"__trackbook_{self._probe_count}__"
        probe = watch_loops(
            tree,
            execution.source,
            callee,
            self._recorder,
            execution,
            self._shell.user_ns,
        )
        if probe is not None:
            cell.probes.append(probe)

    def _start(self, cell: _Cell, intent: Intent | None) -> None:
        execution = cell.execution
        assert execution is not None
        cell.has_started = True
        tell = self._recorder.execution_starts
        try:
            tell(execution, cell.message_id, intent)
        except Exception as error:
            self._failures.failed("transform_ast", error)
            self._failures.call("pre_run_cell", tell, execution, cell.message_id, None)
        self._failures.call("outputs", self._follow, cell, execution)

    def _follow(self, cell: _Cell, execution: ExecutionState) -> None:
        cell.outputs_key = self._door.enter(execution.execution_id, cell.message_id)
        self._recorder.outputs.follow(cell.outputs_key, execution)

    def _leave(self, cell: _Cell) -> None:
        self._door.leave()
        if cell.outputs_key is not None:
            self._recorder.outputs.ended(cell.outputs_key)

    def _end(self, result: Any) -> None:
        stack = self._stacks.get(threading.get_ident())
        if not stack:
            return  # the cell that loaded us
        info = getattr(result, "info", None)
        index = 0
        if len(stack) > 1:
            index = next((i for i, cell in enumerate(stack) if cell.info is info), 0)
        cell = stack[index]
        del stack[index:]
        if index > 0:
            if result.result is not None:
                stack[0].shown = result.result
            return
        if cell.is_recorded:
            self._finish(cell, result, None)

    def _finish(self, cell: _Cell, result: Any, status: ExecutionStatus | None) -> None:
        took_ms = (time.perf_counter() - cell.began) * 1000.0
        execution = cell.execution
        assert execution is not None
        error = count = None
        if result is not None:
            error = result.error_before_exec or result.error_in_exec
            count = result.execution_count
            if count is None and cell.info.store_history:
                count = self._shell.execution_count - 1  # not even its error was shown
        if status is None:
            status = "ok"
            if error is not None or result is None:
                interrupted = result is None or type(error).__name__ in _INTERRUPTS
                status = "interrupted" if interrupted else "error"
        if not cell.has_started:  # never parsed: a syntax error
            self._start(cell, None)
        outcome = Outcome(status)
        for probe in cell.probes:
            self._failures.call("loops", probe.close)
        facts = cell.facts or CellFacts()
        found = self._failures.call(
            "reading", self._collect, cell, facts, outcome, result
        )
        told: dict[str, Any] = {
            "duration_ms": took_ms,
            "execution_count": count,
            "error": attempt(describe_error, error, default=None) if error else None,
        }
        try:
            self._recorder.execution_ends(
                execution,
                outcome,
                found=found if found is not None else Yield(),
                **told,
            )
        except Exception as failure:
            self._failures.failed("post_run_cell", failure)
            self._recorder.execution_breaks_off(execution, status, **told)
        self._failures.call("outputs", self._leave, cell)

    def _collect(
        self, cell: _Cell, facts: CellFacts, outcome: Outcome, result: Any
    ) -> Yield:
        """Read what the cell bound and showed."""
        namespace = self._shell.user_ns
        if outcome.status != "ok" and facts.params and cell.execution is not None:
            before = cell.execution.held_before
            outcome.reverted = {
                name: before.get(name, ())
                for name in find_unbound(facts.params, namespace)
            }
        if outcome.status != "ok":  # what it did not come to bind is another cell's
            facts.computed = {
                name: producer
                for name, producer in facts.computed.items()
                if cell.held.get(name) is not _mark(namespace.get(name))
            }
        found, said = Yield(), set[str]()
        if facts.hides_names:
            return found
        rules = self._recorder.rules
        bound = facts.find_bound(namespace)
        if (
            facts.computed
            or facts.last
            or facts.scores
            or facts.fits
            or facts.unbound
            or facts.amended
        ):
            shown = getattr(result, "result", None)
            if shown is None:
                shown = cell.shown
            in_force = self._recorder.boundaries.in_force
            found = collect(facts, bound, namespace, shown, in_force, outcome)
            objects = [n for n, value in bound.items() if type(value) not in _VALUES]
            if facts.fits or objects:
                outcome.made = self._settings.read_new(objects, namespace)
                outcome.estimators = read_estimators(
                    facts, objects, namespace, shown, found
                )
                take_logged(found, facts, objects, namespace)
            if rules.by_name:
                outcome.made = rules.keep(outcome.made)
                outcome.rebound = rules.keep(outcome.rebound)
                outcome.estimators = rules.keep(outcome.estimators)
        for probe in cell.probes:
            said |= probe.said
            for key, value in probe.last.items():
                found.folds.pop(key, None)
                for numbers in (found.metrics, found.values):
                    if key in numbers and is_same(numbers[key], value):
                        del numbers[key]
        self._histories.take_grown(found, facts, bound, namespace, said)
        if rules.by_name:
            rules.apply(found)
        outcome.has_result = found.has_result
        return found

    def _request(self) -> dict[str, Any]:
        """Return the request that this thread executes; empty without a kernel."""
        if self._kernel is None:
            return {}
        request: dict[str, Any] = self._kernel.get_parent("shell")
        return request


def _message_id(request: dict[str, Any]) -> str | None:
    """Return the id of a request, in a kernel."""
    header = request.get("header")
    return header.get("msg_id") if header else None


def _mark(value: Any) -> Any:
    """Return what tells a number that is bound later from this one; large objects are
    let go."""
    return value if isinstance(value, (int, float)) else None
