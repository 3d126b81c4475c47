"""All checks of a home that can be opened, in their order."""

from trackbook_server.care import blobs, chunks, files, notebooks, rows, words
from trackbook_server.care.finding import Check, Finding, Patient

CHECKS: tuple[Check, ...] = (
    rows.CHECK,
    chunks.CHECK,
    notebooks.CHECK,
    blobs.CHECK,
    words.CHECK,
    *files.CHECKS,
)
"""Blobs are put aside after notebooks were mended, that may name them again."""


def examine(patient: Patient) -> list[Finding]:
    """Return what every check says; the database as such must be sound."""
    return [check.look(patient) for check in CHECKS]


def repair(patient: Patient, findings: list[Finding]) -> dict[str, str]:
    """Mend what the findings say that can be; return what was done, by check."""
    wanted = {finding.what for finding in findings if finding.repair is not None}
    return {
        check.what: check.mend(patient)
        for check in CHECKS
        if check.what in wanted and check.mend is not None
    }
