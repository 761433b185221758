"""The pillars and the timeline as pictures, with the same as text."""

from datetime import date

import pytest

from bot.plan.clock import in_words, when_in_words
from bot.web.pictures import WIDTH, picture_of
from tests.channels.fake_assistant import TIMELINE, reply

TODAY = date(2026, 11, 24)


def picture(knowledge, fact, language="en", today=TODAY):
    return picture_of(fact, knowledge, language, today)


def test_the_five_pillars_are_five_pillars(knowledge):
    pillars = picture(knowledge, "five-pillars")
    assert pillars.kind == "pillars"
    assert [entry.title for entry in pillars.entries] == [
        "Public safety",
        "Education",
        "Accountability and transparency",
        "Economic development and jobs",
        "Quality of life",
    ]


def test_the_timeline_goes_from_first_to_last(knowledge):
    timeline = picture(knowledge, "plan-timeline")
    assert timeline.kind == "timeline"
    facts = [entry.fact for entry in timeline.entries]
    assert facts[:3] == ["plan-started", "draft-released", "comments-closed"]
    assert facts[-1] == "plan-period"
    assert [entry.y for entry in timeline.entries] == sorted(e.y for e in timeline.entries)


def test_the_timeline_knows_today(knowledge):
    then = picture(knowledge, "plan-timeline", today=date(2018, 3, 1))
    moments = {entry.fact: entry.moment for entry in then.entries}
    assert moments["plan-started"] == "past"
    assert moments["comments-closed"] == "to_come"
    assert moments["plan-period"] == "current"


def test_other_facts_have_no_picture(knowledge):
    drawn = {fact for fact in knowledge.facts if picture(knowledge, fact)}
    assert drawn == {"five-pillars", "plan-timeline", "tech-before-plan"}
    assert picture(knowledge, "nothing") is None


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("fact", ["five-pillars", "plan-timeline"])
def test_every_label_stays_inside_the_picture(knowledge, fact, language):
    drawn = picture(knowledge, fact, language)
    letter = 7.5
    for entry in drawn.entries:
        for label in entry.labels:
            if drawn.kind == "timeline":
                assert label.x + len(label.text) * letter * 0.95 < WIDTH
                assert label.y < drawn.height
            else:
                assert len(label.text) * letter < 170


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_answer_shows_its_picture_and_the_same_as_text(visitor, fake, knowledge, language):
    fake.replies = [reply(TIMELINE, language=language)]
    await visitor.open(f"/?lang={language}")
    question = {"en": "When did it happen?", "es": "¿Cuándo pasó todo eso?"}[language]
    page = await visitor.ask(question, {"en": "Send", "es": "Enviar"}[language])
    figure = page.one("figure")
    image = figure.one("svg", role="img")
    title, described = image.one("title"), image.one("desc")
    assert image["aria-labelledby"] == title["id"]
    assert image["aria-describedby"] == described["id"]
    links = figure.one("ol").all("a")
    drawn = picture(knowledge, "plan-timeline", language)
    assert [a["href"] for a in links] == [f"/f/{entry.fact}" for entry in drawn.entries]
    for entry in drawn.entries:
        assert f"{entry.title}: {entry.when}." in described.words
        assert entry.when in figure.one("ol").words


async def test_the_page_of_the_fact_shows_it_too(visitor):
    page = await visitor.open("/f/five-pillars?lang=en")
    assert page.one("figure").one("title").words == "Picture: The five pillars of the plan"


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ("2018-03-16", "March 16, 2018", "16 de marzo de 2018"),
        ("2018-02", "February 2018", "febrero de 2018"),
        ("2018-summer", "summer 2018", "verano de 2018"),
        ("2018-fall", "fall 2018", "otoño de 2018"),
        ("2023", "2023", "2023"),
        ("FY2019", "fiscal year 2019", "año fiscal 2019"),
    ],
)
def test_dates_of_any_precision_in_words(value, english, spanish):
    assert in_words(value, "en") == english
    assert in_words(value, "es") == spanish


def test_a_period_in_words(knowledge):
    when = knowledge.facts["plan-period"].when
    assert when_in_words(when, "en") == "2018 to 2023"
    assert when_in_words(when, "es") == "2018 a 2023"
