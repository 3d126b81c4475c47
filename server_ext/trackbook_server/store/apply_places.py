"""What is said of writers, kernels and notebooks rather than of runs."""

from trackbook import events as ev
from trackbook_server.store import placement
from trackbook_server.store.changes import Changes
from trackbook_server.store.lineage import note_copy
from trackbook_server.store.recordings import save_recordings


def journal_opened(p: Changes, event: ev.JournalOpened, writer_id: str) -> None:
    """Keep what the header says of the writer; the latest counts."""
    p.db.execute(
        "insert or replace into writers (writer_id, host, boot_id, pid, "
        "pid_started_at, pid_started_boot_ms, kernel_id, user, trackbook_version, "
        "python_version, executable) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            writer_id,
            event.host,
            event.boot_id,
            event.pid,
            event.pid_started_at,
            event.pid_started_boot_ms,
            event.kernel_id,
            event.user,
            event.trackbook_version,
            event.python_version,
            event.executable,
        ),
    )


def kernel_placed(p: Changes, event: ev.KernelPlaced, writer_id: str) -> None:
    """Let a kernel's runs belong to a notebook."""
    placement.place_kernel(p.db, event.kernel_id, event.notebook_path)


def notebook_renamed(p: Changes, event: ev.NotebookRenamed, writer_id: str) -> None:
    """Let runs and experiment follow a notebook or a folder."""
    placement.rename_notebook(p.db, event.before, event.after)


def notebook_copied(p: Changes, event: ev.NotebookCopied, writer_id: str) -> None:
    """Let a copy be of its original's family."""
    note_copy(p.db, event.source, event.copy)


def recording_chosen(p: Changes, event: ev.RecordingChosen, writer_id: str) -> None:
    """Keep whether a notebook records."""
    path = (event.notebook_path,)
    save_recordings(p.db, path if event.on else (), () if event.on else path)
