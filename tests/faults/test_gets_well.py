"""One running assistant is made ill in many ways: every resident hears, nothing is lost, it mends."""

import os
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bench.running import Running
from tests.faults.cluster import answers, kill, until_answered
from tests.services import until
from tests.talk import Resident

pytestmark = pytest.mark.slow
PARTS = {"assistant": "rasa run", "actions": "-m actions", "front": "-m bot.front"}
WELL_WITHIN = 30.0


@pytest.fixture
def running(assistant: Running) -> Iterator[Running]:
    """The assistant that all tests share; whatever was done to it, it is well again by itself."""
    yield assistant
    until(lambda: assistant.is_ready() and answers(assistant.url), "The assistant", WELL_WITHIN)


def about_to_confirm(running: Running, text: str) -> Resident:
    """A resident who only needs to say yes."""
    resident = Resident(running.url)
    resident.say("I want to leave a comment")
    resident.press("Quality of life")
    resident.say(text)
    assert text in resident.heard()
    return resident


def count(running: Running, text: str) -> int:
    """How many comments have this text."""
    with closing(sqlite3.connect(running.folder / "bot.db")) as database:
        query = "SELECT count(*) FROM comments WHERE text = ?"
        return int(database.execute(query, [text]).fetchone()[0])


@contextmanager
def full_disk(running: Running) -> Iterator[None]:
    """No process can write to any file, as on a full disk."""
    pids = [running.child(part) for part in PARTS.values()]
    unlimited = resource.RLIM_INFINITY
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, unlimited))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that hangs."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_on_a_full_disk_nothing_is_promised_and_the_next_yes_files_once(running: Running) -> None:
    text = "The disk is full of leaves."
    resident = about_to_confirm(running, text)
    with full_disk(running):
        answer = resident.say("yes")
        if resident.status_code == 200:
            assert "Nothing you wrote is lost" in resident.heard()
            assert "receipt" not in resident.heard()
        else:
            assert resident.status_code == 503
            assert "Nothing you wrote is lost" in answer["error"]["message"]
    until_answered(resident, lambda: resident.say("yes"))
    assert "receipt" in resident.heard()
    assert count(running, text) == 1


def test_a_comment_confirmed_while_the_database_is_locked_is_filed_once_by_itself(
    running: Running,
) -> None:
    text = "Lock the gates at night."
    resident = about_to_confirm(running, text)
    with closing(sqlite3.connect(running.folder / "bot.db", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        resident.say("yes")
        assert resident.status_code == 200
        assert "Your comment is safe" in resident.heard()
        assert len(list((running.folder / "outbox").iterdir())) == 1
        lock.execute("ROLLBACK")
    until(lambda: count(running, text) == 1, "The comment")
    until(lambda: not list((running.folder / "outbox").iterdir()), "The outbox")
    resident.say("yes")
    assert count(running, text) == 1


def test_a_database_that_is_gone_and_back_has_every_comment_once(running: Running) -> None:
    text = "Bring the fountain back."
    resident = about_to_confirm(running, text)
    database = running.folder / "bot.db"
    away = database.with_name("away.db")
    for suffix in ("", "-wal", "-shm"):
        source = database.with_name(f"bot.db{suffix}")
        if source.exists():
            source.rename(away.with_name(f"away.db{suffix}"))
    try:
        resident.say("yes")
        assert resident.status_code == 200
        assert "receipt" in resident.heard()
    finally:
        for suffix in ("", "-wal", "-shm"):
            source = away.with_name(f"away.db{suffix}")
            if source.exists():
                source.replace(database.with_name(f"bot.db{suffix}"))
    until(lambda: count(running, text) == 1, "The comment")


@pytest.mark.parametrize("part", ["assistant", "actions"])
def test_what_hangs_is_apologised_for_and_the_dialogue_goes_on(running: Running, part: str) -> None:
    text = f"The clock of the {part} hangs."
    resident = about_to_confirm(running, text)
    with stopped(running.child(PARTS[part])):
        answer = resident.say("yes")
        assert resident.status_code == 503
        assert "Nothing you wrote is lost" in answer["error"]["message"]
    before = until_answered(resident, lambda: resident.say("yes"))
    assert set(before) <= {429, 503}
    stored = lambda: count(running, text)  # noqa: E731
    until(lambda: stored() == 1, "The comment")
    time.sleep(0.5)
    assert stored() == 1


def test_actions_that_died_are_apologised_for_until_they_are_back(running: Running) -> None:
    text = "Actions speak."
    resident = about_to_confirm(running, text)
    kill(running.child(PARTS["actions"]))
    before = until_answered(resident, lambda: resident.say("yes"), WELL_WITHIN)
    assert set(before) <= {503}
    assert "receipt" in resident.heard()
    assert count(running, text) == 1
