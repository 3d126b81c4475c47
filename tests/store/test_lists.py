"""Lists of runs: their groups, orders, columns and folders, page by page."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.journals import FakeJournal
from trackbook.errors import BadInput, RunNotFound
from trackbook.events import RunEdited
from trackbook_server.contract import RunGroup, RunRow, RunsEdit
from trackbook_server.store.folders import get_folder
from trackbook_server.store.home import Home, now
from trackbook_server.store.many_edits import plan_undo
from trackbook_server.store.placement import rename_notebook
from trackbook_server.store.queries import (
    count_runs,
    list_run_groups,
    list_run_ids,
    list_runs,
)
from trackbook_server.store.run_columns import list_columns, parse_columns
from trackbook_server.store.run_groups import parse_grouping
from trackbook_server.store.run_pages import ListView
from trackbook_server.store.run_scope import RunScope

ROOT = "/nb"
NOTEBOOKS = ("/nb/a.ipynb", "/nb/tuning/b.ipynb", "/nb/tuning/deep/c.ipynb", None)
LRS = (0.1, 0.01, 1, 1.0, -3e-5, "auto", None)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with the sixty runs that tests only read."""
    folder = tmp_path_factory.mktemp("filled")
    home = Home(folder)
    fill(home, FakeJournal(folder))
    yield home
    home.close()


def fill(home: Home, journal: FakeJournal) -> None:
    """Sixty runs of four notebooks, some without a param, a tag or a metric."""
    draw = random.Random(7)
    for number in range(60):
        run_id = f"run-{number:03d}"
        path = draw.choice(NOTEBOOKS)
        params: dict[str, Any] = {"seed": number}
        lr = draw.choice(LRS)
        if lr is not None:
            params["lr"] = lr
        tags = {"team": draw.choice("xyz")} if draw.random() < 0.5 else {}
        journal.start(run_id, params, notebook_path=path, tags=tags)
        results: dict[str, Any] = {"acc": round(draw.random(), 1)}
        if draw.random() < 0.3:
            results["loss"] = draw.choice([0.5, "Infinity", "NaN"])
        status = "error" if draw.random() < 0.2 else "ok"
        journal.execute(run_id, f"e{number}", results=results, status=status)
        journal.end(run_id, "failed" if status == "error" else "finished")
    home.ingest_now()


def read(home: Home, ask: Any, *args: Any) -> Any:
    return home.database.read(ask, *args).result()


def walk(home: Home, scope: RunScope, view: ListView, limit: int) -> list[RunRow]:
    """Read a list page by page."""
    found: list[RunRow] = []
    cursor = None
    while True:
        page = read(home, list_runs, scope, view, limit, cursor)
        assert len(page.runs) <= limit
        found += page.runs
        cursor = page.next_cursor
        if cursor is None:
            return found


def groups_of(
    home: Home, scope: RunScope, name: str, zone: str = "UTC"
) -> list[RunGroup]:
    view = ListView(grouping=parse_grouping(name, zone))
    found: list[RunGroup] = read(home, list_run_groups, scope, view).groups
    return found


def rank(value: Any) -> tuple[bool, Any]:
    """Numbers come before text, as the store sorts them."""
    return isinstance(value, str), value


@pytest.mark.parametrize("scope", [RunScope(), RunScope(folder="/nb/tuning")])
@pytest.mark.parametrize(
    "sort",
    ["started_at", "-started_at", "-main_metric", "main_metric", "name", "-duration_ms",
     "param:lr", "-param:lr", "metric:loss", "-metric:loss", "tag:team", "-tag:team",
     "status", "experiment", "-notebook_path", "revision", "param:none"],
)  # fmt: skip
def test_every_order_is_walked_page_by_page_and_holds(
    filled: Home, sort: str, scope: RunScope
) -> None:
    whole = walk(filled, scope, ListView(sort=sort), 500)
    assert walk(filled, scope, ListView(sort=sort), 7) == whole
    assert len({run.run_id for run in whole}) == len(whole)
    assert len(whole) == read(filled, count_runs, scope).total > 9
    values = [run.sort_values[0] for run in whole if run.sort_values != [None]]
    assert whole[len(values) :] == [run for run in whole if run.sort_values == [None]]
    backwards = sort.startswith("-")
    assert values == sorted(values, key=rank, reverse=backwards)
    ids = read(filled, list_run_ids, scope, sort, 500).run_ids
    assert ids == [run.run_id for run in whole]


