"""The comment form, step by step, in both languages: what is confirmed is stored, and only that."""

import pytest

from bot.comments.receipt import parse_receipt
from bot.comments.tables import CommentTopic
from tests.actions.commenting import RECEIPT, STEPS, begin, own, to_confirm, to_text

TOPICS = {
    "public_safety": ("public safety", "seguridad pública"),
    "education": ("Education.", "la educación"),
    "accountability": ("transparency", "rendición de cuentas"),
    "economy": ("jobs", "empleo"),
    "quality_of_life": ("quality of life!", "calidad de vida"),
    "something_else": ("something else", "otro asunto"),
    "whole_plan": ("the whole plan", "todo el plan"),
}


# The way through


async def test_it_begins_with_the_notice_the_window_and_the_topics(both, words):
    await begin(both, words)
    assert own(both, "comment_notice") in both.text
    assert "2018" in both.text
    assert both.text.endswith(own(both, "comment_topic"))
    assert [t.lower() for t in both.buttons] == [
        *(own(both, f"topic_{topic.value}") for topic in CommentTopic), own(both, "confirm_cancel").lower(),
    ]  # fmt: skip
    assert both.heard[0]["expects"] == "comment"
    assert both.status == "comment"


@pytest.mark.parametrize(("number", "topic"), enumerate(CommentTopic, 1))
async def test_a_topic_is_picked_by_its_number(both, words, number, topic):
    await begin(both, words)
    await both.say(str(number), "pick")
    assert both.text == own(both, "comment_text", topic=own(both, f"topic_{topic.value}"))


@pytest.mark.parametrize("topic", CommentTopic)
async def test_a_topic_is_picked_by_its_words(both, words, topic):
    await begin(both, words)
    await both.say(TOPICS[topic.value][words["language"] == "es"], "ask_pillar", 0.4)
    assert both.slots["comment_draft"]["topic"] == topic.value


@pytest.mark.parametrize("topic", CommentTopic)
async def test_a_topic_is_picked_by_its_button(both, words, topic):
    await begin(both, words)
    title = own(both, f"topic_{topic.value}")
    await both.press(title[0].upper() + title[1:])
    assert both.slots["comment_draft"]["topic"] == topic.value


async def test_the_comment_is_read_back_word_for_word(both, words):
    await to_confirm(both, words)
    assert f"\n\n{words['comment']}\n\n" in both.text
    assert both.buttons == [words["file"], words["edit"], words["drop"]]


async def test_yes_files_it_and_gives_a_receipt(both, words, stored):
    await to_confirm(both, words)
    assert await stored() == []
    await both.say(words["yes"], "affirm")
    (comment,) = await stored()
    receipt = RECEIPT.search(both.text).group()
    assert parse_receipt(receipt) == comment.receipt == both.heard[0]["receipt"]
    assert (comment.text, comment.topic) == (words["comment"], "education")
    assert (comment.language, comment.channel, comment.window) == (words["language"], "web", "late")
    assert (comment.conversation_id, comment.turn_id, comment.turn_status) == (
        "talk-1",
        "turn-0",
        "answered",
    )
    assert (comment.plan_version, comment.notice_version) == ("2018-final", "2026-11")
    assert not both.is_in_form


async def test_the_button_files_it_too(both, words, stored):
    await to_confirm(both, words)
    await both.press(words["file"])
    assert len(await stored()) == 1


@pytest.mark.parametrize(
    "yes",
    [
        "Yes",
        "yes!",
        "YES PLEASE",
        "ok",
        "1",
        "sure",
        "Sí.",
        "si por favor",
        "claro",
        "envíalo",
        "dale",
    ],
)
async def test_yes_is_said_in_many_ways(talk, stored, yes):
    await to_confirm(talk)
    await talk.say(yes, "ask_plan", 0.2)
    assert len(await stored()) == 1


@pytest.mark.parametrize("unsure", ["hm", "maybe", "well"])
async def test_what_is_neither_yes_nor_no_is_asked_again(talk, stored, unsure):
    await to_confirm(talk)
    await talk.say(unsure, "ask_plan", 0.2)
    assert talk.text == own(talk, "comment_confirm_again")
    assert await stored() == []


