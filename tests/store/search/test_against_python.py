"""Any filter finds the runs that a naive reading of it in Python finds.

Filters are made as trees, written down as people write them, and asked of a store whose
runs are known here as plain dicts.
"""

import math
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.journals import FakeJournal
from trackbook.errors import BadFilter
from trackbook_server.store.home import Home
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.plan import make_search

KEYS = ["a", "b c", "loss"]
NUMBERS = [-1.5, 0.0, 0.01, 0.5, 1.0, 3.0, 100.0]
TEXTS = ["adam", "Adam", "ADAMW", "a_m", "50%", "x*y", "it's", 'say "hi"', "[1]", ""]
PARAMS: list[Any] = [*NUMBERS, *TEXTS, 2, True, None, "0.5", "3", [1, 2]]
WORDS = ["fit", "StandardScaler", "learning_rate", "überfit"]
COUNT = 40


def made() -> list[dict[str, Any]]:
    """Return runs of all kinds: what each has follows from its number."""
    found = []
    for i in range(COUNT):
        found.append(
            {
                "run_id": f"run-{i:02}",
                "name": f"{TEXTS[i % 4]} {i}",
                "params": {
                    key: PARAMS[(i * (k + 3) + k) % len(PARAMS)]
                    for k, key in enumerate(KEYS)
                    if (i + k) % 3
                },
                "metrics": {
                    key: [
                        [math.nan] if i % 11 == 0 else NUMBERS[(i + k) % 4 : i % 4 + 4]
                    ][0]
                    for k, key in enumerate(KEYS)
                    if (i + 2 * k) % 4
                },
                "tags": {KEYS[i % 3]: TEXTS[i % len(TEXTS)]} if i % 2 else {},
                "status": ["finished", "failed", "interrupted"][i % 3],
                "starred": i % 7 == 0,
                "code": f"{WORDS[i % 4]}(x)\nmodel_{i % 5} = 1",
            }
        )
    return found


RUNS = made()


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite_utils.Database]:
    with tempfile.TemporaryDirectory() as folder:
        journal = FakeJournal(Path(folder))
        for run in RUNS:
            run_id = run["run_id"]
            journal.put(
                "run_started", run_id=run_id, name=run["name"], boundary="explicit",
                tags=run["tags"],
                params=[
                    {"key": key, "value": value, "origin": "user"}
                    for key, value in run["params"].items()
                ],
            )  # fmt: skip
            journal.execute(run_id, f"e-{run_id}", run["code"])
            for key, values in run["metrics"].items():
                said = ["NaN" if math.isnan(value) else value for value in values]
                journal.points(run_id, key, said)
            if run["starred"]:
                journal.put("run_edited", run_id=run_id, starred=True)
            journal.end(run_id, run["status"])
        home = Home(Path(folder))
        home.ingest_now()
        home.close()
        found = sqlite_utils.Database(Path(folder) / "trackbook.db")
        yield found
        found.close()


# ---- trees, and how they are written

_SIGNS = ("=", "!=", "<", "<=", ">", ">=")
_LIKE = ("like", "ilike", ":")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def number_field() -> st.SearchStrategy[Any]:
    return st.tuples(
        st.just("metric"),
        st.sampled_from(KEYS),
        st.sampled_from(["last", "min", "max"]),
    )


def text_field() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.just("param"), st.sampled_from(KEYS), st.just("")),
        st.tuples(st.just("tag"), st.sampled_from(KEYS), st.just("")),
        st.just(("attribute", "name", "")),
        st.just(("attribute", "run_id", "")),
    )


def patterns() -> st.SearchStrategy[str]:
    return st.text(alphabet="aAdmwx%_*[]0.5'", max_size=5)


term = st.one_of(
    st.tuples(
        st.just("compare"), number_field(), st.sampled_from(_SIGNS),
        st.sampled_from(NUMBERS),
    ),
    st.tuples(
        st.just("compare"), text_field(), st.sampled_from(_SIGNS),
        st.sampled_from([*TEXTS, *NUMBERS, "None", "True", "0.50"]),
    ),
    st.tuples(st.just("compare"), text_field(), st.sampled_from(_LIKE), patterns()),
    st.tuples(
        st.just("in"), st.one_of(number_field()),
        st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3), st.booleans(),
    ),
    st.tuples(
        st.just("in"), text_field(),
        st.lists(st.sampled_from([*TEXTS, *NUMBERS]), min_size=1, max_size=3),
        st.booleans(),
    ),
    st.tuples(
        st.just("between"), number_field(), st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS), st.booleans(),
    ),
    st.tuples(st.just("null"), st.one_of(number_field(), text_field()), st.booleans()),
    st.tuples(st.just("flag"), st.sampled_from(["starred", "failed", "finished"])),
    st.tuples(st.just("code"), st.sampled_from(
        ["fit", "standardscaler", "scaler", "learning rate", "model 3", "uberf", "rate"]
    )),
)  # fmt: skip
tree = st.recursive(
    term,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=6,
)


def write_field(field: Any) -> str:
    kind, key, statistic = field
    if kind == "attribute":
        return str(key)
    said = key if re.fullmatch(r"\w+", key) else f"`{key}`"
    return f"{kind}s.{said}{'.' + statistic if statistic else ''}"


def write_value(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)


