"""Plays statements in an order, and names every value by the code that it came from.

Two values have the same number where the same statements made them of values with the
same numbers, in whichever order the cells of two tellings ran. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_ops import (
    Augment,
    Bind,
    Call,
    Delete,
    Latent,
    Load,
    Mutate,
    Op,
    Statement,
    Value,
)
from trackbook_server.notebooks.code_syntax import is_pure

RANDOM = "the random numbers"
_NONE: frozenset[int] = frozenset()


@dataclass(slots=True, eq=False)
class Def:
    """A name's value since a step. `before` is what it was made of, where it changed.

    `own` and `held` are the objects that it may be, or hold.
    """

    name: str
    step: "Step"
    own: frozenset[int] = _NONE
    held: frozenset[int] = _NONE
    latents: tuple[Latent, ...] = ()
    before: "Def | None" = None
    module: str | None = None
    is_code: bool = False
    lazy: bool = False
    immutable: bool = False
    seeded: bool = False
    opaque: bool = False
    changed: bool = False
    version: int = 0
    is_live: bool = False

    def __post_init__(self) -> None:
        """Note whether using it does something."""
        keeps = any(latent.keeps for latent in self.latents)
        self.is_live = self.lazy or keeps


@dataclass(slots=True, eq=False)
class Step:
    """One statement that ran. `reads` are the values that it took, None: there is none;
    `soft` those names of them that it may not have read."""

    place: int
    statement: Statement
    number: int = 0
    reads: dict[str, Def | None] = field(default_factory=dict)
    hard: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    draws: bool = False
    partial: bool = False


class TooMuch(Exception):
    """A notebook would take longer to play than an answer is worth."""


class Numbers:
    """Gives equal things the same number; shared by the tellings that are compared."""

    def __init__(self, most: int = 1_000_000) -> None:
        self._known: dict[object, int] = {}
        self._left = most

    def spend(self, work: int = 1) -> None:
        """Count a piece of work. Raises TooMuch."""
        self._left -= work
        if self._left < 0:
            raise TooMuch

    def of(self, key: object) -> int:
        """Return the number of what `key` says."""
        return self._known.setdefault(key, len(self._known) + 1)


class Trace:
    """The names of a kernel, as statements run in it one by one."""

    def __init__(self, numbers: Numbers) -> None:
        self.env: dict[str, Def] = {}
        self._numbers = numbers
        self._tokens = 0
        self._holders: dict[int, set[str]] = {}
        self._step = Step(0, Statement(""))
        self._pending: list[Def] = []
        self._played: set[int] = set()
        self._partial = False

    def run(self, place: int, statement: Statement, *, partial: bool = False) -> Step:
        """Play a statement; a partial one was cut short, so that nothing is certain."""
        self._step = step = Step(place, statement, partial=partial)
        self._pending, self._played, self._partial = [], set(), partial
        for op in statement.ops:
            self._play(op)
        reads = sorted(
            (name, found.version if found else 0) for name, found in step.reads.items()
        )
        step.number = self._numbers.of((statement.text, partial, tuple(reads)))
        for made in self._pending:
            before = made.before.version if made.before else 0
            made.version = self._numbers.of((step.number, made.name, before))
        return step

    # --- ops ------------------------------------------------------------------------

    def _play(self, op: Op) -> None:
        self._numbers.spend()
        match op:
            case Load(name, soft):
                self._load(name, soft)
            case Bind():
                self._bind(op)
            case Augment(name, value, weak):
                self._augment(name, value, weak)
            case Mutate(names, deep, gives):
                self._mutate(names, deep, gives)
            case Call():
                self._call(op)
            case Delete(name, weak):
                if weak or self._partial:
                    self._bind(Bind(name, Value(immutable=True), weak=True))
                else:
                    self._forget(name)

    def _load(self, name: str, soft: bool) -> None:
        found = self.env.get(name)
        if not soft:
            self._step.hard.add(name)
        if found is None:
            if name not in known.BUILTINS:
                self._step.reads.setdefault(name, None)
            return
        self._read(found)
        if found.is_live:
            self._mutate(frozenset([name]), False, Value())
        for latent in found.latents:
            self._run(latent)

    def _read(self, found: Def) -> None:
        if found.step is not self._step:
            self._step.reads.setdefault(found.name, found)

    def _run(self, latent: Latent) -> None:
        """Let code run that is kept in a value that is used: once a statement."""
        if id(latent) in self._played:
            return
        self._played.add(id(latent))
        for op in latent.ops:
            self._play(op)

    def _bind(self, op: Bind) -> None:
        value = op.value
        before = self.env.get(op.name)
        weak = (op.weak or self._partial) and before is not None
        latents = [*value.latents]
        lazy, opaque, seeded = value.lazy, False, value.seeded
        own: frozenset[int] = _NONE
        held: frozenset[int] = _NONE
        for name in value.own:
            if (found := self.env.get(name)) is not None:
                own |= found.own | found.held
                held |= found.held
                lazy |= found.lazy and bool(value.lazy or value.carries)
                seeded |= found.seeded
        for name in value.held:
            if (found := self.env.get(name)) is not None:
                held |= found.own | found.held
        for name in value.carries - value.called:
            if (found := self.env.get(name)) is not None:
                latents += found.latents
                opaque |= found.opaque
        for name in value.called:
            if (found := self.env.get(name)) is not None:
                latents += self._given_by(found)
                lazy |= any(latent.is_lazy for latent in found.latents)
                if any(latent.keeps for latent in found.latents):
                    held |= found.own | found.held
                opaque |= found.opaque or not known.is_trusted(found.module or "sys")
        if value.immutable:
            own = held = _NONE
        elif not own:
            self._tokens += 1
            own = frozenset([self._tokens])
        made = Def(
            op.name,
            self._step,
            own,
            held,
            _once(latents),
            module=op.module,
            is_code=bool(value.latents) and not value.own,
            lazy=lazy,
            immutable=value.immutable,
            seeded=seeded,
            opaque=opaque,
        )
        if weak and before is not None:
            self._chain(made, before)
        self._step.binds.add(op.name)
        self._put(made)

    def _chain(self, made: Def, before: Def) -> None:
        """Let a value be what it was, or what it is made now."""
        made.own |= before.own
        made.held |= before.held
        made.latents = _once([*before.latents, *made.latents])
        made.module = made.module or before.module
        made.lazy |= before.lazy
        made.is_live |= before.is_live
        made.opaque |= before.opaque
        made.immutable &= before.immutable
        made.before = before.before if before.step is self._step else before

    def _given_by(self, found: Def, seen: set[int] | None = None) -> Iterator[Latent]:
        """Yield the code that comes with what calling a value gives."""
        seen = set() if seen is None else seen
        seen.add(id(found))
        for latent in found.latents:
            self._numbers.spend(1 + len(latent.ops) // 5)
            if latent.is_class or not found.is_code:
                yield latent
                continue
            yield from latent.nested
            if latent.is_lazy:
                yield latent
            for op in latent.ops:
                inner = self.env.get(op.name) if isinstance(op, Load) else None
                if inner is not None and inner.latents and id(inner) not in seen:
                    yield from self._given_by(inner, seen)

    def _augment(self, name: str, value: Value, weak: bool) -> None:
        found = self.env.get(name)
        if found is None:
            self._bind(Bind(name, value, weak))
            return
        self._read(found)
        if not found.immutable:
            self._mutate(frozenset([name]), False, value)
            found = self.env[name]
        held = value if value.immutable else Value(held=value.names)
        made = Def(
            name,
            self._step,
            found.own,
            found.held | self._objects(held.names),
            found.latents,
            immutable=found.immutable and self._is_immutable(value),
            opaque=found.opaque,
            lazy=found.lazy,
        )
        if weak or self._partial:
            self._chain(made, found)
        if not made.immutable and not made.own:
            self._tokens += 1
            made.own = frozenset([self._tokens])
        self._step.binds.add(name)
        self._put(made)

    def _is_immutable(self, value: Value) -> bool:
        found = [self.env.get(name) for name in value.names]
        return value.immutable or (
            bool(found) and all(each is not None and each.immutable for each in found)
        )

    def _mutate(self, names: Iterable[str], deep: bool, gives: Value) -> None:
        """Let objects change: of every name that may be, or hold, one of them."""
        changed: set[int] = set()
        for name in names:
            if (found := self.env.get(name)) is not None and not found.immutable:
                changed |= found.own | found.held if deep else found.own
        if not changed:
            return
        given = self._objects(gives.names)
        latents = [*gives.latents]
        for name in gives.carries:
            if (source := self.env.get(name)) is not None:
                latents += source.latents
        touched = {each for token in changed for each in self._holders.get(token, ())}
        for name in sorted(touched):
            found = self.env[name]
            if found.immutable:
                continue
            made = Def(
                name,
                self._step,
                found.own,
                found.held | given if found.own & changed else found.held,
                _once([*found.latents, *latents]),
                found.before if found.step is self._step else found,
                found.module,
                found.is_code,
                found.lazy,
                False,
                found.seeded,
                found.opaque,
                True,
            )
            if found.step is self._step and found.before is None:
                made.before = None
            self._put(made)

    def _objects(self, names: Iterable[str]) -> frozenset[int]:
        found = (self.env.get(name) for name in names)
        return _NONE.union(*(each.own | each.held for each in found if each))

    # --- calls ----------------------------------------------------------------------

    def _call(self, call: Call) -> None:
        for name in sorted(call.target.own):
            found = self.env.get(name)
            if found is None:
                if not call.path:
                    self._builtin(name, call)
            elif found.module is not None:
                self._library(found, call)
            elif not call.path:
                self._call_value(found, call)
            else:
                self._method(found, call)

    def _builtin(self, name: str, call: Call) -> None:
        if name in ("next", "setattr", "delattr", "anext"):
            self._mutate(call.arguments.names, True, Value())
        if name == "open":
            self._file(name, call)

    def _library(self, found: Def, call: Call) -> None:
        """A module's function, or what was imported from one."""
        full = ".".join([found.module or "", *call.path])
        top, last = full.partition(".")[0], full.rpartition(".")[2]
        self._file(last, call)
        if full.startswith(known.RANDOM_MODULES) or last in known.SEEDS:
            if last in known.SEEDS:
                self._bind(Bind(RANDOM, Value(immutable=True)))
            elif last in known.GENERATORS:
                self._step.draws |= not call.has_arguments
            elif last not in ("getstate", "get_state"):
                self._draw(certain=True)
        elif top in known.MAY_DRAW and not call.keywords & {"random_state", "seed"}:
            self._draw(certain=False)
        if not known.is_trusted(full):
            # A module of one's own keeps what it likes, and changes what it gets.
            made = Def(found.name, self._step, module=found.module, before=found)
            made.changed = True
            self._put(made)
            self._mutate(call.arguments.names, True, Value())
        elif last in known.MUTATORS:
            self._mutate(call.arguments.names, True, Value())

    def _draw(self, *, certain: bool) -> None:
        """Take a random number: which one, depends on those that were taken before."""
        seeded = self.env.get(RANDOM)
        if seeded is None:
            self._step.draws |= certain
            return
        self._read(seeded)
        self._bind(Bind(RANDOM, Value(immutable=True), weak=True))

    def _file(self, last: str, call: Call) -> None:
        """Read or write a file that is named in the code."""
        if call.first_text is None:
            return
        name = f"the file {call.first_text}"
        if last in known.WRITERS or (last == "open" and "mode" in call.keywords):
            self._bind(Bind(name, Value(immutable=True), weak=True))
        elif last in known.READERS and name in self.env:
            self._load(name, True)

    def _call_value(self, found: Def, call: Call) -> None:
        name = frozenset([found.name])
        if not found.latents or not found.is_code:
            self._mutate(name, True, Value())
        if found.opaque or self._changes_arguments(found.latents):
            self._mutate(call.arguments.names, True, Value())

    def _method(self, found: Def, call: Call) -> None:
        name, method = frozenset([found.name]), call.path[-1]
        self._file(method, call)
        if method in known.DRAWING_METHODS and not found.seeded:
            self._draw(certain=False)
        if found.latents:
            classes = [latent for latent in found.latents if latent.is_class]
            loud = any(method in each.loud for each in classes)
            quiet = any(method in each.quiet for each in classes)
            own = any(method in each.own for each in classes)
            defined = loud or quiet or own
            if own and not loud:
                self._mutate(name, len(call.path) > 1, call.arguments)
            elif loud or not (quiet or is_pure(call)):
                self._mutate(name, True, call.arguments)
            may = not quiet and (defined or not is_pure(call))
            if may and self._changes_arguments(found.latents):
                self._mutate(call.arguments.names, True, Value())
        elif found.opaque:
            self._mutate(name, True, call.arguments)
            self._mutate(call.arguments.names, True, Value())
        elif is_pure(call):
            return
        elif method in known.ADDERS:
            self._mutate(name, len(call.path) > 1, call.arguments)
        else:
            self._mutate(name, True, Value())

    def _changes_arguments(
        self, latents: Iterable[Latent], seen: set[int] | None = None
    ) -> bool:
        """Say whether code may change what it is given, or hands that on to such."""
        seen = set() if seen is None else seen
        for latent in latents:
            if id(latent) in seen:
                continue
            seen.add(id(latent))
            if latent.changes_arguments:
                return True
            self._numbers.spend(1 + len(latent.ops) // 5)
            for op in latent.ops:
                if not isinstance(op, Call) or not op.passes_on:
                    continue
                for name in op.target.own:
                    if self._hands_to(name, op, seen):
                        return True
        return False

    def _hands_to(self, name: str, op: Call, seen: set[int]) -> bool:
        found = self.env.get(name)
        if found is None:
            return name not in known.BUILTINS or name in ("next", "setattr", "delattr")
        if found.module is not None:
            full = ".".join([found.module, *op.path])
            trusted = known.is_trusted(full)
            return not trusted or full.rpartition(".")[2] in known.MUTATORS
        return found.opaque or self._changes_arguments(found.latents, seen)

    # --- the names ------------------------------------------------------------------

    def _put(self, made: Def) -> None:
        self._numbers.spend(5)
        self._forget(made.name)
        self.env[made.name] = made
        self._pending.append(made)
        for token in made.own | made.held:
            self._holders.setdefault(token, set()).add(made.name)

    def _forget(self, name: str) -> None:
        found = self.env.pop(name, None)
        if found is not None:
            for token in found.own | found.held:
                self._holders[token].discard(name)


def _once(latents: Iterable[Latent]) -> tuple[Latent, ...]:
    return tuple({id(latent): latent for latent in latents}.values())
