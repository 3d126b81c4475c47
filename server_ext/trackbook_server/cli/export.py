"""`trackbook export`: runs as one file, to keep or to import elsewhere."""

import re
from pathlib import Path

import click
import msgspec
import sqlite_utils

from trackbook.paths import blobs_dir
from trackbook_server.cli.bar import Bar
from trackbook_server.cli.common import open_home, options, print_json
from trackbook_server.moving.export_jobs import choose_runs
from trackbook_server.moving.exporting import export_runs
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import Home


class ExportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook export --json` prints; `run_count` has runs that belong to the
    chosen ones, too."""

    path: str
    run_count: int
    size_bytes: int
    problems: list[str]


@click.command()
@click.argument("runs", metavar="RUN…", nargs=-1)
@click.option("--filter", "filter", metavar="FILTER",
              help="Every run that it matches, as in `trackbook runs`.")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="X.tbk",
              help="The file, which must not exist, or a folder.")  # fmt: skip
@options
def export(
    runs: tuple[str, ...],
    filter: str | None,
    out: Path | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Write RUNs, with all that belongs to them, to one file.

    `trackbook import` brings them into another home, on any machine. Runs that are
    nested in a chosen one come along. No file is ever overwritten.
    """
    if bool(runs) == (filter is not None):
        raise click.UsageError("Name the runs, or give a --filter ('' for all runs).")
    with open_home(home) as opened, Bar() as bar:
        run_ids = opened.database.read(_choose, runs, filter).result()
        path = _name_file(opened, run_ids, out)
        done = opened.database.read(
            export_runs,
            blobs_dir(opened.path),
            run_ids,
            path,
            lambda done, count: bar.show("Exporting", done / count),
        ).result()
    if as_json:
        print_json(
            ExportReport(
                path=str(path.absolute()),
                run_count=done.run_count,
                size_bytes=done.size_bytes,
                problems=done.problems.found,
            )
        )
    else:
        noun = "run" if done.run_count == 1 else "runs"
        click.echo(f"{path}: {done.run_count:,} {noun}, {done.size_bytes:,} bytes.")
        for problem in done.problems.found:
            click.echo(f"left out: {problem}")
    if done.problems.count:
        raise SystemExit(1)


def _choose(
    db: sqlite_utils.Database, runs: tuple[str, ...], filter: str | None
) -> list[str]:
    if filter is None:
        return [resolve_run(db, text) for text in runs]
    return choose_runs(db, filter)


def _name_file(opened: Home, run_ids: list[str], out: Path | None) -> Path:
    """Return the file to write: by default in this folder, named by the run."""
    if out is not None and not out.is_dir():
        return out
    name = "runs"
    if len(run_ids) == 1:
        name = opened.database.read(_name_of, run_ids[0]).result()
    folder, stem = out or Path(), re.sub(r"[^\w.=-]+", "-", name).strip("-.") or "run"
    path = folder / f"{stem[:80]}.tbk"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem[:80]}-{number}.tbk"
    return path


def _name_of(db: sqlite_utils.Database, run_id: str) -> str:
    name: str = db.execute(
        "select name from runs where run_id = ?", (run_id,)
    ).fetchone()[0]
    return name
