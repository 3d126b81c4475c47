"""Experiment tracking inside JupyterLab: `%load_ext trackbook`, or the Record button.

The public API, and nothing else. Importing this imports nothing more; each name is
looked up where it lives when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from trackbook.version import __version__

if TYPE_CHECKING:
    from trackbook.api import (
        active_run,
        end_run,
        last_active_run,
        log_artifact,
        log_artifacts,
        log_dict,
        log_figure,
        log_input,
        log_metric,
        log_metrics,
        log_param,
        log_params,
        log_table,
        log_text,
        set_experiment,
        set_tag,
        set_tags,
        start_run,
    )
    from trackbook.charts import chart
    from trackbook.extension import arm, disarm, recording_state
    from trackbook.reading import (
        edit_runs,
        empty_trash,
        get_run,
        restore,
        search_runs,
    )
    from trackbook.run import Run

__all__ = [
    "Run",
    "__version__",
    "active_run",
    "arm",
    "chart",
    "disarm",
    "edit_runs",
    "empty_trash",
    "end_run",
    "get_run",
    "last_active_run",
    "load_ipython_extension",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_input",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "recording_state",
    "restore",
    "search_runs",
    "set_experiment",
    "set_tag",
    "set_tags",
    "start_run",
    "unload_ipython_extension",
]

_HOMES = {
    "Run": "trackbook.run",
    "arm": "trackbook.extension",
    "chart": "trackbook.charts",
    "disarm": "trackbook.extension",
    "edit_runs": "trackbook.reading",
    "empty_trash": "trackbook.reading",
    "get_run": "trackbook.reading",
    "recording_state": "trackbook.extension",
    "restore": "trackbook.reading",
    "search_runs": "trackbook.reading",
}


def load_ipython_extension(shell: Any) -> None:
    """Begin recording: what `%load_ext trackbook` calls."""
    from trackbook.extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Stop recording and leave nothing behind: what `%unload_ext trackbook` calls."""
    from trackbook.extension import unload

    unload(shell)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'trackbook' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "trackbook.api")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell `jupyter-builder develop` where the built labextension lies."""
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("trackbook_server")
    if spec is None or spec.origin is None:
        return []
    built = Path(spec.origin).parent / "labextension"
    return [{"src": str(built), "dest": "trackbook"}]
