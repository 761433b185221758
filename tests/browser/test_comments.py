"""The pages about comments in Chromium: with and without JavaScript, on a phone, by keyboard."""

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from bot.web.comment_words import TEXTS
from tests.browser.comment_states import COMMENT_STATES, WORD, filed, fill, press, put
from tests.browser.conftest import ask

pytestmark = pytest.mark.slow
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
EN, ES = TEXTS["en"], TEXTS["es"]


def is_too_wide(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", COMMENT_STATES)
def test_no_page_about_comments_breaks_a_rule_of_accessibility(open_page, front, name, language):
    path, do = COMMENT_STATES[name]
    scheme = {"en": "light", "es": "dark"}[language]
    page = open_page(f"/privacy?lang={language}", "phone", color_scheme=scheme)
    page.goto(front.url + path)
    if do:
        do(page, front, language)
    assert page.locator("html").get_attribute("lang") == language
    assert not is_too_wide(page)
    if folder := os.environ.get("SCREENSHOTS"):
        for size, width in (("phone", 360), ("desktop", 1200)):
            page.set_viewport_size({"width": width, "height": 760})
            page.screenshot(
                path=str(Path(folder) / f"{name}-{size}-{language}.png"), full_page=True
            )
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("script_on", [True, False], ids=["with script", "without script"])
def test_a_comment_is_filed_found_corrected_and_withdrawn(open_page, front, script_on):
    page = open_page("/comment", "phone", java_script_enabled=script_on)
    fill(page, "en", text="Teach coding. Mail me: a@b.org", zip_code="21202", code_word=WORD)
    expect(page.locator("blockquote")).to_have_text("Teach coding. Mail me: [email removed]")
    press(page, EN["file_it"])
    receipt = page.locator(".code").inner_text()

    page.goto(front.url)
    page.get_by_role("link", name="Check a comment").click()
    page.get_by_label("Receipt code").fill(receipt.lower())
    press(page, "Look up")
    expect(page.locator("main")).to_contain_text("Received, not yet reviewed")
    expect(page.locator("main")).not_to_contain_text("Teach coding")

    page.get_by_label("Code word").fill("BLUE  heron")
    press(page, EN["open_it"])
    page.get_by_label("Your comment").fill("Teach coding everywhere.")
    press(page, EN["read_it"])
    press(page, EN["correct_it"])
    expect(page.locator("main")).to_contain_text(EN["corrected"])
    expect(page.locator("blockquote")).to_have_text("Teach coding everywhere.")

    press(page, EN["take_back_go"])
    press(page, EN["withdraw_yes"])
    expect(page.locator(".success")).to_contain_text("Your comment was withdrawn")


def send_again(page: Page) -> None:
    """Reload, as soon as the browser's own page about the cache is there."""
    for _ in range(20):
        try:
            page.reload()
            return
        except Error:
            page.wait_for_timeout(100)


@pytest.mark.parametrize("script_on", [True, False], ids=["with script", "without script"])
def test_the_back_button_after_filing_leads_to_the_same_receipt(open_page, script_on):
    page = open_page("/comment", java_script_enabled=script_on)
    filed(page, None, "en")
    receipt = page.locator(".code").inner_text()
    # Nothing personal is in the browser's cache, so Chromium asks before it sends the form again.
    with suppress(Error):
        page.go_back()
    send_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["read_title"])
    press(page, EN["file_it"])
    expect(page.locator(".code")).to_have_text(receipt)


def test_the_other_language_keeps_what_was_typed(open_page):
    page = open_page("/comment", java_script_enabled=False)
    fill(page, "en", text="Teach coding.")
    press(page, "Español")
    expect(page.get_by_role("heading", level=1)).to_have_text(ES["read_title"])
    press(page, ES["change_it"])
    expect(page.locator("#text")).to_have_value("Teach coding.")
    press(page, "English")
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["form_title"])
    expect(page.locator("#text")).to_have_value("Teach coding.")


def test_what_is_wrong_leads_to_its_field_by_keyboard(open_page):
    page = open_page("/comment")
    press(page, EN["read_it"])
    link = page.get_by_role("link", name=EN["text_empty"])
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("Teach coding.")
    page.locator("#topic").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#zip_code").focus()
    page.keyboard.type("21202")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["read_title"])


def test_an_answer_is_rated_without_a_reload_and_the_focus_stays(open_page, script):
    script.fact("five-pillars")
    page = open_page("/")
    ask(page, "what are the five pillars?")
    page.evaluate("window.same = true")
    press(page, EN["rate_no"])
    no = page.get_by_role("button", name=EN["rate_no"], exact=True)
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(no).to_be_focused()
    press(page, EN["rate_hard"])
    expect(page.get_by_role("button", name=EN["rate_hard"])).to_be_focused()
    assert Axe().run(page, options=RULES).response["violations"] == []  # the mouse is still on it
    assert page.evaluate("window.same") is True
    page.reload()
    expect(page.get_by_role("button", name=EN["rate_hard"])).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_rating_that_does_not_go_through_says_so(open_page, script):
    script.fact("five-pillars")
    page = open_page("/")
    ask(page, "what are the five pillars?")
    expect(page.locator(".rating")).to_be_visible()
    page.context.set_offline(True)
    press(page, EN["rate_yes"])
    expect(page.locator(".rating .wrong")).to_have_text(EN["rate_failed"])


def test_without_javascript_an_answer_is_rated_and_commented_on(open_page, script):
    script.fact("pillar-education", "es")
    page = open_page("/?lang=es", "phone", java_script_enabled=False)
    ask(page, "¿qué dice de educación?", "Enviar")
    press(page, ES["rate_no"])
    press(page, ES["rate_long"])
    expect(page.get_by_role("button", name=ES["rate_long"])).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("link", name=ES["comment_on_this"]).click()
    expect(page.locator("#topic")).to_have_value("education")
    expect(page.locator("main")).to_contain_text(ES["form_about_answer"])


def test_the_record_is_searched_by_keyboard(open_page, front):
    put(front, visibility="released", public_reply="We open until nine.")
    page = open_page("/record")
    page.locator("#q").fill("until nine")
    page.keyboard.press("Enter")
    expect(page.locator(".entry").first).to_contain_text("We open until nine.")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("CSV")).click()
    assert download.value.suggested_filename == "comments.csv"
