"""A message passes the stages: check, clean, guard, mask, assistant, record."""

import asyncio

import pytest

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import Busy, RateLimit, TooFast
from bot.channels.turns import BadMessage
from bot.language.clean import COMMENT_LIMIT, QUESTION_LIMIT
from bot.language.messages import say as sentence
from bot.plan.answer import Answer, Button
from bot.plan.model import Status
from tests.channels.fake_assistant import COMMENT_FORM, reply


async def refused(work):
    with pytest.raises(BadMessage) as raised:
        await work
    return raised.value


# What the assistant is told


async def test_the_assistant_hears_the_bare_conversation_id_and_the_text(say, fake, turns):
    result = await say("what are the five pillars?")
    assert fake.last["conversation"] == turns.signer.conversation(result.conversation, "web")
    assert fake.last["text"] == "what are the five pillars?"


async def test_typed_text_comes_without_an_intent(say, fake):
    await say("what are the five pillars?")
    assert fake.last["intent"] is None
    assert fake.last["metadata"]["act"] is None


@pytest.mark.parametrize(
    "text",
    ["/restart", "/ask_pillars", '/give_comment{"comment_text": "x"}', "//x", '{"intent": "y"}'],
)
async def test_text_that_looks_like_an_intent_is_only_text(say, fake, text):
    await say(text)
    assert fake.last["text"] == text
    assert fake.last["intent"] is None


async def test_the_assistant_hears_the_turn_before(say, fake):
    first = await say("what are the five pillars?")
    assert fake.last["metadata"]["previous_turn"] is None
    await say("and when?", first.conversation)
    assert fake.last["metadata"]["previous_turn"] == first.turn
    assert fake.last["metadata"]["previous_status"] == "answered"


async def test_the_assistant_hears_the_channel(say, fake):
    await say("hello", channel="sms")
    assert fake.last["metadata"]["channel"] == "sms"


# Buttons


async def button_of(say, title, **more):
    first = await say("what are the five pillars?", **more)
    token = next(b["token"] for b in first.replies[0]["buttons"] if b["title"] == title)
    return first, token


async def test_a_pressed_button_reaches_the_assistant_with_its_act_and_intent(say, fake):
    first, token = await button_of(say, "The timeline")
    await say(conversation=first.conversation, button=token)
    assert fake.last["text"] == "The timeline"
    assert fake.last["intent"] == "ask_plan"
    assert fake.last["metadata"]["act"] == {"kind": "fact", "value": "plan-timeline"}


async def test_a_button_with_an_intent_gives_that_intent(say, fake):
    first, token = await button_of(say, "Leave a comment")
    await say(conversation=first.conversation, button=token)
    assert fake.last["intent"] == "give_comment"


async def test_an_intent_may_carry_a_detail(say, fake):
    staff = Answer(
        Status.ABSENT,
        "I won't guess.",
        buttons=(Button("Ask city staff", "intent", "give_comment:question"),),
    )
    fake.replies = [reply(staff)]
    first, token = await button_of(say, "Ask city staff")
    await say(conversation=first.conversation, button=token)
    assert fake.last["intent"] == "give_comment"
    assert fake.last["metadata"]["act"]["value"] == "give_comment:question"


async def test_a_button_of_the_form_is_a_pick(say, fake):
    fake.replies = [COMMENT_FORM]
    first, token = await button_of(say, "Education")
    await say(conversation=first.conversation, button=token)
    assert fake.last["intent"] == "pick"
    assert fake.last["metadata"]["act"] == {"kind": "form", "value": "topic:education"}


async def test_a_pressed_button_counts_and_not_what_was_typed_beside_it(say, fake):
    first, token = await button_of(say, "The timeline")
    await say("something else", first.conversation, button=token)
    assert fake.last["text"] == "The timeline"


async def test_a_pressed_button_keeps_the_language_whatever_its_title(say, fake):
    first, token = await button_of(say, "The timeline", language="es")
    result = await say(conversation=first.conversation, button=token)
    assert fake.last["metadata"]["language"] == first.language
    assert result.language == first.language


async def test_a_button_is_recorded(say, recorded):
    first, token = await button_of(say, "The timeline")
    turn = await recorded(await say(conversation=first.conversation, button=token))
    assert turn.button == "fact:plan-timeline"
    assert turn.question == "The timeline"


