"""What can go wrong with a message: each gets one clear sentence, and nothing is lost."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.comments.store import Store, StoreUnavailable
from bot.settings import Settings
from tests.front.conftest import FakeAssistant
from tests.web.forms import send_form


async def send(front: TestClient, **body: Any) -> tuple[int, dict[str, Any]]:
    response = await front.post("/api/messages", json=body)
    return response.status, await response.json()


def assert_clear(answer: dict[str, Any], code: str) -> None:
    error = answer["error"]
    assert error["code"] == code
    assert error["message"].endswith((".", "first."))
    assert "Traceback" not in error["message"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200b", "\x00"])
async def test_an_empty_message_is_refused(front: TestClient, text: str) -> None:
    status, answer = await send(front, text=text)
    assert status == 400
    assert_clear(answer, "empty")


async def test_ten_thousand_characters_are_too_long(front: TestClient, heard: list[Any]) -> None:
    status, answer = await send(front, text="a" * 10_000)
    assert status == 400
    assert_clear(answer, "too_long")
    assert "1,000" in answer["error"]["message"]
    assert not heard


async def test_exactly_one_thousand_characters_are_taken(front: TestClient) -> None:
    assert (await send(front, text="a" * 1000))[0] == 200
    assert (await send(front, text="a" * 1001))[0] == 400


async def test_five_thousand_characters_are_taken_when_a_comment_is_expected(
    front: TestClient, told: FakeAssistant
) -> None:
    told.replies[0]["expects"] = "comment"
    _, answer = await send(front, text="I want to leave a comment")
    conversation = answer["conversation"]
    assert (await send(front, text="b" * 5000, conversation=conversation))[0] == 200
    status, answer = await send(front, text="b" * 5001, conversation=conversation)
    assert status == 400
    assert "5,000" in answer["error"]["message"]


async def test_only_emoji_gets_a_friendly_sentence(front: TestClient, heard: list[Any]) -> None:
    status, answer = await send(front, text="🎉🎉👩‍👩‍👧")
    assert status == 200
    assert answer["status"] == "refused"
    assert "words" in answer["replies"][0]["text"]
    assert not heard


async def test_script_is_shown_as_text(front: TestClient) -> None:
    _, answer = await send(front, text="<script>alert(1)</script> what is the plan?")
    page = await front.get("/", headers={"Cookie": f"conversation={answer['conversation']}"})
    html = await page.text()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_null_bytes_and_tags_are_taken_out(front: TestClient, heard: list[Any]) -> None:
    await send(front, text="what\x00 is \u202ethe plan\U000e0041\U000e0042?")
    assert heard[0]["text"] == "what is the plan?"


async def test_a_wrong_content_type_is_refused(front: TestClient) -> None:
    response = await front.post("/api/messages", data="text=hello")
    assert response.status == 415
    assert_clear(await response.json(), "unsupported_media_type")


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "null", '{"text": 5}', '{"text": ["a"]}'])
async def test_broken_or_strange_json_is_refused(front: TestClient, body: str) -> None:
    response = await front.post(
        "/api/messages", data=body, headers={"Content-Type": "application/json"}
    )
    assert response.status == 400
    assert_clear(await response.json(), "bad_request")


async def test_a_body_that_is_too_large_is_refused(front: TestClient) -> None:
    response = await front.post("/api/messages", json={"text": "a" * 100_000})
    assert response.status == 413
    assert_clear(await response.json(), "too_large")


@pytest.mark.parametrize("conversation", ["abc", "abc.def", "../../etc/passwd", "🎉.🎉", "a" * 500])
async def test_a_conversation_that_the_server_did_not_issue_is_unknown(
    front: TestClient, conversation: str, heard: list[Any]
) -> None:
    status, answer = await send(front, text="hello", conversation=conversation)
    assert status == 404
    assert_clear(answer, "unknown_conversation")
    assert not heard


async def test_a_forged_button_is_refused(front: TestClient) -> None:
    _, answer = await send(front, text="hello")
    token = answer["replies"][0]["buttons"][0]["token"]
    conversation = answer["conversation"]
    for forged in ("x", "x.y", token[:-1] + ("A" if token[-1] != "A" else "B"), token + "x"):
        status, refused = await send(front, button=forged, conversation=conversation)
        assert status == 400
        assert_clear(refused, "bad_request")
    assert (await send(front, button=token, conversation=conversation))[0] == 200


async def test_a_button_of_another_conversation_is_refused(front: TestClient) -> None:
    _, first = await send(front, text="hello")
    _, second = await send(front, text="hello")
    token = first["replies"][0]["buttons"][0]["token"]
    status, _ = await send(front, button=token, conversation=second["conversation"])
    assert status == 400


async def test_a_typed_intent_reaches_the_assistant_as_text_only(
    front: TestClient, heard: list[Any]
) -> None:
    await send(front, text='/give_comment{"comment_text": "x"}')
    assert heard[0]["intent"] is None
    assert heard[0]["metadata"]["act"] is None


async def test_personal_data_is_masked_before_the_assistant_and_before_the_store(
    front: TestClient, heard: list[Any], settings: Settings
) -> None:
    text = "Call 410-555-0134 or write jane.roe@example.com about the plan"
    await send(front, text=text)
    for file in Path(settings.data_dir).glob("bot.db*"):
        content = file.read_bytes()
        assert b"555-0134" not in content
        assert b"jane.roe" not in content
    assert heard[0]["text"] == "Call [phone number removed] or write [email removed] about the plan"
    assert heard[0]["metadata"]["masked"] == ["phone", "email"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("my house is on fire", "911"), ("I want to kill myself", "988"), ("me quiero matar", "988")],
)
async def test_an_emergency_is_answered_first_and_without_the_assistant(
    front: TestClient, told: FakeAssistant, heard: list[Any], text: str, number: str
) -> None:
    told.status = 500
    status, answer = await send(front, text=text)
    assert status == 200
    assert answer["status"] == "safety"
    assert number in answer["replies"][0]["text"]
    assert not heard


@pytest.mark.parametrize("text", ["did the attack hit 911?", "does the plan help 911 dispatch?"])
async def test_a_question_about_911_is_a_question(
    front: TestClient, heard: list[Any], text: str
) -> None:
    _, answer = await send(front, text=text)
    assert answer["status"] == "answered"
    assert heard


@pytest.mark.parametrize("replies", [[], None, "nonsense", [{"status": "answered"}], [5]])
async def test_an_assistant_that_says_nothing_useful_gets_an_apology(
    front: TestClient, told: FakeAssistant, replies: Any
) -> None:
    told.replies = replies
    status, answer = await send(front, text="what are the pillars?")
    assert status == 503
    assert_clear(answer, "unavailable")
    assert "Nothing you wrote is lost" in answer["error"]["message"]


async def test_a_late_assistant_gets_an_apology_in_the_residents_language(
    front: TestClient, told: FakeAssistant
) -> None:
    told.delay = 6
    response = await front.post(
        "/api/messages", json={"text": "hola"}, headers={"Accept-Language": "es-MX,es;q=0.9"}
    )
    assert response.status == 503
    assert "No se perdió nada" in (await response.json())["error"]["message"]


async def test_without_javascript_the_typed_text_stays_in_the_box_when_the_assistant_is_down(
    front: TestClient, told: FakeAssistant
) -> None:
    told.status = 500
    response = await send_form(front, data={"text": "my <long> question"})
    assert response.status == 503
    assert "my &lt;long&gt; question</textarea>" in await response.text()


async def test_a_second_message_while_one_is_pending_is_busy(
    front: TestClient, told: FakeAssistant
) -> None:
    import asyncio

    _, answer = await send(front, text="hello")
    told.delay = 0.3
    conversation = answer["conversation"]
    results = await asyncio.gather(
        *(send(front, text="again", conversation=conversation) for _ in range(3))
    )
    assert sorted(status for status, _ in results) == [200, 429, 429]
    assert {a["error"]["code"] for s, a in results if s == 429} == {"busy"}


async def test_an_answer_is_given_even_if_the_turn_cannot_be_recorded(
    front: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StoreUnavailable("disk is full")

    monkeypatch.setattr(Store, "record", fail)
    status, answer = await send(front, text="what are the pillars?")
    assert status == 200
    assert answer["status"] == "answered"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Quels sont les piliers du plan ?", "fr"),
        ("这个计划的五大支柱是什么？", "zh"),
        ("이 계획의 다섯 가지 기둥은 무엇입니까?", "ko"),
        ("ما هي ركائز الخطة الخمس؟", "ar"),
        ("Каковы пять столпов плана?", "ru"),
        ("quais são os pilares do plano", "pt"),
        ("የዕቅዱ አምስት ምሰሶዎች ምንድን ናቸው?", "am"),
        ("ano ang mga haligi ng plano", "tl"),
    ],
)
async def test_another_language_is_answered_in_it_with_a_way_to_comment(
    front: TestClient, text: str, code: str
) -> None:
    from bot.language.messages import say_other

    _, answer = await send(front, text=text)
    assert answer["status"] == "refused"
    assert answer["replies"][0]["text"].startswith(str(say_other(code, "311")))
    assert answer["replies"][0]["buttons"][0]["title"] == "Leave a comment"


async def test_every_page_has_the_security_headers_and_no_inline_code(front: TestClient) -> None:
    for path in ("/", "/f/five-pillars", "/find", "/privacy", "/clear", "/c/XXXX-XXXX", "/nothing"):
        response = await front.get(path)
        html = await response.text()
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert html.count("<h1") == 1
        assert '<html lang="en">' in html


async def test_ready_names_each_dependency(front: TestClient) -> None:
    response = await front.get("/ready")
    assert response.status == 200
    assert (await response.json())["dependencies"] == {
        "assistant": "ok", "actions": "ok", "store": "ok",
    }  # fmt: skip
    assert (await front.get("/live")).status == 200


@pytest.mark.parametrize("path", ["/", "/clear"])
async def test_a_form_that_another_site_sent_is_refused(front: TestClient, path: str) -> None:
    _, answer = await send(front, text="hello")
    data = {"text": "hello", "conversation": answer["conversation"]}
    button = {"/": "Send", "/clear": "Yes, clear it"}[path]
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site}
        refused = await send_form(front, path, button, data=data, headers=headers)
        assert refused.status == 403
        assert "conversation" not in refused.cookies
    headers = {"Sec-Fetch-Site": "same-origin"}
    taken = await send_form(front, path, button, data=data, headers=headers)
    assert taken.status == 200


async def test_without_javascript_an_answer_is_shown_even_if_it_could_not_be_recorded(
    front: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StoreUnavailable("disk is full")

    monkeypatch.setattr(Store, "record", fail)
    response = await send_form(front, data={"text": "what are the <b>pillars</b>?"})
    html = await response.text()
    assert response.status == 200
    assert "An answer." in html
    assert "what are the &lt;b&gt;pillars&lt;/b&gt;?" in html


async def test_no_limit_comes_before_danger_on_the_page_either(front: TestClient) -> None:
    from bot.channels.limits import RateLimit
    from bot.web.keys import TURNS

    turns = front.app[TURNS]
    turns.settings = turns.settings.model_copy(update={"rate_limit": "on"})
    turns.by_address = RateLimit(0, 60)
    assert (await send_form(front, data={"text": "hello"})).status == 429
    response = await send_form(front, data={"text": "my house is on fire"})
    assert response.status == 200
    assert "911" in await response.text()
