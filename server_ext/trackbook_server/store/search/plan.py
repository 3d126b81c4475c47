"""How a filter is walked: along the runs, or from those that can match.

Few candidates are looked at one by one. Otherwise the list is walked in its order,
where most pages are full soon. One that is not soon full is sought among some
candidates, of which the parts of the filter that match the fewest runs are put
together. Counting what an index gives stops early, so that planning costs next to
nothing.
"""

import json
from collections.abc import Container, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlite_utils

from trackbook_server.store.search.parser import parse_filter
from trackbook_server.store.search.sql import (
    Leaf,
    Parameters,
    Sql,
    Term,
    is_one_value,
    make_leaf,
    value_named,
)
from trackbook_server.store.search.syntax import And, Filter, Not, Or, Words

FEW = 2000
"""So many runs are looked at one by one and sorted; more are met on the way."""

SOME = 20_000
"""So many runs are looked at where walking the list does not fill a page. Words that so
many have are looked up once for all; of words that nearly all have, a run at a time is
asked whether it has them."""

PATIENCE = 250_000
"""After so many steps of SQLite's machine, some 5,000 runs, walking takes too long."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A filter that was understood, and the condition on the run `r` that it means."""

    text: str
    tree: Filter
    sql: str
    parameters: Parameters
    is_selective: bool = False
    """Whether it begins with the runs that can match."""

    def planned(self, db: sqlite_utils.Database, most: int = FEW) -> "Search":
        """Return it with the condition by which a list of runs is found fastest: from
        the runs that can match, where these are `most`, else from the list."""
        planner = _Planner(db, most)
        driver = planner.find_driver(self.tree)
        sql, parameters = compile_filter(self.tree, planner.some)
        if driver is not None:
            sql = f"(r.run_id in ({driver.sql}) and {sql})"
            parameters = (*driver.parameters, *parameters)
        return msgspec.structs.replace(
            self, sql=sql, parameters=parameters, is_selective=driver is not None
        )


class Driver(NamedTuple):
    """The ids of the runs that can match, and how many these are at most."""

    most: int
    sql: str
    parameters: Parameters


def make_search(text: str | None, now: datetime | None = None) -> Search | None:
    """Return what a filter means; None of none, or of an empty one.

    `now` is as `parse_filter` has it. Raises BadFilter.
    """
    tree = parse_filter(text or "", now)
    if tree is None:
        return None
    sql, parameters = compile_filter(tree)
    return Search(text=text or "", tree=tree, sql=sql, parameters=parameters)


def compile_filter(node: Filter, listed: Container[Words] = ()) -> Sql:
    """Return the condition on the run `r` that a filter means.

    The runs that have the words `listed` are all found first; others are asked one by
    one whether they have them.
    """
    if isinstance(node, Not):
        sql, parameters = compile_filter(node.inner, listed)
        return f"not {sql}", parameters
    if isinstance(node, And):
        leaves, others = _gather(node.parts)
        costly = [(_cost_of(part), compile_filter(part, listed)) for part in others]
        cheap = [(leaf.cost, (leaf.condition, leaf.parameters)) for leaf in leaves]
        return _joined(" and ", [*cheap, *costly])
    if isinstance(node, Or):
        parts = [(_cost_of(part), compile_filter(part, listed)) for part in node.parts]
        return _joined(" or ", parts)
    leaf = make_leaf(node)
    if leaf.ids is not None and isinstance(node, Words) and node in listed:
        return f"r.run_id in ({leaf.ids[0]})", leaf.ids[1]
    return leaf.condition, leaf.parameters


def _joined(word: str, parts: list[tuple[int, Sql]]) -> Sql:
    """Return conditions as one, the cheapest to ask first."""
    compiled = [sql for _, sql in sorted(parts, key=lambda part: part[0])]
    return (
        f"({word.join(sql for sql, _ in compiled)})",
        tuple(value for _, values in compiled for value in values),
    )


