"""`trackbook runs` and `show`: look at what was recorded."""

from pathlib import Path

import click
import msgspec
import sqlite_utils

from trackbook.paths import blobs_dir
from trackbook_server.cli.common import open_home, options, print_json
from trackbook_server.cli.run_tables import print_run
from trackbook_server.cli.tables import print_runs
from trackbook_server.contract import (
    Explanation,
    Run,
    RunCounts,
    RunRecord,
    ShownRun,
)
from trackbook_server.notebooks.explained import explain_run
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.store import queries
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.run_details import list_records
from trackbook_server.store.run_order import SORTS
from trackbook_server.store.run_pages import MAX_LIMIT
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand


@click.command()
@click.argument("filter", metavar="[FILTER]", required=False, default="")
@click.option("--sort", type=click.Choice(list(SORTS)), help="The order.",
              default="-started_at", show_default=True)  # fmt: skip
@click.option("--limit", default=20, show_default=True,
              type=click.IntRange(min=1), help="At most so many.")  # fmt: skip
@click.option("--archived", is_flag=True, help="Those in the archive.")
@click.option("--pinned", is_flag=True, help="Those that are pinned.")
@click.option("--trashed", is_flag=True, help="Those in the trash.")
@click.option("--all", "everything", is_flag=True, help="All, without a limit.")
@options
def runs(
    filter: str,
    sort: str,
    limit: int,
    archived: bool,
    pinned: bool,
    trashed: bool,
    everything: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """List the runs, the newest first, or those that FILTER matches.

    For example: trackbook runs "metrics.acc > 0.9 and started > 'last 7 days'"
    """
    which = RunScope(archived=archived, pinned=pinned, trashed=trashed)
    with open_home(home) as opened:
        page, records = opened.database.read(
            read_list, sort, None if everything else limit, filter, which
        ).result()
    if as_json:
        print_json(records)
    elif not records and which != RunScope():
        click.echo("No such runs.")
    else:
        print_list(page, records, "--all lists them", filter)


def print_list(
    counts: RunCounts, records: list[RunRecord], cure: str, filter: str = ""
) -> None:
    """Print runs, how many there are besides, and how these are seen."""
    if not records and filter.strip():
        click.echo("No run matches the filter.")
        for hint in counts.hints:
            click.echo(hint.message)
            for fix in hint.fixes:
                click.echo(f"  perhaps: {fix.filter}")
        return
    if not records:
        click.echo(
            "No runs yet. `trackbook run NOTEBOOK` records one, or press Record."
        )
        return
    print_runs(records)
    hidden = counts.total - len(records)
    if hidden > 0:
        least = "" if counts.total_is_exact else "at least "
        click.echo(f"{least}{hidden} more; {cure}.")
    if counts.without_result_count:
        click.echo(f"{counts.without_result_count} without result are not listed.")


@click.command()
@click.argument("run", metavar="RUN")
@options
def show(run: str, as_json: bool, home: Path | None) -> None:
    """Tell all about one RUN."""
    with open_home(home) as opened:
        found, explanation = opened.database.read(
            read_explained, blobs_dir(opened.path), run
        ).result()
    if as_json:
        fields = {name: getattr(found, name) for name in found.__struct_fields__}
        print_json(ShownRun(**fields, explanation=explanation))
    else:
        print_run(found, explanation)


def read_list(
    db: sqlite_utils.Database,
    sort: str,
    limit: int | None,
    filter: str = "",
    which: RunScope | None = None,
) -> tuple[RunCounts, list[RunRecord]]:
    """Return how many runs there are, and the records of those up to `limit`."""
    scope = msgspec.structs.replace(which or RunScope(), search=understand(db, filter))
    records: list[RunRecord] = []
    cursor: str | None = None
    while True:
        left = MAX_LIMIT if limit is None else limit - len(records)
        page = queries.list_runs(
            db, scope, sort=sort, limit=min(left, MAX_LIMIT), cursor=cursor
        )
        records += list_records(db, [row.run_id for row in page.runs])
        cursor = page.next_cursor
        if cursor is None or (limit is not None and len(records) >= limit):
            return queries.count_runs(db, scope), records


def read_explained(
    db: sqlite_utils.Database, blobs: Path, text: str
) -> tuple[Run, Explanation]:
    """Return the run that `text` names, and whether its notebook explains it."""
    run = get_whole_run(db, resolve_run(db, text), blobs)
    return run, explain_run(db, blobs, run)
