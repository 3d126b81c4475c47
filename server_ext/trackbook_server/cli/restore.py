"""`trackbook restore`: a run's notebook as a new file."""

from pathlib import Path

import click
import msgspec

from trackbook_server.cli.common import open_home, options, print_json
from trackbook_server.contract import RevisionInfo
from trackbook_server.notebooks.lookup import EXECUTED
from trackbook_server.reading import write_notebook

_SAID = {
    "ended": "as it was when the run's cells had ended",
    "scheduled": "as it was sent to the kernel",
    "file": "as the file was",
    "executed": "rebuilt from the cells as they were executed",
}


class RestoreReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook restore --json` prints."""

    path: str
    revision: RevisionInfo


@click.command()
@click.argument("run", metavar="RUN")
@click.option("-o", "--out", type=click.Path(path_type=Path),
              help="The file, which must not exist, or a folder.")  # fmt: skip
@click.option("--revision", metavar="ID",
              help="Another revision of the run than its own.")  # fmt: skip
@click.option("--as-executed", is_flag=True,
              help="The cells as they ran, with what they put out.")  # fmt: skip
@options
def restore(
    run: str,
    out: Path | None,
    revision: str | None,
    as_executed: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Write the notebook of RUN to a new file.

    No file is ever overwritten.
    """
    if as_executed and revision is not None:
        raise click.UsageError("--as-executed and --revision exclude each other.")
    which = EXECUTED if as_executed else revision
    with open_home(home) as opened:
        path, info = write_notebook(opened, run, out, which)
    if as_json:
        print_json(RestoreReport(path=str(path.absolute()), revision=info))
    else:
        click.echo(say_restored(path, info))


def say_restored(path: Path, info: RevisionInfo) -> str:
    """Return what a person is told of a notebook that was restored."""
    said = f"{path}: the notebook {_SAID[info.moment]}, {info.cell_count} cells."
    if info.redacted_count:
        said += (
            f"\n{info.redacted_count} values that looked like credentials "
            "read <redacted>; put yours in again."
        )
    return said
