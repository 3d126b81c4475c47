"""Which names a cell reads, writes and changes in place: from its syntax alone.

Pure; nothing is executed. Where syntax does not tell, more is assumed than happens: a
call may change its object, a function that is mentioned may run. A loop is taken to run
at least once.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_expressions import ExpressionReader
from trackbook_server.notebooks.code_ops import (
    CellCode,
    Delete,
    Latent,
    Op,
    Statement,
    Value,
)
from trackbook_server.notebooks.code_syntax import (
    arguments_of,
    bound_in,
    is_plain,
    names_in,
    only_looks,
    self_of,
    text_of,
    weakened,
)
from trackbook_server.notebooks.code_values import (
    IMMUTABLE,
    joined,
    part_of,
)
from trackbook_server.notebooks.plain_python import to_plain


@lru_cache(maxsize=20_000)
def read_cell(source: str) -> CellCode:
    """Return what a cell does to names. Never raises; what it can't tell, it says."""
    plain = to_plain(source)
    if plain.tree is None:
        return CellCode(unchecked=plain.unchecked)
    unchecked = list(plain.unchecked)
    local: set[str] = set()
    lines = plain.text.encode("utf-8", "replace").split(b"\n")
    statements = []
    try:
        for node in plain.tree.body:
            reader = _Reader(unchecked, local)
            reader.statement(node)
            text = text_of(node, lines)
            statements.append(Statement(text, tuple(reader.ops), only_looks(node)))
    except RecursionError:
        return CellCode(unchecked=(*unchecked, "code that is nested too deeply"))
    return CellCode(
        tuple(statements), tuple(dict.fromkeys(unchecked)), frozenset(local)
    )


