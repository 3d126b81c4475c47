"""Starts the JupyterLab that the browser tests drive, in folders that begin empty.

Nothing of the user's is read or written: configuration, data, runtime files, IPython's
history and trackbook's home all lie under ``.work``, or where TRACKBOOK_UI_WORK says.
"""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = Path(os.environ.get("TRACKBOOK_UI_WORK", HERE / ".work"))

FOLDERS = {
    "HOME": "home",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_GALATA_ROOT_DIR": "root",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "TMPDIR": "tmp",
    "TRACKBOOK_HOME": "trackbook",
}


def main() -> None:
    """Empty the folders, then become the server."""
    shutil.rmtree(WORK, ignore_errors=True)
    for variable, name in FOLDERS.items():
        folder = WORK / name
        folder.mkdir(parents=True)
        os.environ[variable] = str(folder)
    (WORK / "home").chmod(0o700)
    config = HERE / "jupyter_server_test_config.py"
    command = [sys.executable, "-m", "jupyterlab", "--config", str(config)]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
