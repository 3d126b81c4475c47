"""What commands share: options, the home, errors in one line, JSON."""

import functools
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
