"""Queries: what is declared is what is checked, and the error says the cure."""

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from trackbook.errors import BadInput
from trackbook_server.rest.lists import ListQuery
from trackbook_server.rest.parameters import Query, in_words, plain, read_query
from trackbook_server.rest.routes import ROUTES


class Asked(Query, frozen=True, kw_only=True):
    limit: Annotated[int, Meta(ge=1, le=500)] = 50
    key: Annotated[
        tuple[Annotated[str, Meta(max_length=5)], ...], Meta(min_length=1, max_length=2)
    ]
    at: Annotated[float, Meta(ge=-10)] | None = msgspec.field(name="from", default=None)
    on: bool = False
    how: Literal["json", "text"] = "json"
    name: str | None = None


def test_what_is_given_is_read_as_its_type() -> None:
    found = read_query(
        Asked,
        {
            "limit": ["7"],
            "key": ["a", "b"],
            "from": ["-1.5"],
            "on": ["1"],
            "name": ["null"],
            # What Jupyter and browsers add is none of ours.
            "token": ["secret"],
            "1763900000000": [""],
        },
    )
    assert found == Asked(limit=7, key=("a", "b"), at=-1.5, on=True, name="null")
    assert read_query(Asked, {"key": [""]}) == Asked(key=("",))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "key is missing. It must be text of at most 5 characters, given 1 to 2 t"),
        ({"key": ["a"] * 3}, "key is given 3 times. It must be text of at most 5 char"),
        ({"key": ["abcdef"]}, "key is 'abcdef'. It must be text of at most 5 charact"),
        ({"key": ["a\0"]}, "key holds a NUL character; leave it out"),
        ({"limit": ["0"]}, "limit is '0'. It must be a whole number from 1 to 500."),
        ({"limit": ["null"]}, "limit is 'null'. It must be a whole number from 1 to"),
        ({"limit": ["1" * 99]}, f"limit is '{'1' * 40}'…. It must be a whole number f"),
        ({"limit": ["1", "2"]}, "limit is given 2 times; give it once"),
        ({"from": ["nan"]}, "from is 'nan'. It must be a finite number, -10 or more."),
        ({"from": ["1e999"]}, "from is '1e999'. It must be a finite number, -10 or m"),
        ({"from": ["null"]}, "from is 'null'. It must be a finite number, -10 or mor"),
        ({"on": ["maybe"]}, "on is 'maybe'. It must be true or false."),
        ({"how": ["xml"]}, "how is 'xml'. It must be one of json, text."),
        ({"limt": ["1"]}, "this route has no parameter 'limt'; did you mean limit?"),
        ({"zz": ["1"]}, "this route has no parameter 'zz'; it takes from, how, key,"),
    ],
)
def test_what_makes_no_sense_is_told_with_the_cure(
    query: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_query(Asked, {"key": ["a"], **query} if query else query)
    assert str(refused.value).startswith(message)


def test_a_route_that_takes_nothing_says_so() -> None:
    with pytest.raises(BadInput, match="no parameter 'limit'; it takes none"):
        read_query(Query, {"limit": ["1"]})


@given(
    st.dictionaries(
        st.sampled_from(ListQuery.__struct_encode_fields__),
        st.lists(st.text(max_size=60), min_size=1, max_size=7),
    )
)
def test_any_text_is_read_or_refused(query: dict[str, list[str]]) -> None:
    refused = ""
    try:
        read_query(ListQuery, query)
    except BadInput as error:
        refused = str(error)
    assert not refused or any(refused.startswith(name) for name in query)


def test_every_parameter_of_every_route_has_a_limit_and_a_description() -> None:
    for route in ROUTES:
        for found in route.endpoints().values():
            if found.query is None:
                continue
            [schema] = [msgspec.json.schema(found.query)["$defs"][found.query.__name__]]
            for name, rules in schema["properties"].items():
                rules = plain(rules)
                assert rules.get("description"), (route.path, name)
                items = plain(rules.get("items", rules))
                assert in_words(rules)
                bounded = {"maximum", "maxLength", "enum"} & set(items)
                assert bounded or items["type"] == "boolean", (route.path, name)
                if rules.get("type") == "array":
                    assert "maxItems" in rules, (route.path, name)
