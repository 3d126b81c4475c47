"""A hub for the browser tests: any name, one password, a server for each name.

Everybody's server is a process of ours, in folders of its own.
"""

import os
import sys
from pathlib import Path

from jupyterhub.utils import random_port

c = get_config()  # type: ignore[name-defined]  # noqa: F821

here = Path(__file__).parent
port = int(os.environ["TRACKBOOK_UI_PORT"])
work = Path.cwd()

c.JupyterHub.bind_url = f"http://127.0.0.1:{port}/lab-of-all/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{random_port()}"
c.JupyterHub.db_url = f"sqlite:///{work / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(work / "cookie_secret")
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{random_port()}"
c.ConfigurableHTTPProxy.pid_file = str(work / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    str(here.parents[1] / "node_modules" / ".bin" / "configurable-http-proxy")
]
c.JupyterHub.authenticator_class = "shared-password"
c.Authenticator.allow_all = True
c.SharedPasswordAuthenticator.user_password = "a password of the tests"
c.JupyterHub.spawner_class = "simple"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 120


def give_folders(spawner: object) -> None:
    """Let a person's server have a home and notebooks of its own."""
    name = spawner.user.name  # type: ignore[attr-defined]
    environment = spawner.environment  # type: ignore[attr-defined]
    kept = ("PATH", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR")
    environment.update({key: os.environ[key] for key in kept})
    for variable, folder in {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }.items():
        path = work / name / folder
        path.mkdir(parents=True, exist_ok=True)
        environment[variable] = str(path)
    notebooks = work / name / "notebooks"
    notebooks.mkdir(exist_ok=True)
    spawner.notebook_dir = str(notebooks)  # type: ignore[attr-defined]


c.Spawner.pre_spawn_hook = give_folders
