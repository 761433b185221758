"""kill -9 of the assistant and of the actions while a comment is being given."""

import os
import signal
import threading
import time

import pytest

from bench.running import Running
from tests.faults.cluster import file_comment, kill, suppressed
from tests.services import until
from tests.talk import Resident

pytestmark = pytest.mark.slow
PARTS = {"assistant": "rasa run", "actions": "-m actions", "front": "-m bot.front"}


def test_a_comment_is_finished_after_a_process_was_killed_in_the_middle(
    own_assistant: Running,
) -> None:
    own_assistant.start()
    for part in PARTS:

        def strike(step: int, part: str = part) -> None:
            if step in {2, 3}:
                kill(own_assistant.child(PARTS[part]))

        text = f"Street lights should report when they are broken, said the {part}."
        assert "receipt" in file_comment(own_assistant.url, text, strike)

    stored = own_assistant.command("comments", "export", "--format", "jsonl").stdout
    for part in PARTS:
        assert stored.count(f"broken, said the {part}.") == 1


@pytest.mark.heavy
@pytest.mark.parametrize("part", PARTS)
def test_each_process_may_be_killed_at_each_step_of_a_comment(
    own_assistant: Running, part: str
) -> None:
    own_assistant.start()
    for moment in (0, 0.02):  # before the message is sent, and while it is being answered
        for killed_at in range(4):
            text = f"Plant a tree, step {killed_at}, moment {moment}."

            def strike(step: int, killed_at: int = killed_at, moment: float = moment) -> None:
                if step == killed_at:
                    pid = own_assistant.child(PARTS[part])
                    threading.Timer(moment, suppressed, [lambda: kill(pid)]).start()
                    time.sleep(0 if moment else 0.1)

            said = file_comment(own_assistant.url, text, strike)
            assert "receipt" in said
            until(own_assistant.is_ready, "The assistant", 60)
            until(lambda text=text: stored_once(own_assistant, text), "The comment")


def stored_once(running: Running, text: str) -> bool:
    stored = running.command("comments", "export", "--format", "jsonl").stdout.count(text)
    assert stored <= 1
    return stored == 1


def test_with_two_assistants_a_comment_goes_on_at_the_other_at_once(
    own_assistant: Running,
) -> None:
    own_assistant.environment["BOT_ASSISTANT_WORKERS"] = "2"
    own_assistant.start()
    workers = [pid for pid, line in own_assistant.children().items() if "rasa run" in line]
    residents = [Resident(own_assistant.url) for _ in range(6)]
    for resident in residents:
        resident.say("I want to leave a comment")
        resident.press("Quality of life")
    os.kill(workers[0], signal.SIGKILL)
    # A message that reaches it while it dies gets an apology: nobody knows whether it was read.
    until(lambda: workers[0] not in own_assistant.children(), "The end of the assistant")
    for number, resident in enumerate(residents):
        resident.say(f"Street light number {number} should report when it is broken.")
        assert resident.status_code == 200
        resident.say("yes")
        assert "receipt" in resident.heard()
    stored = own_assistant.command("comments", "export", "--format", "jsonl").stdout
    assert stored.count("should report when it is broken.") == len(residents)


def test_everything_stops_within_ten_seconds_and_leaves_nothing_running(
    own_assistant: Running,
) -> None:
    own_assistant.start()
    children = [own_assistant.child(part) for part in PARTS.values()]
    assert own_assistant.stop() < 10
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
