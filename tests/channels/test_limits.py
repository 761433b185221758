"""How many messages, and one at a time."""

import pytest

from bot.channels import limits
from bot.channels.limits import Busy, OneAtATime, RateLimit, TooFast
from bot.language.messages import say as sentence
from tests.channels.fake_assistant import reply


class Clock:
    """A clock that a test turns by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def taken(limit: RateLimit, key: str = "a") -> int:
    """How many messages in a row are let through."""
    count = 0
    try:
        while count < 1000:
            limit.take(key)
            count += 1
    except TooFast:
        pass
    return count


def test_as_many_messages_pass_as_the_limit_says(clock):
    assert taken(RateLimit(20, 60, clock)) == 20


def test_a_pause_earns_new_messages(clock):
    limit = RateLimit(20, 60, clock)
    taken(limit)
    clock.now += 6
    assert taken(limit) == 2


def test_a_long_pause_earns_no_more_than_the_limit(clock):
    limit = RateLimit(20, 60, clock)
    taken(limit)
    clock.now += 3600
    assert taken(limit) == 20


def test_trying_too_fast_does_not_make_the_wait_longer(clock):
    limit = RateLimit(2, 60, clock)
    for _ in range(3):
        taken(limit)
    clock.now += 30
    assert taken(limit) == 1


def test_one_key_does_not_use_up_another(clock):
    limit = RateLimit(3, 60, clock)
    taken(limit, "a")
    assert taken(limit, "b") == 3


def test_the_quietest_keys_are_forgotten_when_there_are_too_many(clock, monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    limit = RateLimit(1, 60, clock)
    for key in "abc":
        limit.take(key)
    with pytest.raises(TooFast):
        limit.take("a")  # still known, and now the last that was heard
    limit.take("d")
    with pytest.raises(TooFast):
        limit.take("a")
    limit.take("b")  # was forgotten, so it may again


def test_memory_does_not_grow_with_the_number_of_keys(clock, monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 50)
    limit = RateLimit(1, 60, clock)
    for number in range(500):
        limit.take(str(number))
    assert len(limit._buckets) == 50


def test_a_conversation_has_one_pending_message():
    held = OneAtATime()
    with held.hold("talk-1"), pytest.raises(Busy), held.hold("talk-1"):
        pass


def test_two_conversations_do_not_wait_for_each_other():
    held = OneAtATime()
    with held.hold("talk-1"), held.hold("talk-2"):
        pass


def test_a_conversation_is_free_again_after_its_answer():
    held = OneAtATime()
    for _ in range(2):
        with held.hold("talk-1"):
            pass


def test_a_conversation_is_free_again_after_a_failure():
    held = OneAtATime()
    with pytest.raises(ZeroDivisionError), held.hold("talk-1"):
        raise ZeroDivisionError
    with held.hold("talk-1"):
        pass


def test_a_refused_second_message_does_not_free_the_first():
    held = OneAtATime()
    with held.hold("talk-1"):
        for _ in range(2):
            with pytest.raises(Busy), held.hold("talk-1"):
                pass


# Receipts


WRONG = reply(status="comment", text="That code is not right.", wrong_receipt=True, buttons=[])


async def test_after_five_wrong_receipts_in_a_minute_no_more_are_looked_up(say, fake):
    fake.replies = [WRONG]
    for _ in range(5):
        await say("status K7M4-QX9A", address="192.0.2.1")
    heard = len(fake.heard)
    result = await say("estado K7M4-QX9T por favor", address="192.0.2.1", language="es")
    assert result.status == "refused"
    assert result.replies[0]["text"] == sentence("status_too_many", "es")
    assert len(fake.heard) == heard
    fake.replies = [reply()]
    assert (await say("what are the pillars?", address="192.0.2.1")).status == "answered"
    assert (await say("status K7M4-QX9T", address="192.0.2.2")).status == "answered"


async def test_right_receipts_in_a_message_are_never_counted(say, fake):
    for _ in range(9):
        result = await say("status K7M4-QX9T", address="192.0.2.1")
    assert result.status == "answered"
