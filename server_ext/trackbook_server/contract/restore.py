"""Giving a notebook back: what would happen, and what differs around it by now."""

from typing import Literal

import msgspec

from trackbook_server.contract.base import Reply
from trackbook_server.contract.revisions import LostPart, RevisionInfo


class PackageDifference(Reply, frozen=True, kw_only=True):
    """A package whose version is another now; None where it is not installed.

    `is_used`: the notebook imports it.
    """

    name: str
    then: str | None
    now: str | None
    is_used: bool


class EnvironmentDifference(Reply, frozen=True, kw_only=True):
    """The run's environment against the present one.

    `interpreter` is the one compared with, None where none is known: then `packages` is
    empty and nothing is said. `packages` differ, those that the notebook uses first.
    `uv` and `pip` are shell lines that build an environment like the run's beside the
    present one.
    """

    python_then: str
    python_now: str | None
    interpreter: str | None
    packages: list[PackageDifference]
    same_count: int
    uv: list[str]
    pip: list[str]


class InputDifference(Reply, frozen=True, kw_only=True):
    """An input of the run as it is now; `unknown` where that can't be told."""

    name: str
    source: str
    state: Literal["same", "changed", "gone", "unknown"]


class RestorePlan(Reply, frozen=True, kw_only=True):
    """What restoring a run's notebook means now.

    `copy_path` is where a copy would go. `notebook_path` is where the notebook belongs,
    None where that is not known; `place` says what is there: a `notebook`, nothing
    (`gone`), or that this server does not serve the place (`outside`). `lost` is what
    of the revision is damaged in the store.
    """

    run_id: str
    run_name: str
    run_number: int
    revision: RevisionInfo
    lost: list[LostPart]
    copy_path: str
    notebook_path: str | None
    place: Literal["notebook", "gone", "outside"] | None
    environment: EnvironmentDifference | None
    inputs: list[InputDifference]


class RefillRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST runs/{run_id}/refill takes: where replaced values may be put back from.

    `sources` are those of the open notebook's cells, by the place (from 1) of the same
    cell in the revision. Nothing of them is kept.
    """

    revision_id: str | None = None
    sources: dict[int, str]


class RefilledCell(Reply, frozen=True, kw_only=True):
    """A cell of the revision that holds placeholders: its source with what could be put
    back, and how many placeholders are left."""

    place: int
    title: str
    source: str
    left_count: int


class Refilled(Reply, frozen=True, kw_only=True):
    """Every cell whose source holds placeholders."""

    cells: list[RefilledCell]
