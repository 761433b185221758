"""The chat page in Chromium, as a resident uses it: with and without JavaScript, by keyboard."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bench.running import Running
from bench.screenshots import CHROMIUM, QUIET
from tests.conftest import missing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        missing("Chromium", "install it with: make system-deps")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["phone", "desktop"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    size = {"phone": (320, 640), "desktop": (1200, 800)}[request.param]
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-US")
    yield context
    context.close()


def open_page(context: BrowserContext, assistant: Running, path: str = "/") -> Page:
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: problems.append(r.url) if assistant.url not in r.url else None)
    page.goto(assistant.url + path)
    page.problems = problems  # type: ignore[attr-defined]
    return page


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question or comment").fill(text)
    page.get_by_role("button", name="Send").click()


def test_a_question_is_answered_with_its_source_as_a_link(
    context: BrowserContext, assistant: Running
) -> None:
    page = open_page(context, assistant)
    ask(page, "when were comments due?")
    answer = page.locator(".answer").last
    expect(answer).to_contain_text("March 16, 2018")
    expect(answer.get_by_role("link", name=re.compile("Ledetree"))).to_have_attribute(
        "href", re.compile("^https://ledetree.com/")
    )
    expect(page.get_by_label("Your question or comment")).to_have_value("")
    assert page.problems == []  # type: ignore[attr-defined]


def test_nothing_is_wider_than_the_screen(context: BrowserContext, assistant: Running) -> None:
    page = open_page(context, assistant)
    ask(page, "what are the five pillars?")
    expect(page.locator(".answer")).to_have_count(1)
    wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not wide


def test_a_comment_is_left_with_buttons_and_found_by_its_receipt(
    context: BrowserContext, assistant: Running
) -> None:
    page = open_page(context, assistant)
    page.get_by_role("button", name="I want to leave a comment").click()
    page.get_by_role("button", name="Education").click()
    expect(page.locator(".answer").last).to_contain_text("Write your comment about education")
    ask(page, "Teach coding in every school, please. <b>Thanks</b>")
    expect(page.locator(".answer").last).to_contain_text("<b>Thanks</b>")
    page.get_by_role("button", name="Yes, file it").click()
    link = page.locator(".receipt a")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comment")
    expect(page.locator("main")).to_contain_text("received")


def test_a_reload_keeps_the_conversation_and_clearing_asks_first(
    context: BrowserContext, assistant: Running
) -> None:
    page = open_page(context, assistant)
    ask(page, "who led the plan?")
    expect(page.locator(".answer").last).to_contain_text("Frank Johnson")
    page.reload()
    expect(page.locator(".answer").last).to_contain_text("Frank Johnson")
    page.get_by_role("link", name="Clear this conversation").click()
    page.get_by_role("button", name="Yes, clear it").click()
    expect(page.locator(".answer")).to_have_count(0)


def test_everything_works_by_keyboard_alone(context: BrowserContext, assistant: Running) -> None:
    page = open_page(context, assistant)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question box")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.get_by_label("Your question or comment")).to_be_focused()


def test_what_was_typed_is_kept_when_sending_fails(
    context: BrowserContext, assistant: Running
) -> None:
    page = open_page(context, assistant)
    context.set_offline(True)
    ask(page, "my long question about the pillars")
    expect(page.get_by_role("alert")).to_contain_text("still in the box")
    expect(page.get_by_label("Your question or comment")).to_have_value(
        "my long question about the pillars"
    )


def test_the_characters_left_are_shown_from_eighty_percent(
    context: BrowserContext, assistant: Running
) -> None:
    page = open_page(context, assistant)
    box = page.get_by_label("Your question or comment")
    box.fill("a" * 799)
    expect(page.locator("#left")).to_have_text("")
    box.fill("a" * 990)
    expect(page.locator("#left")).to_have_text("10 characters left")
    box.fill("a" * 1003)
    expect(page.locator("#left")).to_have_text("3 characters too many")


def test_the_page_speaks_spanish(context: BrowserContext, assistant: Running) -> None:
    page = open_page(context, assistant)
    page.get_by_role("link", name="Ver esta página en español").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pregunte sobre el plan")
    page.get_by_role("button", name="¿Cuáles son los cinco pilares?").click()
    expect(page.locator(".answer").last).to_contain_text("seguridad pública")


def test_without_javascript_a_question_and_a_comment_work_by_forms(
    browser: Browser, assistant: Running
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(assistant.url)
    page.get_by_label("Your question or comment").fill("how much does the city spend on IT?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".answer").last).to_contain_text("$65 million")
    page.get_by_label("Your question or comment").fill("I want to leave a comment")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Quality of life").last.click()
    page.get_by_label("Your question or comment").fill("More benches with charging plugs.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".answer").last).to_contain_text("More benches with charging plugs.")
    page.get_by_role("button", name="Yes, file it").last.click()
    expect(page.locator(".receipt").last).to_be_visible()
    page.get_by_label("Your question or comment").fill("x" * 1200)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("1,000 characters")
    expect(page.get_by_label("Your question or comment")).to_have_value("x" * 1200)
    context.close()