@pytest.mark.parametrize(
    "sorts",
    [("tag:team", "-metric:acc"), ("-param:lr", "tag:team", "name"),
     ("status", "-started_at"), ("metric:loss", "-metric:acc", "-tag:team")],
)  # fmt: skip
def test_several_orders_are_walked_page_by_page_and_hold(
    filled: Home, sorts: tuple[str, ...]
) -> None:
    view = ListView(sort=sorts[0], then=sorts[1:])
    whole = walk(filled, RunScope(), view, 500)
    assert walk(filled, RunScope(), view, 7) == whole
    ids = [run.run_id for run in whole]
    assert read(filled, list_run_ids, RunScope(), view, 500).run_ids == ids
    expected = sorted(whole, key=lambda run: run.run_id, reverse=sorts[0][0] == "-")
    for place, sort in reversed(list(enumerate(sorts))):
        have = [run for run in expected if run.sort_values[place] is not None]
        lack = [run for run in expected if run.sort_values[place] is None]
        have.sort(
            key=lambda run, at=place: rank(run.sort_values[at]),  # type: ignore[misc]
            reverse=sort.startswith("-"),
        )
        expected = have + lack
    assert ids == [run.run_id for run in expected]
    # What changed says the same of where it stands.
    changed = read(filled, list_runs, RunScope(), view, 50, None, 0).runs
    of_run = {run.run_id: run.sort_values for run in whole}
    assert all(run.sort_values == of_run[run.run_id] for run in changed)


def test_more_orders_than_anyone_reads_are_refused(filled: Home) -> None:
    view = ListView(then=("name",) * 5)
    with pytest.raises(BadInput, match="5 columns"):
        read(filled, list_runs, RunScope(), view)


@pytest.mark.parametrize(
    "name", ["day", "notebook", "revision", "status", "param:lr", "tag:team"]
)
@pytest.mark.parametrize("sort", ["-started_at", "-main_metric", "param:lr"])
def test_the_groups_of_a_list_hold_each_run_once_and_count_them(
    filled: Home, name: str, sort: str
) -> None:
    scope = RunScope()
    heads = groups_of(filled, scope, name)
    grouping = parse_grouping(name)
    seen: list[str] = []
    for head in heads:
        view = ListView(sort=sort, grouping=grouping, groups=(head.key,))
        members = walk(filled, scope, view, 4)
        assert len(members) == head.count > 0
        assert {run.group for run in members} == {head.key}
        assert max(run.started_at for run in members) == head.last_started_at
        values = [run.main_metric.value for run in members if run.main_metric]
        assert head.best is not None
        assert head.best.value == max(values)
        seen += [run.run_id for run in members]
    assert len(seen) == len(set(seen)) == sum(head.count for head in heads)
    # Several groups in one request come one behind the other.
    keys = tuple(head.key for head in heads)
    view = ListView(sort=sort, grouping=grouping, groups=keys)
    page = read(filled, list_runs, scope, view, 500)
    assert [run.run_id for run in page.runs] == [
        run.run_id
        for key in keys
        for run in walk(
            filled, scope, ListView(sort=sort, grouping=grouping, groups=(key,)), 500
        )
    ]


def test_values_that_are_the_same_number_are_one_group_in_their_order(
    filled: Home,
) -> None:
    heads = groups_of(filled, RunScope(), "param:lr")
    assert [head.value for head in heads] == [-3e-5, 0.01, 0.1, 1, "auto", None]


def test_a_page_that_ends_with_a_group_leaves_the_next_unread(filled: Home) -> None:
    heads = groups_of(filled, RunScope(), "status")
    view = ListView(
        grouping=parse_grouping("status"), groups=tuple(head.key for head in heads)
    )
    first = heads[0]
    page = read(filled, list_runs, RunScope(), view, first.count)
    assert {run.group for run in page.runs} == {first.key}
    assert page.next_cursor is None


