"""What an optuna study found: its best values and params, and its trials as a table.

Knows a study by its class's module and imports nothing. Of a study in a database its
own cache is asked, which holds the trials that it has just run.
"""

from typing import Any

from trackbook.capture.guard import attempt
from trackbook.capture.literals import to_json_value
from trackbook.capture.searches import MAX_CANDIDATES
from trackbook.capture.states import Table, Yield
from trackbook.capture.variables import to_scalar
from trackbook.events import Param


def is_study(value: Any) -> bool:
    """Tell whether an object is a study; calls nothing of it."""
    return any(
        kind.__name__ == "Study" and kind.__module__.partition(".")[0] == "optuna"
        for kind in type(value).__mro__
    )


def read_study(name: str, study: Any, found: Yield) -> list[Param]:
    """Add what a study holds to what the cell yielded; return its best params."""
    trials = study.get_trials(deepcopy=False)
    if not any(trial.values for trial in trials):
        return []
    goals = _name_goals(study)
    found.tables.append(_read_trials(name, trials[:MAX_CANDIDATES], goals))
    if len(goals) > 1:
        # The best of each goal: which trial is best is for a person to say.
        bests: list[Any] = attempt(lambda: study.best_trials, default=[])
        for place, (goal, direction) in enumerate(
            zip(goals, study.directions, strict=True)
        ):
            choose = max if direction.name == "MAXIMIZE" else min
            values = [trial.values[place] for trial in bests]
            if values:
                found.metrics[f"{name}.best_{goal}"] = choose(values)
        return []
    best = attempt(lambda: study.best_trial, default=None)
    value = None if best is None else to_scalar(best.value)
    if best is None or value is None:
        return []
    found.metrics[f"{name}.best_{goals[0]}"] = value
    return [
        Param(f"{name}.best.{key}", to_json_value(item), "estimator")
        for key, item in best.params.items()
    ]


def _name_goals(study: Any) -> list[str]:
    """Return what the values are called: as the person says, else `value`."""
    count = len(study.directions)
    said = attempt(lambda: study.metric_names, default=None)
    if said and len(said) == count:
        return [str(name) for name in said]
    return ["value"] if count == 1 else [f"value_{place}" for place in range(count)]


def _read_trials(name: str, trials: list[Any], goals: list[str]) -> Table:
    tried: dict[str, None] = {}
    for trial in trials:
        tried.update(dict.fromkeys(trial.params))
    columns = ("number", *tried, *goals, "state")
    rows = []
    for trial in trials:
        values = trial.values or [None] * len(goals)
        rows.append(
            (
                trial.number,
                *(to_json_value(trial.params.get(key)) for key in tried),
                *(to_json_value(value) for value in values),
                trial.state.name.lower(),
            )
        )
    return Table(name, columns, rows, tuple(tried), "search")
