"""`trackbook run`: execute a notebook without a browser, recorded."""

import os
import time
from pathlib import Path

import click
import msgspec
import sqlite_utils
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trackbook.paths import ensure_home
from trackbook_server.cli.common import home_path, open_home, options, print_json
from trackbook_server.cli.tables import print_runs
from trackbook_server.contract import RunRecord
from trackbook_server.headless.parameters import parse_parameters
from trackbook_server.headless.run import Outcome, run_notebook
from trackbook_server.notebooks.align import title_of
from trackbook_server.store.home import Home
from trackbook_server.store.rows import marks
from trackbook_server.store.run_details import list_records

_INGEST_SECONDS = 5.0
_EXIT_CODES = {"finished": 0, "failed": 1, "interrupted": 130}


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook run --json` prints."""

    status: str
    error: str | None
    notebook: str
    out: str | None
    runs: list[RunRecord]


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE",
              help="Set a parameter; its value is read as YAML.")  # fmt: skip
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the executed notebook to this file.")  # fmt: skip
@click.option("--kernel", metavar="NAME", help="Use another kernel than its own.")
@options
def run(
    notebook: Path,
    params: tuple[str, ...],
    out: Path | None,
    kernel: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Execute NOTEBOOK without a browser and record it.

    The notebook itself is left as it is and need not know of trackbook. The exit code
    is 1 when a cell raised; the run is kept all the same.
    """
    where = ensure_home(home_path(home))
    with _Shown(quiet=as_json) as shown:
        outcome = run_notebook(
            notebook,
            where,
            parameters=parse_parameters(params),
            out=out,
            kernel=kernel,
            progress=shown.update,
            environment=os.environ,
        )
    with open_home(where) as opened:
        records = _await_runs(opened, outcome)
    if as_json:
        print_json(
            RunReport(
                status=outcome.status,
                error=outcome.error,
                notebook=str(notebook.absolute()),
                out=None if out is None else str(out.absolute()),
                runs=records,
            )
        )
    else:
        _report(outcome, records, out)
    raise SystemExit(_EXIT_CODES[outcome.status])


class _Shown:
    """Progress on stderr: a bar on a terminal, else a line per tenth."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False, quiet=quiet)
        self._bar: Progress | None = None
        self._tenth = -1

    def __enter__(self) -> "_Shown":
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("cells"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task("starting the kernel", total=None)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int, source: str) -> None:
        """Show how many cells are done, and what the next one begins with."""
        if self._bar is not None:
            title = title_of(source)[:50]
            self._bar.update(self._task, completed=done, total=total, description=title)
            return
        tenth = 10 if total == 0 else done * 10 // total
        if tenth != self._tenth:
            self._tenth = tenth
            self._console.print(f"{done} of {total} cells", markup=False)


def _await_runs(home: Home, outcome: Outcome) -> list[RunRecord]:
    """Return the runs of the executed cells, once they are in the store.

    Where another process owns the home, it brings them in.
    """
    deadline = time.monotonic() + _INGEST_SECONDS
    while True:
        found = home.database.read(_list_runs, outcome.message_ids).result()
        if home.owns or time.monotonic() > deadline:
            return found
        if found and all(record.ended_at is not None for record in found):
            return found
        time.sleep(0.1)


def _list_runs(
    db: sqlite_utils.Database, message_ids: tuple[str, ...]
) -> list[RunRecord]:
    rows = db.execute(
        "select coalesce(r.folded_into, r.run_id) as root, min(e.execution_order) "  # noqa: S608
        "from cell_executions e join runs r using (run_id) "
        f"where e.message_id in ({marks(message_ids)}) group by root order by 2",
        message_ids,
    )
    return list_records(db, [row[0] for row in rows])


def _report(outcome: Outcome, records: list[RunRecord], out: Path | None) -> None:
    if outcome.error is not None:
        click.echo(
            f"trackbook: the notebook {outcome.status}: {outcome.error}", err=True
        )
    if records:
        print_runs(records)
    else:
        click.echo("Nothing in it counts as a run: no cell did more than import.")
    if out is not None:
        click.echo(f"The executed notebook is in {out}.")
