"""Which field a name means, and what is proposed where it means none."""

from trackbook.errors import BadFilter, FilterFix
from trackbook_server.store.search.fields import (
    DATASET_KEYS,
    MLFLOW_TAGS,
    PREFIXES,
    STATISTICS,
    find_attribute,
    list_names,
    list_near,
    quote_key,
)
from trackbook_server.store.search.syntax import Field, FieldKind, Statistic
from trackbook_server.store.search.tokens import Token

_EXPECTED = (
    "metrics.KEY, params.KEY, tags.KEY, datasets.name, or an attribute such as status"
)


_PLURALS = ("metrics", "params", "tags", "datasets", "attributes")


def read_field(text: str, name: list[Token]) -> Field:
    """Return the field that a name means. Raises BadFilter."""
    first, last = name[0], name[-1]
    start, end = first.start, last.end
    if first.kind == "quoted":
        if first.quote in ("'", '"'):
            raise BadFilter(
                f"{first.text!r} in quotes is no field; expected {_EXPECTED}",
                text, start, first.end,
                _replacements(text, first.start, first.end, _unquoted(first.text)),
                first.text,
            )  # fmt: skip
        return _attribute(text, first.text, start, end)
    prefix, dot, rest = first.text.partition(".")
    if not dot:
        return _attribute(text, first.text, start, end)
    kind = PREFIXES.get(prefix.lower())
    if kind is None:
        near = list_near(prefix, list(_PLURALS))
        raise BadFilter(
            f"there is no {prefix!r} with keys; expected {_EXPECTED}",
            text, start, start + len(prefix),
            _replacements(text, start, start + len(prefix), near),
            text[start:end] if not near else None,
        )  # fmt: skip
    for token in name[1:]:
        if token.quote == "'":
            fix = FilterFix(
                f"`{token.text}`",
                f"{text[: token.start]}`{token.text}`{text[token.end :]}",
            )
            raise BadFilter(
                "a key stands in ` or in double quotes",
                text, token.start, token.end, (fix,),
            )  # fmt: skip
    key, statistic = _key_of(rest, name[1:])
    if kind != "metric":
        key = "".join([rest, *(token.text for token in name[1:])])
    if not key:
        raise BadFilter(
            f"expected a key after {prefix}., such as {prefix}.{_sample(kind)}",
            text, start, end, unknown=None,
        )  # fmt: skip
    if kind == "metric":
        return Field(start=start, end=end, kind=kind, key=key, statistic=statistic)
    if kind == "attribute":
        return _attribute(text, key, start, end)
    if kind == "tag" and key in MLFLOW_TAGS:
        return Field(start=start, end=end, kind="attribute", key=MLFLOW_TAGS[key])
    if kind == "dataset" and key.lower() not in DATASET_KEYS:
        fixes = list_near(key, list(DATASET_KEYS)) or list(DATASET_KEYS)
        raise BadFilter(
            f"a dataset has no {key!r}; expected {', '.join(DATASET_KEYS)}",
            text, start + len(prefix) + 1, end,
            _replacements(text, start + len(prefix) + 1, end, fixes),
        )  # fmt: skip
    return Field(
        start=start,
        end=end,
        kind=kind,
        key=key.lower() if kind == "dataset" else key,
    )


def is_prefixed(word: str) -> bool:
    """Whether a word begins like a field that has a key: metrics.…"""
    prefix, dot, _ = word.partition(".")
    return bool(dot) and prefix.lower() in PREFIXES


def is_field(word: str) -> bool:
    """Whether a word begins a field."""
    return is_prefixed(word) or find_attribute(word) is not None


def _key_of(rest: str, more: list[Token]) -> tuple[str, Statistic]:
    """Return the key behind the prefix, and the number of the metric that is meant."""
    statistic: Statistic = "last"
    pieces = [rest, *(token.text for token in more)]
    last_is_quoted = bool(more) and more[-1].kind == "quoted"
    head, _, tail = pieces[-1].rpartition(".")
    for known in STATISTICS:
        if tail.lower() == known and not last_is_quoted and (head or len(more) > 0):
            pieces[-1] = head
            statistic = known  # type: ignore[assignment] # one of the literals
    return "".join(pieces), statistic


def _attribute(text: str, name: str, start: int, end: int) -> Field:
    """Return the attribute of a name. Raises BadFilter that proposes others."""
    attribute = find_attribute(name)
    if attribute is None:
        near = list_near(name, list_names())
        raise BadFilter(
            f"a run has no attribute {name!r}; expected {_EXPECTED}",
            text, start, end, _replacements(text, start, end, near), name,
        )  # fmt: skip
    return Field(start=start, end=end, kind="attribute", key=attribute.name)


def _replacements(
    text: str, start: int, end: int, names: list[str]
) -> tuple[FilterFix, ...]:
    return tuple(FilterFix(name, text[:start] + name + text[end:]) for name in names)


def _unquoted(name: str) -> list[str]:
    """Return what a quoted name would be as a field."""
    prefix, dot, key = name.partition(".")
    if dot and prefix.lower() in PREFIXES and key:
        return [f"{prefix}.{quote_key(key)}"]
    return [name] if find_attribute(name) else []


def _sample(kind: FieldKind) -> str:
    return {
        "metric": "acc", "param": "lr", "tag": "task", "dataset": "name",
        "attribute": "status",
    }[kind]  # fmt: skip
