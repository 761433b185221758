"""Limits and one message at a time over several fronts, in a real Redis that comes and goes."""

import asyncio
import logging
import signal

import pytest

from bot.channels import shared as module
from bot.channels.assistant import Assistant
from bot.channels.guesses import Guesses
from bot.channels.limits import Busy, NoticeOnce, OneAtATime, RateLimit, TooFast
from bot.channels.shared import Shared
from bot.channels.tokens import Signer
from bot.channels.turns import Incoming, Turns
from tests.channels.fake_assistant import SECRET
from tests.services import Redis, until

KEY = b"the secret key"


@pytest.fixture
async def fronts(redis_url):
    """Two fronts with one Redis."""
    both = [Shared(redis_url, KEY), Shared(redis_url, KEY)]
    yield both
    for front in both:
        await front.close()


@pytest.fixture
def quick(monkeypatch):
    """Redis is asked again soon after it was away."""
    monkeypatch.setattr(module, "AWAY", 0.1)


async def passed(fronts, name="address", limit=(6, 60.0), key="192.0.2.1"):
    """How many of 20 messages pass, taken by the fronts in turn."""
    count, own = 0, [RateLimit(*limit) for _ in fronts]
    for number in range(20):
        try:
            await fronts[number % 2].take(name, own[number % 2], key)
            count += 1
        except TooFast:
            pass
    return count


async def test_a_limit_holds_over_all_fronts(fronts):
    assert await passed(fronts) == 6
    assert await passed(fronts, key="192.0.2.2") == 6


async def test_limits_with_other_names_do_not_share_their_keys(fronts):
    await passed(fronts)
    assert await passed(fronts, name="conversation") == 6


