"""Log lines: JSON or plain, one id through all processes, and never a resident's words."""

import asyncio
import json
import logging
import re
import subprocess
import sys
import urllib.error
import urllib.request

import aiohttp
import pytest

from bench.running import Running
from bot import ROOT
from tests.conftest import need_rasa
from tests.sms.phone import TOKEN, Phone
from tests.talk import Resident

RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


def lines_of(script: str, form: str, level: str = "info") -> tuple[str, str]:
    """What a process writes to standard output and to standard error."""
    start = f"import logging; from bot import logs; logs.begin('front', '{form}', '{level}')\n"
    done = subprocess.run(
        [sys.executable, "-c", start + script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout, done.stderr


def test_a_json_line_tells_time_level_process_logger_message_request_and_fields():
    script = "with logs.as_request('request-0001'): logs.tell('turn', channel='sms', ms=12)"
    out, errors = lines_of(script, "json")
    line = json.loads(out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {
        "level": "info", "process": "front", "logger": "bot.requests", "message": "turn",
        "request": "request-0001", "channel": "sms", "ms": 12,
    }  # fmt: skip
    assert errors == ""


def test_plain_lines_leave_requests_out_unless_all_is_to_be_seen():
    script = "logs.tell('turn', ms=12); logging.getLogger('bot.x').info('the store is back')"
    assert lines_of(script, "text") == ("", "INFO bot.x: the store is back\n")
    assert "INFO bot.requests: turn ms=12\n" in lines_of(script, "text", "debug")[1]


def test_a_level_above_info_leaves_requests_out_of_json_too():
    assert lines_of("logs.tell('turn', ms=12)", "json", "warning") == ("", "")


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_text(form):
    script = (
        "def work():\n"
        "    try: raise ValueError('zanzibar marmalade')\n"
        "    except ValueError as error: raise KeyError('410-555-0134') from error\n"
        "try: work()\n"
        "except KeyError: logging.getLogger('bot.x').exception('it went wrong')\n"
    )
    said = "".join(lines_of(script, form))
    assert "it went wrong" in said
    assert "builtins.KeyError" in said and "builtins.ValueError" in said
    assert "in work" in said
    assert "marmalade" not in said and "0134" not in said


def test_of_the_assistants_own_structured_lines_only_the_name_is_kept():
    script = (
        "import json\n"
        "logging.getLogger('rasa.core.processor').warning("
        "json.dumps({'event': 'processor.message.failed', 'text': 'zanzibar marmalade'}))"
    )
    line = json.loads(lines_of(script, "json")[0])
    assert line["message"] == "processor.message.failed"
    assert "marmalade" not in json.dumps(line)


def test_what_libraries_had_set_up_does_not_write_beside_it():
    script = (
        "other = logging.getLogger('other'); other.addHandler(logging.StreamHandler())\n"
        "other.propagate = False\n"
        "logs.begin('front', 'json', 'info'); other.warning('once')"
    )
    out, errors = lines_of(script, "json")
    assert [json.loads(line)["message"] for line in out.splitlines()] == ["once"]
    assert errors == ""


# Three processes

MARK = "zanzibarmarmalade"
NUMBER = "+14105550177"
SAID = {
    "a word of a question, of a comment or of a text message": MARK,
    "the number of a phone": "4105550177",
    "a number in a message": "555-0134",
    "a mail address": "quokka.resident@example.org",
    "a street address": "4711 Quokka Street",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a few residents do with an assistant that writes JSON, and all that it wrote."""
    need_rasa()
    folder = tmp_path_factory.mktemp("logs")
    environment = {
        "BOT_LOG_FORMAT": "json", "BOT_TWILIO_AUTH_TOKEN": TOKEN, "BOT_RATE_LIMIT": "off",
        "BOT_TRUSTED_PROXIES": "127.0.0.1",
    }  # fmt: skip
    with Running(folder, environment=environment) as running:
        receipt = leave_a_comment(running)
        ask_in_other_ways(running, receipt)
        identity = named_request(running, "the-id-of-a-proxy-1")
    files = [path for path in folder.rglob("*") if path.suffix in {".log", ".yml"}]
    text = "\n".join(path.read_text(errors="replace") for path in files)
    output = (folder / "run.log").read_text().splitlines()
    return Told(
        text, [json.loads(line) for line in output if line.startswith("{")], receipt, identity
    )


class Told:
    def __init__(self, text: str, lines: list[dict[str, object]], receipt: str, identity: str):
        self.text, self.lines, self.receipt, self.identity = text, lines, receipt, identity


def leave_a_comment(running: Running) -> str:
    resident = Resident(running.url)
    resident.say(f"what are the five pillars of {MARK}?")
    resident.say("I want to leave a comment")
    resident.press("Education")
    resident.say(
        f"Lend {MARK} laptops. I live at {SAID['a street address']}, call 410-{SAID['a number in a message']} "
        f"or write to {SAID['a mail address']}."
    )
    resident.press("Yes")
    found = RECEIPT.search(resident.heard())
    assert found, resident.heard()
    return found.group()


def ask_in_other_ways(running: Running, receipt: str) -> None:
    Resident(running.url).say(f"what became of my comment {receipt}?")
    Resident(running.url, "es").say(f"¿cuáles son los cinco pilares de {MARK}?")
    for path in (f"/c/{receipt}", f"/{MARK}", f"/?text={MARK}", f"/f/{MARK}"):
        try:
            urllib.request.urlopen(running.url + path, timeout=10).read()
        except urllib.error.HTTPError as error:
            assert error.code == 404

    async def by_phone() -> None:
        async with aiohttp.ClientSession(running.url) as session:
            phone = Phone(session, NUMBER, public=f"{running.url}/sms/twilio")
            assert await phone.text(f"what are the pillars of {MARK}")
            await phone.text("COMMENT")
            await phone.text(f"Free {MARK} in every park, my number is {NUMBER}")
            assert RECEIPT.search(await phone.text("YES"))

    asyncio.run(by_phone())


def named_request(running: Running, identity: str) -> str:
    request = urllib.request.Request(
        f"{running.url}/api/messages", json.dumps({"text": "when were comments due?"}).encode(),
        {"Content-Type": "application/json", "X-Request-ID": identity},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=30) as response:
        return str(response.headers["X-Request-ID"])


@pytest.mark.slow
@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_no_log_holds(told, said):
    assert said not in told.text


@pytest.mark.slow
def test_no_log_holds_a_receipt(told):
    assert told.receipt not in told.text


@pytest.mark.slow
def test_one_id_is_found_in_the_lines_of_all_three_processes(told):
    assert told.identity == "the-id-of-a-proxy-1"
    lines = [line for line in told.lines if line["request"] == told.identity]
    assert {(line["process"], line["message"]) for line in lines} == {
        ("front", "request"), ("front", "turn"), ("assistant", "turn"), ("actions", "action"),
    }  # fmt: skip
    for line in lines:
        assert line["status"] in {200, "answered"}
        assert isinstance(line["ms"], int)


@pytest.mark.slow
def test_every_turn_has_its_line_in_each_process(told):
    turns = [
        line for line in told.lines if line["message"] == "turn" and line["process"] == "front"
    ]
    assert len(turns) == 12
    assert {line["channel"] for line in turns} == {"web", "sms"}
    for turn in turns:
        same = {line["process"] for line in told.lines if line["request"] == turn["request"]}
        assert same == {"front", "assistant", "actions"}


def test_plain_is_the_default():
    from bot.settings import Settings

    assert Settings().log_format == "text"
    assert logging.getLogger("bot.requests").handlers == []
