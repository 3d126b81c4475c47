"""How far a command is: a bar on a terminal, nothing elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn


class Bar:
    """A bar on stderr while it is entered."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), console=self._console
        )
        self._task: TaskID | None = None

    def __enter__(self) -> "Bar":
        """Show it where there is a person to see it."""
        if self._console.is_terminal:
            self._task = self._progress.add_task("", total=1.0)
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it away."""
        if self._task is not None:
            self._progress.stop()

    def show(self, text: str, done: float) -> None:
        """Say what is being done, and how much of it is, from 0 to 1."""
        if self._task is not None:
            self._progress.update(self._task, description=text, completed=done)
