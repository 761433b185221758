"""Every page and state: no violation of WCAG 2.2 A and AA, nothing cut off, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Open, Script
from tests.browser.states import STATES, State

pytestmark = pytest.mark.slow
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
LOOKS = [("phone", "es", "dark"), ("desktop", "en", "light")]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]


def is_too_wide(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize(("size", "language", "scheme"), LOOKS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_every_state_is_accessible_and_whole(
    open_page: Open, script: Script, state: State, size: str, language: str, scheme: str
) -> None:
    page = open_page(f"{state.path}?lang={language}", size, color_scheme=scheme)
    if state.do:
        state.do(page, script, language)
    assert violations(page) == []
    assert not is_too_wide(page)


@pytest.mark.parametrize("state", ["start", "pillars", "timeline", "which", "fact", "frame"])
def test_at_400_percent_zoom_nothing_is_lost(open_page: Open, script: Script, state: str) -> None:
    # A window of 1280 by 1024 at 400 % is one of 320 by 256.
    chosen = next(one for one in STATES if one.name == state)
    page = open_page(f"{chosen.path}?lang=es", "phone", reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 256})
    if chosen.do:
        chosen.do(page, script, "es")
    assert not is_too_wide(page)
    page.locator("button:visible, a:visible").last.focus()
    page.keyboard.press("Shift+Tab")
    box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert box["bottom"] > 0 and box["top"] < 256


def test_who_wants_less_motion_gets_none(open_page: Open, script: Script) -> None:
    page = open_page("/", reduced_motion="reduce")
    moving = """() => getComputedStyle(document.documentElement).scrollBehavior + ' ' +
        document.getAnimations().length"""
    page.locator("#progress").evaluate("p => p.classList.add('busy')")
    assert page.evaluate(moving) == "auto 0"


def test_on_paper_there_is_the_conversation_and_nothing_to_press(
    open_page: Open, script: Script
) -> None:
    page = open_page("/")
    page.locator("#text").fill("What are the five pillars?")
    page.locator("#send").click()
    page.locator(".turn").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".answer .text").is_visible()
    assert page.locator(".sources a").first.is_visible()
    for hidden in ("#text", "#send", ".choice", ".top nav", "footer"):
        assert not page.locator(hidden).first.is_visible()
