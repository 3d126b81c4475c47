"""What a syntax tree means to SQLite: conditions on the run `r`, values as parameters.

A condition asks of one run whether it matches; where one exists, a `Leaf` also has the
select of all runs that match, along an index. `plan.py` says which of them is walked.
"""

import math
import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from trackbook_server.store.naming import canonical
from trackbook_server.store.search.fields import get_attribute
from trackbook_server.store.search.syntax import (
    Between,
    Comparison,
    Field,
    Filter,
    Membership,
    Operator,
    Presence,
    Value,
    Words,
)
from trackbook_server.store.search.values import kind_of

Parameters = tuple[Any, ...]
Sql = tuple[str, Parameters]

_ORDER = ("<", "<=", ">", ">=")
_INDEXED = ("started", "duration", "name", "status", "starred", "result")
"""Attributes that have an index behind the place."""

_PLACES = ("list", "alike", "quiet", "trash")
_BY_RUN = {"metrics": " indexed by metrics_of_run"}
"""What a run's row is looked up by, where another index would be taken."""

_WORDS_OF_NONE = {"none": "null", "null": "null", "true": "true", "false": "false"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition on the run `r`, and the ids of the runs that meet it, if an index
    gives them; `branches` are the selects that these are put together of. `cost` orders
    conditions: the cheapest is asked first."""

    condition: str
    parameters: Parameters
    cost: int
    ids: Sql | None = None
    branches: tuple[Sql, ...] = ()


Term = Comparison | Membership | Between | Presence | Words


def make_leaf(*terms: Term) -> Leaf:
    """Return what one condition means, or several on one value (`is_one_value`): a
    single look at it, and a single range of its index."""
    if len(terms) > 1 and not isinstance(terms[0], Words):
        tests = [_test(term) for term in terms if is_one_value(term)]
        return _having(terms[0].field, _all(tests))
    [term] = terms
    if isinstance(term, Words):
        return _words(term)
    field = term.field
    if isinstance(term, Presence):
        there = f"{_value_of(field)} is not null" if _is_joined(field) else "1"
        found = _having(field, (there, ()))
        if term.negated:
            return Leaf(f"not {found.condition}", found.parameters, found.cost)
        return found
    if isinstance(term, Membership) and not term.values:
        return Leaf("0", (), 0)
    return _having(field, _test(term))


def is_one_value(term: Filter) -> TypeGuard[Comparison | Membership | Between]:
    """Whether a condition is one on the only value that a run has of a field."""
    if isinstance(term, Membership) and not term.values:
        return False
    if not isinstance(term, Comparison | Membership | Between):
        return False
    if term.field.kind == "attribute":
        return term.field.key in _INDEXED
    return term.field.kind != "dataset"


def value_named(field: Field) -> tuple[str, ...]:
    """Return which value of a run a field is: of a metric, each number is one."""
    return field.kind, field.key, field.statistic


def _having(field: Field, test: Sql) -> Leaf:
    """Return the condition that the run has the field with a value that passes."""
    sql, parameters = test
    if field.kind == "attribute":
        attribute = get_attribute(field.key)
        if attribute.joins:
            within = attribute.joins.format(test=sql)
            ids = f"select o.run_id from runs o where o.{within}"
            return Leaf(f"r.{within}", parameters, 0, (ids, parameters))
        if sql == "1":
            return Leaf(f"({attribute.sql} is not null)", (), 0)
        if attribute.name == "run_id":
            ids = f"select r.run_id from runs r where {sql}"
            return Leaf(f"({sql})", parameters, 0, (ids, parameters))
        found = None
        if attribute.name in _INDEXED:
            places = ", ".join(f"'{place}'" for place in _PLACES)
            ids = f"select r.run_id from runs r where r.place in ({places}) and {sql}"
            found = ids, parameters
        return Leaf(f"coalesce({sql}, 0)", parameters, 0, found)
    table, where = {
        "metric": ("metrics", "x.role in ('result', 'value') and x.key = ?"),
        "param": ("params", "x.key = ?"),
        "tag": ("tags", "x.key = ? and x.value is not null"),
        "dataset": ("inputs", "1"),
    }[field.kind]
    keys = () if field.kind == "dataset" else (field.key,)
    return Leaf(
        f"exists (select 1 from {table} x{_BY_RUN.get(table, '')} "
        f"where x.run_id = r.run_id and {where} and {sql})",
        (*keys, *parameters),
        1,
        (
            f"select x.run_id from {table} x where {where} and {sql}",
            (*keys, *parameters),
        ),
    )


def _is_joined(field: Field) -> bool:
    return field.kind == "attribute" and bool(get_attribute(field.key).joins)


def _test(term: Comparison | Membership | Between) -> Sql:
    """Return the test of one value."""
    field = term.field
    if isinstance(term, Membership):
        tests = [_compare(field, "=", value) for value in term.values]
        inner = _either(tests)
    elif isinstance(term, Between):
        inner = _all(
            [_compare(field, ">=", term.low), _compare(field, "<=", term.high)]
        )
    else:
        inner = _compare(field, term.operator, term.value)
    if not term.negated:
        return inner
    sql, parameters = inner
    if field.kind == "metric" and isinstance(term, Membership):
        # NaN is another number; it lies neither between nor outside of two.
        return f"not coalesce({sql}, 0)", parameters
    return f"not coalesce({sql}, 0) and {_value_of(field)} is not null", parameters


def _value_of(field: Field) -> str:
    """Return the expression of the field's value."""
    if field.kind == "attribute":
        return get_attribute(field.key).sql
    column = {
        "metric": field.statistic,
        "param": "value",
        "tag": "value",
        "dataset": field.key,
    }[field.kind]
    return f"x.{column}"


def _compare(field: Field, operator: Operator, value: Value) -> Sql:
    """Return the test that a value passes which compares so."""
    kind = kind_of(field)
    expression = _value_of(field)
    if kind == "number" or kind in ("duration", "flag"):
        return _compare_number(field, expression, operator, value)
    if kind == "moment":
        return _compare_moment(expression, operator, value)
    if kind == "status":
        return _compare_status(expression, operator, value)
    if kind == "path":
        return _compare_path(expression, operator, value)
    if field.kind == "param":
        return _compare_param(operator, value)
    if operator in _ORDER and value.number is not None:
        return (
            f"({_looks_numeric(expression)} and "
            f"cast({expression} as real) {operator} ?)",
            (value.number,),
        )
    return _compare_text(expression, operator, value.text)


def _compare_number(
    field: Field, expression: str, operator: Operator, value: Value
) -> Sql:
    number = value.number
    assert number is not None
    if math.isnan(number):
        # The store has null for it; a metric's row is there all the same.
        if operator in ("=", "!="):
            sign = "is" if operator == "=" else "is not"
            return f"{expression} {sign} null", ()
        return "0", ()
    if operator == "!=" and field.kind == "metric":
        # NaN is another number, as everywhere.
        return f"{expression} is not ?", (number,)
    return f"{expression} {operator} ?", (number,)


def _compare_moment(expression: str, operator: Operator, value: Value) -> Sql:
    assert value.span is not None
    begin, end = value.span
    within = f"({expression} >= ? and {expression} < ?)"
    if begin == end:
        return f"{expression} {operator} ?", (begin,)
    match operator:
        case "=":
            return within, (begin, end)
        case "!=":
            return f"not {within}", (begin, end)
        case "<=":
            return f"{expression} < ?", (end,)
        case _:
            return f"{expression} {operator} ?", (begin,)


def _compare_status(expression: str, operator: Operator, value: Value) -> Sql:
    if operator in ("like", "ilike", ":"):
        return _compare_text(
            expression, "ilike" if operator != ":" else ":", value.text
        )
    words = value.words or ()
    within = f"{expression} in ({', '.join('?' for _ in words)})"
    return (within if operator == "=" else f"not {within}"), words


def _compare_path(expression: str, operator: Operator, value: Value) -> Sql:
    """A path is told by all of it, or by its end from a folder on."""
    text = value.text
    if operator in ("=", "!="):
        same = f"({expression} = ? or {expression} glob ?)"
        sql = same if operator == "=" else f"not {same}"
        return sql, (text, f"*/{_glob_text(text.lstrip('/'))}")
    if operator == ":":
        return _compare_text(expression, operator, text)
    folder = f"rtrim({expression}, replace({expression}, '/', ''))"
    name = f"replace({expression}, {folder}, '')"
    return _either(
        [_compare_text(expression, operator, text), _compare_text(name, operator, text)]
    )


def _compare_param(operator: Operator, value: Value) -> Sql:
    if value.number is not None and operator not in ("like", "ilike", ":"):
        if operator == "!=":
            return "x.number is not ?", (value.number,)
        return f"x.number {operator} ?", (value.number,)
    if operator in ("=", "!="):
        said = _param_texts(value.text)
        sign = "in" if operator == "=" else "not in"
        return f"x.ranked {sign} ({', '.join('?' for _ in said)})", tuple(said)
    return _compare_text(PARAM_TEXT, operator, value.text)


PARAM_TEXT = (
    "(case when x.value like '\"%' then json_extract(x.value, '$') "
    "when x.value = 'null' then 'None' when x.value = 'true' then 'True' "
    "when x.value = 'false' then 'False' else x.value end)"
)
"""A param as text: as Python, and MLflow, would write it."""


def _param_texts(text: str) -> list[str]:
    """Return how the store may have written a param that reads like the text."""
    found = [canonical(text)]
    word = _WORDS_OF_NONE.get(text.lower())
    if word is not None:
        found.append(word)
    elif text[:1] in "[{":
        found.append(text)
    return found


def _compare_text(expression: str, operator: Operator, text: str) -> Sql:
    match operator:
        case "like":
            return f"{expression} glob ?", (_glob_of(text),)
        case "ilike":
            return f"{expression} like ?", (text,)
        case ":":
            return f"{expression} like ? escape '\\'", (f"%{_like_text(text)}%",)
        case _:
            return f"{expression} {operator} ?", (text,)


def _looks_numeric(expression: str) -> str:
    return f"({expression} glob '*[0-9]*' and {expression} not glob '*[^-+.eE0-9]*')"


def _glob_of(pattern: str) -> str:
    """Return SQL's pattern as a glob, which minds upper and lower case."""
    return "".join(
        {"%": "*", "_": "?"}.get(char) or _glob_text(char) for char in pattern
    )


def _glob_text(text: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in text)


def _like_text(text: str) -> str:
    return "".join(f"\\{char}" if char in "%_\\" else char for char in text)


def _either(tests: list[Sql]) -> Sql:
    sql = " or ".join(sql for sql, _ in tests)
    return f"({sql})", tuple(value for _, values in tests for value in values)


def _all(tests: list[Sql]) -> Sql:
    sql = " and ".join(sql for sql, _ in tests)
    return f"({sql})", tuple(value for _, values in tests for value in values)


def match_of(text: str) -> str:
    """Return words as FTS5 has a phrase; the last one may be begun only, if that is
    long enough for few words to begin so."""
    phrase = '"' + text.replace('"', '""').replace("\0", " ") + '"'
    last = _TOKEN.findall(text)[-1:]
    return phrase + "*" if last and len(last[0]) >= _LEAST_PREFIX else phrase


_TOKEN = re.compile(r"[^\W_]+")
_LEAST_PREFIX = 3

_ABOUT = "search_runs_words w join search_runs d on d.document_id = w.rowid"
_ABOUT_MATCHES = "search_runs_words match ?"
_TEXTS = "search_texts_words w join search_places p on p.text_id = w.rowid"


def _words(term: Words) -> Leaf:
    """Return the runs that have the words, or that have one folded into it that has."""
    match = match_of(term.text)
    if term.place in ("code", "output"):
        texts: Sql = ("search_texts_words match ? and p.kind = ?", (match, term.place))
        branches: tuple[Sql, ...] = ()
    else:
        texts = ("search_texts_words match ?", (match,))
        branches = (
            (
                f"select d.run_id from {_ABOUT} where search_runs_words match ?",
                (match,),
            ),
            (
                "select n.run_id from runs n where n.experiment_id in (select "
                "e.experiment_id from experiments e where e.name like ? escape '\\')",
                (f"%{_like_text(term.text)}%",),
            ),
        )
    branches += ((f"select p.run_id from {_TEXTS} where {texts[0]}", texts[1]),)
    found = " union ".join(sql for sql, _ in branches)
    parameters = tuple(value for _, values in branches for value in values)
    ids = (
        f"with found(run_id) as ({found}) select run_id from found union "
        "select f.folded_into from runs f join found using (run_id) "
        "where f.folded_into is not null"
    )
    return Leaf(*_words_of_one(term, match, texts), 3, (ids, parameters), branches)


def _words_of_one(term: Words, match: str, texts: Sql) -> Sql:
    """Return the condition that one run has the words; which rows have them is found
    once, as a set of numbers."""
    kind = "and p.kind = ?" if term.place in ("code", "output") else ""
    there = (
        # From the run's few places, not from all texts: that is what the sign says.
        "exists (select 1 from search_places p where p.run_id = {} and +p.text_id in "
        "(select rowid from search_texts_words where search_texts_words match ?) "
        f"{kind})"
    )
    folded = (
        "exists (select 1 from runs f where f.folded_into = r.run_id and "
        f"{there.format('f.run_id')})"
    )
    here = f"{there.format('r.run_id')} or {folded}"
    if kind:
        return f"({here})", (*texts[1], *texts[1])
    return (
        "(r.experiment_id in (select e.experiment_id from experiments e "
        "where e.name like ? escape '\\') "
        "or exists (select 1 from search_runs d where d.run_id = r.run_id "
        "and d.document_id in (select rowid from search_runs_words "
        f"where search_runs_words match ?)) or {here})",
        (f"%{_like_text(term.text)}%", match, *texts[1], *texts[1]),
    )
