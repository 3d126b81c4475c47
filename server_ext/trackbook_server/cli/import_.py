"""`trackbook import`: the runs of a bundle come into this home."""

import time
from pathlib import Path

import click
import msgspec

from trackbook.events import ImportStopped
from trackbook_server.cli.bar import Bar
from trackbook_server.cli.common import open_home, options, print_json
from trackbook_server.contract import Import
from trackbook_server.moving.importing import bring_in, find_import, is_over
from trackbook_server.store.home import Home, now

_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 20.0
"""So long another process may take to begin with a bundle that was handed to it."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `trackbook import --json` prints of each file.

    `state` is done, failed, stopped, or waiting for the process that owns the home.
    Runs that were here as they are are neither `new_count` nor `changed_count`.
    """

    file: str
    state: str
    run_count: int | None
    new_count: int
    changed_count: int
    problems: list[str]


@click.command("import")
@click.argument("files", metavar="X.tbk…", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@options
def import_(files: tuple[Path, ...], as_json: bool, home: Path | None) -> None:
    """Bring the runs of bundles (X.tbk, written by `trackbook export`) into this home.

    Importing twice is importing once: a run that is here already gets what is new of
    it, and what was said of it here stays. The file is left as it is.
    """
    reports: list[ImportReport] = []
    with open_home(home) as opened, Bar() as bar:
        for file in files:
            reports.append(_import_one(opened, file, bar))
            if not as_json:
                click.echo(_say(reports[-1]))
    if as_json:
        print_json(reports)
    if any(report.problems or report.state != "done" for report in reports):
        raise SystemExit(1)


def _import_one(opened: Home, file: Path, bar: Bar) -> ImportReport:
    """Bring a bundle in and see to it that it is merged, here or by the owner."""
    event = bring_in(
        opened.path, file, file.name, "", lambda done: bar.show("Reading", done)
    )
    import_id = event.import_id
    opened.edit(event).result()
    seen: Import | None = None
    deadline = time.monotonic() + _PATIENCE_SECONDS
    try:
        while seen is None or not is_over(seen):
            if opened.owns:
                opened.import_some()
            elif seen is None and time.monotonic() > deadline:
                break
            else:
                time.sleep(_POLL_SECONDS)
                opened.try_own()
            seen = opened.database.read(find_import, import_id).result()
            if seen is not None and seen.run_count:
                bar.show("Importing", seen.done_count / seen.run_count)
    except KeyboardInterrupt:
        stop = ImportStopped(seq=0, at=now(), import_id=import_id)
        opened.edit(stop).result()
        opened.import_some()
        seen = opened.database.read(find_import, import_id).result()
    return ImportReport(
        file=str(file),
        state="waiting" if seen is None else seen.state,
        run_count=None if seen is None else seen.run_count,
        new_count=0 if seen is None else seen.new_count,
        changed_count=0 if seen is None else seen.changed_count,
        problems=[] if seen is None else seen.problems,
    )


def _say(report: ImportReport) -> str:
    """Return what a person is told of an import."""
    if report.state == "waiting":
        return (
            f"{report.file}: handed to the process that owns this home, which has not "
            "begun yet. It will be imported as soon as that process, or the next one, "
            "gets to it."
        )
    same = (report.run_count or 0) - report.new_count - report.changed_count
    said = f"{report.new_count:,} new runs, {report.changed_count:,} brought up to date"
    lines = [f"{report.file}: {said}, {max(same, 0):,} here already."]
    if report.state == "stopped":
        lines = [
            f"{report.file}: stopped. {said}; import it again for the rest.",
        ]
    if report.state == "failed":
        lines = [f"{report.file}: not imported to the end. {said}."]
    return "\n".join([*lines, *(f"problem: {text}" for text in report.problems)])