async def test_a_button_of_another_conversation_is_refused(say, fake):
    _, token = await button_of(say, "The timeline")
    second = await say("hello")
    heard = len(fake.heard)
    error = await refused(say(conversation=second.conversation, button=token))
    assert error.code == "bad_request"
    assert len(fake.heard) == heard


async def test_a_changed_button_is_refused(say, fake):
    first, token = await button_of(say, "The timeline")
    assert (
        await refused(say(conversation=first.conversation, button=token[:-1]))
    ).code == "bad_request"
    assert (await refused(say(conversation=first.conversation, button="x"))).code == "bad_request"


# Conversations


async def test_a_conversation_of_the_web_is_unknown_to_sms(say):
    first = await say("hello")
    error = await refused(say("hello", first.conversation, channel="sms"))
    assert error.code == "unknown_conversation"


async def test_a_cleared_conversation_begins_anew_under_its_id(say, turns, fake):
    first = await say("hola, ¿qué es el plan?")
    await turns.store.forget_conversation(turns.signer.conversation(first.conversation, "web"))
    again = await say("hello", first.conversation)
    assert again.conversation == first.conversation
    assert fake.last["metadata"]["previous_turn"] is None


# Cleaning


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t ", "\x00", "\u200b\u200b", "\U000e0041", "\ufeff", "\u2800"]
)
async def test_nothing_visible_is_empty(say, text, fake):
    assert (await refused(say(text))).code == "empty"
    assert fake.heard == []


@pytest.mark.parametrize("text", ["🙂", "👍🏽👩‍👩‍👧", "???", "...", "¿?", "— —"])
async def test_what_has_no_words_is_refused_with_a_sentence(say, fake, text):
    result = await say(text)
    assert result.status == "refused"
    assert result.replies[0]["text"] == sentence("error_no_words", result.language)
    assert fake.heard == []


async def test_invisible_characters_are_taken_out_and_counted(say, fake, recorded):
    result = await say("what\x00 are \u200bthe\U000e0069\U000e0067 pillars\u202e?")
    assert fake.last["text"] == "what are the pillars?"
    assert (await recorded(result)).removed == 5


@pytest.mark.parametrize(("length", "is_taken"), [(1000, True), (1001, False), (10_000, False)])
async def test_a_question_has_at_most_1000_characters(say, length, is_taken, fake):
    text = "what is the plan about and who made it ".ljust(length, "x")
    if is_taken:
        assert (await say(text)).status == "answered"
    else:
        error = await refused(say(text))
        assert error.code == "too_long"
        assert f"{QUESTION_LIMIT:,}" in error.sentence
        assert fake.heard == []


async def test_what_is_too_long_is_told_in_the_language_of_the_message(say):
    error = await refused(say("¿cuándo se termina el plan de la ciudad? " * 30))
    assert error.sentence == sentence("error_too_long", "es", limit="1,000")


@pytest.mark.parametrize(("length", "is_taken"), [(1001, True), (5000, True), (5001, False)])
async def test_a_comment_has_at_most_5000_characters(say, fake, length, is_taken):
    fake.replies = [COMMENT_FORM]
    first = await say("I want to leave a comment")
    text = ("more wifi " * 1000)[:length].strip().ljust(length, "x")
    if is_taken:
        await say(text, first.conversation)
        assert fake.last["text"] == text
    else:
        error = await refused(say(text, first.conversation))
        assert error.code == "too_long"
        assert f"{COMMENT_LIMIT:,}" in error.sentence


async def test_the_limit_counts_characters_and_not_bytes(say, fake):
    await say("ñ" * 1000)
    assert fake.last["text"] == "ñ" * 1000


async def test_html_reaches_the_assistant_as_it_was_typed(say, fake):
    await say("<script>alert(1)</script> what is the plan?")
    assert fake.last["text"] == "<script>alert(1)</script> what is the plan?"


# Limits


async def test_one_conversation_may_not_send_too_fast(say, turns):
    turns.by_conversation = RateLimit(2, 60)
    first = await say("hello there")
    await say("hello again", first.conversation)
    with pytest.raises(TooFast):
        await say("one more", first.conversation)