async def test_a_hundred_at_the_same_moment_are_no_way_around_it(fronts):
    own = RateLimit(6, 60)
    tries = [fronts[n % 2].take("address", own, "a") for n in range(100)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert results.count(None) == 6
    assert all(isinstance(one, TooFast) for one in results if one is not None)


async def test_a_pause_earns_new_messages(fronts):
    limit = RateLimit(10, 1.0)
    for _ in range(10):
        await fronts[0].take("address", limit, "a")
    await asyncio.sleep(0.3)
    await fronts[1].take("address", limit, "a")


async def test_what_is_given_back_can_be_taken_again(fronts):
    limit = RateLimit(1, 60)
    await fronts[0].take("address", limit, "a")
    await fronts[1].give_back("address", limit, "a")
    await fronts[1].take("address", limit, "a")
    with pytest.raises(TooFast):
        await fronts[0].take("address", limit, "a")


async def test_wrong_code_words_are_counted_over_all_fronts(fronts):
    guesses = [Guesses(shared=front) for front in fronts]
    for number in range(5):
        await guesses[number % 2].code_word("192.0.2.1", "K7M4-QX9T")
    for one in guesses:
        with pytest.raises(TooFast):
            await one.code_word("192.0.2.1", "K7M4-QX9T")


async def test_a_texter_is_told_of_the_limit_once_whichever_front_takes_the_text(fronts):
    own = [NoticeOnce(1, 1.0), NoticeOnce(1, 1.0)]
    await fronts[0].take_and_tell("number", own[0], "phone")
    told = []
    for number in range(4):
        with pytest.raises(TooFast) as refused:
            await fronts[number % 2].take_and_tell("number", own[number % 2], "phone")
        told.append(refused.value.first)
    assert told == [True, False, False, False]


async def test_a_conversation_has_one_pending_message_over_all_fronts(fronts):
    first, second = OneAtATime(), OneAtATime()
    async with fronts[0].hold(first, "talk"):
        with pytest.raises(Busy):
            async with fronts[1].hold(second, "talk"):
                pass
        async with fronts[1].hold(second, "another"):
            pass
    async with fronts[1].hold(second, "talk"):
        pass


async def test_a_conversation_is_free_again_after_a_failure_and_after_its_front_died(
    fronts, redis_process, monkeypatch
):
    with pytest.raises(ZeroDivisionError):
        async with fronts[0].hold(OneAtATime(), "talk"):
            raise ZeroDivisionError
    monkeypatch.setattr(module, "HELD_MS", 200)
    held = fronts[0].hold(OneAtATime(), "talk")
    await held.__aenter__()  # this front never comes back
    await asyncio.sleep(0.3)
    async with fronts[1].hold(OneAtATime(), "talk"):
        pass


async def test_a_hold_that_redis_took_and_said_so_too_late_is_still_ones_own(own_redis: Redis):
    fronts = [Shared(own_redis.url, KEY), Shared(own_redis.url, KEY)]
    assert await fronts[0].is_there() and own_redis.process is not None
    own_redis.process.send_signal(signal.SIGSTOP)
    held = fronts[0].hold(OneAtATime(), "talk")
    taking = asyncio.create_task(held.__aenter__())
    await asyncio.sleep(module.PATIENCE * 1.4)  # it was asked, and is being asked again
    own_redis.process.send_signal(signal.SIGCONT)
    await taking
    with pytest.raises(Busy):
        async with fronts[1].hold(OneAtATime(), "talk"):
            pass
    await held.__aexit__(None, None, None)
    for front in fronts:
        async with front.hold(OneAtATime(), "talk"):
            pass
        await front.close()


async def test_a_hold_that_redis_takes_once_nobody_waits_for_it_is_given_back(own_redis: Redis):
    fronts = [Shared(own_redis.url, KEY), Shared(own_redis.url, KEY)]
    assert await fronts[0].is_there() and own_redis.process is not None
    own_redis.process.send_signal(signal.SIGSTOP)
    async with fronts[0].hold(OneAtATime(), "talk"):  # by its own memory
        own_redis.process.send_signal(signal.SIGCONT)
        until(lambda: own_redis.ask("DBSIZE") == "1", "The hold")
    for front in reversed(fronts):
        async with front.hold(OneAtATime(), "talk"):
            pass
        await front.close()


async def test_redis_holds_no_address_and_no_number_and_nothing_for_long(fronts, redis_process):
    await fronts[0].take("address", RateLimit(5, 60), "192.0.2.1")
    await fronts[0].take_and_tell("number", NoticeOnce(5, 300), "+14105550123")
    async with fronts[0].hold(OneAtATime(), "talk"):
        keys = redis_process.ask("KEYS", "*").split()
    assert len(keys) == 3
    assert not [key for key in keys if "192.0" in key or "0123" in key or "talk" in key]
    for key in redis_process.ask("KEYS", "*").split():
        assert 0 < int(redis_process.ask("PTTL", key)) <= 300_000


async def test_while_redis_is_away_each_front_counts_alone_and_says_so_once(
    own_redis: Redis, quick, caplog
):
    caplog.set_level(logging.WARNING)
    front = Shared(own_redis.url, KEY)
    own = RateLimit(3, 60)
    await front.take("address", own, "a")
    own_redis.stop(signal.SIGKILL)
    for _ in range(3):
        await front.take("address", own, "a")
    with pytest.raises(TooFast):
        await front.take("address", own, "a")
    await asyncio.sleep(0.15)
    async with front.hold(OneAtATime(), "talk"):
        pass
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1 and said[0].startswith("Redis is away"), said
    own_redis.start()
    await asyncio.sleep(0.15)
    await front.take("address", RateLimit(3, 60), "a")
    assert own_redis.ask("DBSIZE") == "1"
    said = [record.getMessage() for record in caplog.records]
    assert said[1:] == ["Redis is back; limits are shared again."]
    await front.close()


async def test_a_redis_that_hangs_holds_nobody_up_for_long(own_redis: Redis, fake, turns):
    held_up = Turns(
        turns.settings, turns.store, Assistant(fake.url, SECRET), Signer(b"k"),
        Shared(own_redis.url, KEY),
    )  # fmt: skip
    assert own_redis.process is not None
    own_redis.process.send_signal(signal.SIGSTOP)
    try:
        result = await asyncio.wait_for(held_up.handle(Incoming("web", "pillars?")), 5)
    finally:
        own_redis.process.send_signal(signal.SIGCONT)
    assert result.status == "answered"
    await held_up.assistant.close()
    await held_up.shared.close()


async def test_an_address_that_writes_to_two_fronts_is_slowed_down_as_one(redis_url, fake, turns):
    both = [
        Turns(turns.settings, turns.store, turns.assistant, turns.signer, Shared(redis_url, KEY))
        for _ in range(2)
    ]
    for one in both:
        one.by_address = RateLimit(3, 60)
    for number in range(3):
        await both[number % 2].handle(Incoming("web", "pillars?", address="192.0.2.1"))
    for one in both:
        with pytest.raises(TooFast):
            await one.handle(Incoming("web", "pillars?", address="192.0.2.1"))
        await one.shared.close()
