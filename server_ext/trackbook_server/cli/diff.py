"""`trackbook diff`: what differs between two runs, or any two notebooks."""

from dataclasses import dataclass
from pathlib import Path

import click
import sqlite_utils
from rich.text import Text

from trackbook.errors import NotFound, TrackbookError
from trackbook.paths import blobs_dir
from trackbook_server.cli.common import make_console, open_home, options, print_json
from trackbook_server.cli.tables import print_comparison
from trackbook_server.contract import Comparison, NotebookDifference
from trackbook_server.notebooks.compare import read_comparison
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.difference_text import (
    Line,
    Loaders,
    describe_difference,
)
from trackbook_server.notebooks.references import (
    Places,
    find_notebook,
    find_run_notebook,
)
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import Home

_STYLES = {"title": "bold", "note": "dim", "-": "red", "+": "green", " ": ""}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is told."""

    everything: bool = False
    outputs: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What differs; `comparison` only where both are runs."""

    comparison: Comparison | None
    notebook: NotebookDifference | None
    lines: list[Line]

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        found = self.comparison
        differs = (
            []
            if found is None
            else [
                *(value.differs for value in found.params),
                *(value.differs for value in found.metrics),
                *(value.differs for value in found.environment),
                *(value.differs for value in found.inputs),
                *(value.differs for value in found.artifacts),
            ]
        )
        notebook = self.notebook
        return any(differs) or (notebook is not None and not notebook.equal)


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--all", "everything", is_flag=True, help="Also what does not differ.")
@click.option("--outputs", is_flag=True, help="Also what the cells put out, whole.")
@click.option("--exit-code", is_flag=True,
              help="Exit with 1 if they differ, 2 on an error.")  # fmt: skip
@options
def diff(
    a: str,
    b: str,
    everything: bool,
    outputs: bool,
    exit_code: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Tell what differs between A and B, and between their notebooks.

    Each is a RUN, RUN:executed (what ran, in its order), RUN:REVISION, a revision's id,
    PATH@r7 (a notebook's revision by its number), or an .ipynb file.
    """
    try:
        with open_home(home) as opened:
            answer = find_difference(opened, a, b, Wanted(everything, outputs))
    except TrackbookError as error:
        if not exit_code:
            raise
        click.echo(f"trackbook: {error}", err=True)
        raise SystemExit(2) from error
    if as_json:
        print_json(answer.comparison or answer.notebook)
    else:
        print_answer(answer, everything)
    if exit_code and answer.differs:
        raise SystemExit(1)


def find_difference(opened: Home, a: str, b: str, wanted: Wanted) -> Answer:
    """Return what differs between two runs or notebooks.

    Raises RunNotFound, RevisionNotFound, AmbiguousName, BadInput.
    """
    places = Places(blobs_dir(opened.path), _absolute, files=True)
    return opened.database.read(_read, places, a, b, wanted).result()


def print_answer(answer: Answer, everything: bool) -> None:
    """Print what differs: between runs as tables, between notebooks as text."""
    console = make_console()
    if answer.comparison is not None:
        print_comparison(answer.comparison, everything)
    for line in answer.lines:
        console.print(Text(str(line), style=_STYLES[line.kind]), soft_wrap=True)


def _read(
    db: sqlite_utils.Database, places: Places, a: str, b: str, wanted: Wanted
) -> Answer:
    runs = [_find_run(db, places, text) for text in (a, b)]
    if runs[0] is not None and runs[1] is not None:
        comparison = read_comparison(db, places, [runs[0], runs[1]])
        before, after = (find_run_notebook(db, places, run) for run in runs if run)
        found = comparison.notebook
    else:
        comparison = None
        before, after = (find_notebook(db, places, text) for text in (a, b))
        found = compare_notebooks(before, after)
    lines: list[Line] = []
    if found is not None and before is not None and after is not None:
        lines = list(
            describe_difference(
                found,
                Loaders(before.load, after.load),
                everything=wanted.everything,
                outputs=wanted.outputs,
            )
        )
    return Answer(comparison, found, lines)


def _find_run(db: sqlite_utils.Database, places: Places, text: str) -> str | None:
    """Return the run of that name; None where a notebook is meant."""
    if places.files and text.endswith(".ipynb"):
        return None
    try:
        return resolve_run(db, text)
    except NotFound:
        return None


def _absolute(path: str) -> str:
    return str(Path(path).absolute())
