"""`trackbook backup`: copies of the database, made, listed and put back."""

from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.text import Text

from trackbook.errors import BadInput
from trackbook_server.cli.common import (
    home_path,
    make_console,
    open_home,
    options,
    print_json,
)
from trackbook_server.cli.tables import make_table
from trackbook_server.store.backups import (
    Backup,
    find_backup,
    keep_backup,
    list_backups,
    write_backup,
)
from trackbook_server.store.home import now
from trackbook_server.store.put_back import LaterRun, put_back
from trackbook_server.store.queries import count_for_status

_SHOWN = 20


class BackupFile(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook backup --json` prints of a backup."""

    path: str
    kind: str
    made_at: datetime
    size_bytes: int


class BackupPutBack(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook backup --restore … --json` prints.

    `aside`: the database that was replaced. `later_runs` are in that and not in the
    backup; `later_count` is null where it was too damaged to tell. `run_count`: the
    runs now, with what journals brought.
    """

    backup: str
    aside: str | None
    later_count: int | None
    later_runs: list[LaterRun]
    run_count: int


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the backup to this file instead of the home's backups.",
)
@click.option("--list", "as_list", is_flag=True, help="List the backups there are.")
@click.option(
    "--restore",
    metavar="FILE",
    help="Let a backup be the database: a name of the list, a path, or @latest.",
)
@options
def backup(
    output: Path | None,
    as_list: bool,
    restore: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Make a backup of the database now, list them, or put one back.

    JupyterLab may go on while one is made. Before one is put back it must be closed;
    the database that is there is kept aside, and blobs stay as they are.
    """
    where = home_path(home)
    if (output is not None) + as_list + (restore is not None) > 1:
        raise BadInput("choose one of --output, --list and --restore.")
    if as_list:
        _list(where, as_json)
    elif restore is not None:
        _restore(where, find_backup(where, restore), as_json)
    else:
        _make(where, output, as_json)


def _make(home: Path, output: Path | None, as_json: bool) -> None:
    with open_home(home) as opened:
        database, network = opened.database.path, opened.is_network
    assert database is not None
    if output is None:
        made = keep_backup(home, "by-hand", now(), network=network)
    else:
        made = write_backup(database, output.absolute(), network=network)
    size = made.stat().st_size
    if as_json:
        print_json(
            BackupFile(path=str(made), kind="by-hand", made_at=now(), size_bytes=size)
        )
    else:
        click.echo(f"{made} ({size / 1e6:,.1f} MB, checked)")


def _list(home: Path, as_json: bool) -> None:
    found = list_backups(home)
    if as_json:
        print_json([_describe(one) for one in found])
        return
    if not found:
        click.echo(f"{home} has no backups yet. Make one: trackbook backup")
        return
    table = make_table("backup", "made", "why", "size")
    for one in found:
        table.add_row(
            Text(one.path.name),
            Text(f"{one.made_at.astimezone():%Y-%m-%d %H:%M}"),
            Text(one.kind),
            Text(f"{one.size_bytes / 1e6:,.1f} MB"),
        )
    make_console().print(table)


def _restore(home: Path, path: Path, as_json: bool) -> None:
    done = put_back(home, path)
    with open_home(home) as opened:
        _, run_count, _ = opened.database.read(count_for_status).result()
    if as_json:
        print_json(
            BackupPutBack(
                backup=str(done.backup),
                aside=None if done.aside is None else str(done.aside),
                later_count=done.later_count,
                later_runs=done.later_runs,
                run_count=run_count,
            )
        )
        return
    click.echo(f"{path.name} is the database now: {run_count:,} runs.")
    if done.aside is not None:
        click.echo(f"What was there is kept: {done.aside}")
    if done.later_count is None:
        click.echo("It was too damaged to tell which runs came after the backup.")
    elif done.later_count:
        came = "1 run" if done.later_count == 1 else f"{done.later_count:,} runs"
        click.echo(f"{came} came after the backup, and only that file has them:")
        for run in done.later_runs[:_SHOWN]:
            click.echo(f"  {run.run_id}  {run.started_at[:16]}  {run.name}")
        if done.later_count > _SHOWN:
            click.echo("  … (--json lists more)")


def _describe(one: Backup) -> BackupFile:
    return BackupFile(
        path=str(one.path),
        kind=one.kind,
        made_at=one.made_at,
        size_bytes=one.size_bytes,
    )
