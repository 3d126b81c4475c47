"""Where things are: the home and what lies in it.

All that is read from the process environment, or written to it, is here. It knows no
database and no journal format.
"""

import os
import sys
from pathlib import Path

from trackbook.errors import HomeNotWritable

HOME_VARIABLE = "TRACKBOOK_HOME"
NOTEBOOK_VARIABLE = "TRACKBOOK_NOTEBOOK"
"""`trackbook run` names the notebook that it executes to its kernel."""

SERVER_VARIABLE = "TRACKBOOK_SERVER"
"""Set to 1 for the kernels of a Jupyter server that has our extension."""

PARENT_VARIABLE = "TRACKBOOK_PARENT_RUN"
"""Names the file that tells child processes which run is open; see `handover.py`."""


def get_home() -> Path:
    """Return the home in use; it may not exist yet.

    `TRACKBOOK_HOME` names it (the server extension sets it for the kernels it starts);
    without it, `trackbook/` in the user's Jupyter data directory.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    return get_default_home()


def get_default_home() -> Path:
    """Return the home of a user who names none."""
    return _jupyter_data_dir() / "trackbook"


def ensure_home(home: Path) -> Path:
    """Create the home and its folders, private to their owner, and return it.

    Raises HomeNotWritable with the cure.
    """
    try:
        for folder in (home, journals_dir(home), blobs_dir(home)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(
            f"can't create the trackbook home {home}: {error.strerror or error}. "
            f"Set {HOME_VARIABLE} to a folder that you can write."
        ) from error
    if not os.access(journals_dir(home), os.W_OK | os.X_OK):
        raise HomeNotWritable(
            f"can't write to the trackbook home {home}. "
            f"Make it writable, or set {HOME_VARIABLE} to a folder that you can write."
        )
    return home


def ensure_private(folder: Path) -> Path:
    """Create a folder of the home and those above it, private to their owner."""
    if not folder.exists():
        ensure_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def get_notebook_hint() -> str | None:
    """Return the notebook that a runner named; None where none did."""
    return os.environ.get(NOTEBOOK_VARIABLE) or None


def get_session_name() -> str | None:
    """Return the notebook's path at the kernel's start, as Jupyter Server gives it."""
    return os.environ.get("JPY_SESSION_NAME") or None


def find_parent_file() -> str | None:
    """Return where a parent process, or this one, says which run is open."""
    return os.environ.get(PARENT_VARIABLE) or None


def set_parent_file(path: str | None) -> None:
    """Tell child processes where it is said which run is open; None: nowhere."""
    if path is None:
        os.environ.pop(PARENT_VARIABLE, None)
    else:
        os.environ[PARENT_VARIABLE] = path


def is_served() -> bool:
    """Tell whether a Jupyter server with our extension started this process."""
    return os.environ.get(SERVER_VARIABLE) == "1"


def journals_dir(home: Path) -> Path:
    """Return the folder of the journals."""
    return home / "journals"


def blobs_dir(home: Path) -> Path:
    """Return the folder of the blobs."""
    return home / "blobs"


def backups_dir(home: Path) -> Path:
    """Return the folder of the database's backups."""
    return home / "backups"


def aside_dir(home: Path) -> Path:
    """Return the folder of what was damaged or replaced, and is kept all the same."""
    return home / "aside"


def imports_dir(home: Path) -> Path:
    """Return the folder of the bundles that are being imported."""
    return home / "imports"


def exports_dir(home: Path) -> Path:
    """Return the folder of the bundles that a server is asked for."""
    return home / "exports"


def database_path(home: Path) -> Path:
    """Return the path of the SQLite database."""
    return home / "trackbook.db"


def lock_path(home: Path) -> Path:
    """Return the path of the lock whose holder ingests and writes."""
    return home / "owner.lock"


def owner_path(home: Path) -> Path:
    """Return the path of the file that says who holds the lock."""
    return home / "owner.json"


def _jupyter_data_dir() -> Path:
    """Return Jupyter's user data directory by the rules of `jupyter_core.paths`.

    Not imported from there: the kernel side has no dependency but msgspec.
    https://docs.jupyter.org/en/latest/use/jupyter-directories.html
    """
    named = os.environ.get("JUPYTER_DATA_DIR")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Jupyter"
    if sys.platform == "win32":
        roaming = os.environ.get("APPDATA")
        if roaming:
            return Path(roaming) / "jupyter"
        return Path.home() / ".jupyter" / "data"
    data_home = os.environ.get("XDG_DATA_HOME")
    return (Path(data_home) if data_home else Path.home() / ".local/share") / "jupyter"
