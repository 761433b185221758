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
