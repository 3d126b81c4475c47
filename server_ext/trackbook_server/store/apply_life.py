"""What people say of experiments, and of what is in the trash."""

from trackbook import events as ev
from trackbook_server.store import experiments, purge
from trackbook_server.store.changes import Changes
from trackbook_server.store.edits import edit_experiment
from trackbook_server.store.moves import root_of
from trackbook_server.store.values import BadEvent, to_text


def experiment_created(p: Changes, event: ev.ExperimentCreated, writer_id: str) -> None:
    """Make an experiment. Raises BadEvent for one without a name, or there already."""
    if not event.name.strip():
        raise BadEvent("an experiment has a name")
    experiments.create(p.db, event.experiment_id, event.name.strip())
    p.experiments.add(event.experiment_id)


def experiment_edited(p: Changes, event: ev.ExperimentEdited, writer_id: str) -> None:
    """Change what people say of an experiment; all its runs look different."""
    edit_experiment(p.db, event)
    p.experiments.add(event.experiment_id)
    p.redrawn.add(event.experiment_id)
    if event.merged_into:
        p.experiments.add(root_of(p.db, event.merged_into))
    if event.main_metric is not None:
        p.rechosen.add(event.experiment_id)


def trash_emptied(p: Changes, event: ev.TrashEmptied, writer_id: str) -> None:
    """Let runs in the trash be deleted for good, some at a time from now on."""
    before = None if event.before is None else to_text(event.before)
    purge.begin(p.db, event.run_ids, before, to_text(event.at))


def emptying_stopped(p: Changes, event: ev.EmptyingStopped, writer_id: str) -> None:
    """Leave the runs in the trash that are whole."""
    purge.stop(p.db)


def trash_ruled(p: Changes, event: ev.TrashRuled, writer_id: str) -> None:
    """Choose when the trash lets go of runs. Raises BadEvent for less than no day."""
    if event.keep_days < 0:
        raise BadEvent(f"{event.keep_days} days are none; 0 keeps runs for ever")
    p.db.execute("update store set keep_days = ?", (min(event.keep_days, 36_500),))
