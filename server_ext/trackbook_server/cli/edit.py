"""`trackbook edit` and `move`: what is said of runs, which experiment they are in."""

from pathlib import Path
from typing import Any

import click
import msgspec

from trackbook.errors import BadInput, ExperimentNotFound
from trackbook.events import RunEdited
from trackbook_server.cli.common import bar, open_home, options, print_json
from trackbook_server.editing import choose_runs, edit_runs
from trackbook_server.store.finding import find_experiment
from trackbook_server.store.home import Home, now
from trackbook_server.store.plans import plan_experiment

RUNS = click.argument("runs", metavar="[RUN]…", nargs=-1)
FILTER = click.option("--filter", metavar="FILTER",
                      help="The runs that FILTER matches, however many.")  # fmt: skip


class EditReport(msgspec.Struct, frozen=True, kw_only=True):
    """What commands that edit runs print with `--json`: of `run_count` runs that were
    meant, `changed_count` were different before."""

    run_count: int
    changed_count: int


@click.command()
@RUNS
@FILTER
@click.option("--archived", is_flag=True, help="Look for the runs in the archive.")
@click.option("--name", help="A name; an empty one gives the automatic one back.")
@click.option("--note", help="The note on the run's page.")
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Set a tag.")
@click.option("--untag", "untags", metavar="KEY", multiple=True, help="Remove a tag.")
@click.option("--star/--unstar", "starred", default=None, help="Mark runs with a star.")
@click.option(
    "--pin/--unpin", "pinned", default=None, help="Pin runs, which `pinned` finds."
)
@click.option("--archive/--unarchive", "into_archive", default=None,
              help="Keep runs out of the lists, or bring them back.")  # fmt: skip
@options
def edit(
    runs: tuple[str, ...],
    filter: str | None,
    archived: bool,
    name: str | None,
    note: str | None,
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    starred: bool | None,
    pinned: bool | None,
    into_archive: bool | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Change what is said of runs: name, note, tags, star, pin, archive.

    For example: trackbook edit --filter "metrics.acc < 0.5" --archive
    """
    if (name, note, starred, pinned, into_archive) == (None,) * 5 and not (
        tags or untags
    ):
        raise click.UsageError("nothing to change; --help says what can be")
    change: dict[str, Any] = {
        "tags": _read_tags(tags, untags),
        "starred": starred,
        "pinned": pinned,
        "archived": into_archive,
    }
    with open_home(home) as opened:
        run_ids = choose_runs(
            opened, runs, filter, archived=archived or into_archive is False
        )
        report = _edit(opened, run_ids, as_json, change)
        if name is not None or note is not None:
            if len(run_ids) != 1:
                raise BadInput(
                    f"{len(run_ids)} runs are meant; a name or a note is for one run"
                )
            event = RunEdited(seq=0, at=now(), run_id=run_ids[0], name=name, note=note)
            opened.edit(event).result()
            report = EditReport(run_count=1, changed_count=1)
    say_edited(report, "changed", as_json)


@click.command()
@RUNS
@FILTER
@click.option("--to", "target", metavar="EXPERIMENT", help="Its name or id.")
@click.option("--create", is_flag=True, help="Make the experiment if there is none.")
@click.option("--back", is_flag=True,
              help="Give the runs back to where they were recorded.")  # fmt: skip
@options
def move(
    runs: tuple[str, ...],
    filter: str | None,
    target: str | None,
    create: bool,
    back: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Move runs to another experiment.

    They stay there whatever is recorded later; --back undoes it.
    """
    if (target is None) == (not back):
        raise click.UsageError("say --to EXPERIMENT or --back, one of them")
    with open_home(home) as opened:
        run_ids = choose_runs(opened, runs, filter)
        experiment_id = "" if target is None else _find(opened, target, create)
        change = {"experiment_id": experiment_id}
        report = _edit(opened, run_ids, as_json, change)
    where = "given back" if target is None else f"moved to {target}"
    say_edited(report, where, as_json)


def say_edited(report: EditReport, done: str, as_json: bool) -> None:
    """Print how many runs were changed."""
    if as_json:
        print_json(report)
        return
    runs = "run" if report.changed_count == 1 else "runs"
    click.echo(f"{report.changed_count:,} {runs} {done}.")
    same = report.run_count - report.changed_count
    if same:
        click.echo(f"{same:,} were so already.")


def _edit(
    opened: Home, run_ids: list[str], as_json: bool, change: dict[str, Any]
) -> EditReport:
    with bar("Changing runs", len(run_ids), as_json) as tell:
        count = edit_runs(opened, run_ids, tell, **change)
    return EditReport(run_count=len(run_ids), changed_count=count)


def _find(opened: Home, name: str, create: bool) -> str:
    """Return the id of an experiment, made if that is wanted."""
    try:
        return opened.database.read(find_experiment, name).result()
    except ExperimentNotFound:
        if not create:
            raise
    event = opened.database.read(plan_experiment, name).result()
    opened.edit(event).result()
    return event.experiment_id


def _read_tags(tags: tuple[str, ...], untags: tuple[str, ...]) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(untags)
    for tag in tags:
        key, _, value = tag.partition("=")
        if not key.strip():
            raise BadInput(f"{tag!r} is no tag; write KEY=VALUE")
        found[key.strip()] = value
    return found
