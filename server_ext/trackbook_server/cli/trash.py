"""`trackbook trash` and `gc`: put runs away, take them back, delete them for good."""

from pathlib import Path

import click

from trackbook.events import TrashEmptied, TrashRuled
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.cli.common import (
    bar,
    open_home,
    options,
    print_json,
    say_bytes,
)
from trackbook_server.cli.edit import FILTER, RUNS, EditReport, say_edited
from trackbook_server.cli.look import read_list
from trackbook_server.cli.tables import print_runs
from trackbook_server.editing import choose_runs, edit_runs, empty_trash
from trackbook_server.store.home import Home, now
from trackbook_server.store.plans import check_days, plan_cleaning, plan_emptying
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.trash import get_trash


@click.command()
@RUNS
@FILTER
@click.option("--undo", is_flag=True, help="Put the runs back.")
@click.option("--list", "listing", is_flag=True, help="Say what is in the trash.")
@click.option("--empty", is_flag=True,
              help="Delete what is there for good and free the disk.")  # fmt: skip
@click.option("--older-than", "days", type=float, metavar="DAYS",
              help="With --empty, only what is there for so long.")  # fmt: skip
@click.option("--yes", is_flag=True, help="With --empty, don't ask.")
@click.option("--keep-days", type=int, metavar="DAYS",
              help="Delete runs for good once they are in the trash for so long; 0 "
              "never does, as from the beginning.")  # fmt: skip
@options
def trash(
    runs: tuple[str, ...],
    filter: str | None,
    undo: bool,
    listing: bool,
    empty: bool,
    days: float | None,
    yes: bool,
    keep_days: int | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Put runs into the trash, or back with --undo.

    They are kept there until it is emptied: trackbook trash --empty.
    """
    if days is not None and not empty:
        raise click.UsageError("--older-than goes with --empty")
    with open_home(home) as opened:
        if keep_days is not None:
            event = TrashRuled(seq=0, at=now(), keep_days=check_days(keep_days))
            opened.edit(event).result()
        if listing:
            _list(opened, as_json)
        elif empty:
            wanted = (
                choose_runs(opened, runs, filter, trashed=True)
                if (runs or filter is not None)
                else []
            )
            _empty(opened, plan_emptying(wanted, days), yes, as_json)
        elif runs or filter is not None or keep_days is None:
            _put(opened, runs, filter, undo, as_json)
        elif as_json:
            print_json(_look(opened))
        else:
            click.echo(_say_rule(keep_days))


@click.command()
@options
def gc(as_json: bool, home: Path | None) -> None:
    """Give the room of what is deleted for good back to the disk.

    Emptying the trash does that too; this goes on where that was cut off, and removes
    files that were too young then. No run is deleted.
    """
    with open_home(home) as opened:
        _report(_finish(opened, plan_cleaning(), as_json), as_json)


def _put(
    opened: Home,
    runs: tuple[str, ...],
    filter: str | None,
    undo: bool,
    as_json: bool,
) -> None:
    run_ids = choose_runs(opened, runs, filter, trashed=undo)
    with bar("Changing runs", len(run_ids), as_json) as tell:
        count = edit_runs(opened, run_ids, tell, trashed=not undo)
    report = EditReport(run_count=len(run_ids), changed_count=count)
    say_edited(report, "put back" if undo else "moved to the trash", as_json)


def _list(opened: Home, as_json: bool) -> None:
    found = _look(opened)
    if as_json:
        print_json(found)
        return
    if found.run_count:
        scope = RunScope(trashed=True)
        _, records = opened.database.read(
            read_list, "-started_at", 20, "", scope
        ).result()
        print_runs(records)
    click.echo(say_trash(found))
    click.echo(_say_rule(found.keep_days))


def _empty(opened: Home, event: TrashEmptied, yes: bool, as_json: bool) -> None:
    found = _look(opened)
    count = len(event.run_ids) or found.run_count - found.open_count
    if not count and not as_json:
        click.echo(say_trash(found))
        return
    if not yes and not as_json:
        if event.run_ids or event.before:
            click.echo(f"Of the trash: {say_trash(found)}")
            what = "the runs that you chose" if event.run_ids else "those old enough"
        else:
            click.echo(say_trash(found))
            what = "them"
        click.confirm(f"Delete {what} for good? There is no way back", abort=True)
    _report(_finish(opened, event, as_json), as_json)


def _finish(opened: Home, event: TrashEmptied, quiet: bool) -> c.Emptying | None:
    count = len(event.run_ids) or _look(opened).run_count
    with bar("Deleting runs", count, quiet) as tell:
        return empty_trash(
            opened, event, lambda found: tell(found.done_count, found.run_count)
        )


def _report(done: c.Emptying | None, as_json: bool) -> None:
    if as_json:
        print_json(done)
    elif done is None:
        click.echo(
            "The process that owns the home was told, and will do it; "
            "`trackbook trash --list` says how far it is."
        )
    else:
        runs = "run" if done.done_count == 1 else "runs"
        said = f"{done.done_count:,} {runs} deleted for good; "
        click.echo(f"{said}{say_bytes(done.freed_bytes)} freed.")
        if done.later_bytes:
            click.echo(
                f"{say_bytes(done.later_bytes)} more within the hour: files that were "
                "written just now go once they are an hour old."
            )


def say_trash(found: c.Trash) -> str:
    """Return what is in the trash, and what emptying it frees."""
    if not found.run_count:
        return "The trash is empty."
    runs = "run" if found.run_count == 1 else "runs"
    said = f"{found.run_count:,} {runs} in the trash; emptying it frees "
    said += f"{say_bytes(found.size_bytes)}."
    if found.open_count:
        said += f" {found.open_count:,} stay until they have ended."
    return said


def _say_rule(keep_days: int) -> str:
    if not keep_days:
        return "What is in the trash stays until it is emptied."
    return f"What is in the trash for {keep_days:,} days is deleted by itself."


def _look(opened: Home) -> c.Trash:
    return opened.database.read(get_trash, blobs_dir(opened.path)).result()
