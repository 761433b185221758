"""What the chat's script gets: the same post, answered as JSON."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.limits import RateLimit
from bot.comments.tables import Conversation
from bot.web.csrf import FIELD
from bot.web.keys import SIGNER, STORE, TURNS
from tests.web.forms import fields_of
from tests.web.page import Page


@pytest.fixture
def post(client):
    """Posts a form of the page as the script does; gives the status and the body."""

    async def send(path="/", fields=None, **typed):
        fields = fields or await fields_of(client, path)
        headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        async with client.post(path, data=fields | typed, headers=headers) as response:
            assert response.content_type == "application/json"
            return response.status, await response.json()

    return send


async def test_an_answer_is_the_same_html_as_on_the_page(post, visitor):
    status, body = await post(text="what are the five pillars?")
    assert status == 200
    turn = Page(body["html"]).one("article")
    assert turn["id"] == f"turn-{body['turn']}"
    await visitor.open("/")
    page = await visitor.ask("what are the five pillars?")
    assert turn.words == page.one("article").words


async def test_what_is_to_be_spoken_is_the_answer_alone(post):
    _, body = await post(text="what are the five pillars?")
    assert body["spoken"] == "The plan rests on five pillars."


async def test_the_conversation_goes_on(post, client, fake):
    fields = await fields_of(client)
    _, first = await post(fields=fields, text="one")
    _, second = await post(
        fields=fields, text="two", conversation=first["conversation"], seen=first["turn"]
    )
    assert second["conversation"] == first["conversation"]
    assert len(Page(second["html"]).all("article")) == 1
    assert second["missed"] is False


async def test_what_was_said_in_another_tab_is_shown_too(post, client):
    fields = await fields_of(client)
    _, first = await post(fields=fields, text="one")
    talk = {"conversation": first["conversation"]}
    await post(fields=fields, text="in the other tab", **talk, seen=first["turn"])
    _, third = await post(fields=fields, text="three", **talk, seen=first["turn"])
    said = [
        turn.one("div", class_="said").one("p").words for turn in Page(third["html"]).all("article")
    ]
    assert said == ["in the other tab", "three"]
    assert third["missed"] is True


async def test_html_in_a_question_is_text(post):
    _, body = await post(text="<img src=x onerror=alert(1)>")
    assert "<img" not in body["html"]


@pytest.mark.parametrize(("typed", "code"), [("  ", "empty"), ("x" * 1200, "too_long")])
async def test_what_can_not_be_taken_is_told(post, typed, code):
    status, body = await post(text=typed)
    assert status == 400
    assert body["error"]["code"] == code
    assert body["error"]["message"]


async def test_a_pasted_100_kb_is_told_in_a_sentence(post):
    status, body = await post(text="x" * 100_000)
    assert status == 400
    assert "1,000 characters" in body["error"]["message"]


async def test_limits_and_failures_are_told(post, app, fake):
    fake.status = 500
    status, body = await post(text="hello")
    assert (status, body["error"]["code"]) == (503, "unavailable")
    app[TURNS].by_conversation = RateLimit(0, 60)
    app[TURNS].settings = app[TURNS].settings.model_copy(update={"rate_limit": "on"})
    status, body = await post(text="hello")
    assert (status, body["error"]["code"]) == (429, "rate_limited")


async def test_an_old_form_gets_a_fresh_token_with_the_refusal(post, client, app):
    fields = await fields_of(client)
    old = app[SIGNER].form("chat", fields[FIELD].partition(".")[0], 1)
    status, body = await post(fields=fields, text="hello", **{FIELD: old})
    assert (status, body["error"]["code"]) == (403, "form")
    status, _ = await post(fields=fields, text="hello", **{FIELD: body["form_token"]})
    assert status == 200


async def test_in_the_frame_links_lead_out_of_it(post):
    _, body = await post("/embed", text="what are the five pillars?")
    page = Page(body["html"])
    assert page.all("a")
    assert all(link["target"] == "_blank" for link in page.all("a"))
    assert all(form["action"].startswith("/embed") for form in page.all("form"))


async def test_with_cookies_off_it_says_that_a_reload_ends_the_conversation(post):
    _, body = await post(text="hello")
    assert "keeps no cookies" in body["kept"]["en"]


async def test_with_cookies_on_it_says_until_when_it_is_kept(visitor):
    await visitor.open("/")
    page = await visitor.ask("hello")
    assert "is kept on this device until" in page.one("p", id="kept").words


async def test_a_conversation_is_shown_until_it_has_been_quiet_for_30_days(visitor, app):
    await visitor.open("/")
    page = await visitor.ask("an old question")
    token = page.one("form", id="ask").one("input", name="conversation")["value"]
    identity = app[SIGNER].conversation(token, "web")

    async def quiet_for(days):
        async with app[STORE].session() as session:
            row = await session.get(Conversation, identity)
            row.updated_at = datetime.now(UTC) - timedelta(days=days)
        return await visitor.open("/")

    assert "an old question" in (await quiet_for(29)).words
    assert "an old question" not in (await quiet_for(31)).words
