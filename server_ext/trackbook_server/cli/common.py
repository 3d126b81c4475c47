"""What commands share: options, the home, errors in one line, JSON."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import msgspec
from rich.console import Console

from trackbook.errors import TrackbookError
from trackbook.paths import HOME_VARIABLE, get_home
from trackbook_server.store.home import Home

_FEW = 250
"""Work on so many runs is over before one could watch it."""

P = ParamSpec("P")
R = TypeVar("R")


def options(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command `--json` and `--home`, and our errors in one line."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except TrackbookError as error:
            click.echo(f"trackbook: {error}", err=True)
            raise SystemExit(1) from error

    wrapped = click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"The home to use instead of {HOME_VARIABLE} or the user's.",
    )(wrapped)
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON, for scripts."
    )(wrapped)


def home_path(home: Path | None) -> Path:
    """Return the home that a command works on."""
    return (home or get_home()).absolute()


@contextmanager
def open_home(home: Path | None) -> Iterator[Home]:
    """Open the home and bring in what journals hold, if no server does that."""
    opened = Home(home_path(home))
    try:
        opened.ingest_now()
        yield opened
    finally:
        opened.close()


def print_json(answer: Any) -> None:
    """Print structs of the contract as JSON that people can read too."""
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())


def make_console() -> Console:
    """Return where tables are printed; a pipe gets lines as wide as they need be."""
    console = Console(highlight=False, soft_wrap=False, emoji=False, markup=False)
    return (
        console
        if console.is_terminal
        else Console(highlight=False, width=200, emoji=False, markup=False)
    )


@contextmanager
def bar(label: str, total: int, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how far work on many runs is; what it yields is told that."""
    if quiet or total <= _FEW:
        yield lambda done, total: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as shown:

        def tell(done: int, total: int) -> None:
            shown.length = total
            shown.update(done - shown.pos)

        yield tell


def say_bytes(count: float) -> str:
    """Return a size as people say it."""
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
