"""Which names a cell reads, writes and changes in place: from its syntax alone.

Pure; nothing is executed. Where syntax does not tell, more is assumed than happens: a
call may change its object, a function that is mentioned may run. A loop is taken to run
at least once.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_ops import (
    PARAM,
    SELF,
    Augment,
    Bind,
    Call,
    CellCode,
    Delete,
    Latent,
    Load,
    Mutate,
    Op,
    Statement,
    Value,
)
from trackbook_server.notebooks.code_syntax import (
    arguments_of,
    bound_in,
    declared_in,
    is_plain,
    is_pure,
    names_in,
    only_looks,
    path_of,
    self_of,
    softened,
    text_of,
    weakened,
)
from trackbook_server.notebooks.code_values import (
    IMMUTABLE,
    fresh,
    held_by,
    joined,
    part_of,
    result_of_call,
    without_own,
)
from trackbook_server.notebooks.plain_python import to_plain

_HISTORY = re.compile(r"^(_{1,3}|In|Out|_i{1,3}|_i?\d+|_dh|_oh|_ih)$")
_QUERIED = re.compile(r"@(\w+)")


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


class _Reader:
    """Reads statements into ops; in a function, names that are its own are left out."""

    def __init__(
        self,
        unchecked: list[str],
        local_modules: set[str],
        own_names: dict[str, Value] | None = None,
        declared: frozenset[str] = frozenset(),
    ) -> None:
        self.ops: list[Op] = []
        self.unchecked = unchecked
        self.local_modules = local_modules
        self.scope = own_names
        self.declared = declared
        self.shadows: list[dict[str, Value]] = []
        self.nested: list[Latent] = []
        self.changes_arguments = False
        self.changes_self = False
        self.changes_deeply = False
        self.is_lazy = False
        self.bound: set[str] = set()
        self.depth = 0

    # --- statements -----------------------------------------------------------------

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

    # --- functions and classes ------------------------------------------------------

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

    def outside(
        self, decorators: Sequence[ast.expr], arguments: ast.arguments
    ) -> list[Value]:
        """Read what is evaluated where a function is defined: it is kept in it."""
        defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        return [*map(self.value, decorators), *map(self.value, defaults)]

    def keep(self, name: str, latent: Latent, carried: Iterable[Value]) -> None:
        """Bind a function or class to its name; it holds what it was made with."""
        held = joined(carried)
        self.nested.append(latent)
        value = Value(
            held=held.names, latents=(latent, *held.latents), carries=held.carries
        )
        self.bind(name, value)

    def latent(
        self,
        name: str,
        arguments: ast.arguments,
        body: Sequence[ast.stmt],
        self_name: str,
    ) -> Latent:
        """Return what a function's body does to names that are not its own."""
        declared = declared_in(body, ast.Global)
        outer_names = declared_in(body, ast.Nonlocal)
        own = dict.fromkeys(names_in(body) - declared - outer_names, Value())
        own |= {a.arg: Value(own=frozenset([PARAM])) for a in arguments_of(arguments)}
        if self_name:
            own[self_name] = Value(own=frozenset([SELF]))
        # What an enclosing function owns, comes with the function.
        for outer, value in (self.scope or {}).items():
            own.setdefault(outer, Value(own=value.own | frozenset([PARAM])))
        reader = _Reader(self.unchecked, self.local_modules, own, declared)
        reader.changes_arguments = bool(outer_names)
        reader.shadows = list(self.shadows)
        reader.block(body)
        # Twice: a name of its own may be another's at the end.
        reader.ops.clear()
        reader.block(body)
        ops = tuple(map(softened, reader.ops))
        one = frozenset([name])
        return Latent(
            name,
            ops,
            is_lazy=reader.is_lazy,
            changes_arguments=reader.changes_arguments,
            quiet=frozenset() if reader.changes_self else one,
            own=one
            if reader.changes_self and not reader.changes_deeply
            else frozenset(),
            loud=one if reader.changes_deeply else frozenset(),
            nested=tuple(reader.nested),
        )

    # --- names ----------------------------------------------------------------------

    def lookup(self, name: str) -> Value | None:
        """Return the value of a name that is no name of the notebook."""
        for shadow in reversed(self.shadows):
            if name in shadow:
                return shadow[name]
        if self.scope is not None and name in self.scope:
            return self.scope[name]
        return None

    def load(self, name: str) -> Value:
        own = self.lookup(name)
        if own is not None:
            return own
        if _HISTORY.match(name) and name not in self.bound:
            self.unchecked.append(f"{name}, which IPython sets")
        self.ops.append(Load(name))
        one = frozenset([name])
        return Value(own=one, carries=one)

    def bind(self, name: str, value: Value, module: str | None = None) -> None:
        self.bound.add(name)
        if self.scope is not None and name not in self.declared:
            before = self.scope.get(name)
            self.scope[name] = value if before is None else joined([before, value])
            return
        self.ops.append(Bind(name, value, module=module))

    def emit(self, name: str, op: Op) -> None:
        """Add an op on a name, unless it is a function's own."""
        if self.lookup(name) is None:
            self.ops.append(op)

    def assign(
        self, target: ast.expr, value: Value, node: ast.expr | None = None
    ) -> None:
        match target:
            case ast.Name(id=name):
                self.bind(name, value)
            case ast.Starred(value=inner):
                self.assign(inner, held_by(value))
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                if value.lazy:
                    self.mutate(value, True)
                for each in elts:
                    self.assign(each, value if value.immutable else part_of(value))
            case _:
                self.store(target, value)

    def store(self, target: ast.expr, value: Value) -> None:
        """`a.b = value`, `a[b] = value`: changes what stands before."""
        assert isinstance(target, ast.Attribute | ast.Subscript)
        given = self.value(target.value)
        if isinstance(target, ast.Subscript):
            self.value(target.slice)
        self.mutate(given, not isinstance(target.value, ast.Name), value)

    def augment(self, target: ast.expr, value: Value) -> None:
        if not isinstance(target, ast.Name):
            self.store(target, value)
            return
        own = self.lookup(target.id)
        if own is None:
            self.ops.append(Load(target.id))
            self.ops.append(Augment(target.id, value))
            return
        self.mutate(own, False, value)
        self.bind(target.id, joined([own, held_by(value)]))

    def mutate(self, value: Value, deep: bool, gives: Value | None = None) -> None:
        if value.immutable:
            return
        names = value.names if deep else value.own
        self.changes_arguments |= PARAM in names
        self.changes_self |= SELF in names
        self.changes_deeply |= deep and SELF in names
        free = names - {PARAM, SELF}
        if free:
            self.ops.append(Mutate(free, deep, without_own(gives or Value())))

    # --- expressions ----------------------------------------------------------------

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return IMMUTABLE
            case ast.Name(id=name):
                return self.load(name)
            case ast.Attribute(value=inner):
                return part_of(self.value(inner))
            case ast.Subscript(value=inner, slice=place):
                given = self.value(inner)
                self.value(place)
                return part_of(given)
            case ast.Call():
                return self.call(node)
            case ast.BinOp(left=left, right=right):
                both = [self.value(left), self.value(right)]
                if all(each.immutable for each in both):
                    return IMMUTABLE
                return Value(held=joined(both).held, carries=joined(both).carries)
            case ast.UnaryOp(operand=operand):
                return fresh(self.value(operand))
            case ast.Compare(left=left, comparators=others):
                return fresh(joined([self.value(left), *map(self.value, others)]))
            case ast.BoolOp(values=values):
                return joined(map(self.value, values))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.value(test)
                return joined([self.value(body), self.value(orelse)])
            case ast.JoinedStr(values=values):
                for each in values:
                    self.value(each)
                return IMMUTABLE
            case ast.FormattedValue(value=inner, format_spec=spec):
                self.value(inner)
                if spec is not None:
                    self.value(spec)
                return IMMUTABLE
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                return held_by(joined(map(self.value, elts)))
            case ast.Dict(keys=keys, values=values):
                inner_values = [*filter(None, keys), *values]
                return held_by(joined(map(self.value, inner_values)))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self.comprehension(node)
            case ast.Lambda(args=args, body=body):
                held = joined(self.outside([], args))
                expression = ast.copy_location(ast.Expr(body), body)
                latent = self.latent("a lambda", args, [expression], "")
                self.nested.append(latent)
                return Value(held=held.names, latents=(latent,), carries=held.carries)
            case ast.NamedExpr(target=ast.Name(id=name), value=inner):
                given = self.value(inner)
                self.bind(name, given)
                return given
            case ast.Await(value=inner) | ast.Starred(value=inner):
                return self.value(inner)
            case ast.Yield(value=inner) | ast.YieldFrom(value=inner):
                self.is_lazy = True
                if inner is not None:
                    self.value(inner)
                return Value(own=frozenset([PARAM]))
            case ast.Slice(lower=lower, upper=upper, step=step):
                for part in (lower, upper, step):
                    if part is not None:
                        self.value(part)
                return IMMUTABLE
            case _:
                return Value()

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> Value:
        shadow: dict[str, Value] = {}
        before = len(self.ops)
        for index, generator in enumerate(node.generators):
            given = self.value(generator.iter)
            if index == 0:
                self.shadows.append(shadow)
            for inner in ast.walk(generator.target):
                if isinstance(inner, ast.Name):
                    shadow[inner.id] = part_of(given)
            for test in generator.ifs:
                self.value(test)
        if isinstance(node, ast.DictComp):
            element = joined([self.value(node.key), self.value(node.value)])
        else:
            element = self.value(node.elt)
        self.shadows.pop()
        held = held_by(element)
        if not isinstance(node, ast.GeneratorExp):
            return held
        # Its body runs as it is read, with the names as they are then.
        latent = Latent("a generator", tuple(map(softened, self.ops[before:])))
        self.nested.append(latent)
        return Value(
            held=held.held,
            latents=(latent, *held.latents),
            carries=held.carries,
            lazy=True,
        )

    def call(self, node: ast.Call) -> Value:
        path, root = path_of(node.func)
        target = self.value(root)
        given = [self.value(each) for each in node.args]
        given += [self.value(keyword.value) for keyword in node.keywords]
        arguments = joined(given)
        keywords = frozenset(
            keyword.arg
            for keyword in node.keywords
            if keyword.arg
            and not (
                isinstance(keyword.value, ast.Constant) and not keyword.value.value
            )
        )
        name = path[-1] if path else root.id if isinstance(root, ast.Name) else ""
        is_own = isinstance(root, ast.Name) and self.lookup(root.id) is not None
        # `model.eval()` and `frame.eval(…)` are methods of their own.
        is_method = bool(path) and name == "eval"
        looks_at_one = name == "vars" and bool(node.args)
        if name in known.DANGEROUS and not (is_own or is_method or looks_at_one):
            self.unchecked.append(f"{name}()")
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) else None
        texts = [
            each.value
            for each in node.args
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if name in ("query", "eval"):
            for each in _QUERIED.findall("\n".join(texts)):
                self.load(each)
        passes_on = PARAM in arguments.names
        call = Call(
            without_own(target),
            path,
            without_own(arguments),
            text if isinstance(text, str) else next(iter(texts), None),
            keywords,
            bool(node.args or node.keywords),
            passes_on,
        )
        self.ops.append(call)
        # Code that is handed over may run at once.
        for latent in (*target.latents, *arguments.latents):
            self.ops += latent.ops
        self.note_call(target, call, arguments)
        return result_of_call(
            name, path, isinstance(root, ast.Name), target, arguments, keywords
        )

    def note_call(self, target: Value, call: Call, arguments: Value) -> None:
        """Note what a call may change of what only a function knows."""
        own = {PARAM, SELF}
        hidden = bool(target.names & own)
        if SELF in arguments.names and call.target.names - known.SCALAR_CALLS:
            self.changes_self = self.changes_deeply = True
        if not call.path:
            if hidden or not target.names:
                # A function that was given to this one, or made by it.
                self.mutate(arguments, True)
            return
        method = call.path[-1]
        if hidden and not is_pure(call):
            self.mutate(Value(own=target.names & own), True)
            if method in known.ADDERS and not call.path[1:]:
                return
            self.mutate(arguments, True)
