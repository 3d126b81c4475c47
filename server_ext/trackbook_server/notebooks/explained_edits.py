"""Which edits of cells say nothing that a changed param does not say already.

Pure: code is parsed, never executed.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from trackbook_server.contract import CellDifference
from trackbook_server.notebooks.plain_python import to_plain

_SAME_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset", "kind")


class _OtherCodeError(Exception):
    """The two differ in more than values."""


@dataclass(frozen=True, slots=True)
class ParamEdit:
    """A param that differs; `before` or `after` is `ABSENT` where it was not set."""

    key: str
    before: Any
    after: Any


ABSENT = object()


def list_unexplained(
    cells: Iterable[CellDifference], edits: Iterable[ParamEdit]
) -> list[CellDifference]:
    """Return the cells whose code people changed, but for what the params say.

    An edit of comments and of a text between the code is none.
    """
    said = list(edits)
    return [
        cell
        for cell in cells
        if cell.change in ("added", "removed", "edited")
        and _is_code(cell)
        and not is_explained(
            "" if cell.before is None else cell.before.source,
            "" if cell.after is None else cell.after.source,
            said,
        )
    ]


def is_explained(before: str, after: str, edits: Iterable[ParamEdit]) -> bool:
    """Say whether two sources differ only in values that are the params' own."""
    trees = [to_plain(source).tree for source in (before, after)]
    if trees[0] is None or trees[1] is None:
        return before == after
    said = list(edits)
    gone = {edit.key: edit.before for edit in said if edit.after is ABSENT}
    new = {edit.key: edit.after for edit in said if edit.before is ABSENT}
    first = [node for node in trees[0].body if not _binds(node, gone)]
    second = [node for node in trees[1].body if not _binds(node, new)]
    changed = [(edit.before, edit.after) for edit in said]
    try:
        return all(
            any(_same(old, a) and _same(now, b) for a, b in changed)
            for old, now in _differing(first, second)
        )
    except _OtherCodeError:
        return False


def _is_code(cell: CellDifference) -> bool:
    shown = cell.after or cell.before
    if shown is None or shown.cell_type != "code":
        return False
    # What is kept beside the code (tags, attachments) is no change of what ran.
    return cell.change != "edited" or "source" in cell.differs


def _binds(node: ast.stmt, values: dict[str, Any]) -> bool:
    """Say whether a statement only binds a param, or several, to its value."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return False
    if not isinstance(target, ast.Name):
        return False
    name = target.id
    if name in values:
        found = _literal(value)
        return found is not None and _same(found[0], values[name])
    # A dict's entries are params of their own: `cfg.lr`.
    return isinstance(value, ast.Dict) and any(
        key.startswith(f"{name}.") for key in values
    )


def _differing(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the values in which two trees differ. Raises _OtherCodeError."""
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        left, right = _literal(one), _literal(other)
        if left and right and not isinstance(left[0], (list, tuple, dict, set)):
            if not _same(left[0], right[0]):
                yield left[0], right[0]
            return
        if type(one) is not type(other):
            raise _OtherCodeError
        for name in one._fields:
            if name not in _SAME_PLACE:
                yield from _differing(getattr(one, name), getattr(other, name))
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            raise _OtherCodeError
        for a, b in zip_longest(one, other):
            yield from _differing(a, b)
    elif one != other:
        raise _OtherCodeError


def _literal(node: ast.AST) -> tuple[Any] | None:
    """Return the value that a node is, in a tuple of its own."""
    if not isinstance(node, ast.expr):
        return None
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, tuple):
        one = list(one)
    return bool(one == other)
