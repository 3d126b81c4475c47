"""Small questions to syntax trees, and to the ops made of them. Pure."""

import ast
from collections.abc import Iterable, Sequence

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_ops import Augment, Bind, Call, Delete, Load, Op


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """Return all arguments that a function names."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [*found, *(each for each in (arguments.vararg, arguments.kwarg) if each)]


def self_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return what a method calls its object; a static one has none."""
    is_static = any(
        isinstance(each, ast.Name) and each.id == "staticmethod"
        for each in node.decorator_list
    )
    positional = [*node.args.posonlyargs, *node.args.args]
    return positional[0].arg if positional and not is_static else ""


def declared_in(
    body: Iterable[ast.stmt], kind: type[ast.Global] | type[ast.Nonlocal]
) -> frozenset[str]:
    """Return the names that a body declares global, or nonlocal."""
    return frozenset(
        name
        for node in body
        for inner in ast.walk(node)
        if isinstance(inner, kind)
        for name in inner.names
    )


def names_in(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that a body binds, but not in functions within it."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                found.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {a.asname or a.name.partition(".")[0] for a in names}
            case ast.ExceptHandler(name=str() as name):
                found.add(name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                found.add(name)
            case _:
                pass
        waiting += ast.iter_child_nodes(node)
    return found


def bound_in(ops: Iterable[Op]) -> set[str]:
    """Return the names that are bound for certain."""
    return {op.name for op in ops if isinstance(op, Bind) and not op.weak}


def weakened(op: Op, always: set[str]) -> Op:
    """Return an op that may happen, but for what it binds `always`."""
    match op:
        case Bind(name, value, module=module) if name not in always:
            return Bind(name, value, True, module)
        case Augment(name, value):
            return Augment(name, value, True)
        case Delete(name):
            return Delete(name, True)
        case Load(name):
            return Load(name, True)
        case _:
            return op


def softened(op: Op) -> Op:
    """Return an op of code that may not run."""
    return weakened(op, set())


def path_of(node: ast.expr) -> tuple[tuple[str, ...], ast.expr]:
    """Return the attributes behind what a call begins with, and that."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    return tuple(reversed(path)), node


def is_plain(decorator: ast.expr) -> bool:
    """Say whether a decorator is known to keep nothing between calls."""
    path, root = path_of(
        decorator.func if isinstance(decorator, ast.Call) else decorator
    )
    name = path[-1] if path else getattr(root, "id", "")
    return name in known.PLAIN_DECORATORS


def only_looks(node: ast.stmt) -> bool:
    """Say whether a statement only shows something, and can't fail."""
    if not isinstance(node, ast.Expr):
        return isinstance(node, ast.Pass)
    value = node.value
    if isinstance(value, ast.Call):
        path, root = path_of(value.func)
        name = path[-1] if path else getattr(root, "id", "")
        return (
            name in known.LOOKS
            and not value.keywords
            and all(isinstance(each, ast.Name | ast.Constant) for each in value.args)
            and isinstance(root, ast.Name)
            and len(path) < 2
            and name not in ("len", "dtypes")
        )
    return isinstance(value, ast.Name | ast.Constant)


def text_of(node: ast.stmt, lines: Sequence[bytes]) -> str:
    """Return a statement's source, that of its decorators too."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    last = node.end_lineno or node.lineno
    found = list(lines[first - 1 : last])
    found[-1] = found[-1][: node.end_col_offset]
    if not decorators:
        found[0] = found[0][node.col_offset :]
    return b"\n".join(line.rstrip() for line in found).decode("utf-8", "replace")


def is_pure(call: Call) -> bool:
    """Say whether a method of an object that others made leaves it as it is."""
    return call.path[-1] in known.PURE_METHODS and not call.keywords & {
        "inplace",
        "out",
        "overwrite_input",
    }
