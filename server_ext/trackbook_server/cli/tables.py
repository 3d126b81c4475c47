"""Runs and differences as tables for a terminal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from trackbook_server.cli.common import make_console
from trackbook_server.contract import (
    Comparison,
    RunRecord,
    ValueDifference,
)
from trackbook_server.notebooks.compare_sentence import say_number, say_value

_MAX_PARAMS = 4
_MAX_METRICS = 4
SHORT_ID = 12
_NAME_WIDTH = 36
_FOLDED_NAME_WIDTH = 20


class _Column(NamedTuple):
    """A column of the list; the one with the highest `rank` is left out first.

    Those of rank 0 always stay.
    """

    title: str
    texts: list[str]
    rank: int

    @property
    def width(self) -> int:
        return max(cell_len(text) for text in [self.title, *self.texts])


def make_table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table; `right` names the columns of numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column in ("id", "started", "time"),
        )
    return table


def print_runs(records: Sequence[RunRecord]) -> None:
    """Print runs with the params that vary among them and their results."""
    params = _interesting_params(records)[:_MAX_PARAMS]
    metrics = _interesting_metrics(records)[:_MAX_METRICS]
    console = make_console()
    columns = [
        _Column("name", [_say_name(record) for record in records], 0),
        _Column("status", [record.status for record in records], 2),
        *(
            _metric_column(records, key, 4 if at else 0)
            for at, key in enumerate(metrics)
        ),
        *(_param_column(records, key, 5 if at else 1) for at, key in enumerate(params)),
        _Column("time", [say_duration(record.duration_ms) for record in records], 3),
        _Column("started", [say_moment(record.started_at) for record in records], 6),
        _Column("id", [record.run_id[:SHORT_ID] for record in records], 0),
    ]
    columns = _fitting(columns, console.width)
    right = [*metrics, "time"]
    table = make_table(*(column.title for column in columns), right=right)
    for column in table.columns[1:]:
        column.no_wrap = True
    styles = {**dict.fromkeys(metrics, "bold"), "id": "dim"}
    for at, record in enumerate(records):
        styles["status"] = status_style(record.status)
        table.add_row(
            *(Text(c.texts[at], style=styles.get(c.title, "")) for c in columns)
        )
    console.print(table)


def print_comparison(comparison: Comparison, everything: bool) -> None:
    """Print what differs between runs besides their notebooks, or all."""
    console = make_console()
    console.print(Text(comparison.sentence, style="bold"))
    names = [f"{run.number} {shorten(run.name, 24)}" for run in comparison.runs]
    for title, differences in (
        ("params", comparison.params),
        ("metrics", comparison.metrics),
        ("environment", comparison.environment),
    ):
        _print_values(title, differences, names, everything)


def say_duration(duration_ms: float) -> str:
    """Return a duration as people say it."""
    seconds = duration_ms / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def say_time(at: str) -> str:
    """Return a time of the store in the local zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M:%S}"


def say_moment(at: str) -> str:
    """Return a time of the store as short as it can be: today's without the date."""
    then = datetime.fromisoformat(at).astimezone()
    is_today = then.date() == datetime.now().astimezone().date()
    return f"{then:%H:%M:%S}" if is_today else f"{then:%Y-%m-%d %H:%M}"


def _print_values(
    title: str,
    differences: Sequence[ValueDifference],
    names: Sequence[str],
    everything: bool,
) -> None:
    shown = [d for d in differences if everything or d.differs]
    count = sum(d.differs for d in differences)
    console = make_console()
    if not differences:
        return
    console.print(Text(f"{title}: {count} of {len(differences)} differ"))
    if not shown:
        return
    table = make_table("", *names, right=names)
    for difference in shown:
        table.add_row(
            Text(difference.key, style="bold" if difference.differs else ""),
            *(
                Text(say_value(value)) if present else Text("-", style="dim")
                for value, present in zip(
                    difference.values, difference.present, strict=True
                )
            ),
        )
    console.print(table)


def _say_name(record: RunRecord) -> str:
    star = "★ " if record.starred else ""
    return f"{star}{shorten(record.name, _NAME_WIDTH)}"


def _metric_column(records: Sequence[RunRecord], key: str, rank: int) -> _Column:
    found = [record.metrics.get(key) for record in records]
    return _Column(key, ["" if m is None else say_number(m.last) for m in found], rank)


def _param_column(records: Sequence[RunRecord], key: str, rank: int) -> _Column:
    texts = [say_value(r.params[key]) if key in r.params else "" for r in records]
    return _Column(key, [shorten(text, _NAME_WIDTH) for text in texts], rank)


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """Return the columns that a terminal of that width has room for.

    Names may be folded; a number that is cut short would be another number.
    """
    left = list(columns)
    while len(left) > 1:
        name, *others = left
        needed = min(name.width, _FOLDED_NAME_WIDTH) + 2
        needed += sum(column.width + 3 for column in others)
        last = max(reversed(left), key=lambda column: column.rank)
        if needed <= width or last.rank == 0:
            break
        left.remove(last)
    return left


def _interesting_params(records: Sequence[RunRecord]) -> list[str]:
    """Return the params that differ among the runs; all of a single one.

    An estimator's param that only repeats one of the notebook's is left out.
    """
    keys = list(dict.fromkeys(key for record in records for key in record.params))
    missing = object()
    shown = [
        key
        for key in keys
        if not _only_repeats(records, key)
        and (
            len(records) == 1
            or any(
                record.params.get(key, missing) != records[0].params.get(key, missing)
                for record in records
            )
        )
    ]
    return sorted(shown, key=lambda key: "." in key)


def _only_repeats(records: Sequence[RunRecord], key: str) -> bool:
    """Say whether each value of `clf.lr` is one of a param without a dot."""
    return "." in key and all(
        any(
            "." not in other and value == record.params[key]
            for other, value in record.params.items()
        )
        for record in records
        if key in record.params
    )


def _interesting_metrics(records: Sequence[RunRecord]) -> list[str]:
    """Return the main metrics first, then the others."""
    mains = [record.main_metric for record in records if record.main_metric]
    others = [key for record in records for key in record.metrics]
    return list(dict.fromkeys([*mains, *others]))


def status_style(status: str) -> str:
    """Return the colour of a status; empty where it needs none."""
    return {"failed": "red", "error": "red", "lost": "yellow", "interrupted": "yellow",
            "running": "cyan"}.get(status, "")  # fmt: skip


def shorten(text: Any, width: int) -> str:
    """Return a text on one line and at most `width` characters long."""
    line = " ".join(str(text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