def _gather(parts: Iterable[Filter]) -> tuple[list[Leaf], list[Filter]]:
    """Return the conditions on one value each, those on the same one together, and what
    else there is."""
    values: dict[tuple[str, ...], list[Term]] = {}
    others: list[Filter] = []
    for part in parts:
        if is_one_value(part):
            values.setdefault(value_named(part.field), []).append(part)
        else:
            others.append(part)
    return [make_leaf(*terms) for terms in values.values()], others


def _cost_of(node: Filter) -> int:
    """Return what asking one run costs, roughly."""
    if isinstance(node, Not):
        return _cost_of(node.inner)
    if isinstance(node, And | Or):
        return max(_cost_of(part) for part in node.parts)
    return make_leaf(node).cost


class _Planner:
    """Finds out how many runs the parts of a filter match, as far as that is few."""

    def __init__(self, db: sqlite_utils.Database, most: int) -> None:
        self._db = db
        self._most = most
        self.some: set[Words] = set()
        """The words that some runs have, not very many."""

    def find_driver(self, node: Filter) -> Driver | None:
        """Return the fewest runs among which all matches are, if they are some."""
        if isinstance(node, Not):
            self.find_driver(node.inner)
            return None
        if isinstance(node, Or):
            found = [self.find_driver(part) for part in node.parts]
            drivers = [driver for driver in found if driver is not None]
            return self._union(drivers) if len(drivers) == len(found) else None
        if isinstance(node, And):
            leaves, others = _gather(node.parts)
            found = [self._drive(leaf) for leaf in leaves]
            found += [self.find_driver(part) for part in others]
            return _intersection([driver for driver in found if driver is not None])
        leaf = make_leaf(node)
        if isinstance(node, Words):
            count = self._count(leaf.branches, SOME)
            if count <= SOME:
                self.some.add(node)
            return self._driver(leaf, count)
        return self._drive(leaf)

    def _drive(self, leaf: Leaf) -> Driver | None:
        """Return the runs that the leaf's index gives, if they are some."""
        if leaf.ids is None:
            return None
        sql, parameters = leaf.ids
        found = self._db.execute(f"{sql} limit ?", (*parameters, FEW + 1)).fetchall()
        if len(found) <= FEW:
            # A pattern that few match is compared with all of them once only.
            said = json.dumps(sorted({run_id for (run_id,) in found}))
            return Driver(len(found), "select value from json_each(?)", (said,))
        if self._most <= FEW:
            return None
        return self._driver(leaf, self._count([leaf.ids], self._most))

    def _driver(self, leaf: Leaf, count: int) -> Driver | None:
        if leaf.ids is None or count > self._most:
            return None
        return Driver(count, *leaf.ids)

    def _count(self, branches: Iterable[Sql], most: int) -> int:
        """Return how many runs the selects give, some twice; not far beyond `most`."""
        total = 0
        for sql, parameters in branches:
            if total <= most:
                total += self._db.execute(
                    f"select count(*) from (select 1 from ({sql}) limit ?)",
                    (*parameters, most + 1),
                ).fetchone()[0]
        return total

    def _union(self, drivers: list[Driver]) -> Driver | None:
        count = sum(driver.most for driver in drivers)
        return None if count > self._most else _compound("union", count, drivers)


def _intersection(drivers: list[Driver]) -> Driver | None:
    """Return what is in all of them; where one has few, these are asked at once."""
    drivers = sorted(drivers, key=lambda driver: driver.most)
    if not drivers or drivers[0].most <= FEW or len(drivers) == 1:
        return drivers[0] if drivers else None
    return _compound("intersect", drivers[0].most, drivers)


def _compound(word: str, most: int, drivers: list[Driver]) -> Driver:
    return Driver(
        most,
        f" {word} ".join(f"select * from ({driver.sql})" for driver in drivers),
        tuple(value for driver in drivers for value in driver.parameters),
    )
