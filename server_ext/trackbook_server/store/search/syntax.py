"""The syntax tree of a filter; what each node means for a run.

A run either matches a node or it does not: a comparison with something that the run
does not have is no match, whatever the comparison (also `!=`), and NOT is everything
else.
Positions count the characters of the filter's text.
"""

from typing import Literal

import msgspec

FieldKind = Literal["metric", "param", "tag", "attribute", "dataset"]
Statistic = Literal["last", "min", "max"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "like", "ilike", ":"]
Place = Literal["text", "code", "output"]


class Node(msgspec.Struct, frozen=True, kw_only=True, tag_field="node"):
    """A part of a filter, from character `start` up to `end`."""

    start: int
    end: int


class Field(Node, frozen=True, kw_only=True, tag="field"):
    """What is compared: a key of its kind, of a metric also which of its numbers."""

    kind: FieldKind
    key: str
    statistic: Statistic = "last"


class Value(Node, frozen=True, kw_only=True, tag="value"):
    """What it is compared with.

    `number` is there where the text is one; of a duration it is milliseconds. `span` is
    there where it is a moment: when that begins and ends, as the store writes moments.
    `words` are what a status word stands for.
    """

    text: str
    number: float | None = None
    span: tuple[str, str] | None = None
    words: tuple[str, ...] | None = None


class Comparison(Node, frozen=True, kw_only=True, tag="comparison"):
    """`:` is: contains, whatever the case."""

    field: Field
    operator: Operator
    value: Value
    negated: bool = False


class Membership(Node, frozen=True, kw_only=True, tag="membership"):
    """The field has one of the values; negated: it has another one."""

    field: Field
    values: tuple[Value, ...]
    negated: bool = False


class Between(Node, frozen=True, kw_only=True, tag="between"):
    """The field's value lies between two, both included; negated: outside."""

    field: Field
    low: Value
    high: Value
    negated: bool = False


class Presence(Node, frozen=True, kw_only=True, tag="presence"):
    """The run has the field, or (negated) has it not."""

    field: Field
    negated: bool = False


class Words(Node, frozen=True, kw_only=True, tag="words"):
    """Words that follow each other in the run's texts, the last one perhaps begun only.

    `place` None: a word alone, which is the same as `text`.
    """

    text: str
    place: Place | None = None


class Not(Node, frozen=True, kw_only=True, tag="not"):
    """What does not match the inner one."""

    inner: "Filter"


class And(Node, frozen=True, kw_only=True, tag="and"):
    """What matches all of them."""

    parts: tuple["Filter", ...]


class Or(Node, frozen=True, kw_only=True, tag="or"):
    """What matches any of them."""

    parts: tuple["Filter", ...]


Filter = And | Or | Not | Comparison | Membership | Between | Presence | Words


def list_words(node: Filter) -> list[Words]:
    """Return the words that a matching run may have been found by."""
    if isinstance(node, Words):
        return [node]
    if isinstance(node, And | Or):
        return [found for part in node.parts for found in list_words(part)]
    return []


def list_fields(node: Filter) -> list[Field]:
    """Return the fields that a filter names, in their order."""
    if isinstance(node, And | Or):
        return [field for part in node.parts for field in list_fields(part)]
    if isinstance(node, Not):
        return list_fields(node.inner)
    return [] if isinstance(node, Words) else [node.field]
