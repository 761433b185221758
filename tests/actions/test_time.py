"""Time is part of an answer: what is next, whether one can still comment, past or to come."""

import pytest

from tests.actions.talk import Talk

NEXT = {"en": "what's next?", "es": "¿qué sigue?"}
STILL = {"en": "can I still comment?", "es": "¿todavía puedo comentar?"}
DUE = {"en": "when were comments due?", "es": "¿hasta cuándo se podía comentar?"}


@pytest.fixture(params=["en", "es"])
def language(request):
    return request.param


async def heard(on, day, language, texts, intent):
    on(day)
    talk = Talk(language)
    await talk.say(texts[language], intent)
    return talk


@pytest.mark.parametrize(
    ("day", "fact", "en", "es"),
    [
        ("2018-01-15", "comments-closed", "still to come", "todavía no llega"),
        ("2018-02-20", "comments-closed", "As of February 20, 2018, this is still to come.", "Al 20 de febrero de 2018, esto todavía no llega."),
        ("2018-03-16", "comments-closed", "That is today, March 16, 2018.", "Eso es hoy, 16 de marzo de 2018."),
        ("2018-03-17", "final-released", "As of March 17, 2018, this is still to come.", "Al 17 de marzo de 2018, esto todavía no llega."),
        ("2019-06-01", "plan-period", "As of June 1, 2019, this period is still running.", "Al 1 de junio de 2019, este periodo sigue en curso."),
        ("2023-12-31", "plan-period", "As of December 31, 2023, this period is still running.", "Al 31 de diciembre de 2023, este periodo sigue en curso."),
        ("2024-01-01", "still-going", "has ended", "ya terminó"),
        ("2026-11-23", "still-going", "Nothing more is set on the plan's timeline.", "No hay nada más en las fechas del plan."),
    ],
)  # fmt: skip
async def test_what_is_next_depends_on_the_day(on, language, day, fact, en, es):
    talk = await heard(on, day, language, NEXT, "ask_next")
    assert talk.facts == [fact]
    assert {"en": en, "es": es}[language] in talk.text
    assert talk.heard[0]["sources"]


async def test_what_is_next_is_said_in_the_tense_of_what_comes(on):
    talk = await heard(on, "2018-02-20", "en", NEXT, "ask_next")
    assert "The city takes comments on the draft until March 16, 2018." in talk.text
    assert "took" not in talk.text


@pytest.mark.parametrize(
    ("day", "en", "es"),
    [
        ("2018-01-15", "has not begun", "no ha empezado"),
        ("2018-02-20", "is open until March 16, 2018", "está abierto hasta el 16 de marzo de 2018"),
        ("2018-03-16", "is open until March 16, 2018", "está abierto hasta el 16 de marzo de 2018"),
        ("2018-03-17", "closed on March 16, 2018", "cerró el 16 de marzo de 2018"),
        ("2019-06-01", "closed on March 16, 2018", "cerró el 16 de marzo de 2018"),
        ("2023-12-31", "closed on March 16, 2018", "cerró el 16 de marzo de 2018"),
        ("2026-11-23", "closed on March 16, 2018", "cerró el 16 de marzo de 2018"),
    ],
)
async def test_whether_one_can_still_comment_depends_on_the_day(on, language, day, en, es):
    talk = await heard(on, day, language, STILL, "ask_window")
    assert {"en": en, "es": es}[language] in talk.text
    assert talk.facts == ["comments-closed"]
    assert talk.heard[0]["sources"]
    assert talk.heard[0]["buttons"][0]["act"] == {"kind": "intent", "value": "give_comment"}


async def test_a_yes_to_the_comment_window_begins_a_comment(on, language):
    talk = await heard(on, "2018-03-01", language, STILL, "ask_window")
    await talk.say({"en": "yes", "es": "sí"}[language], "affirm")
    assert talk.is_in_form


@pytest.mark.parametrize(
    ("day", "en", "es"),
    [
        ("2018-02-20", "takes comments", "acepta comentarios"),
        ("2018-03-16", "That is today", "Eso es hoy"),
        ("2018-03-17", "took comments", "aceptó comentarios"),
        (
            "2026-11-23",
            "As of November 23, 2026, this is in the past.",
            "Al 23 de noviembre de 2026, esto ya pasó.",
        ),
    ],
)
async def test_a_date_is_told_as_past_or_to_come(on, language, day, en, es):
    talk = await heard(on, day, language, DUE, "ask_when")
    assert talk.facts == ["comments-closed"]
    assert {"en": en, "es": es}[language] in talk.text


async def test_without_a_day_that_is_set_the_clock_decides(monkeypatch, decider, store):
    from actions.services import Services
    from bot.plan.clock import long_date
    from bot.settings import Settings

    settings = Settings()
    monkeypatch.setattr("actions.turn.services", lambda: Services(settings, decider, store))
    talk = Talk()
    await talk.say("when were comments due?", "ask_when")
    assert f"As of {long_date(settings.now().date(), 'en')}, this is in the past." in talk.text


OVER = {"en": "is it over?", "es": "¿ya se acabó?"}


@pytest.mark.parametrize("intent", ["ask_window", "ask_aftermath"])
@pytest.mark.parametrize(
    ("day", "en", "es"),
    [
        ("2018-02-20", "it is not over", "no ha terminado"),
        ("2019-06-01", "it is not over", "no ha terminado"),
        ("2023-12-31", "it is not over", "no ha terminado"),
        ("2024-01-01", "period ended in 2023", "terminó en 2023"),
        ("2026-11-23", "period ended in 2023", "terminó en 2023"),
    ],
)
async def test_is_it_over_speaks_of_the_plan_and_depends_on_the_day(
    on, language, day, en, es, intent
):
    talk = await heard(on, day, language, OVER, intent)
    assert talk.facts == ["still-going"]
    assert {"en": en, "es": es}[language] in talk.text


@pytest.mark.parametrize("intent", ["ask_window", "ask_aftermath"])
async def test_is_it_over_speaks_of_comments_after_they_were_spoken_of(on, language, intent):
    talk = await heard(on, "2018-03-01", language, DUE, "ask_when")
    await talk.say(OVER[language], intent)
    assert talk.facts == ["comments-closed"]
    assert {"en": "is open until", "es": "está abierto hasta"}[language] in talk.text


@pytest.mark.parametrize("day", ["2018-02-20", "2019-06-01", "2023-12-31", "2026-11-23"])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_every_answer_with_a_date_says_how_it_stands_today(decider, day, language, channel):
    from datetime import date

    from bot.language.gsm7 import to_gsm7
    from bot.plan.answer import Speaker, time_line, wording
    from bot.plan.clock import long_date

    speaker = Speaker(language, channel, date.fromisoformat(day))
    today = long_date(speaker.today, language)
    for fact in decider.knowledge.facts.values():
        line = time_line(fact, speaker)
        assert line is not None or not (fact.when or fact.values.dates), fact.id
        if line:
            assert today in line
            assert to_gsm7(line) in to_gsm7(wording(fact, speaker)), fact.id


@pytest.mark.parametrize("channel", ["web", "sms"])
def test_the_timeline_is_one_answer_in_the_order_of_time(decider, language, channel):
    from datetime import date

    from bot.language.gsm7 import size_of, to_gsm7
    from bot.plan.answer import Speaker, wording

    fact = decider.knowledge.facts["plan-timeline"]
    text = wording(fact, Speaker(language, channel, date(2026, 11, 23)))
    marks = ["2017", "2018", "16", "2019", "2020", "2023"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert channel == "web" or size_of(to_gsm7(text)).segments <= 2
