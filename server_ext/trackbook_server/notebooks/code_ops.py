"""What a statement does to names, as a list of small steps. Only data.

`names_used.py` makes it of syntax, `code_trace.py` plays it.
"""

from dataclasses import dataclass, field

PARAM = "<param>"
"""Stands for whatever a function is given."""

SELF = "<self>"
"""Stands for the object whose method runs."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value: names that may be the same object, or be held in it.

    `latents` is code that runs once the value is used; `carries` are names whose code
    comes along, `called` those of which it is what a call gave. A `lazy` value changes
    as it is read. `immutable` ones change never.
    """

    own: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    latents: tuple["Latent", ...] = ()
    carries: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    lazy: bool = False
    immutable: bool = False
    seeded: bool = False

    @property
    def names(self) -> frozenset[str]:
        """All names that it shares something with."""
        return self.own | self.held


@dataclass(frozen=True, slots=True)
class Load:
    """A name is read; a soft one may be: within code that may not run."""

    name: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Bind:
    """A name gets a value; a weak one may."""

    name: str
    value: Value
    weak: bool = False
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Augment:
    """`name += …`: in place where the object can be changed."""

    name: str
    value: Value
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Mutate:
    """Objects change in place; `deep`, also what is in them. They hold `gives` then."""

    names: frozenset[str]
    deep: bool
    gives: Value = Value()


@dataclass(frozen=True, slots=True)
class Call:
    """Something is called: a name (`path` empty) or `name.path…`, or a method.

    `passes_on`: in a function, with what that was given.
    """

    target: Value
    path: tuple[str, ...]
    arguments: Value
    first_text: str | None = None
    keywords: frozenset[str] = frozenset()
    has_arguments: bool = False
    passes_on: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A name is gone."""

    name: str
    weak: bool = False


Op = Load | Bind | Augment | Mutate | Call | Delete


@dataclass(frozen=True, slots=True)
class Latent:
    """A function, or a class with its methods: what it does once it runs.

    `ops` are on names of the notebook. `quiet` methods change neither their object nor
    what they are given; `own` ones change what their object itself holds, and of `loud`
    ones nothing is known. `nested` comes with what a
    call gives. One that `keeps` something may be another after each use: a default
    that is changed, a cache, what its class holds.
    """

    name: str
    ops: tuple[Op, ...] = ()
    is_class: bool = False
    is_lazy: bool = False
    changes_arguments: bool = False
    keeps: bool = False
    quiet: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    loud: frozenset[str] = frozenset()
    nested: tuple["Latent", ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a cell at top level; `text` is its source, what it is known by.

    `looks`: it shows something, and can't fail where its names exist.
    """

    text: str
    ops: tuple[Op, ...] = ()
    looks: bool = False


@dataclass(frozen=True, slots=True)
class CellCode:
    """A cell: its statements, and what of it could not be checked."""

    statements: tuple[Statement, ...] = ()
    unchecked: tuple[str, ...] = ()
    local_modules: frozenset[str] = field(default=frozenset())
