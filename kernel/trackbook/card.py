"""What is being recorded, as a person reads it: as text and as HTML.

Pure but for reading the recorder; `widgets.py` puts it on screen.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import isfinite

from trackbook.live_points import Series
from trackbook.recorder import Recorder

MAX_METRICS = 8
_WIDTH, _HEIGHT = 120, 22
_MAX_TEXT = 80
_MAX_LINE_POINTS = 120

NOT_RECORDING = "trackbook: not recording. `%track on` begins."


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card shows of a recording."""

    run: str | None
    experiment: str
    home: str
    counts: str
    elapsed_seconds: float
    metrics: Sequence[Series]
    point_count: int
    pending_count: int
    flushed_ns: int
    dropped_count: int


def read_facts(recorder: Recorder) -> CardFacts:
    """Return what is being recorded now."""
    run = recorder.runs.find_current()
    now = time.monotonic() if recorder.is_executing else recorder.changed_at
    return CardFacts(
        run=None if run is None else run.name or run.run_id,
        experiment=recorder.runs.find_experiment() or "this notebook",
        home=str(recorder.home),
        counts=f"{say_count(recorder.run_count, 'run')}, "
        f"{say_count(recorder.execution_count, 'cell execution')}, "
        f"{say_count(recorder.point_count, 'result')}",
        elapsed_seconds=0.0 if run is None else max(0.0, now - recorder.opened_at),
        metrics=[] if run is None else recorder.live.list_of(run.run_id),
        point_count=recorder.live.point_count,
        pending_count=recorder.journal.pending_count,
        flushed_ns=recorder.journal.flushed_ns,
        dropped_count=recorder.journal.dropped_count,
    )


def render_text(facts: CardFacts) -> str:
    """Return the card as lines of text."""
    rows = [
        ("run", facts.run or "none yet"),
        ("experiment", facts.experiment),
        ("home", facts.home),
        ("counts", facts.counts),
        ("points", _say_points(facts)),
        *((_cut(found.key, 20), _say_value(found)) for found in _shown(facts)),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(
        ["trackbook: recording", *(f"  {n:{width}}  {text}" for n, text in rows)]
    )


def render_html(facts: CardFacts | None) -> str:
    """Return the card as HTML, everything in it escaped; None: nothing is recorded."""
    if facts is None:
        return f"<div>{escape(NOT_RECORDING)}</div>"
    rows = [
        ("Run", facts.run or "none yet"),
        ("Experiment", facts.experiment),
        ("Home", facts.home),
        ("Elapsed", say_seconds(facts.elapsed_seconds)),
        ("Recorded", facts.counts),
        ("Points", _say_points(facts)),
    ]
    cells = "".join(
        f"<tr><th style='text-align:left;padding:0 1em 0 0;font-weight:normal;"
        f"opacity:.7'>{escape(name)}</th>"
        f"<td colspan='2' style='text-align:left'>{escape(_cut(text, 200))}</td></tr>"
        for name, text in rows
    )
    cells += "".join(
        f"<tr><th style='text-align:left;padding:0 1em 0 0'>"
        f"{escape(_cut(found.key, _MAX_TEXT))}</th>"
        f"<td style='text-align:right;padding:0 1em 0 0'>{_say_value(found)}</td>"
        f"<td style='text-align:left'>{draw_line(found)}</td></tr>"
        for found in _shown(facts)
    )
    hidden = len(facts.metrics) - MAX_METRICS
    if hidden > 0:
        cells += f"<tr><td colspan='3'>and {say_count(hidden, 'metric')} more</td></tr>"
    return f"<table class='trackbook-card' style='margin:0'>{cells}</table>"


def draw_line(series: Series) -> str:
    """Return a metric's points as a small line; empty where there is none to draw."""
    points = [
        (step, value)
        for step, value in zip(series.steps, series.values, strict=True)
        if isfinite(value)
    ]
    points.sort()
    points = points[:: max(1, len(points) // _MAX_LINE_POINTS)]
    if len(points) < 2:
        return ""
    low, high = (limit(value for _, value in points) for limit in (min, max))
    first, last = points[0][0], points[-1][0]
    drawn = " ".join(
        f"{1 + (_WIDTH - 2) * _share(step, first, last):.1f},"
        f"{_HEIGHT - 2 - (_HEIGHT - 4) * _share(value, low, high):.1f}"
        for step, value in points
    )
    said = f"{_say_number(points[0][1])} to {_say_number(points[-1][1])}"
    return (
        f"<svg role='img' aria-label='from {said}' width='{_WIDTH}' height='{_HEIGHT}'>"
        f"<polyline points='{drawn}' fill='none' stroke='currentColor'/></svg>"
    )


def _share(value: float, low: float, high: float) -> float:
    """Return where a value lies between two, from 0 to 1."""
    span = high / 2 - low / 2  # halves: the whole may be beyond what a float holds
    return (value / 2 - low / 2) / span if span > 0 else 0.5


def say_count(number: int, what: str) -> str:
    """Return a number of things in words: 1 run, 2 runs."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def say_seconds(seconds: float) -> str:
    """Return a duration as a person says it: 45 s, 3 min 12 s, 2 h 5 min."""
    units = [("h", 3600), ("min", 60), ("s", 1)]
    whole = int(seconds)
    for (large, size), (small, part) in pairwise(units):
        if whole >= size:
            return f"{whole // size} {large} {whole % size // part} {small}"
    return f"{whole} s"


def _shown(facts: CardFacts) -> Sequence[Series]:
    return facts.metrics[:MAX_METRICS]


def _say_points(facts: CardFacts) -> str:
    flushed = "nothing written yet"
    if facts.flushed_ns:
        at = time.localtime(facts.flushed_ns / 1e9)
        flushed = f"last flush {time.strftime('%H:%M:%S', at)}"
    waiting = f", {facts.pending_count:,} waiting" if facts.pending_count else ""
    return f"{facts.point_count:,}{waiting}, {flushed}, dropped = {facts.dropped_count}"


def _say_value(series: Series) -> str:
    return f"{_say_number(series.last)} ({say_count(series.count, 'point')})"


def _say_number(value: float) -> str:
    return f"{value:.4g}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
