"""The off switches: a plain notice, danger first, comments still taken, all of it audited."""

import pytest
from sqlalchemy import select

from bot.channels.turns import Incoming
from bot.comments.staff_tables import StaffEvent
from bot.web.keys import TURNS


@pytest.fixture
def switch_off(admin):
    async def off(name, **more):
        await admin.open("/staff/switches")
        form = next(
            s for s in admin.page.all("section") if s["aria-labelledby"] == f"switch-{name}"
        )
        fields = {i["name"]: i["value"] or "" for i in form.all("input")}
        await admin.post(
            "/staff/switches",
            **(fields | {"reason": "Wrong dates", "do": "off"} | more | {"name": name}),
        )

    return off


async def ask(client, text="what are the pillars?"):
    async with client.post("/api/messages", json={"text": text}) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("name", ["all", "web"])
async def test_the_web_says_plainly_that_it_is_off(client, switch_off, name):
    await switch_off(name, notice_en="Back on <Monday>.", notice_es="Volvemos el lunes.")
    status, body = await ask(client)
    assert status == 503
    assert body["error"]["code"] == "unavailable"
    assert (
        "switched off" in body["error"]["message"]
        and "Back on <Monday>." in body["error"]["message"]
    )
    async with client.get("/") as response:
        text = await response.text()
        assert "switched off" in text and "Back on &lt;Monday&gt;." in text
    async with client.get("/?lang=es") as response:
        assert "Volvemos el lunes." in await response.text()


async def test_danger_is_answered_all_the_same(client, switch_off):
    await switch_off("all")
    status, body = await ask(client, "I want to kill myself")
    assert status == 200 and "988" in body["replies"][0]["text"]


async def test_comments_can_still_be_left(client, switch_off):
    await switch_off("all")
    async with client.get("/comment") as response:
        assert response.status == 200
        assert "<textarea" in await response.text()


async def test_a_text_message_gets_a_plain_text_in_its_language(app, client, switch_off):
    await switch_off("sms")
    turns = app[TURNS]
    result = await turns.handle(Incoming("sms", "cuáles son los pilares del plan", language="es"))
    assert "apagado" in result.replies[0]["text"] and not result.recorded
    assert (await ask(client))[1]["error"]["message"].find("switched off") == -1, "the web is on"


async def test_a_reason_is_needed_and_everything_is_audited(admin, switch_off, store):
    await switch_off("web", reason=" ", notice_en="My long words")
    assert admin.status == 400 and "Say why" in admin.words
    assert "My long words" in admin.page.html
    await switch_off("web")
    await admin.open("/staff/switches")
    await admin.press("Switch on", reason="Mended")
    async with store.session() as session:
        events = (await session.scalars(select(StaffEvent).order_by(StaffEvent.id))).all()
    assert [(e.action, e.subject, e.reason) for e in events if e.action.startswith("switched")] == [
        ("switched_off", "web", "Wrong dates"), ("switched_on", "web", "Mended"),
    ]  # fmt: skip


async def test_residents_are_told_in_both_languages_or_in_neither(switch_off, admin, client):
    await switch_off("web", notice_en="Back on Monday.", notice_es=" ")
    assert admin.status == 400 and "both languages" in admin.words
    assert "Back on Monday." in admin.page.html, "what was typed is kept"
    async with client.get("/") as response:
        assert "switched off" not in await response.text()
