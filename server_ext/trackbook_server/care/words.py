"""The full-text index: whether it says what its tables say."""

import sqlite3

import sqlite_utils

from trackbook_server.care.finding import Check, Finding, Patient

WHAT = "search"
_INDEXES = ("search_runs_words", "search_texts_words")


def look(patient: Patient) -> Finding:
    """Compare the index with what it is of; only who writes the home can."""
    if not patient.home.owns:
        return Finding(what=WHAT, says="not looked at while another process writes")
    wrong = patient.home.database.write(_find_wrong).result()
    if not wrong:
        return Finding(what=WHAT, says="the index is as its texts are")
    return Finding(
        what=WHAT,
        says="the index for full text is not as its texts are",
        cure="searches for text may miss runs: run `trackbook doctor --repair`.",
        repair="make the index anew",
    )


def mend(patient: Patient) -> str:
    """Make the indexes anew from their tables."""
    patient.home.database.write(make_anew).result()
    return "the index was made anew"


CHECK = Check(WHAT, look, mend)


def make_anew(db: sqlite_utils.Database) -> None:
    """Make every index of full text anew, within the caller's transaction."""
    for name in _INDEXES:
        db.execute(f"insert into {name} ({name}) values ('rebuild')")


def _find_wrong(db: sqlite_utils.Database) -> list[str]:
    wrong = []
    for name in _INDEXES:
        try:
            db.execute(
                f"insert into {name} ({name}, rank) values ('integrity-check', 1)"
            )
        except sqlite3.DatabaseError:
            wrong.append(name)
    return wrong
