"""What the code of cells says; of a cell that is executed again it is known.

Pure, on the trees that IPython made. Of a person's cells most are executed again, and
again, and reading one takes about as long as all else that is done before it runs.
"""

import ast
import re
from copy import copy
from typing import NamedTuple

from trackbook.capture.analysis import analyse
from trackbook.capture.attempts import Attempt, read_attempt
from trackbook.capture.facts import CellFacts
from trackbook.capture.literals import to_params
from trackbook.capture.states import Bindings
from trackbook.events import Param, ParamOrigin

_MAX_KNOWN = 256
_MAX_SOURCE = 64 * 1024
_MIN_SIZE = 4
"""Of so many statements a cell is worth to be known again."""

_PAPERMILL = re.compile(r"\s*# (?:Parameters|Injected)")


class Reading(NamedTuple):
    """What code of `size` statements says: facts, what it tries, its literals."""

    size: int
    facts: CellFacts
    tried: Attempt
    literals: Bindings


class Readings:
    """The readings of a notebook's latest cells."""

    def __init__(self) -> None:
        self._known: dict[str, Reading] = {}

    def read_whole(self, tree: ast.Module, source: str) -> Reading:
        """Read a cell's code. Its facts are the caller's; what they hold is shared."""
        size = len(tree.body)
        if size < _MIN_SIZE or len(source) > _MAX_SOURCE:
            return read(tree, source)
        known = self._known.get(source)
        # The same source may be transformed to something else than before.
        if known is None or known.size != size:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[source] = read(tree, source)
        return Reading(size, copy(known.facts), known.tried, known.literals)


def read(tree: ast.Module, source: str) -> Reading:
    """Read code of a cell."""
    facts = analyse(tree, source)
    tried = read_attempt(tree, facts, source)
    literals: dict[str, tuple[Param, ...]] = {}
    if facts.params:
        origin: ParamOrigin = "papermill" if _PAPERMILL.match(source) else "auto"
        for name, value in facts.params.items():
            literals[name] = to_params(name, value, origin)
    for name, given in tried.arguments.items():
        literals[name] = to_params(name, given, "auto")
    return Reading(len(tree.body), facts, tried, literals)
