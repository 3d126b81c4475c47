"""Figures, tables and dicts as the bytes that are kept of them.

Knows the libraries' objects by what they can do, and imports none of them.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from trackbook.capture.literals import to_json_value
from trackbook.errors import BadInput
from trackbook.lines import to_number

Columns = tuple[str, ...]
Rows = list[tuple[Any, ...]]


def encode_figure(figure: Any, artifact_file: str) -> bytes:
    """Return a matplotlib, Plotly or PIL figure in the format of the file's suffix.

    Raises BadInput for another object, and for a format that the figure doesn't have.
    """
    suffix = PurePosixPath(artifact_file).suffix.lower().lstrip(".")
    if not suffix:
        raise BadInput(
            f"the name {artifact_file!r} says no format; end it in .png or .svg "
            "(in .html or .json for Plotly)."
        )
    write = _find_writer(figure, suffix)
    try:
        return write()
    except (ValueError, KeyError, OSError, ImportError) as error:
        raise BadInput(
            f"can't write the figure as {artifact_file!r}: {error}"
        ) from error


def _find_writer(figure: Any, suffix: str) -> Callable[[], bytes]:
    if callable(getattr(figure, "write_html", None)):  # Plotly
        if suffix == "html":
            return lambda: str(figure.to_html(include_plotlyjs="cdn")).encode()
        if suffix == "json":
            return lambda: str(figure.to_json()).encode()
        return lambda: bytes(figure.to_image(format=suffix))
    if not callable(getattr(figure, "savefig", None)):
        figure = getattr(figure, "figure", None) or figure  # of matplotlib's axes
    if callable(getattr(figure, "savefig", None)):
        return lambda: _write(
            lambda file: figure.savefig(file, format=suffix, bbox_inches="tight")
        )
    if callable(getattr(figure, "save", None)) and hasattr(figure, "getbands"):  # PIL
        kind = {"jpg": "jpeg", "tif": "tiff"}.get(suffix, suffix)
        return lambda: _write(lambda file: figure.save(file, format=kind))
    raise BadInput(
        f"log_figure knows figures of matplotlib, Plotly and PIL, not a "
        f"{type(figure).__name__}. Save it to a file and use log_artifact."
    )


def _write(save: Callable[[Any], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def encode_dict(value: Any, artifact_file: str) -> bytes:
    """Return a dict or list as YAML if the file's suffix says so, else as JSON."""
    plain = to_plain(value)
    if PurePosixPath(artifact_file).suffix.lower() not in (".yaml", ".yml"):
        return msgspec.json.format(msgspec.json.encode(_with_words(plain)), indent=2)
    try:
        return msgspec.yaml.encode(plain)
    except ImportError as error:
        raise BadInput(
            f"{artifact_file!r} as YAML needs the package pyyaml: pip install pyyaml, "
            "or end the name in .json."
        ) from error


def read_table(data: Any) -> tuple[Columns, Rows]:
    """Return columns and rows of a DataFrame, a dict of columns, or a list of dicts.

    A dict of single values is one row. Raises BadInput for anything else, and for
    columns of different lengths.
    """
    if callable(getattr(data, "to_dicts", None)):  # polars
        data = data.to_dicts()
    elif hasattr(data, "columns") and callable(getattr(data, "itertuples", None)):
        columns = tuple(str(name) for name in data.columns)
        rows = data.itertuples(index=False, name=None)
        return columns, [tuple(map(to_plain, row)) for row in rows]
    if isinstance(data, Mapping) and data:
        return _from_columns(data)
    if isinstance(data, Sequence) and data and all(map(_is_row, data)):
        return _from_dicts(data)
    raise BadInput(
        f"log_table takes a DataFrame, a dict of columns or a list of dicts, not "
        f"{_describe(data)}. For example: log_table({{'x': [1, 2]}}, 'table.json')"
    )


def _is_row(item: Any) -> bool:
    return isinstance(item, Mapping)


def _from_columns(data: Mapping[Any, Any]) -> tuple[Columns, Rows]:
    columns = [_list(value) for value in data.values()]
    if all(column is None for column in columns):
        columns = [[value] for value in data.values()]
    names = tuple(map(str, data))
    lengths = {
        name: -1 if column is None else len(column)
        for name, column in zip(names, columns, strict=True)
    }
    if len(set(lengths.values())) != 1:
        said = ", ".join(
            f"{name!r} {'a single value' if count < 0 else count}"
            for name, count in list(lengths.items())[:5]
        )
        raise BadInput(
            f"the columns of a table have the same length, but here are {said}. "
            "Fill the shorter ones with None."
        )
    filled = [[to_plain(item) for item in column or ()] for column in columns]
    return names, list(zip(*filled, strict=True))


def _from_dicts(data: Sequence[Mapping[Any, Any]]) -> tuple[Columns, Rows]:
    names: dict[Any, None] = {}
    for row in data:
        names.update(dict.fromkeys(row))
    rows = [tuple(to_plain(row.get(name)) for name in names) for row in data]
    return tuple(map(str, names)), rows


def _list(value: Any) -> list[Any] | None:
    """Return a column as a list, None where it is a single value."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return None
    try:
        tolist = getattr(value, "tolist", None)
        found = tolist() if callable(tolist) else value
        return list(found)
    except TypeError:  # an array of no dimension
        return None


def _describe(data: Any) -> str:
    kind = type(data).__name__
    empty = isinstance(data, (Mapping, Sequence)) and not data
    return f"an empty {kind}" if empty else f"a {kind}"


def encode_table(columns: Columns, rows: Rows) -> bytes:
    """Return a table as JSON in pandas' and MLflow's `split` orientation.

    As both of them, it writes null for NaN and infinities.
    """
    return msgspec.json.encode({"columns": columns, "data": rows})


def to_plain(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON has it, whole; what JSON has not, as its text.

    Scalars and arrays of numpy and torch become numbers and lists of them, what pandas
    has for "missing" becomes None.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):  # numpy's float64 as well
        return float(value)
    if isinstance(value, str):
        return str(value)
    if depth > 50:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): to_plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain(item, depth + 1) for item in value]
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if not isinstance(value, int) and callable(
        tolist := getattr(value, "tolist", None)
    ):
        return to_plain(tolist(), depth + 1)
    if callable(isoformat := getattr(value, "isoformat", None)):
        return str(isoformat())
    return to_json_value(value)


def _with_words(value: Any) -> Any:
    """Return a plain value with words for the numbers that JSON has not."""
    if isinstance(value, float):
        return to_number(value)
    if isinstance(value, dict):
        return {key: _with_words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_words(item) for item in value]
    return value
