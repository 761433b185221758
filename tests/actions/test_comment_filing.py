"""Filing a comment: once, marked by its day; and what leads to one."""

import asyncio

import pytest

from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from tests.actions.commenting import RECEIPT, begin, own, to_confirm, to_text
from tests.actions.talk import Talk

# The store fails, or is asked twice


@pytest.fixture
async def lose(store, tmp_path):
    """Takes the store away, and with "all" the disk for the outbox too; the other brings back."""

    async def away(what="store"):
        await store.close()
        (tmp_path / "bot.db").rename(tmp_path / "away.db")
        (tmp_path / "bot.db").mkdir()
        if what == "all":
            (tmp_path / "outbox").write_text("")

    async def back():
        await store.close()
        (tmp_path / "bot.db").rmdir()
        (tmp_path / "away.db").rename(tmp_path / "bot.db")
        if (tmp_path / "outbox").is_file():
            (tmp_path / "outbox").unlink()

    yield away, back
    await asyncio.sleep(0.05)  # the thread of the connection that failed ends after it


async def test_a_comment_that_can_not_be_stored_is_kept_and_filed_once_by_itself(
    both, words, store, stored, lose, tmp_path
):
    away, back = lose
    await to_confirm(both, words)
    await away()
    await both.say(words["yes"], "affirm")
    (receipt,) = RECEIPT.findall(both.text)
    assert own(both, "comment_kept", receipt=receipt) in both.text
    assert both.heard[0]["receipt"] == receipt
    assert not both.is_in_form
    await both.say(receipt, "comment_status")
    assert both.text == own(both, "status_waits", receipt=receipt)
    await back()
    await both.say(receipt, "comment_status")
    assert both.text == own(both, "status_waits", receipt=receipt)
    outbox = Outbox(tmp_path / "outbox", Sealer(b"k"))
    assert await outbox.deliver(store) == 1
    (comment,) = await stored()
    assert (comment.receipt, comment.text) == (receipt, words["comment"])
    await both.say(receipt, "comment_status")
    assert receipt in both.text and both.text != own(both, "status_waits", receipt=receipt)


async def test_with_nowhere_to_keep_it_the_next_yes_files_it_once(both, words, stored, lose):
    away, back = lose
    await to_confirm(both, words)
    await away("all")
    await both.say(words["yes"], "affirm")
    assert both.text == own(both, "comment_not_stored")
    assert both.is_in_form
    await back()
    await both.say(words["yes"], "affirm")
    assert RECEIPT.search(both.text)
    assert [c.text for c in await stored()] == [words["comment"]]


async def test_the_same_draft_confirmed_twice_is_one_comment_with_one_receipt(both, words, stored):
    await to_confirm(both, words)
    before = dict(both.slots)
    await both.say(words["yes"], "affirm")
    first = both.heard[0]["receipt"]
    both.slots = before  # the assistant died before it could note what was done
    await both.say(words["yes"], "affirm")
    assert both.heard[0]["receipt"] == first
    assert len(await stored()) == 1


async def test_who_says_yes_again_gets_the_same_receipt_until_something_else_is_said(
    both, words, stored
):
    await to_confirm(both, words)
    await both.say(words["yes"], "affirm")
    (receipt,) = RECEIPT.findall(both.text)
    await both.say(words["yes"], "affirm")
    assert RECEIPT.findall(both.text) == [receipt]
    assert both.heard[0]["receipt"] == receipt
    assert len(await stored()) == 1
    await both.say(words["yes"], "thanks")
    await both.say(words["yes"], "affirm")
    assert not RECEIPT.findall(both.text)


async def test_pressing_yes_again_after_it_was_filed_files_nothing_more(both, words, stored):
    await to_confirm(both, words)
    await both.press(words["file"])
    await both.press_act("form", "yes", words["file"])
    assert len(await stored()) == 1


async def test_two_comments_in_one_conversation_are_two(both, words, stored):
    for _ in range(2):
        await to_confirm(both, words)
        await both.say(words["yes"], "affirm")
    receipts = {comment.receipt for comment in await stored()}
    assert len(receipts) == 2


