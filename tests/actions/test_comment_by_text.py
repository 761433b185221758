"""The comment form by text message: no topic question, 1 and 0, as few messages as can be."""

import pytest

from actions.comment_by_text import topic_about
from bot.comments.tables import CommentTopic
from tests.actions.talk import Talk


async def begun(language="en"):
    sms = Talk(channel="sms", language=language)
    await sms.say("I want to leave a comment", "give_comment")
    return sms


async def test_the_first_prompt_asks_for_the_comment_itself(on):
    on("2026-11-23")
    sms = await begun()
    for part in ("public record", "March 16, 2018", "Reply with your comment", "0 = drop"):
        assert part in sms.text
    assert not sms.heard[-1]["buttons"]


async def test_it_takes_three_texts_from_the_wish_to_the_receipt(on, stored):
    on("2026-11-23")
    sms = await begun()
    await sms.say("Every school should lend laptops.", "opinion")
    assert "1 = file it, 0 = drop it, or text more" in sms.text
    assert not sms.heard[-1]["buttons"]
    await sms.say("1", "affirm")
    (comment,) = await stored()
    assert comment.text == "Every school should lend laptops."
    assert (comment.channel, comment.topic) == ("sms", "education")
    assert comment.receipt in sms.text


@pytest.mark.parametrize(
    ("more", "intent"), [("And parks", "ask_plan"), ("Also free wifi there, please", "opinion")]
)
async def test_any_other_text_adds_to_the_comment(on, stored, more, intent):
    on("2026-11-23")
    sms = await begun()
    await sms.say("More benches.", "opinion")
    await sms.say(more, intent)
    await sms.say("1", "affirm")
    (comment,) = await stored()
    assert comment.text == f"More benches.\n{more}"


@pytest.mark.parametrize("courtesy", [("thanks", "thanks"), ("no", "deny"), ("hi", "greet")])
async def test_a_courtesy_is_no_part_of_the_comment_and_loses_nothing(on, stored, courtesy):
    on("2026-11-23")
    sms = await begun()
    await sms.say("More benches.", "opinion")
    await sms.say(*courtesy)
    assert "1 = file" in sms.text
    await sms.say("1", "affirm")
    assert (await stored())[0].text == "More benches."


async def test_0_drops_it_at_every_step(on, stored):
    on("2026-11-23")
    for steps in (0, 1):
        sms = await begun()
        for _ in range(steps):
            await sms.say("More benches.", "opinion")
        await sms.say("0", "ask_plan")
        assert "nothing was recorded" in sms.text
    assert not await stored()


async def test_five_thousand_characters_in_several_texts_become_one_comment(on, stored):
    on("2026-11-23")
    sms = await begun()
    parts = [f"{n} " + "bench " * 250 for n in range(3)]
    for part in parts:
        await sms.say(part.strip(), "opinion")
    await sms.say("1", "affirm")
    (comment,) = await stored()
    assert comment.text == "\n".join(part.strip() for part in parts)


async def test_a_comment_that_came_with_the_word_is_read_back_at_once(on):
    on("2026-11-23")
    sms = Talk(channel="sms")
    await sms.say("COMMENT more benches at the bus stops", "give_comment")
    assert "public record" in sms.text and '"more benches at the bus stops"' in sms.text
    assert "COMMENT" not in sms.text.replace("Comments", "")


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(on):
    on("2026-11-23")
    sms = await begun()
    await sms.say("what are the five pillars?", "ask_pillars")
    assert "public safety" in sms.text and "Back to your comment" in sms.text


@pytest.mark.parametrize(
    ("text", "shown", "topic"),
    [
        ("Fix the school laptops", (), CommentTopic.EDUCATION),
        ("Las cámaras de la policía", (), CommentTopic.PUBLIC_SAFETY),
        ("More jobs, please", (), CommentTopic.ECONOMY),
        ("I like the whole plan", (), CommentTopic.WHOLE_PLAN),
        ("Police at school", (), CommentTopic.SOMETHING_ELSE),
        ("Hello there", ("pillar-economy",), CommentTopic.ECONOMY),
        ("Hello there", ("five-pillars",), CommentTopic.SOMETHING_ELSE),
        ("Hello there", (), CommentTopic.SOMETHING_ELSE),
    ],
)
def test_the_topic_is_taken_from_the_words_or_from_the_fact_just_shown(text, shown, topic):
    assert topic_about(text, shown) is topic


async def test_the_status_of_another_comment_can_be_asked_in_the_form(on):
    on("2026-11-23")
    sms = await begun()
    await sms.press_act("intent", "comment_status", "STATUS K7M4-QX9A")
    assert "code is not right" in sms.text and "Back to your comment" in sms.text
    assert sms.is_in_form