async def test_a_comment_keeps_its_lines_and_signs(talk, stored):
    comment = "<b>First</b> point: more & better.\n\nSecond: =SUM(A1) 🙂"
    await to_text(talk)
    await talk.say(comment, "opinion")
    assert comment in talk.text
    await talk.say("yes", "affirm")
    assert (await stored())[0].text == comment


async def test_a_comment_may_come_before_its_topic(both, words, stored):
    await begin(both, words)
    await both.say(words["opinion"], "opinion")
    assert both.text == own(both, "comment_topic_again")
    await both.say("7", "pick")
    assert words["opinion"] in both.text
    await both.say(words["yes"], "affirm")
    assert (await stored())[0].topic == "whole_plan"


async def test_a_comment_may_come_with_the_first_message(talk, stored):
    await talk.say("I have a comment: the draft should be printed on paper.", "give_comment")
    await talk.say("7", "pick")
    assert "the draft should be printed on paper." in talk.text
    await talk.say("yes", "affirm")
    assert (await stored())[0].text == "the draft should be printed on paper."


async def test_a_comment_in_another_language_is_kept_as_it_is_with_its_language(talk, stored):
    await to_text(talk)
    await talk.say("Il faut plus de Wi-Fi dans les parcs.", "out_of_scope", comment_language="fr")
    await talk.say("yes", "affirm", comment_language="en")
    (comment,) = await stored()
    assert (comment.text, comment.language) == ("Il faut plus de Wi-Fi dans les parcs.", "fr")


@pytest.mark.parametrize(
    "intent",
    ["out_of_scope", "politics", "abuse", "emergency", "greet", "city_service", "injection"],
)
async def test_whatever_a_comment_says_it_is_taken(talk, stored, intent):
    await to_text(talk)
    await talk.say("Nobody in this city hall ever fixes anything at all.", intent, 0.99)
    await talk.say("yes", "affirm")
    assert (await stored())[0].text == "Nobody in this city hall ever fixes anything at all."


# A question in the middle


@pytest.mark.parametrize("step", STEPS)
async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(both, words, step, stored):
    await STEPS[step](both, words)
    await both.say(words["question"], "ask_who")
    answer, again = both.heard
    assert words["answer"] in answer["text"]
    assert answer["status"] == "answered"
    assert answer["sources"]
    assert again["expects"] == "comment"
    assert both.slots["requested_slot"] == f"comment_{step}"
    if step == "topic":
        await both.say(words["topic"], "ask_pillar", 0.4)
    if step != "confirm":
        await both.say(words["comment"], "opinion")
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [words["comment"]]


@pytest.mark.parametrize("step", STEPS)
async def test_a_fact_asked_for_by_a_button_in_the_middle_is_shown(both, words, step):
    await STEPS[step](both, words)
    await both.press_act("fact", "five-pillars", "The five pillars")
    assert both.facts == ["five-pillars"]
    assert both.slots["requested_slot"] == f"comment_{step}"
    assert (both.slots["comment_draft"].get("text") is None) == (step != "confirm")


async def test_a_question_can_be_made_the_comment(both, words, stored):
    await to_text(both, words)
    await both.say(words["question"], "ask_who", masked=["phone"])
    await both.press(own(both, "comment_use_question", text=words["question"]))
    assert words["question"] in both.text
    assert own(both, "kind_phone") in both.text
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [words["question"]]


async def test_a_rhetorical_question_of_a_comment_is_no_question(talk):
    await to_text(talk)
    await talk.say(
        "Why is nobody doing anything about the broken lights in my street, and when will somebody finally come and repair them for all of us who live here?",
        "ask_when",
    )
    assert "Shall I file it?" in talk.text


# Cancel


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("how", ["word", "button", "zero"])
async def test_cancel_stores_nothing_at_any_step(both, words, step, how, stored):
    await STEPS[step](both, words)
    if how == "button":
        await both.press(words["drop"])
    else:
        await both.say(words["cancel"] if how == "word" else "0", "cancel")
    assert both.text == own(both, "comment_cancelled")
    assert not both.is_in_form
    assert both.slots["comment_draft"] is None
    assert await stored() == []