def write(node: Any, least: int = 0) -> str:
    """Return a tree as a filter, with no more parentheses than it needs."""
    match node:
        case ("compare", field, ":", text):
            return f"{write_field(field)}: {quoted(text)}"
        case ("compare", field, sign, value):
            return f"{write_field(field)} {sign} {write_value(value)}"
        case ("in", field, values, negated):
            listed = ", ".join(write_value(value) for value in values)
            return f"{write_field(field)} {'not ' if negated else ''}in ({listed})"
        case ("between", field, low, high, negated):
            word = "not between" if negated else "between"
            return f"{write_field(field)} {word} {low!r} and {high!r}"
        case ("null", field, negated):
            return f"{write_field(field)} is {'not ' if negated else ''}null"
        case ("flag", word):
            return str(word)
        case ("code", words):
            return f'code: "{words}"'
        case ("not", inner):
            return f"not {write(inner, 3)}"
        case (word, left, right):
            level = 1 if word == "or" else 2
            said = f"{write(left, level)} {word} {write(right, level + 1)}"
            return f"({said})" if level < least else said
    raise AssertionError(node)


# ---- what they mean


def number_in(value: Any) -> float | None:
    """Return the number that a param is: numbers, and texts that read like one."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def text_in(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ",".join(map(str, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return str(value)


def like(text: str, pattern: str, *, fold: bool) -> bool:
    """Match SQL's pattern; `fold`: whatever the case of the letters A to Z."""
    expression = "".join(
        {"%": ".*", "_": "."}.get(char) or re.escape(char) for char in pattern
    )
    flags = re.DOTALL | (re.IGNORECASE | re.ASCII if fold else 0)
    return re.fullmatch(expression, text, flags) is not None


def compare(left: Any, sign: str, right: Any) -> bool:
    return {
        "=": left == right, "!=": left != right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right,
    }[sign]  # fmt: skip


def value_of(run: dict[str, Any], field: Any) -> Any:
    """Return the value of a field; KeyError where the run has none."""
    kind, key, statistic = field
    if kind == "attribute":
        return run[key]
    value = run[f"{kind}s"][key]
    if kind == "metric":
        numbers = [number for number in value if not math.isnan(number)]
        if statistic == "last":
            return value[-1]
        return {"min": min, "max": max}[statistic](numbers) if numbers else math.nan
    return value


def passes(field: Any, value: Any, sign: str, wanted: Any) -> bool:
    kind = field[0]
    if kind == "metric":
        return compare(value, sign, wanted)
    if sign in _LIKE:
        text = text_in(value)
        if sign == ":":
            return wanted.lower() in text.lower()
        return like(text, wanted, fold=sign == "ilike")
    number = number_in(wanted)
    if kind == "param" and number is not None:
        own = number_in(value)
        return sign == "!=" if own is None else compare(own, sign, number)
    if isinstance(wanted, float):
        if sign in ("=", "!="):
            return compare(text_in(value), sign, repr(wanted))
        own = number_in(value) if re.fullmatch(r"[-+.eE0-9]+", text_in(value)) else None
        return own is not None and compare(own, sign, wanted)
    return compare(text_in(value), sign, wanted)


def matches(run: dict[str, Any], node: Any) -> bool:
    match node:
        case ("and", left, right):
            return matches(run, left) and matches(run, right)
        case ("or", left, right):
            return matches(run, left) or matches(run, right)
        case ("not", inner):
            return not matches(run, inner)
        case ("flag", "starred"):
            return bool(run["starred"])
        case ("flag", status):
            return bool(run["status"] == status)
        case ("code", words):
            return has_words(run["code"], words)
    try:
        value = value_of(run, node[1])
    except KeyError:
        return node[0] == "null" and not node[2]
    match node:
        case ("null", _, negated):
            return bool(negated)
        case ("compare", field, sign, wanted):
            return passes(field, value, sign, wanted)
        case ("in", field, values, negated):
            return negated != any(passes(field, value, "=", one) for one in values)
        case ("between", _, low, high, negated):
            # What is no number lies neither between nor outside.
            return not math.isnan(value) and negated != (low <= value <= high)
    raise AssertionError(node)


def has_words(text: str, words: str) -> bool:
    plain = text.replace("ü", "u")
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    pattern = r"[\W_]+".join(words.split())
    return any(
        re.search(rf"(?<![^\W_]){pattern}", said, re.IGNORECASE)
        for said in (plain, split)
    )


@settings(max_examples=400, deadline=None)
@given(tree)
def test_a_filter_finds_what_its_naive_reading_finds(
    db: sqlite_utils.Database, node: Any
) -> None:
    text = write(node)
    search = make_search(text)
    assert search is not None
    wanted = [run["run_id"] for run in RUNS if matches(run, node)]
    for asked in (search, search.planned(db)):
        found = db.execute(
            f"select run_id from runs r where {asked.sql} order by run_id",
            asked.parameters,
        ).fetchall()
        assert [run_id for (run_id,) in found] == wanted, text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="am.><=!'\"`()[],:%& |-5é\n", max_size=30) | st.text())
def test_no_text_is_more_than_not_understood(
    db: sqlite_utils.Database, text: str
) -> None:
    refused: BadFilter | None = None
    search = None
    try:
        search = understand(db, text)
    except BadFilter as error:
        refused = error
    if refused is not None:
        assert 0 <= refused.start <= len(text)
        assert refused.start < refused.end
        assert str(refused)
    if search is not None:
        asked = search.planned(db)
        db.execute(
            f"select run_id from runs r where {asked.sql}", asked.parameters
        ).fetchall()
