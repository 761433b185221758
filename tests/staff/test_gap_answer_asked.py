"""A published answer before the whole assistant: who asks hears it, without a restart."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bench.running import Running
from bot.comments import staff as people
from bot.comments.staff_tables import Role
from bot.comments.store import Store
from bot.staff.asked import COOKIE
from tests.staff.conftest import Desk
from tests.talk import Resident

pytestmark = pytest.mark.slow
ASKED = {
    "en": "Do the city markets have charging stations for phones?",
    "es": "¿Los mercados de la ciudad tienen estaciones para cargar el teléfono?",
}
REWORDED = {
    "en": "where in a city market can I charge my phone",
    "es": "¿en qué mercados de la ciudad puedo cargar el teléfono?",
}
ANSWER = {
    "topic": "digital_divide", "standing": "context",
    "title_en": "Charging a phone at the markets", "title_es": "Cargar el teléfono en los mercados",
    "answer_en": "Phones can be charged at 4 of the city markets. The stations stand at the doors.",
    "answer_es": "En 4 de los mercados de la ciudad se puede cargar el teléfono. "
    "Las estaciones están en las puertas.",
    "sms_en": "Phones can be charged at 4 of the city markets.",
    "sms_es": "En 4 de los mercados de la ciudad se puede cargar el teléfono.",
    "numbers": "4", "source": "",
    "asks_en": f"{ASKED['en']}\ncharging stations at markets\ncharge my phone at a city market",
    "asks_es": f"{ASKED['es']}\nestaciones de carga en mercados\ncargar mi teléfono en un mercado",
    "source_title": "Charging at the markets", "source_publisher": "Baltimore Public Markets",
    "source_url": "https://markets.example.gov/charging", "source_kind": "city",
    "source_date": "2026-05", "quote": "Phones can be charged at 4 markets.", "page": "3",
}  # fmt: skip
LIMIT = 90


@pytest.fixture
async def browser(assistant: Running) -> AsyncIterator[aiohttp.ClientSession]:
    """Asks the running front; it keeps no cookies."""
    async with aiohttp.ClientSession(assistant.url, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def at_the_desk(assistant: Running, browser: aiohttp.ClientSession):
    """Signs people in at the running front."""
    store = Store(assistant.settings.database)

    async def enter(role: Role) -> Desk:
        person = await people.add(store, f"gap-{role}", role, None, "test")
        return Desk(browser, {COOKIE: await people.open_session(store, person)})

    yield enter
    await store.close()


async def say(assistant: Running, language: str, question: str) -> dict:
    return await asyncio.to_thread(Resident(assistant.url, language).say, question)


async def until(holds, what: str):
    end = time.monotonic() + LIMIT
    while not (found := await holds()):
        assert time.monotonic() < end, what
        await asyncio.sleep(0.3)
    return found


async def test_who_asks_hears_the_published_answer_in_both_languages_with_its_source(
    assistant, at_the_desk
):
    reviewer, admin = await at_the_desk(Role.REVIEWER), await at_the_desk(Role.ADMIN)
    for language, question in ASKED.items():
        assert ANSWER[f"answer_{language}"] not in str(await say(assistant, language, question))

    await reviewer.open("/staff/gaps")
    await reviewer.press("Group them now")

    async def group(number=1):
        page = await reviewer.open(f"/staff/gaps?page={number}")
        rows = [row for row in page.all("li") if "charging stations for phones" in row.words]
        if not rows and "Next page" in page.words:  # others were asked by more people
            return await group(number + 1)
        return rows[0].all("a")[0]["href"] if rows else None

    address = await until(group, "The questions are not on the board.")
    await reviewer.open(address)
    await reviewer.press("Check and send for approval", **ANSWER)
    assert "Sent." in reviewer.words, reviewer.words
    await admin.open(address)
    await admin.press("Publish")
    assert "questions find it within a minute, without a restart" in admin.words

    async def heard():
        answer = await say(assistant, "en", ASKED["en"])
        return answer["replies"][0]["text"] == ANSWER["answer_en"]

    await until(heard, "The published answer is not found.")
    for language in ("en", "es"):
        for question in (ASKED[language], REWORDED[language]):
            answer = await say(assistant, language, question)
            reply = answer["replies"][0]
            assert (answer["status"], answer["language"]) == ("answered", language), question
            assert ANSWER[f"answer_{language}"] in reply["text"]
            assert [s["url"] for s in reply["sources"]] == [ANSWER["source_url"]]
    other = await say(assistant, "en", "is there a pothole map")
    assert ANSWER["answer_en"] not in str(other)
    await admin.open(address)
    assert "Questions find it." in admin.words
    assert "does not answer" not in admin.words

    await admin.press("Take it back", reason="The markets took them away.")

    async def gone():
        return ANSWER["answer_en"] not in str(await say(assistant, "en", ASKED["en"]))

    await until(gone, "The answer that was taken back is still told.")
