"""The widget on a foreign page with hostile style and a strict policy."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from bench.running import free_port
from bot.plan.load import Knowledge
from tests.browser.conftest import SIZES
from tests.browser.served import Served, served
from tests.services import until

pytestmark = pytest.mark.slow
HOSTILE = """
* { all: unset !important; font: 40px cursive !important; color: lime !important; background: lime !important;
    transform: rotate(20deg) !important; display: block !important; position: static !important; }
plan-assistant, body > *:last-child, html > *:last-child { display: none !important; opacity: 0 !important;
    pointer-events: none !important; z-index: -1 !important; inset: 5000px !important; }
iframe, button { visibility: hidden !important; }
"""
POLICY = (
    "default-src 'none'; script-src {home}; frame-src {home}; style-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class Host(BaseHTTPRequestHandler):
    """A page of another site, and its style."""

    def __init__(self, home: str, style: str, *args) -> None:
        self.home, self.style = home, style
        super().__init__(*args)

    def do_GET(self) -> None:
        if self.path == "/style.css":
            self.reply("text/css", self.style)
            return
        self.reply(
            "text/html",
            f"""<!DOCTYPE html><html lang="en"><head><title>A city's page</title>
            <link rel="stylesheet" href="/style.css"></head>
            <body><main><h1>A city's page</h1><p><a href="#x" id="x">A link</a></p></main>
            <script src="{self.home}/embed.js" defer></script></body></html>""",
        )

    def reply(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY.format(home=self.home))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def host_pages(home: str, style: str, port: int) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Host, home, style))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def allowing(
    knowledge: Knowledge, ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A front that allows the host pages. Another site: localhost is not 127.0.0.1."""
    hosts = " ".join(f"http://localhost:{port}" for port in ports)
    folder = tmp_path_factory.mktemp("allowing")
    with served(folder, knowledge, embed_hosts=hosts) as front:
        yield front


@pytest.fixture(scope="module")
def sites(allowing: Served, ports: tuple[int, int]) -> Iterator[dict[str, str]]:
    """A plain and a hostile page of another site, by their address."""
    home = allowing.url
    servers = [
        host_pages(home, style, port) for style, port in zip(("", HOSTILE), ports, strict=True)
    ]
    yield {"plain": f"http://localhost:{ports[0]}/", "hostile": f"http://localhost:{ports[1]}/"}
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def visit(browser: Browser, sites: dict[str, str], allowing: Served):
    """Opens a page of the other site; fails on any error of policy or script."""
    contexts, problems = [], []

    def open_one(site: str = "plain", size: str = "desktop", **more: object) -> Page:
        context = browser.new_context(viewport=SIZES[size], **{"locale": "en-US"} | more)
        contexts.append(context)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        known = (allowing.url, *sites.values())
        page.on("request", lambda r: r.url.startswith(known) or problems.append(r.url))
        page.goto(sites[site])
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [p for p in problems if "favicon" not in p] == []


def focused(page: Page) -> str:
    """Where the focus is: on the host page, on a part of the widget, or in its frame."""
    inside = (
        page.frames[-1].evaluate(
            "document.hasFocus() && (document.activeElement.id || document.activeElement.textContent)"
        )
        if len(page.frames) > 1
        else ""
    )
    return inside or page.evaluate("document.activeElement.localName")


def open_panel(page: Page) -> Frame:
    """Opens it by keyboard."""
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return panel_of(page)


def panel_of(page: Page) -> Frame:
    """The panel's frame, once it has loaded and has the focus."""
    while "/embed" not in page.frames[-1].url:
        page.wait_for_timeout(20)
    frame = page.frames[-1]
    expect(frame.locator("#text")).to_be_focused()
    return frame


@pytest.mark.parametrize("site", ["plain", "hostile"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_question_is_answered_on_another_site(visit, site: str, size: str) -> None:
    page = visit(site, size)
    frame = open_panel(page)
    expect(frame.locator("#text")).to_be_focused()
    page.keyboard.type("what are the five pillars?")
    page.keyboard.press("Enter")
    expect(frame.locator(".answer")).to_contain_text("The plan rests on five pillars.")
    box = page.evaluate("""() => { const b = document.querySelector('plan-assistant').getBoundingClientRect();
        return [b.left, b.top, b.right, b.bottom, innerWidth, innerHeight]; }""")
    if size == "desktop":
        left, top, right, bottom, width, height = box
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
        assert right - left > 350


def test_hostile_style_does_not_reach_the_button(visit) -> None:
    looks = []
    for site in ("plain", "hostile"):
        page = visit(site)
        box = page.evaluate(
            "document.querySelector('plan-assistant').getBoundingClientRect().toJSON()"
        )
        clip = {
            "x": box["x"] - 2,
            "y": box["y"] - 2,
            "width": box["width"] + 4,
            "height": box["height"] + 4,
        }
        looks.append((round(box["width"]), round(box["height"]), clip))
        assert (
            page.evaluate(
                "b => document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2).localName",
                box,
            )
            == "plan-assistant"
        )
    assert looks[0][:2] == looks[1][:2]


def test_neither_page_reaches_into_the_other(visit, allowing: Served) -> None:
    page = visit()
    assert page.evaluate("document.querySelector('plan-assistant').shadowRoot") is None
    assert page.evaluate("Object.keys(window).filter(k => /plan|bot|assistant/i.test(k))") == []
    frame = open_panel(page)
    inside = "(() => { try { return parent.document.title } catch { return 'closed' } })()"
    assert frame.evaluate(inside) == "closed"


def test_the_focus_goes_in_is_kept_and_comes_back(visit) -> None:
    page = visit()
    frame = open_panel(page)
    expect(frame.locator("#text")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        until(lambda: focused(page) not in {"body", "a"}, "The focus", 3)
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        until(lambda: focused(page) not in {"body", "a"}, "The focus", 3)
    page.frames[-1].locator("#text").focus()
    page.keyboard.type("half a question")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.localName === 'plan-assistant'")
    page.keyboard.press("Enter")
    expect(page.frames[-1].locator("#text")).to_be_focused()
    expect(page.frames[-1].locator("#text")).to_have_value("half a question")


def test_the_host_page_and_the_panel_are_accessible(visit) -> None:
    page = visit()
    open_panel(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [one["id"] for one in found] == []


def test_a_reload_of_the_host_page_keeps_the_conversation(visit) -> None:
    page = visit()
    frame = open_panel(page)
    page.keyboard.type("my question")
    page.keyboard.press("Enter")
    expect(frame.locator(".turn")).to_have_count(1)
    page.reload()
    frame = open_panel(page)
    expect(frame.locator(".said")).to_contain_text("my question")
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "frame_conversation"]
    assert cookie["secure"] and cookie["sameSite"] == "None" and cookie["httpOnly"]


def test_with_cookies_off_the_panel_works(visit, allowing: Served) -> None:
    allowing.keeps_cookies = False
    page = visit()
    frame = open_panel(page)
    for place, text in enumerate(("first", "second"), 1):
        frame.locator("#text").fill(text)
        frame.locator("#send").click()
        expect(frame.locator(".turn")).to_have_count(place)
    expect(frame.locator("#kept")).to_contain_text("keeps no cookies")
    allowing.keeps_cookies = True


def test_a_site_that_is_not_allowed_gets_no_frame(
    browser: Browser, allowing: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port = free_port()
    server = host_pages(allowing.url, "", port)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"http://localhost:{port}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_console_message(lambda m: "frame-ancestors" in m.text):
        page.keyboard.press("Enter")
    context.close()
    server.shutdown()
    server.server_close()