async def test_two_conversations_do_not_mix(on, stored):
    on("2026-11-23")
    one, two = Talk(identity="one"), Talk(identity="two")
    await begin(one)
    await begin(two)
    await one.say("1", "pick")
    await two.say("2", "pick")
    await one.say("More cameras downtown.", "opinion")
    await two.say("Fewer cameras, please.", "opinion")
    await two.say("yes", "affirm")
    await one.say("yes", "affirm")
    assert {(c.conversation_id, c.topic, c.text) for c in await stored()} == {
        ("one", "public_safety", "More cameras downtown."),
        ("two", "education", "Fewer cameras, please."),
    }


# The comment window


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        ("2018-01-31", "early"),
        ("2018-02-01", "open"),
        ("2018-02-20", "open"),
        ("2018-03-16", "open"),
        ("2018-03-17", "late"),
        ("2026-11-23", "late"),
    ],
)
async def test_a_comment_is_marked_by_the_day_it_came(both, words, on, day, mark, stored):
    on(day)
    closed = {"en": "March 16, 2018", "es": "16 de marzo de 2018"}[words["language"]]
    await begin(both, words)
    assert own(both, f"window_{mark}", closed=closed) in both.text
    await both.say(words["topic"], "ask_pillar", 0.4)
    await both.say(words["comment"], "opinion")
    await both.say(words["yes"], "affirm")
    assert (await stored())[0].window == mark
    assert (own(both, "comment_filed_late", closed=closed) in both.text) == (mark == "late")


# What leads to a comment


async def test_an_opinion_is_offered_to_be_recorded(both, words, stored):
    await both.say(words["opinion"], "opinion")
    assert both.status == "comment"
    assert both.text == own(both, "opinion")
    assert both.buttons == [own(both, "record_comment"), own(both, "no_thanks")]
    assert await stored() == []


@pytest.mark.parametrize("how", ["yes", "button"])
async def test_an_accepted_opinion_needs_only_a_topic(both, words, how, stored):
    await both.say(words["opinion"], "opinion", masked=["phone"], comment_language="fr")
    await (both.press(words["record"]) if how == "button" else both.say(words["yes"], "affirm"))
    await both.say("7", "pick")
    assert words["opinion"] in both.text
    assert own(both, "kind_phone") in both.text
    await both.say(words["yes"], "affirm")
    (comment,) = await stored()
    assert (comment.text, comment.masked, comment.language) == (words["opinion"], ["phone"], "fr")


async def test_a_declined_opinion_is_forgotten(both, words, stored):
    await both.say(words["opinion"], "opinion")
    await both.press(words["no"])
    assert both.text == own(both, "no_thanks_reply")
    await to_text(both, words)
    assert both.text == own(both, "comment_text", topic=own(both, "topic_education"))


async def test_an_opinion_that_was_passed_over_is_not_in_a_later_comment(both, words):
    await both.say(words["opinion"], "opinion")
    await both.say(words["question"], "ask_who")
    await to_text(both, words)
    assert both.text == own(both, "comment_text", topic=own(both, "topic_education"))


async def test_a_yes_takes_the_last_question_and_not_an_older_opinion(both, words):
    await both.say(words["opinion"], "opinion")
    await both.say(words["unknown"], "ask_figures")
    assert both.status == "absent"
    await both.say(words["yes"], "affirm")
    await both.say("7", "pick")
    assert words["unknown"] in both.text


async def test_a_question_without_an_answer_can_be_passed_on(both, words, stored):
    await both.say(words["unknown"], "ask_figures")
    assert both.status == "absent"
    await both.press(own(both, "ask_staff"))
    await both.say("7", "pick")
    assert words["unknown"] in both.text
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [words["unknown"]]


# Text messages


async def test_a_text_message_reads_the_comment_back_in_short(on, stored):
    on("2026-11-23")
    sms = Talk(channel="sms")
    await sms.say("I want to leave a comment", "give_comment")
    long = "Every school library in the whole city should lend laptops to every family that asks."
    await sms.say(long, "opinion")
    assert "Every school library ... family that asks." in sms.text
    assert f"({len(long)} characters)" in sms.text
    assert "1 = file it, 0 = drop it" in sms.text
    await sms.say("1", "pick")
    (comment,) = await stored()
    assert (comment.text, comment.channel) == (long, "sms")
