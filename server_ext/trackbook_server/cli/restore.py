"""`trackbook restore`: a run's notebook as a new file, or in the place of another."""

import os
from pathlib import Path

import click
import msgspec

from trackbook.errors import BadInput
from trackbook_server.cli.common import open_home, options, print_json
from trackbook_server.contract import LostPart, RevisionInfo
from trackbook_server.notebooks.damage import describe_lost
from trackbook_server.notebooks.lookup import EXECUTED
from trackbook_server.notebooks.replacing import Replaced, replace_file
from trackbook_server.notebooks.restore import Restored, write_new
from trackbook_server.reading import (
    read_notebook_of,
    read_requirements,
    write_restored,
)

_SAID = {
    "ended": "as it was when the run's cells had ended",
    "scheduled": "as it was sent to the kernel",
    "file": "as the file was",
    "kept": "as it was kept",
    "executed": "rebuilt from the cells as they were executed",
}


class RestoreReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook restore --json` prints.

    With `--replace`, what `path` held before is revision `kept_revision_id` and the
    file `backup_path`.
    """

    path: str
    revision: RevisionInfo
    lost: list[LostPart]
    kept_revision_id: str | None = None
    backup_path: str | None = None


@click.command()
@click.argument("run", metavar="RUN")
@click.option("-o", "--out", type=click.Path(path_type=Path),
              help="The file, which must not exist, or a folder.")  # fmt: skip
@click.option("--revision", metavar="ID",
              help="Another revision of the run than its own.")  # fmt: skip
@click.option("--as-executed", is_flag=True,
              help="The cells as they ran, with what they put out.")  # fmt: skip
@click.option("--replace", type=click.Path(dir_okay=False, path_type=Path),
              metavar="PATH",
              help="Replace the notebook in this file; what it holds is kept as a "
              "revision and beside it. Close it in JupyterLab first: edits that are "
              "not saved there are not seen from here.")  # fmt: skip
@click.option("--cells", metavar="LIST",
              help="With --replace, only these cells: places from 1 and ids, as in "
              "2,5-7.")  # fmt: skip
@click.option("--requirements", is_flag=True,
              help="Instead of the notebook, the packages of the run, for pip or "
              "uv.")  # fmt: skip
@options
def restore(
    run: str,
    out: Path | None,
    revision: str | None,
    as_executed: bool,
    replace: Path | None,
    cells: str | None,
    requirements: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Write the notebook of RUN to a new file.

    No file is ever overwritten but the one that --replace names.
    """
    if as_executed and revision is not None:
        raise click.UsageError("--as-executed and --revision exclude each other.")
    if replace is not None and out is not None:
        raise click.UsageError("--replace and --out exclude each other.")
    if cells is not None and replace is None:
        raise click.UsageError("--cells needs --replace PATH: where to put them.")
    if requirements and (replace is not None or revision or as_executed or as_json):
        raise click.UsageError("--requirements takes no other option than --out.")
    which = EXECUTED if as_executed else revision
    with open_home(home) as opened:
        if requirements:
            _write_requirements(read_requirements(opened, run), out)
            return
        restored = read_notebook_of(opened, run, which)
        if replace is not None and os.path.lexists(replace):
            done = replace_file(opened, replace, restored, cells)
            _tell_replaced(done, restored, cells, as_json)
            return
        if cells is not None:
            raise BadInput(f"there is no {replace} to take cells into. Leave --cells.")
        path = write_restored(opened, restored, replace or out)
    if as_json:
        print_json(
            RestoreReport(
                path=str(path.absolute()),
                revision=restored.info,
                lost=list(restored.lost),
            )
        )
    else:
        click.echo(say_restored(path, restored))


def _write_requirements(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"{write_new(out, text.encode())}: the packages of the run.")


def _tell_replaced(
    done: Replaced, restored: Restored, cells: str | None, as_json: bool
) -> None:
    if as_json:
        print_json(
            RestoreReport(
                path=str(done.path),
                revision=restored.info,
                lost=list(restored.lost),
                kept_revision_id=done.kept.revision_id,
                backup_path=str(done.backup),
            )
        )
        return
    number = done.kept.number
    kept = f"revision {(done.kept.revision_id or '')[:12]}"
    if number is not None:
        kept = f"r{number}"
    click.echo(
        f"{done.path}: "
        + (f"the notebook {_SAID[restored.info.moment]}" if cells is None
           else f"the cells {cells} of the notebook {_SAID[restored.info.moment]}")
        + f".\nWhat it held is kept as {kept} and in {done.backup.name}."
    )  # fmt: skip
    if done.left_titles:
        click.echo(
            "Put your credentials in again where it reads <redacted>: "
            + ", ".join(done.left_titles)
        )
    if restored.lost:
        click.echo(describe_lost(list(restored.lost)))


def say_restored(path: Path, restored: Restored) -> str:
    """Return what a person is told of a notebook that was restored."""
    info = restored.info
    said = f"{path}: the notebook {_SAID[info.moment]}, {info.cell_count} cells."
    if info.redacted_count:
        said += (
            f"\n{info.redacted_count} values that looked like credentials "
            "read <redacted>; put yours in again."
        )
    if restored.lost:
        said += "\n" + describe_lost(list(restored.lost))
    return said
