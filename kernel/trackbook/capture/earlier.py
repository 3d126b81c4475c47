"""The params of cells that ran before the recording, as far as they still hold.

Reads sources from the history and the namespace; executes nothing.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trackbook.capture.analysis import analyse
from trackbook.capture.estimators import read_estimators
from trackbook.capture.facts import CellFacts
from trackbook.capture.guard import attempt
from trackbook.capture.literals import to_params
from trackbook.capture.states import Bindings, Yield
from trackbook.capture.variables import find_unbound


def read_earlier(
    sources: Iterable[str],
    transform: Callable[[str], str],
    namespace: Mapping[str, Any],
) -> tuple[Bindings, Bindings]:
    """Return params by the name that was bound, and those of estimators by theirs.

    `transform` turns IPython's syntax into Python's. A literal counts only if its name
    still has that value: a cell may have failed, or something else have rebound it.
    """
    literals: dict[str, Any] = {}
    estimators: dict[str, Any] = {}
    for source in sources:
        facts = attempt(_analyse, source, transform, default=None)
        if facts is None:
            continue
        for name in facts.conditional | facts.unbound | facts.computed.keys():
            literals.pop(name, None)
        literals |= facts.params
        if facts.fits:
            estimators |= attempt(
                read_estimators,
                facts,
                facts.computed,
                namespace,
                None,
                Yield(),
                default={},
            )
    gone = set(find_unbound(literals, namespace))
    params = {
        name: to_params(name, value, "auto")
        for name, value in literals.items()
        if name not in gone
    }
    return params, estimators


def _analyse(source: str, transform: Callable[[str], str]) -> CellFacts:
    return analyse(ast.parse(transform(source)), source)
