"""The phone in the terminal: real signatures to the real webhook, in both languages."""

import asyncio
import os
import pty
import subprocess
import sys
import time

import pytest

from bench.phone import Phone
from bot import ROOT
from tests.conftest import need_rasa
from tests.sms.phone import TOKEN


@pytest.fixture
def handset(client):
    return Phone(str(client.make_url("")).rstrip("/"), TOKEN)


async def type_in(handset, line):
    return await asyncio.to_thread(handset.do, line)


async def test_it_shows_replies_with_their_segments(handset):
    (answer,) = await type_in(handset, "what are the pillars?")
    assert "five pillars" in answer
    assert "2 segments" in answer and "GSM-7" in answer


async def test_it_keeps_a_history_and_can_send_again(handset, fake):
    first = await type_in(handset, "pillars?")
    assert await type_in(handset, "/again") == first
    assert len(fake.heard) == 1
    history = await type_in(handset, "/history")
    assert history[0].startswith("you: pillars?  [1 segment")


async def test_it_speaks_both_languages_and_changes_numbers(handset):
    before = handset.number
    assert "Escriba" in (await type_in(handset, "/es"))[0]
    assert "número nuevo" in (await type_in(handset, "/new"))[0]
    assert handset.number != before
    assert "segmento" in (await type_in(handset, "hola"))[0]
    assert await type_in(handset, "/quit") is None


async def test_it_says_when_it_is_refused_or_not_answered(handset):
    await type_in(handset, "STOP")
    assert await type_in(handset, "hello") == ["(no reply)"]
    handset.token = "wrong"
    assert await type_in(handset, "hello") == ["(refused: 403)"]


async def test_a_picture_gets_a_polite_reply(handset):
    assert "only read words" in (await type_in(handset, "/picture"))[0]


@pytest.mark.slow
def test_the_whole_phone_on_a_terminal_and_on_a_pipe(tmp_path):
    need_rasa()
    typed = b"HELP\nCOMMENT\nMore benches, please.\n1\n/history\n/quit\n"
    command = [sys.executable, "-m", "bench.phone", "--keep", str(tmp_path / "phone")]
    master, slave = pty.openpty()
    on_terminal = subprocess.Popen(command, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, typed)
    shown, limit = b"", time.monotonic() + 200
    while time.monotonic() < limit:
        try:
            part = os.read(master, 65536)
        except OSError:  # how a terminal says that its program has ended
            break
        shown += part
    assert on_terminal.wait(30) == 0
    os.close(master)
    text = shown.decode()
    assert "+14105550123 > " in text
    assert "Msg & data rates may apply" in text and "Receipt:" in text
    piped = subprocess.run(
        command, cwd=ROOT, input=b"hola\n", capture_output=True, timeout=200, check=True
    )
    assert "+14105550123 > hola" in piped.stdout.decode()
    assert "segment" in piped.stdout.decode()
