"""One plain sentence: how a run differs from the one before. Pure; no database."""

import json
from collections.abc import Sequence

from trackbook_server import contract as c
from trackbook_server.store.naming import describe_value


def make_sentence(
    params: list[c.RunParam],
    main: c.MainMetric | None,
    previous: str | None,
    cells: Sequence[str] = (),
) -> str:
    """Say in plain words how a run differs from the one before.

    `cells` are words for what was done to the cells besides ("2 cells edited").
    """
    if previous is None:
        result = "" if main is None else f"; {main.key} is {_short(main.value)}"
        return f"The first run of this experiment{result}."
    what = _describe_changes(_without_repeats(params), cells)
    if main is None:
        return f"Compared with “{previous}”: {what}."
    value = _short(main.value)
    if main.change is None:
        return f"Compared with “{previous}”: {what}; {main.key} is {value}."
    if main.change == 0:
        return f"Compared with “{previous}”: {what}; {main.key} stayed at {value}."
    verdict = {True: ", which is better", False: ", which is worse", None: ""}
    direction = "rose" if main.change > 0 else "fell"
    return (
        f"Compared with “{previous}”: {what}; {main.key} {direction} by "
        f"{_short(abs(main.change))} to {value}{verdict[main.better]}."
    )


def _without_repeats(params: list[c.RunParam]) -> list[c.RunParam]:
    """Return what changed; an estimator's param that only repeats is left out."""
    changed = [param for param in params if param.changed]
    own = [param for param in changed if param.origin != "estimator"]
    said = [(param.value, param.previous) for param in own]
    values = [param.value for param in own]
    return own + [
        param
        for param in changed
        if param.origin == "estimator"
        # What is new in an estimator had no other value before.
        and (param.value, param.previous) not in said
        and not (param.is_new and param.value in values)
    ]


def _describe_changes(changed: list[c.RunParam], cells: Sequence[str]) -> str:
    if not changed and not cells:
        return "no param changed"
    words: list[str] = []
    for param in changed[:3]:
        value = describe_value(json.dumps(param.value))[:60]
        if param.is_new:
            words.append(f"{param.key} {value} is new")
        else:
            before = describe_value(json.dumps(param.previous))[:60]
            words.append(f"{param.key} went from {before} to {value}")
    if len(changed) > 3:
        more = len(changed) - 3
        words.append(f"{more} more {'param' if more == 1 else 'params'} changed")
    words += cells
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _short(value: c.Number) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
