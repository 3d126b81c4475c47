"""`trackbook experiments`: list, create, rename, merge them, and take that back."""

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from trackbook.events import ExperimentEdited
from trackbook_server import contract as c
from trackbook_server.cli.common import make_console, open_home, options, print_json
from trackbook_server.cli.tables import make_table, say_moment
from trackbook_server.store import queries
from trackbook_server.store.finding import find_experiment
from trackbook_server.store.home import Home, now
from trackbook_server.store.plans import check_name, plan_experiment, plan_merge


@click.group(invoke_without_command=True)
@options
@click.pass_context
def experiments(ctx: click.Context, as_json: bool, home: Path | None) -> None:
    """List the experiments, or create, rename and merge them.

    An experiment is a named group of runs; by default, a notebook.
    """
    if ctx.invoked_subcommand is not None:
        return
    with open_home(home) as opened:
        found = opened.database.read(queries.list_experiments).result().experiments
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("No experiments yet; the first run makes one.")
        return
    table = make_table("name", "runs", "last run", "notebook", "id", right=["runs"])
    for each in found:
        merged = f" (with {', '.join(each.merged)})" if each.merged else ""
        last = each.last_started_at
        table.add_row(
            Text(each.name + merged),
            Text(f"{each.run_count:,}"),
            Text("" if last is None else say_moment(last)),
            Text(each.notebook_path or ""),
            Text(each.experiment_id, style="dim"),
        )
    make_console().print(table)


@experiments.command()
@click.argument("name")
@options
def create(name: str, as_json: bool, home: Path | None) -> None:
    """Make an experiment for runs to be moved to."""
    with open_home(home) as opened:
        event = opened.database.read(plan_experiment, name).result()
        opened.edit(event).result()
        if not opened.owns:
            _say_told(as_json)
            return
        found = _get(opened, event.experiment_id)
    _say(f"{found.name!r} is there; `trackbook move RUN… --to` it.", found, as_json)


@experiments.command()
@click.argument("experiment")
@click.argument("name")
@options
def rename(experiment: str, name: str, as_json: bool, home: Path | None) -> None:
    """Give EXPERIMENT (its name or id) another NAME."""
    with open_home(home) as opened:
        experiment_id = opened.database.read(find_experiment, experiment).result()
        said = check_name(name)
        _edit(opened, experiment_id, name=said)
        found = _get(opened, experiment_id)
    _say(f"{experiment!r} is called {said!r} now.", found, as_json)


@experiments.command()
@click.argument("experiments", nargs=-1, required=True)
@click.option("--into", required=True, metavar="EXPERIMENT",
              help="The experiment that they become part of.")  # fmt: skip
@options
def merge(
    experiments: tuple[str, ...], into: str, as_json: bool, home: Path | None
) -> None:
    """Let EXPERIMENTS be part of another one.

    Their runs, also those to come, belong to it; `experiments split` undoes that.
    """
    with open_home(home) as opened:
        target = opened.database.read(find_experiment, into).result()
        for name in experiments:
            source = opened.database.read(find_experiment, name).result()
            opened.database.read(plan_merge, source, target).result()
            _edit(opened, source, merged_into=target)
        opened.ingest_now()
        found = _get(opened, target)
    _say(f"{found.name!r} has {found.run_count:,} runs now.", found, as_json)


@experiments.command()
@click.argument("experiment")
@options
def split(experiment: str, as_json: bool, home: Path | None) -> None:
    """Take back that EXPERIMENT was merged into another."""
    with open_home(home) as opened:
        experiment_id = opened.database.read(find_experiment, experiment).result()
        _edit(opened, experiment_id, merged_into="")
        opened.ingest_now()
        found = _get(opened, experiment_id)
    _say(f"{found.name!r} has {found.run_count:,} runs of its own.", found, as_json)


def _edit(opened: Home, experiment_id: str, **fields: Any) -> None:
    opened.edit(
        ExperimentEdited(seq=0, at=now(), experiment_id=experiment_id, **fields)
    ).result()


def _get(opened: Home, experiment_id: str) -> c.Experiment:
    return opened.database.read(queries.get_experiment, experiment_id).result()


def _say(said: str, found: c.Experiment, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        click.echo(said)


def _say_told(as_json: bool) -> None:
    """Say that the process that owns the home will do it."""
    if as_json:
        print_json(None)
    else:
        click.echo("The process that owns the home was told, and will do it.")
