"""`%track` and `%%track`: arguments to calls; decides nothing."""

import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from trackbook.api import get_recorder, process
from trackbook.capture.literals import MISSING, read_literal
from trackbook.errors import TrackbookError

if TYPE_CHECKING:
    from trackbook.extension import Extension

SUBCOMMANDS = {
    "start": ("[NAME] [--experiment E] [--tag k=v]", "open a run by hand"),
    "end": ("", "end the run"),
    "new": ("", "end the run; the next cell opens one"),
    "off": ("", "stop recording"),
    "on": ("", "record again"),
    "loops": ("on|off", "take scores of loops as series, or not"),
    "param": ("k=v …", "log params"),
    "metric": ("k=v … [--step N]", "log metrics"),
    "tag": ("k=v …", "set tags"),
    "note": ("TEXT", "note something about the run"),
    "artifact": ("PATH", "keep a file with the run"),
    "help": ("", "this"),
}

_USAGES = [
    ("%track", "what is being recorded"),
    *((f"%track {name} {args}", text) for name, (args, text) in SUBCOMMANDS.items()),
    ("%%track [NAME]", "this cell is a run of its own, each time it is executed"),
]
_HELP = "\n".join(f"{usage:50}{text}" for usage, text in _USAGES)


@magics_class
class TrackMagics(Magics):
    """The magics; they hold the extension, which holds the recording."""

    def __init__(self, shell: Any, extension: "Extension") -> None:
        super().__init__(shell)
        self._shell = shell
        self._extension = extension

    @line_cell_magic
    def track(self, line: str, cell: str | None = None) -> None:
        """Record experiments: `%track` says what is being recorded, `%track help` more.

        %track start [NAME] [--experiment E] [--tag k=v], %track end, %track new,
        %track off, %track on, %track loops on|off,
        %track param k=v, %track metric k=v [--step N],
        %track tag k=v, %track note TEXT, %track artifact PATH;
        %%track [NAME] makes the cell a run of its own, each time it is executed.
        """
        if cell is not None:
            self._run_cell(line, cell)
            return
        command, _, rest = line.strip().partition(" ")
        handler = getattr(self, f"_do_{command or 'status'}", None)
        if handler is None or (command and command not in SUBCOMMANDS):
            raise UsageError(
                f"%track knows no {command!r}. It knows "
                f"{', '.join(SUBCOMMANDS)}; `%track help` says what they do."
            )
        try:
            handler(rest.strip())
        except TrackbookError as error:
            raise UsageError(str(error)) from error

    # --- what is being recorded ---------------------------------------------------

    def _do_status(self, rest: str) -> None:
        self._say(self._describe())

    def _do_help(self, rest: str) -> None:
        self._say(_HELP)

    def _describe(self) -> str:
        recorder = process.recorder
        if not self._extension.is_recording or recorder is None:
            return "trackbook: not recording. `%track on` begins."
        run = recorder.find_current()
        return "\n".join(
            [
                "trackbook: recording",
                f"  run         {run.name or run.run_id if run else 'none yet'}",
                f"  experiment  {recorder.find_experiment() or 'this notebook'}",
                f"  home        {recorder.home}",
                f"  counts      {_count(recorder.run_count, 'run')}, "
                f"{_count(recorder.execution_count, 'cell execution')}, "
                f"{_count(recorder.point_count, 'result')}",
            ]
        )

    # --- runs ---------------------------------------------------------------------

    def _do_start(self, rest: str) -> None:
        words, options = _parse(rest, {"--experiment", "--tag"})
        name = " ".join(words) or None
        self._recording().start(
            name,
            experiment=options["--experiment"][-1]
            if "--experiment" in options
            else None,
            tags=dict(_pair(word, "start --tag") for word in options.get("--tag", [])),
        )
        self._say(f"trackbook: run {name or 'opened'}; `%track end` ends it.")

    def _do_end(self, rest: str) -> None:
        recorder = self._recording()
        if recorder.find_current() is None:
            raise UsageError(
                "no run is open; `%track start` or the next cell opens one."
            )
        recorder.end(reason="%track end")
        self._say("trackbook: the run has ended; the next cell opens another.")

    def _do_new(self, rest: str) -> None:
        recorder = self._recording()
        recorder.start_anew("%track new")
        self._say("trackbook: the next cell opens a new run.")

    def _do_off(self, rest: str) -> None:
        self._extension.switch_off("%track off")
        self._say("trackbook: not recording any more; `%track on` begins again.")

    def _do_on(self, rest: str) -> None:
        self._extension.switch_on()
        self._say(self._describe())

    def _do_loops(self, rest: str) -> None:
        if rest not in ("on", "off"):
            raise UsageError("`%track loops on` or `%track loops off`.")
        self._extension.read_loops(rest == "on")
        other = "off" if rest == "on" else "on"
        self._say(f"trackbook: loops are {rest}; `%track loops {other}` undoes it.")

    def _run_cell(self, line: str, cell: str) -> None:
        recorder = self._recording()
        words, _ = _parse(line, set())
        run = recorder.start(" ".join(words) or None, boundary="cell")
        with run:
            result = self._shell.run_cell(cell, store_history=False)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                # Shown already; raised so that "run all" stops here as it would.
                error._render_traceback_ = list
                raise error

    # --- by hand ------------------------------------------------------------------

    def _do_param(self, rest: str) -> None:
        pairs = self._pairs(rest, "param")
        get_recorder().log_params({key: self._value(text) for key, text in pairs})

    def _do_metric(self, rest: str) -> None:
        words, options = _parse(rest, {"--step"})
        step = options.get("--step")
        for word in words or [""]:
            key, text = _pair(word, "metric")
            value = self._value(text)
            if value == text:  # no literal and no name: `nan` or `inf`, or a mistake
                with suppress(ValueError):
                    value = float(text)
            get_recorder().log_metric(key, value, int(step[-1]) if step else None)

    def _do_tag(self, rest: str) -> None:
        get_recorder().edit(tags=dict(self._pairs(rest, "tag")))

    def _do_note(self, rest: str) -> None:
        if not rest:
            raise UsageError("`%track note TEXT` needs the text.")
        get_recorder().edit(note=rest)

    def _do_artifact(self, rest: str) -> None:
        words, _ = _parse(rest, set())
        if len(words) != 1:
            raise UsageError("`%track artifact PATH` needs the path of one file.")
        get_recorder().log_artifact(Path(words[0]).expanduser())

    def _pairs(self, rest: str, what: str) -> list[tuple[str, str]]:
        words, _ = _parse(rest, set())
        return [_pair(word, what) for word in words or [""]]

    def _value(self, text: str) -> Any:
        """Return what `text` says: a literal, a name of the notebook, else itself."""
        import ast

        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return text
        literal = read_literal(node)
        if literal is not MISSING:
            return literal
        if isinstance(node, ast.Name) and node.id in self._shell.user_ns:
            return self._shell.user_ns[node.id]
        return text

    def _recording(self) -> Any:
        if not self._extension.is_recording:
            raise UsageError("not recording; `%track on` begins.")
        return get_recorder()

    def _say(self, text: str) -> None:
        import sys

        sys.stdout.write(text + "\n")

    # --- completion and removal ---------------------------------------------------

    def add_completer(self) -> None:
        """Complete subcommands with Tab."""
        self._shell.set_hook("complete_command", _complete, str_key="%track")

    def remove(self) -> None:
        """Take magics and completer away."""
        for kind in ("line", "cell"):
            self._shell.magics_manager.magics[kind].pop("track", None)
        self._shell.magics_manager.registry.pop(type(self).__name__, None)
        commands = self._shell.strdispatchers.get("complete_command")
        if commands is not None:
            commands.strs.pop("%track", None)


def _complete(shell: Any, event: Any) -> list[str]:
    """Return the subcommands that fit, for IPython's completer."""
    words = event.line.split()
    if len(words) > 2 or (len(words) == 2 and event.line.endswith(" ")):
        return []
    return [name for name in SUBCOMMANDS if name.startswith(event.symbol)]


def _parse(text: str, known: set[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Return words, and the values of the options that are `known`."""
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{error} in {text!r}. Close the quote.") from error
    words: list[str] = []
    options: dict[str, list[str]] = {}
    rest = iter(parts)
    for part in rest:
        name, is_joined, value = part.partition("=")
        if not part.startswith("--"):
            words.append(part)
        elif name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise UsageError(f"unknown option {name}; allowed here: {allowed}.")
        else:
            found = value if is_joined else next(rest, None)
            if found is None:
                raise UsageError(f"{name} needs a value.")
            options.setdefault(name, []).append(found)
    return words, options


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _pair(word: str, what: str) -> tuple[str, str]:
    key, is_pair, value = word.partition("=")
    if not is_pair or not key:
        raise UsageError(f"`%track {what}` takes k=v, for example `%track {what} a=1`.")
    return key, value


Handler = Callable[[str], None]
