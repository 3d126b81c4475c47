"""What `%track runs`, `show`, `diff` and `restore` print: the command line's words."""

from pathlib import Path

import click

from trackbook.paths import blobs_dir
from trackbook_server.cli.diff import Wanted, find_difference, print_answer
from trackbook_server.cli.look import print_list, read_explained, read_list
from trackbook_server.cli.restore import say_restored
from trackbook_server.cli.run_tables import print_run
from trackbook_server.reading import open_home, restore


def show_runs(count: int, filter: str = "") -> None:
    """Print the newest runs, so many of them, that the filter matches."""
    with open_home() as opened:
        page, records = opened.database.read(
            read_list, "-started_at", count, filter
        ).result()
    more = f"`%track runs {2 * count} {filter}".rstrip()
    print_list(page, records, f"{more}` lists more", filter)


def show_run(text: str) -> None:
    """Print all about one run."""
    with open_home() as opened:
        run, explanation = opened.database.read(
            read_explained, blobs_dir(opened.path), text
        ).result()
    print_run(run, explanation)


def show_difference(first: str, second: str) -> None:
    """Print what differs between two runs or notebooks."""
    with open_home() as opened:
        answer = find_difference(opened, first, second, Wanted())
    print_answer(answer, False)


def show_restored(text: str, out: Path | None, revision: str | None = None) -> Path:
    """Write the notebook of a run to a new file, say so, and return its path."""
    path, restored = restore(text, out, revision=revision)
    click.echo(say_restored(path, restored))
    return path