async def test_one_address_may_not_begin_too_many_conversations(say, turns):
    turns.by_address = RateLimit(2, 60)
    for _ in range(2):
        await say("hello", address="203.0.113.9")
    with pytest.raises(TooFast):
        await say("hello", address="203.0.113.9")
    await say("hello", address="203.0.113.10")


@pytest.mark.parametrize(
    ("text", "number"), [("my house is on fire", "911"), ("me quiero matar", "988")]
)
async def test_no_limit_comes_before_danger(say, turns, fake, text, number):
    turns.by_address = RateLimit(0, 60)
    result = await say(text, address="203.0.113.9")
    assert result.status == "safety"
    assert number in result.replies[0]["text"]
    assert fake.heard == []


async def test_a_message_that_comes_too_fast_is_not_heard(say, turns, fake):
    turns.by_address = RateLimit(0, 60)
    with pytest.raises(TooFast):
        await say("hello", address="203.0.113.9")
    assert fake.heard == []


async def test_a_second_message_waits_for_the_first(say, fake):
    first = await say("hello")
    may_answer = asyncio.Event()
    fake.then = may_answer.wait
    pending = asyncio.create_task(say("what is the plan?", first.conversation))
    while len(fake.heard) < 2:
        await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await say("and when?", first.conversation)
    may_answer.set()
    assert (await pending).status == "answered"
    assert (await say("and when?", first.conversation)).status == "answered"


# The record


async def test_a_turn_is_recorded_with_what_the_answer_rests_on(say, recorded, fake):
    fake.replies = [reply(near=["pillar-education"])]
    turn = await recorded(await say("what are the five pillars?"))
    assert (turn.status, turn.intent, turn.confidence) == ("answered", "ask_pillars", 0.93)
    assert turn.facts == ["five-pillars"]
    assert turn.near == ["pillar-education"]
    assert turn.replies[0]["text"] == "The plan rests on five pillars."
    assert (turn.channel, turn.language) == ("web", "en")


async def test_a_turn_tells_how_long_it_took(say, recorded, fake):
    fake.delay = 0.1
    turn = await recorded(await say("what are the five pillars?"))
    assert 100 <= turn.took_ms < 2000


async def test_two_replies_are_one_turn_with_the_first_ones_status(say, recorded, fake):
    fake.replies = [reply(), COMMENT_FORM]
    result = await say("what are the five pillars?")
    turn = await recorded(result)
    assert len(turn.replies) == 2
    assert turn.status == "answered"
    assert result.expects == "comment"


async def test_a_receipt_is_kept_with_the_reply(say, fake, recorded):
    fake.replies = [reply(Answer(Status.COMMENT, "Recorded.", extra={"receipt": "K7M4-QX9T"}))]
    turn = await recorded(await say("yes"))
    assert turn.replies[0]["receipt"] == "K7M4-QX9T"


# When something is down


async def test_when_the_assistant_is_down_nothing_is_recorded(say, fake, turns):
    first = await say("hello")
    await fake.server.close()
    with pytest.raises(AssistantUnavailable):
        await say("what are the five pillars?", first.conversation)
    identity = turns.signer.conversation(first.conversation, "web")
    assert [turn.question for turn in await turns.store.turns(identity)] == ["hello"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("¿cuáles son los cinco pilares?", "es"), ("what are the pillars?", "en")],
)
async def test_when_the_assistant_is_down_the_residents_language_is_known(
    say, fake, text, language
):
    await fake.server.close()
    with pytest.raises(AssistantUnavailable) as raised:
        await say(text)
    assert raised.value.language == language


async def test_after_a_failure_the_conversation_goes_on(say, fake):
    first = await say("hello")
    fake.status = 500
    with pytest.raises(AssistantUnavailable):
        await say("what are the five pillars?", first.conversation)
    fake.status = 200
    assert (await say("what are the five pillars?", first.conversation)).status == "answered"


async def test_when_the_store_goes_while_answering_the_answer_is_still_given(say, fake, lose_store):
    first = await say("hello")
    fake.then = lose_store
    result = await say("what are the five pillars?", first.conversation)
    assert result.replies[0]["text"] == "The plan rests on five pillars."


async def test_when_the_store_is_gone_an_earlier_conversation_is_still_answered(say, lose_store):
    first = await say("hello")
    await lose_store()
    result = await say("what are the five pillars?", first.conversation)
    assert result.conversation == first.conversation
    assert result.status == "answered"
