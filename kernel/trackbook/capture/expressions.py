"""What an expression of a cell is: a magic, a look, a fit, the start of a run.

Pure, on syntax nodes.
"""

import ast

from trackbook.capture.facts import Fit, LastExpression
from trackbook.capture.names import call_name, is_count, name_expression, words

_LOOKS = words(
    "head tail describe info sample value_counts dtypes display print type len dir "
    "help isna isnull notna sum unique nunique show to_string keys values items"
)
_FITS = frozenset(
    ["fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "optimize"]
)
_MAGIC_METHODS = words("run_line_magic run_cell_magic system getoutput")


def find_magic(node: ast.expr) -> tuple[str, str, str] | None:
    """Return (method, name, line) of a magic or shell line, as IPython rewrote it."""
    if type(node) is not ast.Call or type(node.func) is not ast.Attribute:
        return None
    if node.func.attr not in _MAGIC_METHODS:  # nearly always; the rest takes long
        return None
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="get_ipython"), args=[]), attr=method
            ),
            args=args,
        ):
            said = [
                str(arg.value) if isinstance(arg, ast.Constant) else "" for arg in args
            ]
            name, line = [*said, "", ""][:2]
            return method, name, line
    return None


def is_own_magic(name: str, line: str) -> bool:
    """Tell whether a magic is trackbook's own, or loads it."""
    loads = name in {"load_ext", "reload_ext", "unload_ext"}
    return name == "track" or (loads and line.strip() == "trackbook")


def is_look(node: ast.expr) -> bool:
    """Tell whether an expression only shows something: a name, `df.head()`."""
    kind = type(node)
    while kind is ast.Attribute or kind is ast.Subscript:
        node = node.value  # type: ignore[attr-defined]
        kind = type(node)
    if kind is ast.Name or kind is ast.Constant:
        return True
    if kind is ast.Call:
        func = node.func  # type: ignore[attr-defined]
        if type(func) is ast.Attribute:
            return func.attr in _LOOKS and is_look(func.value)
        if type(func) is ast.Name:
            arguments = node.args  # type: ignore[attr-defined]
            return func.id in _LOOKS and all(map(is_look, arguments))
    elif kind is ast.Tuple:
        return all(map(is_look, node.elts))  # type: ignore[attr-defined]
    return False


def starts_run(statement: ast.stmt) -> bool:
    """Tell whether a statement calls `start_run` when it runs, not in a definition."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
        == "start_run"
        for node in ast.walk(statement)
    )


def read_last(node: ast.expr) -> LastExpression | None:
    """Return what a cell's last expression is called; None for a magic."""
    if find_magic(node) is not None:
        return None
    name = node.id if isinstance(node, ast.Name) else None
    producer = call_name(node)
    return LastExpression(name_expression(node), name, producer, is_count(node))


def find_fits(tree: ast.Module) -> list[Fit]:
    """Return what the cell fits, wherever in it that is done."""
    found: dict[str, Fit] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                attr in _FITS
            ):
                found.setdefault(name, Fit(name))
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id=name)) as made, attr=attr
                )
            ) if attr in _FITS and name[:1].isupper():
                found.setdefault(name, Fit(name, made))
    return list(found.values())
