"""The command line: every command explains itself, and every failure is one clear line."""

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from bot import ROOT
from bot.cli import main
from bot.comments.export import COLUMNS
from bot.comments.receipt import parse_receipt
from bot.comments.store import NewComment, Store
from bot.plan.load import BadKnowledge
from bot.plan.problems import Problem
from bot.run import free_port

BOT = Path(sys.executable).with_name("bot")


def commands(command=main, words=()):
    """Every command and group, with the words that lead to it."""
    yield words, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*words, name))


ALL = dict(commands())


@pytest.fixture
def bot(tmp_path, monkeypatch):
    """Runs a command on a data folder of its own, with nothing listening on its port."""
    for name in [name for name in os.environ if name.startswith("BOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("BOT_PORT", str(free_port(0)))

    def run(*words, **settings):
        return CliRunner().invoke(main, words, env=settings)

    return run


@pytest.fixture
def file(bot, tmp_path):
    """Files comments, by their texts."""

    async def store_all(texts):
        store = Store(f"sqlite+aiosqlite:///{tmp_path}/var/bot.db")
        for text in texts:
            new = NewComment(
                text, "web", "en", "education", text, "late", (), "2018-final", "2026-11"
            )
            await store.add_comment(new)
        await store.close()

    def file_all(*texts):
        assert bot("db", "upgrade").exit_code == 0
        asyncio.run(store_all(texts))

    return file_all


def complaint(result):
    """The one line of a command that failed."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.stderr.strip().splitlines()
    assert "Traceback" not in result.output
    return line


# Help


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(("bot", *words)))
def test_every_command_has_help_with_an_example(bot, words):
    result = bot(*words, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.output
    assert "bot" in result.output.split("Example: ")[1]


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(("bot", *words)))
def test_every_example_is_a_command_that_is_there(words):
    example = ALL[words].help.split("Example: ")[1].split()
    called = example[example.index("bot") + 1 :]
    path = tuple(word for word in called if word.isalpha() and not word.startswith("-"))
    assert any(path[: len(known)] == known for known in ALL if known)


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(("bot", *words)))
def test_a_short_h_helps_too(bot, words):
    assert bot(*words, "-h").exit_code == 0


def test_an_unknown_command_is_told(bot):
    result = bot("fly")
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


def test_the_installed_program_is_this_one():
    done = subprocess.run([str(BOT), "--help"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert "Example: bot ask" in done.stdout


# Settings


SETTINGS_USED = [
    ("run",),
    ("ask", "hello"),
    ("comments", "list"),
    ("comments", "export"),
    ("db", "upgrade"),
    ("eval",),
]


@pytest.mark.parametrize("words", SETTINGS_USED, ids=" ".join)
def test_an_unknown_setting_is_told_in_one_line(bot, words):
    line = complaint(bot(*words, BOT_PROT="8080"))
    assert line.startswith("Unknown setting BOT_PROT.")


@pytest.mark.parametrize("words", SETTINGS_USED, ids=" ".join)
def test_a_bad_setting_is_told_in_one_line(bot, words):
    assert complaint(bot(*words, BOT_TODAY="tomorrow")).startswith("BOT_TODAY has a bad value: ")


def test_the_program_itself_ends_with_1_and_one_line():
    done = subprocess.run(
        [str(BOT), "run"], capture_output=True, text=True, cwd=ROOT,
        env={"PATH": os.environ["PATH"], "BOT_PROT": "8080"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


# The plan


def test_a_fact_is_shown_with_its_sources(bot):
    result = bot("plan", "show", "five-pillars")
    assert result.exit_code == 0
    assert "id: five-pillars" in result.output
    assert "http" in result.output


def test_a_gap_is_shown(bot):
    assert "id: gap-full-text" in bot("plan", "show", "gap-full-text").output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pillars", "five-pillars"),
        ("five-pilars", "five-pillars"),
        ("FIVE", "five-pillars"),
        ("who-lead", "who-led"),
    ],
)
def test_an_unknown_id_is_told_with_those_that_are_alike(bot, typed, meant):
    line = complaint(bot("plan", "show", typed))
    assert line.startswith(f"No fact is called '{typed}'. Did you mean: ")
    assert meant in line


def test_an_id_that_is_like_nothing_is_only_told(bot):
    assert complaint(bot("plan", "show", "xyzzyxyzzy")) == "No fact is called 'xyzzyxyzzy'."


def test_the_facts_are_searched(bot):
    result = bot("plan", "search", "what are the five pillars", "-k", "3")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 3
    assert "five-pillars" in result.output.splitlines()[0]


def test_a_search_as_json_is_one_list(bot):
    hits = json.loads(bot("plan", "search", "what are the five pillars", "--json").output)
    assert len(hits) == 5
    assert hits[0]["id"] == "five-pillars"
    assert set(hits[0]) == {"id", "score", "title"}


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "search", "x", "-k", "0"),
        ("comments", "list", "--limit", "0"),
        ("plan", "search", "x", "-k", "many"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(bot, words):
    assert bot(*words).exit_code == 2


def test_a_check_that_finds_problems_lists_them(bot, tmp_path):
    result = bot("plan", "check", "--folder", str(tmp_path))
    assert result.exit_code == 1
    assert "plan.yml" in result.output
    assert "problems. The assistant will not start before they are mended." in result.stderr


@pytest.mark.parametrize(
    "words", [("plan", "show", "five-pillars"), ("plan", "search", "pillars")], ids=" ".join
)
def test_a_bad_knowledge_base_is_told_in_one_line(bot, words, monkeypatch):
    def broken(published):
        raise BadKnowledge([Problem(ROOT / "data/plan/plan.yml", 3, "mend it")])

    monkeypatch.setattr("bot.plan.load.load", broken)
    assert complaint(bot(*words)) == "data/plan/plan.yml:3: mend it. See all with: bot plan check"


# Comments


@pytest.mark.parametrize("words", [("comments", "list"), ("comments", "export")], ids=" ".join)
def test_a_fresh_data_folder_has_no_comments(bot, words):
    result = bot(*words)
    assert result.exit_code == 0
    assert "no comments" in result.output.lower() or "0 comments" in result.stderr


def test_comments_are_listed_newest_last(bot, file):
    file("the first comment", "the second comment [b]not bold[/b]")
    output = bot("comments", "list").output
    assert output.index("the first comment") < output.index("the second comment [b]not bold[/b]")
    assert "late" in output


def test_only_the_newest_are_listed(bot, file):
    file("one", "two", "three")
    output = bot("comments", "list", "--limit", "2").output
    assert "three" in output and "two" in output
    assert "one" not in output.split("comment")[-1].split()


def test_comments_are_exported_as_csv(bot, file):
    file("more, please", "=1+1")
    result = bot("comments", "export")
    rows = list(csv.DictReader(io.StringIO(result.stdout.lstrip("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["text"] for row in rows] == ["more, please", "'=1+1"]
    assert parse_receipt(rows[0]["receipt"])
    assert result.stderr == "2 comments exported.\n"


def test_comments_are_exported_as_json_lines(bot, file):
    file("más, por favor")
    result = bot("comments", "export", "--format", "jsonl")
    (row,) = map(json.loads, result.stdout.splitlines())
    assert row["text"] == "más, por favor"
    assert tuple(row) == COLUMNS


def test_comments_are_exported_as_a_spreadsheet(bot, file, tmp_path):
    file("one", "two")
    result = bot("comments", "export", "--format", "xlsx", "--out", str(tmp_path / "c.xlsx"))
    assert result.exit_code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "c.xlsx").active.values)
    assert rows[0] == COLUMNS
    assert [row[5] for row in rows[1:]] == ["one", "two"]


def test_a_spreadsheet_needs_a_file(bot):
    assert (
        complaint(bot("comments", "export", "--format", "xlsx"))
        == "A spreadsheet needs a file: add --out comments.xlsx"
    )


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_export_goes_into_a_file(bot, file, tmp_path, kind):
    file("one")
    result = bot("comments", "export", "--format", kind, "--out", str(tmp_path / "out"))
    assert result.stdout == ""
    assert "one" in (tmp_path / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_a_file_that_can_not_be_written_is_told(bot, file, tmp_path, kind):
    file("one")
    out = str(tmp_path / "nowhere" / "out")
    assert (
        complaint(bot("comments", "export", "--format", kind, "--out", out))
        == f"{out} can't be written: No such file or directory."
    )


def test_an_unknown_format_is_refused(bot):
    assert bot("comments", "export", "--format", "pdf").exit_code == 2


def test_a_reader_that_has_enough_is_no_failure_of_the_database(bot, file):
    file(*(f"comment {number} " + "x" * 3000 for number in range(60)))
    done = subprocess.run(
        f"{BOT} comments export | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ,
    )
    assert "can't" not in done.stderr
    assert "Traceback" not in done.stderr


# The database


def test_the_database_is_made_and_brought_up_to_date(bot, tmp_path):
    for _ in range(2):
        assert bot("db", "upgrade").output == "The database is up to date.\n"
    assert (tmp_path / "var" / "bot.db").exists()


@pytest.mark.parametrize("words", [("comments", "list"), ("db", "upgrade")], ids=" ".join)
def test_a_database_that_is_none_is_told_in_one_line(bot, words, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "bot.db").write_bytes(
        b"this is no database at all, but long enough to be read " * 10
    )
    assert complaint(bot(*words)) == "The database can't be used: file is not a database."


@pytest.mark.parametrize("words", [("comments", "list"), ("db", "upgrade")], ids=" ".join)
def test_a_data_folder_that_can_not_be_made_is_told_in_one_line(bot, words, tmp_path):
    (tmp_path / "file").touch()
    line = complaint(bot(*words, BOT_DATA_DIR=str(tmp_path / "file" / "var")))
    assert line == f"{tmp_path}/file/var can't be made: Not a directory."


# Asking


def test_asking_nobody_says_how_to_start(bot):
    line = complaint(bot("ask", "what are the five pillars?"))
    assert line.startswith("The assistant does not answer at http://127.0.0.1:")
    assert line.endswith("Start it with: make run")


def test_evaluating_nobody_says_how_to_start(bot, tmp_path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"id": "x", "text": "hello", "lang": "en", "status": ["smalltalk"], "refs": []}\n'
    )
    assert complaint(bot("eval", str(questions), "--split", "all")).endswith(
        "Start it with: make run"
    )


ANSWER = {
    "conversation": "c", "turn": "t", "language": "es", "status": "answered",
    "replies": [{
        "text": "Son cinco.", "buttons": [{"title": "Las fechas", "token": "x"}],
        "sources": [{"fact": "five-pillars", "title": "Call to Action", "url": "https://example.gov", "page": None}],
    }],
}  # fmt: skip


@pytest.fixture
async def front():
    """A front that gives one answer, and notes what it was asked."""
    heard = []

    async def answer(request):
        body = await request.json()
        heard.append(body | {"language": request.headers["Accept-Language"]})
        if body["text"] == "too fast":
            return web.json_response(
                {"error": {"code": "busy", "message": "One moment."}}, status=429
            )
        return web.json_response(ANSWER)

    app = web.Application()
    app.router.add_post("/api/messages", answer)
    async with TestServer(app) as server:
        server.heard = heard
        yield server


async def asked(bot, front, *words):
    return await asyncio.to_thread(bot, "ask", *words, BOT_PORT=str(front.port))


async def test_an_answer_is_printed_with_sources_and_choices(bot, front):
    result = await asked(bot, front, "¿cuáles son los pilares?", "--lang", "es", "--channel", "sms")
    assert result.output.splitlines() == [
        "Son cinco.",
        "  Call to Action",
        "  https://example.gov",
        "  Las fechas",
    ]
    assert front.heard == [{"text": "¿cuáles son los pilares?", "channel": "sms", "language": "es"}]


async def test_an_answer_as_json_is_the_whole_of_it(bot, front):
    assert json.loads((await asked(bot, front, "hello", "--json")).output) == ANSWER


async def test_an_error_of_the_front_is_told(bot, front):
    assert complaint(await asked(bot, front, "too fast")) == "One moment."


async def test_what_is_no_front_does_not_answer(bot):
    app = web.Application()
    app.router.add_post(
        "/api/messages", lambda _: web.Response(text="<h1>hi</h1>", content_type="text/html")
    )
    async with TestServer(app) as other:
        assert "does not answer" in complaint(await asked(bot, other, "hello"))
