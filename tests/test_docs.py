"""The documentation agrees with the code: what exists is written down, and what is written exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from bot import ROOT
from bot.cli import main
from bot.plan.model import Fact, Gap, Name, Plan, Source, Standing, Status, Topic, Values, When
from bot.settings import PREFIX, Settings

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERY_PAGE = sorted(
    {*PAGES, *ROOT.glob("*.md"), *(ROOT / "data").rglob("*.md"), *(ROOT / "models").rglob("*.md")}
)
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
ALL_TEXT = "\n".join(page.read_text("utf-8") for page in EVERY_PAGE)
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
FOLDERS = "actions|bench|bot|data|deploy|docs|models|requirements|tests"


def code(text: str) -> list[str]:
    """Every line of code in a text: fenced blocks, and what stands between backticks."""
    fenced = [line for block in FENCED.findall(text) for line in block.splitlines()]
    return [*fenced, *SPAN.findall(FENCED.sub("", text))]


CODE = code(ALL_TEXT)


def commands(group: click.Group, before: str = "bot") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def named_commands() -> list[str]:
    """Every `bot ...` in the documentation's code, with its arguments."""
    found = (re.search(r"(?:^|[/ ])bot ([a-z].*)", line) for line in CODE)
    return sorted({match.group(1) for match in found if match})


def targets(pattern: str = r"^([a-z-]+):.*##") -> list[str]:
    return re.findall(pattern, MAKEFILE, re.MULTILINE)


def dependencies() -> list[str]:
    names = set()
    for file in (ROOT / "requirements").glob("*.in"):
        for line in file.read_text().splitlines():
            if line and not line.startswith(("-", "#")):
                names.add(re.split(r"[\[<>=]", line)[0].lower())
    return sorted(names)


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Method and path of every public route; what HEAD gives, GET gives."""
    from bot.front import make_app

    app = make_app(Settings(data_dir=tmp_path_factory.mktemp("var")))
    return {
        f"{route.method} {route.resource.canonical}"
        for route in app.router.routes()
        if route.resource and route.method != "HEAD"
    }


@pytest.mark.parametrize("command", commands(main))
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"`(?:\.venv/bin/)?{command}\b", TEXT)


@pytest.mark.parametrize("named", named_commands())
def test_every_command_that_is_documented_exists_with_its_options(named: str) -> None:
    command: click.Command = main
    words = shlex.split(re.sub(r"[\[\]]", "", named), comments=True)
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        assert words[0] in command.commands, f"there is no `bot {named}`"
        command = command.commands[words.pop(0)]
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= known | {"--help", "-h"}


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(setting: str) -> None:
    row = re.search(
        rf"^\| `{PREFIX}{setting.upper()}` \| (.+?) \| (.+?) \|$",
        (ROOT / "docs" / "operations.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert row, f"docs/operations.md has no row for {setting}"
    default = Settings.model_fields[setting].default
    if default is None:
        assert row[1].startswith("none")
    else:
        assert row[1] == str(default)


def test_every_setting_that_is_documented_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"\bBOT_[A-Z_]*[A-Z]\b", ALL_TEXT)) <= known


@pytest.mark.parametrize("target", targets())
def test_every_target_of_the_makefile_is_documented(target: str) -> None:
    assert re.search(rf"`make {target}\b(?!-)", TEXT)


def test_every_target_that_is_documented_exists() -> None:
    named = {name for line in CODE for name in re.findall(r"\bmake ([a-z][a-z-]*)", line)}
    assert named <= {*targets(r"^([a-z-]+):")}


@pytest.mark.parametrize("status", Status)
def test_every_answer_status_is_documented(status: Status) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert re.search(rf"^\| `{status.value}` \| \S", page, re.MULTILINE)


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_line(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    row = rf"^\| [^|]*(?<![\w-]){re.escape(name)}(?![\w-])[^|]* \| [^|]+ \| [^|]+ \| [^|]+ \|$"
    assert re.search(row, page, re.MULTILINE), "what, for, why this one, licence"


def test_every_dependency_that_has_a_line_is_one() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")} - {"what", "---"}
    assert named <= set(dependencies())


def test_every_address_of_residents_is_documented(addresses: set[str]) -> None:
    for address in addresses:
        assert f"`{address}`" in TEXT, address


def test_every_address_that_is_documented_exists(addresses: set[str]) -> None:
    named = {line for line in CODE if re.match(r"(?:GET|POST|PUT|DELETE|PATCH) /", line)}
    assert named <= addresses


@pytest.mark.parametrize(
    ("model", "key"),
    [(m, key) for m in (Fact, Gap, Source, Name, Plan, When, Values) for key in m.model_fields],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_every_key_of_the_knowledge_base_is_documented(model: type[BaseModel], key: str) -> None:
    assert f"`{key}`" in (ROOT / "docs" / "knowledge.md").read_text("utf-8")


@pytest.mark.parametrize("value", [*Topic, *Standing], ids=str)
def test_every_topic_and_standing_is_documented(value: Topic | Standing) -> None:
    assert f"`{value.value}`" in (ROOT / "docs" / "knowledge.md").read_text("utf-8")


@pytest.mark.parametrize("folder", sorted(p.parent.name for p in ROOT.glob("tests/*/__init__.py")))
def test_every_folder_of_tests_is_documented(folder: str) -> None:
    assert f"`tests/{folder}`" in (ROOT / "docs" / "development.md").read_text("utf-8")


def test_every_file_that_is_named_exists() -> None:
    named = {line for line in CODE if re.fullmatch(rf"(?:{FOLDERS})/[\w./*-]*", line)}
    assert not sorted(name for name in named if not any(ROOT.glob(name.rstrip("/"))))


@pytest.mark.parametrize("named", sorted({line for line in CODE if "::" in line}))
def test_every_test_that_is_named_exists(named: str) -> None:
    file, _, test = named.partition("::")
    assert re.search(rf"^(?:async )?def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_decision_says_context_options_choice_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert sorted(set(numbers)) == numbers  # none twice; some may be missing
    for page in pages:
        parts = re.findall(r"^## (\w+)$", page.read_text("utf-8"), re.MULTILINE)
        assert parts == ["Context", "Options", "Choice", "Consequences"], page.name


def test_the_hashes_of_the_encoder_are_those_that_are_checked() -> None:
    from bot.language.encoder import SHA256

    for page in ("NOTICE", "models/encoder/README.md"):
        for value in SHA256.values():
            assert value in (ROOT / page).read_text("utf-8")


def test_every_decision_that_the_code_names_is_written_down() -> None:
    written = {page.name[:4] for page in (ROOT / "docs" / "decisions").glob("*.md")}
    named = {
        (file.name, number)
        for folder in ("bot", "actions", "bench", "tests")
        for file in (ROOT / folder).rglob("*.py")
        for number in re.findall(r"docs/decisions/(\d{4})", file.read_text(encoding="utf-8"))
    }
    assert named
    assert not {one for one in named if one[1] not in written}