@pytest.mark.parametrize("no", ["never mind", "stop", "forget it", "olvídalo", "ya no"])
async def test_cancel_is_said_in_many_ways(talk, stored, no):
    await to_confirm(talk)
    await talk.say(no, "ask_plan", 0.2)
    assert not talk.is_in_form
    assert await stored() == []


async def test_a_cancelled_comment_is_not_in_the_next_one(both, words, stored):
    await to_confirm(both, words)
    await both.say(words["cancel"], "cancel")
    await to_text(both, words)
    await both.say(words["more"], "opinion")
    assert words["comment"] not in both.text
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [words["more"]]


async def test_a_comment_that_speaks_of_cancelling_is_not_cancelled(talk):
    await to_text(talk)
    await talk.say("Please cancel the old contract.", "cancel", 0.9)
    assert "Please cancel the old contract." in talk.text


# Change and add


@pytest.mark.parametrize("how", ["word", "button"])
async def test_a_comment_can_be_changed_before_it_is_filed(both, words, how, stored):
    await to_confirm(both, words)
    await (both.press(words["edit"]) if how == "button" else both.say(words["change"], "change"))
    assert both.text == own(both, "comment_text_change")
    await both.say(words["more"], "opinion")
    assert words["comment"] not in both.text
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [words["more"]]


async def test_more_text_is_added(both, words, stored):
    await to_confirm(both, words)
    await both.say(words["more"], "opinion")
    assert own(both, "comment_added") in both.text
    assert f"{words['comment']}\n{words['more']}" in both.text
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [f"{words['comment']}\n{words['more']}"]


async def test_text_that_comes_again_because_no_answer_was_seen_is_not_added_twice(
    both, words, stored
):
    await to_confirm(both, words)
    await both.say(words["comment"], "opinion")
    assert own(both, "comment_added") not in both.text
    await both.say(words["more"], "opinion")
    await both.say(words["more"], "opinion")
    await both.say(words["yes"], "affirm")
    assert [c.text for c in await stored()] == [f"{words['comment']}\n{words['more']}"]


async def test_no_more_is_added_than_a_comment_holds(talk, stored):
    await to_text(talk)
    await talk.say("word " * 900, "opinion")
    await talk.say("more and more " * 50, "opinion")
    assert talk.text == own(talk, "comment_too_long", limit="5,000")
    await talk.say("yes", "affirm")
    assert (await stored())[0].text == "word " * 900


async def test_the_topic_can_be_changed_by_its_button_at_any_time(both, words, stored):
    await begin(both, words)
    topics = both.heard[0]["buttons"]
    press = {b["act"]["value"]: (b["act"]["kind"], b["act"]["value"], b["title"]) for b in topics}
    await both.press_act(*press["topic:education"])
    await both.press_act(*press["topic:economy"])
    assert own(both, "topic_economy") in both.text
    await both.say(words["comment"], "opinion")
    await both.press_act(*press["topic:quality_of_life"])
    assert own(both, "topic_quality_of_life") in both.text
    await both.say(words["yes"], "affirm")
    (comment,) = await stored()
    assert (comment.topic, comment.text) == ("quality_of_life", words["comment"])


@pytest.mark.parametrize(
    "none",
    ["none of these", "None of those.", "neither", "I don't know", "ninguno de esos", "no sé"],
)
@pytest.mark.parametrize("intent", ["none_of_these", "deny"])
async def test_no_topic_is_not_taken_for_more_of_the_comment(both, words, stored, none, intent):
    await begin(both, words)
    await both.say(words["comment"], "opinion")
    await both.say(none, intent, 0.9)
    assert own(both, "topic_something_else") in both.text
    await both.say(words["yes"], "affirm")
    (comment,) = await stored()
    assert (comment.topic, comment.text) == ("something_else", words["comment"])


OLD = [
    ("form", "yes"),
    ("form", "change"),
    ("form", "use_question"),
    ("intent", "give_comment"),
    ("intent", "none_of_these"),
]


