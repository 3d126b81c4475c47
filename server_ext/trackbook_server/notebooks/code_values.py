"""How values are known from those that they are made of. Pure."""

from collections.abc import Iterable

from trackbook_server.notebooks import known_code as known
from trackbook_server.notebooks.code_ops import PARAM, SELF, Value

IMMUTABLE = Value(immutable=True)


def result_of_call(
    name: str,
    path: tuple[str, ...],
    is_name: bool,
    target: Value,
    arguments: Value,
    keywords: frozenset[str],
) -> Value:
    """Return what is known of what a call gives."""
    seeded = bool(keywords & {"random_state", "seed", "random_seed"})
    if not path and is_name:
        if name in known.SCALAR_CALLS:
            return IMMUTABLE
        if name in known.FRESH_CALLS:
            return Value()
        if name in known.EAGER_CALLS:
            return Value(held=arguments.names, carries=arguments.carries)
        makes = name[
            :1
        ].isupper()  # a class: a new object, which holds what it is given
        return Value(
            own=frozenset() if makes else arguments.names,
            held=arguments.names if makes else frozenset(),
            latents=arguments.latents,
            carries=arguments.carries,
            called=target.own,
            lazy=name in known.LAZY_CALLS or (arguments.lazy and name != "next"),
            seeded=seeded,
        )
    if path and path[-1] in known.SCALAR_METHODS:
        return Value(called=target.own)
    if path and path[-1] in known.FRESH_METHODS:
        return Value(called=target.own, carries=target.carries)
    return Value(
        own=target.names | arguments.names,
        latents=(*target.latents, *arguments.latents),
        carries=target.carries | arguments.carries,
        called=target.own,
        seeded=seeded,
    )


def part_of(value: Value) -> Value:
    """Return what is known of a part of a value."""
    if value.immutable:
        return value
    return Value(
        own=value.names,
        latents=value.latents,
        carries=value.carries,
        called=value.called,
        lazy=value.lazy,
        seeded=value.seeded,
    )


def held_by(value: Value) -> Value:
    """Return what is known of a container of a value."""
    return Value(
        held=value.names,
        latents=value.latents,
        carries=value.carries,
        called=value.called,
        lazy=value.lazy,
    )


def fresh(value: Value) -> Value:
    """Return what is known of a new value that is made of another."""
    return IMMUTABLE if value.immutable else Value()


def without_own(value: Value) -> Value:
    """Return a value without what only a function knows."""
    own = frozenset([PARAM, SELF])
    if not value.names & own:
        return value
    return Value(
        value.own - own,
        value.held - own,
        value.latents,
        value.carries - own,
        value.called - own,
        value.lazy,
    )


def joined(values: Iterable[Value]) -> Value:
    """Return what is known of a value that is one of these."""
    found = list(values)
    if len(found) == 1:
        return found[0]
    none: frozenset[str] = frozenset()
    return Value(
        none.union(*(each.own for each in found)),
        none.union(*(each.held for each in found)),
        tuple(latent for each in found for latent in each.latents),
        none.union(*(each.carries for each in found)),
        none.union(*(each.called for each in found)),
        any(each.lazy for each in found),
        bool(found) and all(each.immutable for each in found),
        any(each.seeded for each in found),
    )
