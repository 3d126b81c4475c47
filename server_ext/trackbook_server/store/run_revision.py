"""Which of its notebook's codes a run ran, by number. Only selects."""

import sqlite_utils

_OF_EXECUTIONS = (
    "select c.number from cell_executions e "
    "join capture_messages m on m.message_id = e.message_id "
    "join captures c on c.capture_id = m.capture_id "
    "left join metrics led on led.run_id = e.run_id and led.key = r.main_metric "
    "where e.run_id = r.run_id order by e.execution_id is led.execution_id desc, "
    "e.execution_order desc, m.moment = 'ended' desc limit 1"
)
_OF_RUN = (
    "select number from captures where run_id = r.run_id "
    "order by moment = 'ended' desc, capture_id desc limit 1"
)

REVISION_NUMBER = f"coalesce(({_OF_EXECUTIONS}), ({_OF_RUN}))"
"""The number over `runs r`: of the document that was sent for the execution that gave
the main metric's last point, else for the last one, else that was found for the run."""


def find_revision_number(
    db: sqlite_utils.Database, run_id: str, main_metric: str | None
) -> int | None:
    """Return the number of the code that a run ran, of which `main_metric` is the
    main metric; None where no document was captured."""
    row = db.execute(
        f"select {REVISION_NUMBER} from (select ? as run_id, ? as main_metric) r",
        (run_id, main_metric),
    ).fetchone()
    number: int | None = row[0]
    return number
