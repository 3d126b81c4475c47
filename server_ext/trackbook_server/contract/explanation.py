"""Whether a run's notebook explains its result."""

from typing import Literal

from trackbook_server.contract.base import Reply

Verdict = Literal["green", "amber", "red", "unknown"]

ReasonKind = Literal[
    "out_of_order",
    "executed_again",
    "edited",
    "gone",
    "before_recording",
    "never_executed",
    "failed",
    "stops",
    "random",
    "uncommitted",
    "input_changed",
    "secret",
    "aside",
    "not_checked",
]

Severity = Literal["red", "amber", "unknown", "note"]


class ExplanationCell(Reply, frozen=True, kw_only=True):
    """A cell that a reason is about, called by its first line of code.

    `place` counts the cells of the revision from 1; None where it is not in it.
    `execution_id` is None for a cell that was not executed.
    """

    title: str
    cell_id: str | None
    execution_id: str | None
    place: int | None


class ExplanationReason(Reply, frozen=True, kw_only=True):
    """One reason in a sentence; what stands between backticks is code.

    A *red* one: a clean run runs other code for the result, or stops before it. An
    *amber* one: it may differ or stop. *unknown*: it could not be checked. A *note*
    changes nothing.
    """

    kind: ReasonKind
    severity: Severity
    sentence: str
    name: str | None
    cells: list[ExplanationCell]


class Explanation(Reply, frozen=True, kw_only=True):
    """Does the notebook explain the run's result?

    It does (*green*) when running its revision from top to bottom in a clean kernel
    executes the same code on the same values up to the result, as far as syntax tells.
    `checked` says what was found in order, `not_checked` what nobody looked at; neither
    changes the verdict. `cell_count` is that of the revision.
    """

    run_id: str
    verdict: Verdict
    revision_id: str | None
    revision_number: int | None
    cell_count: int
    result: ExplanationCell | None
    reasons: list[ExplanationReason]
    more_count: int
    checked: list[str]
    not_checked: list[str]
    change: int
