"""What GET status says, also when there is no home to ask."""

from importlib.metadata import PackageNotFoundError, version

from trackbook_server.contract import Status
from trackbook_server.rest.handler import ServerState, wait
from trackbook_server.store.queries import count_for_status


async def get_status(state: ServerState) -> Status:
    """Return the state of the home in use; `problem` says what mends a broken one."""
    home = state.home
    if home is None:
        return Status(
            version=get_version(),
            home=state.home_path,
            writes=False,
            owner=None,
            network_home=False,
            change=0,
            run_count=0,
            bad_line_count=0,
            problem=state.problem,
            backup_problem=None,
        )
    change, run_count, bad_count = await wait(home.database.read(count_for_status))
    return Status(
        version=get_version(),
        home=state.home_path,
        writes=home.owns,
        owner=home.describe_owner(),
        network_home=home.is_network,
        change=change,
        run_count=run_count,
        bad_line_count=bad_count,
        problem=home.problem,
        backup_problem=home.backups.problem,
    )


def get_version() -> str:
    """Return the installed version; empty in a source tree that is not installed."""
    try:
        return version("trackbook")
    except PackageNotFoundError:
        return ""
