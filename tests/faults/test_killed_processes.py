"""kill -9 of the assistant and of the actions while a comment is being given."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from bench.running import Running
from tests.talk import Resident

pytestmark = pytest.mark.slow
PARTS = {"assistant": "rasa run", "actions": "-m actions", "front": "-m bot.front"}


def until(resident: Resident, act: Callable[[], object], limit: float = 60) -> None:
    """Repeat a message until it is answered, as a resident told to try again would."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            act()
        except OSError:
            time.sleep(0.5)
            continue
        if resident.status_code == 200:
            return
        assert resident.status_code == 503
        time.sleep(0.5)
    pytest.fail("No answer came back.")


@pytest.mark.parametrize("part", PARTS)
def test_a_comment_is_finished_after_a_process_was_killed_in_the_middle(
    own_assistant: Running, part: str
) -> None:
    own_assistant.start()
    resident = Resident(own_assistant.url)
    resident.say("I want to leave a comment")
    resident.press("Quality of life")

    os.kill(own_assistant.child(PARTS[part]), signal.SIGKILL)
    until(resident, lambda: resident.say("Street lights should report when they are broken."))
    assert "Street lights should report" in resident.heard()

    os.kill(own_assistant.child(PARTS[part]), signal.SIGKILL)
    until(resident, lambda: resident.say("yes"))
    assert "receipt" in resident.heard()

    stored = own_assistant.command("comments", "export", "--format", "jsonl").stdout
    assert stored.count("Street lights should report when they are broken.") == 1


def test_an_apology_is_said_while_the_actions_are_down(own_assistant: Running) -> None:
    own_assistant.start()
    resident = Resident(own_assistant.url)
    resident.say("hello")
    actions = own_assistant.child(PARTS["actions"])
    os.kill(actions, signal.SIGSTOP)
    try:
        answer = resident.say("what are the five pillars?")
    finally:
        os.kill(actions, signal.SIGCONT)
    assert resident.status_code == 503
    assert answer["error"]["code"] == "unavailable"
    assert "Nothing you wrote is lost" in answer["error"]["message"]


def test_everything_stops_within_ten_seconds_and_leaves_nothing_running(
    own_assistant: Running,
) -> None:
    own_assistant.start()
    children = [own_assistant.child(part) for part in PARTS.values()]
    assert own_assistant.stop() < 10
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
