"""How a filter is walked: along the runs, or from the few that can match.

Counting what an index gives stops early, so that planning costs next to nothing.
"""

from collections.abc import Container
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlite_utils

from trackbook_server.store.search.parser import parse_filter
from trackbook_server.store.search.sql import Leaf, Parameters, Sql, make_leaf
from trackbook_server.store.search.syntax import And, Filter, Not, Or, Words

FEW = 2000
"""So many runs are looked at one by one and sorted; more are met on the way."""

SOME = 20_000
"""Words that so many runs have are looked up once for all; of words that nearly all
have, a run at a time is asked whether it has them."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A filter that was understood, and the condition on the run `r` that it means."""

    text: str
    tree: Filter
    sql: str
    parameters: Parameters
    is_selective: bool = False
    """Whether it begins with the few runs that can match."""

    def planned(self, db: sqlite_utils.Database) -> "Search":
        """Return it with the condition by which a list of runs is found fastest."""
        planner = _Planner(db)
        driver = planner.find_driver(self.tree)
        sql, parameters = compile_filter(self.tree, planner.some)
        if driver is not None:
            sql = f"(r.run_id in ({driver.sql}) and {sql})"
            parameters = (*driver.parameters, *parameters)
        return msgspec.structs.replace(
            self, sql=sql, parameters=parameters, is_selective=driver is not None
        )


class Driver(NamedTuple):
    """The ids of the few runs that can match, and how many these are at most."""

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
    if isinstance(node, And | Or):
        parts = sorted(node.parts, key=_cost_of)
        compiled = [compile_filter(part, listed) for part in parts]
        word = " and " if isinstance(node, And) else " or "
        return (
            f"({word.join(sql for sql, _ in compiled)})",
            tuple(value for _, values in compiled for value in values),
        )
    leaf = make_leaf(node)
    if leaf.ids is not None and isinstance(node, Words) and node in listed:
        return f"r.run_id in ({leaf.ids[0]})", leaf.ids[1]
    return leaf.condition, leaf.parameters


def _cost_of(node: Filter) -> int:
    """Return what asking one run costs, roughly."""
    if isinstance(node, Not):
        return _cost_of(node.inner)
    if isinstance(node, And | Or):
        return max(_cost_of(part) for part in node.parts)
    return make_leaf(node).cost


class _Planner:
    """Finds out how many runs the parts of a filter match, as far as that is few."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db
        self.some: set[Words] = set()
        """The words that some runs have, not very many."""

    def find_driver(self, node: Filter) -> Driver | None:
        """Return the fewest runs among which all matches are, if they are few."""
        if isinstance(node, Not):
            self.find_driver(node.inner)
            return None
        if isinstance(node, And | Or):
            found = [self.find_driver(part) for part in node.parts]
            drivers = [driver for driver in found if driver is not None]
            if isinstance(node, And):
                return min(drivers, key=lambda driver: driver.most, default=None)
            return _union(drivers) if len(drivers) == len(found) else None
        leaf = make_leaf(node)
        if leaf.ids is None:
            return None
        limit = SOME if isinstance(node, Words) else FEW
        count = self._count(leaf, limit)
        if isinstance(node, Words) and count <= limit:
            self.some.add(node)
        return Driver(count, *leaf.ids) if count <= FEW else None

    def _count(self, leaf: Leaf, limit: int) -> int:
        """Return how many runs the leaf's index gives, some twice; not far beyond the
        limit."""
        total = 0
        for sql, parameters in leaf.branches or (leaf.ids or ("", ()),):
            if total <= limit:
                total += self._db.execute(
                    f"select count(*) from (select 1 from ({sql}) limit ?)",
                    (*parameters, limit + 1),
                ).fetchone()[0]
        return total


def _union(drivers: list[Driver]) -> Driver | None:
    count = sum(driver.most for driver in drivers)
    if count > FEW:
        return None
    return Driver(
        count,
        " union ".join(f"select * from ({driver.sql})" for driver in drivers),
        tuple(value for driver in drivers for value in driver.parameters),
    )
