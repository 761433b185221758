"""The chat page in Chromium, as a resident uses it: with and without JavaScript, by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from bot.channels.limits import RateLimit
from bot.web.keys import TURNS
from bot.web.words import WORDS
from tests.browser.conftest import Open, Script, ask
from tests.browser.served import Served
from tests.channels.fake_assistant import COMMENT_FORM

pytestmark = pytest.mark.slow
SENT = {"en": "What are the five pillars?", "es": "¿Cuáles son los cinco pilares?"}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_question_is_answered_with_its_sources_its_page_and_what_to_ask_next(
    open_page: Open, script: Script, size: str, script_on: bool, language: str
) -> None:
    words = WORDS[language]
    page = open_page(f"/?lang={language}", size, java_script_enabled=script_on)
    script.fact("five-pillars", language)
    ask(page, SENT[language], words["send"])
    answer = page.locator(".answer").last
    fact = script.knowledge.facts["five-pillars"]
    expect(answer.locator(".text")).to_contain_text(fact.answer.in_(language)[:40])
    expect(answer.locator(".sources a").first).to_have_attribute("href", re.compile("^https://"))
    expect(answer.get_by_role("img", name=fact.title.in_(language))).to_be_visible()
    expect(answer.get_by_role("list", name=words["follow_up"])).to_be_visible()
    expect(page.locator("#text")).to_have_value("")
    answer.get_by_role("link", name=words["about_answer"]).click()
    expect(page).to_have_url(re.compile("/f/five-pillars$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(fact.title.in_(language))


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_examples_and_buttons_are_pressed(open_page: Open, script: Script, script_on: bool) -> None:
    page = open_page("/", java_script_enabled=script_on)
    page.get_by_role("button", name="When were comments due?").click()
    expect(page.locator(".said").last).to_contain_text("When were comments due?")
    page.get_by_role("button", name="The timeline").last.click()
    expect(page.locator(".turn")).to_have_count(2)
    assert script.front.assistant.last["metadata"]["act"]["value"] == "plan-timeline"


# Nothing typed is lost


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", WORDS)
def test_what_was_typed_stays_when_the_assistant_is_down(
    open_page: Open, front: Served, script_on: bool, language: str
) -> None:
    front.assistant.status = 500
    page = open_page(f"/?lang={language}", "phone", java_script_enabled=script_on)
    ask(page, SENT[language], WORDS[language]["send"])
    expect(page.get_by_role("alert")).to_contain_text("410-396-0000")
    expect(page.locator("#text")).to_have_value(SENT[language])
    front.assistant.status = 200
    page.get_by_role("button", name=WORDS[language]["send"], exact=True).click()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_a_pasted_100_kb_gets_a_sentence_and_stays(open_page: Open, script_on: bool) -> None:
    page = open_page("/", java_script_enabled=script_on)
    ask(page, "x" * 100_000)
    expect(page.get_by_role("alert")).to_contain_text("1,000 characters")
    assert len(page.locator("#text").input_value()) == 100_000


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_too_many_messages_are_told_and_the_text_stays(
    open_page: Open, front: Served, script_on: bool
) -> None:
    turns = front.app[TURNS]
    page = open_page("/", java_script_enabled=script_on)
    kept = turns.settings, turns.by_conversation
    turns.settings = kept[0].model_copy(update={"rate_limit": "on"})
    turns.by_conversation = RateLimit(0, 60)
    try:
        ask(page, "my question")
        expect(page.get_by_role("alert")).to_contain_text("wait a minute")
        expect(page.locator("#text")).to_have_value("my question")
    finally:
        turns.settings, turns.by_conversation = kept


def test_without_a_network_the_text_stays(open_page: Open) -> None:
    page = open_page("/")
    page.context.set_offline(True)
    ask(page, "my question")
    expect(page.get_by_role("alert")).to_contain_text("still in the box")
    expect(page.locator("#text")).to_have_value("my question")
    page.context.set_offline(False)


def test_what_was_typed_is_there_after_the_language_is_switched(open_page: Open) -> None:
    page = open_page("/")
    page.locator("#text").fill("half a question")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pregunte")
    expect(page.locator("#text")).to_have_value("half a question")


def test_a_form_that_is_too_old_is_sent_again_without_a_word(
    open_page: Open, front: Served
) -> None:
    page = open_page("/")
    page.evaluate("document.querySelectorAll('[name=form_token]').forEach(f => f.value = 'old')")
    ask(page, "my question")
    expect(page.locator(".turn")).to_have_count(1)


def test_without_script_a_form_that_is_too_old_is_told_and_the_text_stays(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "visitor", "value": "v" * 16, "url": page.url}])
    ask(page, "my question")
    expect(page.get_by_role("alert")).to_contain_text("does not belong to your visit")
    expect(page.locator("#text")).to_have_value("my question")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".turn")).to_have_count(1)


# Waiting


@pytest.mark.parametrize("language", WORDS)
def test_waiting_is_shown_then_that_it_is_slow_then_the_answer(
    open_page: Open, front: Served, language: str
) -> None:
    front.assistant.delay = 3.5
    page = open_page(f"/?lang={language}")
    words = WORDS[language]
    ask(page, SENT[language], words["send"])
    expect(page.locator("#progress")).to_have_text(words["sending"])
    expect(page.locator("#send")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#progress")).to_have_text(words["slow"])
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#progress")).to_have_text("")


def test_the_characters_left_are_shown_from_eighty_percent(open_page: Open, front: Served) -> None:
    page = open_page("/")
    box = page.locator("#text")
    for typed, shown in ((799, ""), (990, "10 characters left"), (1003, "3 characters too many")):
        box.fill("a" * typed)
        expect(page.locator("#left")).to_have_text(shown)
    front.assistant.replies = [COMMENT_FORM]
    ask(page, "I want to leave a comment")
    expect(page.locator("#limit")).to_contain_text("Up to 5,000 characters.")
    box.fill("a" * 4500)
    expect(page.locator("#left")).to_have_text("500 characters left")


def test_enter_sends_a_question_and_breaks_the_line_of_a_comment(
    open_page: Open, front: Served
) -> None:
    page = open_page("/")
    front.assistant.replies = [COMMENT_FORM]
    page.locator("#text").press_sequentially("comment")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    expect(page.locator("#text")).to_have_value("one\ntwo")
    expect(page.locator(".turn")).to_have_count(1)


# The conversation goes on


def test_a_reload_and_a_new_tab_show_the_conversation(open_page: Open) -> None:
    page = open_page("/")
    ask(page, "my question")
    expect(page.locator(".turn")).to_have_count(1)
    page.reload()
    expect(page.locator(".said")).to_contain_text("my question")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".said")).to_contain_text("my question")


def test_the_page_stays_in_its_language_when_an_answer_is_in_another(
    open_page: Open, script: Script
) -> None:
    page = open_page("/?lang=en")
    script.fact("five-pillars", "es")
    for turns in (1, 2):
        ask(page, SENT["es"])
        expect(page.locator(".turn")).to_have_count(turns)
        expect(page.locator("#kept")).to_contain_text("This conversation is kept")


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_what_was_asked_in_another_tab_is_shown_and_told(open_page: Open, script_on: bool) -> None:
    page = open_page("/", java_script_enabled=script_on)
    ask(page, "first")
    expect(page.locator(".turn")).to_have_count(1)
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0])
    ask(other, "in the other tab")
    expect(other.locator(".turn")).to_have_count(2)
    ask(page, "third")
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#missed")).to_contain_text("another tab")


def test_back_from_another_page_shows_the_conversation_and_what_was_typed(
    open_page: Open,
) -> None:
    page = open_page("/")
    ask(page, "my question")
    expect(page.locator(".turn")).to_have_count(1)
    page.locator("#text").fill("half a question")
    page.get_by_role("link", name="Privacy").click()
    page.go_back()
    expect(page.locator(".said")).to_contain_text("my question")
    expect(page.locator("#text")).to_have_value("half a question")


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_with_cookies_off_the_conversation_goes_on_and_its_end_is_told(
    open_page: Open, front: Served, script_on: bool
) -> None:
    front.keeps_cookies = False
    page = open_page("/", java_script_enabled=script_on)
    ask(page, "first")
    expect(page.locator(".turn")).to_have_count(1)
    ask(page, "second")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#kept")).to_contain_text("keeps no cookies")
    talks = [heard["conversation"] for heard in front.assistant.heard[-2:]]
    assert talks[0] == talks[1]


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", WORDS)
def test_clearing_asks_first(
    open_page: Open, script: Script, script_on: bool, language: str
) -> None:
    words = WORDS[language]
    script.fact("five-pillars", language)
    page = open_page(f"/?lang={language}", java_script_enabled=script_on)
    ask(page, SENT[language], words["send"])
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name=words["clear_link"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["clear_question"])
    page.get_by_role("button", name=words["clear_yes"]).click()
    expect(page.get_by_text(words["cleared"])).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


# Heard and pressed

RECORD_LIVE = """() => {
  window.heard = [];
  const live = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log]:not([aria-live=off])';
  document.querySelectorAll(live).forEach(region => new MutationObserver(() => {
    if (region.textContent.trim()) window.heard.push(region.textContent.trim());
  }).observe(region, {childList: true, subtree: true, characterData: true}));
}"""


def tree(page: Page) -> list[dict]:
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    return session.send("Accessibility.getFullAXTree")["nodes"]


def live_names(page: Page) -> list[str]:
    """What stands in the live regions of the accessibility tree."""
    nodes = {node["nodeId"]: node for node in tree(page)}

    def text(node: dict) -> str:
        own = node.get("name", {}).get("value", "") if not node.get("childIds") else ""
        return own + "".join(text(nodes[c]) for c in node.get("childIds", []) if c in nodes)

    def is_live(node: dict) -> bool:
        values = {p["name"]: p["value"].get("value") for p in node.get("properties", [])}
        return values.get("live") in {"polite", "assertive"} and values.get("root") is None

    return [text(node) for node in nodes.values() if not node.get("ignored") and is_live(node)]


def test_a_new_answer_is_announced_once_and_the_history_is_not_read_again(
    open_page: Open, script: Script
) -> None:
    page = open_page("/")
    script.fact("five-pillars")
    ask(page, SENT["en"])
    expect(page.locator(".turn")).to_have_count(1)
    page.evaluate(RECORD_LIVE)
    script.fact("draft-released")
    ask(page, "when did the draft come out?")
    expect(page.locator(".turn")).to_have_count(2)
    answer = "The draft came out in February 2018"
    heard = page.evaluate("window.heard")
    assert sum(answer in one for one in heard) == 1, heard
    assert not any("five pillars" in one for one in heard)
    assert sum(answer in name for name in live_names(page)) == 1


def test_everything_is_done_by_keyboard_alone(open_page: Open, script: Script) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question box")).to_be_focused()
    page.keyboard.press("Enter")
    script.fact("five-pillars")
    page.keyboard.type("what are the pillars?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#text")).to_be_focused()
    is_choice = "document.activeElement.className == 'choice'"
    for _ in range(8):  # past what stands below the answer: its rating and its link
        page.keyboard.press("Shift+Tab")
        if page.evaluate(is_choice):
            break
    expect(page.locator(".choice").last).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle + document.activeElement.matches(':focus-visible')"
    assert page.evaluate(outline) == "solidtrue"
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_be_focused()


def test_every_stop_of_the_keyboard_is_visible_and_none_is_a_trap(
    open_page: Open, script: Script
) -> None:
    page = open_page("/", "phone", reduced_motion="reduce")
    script.fact("five-pillars")
    ask(page, SENT["en"])
    expect(page.locator(".turn")).to_have_count(1)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => { const e = document.activeElement, b = e.getBoundingClientRect();
            return e === document.body ? null : [e.id || e.textContent.trim(), b.width > 0 && b.bottom > 0 && b.top < innerHeight]; }""")
        if stop is None:
            break
        stops.append(stop)
    assert stop is None
    assert all(seen for _, seen in stops), stops
    assert {"text", "send"} <= {name for name, _ in stops}


# Tools of one answer


def test_one_answer_is_copied_with_its_sources(open_page: Open, script: Script) -> None:
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    script.fact("five-pillars")
    ask(page, SENT["en"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "The plan rests on five pillars." in copied
    assert "https://ledetree.com/" in copied
    assert f"{script.front.url}/f/five-pillars" in copied


def test_one_answer_is_printed_alone(open_page: Open, script: Script) -> None:
    page = open_page("/")
    for fact in ("five-pillars", "draft-released"):
        script.fact(fact)
        ask(page, f"about {fact}")
        expect(page.locator(".turn").last).to_contain_text(f"about {fact}")
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.get_by_role("button", name="Print", exact=True).first.click()
    assert "print-one" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".turn").first).to_be_visible()
    expect(page.locator(".turn").last).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".turn").last).to_be_visible()


def test_a_second_press_while_waiting_asks_once(open_page: Open, front: Served) -> None:
    page = open_page("/")
    front.assistant.delay = 0.5
    before = len(front.assistant.heard)
    page.locator("#text").fill("my question")
    page.locator("#send").dblclick()
    expect(page.locator(".turn")).to_have_count(1)
    assert len(front.assistant.heard) == before + 1
