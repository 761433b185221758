"""What goes over the wire, compressed."""

import pytest

from bot.web.words import WORDS
from tests.browser.conftest import Open, Script, ask

pytestmark = pytest.mark.slow
KB = 1000


class Wire:
    """Counts the bytes of everything that a page loads, as the network sees it."""

    def __init__(self, page) -> None:
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent",
            lambda e: self._names.update({e["requestId"]: e["request"]["url"]}),
        )
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event) -> None:
        name = self._names.get(event["requestId"], "?")
        self.sizes[name] = self.sizes.get(name, 0) + event["encodedDataLength"]

    @property
    def total(self) -> int:
        return round(sum(self.sizes.values()))


@pytest.mark.parametrize("language", WORDS)
def test_the_chat_page_weighs_at_most_60_kb_with_an_answer(
    open_page: Open, script: Script, language: str
) -> None:
    page = open_page("/privacy")
    page.context.clear_cookies()
    wire = Wire(page)
    script.fact("plan-timeline", language)
    page.goto(f"{script.front.url}/?lang={language}")
    ask(page, "timeline", WORDS[language]["send"])
    page.locator(".turn").wait_for()
    assert 5 * KB < wire.total < 60 * KB, wire.sizes


@pytest.mark.parametrize("language", WORDS)
def test_the_widget_weighs_at_most_15_kb(open_page: Open, script: Script, language: str) -> None:
    page = open_page("/privacy")
    wire = Wire(page)
    page.goto(f"{script.front.url}/embed.js")
    page.goto(f"{script.front.url}/embed?lang={language}")
    page.locator("#send").wait_for()
    assert wire.sizes[f"{script.front.url}/embed.js"] < 4 * KB
    assert 5 * KB < wire.total < 15 * KB, wire.sizes


def test_the_second_visit_loads_the_page_alone(open_page: Open, script: Script) -> None:
    page = open_page("/")
    wire = Wire(page)
    page.goto(f"{script.front.url}/")
    page.locator("#send").wait_for()
    # The browser loads the icon when it has time for it, maybe only on the second page.
    page.evaluate("fetch(document.querySelector('link[rel~=icon]').href).then(r => r.blob())")
    wire = Wire(page)
    page.goto(f"{script.front.url}/f/five-pillars")
    loaded = [name for name, size in wire.sizes.items() if "/static/" in name and size > 0]
    assert loaded == []
