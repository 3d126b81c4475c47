"""The server of the browser tests. No password: never use it otherwise."""

import os
from urllib.parse import quote

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # type: ignore[name-defined]  # noqa: F821

configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ.get("TRACKBOOK_UI_PORT", "18888"))
c.ServerApp.base_url = quote(os.environ.get("TRACKBOOK_UI_BASE_URL", "/"))
# Containers and CI run as root; the browser is started without its sandbox anyway.
c.ServerApp.allow_root = True
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
