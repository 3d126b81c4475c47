"""What a run read, as facts: name, digest, source, schema, profile (MLflow's shape).

Knows the libraries' objects by what they can do, and imports none of them.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from trackbook.artifacts import list_files, read_chunks
from trackbook.contents import read_table, to_plain
from trackbook.errors import BadInput

MAX_COLUMNS = 500
"""So many columns a schema names."""


class InputFacts(msgspec.Struct, frozen=True):
    """What is known of an input. A digest is the SHA-256 of what it holds."""

    name: str = "dataset"
    digest: str = ""
    source: str = ""
    schema: dict[str, Any] = {}
    profile: dict[str, Any] = {}


def read_input(data: Any, digest: str | None = None) -> InputFacts:
    """Return the facts of a path, URL, DataFrame, array, table or MLflow dataset.

    With a `digest` nothing is computed. Raises BadInput for what has none of its own,
    and for a path that can't be read.
    """
    if isinstance(data, (str, os.PathLike)):
        text = os.fspath(data)
        if "://" in text:
            name = text.rstrip("/").rpartition("/")[2].partition("?")[0]
            return InputFacts(name or "dataset", digest or "", text)
        return _read_path(Path(text).expanduser(), digest)
    if callable(getattr(data, "to_dict", None)) and hasattr(data, "digest"):
        return _read_dataset(data)
    if hasattr(data, "columns") and hasattr(data, "shape"):
        return _read_frame(data, digest)
    if hasattr(data, "dtype") and hasattr(data, "shape"):
        return _read_array(data, digest)
    if digest is None and not isinstance(data, (Mapping, Sequence)):
        raise BadInput(
            f"log_input can't tell what a {type(data).__name__} holds. Give the path "
            "of a file, a DataFrame, an array or a list of dicts; or say digest='…'."
        )
    return _read_records(data, digest)


def _read_path(path: Path, digest: str | None) -> InputFacts:
    """Files are read in parts; a folder's digest is that of its files' digests."""
    files = list_files(path, None, None)
    size = sum(file.stat().st_size for file in files.values())
    if digest is None:
        digests = [
            f"{_hash(read_chunks(file))}  {name}\n" for name, file in files.items()
        ]
        digest = digests[0][:64]
        if path.is_dir():
            digest = _hash(line.encode() for line in digests)
    profile = {"size_bytes": size, "file_count": len(files)}
    return InputFacts(path.absolute().name, digest, str(path.absolute()), {}, profile)


def _read_dataset(data: Any) -> InputFacts:
    """One of MLflow's own datasets says it all itself."""
    said = data.to_dict()
    return InputFacts(
        str(said.get("name") or "dataset"),
        str(data.digest or ""),
        str(said.get("source") or ""),
        _decode(said.get("schema")),
        _decode(said.get("profile")),
    )


def _decode(text: Any) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (TypeError, msgspec.DecodeError):
        found = to_plain(text)
    return found if isinstance(found, dict) else {"text": found} if found else {}


def _read_frame(data: Any, digest: str | None) -> InputFacts:
    rows, columns = (int(count) for count in data.shape)
    dtypes = data.dtypes  # pandas: by name; polars: in their order
    kinds = dtypes.tolist() if hasattr(dtypes, "tolist") else list(dtypes)
    schema = [
        {"name": str(name), "type": str(kind)}
        for name, kind in zip(data.columns, kinds, strict=True)
    ]
    if digest is None:
        digest = _hash([msgspec.json.encode(schema), *_frame_bytes(data)])
    return InputFacts(
        digest=digest,
        schema={"columns": schema[:MAX_COLUMNS]},
        profile={"num_rows": rows, "num_elements": rows * columns},
    )


def _frame_bytes(data: Any) -> Iterable[bytes]:
    if callable(getattr(data, "to_pickle", None)):  # pandas
        from pandas.util import hash_pandas_object

        try:
            hashes = hash_pandas_object(data, index=True)
        except TypeError:  # a column of lists or dicts
            hashes = hash_pandas_object(data.astype(str), index=True)
        return [hashes.to_numpy().tobytes()]
    return [msgspec.json.encode(row) for row in read_table(data)[1]]


def _read_array(data: Any, digest: str | None) -> InputFacts:
    shape = [int(count) for count in data.shape]
    kind = str(data.dtype)
    if digest is None:
        array = data
        if callable(getattr(array, "detach", None)):  # torch
            array = array.detach().cpu().numpy()
        digest = _hash([f"{kind} {shape}".encode(), array.tobytes()])
    elements = 1
    for count in shape:
        elements *= count
    return InputFacts(
        digest=digest,
        schema={"type": kind, "shape": shape},
        profile={"num_rows": shape[0] if shape else 1, "num_elements": elements},
    )


def _read_records(data: Any, digest: str | None) -> InputFacts:
    if digest is None:
        digest = _hash([msgspec.json.encode(to_plain(data))])
    try:
        columns, rows = read_table(data)
    except BadInput:  # no table, but it has a digest
        return InputFacts(digest=digest)
    return InputFacts(
        digest=digest,
        schema={"columns": [{"name": name} for name in columns[:MAX_COLUMNS]]},
        profile={"num_rows": len(rows), "num_elements": len(rows) * len(columns)},
    )


def _hash(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
