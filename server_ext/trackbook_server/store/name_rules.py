"""What people said of names in an experiment: ignored, or promoted to results.

Only writes, but for what finds rules. A rule is kept a name; the later word counts.
"""

import json
from collections.abc import Collection, Mapping
from typing import Literal

import sqlite_utils

from trackbook.events import NameRule
from trackbook_server.store.naming import canonical
from trackbook_server.store.rows import marks

Role = Literal["result", "value", "ignored"]

Rules = dict[str, NameRule]

AT_ONCE = 64
"""So many runs obey a new rule at once, the newest; the others in later transactions,
so that a rule for thousands of runs holds nobody up."""


def load_rules(db: sqlite_utils.Database, experiment_id: str) -> Rules:
    """Return the rules of an experiment by name."""
    row = db.execute(
        "select names from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone()
    rules: Rules = json.loads(row[0]) if row else {}
    return rules


def find_rules(
    db: sqlite_utils.Database, kernel_id: str, notebook_path: str | None
) -> Rules:
    """Return the rules for what a kernel records: those of its open run's experiment,
    else of its notebook's, else of its own."""
    row = db.execute(
        "select e.names, 0 as rank from run_writers w join runs r using (run_id) "
        "join experiments e using (experiment_id) "
        "where w.kernel_id = ?1 and w.ended_at is null "
        "union all select names, 1 from experiments where notebook_path = ?2 "
        "union all select names, 2 from experiments "
        "where kernel_id = ?1 and notebook_path is null order by rank limit 1",
        (kernel_id, notebook_path),
    ).fetchone()
    rules: Rules = json.loads(row[0]) if row else {}
    return rules


def role_of(origin: str, rule: NameRule | None) -> Role:
    """Return what a metric of that origin counts as under its rule."""
    if rule == "ignore":
        return "ignored"
    return "value" if origin == "value" and rule is None else "result"


def rule_names(
    db: sqlite_utils.Database,
    experiment_id: str,
    names: Mapping[str, NameRule | None],
    at: str,
) -> set[str]:
    """Set or take back rules, unless a later word did; return the names that changed
    theirs."""
    rules, edited = (
        json.loads(text)
        for text in db.execute(
            "select names, edited_at from experiments where experiment_id = ?",
            (experiment_id,),
        ).fetchone()
    )
    changed = set()
    for name, rule in names.items():
        if edited.get(f"rule {name}", "") > at:
            continue
        edited[f"rule {name}"] = at
        if rules.get(name) == rule:
            continue
        changed.add(name)
        if rule is None:
            del rules[name]
        else:
            rules[name] = rule
    db.execute(
        "update experiments set names = ?, edited_at = ? where experiment_id = ?",
        (canonical(rules), canonical(edited), experiment_id),
    )
    return changed


def mark_ruled_runs(
    db: sqlite_utils.Database, experiment_id: str, names: Collection[str]
) -> None:
    """Note which runs of the experiment have one of the names, to derive them."""
    wanted = marks(names)
    db.execute(
        "insert or ignore into ruled_runs select run_id from runs "
        "where experiment_id = ? and (exists (select 1 "
        f"from metrics m where m.run_id = runs.run_id and m.key in ({wanted})) "
        "or exists (select 1 from param_log p where p.run_id = runs.run_id "
        f"and p.key in ({wanted})))",
        (experiment_id, *names, *names),
    )


def take_ruled_runs(db: sqlite_utils.Database) -> set[str]:
    """Return the newest runs that are still to be derived, a few; they are noted no
    more."""
    found = {
        run_id
        for (run_id,) in db.execute(
            "select run_id from ruled_runs join runs using (run_id) "
            "order by started_at desc limit ?",
            (AT_ONCE,),
        )
    }
    db.conn.executemany(
        "delete from ruled_runs where run_id = ?", [(run_id,) for run_id in found]
    )
    return found


def has_ruled_runs(db: sqlite_utils.Database) -> bool:
    """Say whether runs are still to be derived."""
    return db.execute("select 1 from ruled_runs limit 1").fetchone() is not None
