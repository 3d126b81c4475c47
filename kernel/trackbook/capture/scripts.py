"""Cells that plain IPython runs from its command line: `ipython a.ipynb`, `ipython -c`.

IPython runs a notebook's cells silently, without calling any hook, and a command
without history. A person asked for both to be executed, hence they are recorded.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_MODULE = "IPython.terminal.ipapp"


def find_script() -> str | None:
    """Return the file that this process's IPython was given to run, or None."""
    application = _application()
    return (application.file_to_run or None) if application is not None else None


def is_command(source: str) -> bool:
    """Tell whether code is what `ipython -c` was given, or a line of its start."""
    application = _application()
    return application is not None and source in (
        application.code_to_run,
        *application.exec_lines,
    )


@dataclass(frozen=True, slots=True)
class _Announced:
    """What IPython would say of a cell ahead of it."""

    raw_cell: str
    store_history: bool = True
    cell_id: None = None


class NotebookScript:
    """Has the hooks called for the cells of `ipython a.ipynb`, which goes on as it did.

    `begin` takes what IPython says of a cell ahead of it, `end` the result.
    """

    def __init__(
        self, shell: Any, begin: Callable[[Any], None], end: Callable[[Any], None]
    ) -> None:
        self._shell = shell
        self._begin = begin
        self._end = end
        self._inner: Callable[..., Any] | None = None

    def install(self) -> None:
        """Wrap the shell's `run_cell`, if it is running a notebook."""
        if (find_script() or "").endswith(".ipynb") and "run_cell" not in vars(
            self._shell
        ):
            self._inner = self._shell.run_cell
            self._shell.run_cell = self._run_cell

    def uninstall(self) -> None:
        """Put everything back."""
        if self._inner is not None and vars(self._shell).get("run_cell"):
            del self._shell.run_cell
        self._inner = None

    def _run_cell(
        self,
        raw_cell: str,
        store_history: bool = False,
        silent: bool = False,
        **said: Any,
    ) -> Any:
        inner = self._inner or type(self._shell).run_cell.__get__(self._shell)
        if not silent:
            return inner(raw_cell, store_history=store_history, silent=silent, **said)
        self._begin(_Announced(raw_cell))
        result = inner(raw_cell, store_history=store_history, silent=silent, **said)
        self._end(result)
        return result


def _application() -> Any:
    """Return IPython's terminal application, if that is what runs here."""
    kind = getattr(sys.modules.get(_MODULE), "TerminalIPythonApp", None)
    if kind is None or not kind.initialized():
        return None
    application = kind.instance()
    return application if isinstance(application, kind) else None
