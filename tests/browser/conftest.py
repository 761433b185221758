"""One browser and one front for all tests of the pages; what the assistant says is scripted."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.desk import Desk
from bench.screenshots import CHROMIUM, QUIET
from bot.plan.answer import Answer, Speaker, show
from bot.plan.load import Knowledge, load
from bot.web.keys import TURNS
from tests.browser.served import Served, served
from tests.channels.fake_assistant import reply
from tests.conftest import missing

PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1200, "height": 800}
SIZES = {"phone": PHONE, "desktop": DESKTOP}


# For this folder only: Playwright keeps an event loop running in the main thread, and while it
# does no test elsewhere could start its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not shutil.which(CHROMIUM):
        missing("Chromium", "install it with: make system-deps")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The plan's own knowledge base."""
    return load()


@pytest.fixture(scope="session")
def shared_front(
    knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One front for all."""
    with served(tmp_path_factory.mktemp("front"), knowledge, patience=4) as front:
        yield front


@pytest.fixture
def front(shared_front: Served) -> Iterator[Served]:
    """The front, with its assistant as new."""
    fake = shared_front.assistant
    fake.replies, fake.status, fake.delay, fake.raw, fake.then = [reply()], 200, 0.0, None, None
    shared_front.keeps_cookies = True
    turns = shared_front.app[TURNS]
    kept = turns.settings, turns.by_conversation
    yield shared_front
    turns.settings, turns.by_conversation = kept


@dataclass
class Script:
    """Sets what the assistant says next."""

    front: Served
    knowledge: Knowledge

    def fact(self, identity: str, language: str = "en") -> None:
        """A fact of the knowledge base, as the actions answer with it."""
        today = self.front.today
        answer = show(
            self.knowledge.facts[identity], self.knowledge, Speaker(language, "web", today)
        )
        self.says(answer, language)

    def says(self, answer: Answer, language: str = "en", **more: object) -> None:
        """This answer."""
        self.front.assistant.replies = [reply(answer, language=language, **more)]


@pytest.fixture
def script(front: Served, knowledge: Knowledge) -> Script:
    """What the assistant is to say."""
    return Script(front, knowledge)


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, front: Served) -> Iterator[Open]:
    """Opens a page in a browser of its own; fails on errors and on requests to elsewhere."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_one(path: str = "/", size: str = "desktop", expected: int = 0, **more: object) -> Page:
        context = browser.new_context(
            viewport=SIZES[size],
            **{"locale": "en-US"} | more,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("request", lambda r: _ours(r.url, front) or problems.append(r.url))
        page.on("console", lambda m: problems.append(m.text) if _bad(m) else None)
        page.goto(front.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The staff desk over the demonstration, the same for all tests."""
    with Desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """A browser of an admin who is signed in."""
    context = browser.new_context(viewport=DESKTOP, locale="en-US")
    context.add_cookies([desk.signed_in])  # type: ignore[list-item]
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Page:
    """A page of that browser; `problems` has its errors, and requests to elsewhere."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: problems.append(r.url) if desk.url not in r.url else None)
    page.problems = problems  # type: ignore[attr-defined]
    return page


def _ours(url: str, front: Served) -> bool:
    return url.startswith((front.url, "data:", "blob:", "about:"))


def _bad(message: object) -> bool:
    # A status of 4xx or 5xx is told as an error too; the tests make those on purpose.
    kind, text = message.type, message.text  # type: ignore[attr-defined]
    return kind in {"error", "warning"} and "Failed to load resource" not in text


def ask(page: Page, text: str, button: str = "Send") -> None:
    """Type into the box and send it."""
    page.locator("#text").fill(text)
    page.get_by_role("button", name=button, exact=True).click()
