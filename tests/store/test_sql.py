"""Raw SQL: what the views say, and that nothing else can be asked or done."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.moving.rich import fill
from trackbook.errors import BadInput
from trackbook.paths import database_path
from trackbook_server.cli import main
from trackbook_server.store.home import Home
from trackbook_server.store.sql_query import Query
from trackbook_server.store.sql_views import VIEWS, list_columns

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sql") / "home"
    fill(folder)
    Home(folder).close()
    return folder


@pytest.fixture
def ask(recorded: Path) -> Iterator[Any]:
    def asked(sql: str, **options: Any) -> list[dict[str, Any]]:
        query = Query(database_path(recorded), sql, **options)
        try:
            answer = query.answer
            return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        finally:
            query.close()

    return asked


@pytest.mark.parametrize("sql", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_page_finds_something(ask: Any, sql: str) -> None:
    assert ask(sql)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_documented_with_its_columns(ask: Any, view: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    [line] = re.findall(rf"^\| `{view}` \|.*$", page, re.M)
    told = re.findall(r"`(\w+)`", line)
    assert told == [view, *list_columns(view)]
    assert list(ask(f"select * from {view} limit 1")[0]) == list_columns(view)


def test_values_have_their_types(ask: Any) -> None:
    found = ask("select key, value, typeof(value) as type from params order by key")
    assert {(row["key"], row["value"], row["type"]) for row in found} >= {
        ("lr", 0.1, "real"),
        ("layers", "[64,32]", "text"),
        ("prompt", "xxx…", "text"),
    }
    points = ask(
        "select step, value from points where run_id = 'first-run' and key = 'loss' "
        "and step between 99 and 101 order by step, at"
    )
    assert len(points) == 3 + 4
    assert None in [row["value"] for row in points]
    assert float("inf") in [row["value"] for row in points]
    assert len(ask("select * from points where key = 'loss'")) == 3 * 4006


def test_what_is_in_the_trash_is_not_seen(tmp_path: Path) -> None:
    from trackbook.events import RunEdited
    from trackbook_server.store.home import now

    fill(tmp_path / "home")
    home = Home(tmp_path / "home")
    home.edit(RunEdited(seq=0, at=now(), run_id="first-run", trashed=True)).result()
    home.close()
    for view in VIEWS:
        if "run_id" in list_columns(view):
            query = Query(
                database_path(tmp_path / "home"), f"select run_id from {view}"
            )
            seen = {run_id for (run_id,) in query.answer.rows}
            query.close()
            assert seen == {"second-run", "third-run"}, view


DENIED = "prohibited|not authorized"
REFUSED = {
    "delete from runs": "cannot modify",
    "delete from main.runs": "not authorized",
    "update params set value = 1": "cannot modify",
    "insert into tags values (1, 2, 3)": "not authorized|cannot modify",
    "drop table main.runs": "not authorized",
    "create temp table x (y)": "not authorized",
    "attach '/tmp/x.db' as y": "not authorized",
    "detach main": "not authorized",
    "vacuum into '/tmp/x.db'": "denied",
    "pragma journal_mode = delete": "not authorized",
    "pragma query_only = off": "not authorized",
    "pragma writable_schema = on": "not authorized",
    "begin immediate": "not authorized",
    "select * from main.runs": DENIED,
    "select * from chunks": DENIED,
    "select * from main.writers": DENIED,
    "select * from sqlite_schema": DENIED,
    "select * from temp.sqlite_master": DENIED,
    "select sql from sqlite_temp_schema": DENIED,
    "select * from pragma_table_info('runs')": "not authorized",
    "select * from search_runs_words where search_runs_words match 'a'": "",
    "with runs as (select * from main.chunks) select * from runs": DENIED,
    "with params as (select * from main.writers) select pid from params": DENIED,
    "select (select count(*) from main.bad_lines)": DENIED,
    "select * from runs where exists (select 1 from main.cursors)": DENIED,
    "select count(*) from chunks": DENIED,
    "select count(*) from CHUNKS": DENIED,
    "select count(*) from sqlite_schema": DENIED,
    "select load_extension('/tmp/x.so')": "not authorized",
    "select sql_points(x'00')": "not authorized",
    "select readfile('/etc/passwd')": "no such function",
    "select edit('x')": "no such function",
    "select 1; delete from runs": "one statement",
    "": "no query",
    "-- nothing": "no query",
    "select zeroblob(1000000000)": "too big",
    "select * from json_each('[1]') join main.runs": DENIED,
    "with main as (select 1 x) select * from main.chunks": DENIED,
    "select * from (select * from main.chunks) runs": DENIED,
    "select nam from runs": "Did you mean name",
    "select * from metric": "Did you mean metrics",
    "select last from runs": "last is a column of metrics",
    "selct 1": "syntax error",
    "select '\udc80'": "",
    "select 1" + " + 1" * 100_000: "",
}


@pytest.mark.parametrize(
    ("sql", "said"), REFUSED.items(), ids=[sql[:60] for sql in REFUSED]
)
def test_nothing_else_can_be_asked(
    ask: Any, recorded: Path, sql: str, said: str
) -> None:
    before = database_path(recorded).read_bytes()
    with pytest.raises(BadInput, match=said or None):
        ask(sql)
    assert database_path(recorded).read_bytes() == before


def test_a_query_is_stopped_by_time_and_by_a_word(ask: Any) -> None:
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) "
    with pytest.raises(BadInput, match=r"took longer than 0\.2 s"):
        ask(endless + "select count(*) from c", seconds=0.2)
    with pytest.raises(BadInput, match="stopped"):
        ask(endless + "select count(*) from c", stopping=lambda: True)


def call(recorded: Path, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["query", "--home", str(recorded), *arguments])


def test_the_command_prints_tables_json_and_csv(recorded: Path) -> None:
    sql = "select run_id, starred, note as '=note' from runs order by run_id"
    shown = call(recorded, sql)
    assert shown.exit_code == 0
    assert "second-run" in shown.output
    found = json.loads(call(recorded, sql, "--json").output)
    assert found[1] == {
        "run_id": "second-run",
        "starred": 1,
        "=note": "look at *this*",
    }
    lines = call(recorded, sql, "--format", "csv", "--limit", "1").output.splitlines()
    assert lines == ["run_id,starred,'=note", "first-run,0,"]
    assert call(recorded, "select 1 where 0", "--json").output == "[]\n"
    bad = call(recorded, "select nope from runs")
    assert bad.exit_code == 1
    assert "no such column: nope" in bad.output
    assert "points" in call(recorded, "--views").output
    assert call(recorded).exit_code == 2
    control = call(recorded, "select char(27) || '[31m' as x")
    assert "\x1b" not in control.output


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_query(recorded: Path) -> None:
    import signal
    import time

    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) "
    sql = f"{endless} select x from c where x % 1000000 = 1"
    process = subprocess.Popen(
        [sys.executable, "-m", "trackbook_server.cli", "query", sql, "--home",
         str(recorded), "--format", "csv"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 1
    assert error == b"trackbook: stopped\n"


def test_views_are_read_while_the_home_is_written(recorded: Path) -> None:
    home = Home(recorded)
    query = Query(database_path(recorded), "select run_id from runs")
    assert len(list(query.answer.rows)) == 3
    query.close()
    home.close()
    with pytest.raises(sqlite3.ProgrammingError):
        query._connection.execute("select 1")
