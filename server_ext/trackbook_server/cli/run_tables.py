"""One run for a terminal: what `trackbook show` prints."""

from rich.text import Text

from trackbook_server.cli.common import make_console
from trackbook_server.cli.tables import (
    SHORT_ID,
    make_table,
    say_duration,
    say_time,
    shorten,
    status_style,
)
from trackbook_server.contract import Explanation, MetricSummary, Run, RunParam
from trackbook_server.notebooks.compare_sentence import say_number, say_value

_MAX_ROWS = 20
_VERDICT_STYLES = {"green": "green", "amber": "yellow", "red": "red", "unknown": "dim"}
_MARKS = {"red": "!", "amber": "!", "unknown": "?", "note": "-"}


def print_run(run: Run, explanation: Explanation) -> None:
    """Print a run's page."""
    console = make_console()
    console.print(Text(run.name, style="bold"), Text(f"{run.status}, run {run.number}"))
    console.print(Text(run.sentence))
    facts = make_table("", "")
    for name, value in (
        ("id", run.run_id),
        ("experiment", run.experiment),
        ("notebook", run.notebook_path or "not known"),
        ("started", say_time(run.started_at)),
        ("time", say_duration(run.duration_ms)),
        ("note", run.note),
        ("tags", ", ".join(f"{key}={value}" for key, value in run.tags.items())),
        ("error", run.error or ""),
    ):
        if value:
            facts.add_row(Text(name, style="dim"), Text(value))
    facts.show_header = False
    console.print(facts)
    _print_params(run)
    _print_metrics(run)
    _print_tables(run)
    _print_cells(run)
    _print_revisions(run)
    _print_explanation(explanation)


def _print_params(run: Run) -> None:
    if not run.param_list:
        return
    table = make_table("param", "value", "before", "origin")
    for param in run.param_list:
        before = say_value(param.previous) if param.changed and not param.is_new else ""
        table.add_row(
            Text(param.key, style="bold" if param.changed else ""),
            Text(_say_param(param)),
            Text(before),
            Text(param.origin, style="dim"),
        )
    make_console().print(table)


def _print_metrics(run: Run) -> None:
    if not run.metric_list:
        return
    table = make_table(
        "metric", "last", "min", "max", "points",
        right=["last", "min", "max", "points"],
    )  # fmt: skip
    for metric in run.metric_list:
        table.add_row(
            Text(metric.key),
            Text(_say_last(metric), style="bold"),
            Text(say_number(metric.min)),
            Text(say_number(metric.max)),
            Text(f"{metric.count:,}"),
        )
    make_console().print(table)


def _print_tables(run: Run) -> None:
    for found in run.tables:
        table = make_table(*found.columns, right=found.columns)
        table.title, table.title_justify = found.name, "left"
        for values in found.rows[:_MAX_ROWS]:
            table.add_row(*(Text(shorten(say_value(value), 40)) for value in values))
        console = make_console()
        console.print(table)
        more = found.row_count - min(len(found.rows), _MAX_ROWS)
        if more > 0:
            console.print(Text(f"{more:,} more rows", style="dim"))


def _say_last(metric: MetricSummary) -> str:
    """Return a metric's last value, with the deviation of its folds."""
    last = say_number(metric.last)
    return last if metric.std is None else f"{last} ± {say_number(metric.std)}"


def _say_param(param: RunParam) -> str:
    """Return a param's value, and how long it is where this is only its beginning."""
    value = say_value(param.value)
    return value if param.blob is None else f"{value} ({param.blob.size_bytes:,} bytes)"


def _print_cells(run: Run) -> None:
    if not run.cell_executions:
        return
    table = make_table(
        "cell", "status", "time", "outputs", "source",
        right=["cell", "time", "outputs"],
    )  # fmt: skip
    for execution in run.cell_executions:
        lines = execution.source.strip().splitlines() or [""]
        more = f"  (+{len(lines) - 1} lines)" if len(lines) > 1 else ""
        table.add_row(
            Text(f"[{execution.execution_count or ' '}]"),
            Text(execution.status, style=status_style(execution.status)),
            Text(say_duration(execution.duration_ms or 0)),
            Text(str(execution.output_count or "")),
            Text(f"{shorten(lines[0], 80)}{more}"),
        )
    make_console().print(table)


def _print_revisions(run: Run) -> None:
    if not run.revisions:
        return
    table = make_table("notebook", "captured", "cells", "revision")
    for info in run.revisions[:5]:
        table.add_row(
            Text(f"r{info.number} as {info.moment}"),
            Text(say_time(info.captured_at)),
            Text(str(info.cell_count)),
            Text(info.revision_id[:SHORT_ID], style="dim"),
        )
    make_console().print(table)


def _print_explanation(explanation: Explanation) -> None:
    console = make_console()
    verdict = explanation.verdict
    console.print(
        Text("Does the notebook explain it?", style="bold"),
        Text(verdict, style=_VERDICT_STYLES[verdict]),
    )
    for reason in explanation.reasons:
        is_note = reason.severity == "note"
        console.print(
            Text(
                f"{_MARKS[reason.severity]} {reason.sentence}",
                style="dim" if is_note else "",
            )
        )
    if explanation.more_count:
        console.print(Text(f"- {explanation.more_count} more", style="dim"))
    for checked in explanation.checked:
        console.print(Text(f"\N{CHECK MARK} {checked}", style="dim"))
    for left in explanation.not_checked:
        console.print(Text(f"- not checked: {left}", style="dim"))
