"""`%track` and `%%track`: find the subcommand and let it do; decides nothing."""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from trackbook.api import get_recorder, process
from trackbook.capture.guard import attempt
from trackbook.capture.literals import MISSING, read_literal
from trackbook.errors import TrackbookError
from trackbook.magics import boundaries, by_hand, found, look
from trackbook.magics.subcommand import Given, read_line, subcommand
from trackbook.resuming import FoundRun
from trackbook.writer import say

if TYPE_CHECKING:
    from trackbook.extension import Extension
    from trackbook.recorder import Recorder
    from trackbook.run import Run

T = TypeVar("T")

CELL_USAGE = "[NAME] [--append]"


@magics_class
class TrackMagics(Magics):
    """The magics; they hold the extension, which holds the recording."""

    shell: Any

    def __init__(self, shell: Any, extension: "Extension") -> None:
        super().__init__(shell)
        self.extension = extension
        self._cell_runs: dict[tuple[str | None, str | None], FoundRun] = {}
        """The last run of each cell that is one of its own, by cell and name."""

    @line_cell_magic
    def track(self, line: str, cell: str | None = None) -> None:
        """Record experiments: `%track` says what is being recorded, `%track help` more.

        `%%track [NAME]` makes the cell a run of its own, each time it is executed;
        with `--append` it goes on with its last one.
        """
        if cell is None:
            self._call(self._do, line)
        else:
            self._run_cell(self._call(self._begin, line), cell)

    def _call(self, do: Callable[[str], T], line: str) -> T | None:
        """Do what a line asks for. A mistake is told; a fault of ours stops no cell."""
        try:
            return do(line)
        except TrackbookError as error:
            raise UsageError(str(error)) from error
        except UsageError:
            raise
        except Exception as error:
            if process.recorder is not None:
                attempt(process.recorder.capture_failed, "%track", error, default=None)
            say(
                f"`%track {line}` failed ({type(error).__name__}: {error}). Your code "
                "is not affected. `%track off` and `%track on` try it anew."
            )
            return None

    def _do(self, line: str) -> None:
        name, _, rest = line.strip().partition(" ")
        if not name:
            self._show_status()
            return
        command = SUBCOMMANDS.get(name)
        if command is None:
            raise UsageError(
                f"%track knows no {name!r}. It knows {', '.join(SUBCOMMANDS)}; "
                "`%track help` says what they do."
            )
        command.do(self, command.read(rest.strip()))

    def _show_status(self) -> None:
        if getattr(self.shell, "kernel", None) is None:  # a terminal
            self.say(self.describe())
        else:
            self.extension.card.show()

    def _begin(self, line: str) -> "Run":
        given = read_line("", CELL_USAGE, line)
        recorder = self.get_recording()
        name = " ".join(given.words) or None
        key = (recorder.find_cell_id(), name)
        last = self._cell_runs.get(key) if "--append" in given.options else None
        if last is not None:
            return recorder.runs.resume(last)
        run = recorder.runs.start(name, boundary="cell")
        self._cell_runs[key] = FoundRun(run.run_id, name, {})
        return run

    def _run_cell(self, run: "Run | None", cell: str) -> None:
        with run or nullcontext():
            result = self.shell.run_cell(cell, store_history=False)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                # Shown already; raised so that "run all" stops here as it would.
                error._render_traceback_ = list
                raise error

    # --- what subcommands need ----------------------------------------------------

    def describe(self) -> str:
        """Say what is being recorded."""
        return self.extension.card.describe()

    def get_recording(self) -> "Recorder":
        """Return the recorder. Raises UsageError where nothing is being recorded."""
        if not self.extension.is_recording:
            raise UsageError("not recording; `%track on` begins.")
        return get_recorder()

    def read(self, text: str) -> Any:
        """Return what `text` says: a literal, a name of the notebook, else itself."""
        import ast

        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return text
        literal = read_literal(node)
        if literal is not MISSING:
            return literal
        if isinstance(node, ast.Name) and node.id in self.shell.user_ns:
            return self.shell.user_ns[node.id]
        return text

    def list_run_names(self) -> list[str]:
        """Return the names that runs of this process were given."""
        recorder = process.recorder
        return list(recorder.runs.given_names) if recorder is not None else []

    def list_data_names(self) -> list[str]:
        """Return the names of the notebook that hold frames or arrays."""
        return [
            name
            for name, value in list(self.shell.user_ns.items())
            if not name.startswith("_") and "shape" in dir(type(value))
        ]

    def link(self, path: Path) -> None:
        """Show a link to a file below this folder, where a front end can follow it."""
        if getattr(self.shell, "kernel", None) is None:
            return
        from IPython.display import FileLink, display

        with suppress(ValueError):  # on another drive
            path = Path(os.path.relpath(path))
        if not path.is_absolute() and ".." not in path.parts:
            display(FileLink(path))  # type: ignore[no-untyped-call]

    def say(self, text: str) -> None:
        """Print a line or more below the cell."""
        sys.stdout.write(text + "\n")

    # --- completion and removal ---------------------------------------------------

    def add_completer(self) -> None:
        """Complete subcommands, their options and what their words may be with Tab."""
        self.shell.set_hook("complete_command", self._complete, str_key="%track")

    def _complete(self, shell: Any, event: Any) -> list[str]:
        """Return what fits, for IPython's completer."""
        words = event.line[: -len(event.symbol) or None].split()
        if len(words) == 1:
            found = list(SUBCOMMANDS)
        elif words[1] in SUBCOMMANDS:
            command = SUBCOMMANDS[words[1]]
            found = list(command.options)
            if command.complete is not None and not event.symbol.startswith("-"):
                found = [*command.complete(self), *found]
        else:
            found = []
        return [word for word in found if word.startswith(event.symbol)]

    def remove(self) -> None:
        """Take magics and completer away."""
        for kind in ("line", "cell"):
            self.shell.magics_manager.magics[kind].pop("track", None)
        self.shell.magics_manager.registry.pop(type(self).__name__, None)
        commands = self.shell.strdispatchers.get("complete_command")
        if commands is not None:
            commands.strs.pop("%track", None)


@subcommand("", "this")
def help_(track: TrackMagics, given: Given) -> None:
    """Say what there is."""
    usages = [
        ("%track", "what is being recorded"),
        *(
            (f"%track {command.name} {command.usage}", command.help)
            for command in SUBCOMMANDS.values()
        ),
        (
            f"%%track {CELL_USAGE}",
            "this cell is a run of its own, each time it is executed",
        ),
    ]
    track.say("\n".join(f"{usage:50}{text}" for usage, text in usages))


SUBCOMMANDS = {
    command.name: command
    for command in (
        *boundaries.COMMANDS,
        *found.COMMANDS,
        *by_hand.COMMANDS,
        *look.COMMANDS,
        help_,
    )
}
