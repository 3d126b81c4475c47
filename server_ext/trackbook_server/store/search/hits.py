"""Where a run has the words that were searched for: a piece of text, the words marked.

Only selects; one text a run, however many have the words.
"""

import re
from collections.abc import Sequence
from typing import Literal, cast

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.rows import marks, rows
from trackbook_server.store.search.plan import Search
from trackbook_server.store.search.sql import match_of
from trackbook_server.store.search.syntax import Words, list_words

MAX_WORDS = 3
"""So many conditions of words are looked for, in their order."""

_BEFORE = 30
_AFTER = 90
_ABOUT = ("note", "error", "tags", "params")
_TOKEN = re.compile(r"[^\W_]+")

TextPlace = Literal["code", "output", "note", "error", "tags", "params"]


def find_hits(
    db: sqlite_utils.Database, search: Search, run_ids: Sequence[str]
) -> dict[str, c.TextHit]:
    """Return by run where it has the first of the words that it has somewhere that its
    row does not show (its name is there already)."""
    found: dict[str, c.TextHit] = {}
    for words in list_words(search.tree)[:MAX_WORDS]:
        left = [run_id for run_id in run_ids if run_id not in found]
        if left:
            found |= _find_in_texts(db, words, left)
        left = [run_id for run_id in left if run_id not in found]
        if left and words.place not in ("code", "output"):
            found |= _find_in_about(db, words, left)
    return found


def _find_in_texts(
    db: sqlite_utils.Database, words: Words, run_ids: Sequence[str]
) -> dict[str, c.TextHit]:
    kind = "" if words.place in (None, "text") else "and p.kind = ?"
    places = rows(
        db,
        # The code before the outputs, and of each the first text that was kept.
        "select p.run_id, min(p.kind || ' ' || p.text_id) as first "
        f"from search_places p where p.run_id in ({marks(run_ids)}) and +p.text_id in "
        "(select rowid from search_texts_words where search_texts_words match ?) "
        f"{kind} group by p.run_id",
        (*run_ids, match_of(words.text), *([words.place] if kind else [])),
    )
    firsts = {row["run_id"]: row["first"].split(" ") for row in places}
    ids = sorted({int(text_id) for _, text_id in firsts.values()})
    bodies = dict(
        db.execute(
            f"select text_id, body from search_texts where text_id in ({marks(ids)})",
            ids,
        ).fetchall()
    )
    hits: dict[tuple[str, int], c.TextHit | None] = {}
    found: dict[str, c.TextHit] = {}
    for run_id, (place, text_id) in firsts.items():
        key = (place, int(text_id))
        if key not in hits:
            hits[key] = _cut(cast(TextPlace, place), bodies[key[1]], words.text)
        hit = hits[key]
        if hit is not None:
            found[run_id] = hit
    return found


def _find_in_about(
    db: sqlite_utils.Database, words: Words, run_ids: Sequence[str]
) -> dict[str, c.TextHit]:
    found: dict[str, c.TextHit] = {}
    for row in rows(
        db,
        "select run_id, note, error, tags, params from search_runs "
        f"where run_id in ({marks(run_ids)})",
        run_ids,
    ):
        for column in _ABOUT:
            hit = _cut(cast(TextPlace, column), row[column], words.text)
            if hit is not None:
                found[row["run_id"]] = hit
                break
    return found


def _cut(place: TextPlace, text: str, words: str) -> c.TextHit | None:
    """Return the line, or a piece of it, in which the words are."""
    tokens = [re.escape(token) for token in _TOKEN.findall(words)]
    said = re.search(r"[\W_]+".join(tokens), text, re.IGNORECASE)
    if said is None:
        return None  # spelled otherwise: with accents, or in parts
    line = text.rfind("\n", 0, said.start()) + 1
    start = max(line, said.start() - _BEFORE)
    end = text.find("\n", said.end())
    end = min(len(text) if end < 0 else end, said.end() + _AFTER)
    before = text[start : said.start()]
    return c.TextHit(
        place=place,
        before=("…" if start > line else "") + before.lstrip(),
        match=said.group(),
        after=text[said.end() : end],
    )
