"""Starts the JupyterLab that the browser tests drive, in folders that begin empty.

Nothing of the user's is read or written: configuration, data, runtime files, IPython's
history and trackbook's home all lie under ``.work``, or where TRACKBOOK_UI_WORK says.
TRACKBOOK_UI_PYTHON names another interpreter to serve with: one that stands on this
environment and has more front ends. TRACKBOOK_UI_FILL fills the home first, with the
arguments of `benchmarks.many_runs`.
"""

import os
import shlex
import shutil
import subprocess
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
    fill = os.environ.get("TRACKBOOK_UI_FILL")
    if fill is not None:
        many_runs = [sys.executable, "-m", "benchmarks.many_runs"]
        home = os.environ["TRACKBOOK_HOME"]
        subprocess.run(
            [*many_runs, home, *shlex.split(fill)], check=True, cwd=HERE.parent
        )
    # Collaboration keeps its histories where the server is started.
    os.chdir(WORK)
    python = os.environ.get("TRACKBOOK_UI_PYTHON", sys.executable)
    if python != sys.executable:
        stand_on(Path(sys.prefix))
    hub = HERE / "front-ends" / os.environ.get("TRACKBOOK_UI_FRONT_END", "")
    if (config := hub / "jupyterhub_config.py").is_file():
        os.execv(python, [python, "-m", "jupyterhub", "--config", str(config)])
    config = HERE / "jupyter_server_test_config.py"
    os.execv(python, [python, "-m", "jupyterlab", "--config", str(config)])


def stand_on(environment: Path) -> None:
    """Let another interpreter's server find what is installed in this environment."""
    os.environ["JUPYTER_PATH"] = str(environment / "share" / "jupyter")
    os.environ["JUPYTER_CONFIG_PATH"] = str(environment / "etc" / "jupyter")
    os.environ["JUPYTERLAB_DIR"] = str(environment / "share" / "jupyter" / "lab")


if __name__ == "__main__":
    main()
