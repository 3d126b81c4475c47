"""`trackbook query`: raw SQL over the runs, read-only."""

import csv
import itertools
import json
import math
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from trackbook.paths import database_path
from trackbook_server.cli.common import make_console, open_home, options, print_json
from trackbook_server.store.csv_text import plain
from trackbook_server.store.sql_query import Answer, Query
from trackbook_server.store.sql_views import VIEWS, list_columns

_TABLE_ROWS = 200
_CELL_CHARS = 200


@click.command()
@click.argument("sql", metavar="SQL", required=False)
@click.option("--format", "shape", type=click.Choice(["table", "json", "csv"]),
              help="How rows are printed; a table without it.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), metavar="N",
              help=f"At most so many rows; {_TABLE_ROWS} of a table without "
              "it.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.001), metavar="SECONDS",
              help="Give up after so long.")  # fmt: skip
@click.option("--views", is_flag=True,
              help="List the views and their columns.")  # fmt: skip
@options
def query(
    sql: str | None,
    shape: str | None,
    limit: int | None,
    timeout: float | None,
    views: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Ask the runs with SQL: one select of documented views.

    SQL is SQLite's; "-" reads it from stdin. Nothing can be changed by it. For example:
    trackbook query "select status, count(*) from runs group by status"
    """
    if views:
        _print_views(as_json=as_json or shape == "json")
        return
    if sql is None:
        raise click.UsageError("Give the SQL, or --views to see what can be asked.")
    text = sys.stdin.read() if sql == "-" else sql
    shape = shape or ("json" if as_json else "table")
    with open_home(home) as opened, _interruptible() as stopping:
        asked = Query(
            database_path(opened.path),
            text,
            stopping=lambda: bool(stopping),
            seconds=timeout,
        )
        try:
            _PRINT[shape](asked.answer, limit)
        finally:
            asked.close()


def _print_table(answer: Answer, limit: int | None) -> None:
    most = limit or _TABLE_ROWS
    found = list(itertools.islice(answer.rows, most + 1))
    table = Table(box=None, header_style="bold")
    for column in answer.columns:
        numeric = all(isinstance(row[len(table.columns)], (int, float, type(None)))
                      for row in found)  # fmt: skip
        table.add_column(column, justify="right" if numeric else "left", no_wrap=True)
    for row in found[:most]:
        table.add_row(*map(_cell, row))
    make_console().print(table)
    if len(found) > most:
        click.echo(f"The first {most:,} rows; --limit takes more, --format csv all.")


def _print_json(answer: Answer, limit: int | None) -> None:
    """Print an array of objects, row by row."""
    behind = "["
    for row in itertools.islice(answer.rows, limit):
        said = dict(zip(answer.columns, map(_json_value, row), strict=True))
        click.echo(f"{behind}\n  {json.dumps(said, ensure_ascii=False)}", nl=False)
        behind = ","
    click.echo("[]" if behind == "[" else "\n]")


def _print_csv(answer: Answer, limit: int | None) -> None:
    """Print rows that no spreadsheet takes for formulas."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([plain(column) for column in answer.columns])
    for row in itertools.islice(answer.rows, limit):
        writer.writerow(
            [plain(value) if isinstance(value, str) else value for value in row]
        )


_PRINT: dict[str, Callable[[Answer, int | None], None]] = {
    "table": _print_table,
    "json": _print_json,
    "csv": _print_csv,
}


def _cell(value: Any) -> str:
    """Return a value as a cell: on one line, and nothing that a terminal obeys."""
    if value is None:
        return ""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= _CELL_CHARS else f"{text[: _CELL_CHARS - 1]}…"


def _json_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _print_views(*, as_json: bool) -> None:
    if as_json:
        print_json({name: list_columns(name) for name in VIEWS})
        return
    for name in VIEWS:
        click.echo(f"{name}: {', '.join(list_columns(name))}")


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """Give a list that Ctrl-C puts something into: SQLite asks for it."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: stopped.append(number))
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