class _Reader(ExpressionReader):
    """Reads statements, too."""

    def block(self, body: Iterable[ast.stmt]) -> None:
        for node in body:
            self.statement(node)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                self.value(value)
            case ast.Assign(targets=targets, value=value):
                given = self.value(value)
                for target in targets:
                    self.assign(target, given, value)
            case ast.AnnAssign(target=target, annotation=annotation, value=bound):
                self.value(annotation)
                if bound is not None:
                    self.assign(target, self.value(bound), bound)
            case ast.AugAssign(target=target, value=value):
                self.augment(target, self.value(value))
            case ast.Import() | ast.ImportFrom():
                self.imports(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.If(test=test, body=body, orelse=orelse):
                self.value(test)
                self.branches([body, orelse])
            case ast.For() | ast.AsyncFor():
                self.assign(node.target, part_of(self.value(node.iter)))
                self.loop(node.body)
                self.branches([node.orelse, []])
            case ast.While(test=test, body=body, orelse=orelse):
                self.value(test)
                self.loop(body)
                self.value(test)
                self.branches([orelse, []])
            case (
                ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body)
            ):
                for item in items:
                    given = self.value(item.context_expr)
                    self.mutate(given, True)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, part_of(given))
                self.block(body)
            case ast.Try() | ast.TryStar():
                self.try_(node)
            case ast.Match(subject=subject, cases=cases):
                given = part_of(self.value(subject))
                self.branches([[case] for case in cases] + [[]], given)
            case ast.Delete(targets=targets):
                for target in targets:
                    self.delete(target)
            case ast.Raise(exc=exc, cause=cause):
                for each in (exc, cause):
                    if each is not None:
                        self.value(each)
            case ast.Assert(test=test, msg=msg):
                self.value(test)
                if msg is not None:
                    self.value(msg)
            case _:
                pass

    def loop(self, body: Sequence[ast.stmt]) -> None:
        """Read a body; an outer one twice, since what it ends with, it begins with."""
        self.depth += 1
        self.block(body)
        if self.depth == 1:
            self.block(body)
        self.depth -= 1

    def branches(
        self, bodies: Sequence[Sequence[ast.AST]], subject: Value | None = None
    ) -> None:
        """Read bodies of which one runs: what not all of them bind is bound weakly."""
        read = [self.apart(body, subject) for body in bodies]
        always = set.intersection(*(bound_in(ops) for ops in read)) if read else set()
        for ops in read:
            self.ops += [weakened(op, always) for op in ops]

    def apart(self, body: Sequence[ast.AST], subject: Value | None = None) -> list[Op]:
        kept, self.ops = self.ops, []
        for node in body:
            if isinstance(node, ast.match_case):
                self.pattern(node.pattern, subject or Value())
                if node.guard is not None:
                    self.value(node.guard)
                self.block(node.body)
            elif isinstance(node, ast.ExceptHandler):
                self.handler(node)
            elif isinstance(node, ast.stmt):
                self.statement(node)
        kept, self.ops = self.ops, kept
        return kept

    def try_(self, node: ast.Try | ast.TryStar) -> None:
        body = self.apart([*node.body, *node.orelse])
        handlers = [self.apart([handler]) for handler in node.handlers]
        staying = [
            ops
            for ops, handler in zip(handlers, node.handlers, strict=True)
            if not isinstance(handler.body[-1], ast.Raise)
        ]
        always = bound_in(body)
        for ops in staying:
            always &= bound_in(ops)
        self.ops += [weakened(op, always) for op in body]
        for ops in handlers:
            # Which of them ran, if any, is not known: they come on top of the body.
            self.ops += [weakened(op, set()) for op in ops]
        self.block(node.finalbody)

    def handler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.value(node.type)
        if node.name is not None:
            self.bind(node.name, Value())
        self.block(node.body)
        if node.name is not None:
            self.emit(node.name, Delete(node.name))

    def pattern(self, node: ast.pattern, subject: Value) -> None:
        for inner in ast.walk(node):
            match inner:
                case ast.MatchValue(value=value):
                    self.value(value)
                case ast.MatchClass(cls=cls):
                    self.value(cls)
                case (
                    ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name)
                ):
                    self.bind(name, subject)
                case ast.MatchMapping(rest=str() as name):
                    self.bind(name, subject)
                case _:
                    pass

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                name = alias.asname or module
            elif alias.name == "*":
                self.unchecked.append(f"from {node.module or '.'} import *")
                continue
            else:
                base = "." * node.level + (node.module or "")
                module, name = f"{base}.{alias.name}", alias.asname or alias.name
            if not known.is_trusted(module):
                self.local_modules.add(module.partition(".")[0] or ".")
            self.bind(name, IMMUTABLE, module=module)

    def delete(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.load(target.id)
            self.emit(target.id, Delete(target.id))
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self.delete(each)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            self.store(target, Value())

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        carried = self.outside(node.decorator_list, node.args)
        for annotation in (
            node.returns,
            *(a.annotation for a in arguments_of(node.args)),
        ):
            if annotation is not None:
                self.value(annotation)
        latent = self.latent(node.name, node.args, node.body, "")
        keeps = any(not is_plain(each) for each in node.decorator_list) or (
            latent.changes_arguments and not all(value.immutable for value in carried)
        )
        is_async = isinstance(node, ast.AsyncFunctionDef)
        latent = replace(latent, is_lazy=latent.is_lazy or is_async, keeps=keeps)
        self.keep(node.name, latent, carried)

    def class_(self, node: ast.ClassDef) -> None:
        bases = [*node.bases, *(keyword.value for keyword in node.keywords)]
        carried = [*map(self.value, bases), *map(self.value, node.decorator_list)]
        ops: list[Op] = []
        quiet: set[str] = set()
        own: set[str] = set()
        loud: set[str] = set()
        nested: list[Latent] = []
        changes = keeps = False
        body = _Reader(
            self.unchecked,
            self.local_modules,
            dict.fromkeys(names_in(node.body), IMMUTABLE),
        )
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                given = body.outside(inner.decorator_list, inner.args)
                nested += [latent for value in given for latent in value.latents]
                method = self.latent(inner.name, inner.args, inner.body, self_of(inner))
                ops += method.ops
                nested += method.nested
                changes |= method.changes_arguments
                if method.changes_arguments:
                    loud.add(inner.name)
                quiet |= method.quiet
                own |= method.own
                loud |= method.loud
                keeps |= any(not is_plain(each) for each in inner.decorator_list)
            else:
                body.statement(inner)
        keeps |= any(
            not value.immutable
            for name, value in (body.scope or {}).items()
            if name in body.bound
        )
        self.ops += body.ops
        latent = Latent(
            node.name,
            tuple(ops),
            is_class=True,
            changes_arguments=changes,
            keeps=keeps,
            quiet=frozenset(quiet - loud),
            own=frozenset(own - loud),
            loud=frozenset(loud),
            nested=(*nested, *body.nested),
        )
        self.keep(node.name, latent, carried)

    def keep(self, name: str, latent: Latent, carried: Iterable[Value]) -> None:
        """Bind a function or class to its name; it holds what it was made with."""
        held = joined(carried)
        self.nested.append(latent)
        value = Value(
            held=held.names, latents=(latent, *held.latents), carries=held.carries
        )
        self.bind(name, value)