@pytest.mark.parametrize("old", OLD, ids=[value for _, value in OLD])
@pytest.mark.parametrize("step", STEPS)
async def test_the_title_of_an_old_button_never_becomes_the_comment(both, words, step, old, stored):
    await STEPS[step](both, words)
    if step == "confirm" and old in OLD[:2]:
        return
    before = both.slots["comment_draft"].get("text")
    await both.press_act(*old, "An old button here")
    assert both.slots["comment_draft"].get("text") == before
    assert both.slots["requested_slot"] == f"comment_{step}"
    assert "An old button here" not in both.text
    assert await stored() == []


# Personal data


async def test_what_was_taken_out_is_told_before_it_is_filed(both, words, stored):
    await to_confirm(both, words, masked=["phone", "email"])
    kinds = f"{own(both, 'kind_phone')}, {own(both, 'kind_email')}"
    assert own(both, "comment_masked", kinds=kinds) in both.text
    await both.say(words["yes"], "affirm")
    assert (await stored())[0].masked == ["phone", "email"]


async def test_what_was_taken_out_of_added_text_is_told_too(talk, stored):
    await to_confirm(talk, masked=["phone"])
    await talk.say("And write to [email removed] please.", "opinion", masked=["email"])
    assert "a phone number, an email address" in talk.text
    await talk.say("yes", "affirm")
    assert (await stored())[0].masked == ["phone", "email"]


async def test_nothing_is_told_where_nothing_was_taken_out(talk):
    await to_confirm(talk)
    assert "took out" not in talk.text


async def test_a_changed_comment_begins_without_marks(talk, stored):
    await to_confirm(talk, masked=["phone"])
    await talk.press("Change it")
    await talk.say("Every school should have a library.", "opinion")
    assert "took out" not in talk.text
    await talk.say("yes", "affirm")
    assert (await stored())[0].masked == []


# Nothing typed is lost


@pytest.mark.parametrize(
    "comment",
    [
        "Fix the school wifi",
        "more cameras please",
        "todo cuesta demasiado",
        "My life got harder",
        "Otro robo en mi calle",
    ],
)
async def test_a_short_comment_with_a_topic_word_is_kept_as_the_comment(talk, stored, comment):
    await begin(talk)
    await talk.say(comment, "opinion", 0.9)
    assert talk.slots["comment_draft"]["text"] == comment
    await talk.say("education", "ask_pillar", 0.4)
    assert comment in talk.text


async def test_words_that_come_while_the_topic_is_asked_again_are_added(talk):
    await begin(talk)
    await talk.say("Please mend the benches in the park.", "opinion", 0.9)
    await talk.say("And paint them green as well.", "opinion", 0.9)
    assert "Please mend the benches in the park.\nAnd paint them green as well." in talk.text


@pytest.mark.parametrize("said", ["no, change it", "No, quiero cambiarlo", "let me change it"])
@pytest.mark.parametrize("intent", ["deny", "change"])
async def test_no_change_it_asks_for_the_comment_again_and_does_not_cancel(talk, said, intent):
    await to_confirm(talk)
    await talk.say(said, intent, 0.95)
    assert talk.slots["comment_draft"]["step"] == "comment_text"


async def test_more_text_that_looks_like_a_wish_to_change_is_added(talk):
    await to_confirm(talk)
    await talk.say("Also change the old street lights downtown.", "change", 0.6)
    assert "Also change the old street lights downtown." in talk.text


@pytest.mark.parametrize(
    ("said", "confidence"),
    [("I wanna know about the wifi", 0.96), ("yo does philly have a plan like this", 0.15)],
)
async def test_a_question_does_not_begin_a_comment(talk, said, confidence):
    await talk.say(said, "give_comment", confidence=confidence)
    assert not talk.is_in_form
    assert talk.heard[0]["status"] != "comment"


@pytest.mark.parametrize("said", ["where can i putt my coment", "¿dónde dejo mi opinión?"])
async def test_a_question_about_commenting_does(talk, said):
    await talk.say(said, "give_comment", confidence=0.4)
    assert talk.is_in_form
