"""The documentation agrees with the code: what exists is written down, and what is written exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot import ROOT
from bot.cli import main
from bot.plan.model import Fact, Gap, Status, Topic
from bot.settings import PREFIX, Settings

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def commands(group: click.Group, before: str = "bot") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def targets() -> list[str]:
    return re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)


def dependencies() -> list[str]:
    names = set()
    for file in (ROOT / "requirements").glob("*.in"):
        for line in file.read_text().splitlines():
            if line and not line.startswith(("-", "#")):
                names.add(re.split(r"[\[<>=]", line)[0].lower())
    return sorted(names)


@pytest.mark.parametrize("command", commands(main))
def test_every_command_is_documented(command: str) -> None:
    assert command in TEXT


def test_every_command_that_is_documented_exists() -> None:
    known = set(commands(main)) | {f"bot {name}" for name in main.commands}
    for named in re.findall(r"`(?:\.venv/bin/)?(bot [a-z]+(?: [a-z]+)?)\b", TEXT):
        assert named in known or " ".join(named.split()[:2]) in known, named


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{PREFIX}{setting.upper()}`" in TEXT


def test_every_setting_that_is_documented_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"\bBOT_[A-Z_]*[A-Z]\b", TEXT)) <= known


@pytest.mark.parametrize("target", targets())
def test_every_target_of_the_makefile_is_documented(target: str) -> None:
    assert f"make {target}" in TEXT or target == "help"


def test_every_target_that_is_documented_exists() -> None:
    assert set(re.findall(r"`make ([a-z-]+)", TEXT)) <= {*targets(), "format"}


@pytest.mark.parametrize("status", Status)
def test_every_answer_status_is_documented(status: Status) -> None:
    assert f"`{status.value}`" in TEXT


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_line(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)


def test_every_address_of_residents_is_documented(tmp_path: Path) -> None:
    from bot.web.app import make_app

    app = make_app(Settings(data_dir=tmp_path))
    paths = {route.resource.canonical for route in app.router.routes() if route.resource}
    for path in paths - {"/static"}:
        assert f"{path}`" in TEXT or f"{path} " in TEXT, path


@pytest.mark.parametrize("key", [*Fact.model_fields, *Gap.model_fields])
def test_every_key_of_the_knowledge_base_is_documented(key: str) -> None:
    assert f"`{key}`" in (ROOT / "docs" / "knowledge.md").read_text("utf-8")


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_is_documented(topic: Topic) -> None:
    assert topic.value in (ROOT / "docs" / "knowledge.md").read_text("utf-8")


@pytest.mark.parametrize(
    "page", [*PAGES, *ROOT.glob("*.md")], ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_decision_says_context_options_choice_and_consequences() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        text = page.read_text("utf-8")
        for part in ("Context", "Options", "Choice", "Consequences"):
            assert part in text, (page.name, part)