def test_days_begin_where_the_reader_is(home: Home, journal: FakeJournal) -> None:
    for run_id in ("run-a", "run-b"):
        journal.start(run_id, {"id": run_id})
        journal.execute(run_id, f"e-{run_id}", results={"acc": 0.5})
    home.ingest_now()
    in_utc = groups_of(home, RunScope(), "day")
    assert [head.value for head in in_utc] == ["2026-11-23"]
    # At 10 o'clock in UTC it is still the day before in Niue.
    in_niue = groups_of(home, RunScope(), "day", "Pacific/Niue")[0]
    assert in_niue.value == "2026-11-22"
    grouping = parse_grouping("day", "Pacific/Niue")
    view = ListView(grouping=grouping, groups=(in_niue.key,))
    rows = read(home, list_runs, RunScope(), view).runs
    assert {row.group for row in rows} == {in_niue.key}
    assert len(rows) == 2


def test_the_best_of_a_group_is_none_where_its_runs_differ_in_metric(
    home: Home, journal: FakeJournal
) -> None:
    for run_id, key in (("run-a", "acc"), ("run-b", "loss")):
        journal.start(run_id, notebook_path=f"/nb/{key}.ipynb")
        journal.execute(run_id, f"e-{run_id}", results={key: 0.5})
    home.ingest_now()
    [day] = groups_of(home, RunScope(), "day")
    assert day.best is None
    of_notebooks = groups_of(home, RunScope(), "notebook")
    assert [head.best is not None for head in of_notebooks] == [True, True]


def test_columns_hold_what_runs_have_and_nothing_else_is_read(filled: Home) -> None:
    names = ["param:lr", "metric:loss", "tag:team"]
    view = ListView(columns=tuple(parse_columns(names)))
    rows = walk(filled, RunScope(), view, 500)
    assert {name for row in rows for name in row.cells} == set(names)
    assert all(row.cells == {} for row in walk(filled, RunScope(), ListView(), 500))
    told = {row.cells.get("metric:loss") for row in rows}
    assert told == {None, 0.5, "Infinity", "NaN"}


def test_the_columns_that_there_are_say_whether_they_vary(filled: Home) -> None:
    found = read(filled, list_columns, RunScope()).columns
    assert [(column.name, column.varies) for column in found] == [
        ("param:lr", True),
        ("param:seed", True),
        ("metric:acc", True),
        ("metric:loss", True),
        ("tag:team", True),
    ]


def test_what_changed_comes_with_its_group_cells_and_place(
    home: Home, journal: FakeJournal
) -> None:
    fill(home, journal)
    before = read(home, list_runs).change
    journal.put("run_edited", run_id="run-001", tags={"team": "new"})
    home.ingest_now()
    view = ListView(
        sort="tag:team",
        grouping=parse_grouping("tag:team"),
        columns=tuple(parse_columns(["tag:team"])),
    )
    page = read(home, list_runs, RunScope(), view, 50, None, before)
    [row] = [row for row in page.runs if row.run_id == "run-001"]
    assert (row.group, row.sort_values, row.cells) == (
        '"new"',
        ["new"],
        {"tag:team": "new"},
    )


def test_folders_have_what_is_below_them_and_follow_when_they_move(
    home: Home, journal: FakeJournal
) -> None:
    fill(home, journal)

    def tell(path: str, folder: str | None) -> tuple[dict[str, int], dict[str, int]]:
        found = read(home, get_folder, path, folder, ROOT)
        return (
            {entry.path: entry.run_count for entry in found.folders},
            {entry.name: entry.run_count for entry in found.experiments},
        )

    def total(folder: str) -> int:
        answer: int = read(home, count_runs, RunScope(folder=folder)).total
        return answer

    folders, experiments = tell("", None)
    assert set(folders) == {"/nb/tuning"}
    assert set(experiments) == {"a", "untitled kernel session"}
    assert folders["/nb/tuning"] == total("/nb/tuning")
    assert tell("tuning", "/nb/tuning") == (
        {"/nb/tuning/deep": total("/nb/tuning/deep")},
        {"b": total("/nb/tuning") - total("/nb/tuning/deep")},
    )
    home.database.write(rename_notebook, "/nb/tuning", "/nb/tuned").result()
    assert tell("", None)[0] == {"/nb/tuned": total("/nb/tuned")}
    assert total("/nb/tuning") == 0


