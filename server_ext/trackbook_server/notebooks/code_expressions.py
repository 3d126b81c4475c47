"""Reads expressions into ops: what is loaded, called, and changed by that. Pure."""

import ast
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_ops import (
    PARAM,
    SELF,
    Augment,
    Bind,
    Call,
    Latent,
    Load,
    Mutate,
    Op,
    Value,
)
from trackbook_server.notebooks.code_syntax import (
    arguments_of,
    declared_in,
    is_pure,
    names_in,
    path_of,
    softened,
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

_HISTORY = re.compile(r"^(_{1,3}|In|Out|_i{1,3}|_i?\d+|_dh|_oh|_ih)$")
_QUERIED = re.compile(r"@(\w+)")


class ExpressionReader(ABC):
    """Reads into ops; in a function, names that are its own are left out."""

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
        reader = type(self)(self.unchecked, self.local_modules, own, declared)
        reader.changes_arguments = bool(outer_names)
        reader.shadows = list(self.shadows)
        reader.block(body)
        if self.scope is None:
            # Twice: a name of its own may be another's at the end. What is within, is
            # read twice by that already.
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

    def outside(
        self, decorators: Sequence[ast.expr], arguments: ast.arguments
    ) -> list[Value]:
        """Read what is evaluated where a function is defined: it is kept in it."""
        defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        return [*map(self.value, decorators), *map(self.value, defaults)]

    def lookup(self, name: str) -> Value | None:
        """Return the value of a name that is no name of the notebook."""
        for shadow in reversed(self.shadows):
            if name in shadow:
                return shadow[name]
        if self.scope is not None and name in self.scope:
            return self.scope[name]
        return None

    def load(self, name: str) -> Value:
        """Read a name; return what its value may be."""
        own = self.lookup(name)
        if own is not None:
            return own
        if _HISTORY.match(name) and name not in self.bound:
            self.unchecked.append(f"{name}, which IPython sets")
        self.ops.append(Load(name))
        one = frozenset([name])
        return Value(own=one, carries=one)

    def bind(self, name: str, value: Value, module: str | None = None) -> None:
        """Give a name a value."""
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
        """Assign a value to a target of any form."""
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
        """`target += value`: in place where that can be."""
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
        """Let what a value may be change, and, if `deep`, what is in it."""
        if value.immutable:
            return
        names = value.names if deep else value.own
        self.changes_arguments |= PARAM in names
        self.changes_self |= SELF in names
        self.changes_deeply |= deep and SELF in names
        free = names - {PARAM, SELF}
        if free:
            self.ops.append(Mutate(free, deep, without_own(gives or Value())))

    def value(self, node: ast.expr) -> Value:
        """Read an expression; return what is known of its value."""
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
        """Read a comprehension, whose names are its own."""
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
        """Read a call: of a name, of a method, of what another gave."""
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

    @abstractmethod
    def block(self, body: Iterable[ast.stmt]) -> None:
        """Read statements."""
