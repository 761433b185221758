"""Consent: STOP and its kin, START, YES, HELP, by whoever answers them."""

import pytest
from sqlalchemy import select

from bot.channels.sms.keywords import Keyword, keyword_of
from bot.comments.sms_tables import PhoneConsent
from bot.language.gsm7 import size_of
from tests.channels.fake_assistant import COMMENT_FORM
from tests.sms.phone import Phone

STOPS = [
    "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
    "OPT OUT", "PARAR", "ALTO", "BAJA",
]  # fmt: skip


async def consents(store):
    async with store.session() as session:
        rows = (await session.execute(select(PhoneConsent).order_by(PhoneConsent.id))).scalars()
        return [(row.opted_out, row.by) for row in rows]


@pytest.mark.parametrize("word", STOPS)
def test_the_whole_message_is_the_keyword_whatever_its_case_and_punctuation(word):
    for typed in (word, word.lower(), f"  {word.title()}. ", f"{word}!", f"\n{word} \n"):
        assert keyword_of(typed) is Keyword.STOP, typed


@pytest.mark.parametrize(
    "text",
    [
        "Stop the cameras", "please stop", "stop it", "Stopping by city hall", "end of the plan?",
        "baja velocidad", "alto costo", "cancel my comment please", "quit wasting money",
        "the end", "¿Parar qué?", "Yesterday was fine", "helpful", "start over with the plan",
    ],
)  # fmt: skip
def test_a_longer_message_is_no_keyword(text):
    assert keyword_of(text) is None


async def test_stop_is_confirmed_once_and_then_nothing_more(phone, fake, store_of):
    await phone.text("hello")
    assert "opted out" in await phone.text("Stop.")
    assert len(phone.heard) == 1
    for text in ("STOP", "what are the pillars?", "1", "more"):
        assert await phone.text(text) == ""
        assert phone.status == 200
    assert len(fake.heard) == 1
    assert await consents(store_of(phone.client)) == [(True, "stop")]


@pytest.mark.parametrize("word", ["CANCEL", "cancel", "END", "Baja"])
async def test_an_open_form_is_closed_by_an_opt_out(phone, fake, word):
    fake.replies = [COMMENT_FORM]
    await phone.text("I want to comment")
    before = fake.last["conversation"]
    assert "opted out" in await phone.text(word) or "Ya no" in "".join(phone.heard)
    await phone.text("START")
    fake.replies = fake.replies
    await phone.text("More benches please")
    assert fake.last["conversation"] != before


async def test_stop_the_cameras_is_a_comment(phone, fake):
    await phone.text("Stop the cameras")
    assert fake.last["text"] == "Stop the cameras"


@pytest.mark.parametrize("word", ["START", "unstop", "YES", "yes!"])
async def test_start_unstop_and_yes_resume_after_an_opt_out(phone, fake, store_of, word):
    await phone.text("STOP")
    assert "opted in" in await phone.text(word)
    assert "five pillars" in await phone.text("what are the pillars?")
    assert [out for out, _ in await consents(store_of(phone.client))] == [True, False]


@pytest.mark.parametrize("flag", [None, "START"])
async def test_yes_in_a_conversation_is_an_answer_whatever_the_carrier_flags(phone, fake, flag):
    fake.replies = [COMMENT_FORM]
    await phone.text("I want to comment")
    await phone.text("YES", **({"OptOutType": flag} if flag else {}))
    assert fake.last["text"] == "YES"


async def test_spanish_keywords_are_answered_in_spanish(phone):
    assert "Ya no recibirá".replace("á", "a") in await phone.text("PARAR")
    assert "Plan digital" in await phone.text("ayuda")


@pytest.mark.parametrize("word", ["HELP", "help?", "INFO", "AYUDA"])
async def test_help_names_program_contact_rates_and_stop_in_one_segment(phone, fake, word):
    answer = await phone.text(word)
    assert size_of(answer).segments == 1
    for part in ("Baltimore", "311"):
        assert part in answer
    assert ("rates" in answer and "STOP" in answer) or ("tarifas" in answer and "ALTO" in answer)
    assert not fake.heard


async def test_the_first_contact_carries_the_notice_and_later_ones_do_not(serve):
    client = await serve(public_url="https://plan.example.gov")
    phone = Phone(client, public="https://plan.example.gov/sms/twilio")
    first = await phone.text("what are the pillars?")
    for part in ("Baltimore", "HELP", "STOP", "rates", "https://plan.example.gov/privacy"):
        assert part in first
    assert all(size_of(message).segments <= 2 for message in phone.heard)
    assert "rates" not in await phone.text("what are the pillars?")


async def test_keyword_replies_do_not_repeat_the_notice(phone):
    assert (await phone.text("HELP")).count("rates") == 1
    assert (await phone.text("STOP")).count("rates") == 0
    assert (await phone.text("START")).count("rates") == 1
    assert "rates" not in await phone.text("pillars?")


async def test_start_as_the_first_text_is_welcomed(phone, fake):
    assert "Automatic, not a person" in await phone.text("START")
    assert not fake.heard


@pytest.mark.parametrize(
    ("word", "kind"), [("STOP", "STOP"), ("leave me alone", "STOP"), ("HELP", "HELP")]
)
async def test_what_the_carrier_has_answered_is_recorded_in_silence(phone, store_of, word, kind):
    assert await phone.text(word, OptOutType=kind) == ""
    assert phone.status == 200
    out = [opted_out for opted_out, _ in await consents(store_of(phone.client))]
    assert out == ([True] if kind == "STOP" else [])


async def test_twilio_may_answer_its_own_keywords(serve, store_of):
    phone = Phone(await serve(twilio_keywords="twilio"))
    for word in ("STOP", "START", "HELP"):
        assert await phone.text(word) == ""
    assert await consents(store_of(phone.client)) == [(True, "stop"), (False, "start")]
    assert "Ya no" in await phone.text("PARAR")  # which Twilio does not know
    assert await phone.text("YES") == ""
    await phone.text("YES")
    assert "five pillars" in "".join(phone.heard)


async def test_help_is_given_after_an_opt_out_too(phone):
    await phone.text("STOP")
    assert "Baltimore" in await phone.text("HELP")


async def test_over_the_limit_one_notice_then_quiet_but_danger_and_stop_are_heard(serve, fake):
    phone = Phone(await serve(rate_limit="on"))
    for _ in range(20):
        assert "five pillars" in await phone.text("pillars?")
    assert "very fast" in await phone.text("pillars?")
    assert await phone.text("pillars?") == ""
    assert "911" in await phone.text("there is a fire in my house, people are hurt")
    assert await phone.text("pillars?") == ""
    other = Phone(phone.client, "+14105550199")
    assert "five pillars" in await other.text("pillars?")
    assert "opted out" in await phone.text("STOP")