def test_a_folder_that_another_begins_like_is_not_in_it(
    home: Home, journal: FakeJournal
) -> None:
    for path in ("/nb/a/x.ipynb", "/nb/a b/x.ipynb", "/nb/a.ipynb", "/nb/a0/x.ipynb"):
        journal.start(path, notebook_path=path)
        journal.execute(path, f"e-{path}", results={"acc": 0.5})
    home.ingest_now()
    rows = read(home, list_runs, RunScope(folder="/nb/a")).runs
    assert [row.run_id for row in rows] == ["/nb/a/x.ipynb"]


@pytest.mark.parametrize(
    ("sort", "group", "key"),
    [
        ("lr", None, None),
        ("param:", None, None),
        ("name; drop table runs", None, None),
        ("name", "colour", None),
        ("name", "param:", None),
        ("name", "day", "yesterday"),
        ("name", "day", '"someday"'),
        ("name", "revision", '"r1"'),
        ("name", "status", '{"a": 1}'),
    ],
)
def test_what_makes_no_sense_is_refused(
    filled: Home, sort: str, group: str | None, key: str | None
) -> None:
    def ask() -> None:
        view = ListView(
            sort=sort,
            grouping=None if group is None else parse_grouping(group),
            groups=() if key is None else (key,),
        )
        read(filled, list_runs, RunScope(), view)

    with pytest.raises(BadInput):
        ask()


def test_days_of_a_place_that_is_none_are_refused() -> None:
    for zone in ("Mars/Olympus", "../../etc/passwd", "", str(Path("/etc/localtime"))):
        with pytest.raises(BadInput):
            parse_grouping("day", zone)


def test_an_edit_of_many_runs_says_what_undoes_it(
    home: Home, journal: FakeJournal
) -> None:
    fill(home, journal)
    run_ids = [row.run_id for row in walk(home, RunScope(), ListView(), 500)]
    home.edit(
        RunEdited(seq=0, at=now(), run_id=run_ids[0], starred=True, tags={"team": "x"})
    ).result()
    before = tell(home)
    edit = RunsEdit(run_ids=run_ids, starred=True, tags={"team": "all", "new": "1"})
    undo = read(home, plan_undo, edit)
    assert sorted(run_id for part in undo for run_id in part.run_ids) == sorted(run_ids)
    send(home, edit.run_ids, starred=True, tags=edit.tags)
    assert {(row[1], row[2]) for row in tell(home)} == {(True, "all")}
    assert read(home, plan_undo, edit) == []
    for part in undo:
        send(home, part.run_ids, starred=part.starred, tags=part.tags)
    assert tell(home) == before


@pytest.mark.parametrize("run_ids", [[], [str(n) for n in range(1001)]])
def test_an_edit_of_too_many_runs_or_none_is_refused(
    filled: Home, run_ids: list[str]
) -> None:
    with pytest.raises(BadInput):
        read(filled, plan_undo, RunsEdit(run_ids=run_ids, starred=True))


def test_an_edit_of_a_run_that_is_not_there_changes_none(filled: Home) -> None:
    with pytest.raises(RunNotFound):
        read(filled, plan_undo, RunsEdit(run_ids=["run-001", "gone"], starred=True))


def tell(home: Home) -> list[tuple[str, bool, Any]]:
    """Return what every run has that an edit can change."""
    view = ListView(columns=tuple(parse_columns(["tag:team"])))
    return sorted(
        (row.run_id, row.starred, row.cells.get("tag:team"))
        for row in walk(home, RunScope(), view, 500)
    )


def send(home: Home, run_ids: list[str], **fields: Any) -> None:
    home.edit(
        *(RunEdited(seq=0, at=now(), run_id=run_id, **fields) for run_id in run_ids)
    ).result()
