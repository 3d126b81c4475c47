"""The documentation keeps up: what is not in it fails."""

import inspect
import re
from pathlib import Path

import click
import msgspec
import pytest

from trackbook import events
from trackbook.magics import SUBCOMMANDS
from trackbook_server.cli import main
from trackbook_server.rest.routes import ROUTES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_page_is_reached_from_the_index() -> None:
    index = read("index.md")
    for page in DOCS.glob("*.md"):
        if page.name != "index.md":
            assert f"({page.name})" in index, page.name


@pytest.mark.parametrize("page", sorted(p.name for p in DOCS.glob("*.md")))
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", read(page)):
        if "://" not in target:
            assert (DOCS / target).exists(), target


def test_every_link_of_the_readme_leads_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_every_room_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("## Where is it?")[1]
    for place in re.findall(
        r"`((?:kernel|server_ext|labextension|bench)[^`]*)`", table
    ):
        assert (ROOT / place).exists(), place


def test_every_command_and_option_is_documented() -> None:
    page = read("command-line.md")
    assert isinstance(main, click.Group)
    for name, command in main.commands.items():
        assert f"trackbook {name}" in page, name
        assert command.help, f"trackbook {name} has no help"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"trackbook {name} {option.opts} has no help"
                assert any(o in page for o in option.opts), option.opts


def test_every_line_of_track_is_documented() -> None:
    page = read("record.md")
    for name in SUBCOMMANDS:
        assert f"%track {name}" in page, name


def test_every_event_is_documented_and_says_what_it_means() -> None:
    page = read("journal-format.md")
    for event in msgspec.inspect.multi_type_info([events.AnyEvent])[0].types:  # type: ignore[attr-defined]
        assert f"`{event.cls.__struct_config__.tag}`" in page
        assert inspect.getdoc(event.cls)


def test_every_route_is_documented() -> None:
    page = read("rest-api.md")
    for route in ROUTES:
        for method in route.endpoints():
            assert f"### {method} {route.template}\n" in page
