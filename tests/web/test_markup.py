"""What holds for every page and every response."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.assistant import Assistant
from bot.comments.store import NewComment
from bot.settings import Settings
from bot.web.app import HERE, make_app
from bot.web.keys import OUTBOX, TURNS
from bot.web.render import NAVIGATION
from bot.web.words import WORDS
from tests.channels.fake_assistant import COMMENT_FORM, SECRET, TIMELINE, FakeAssistant, reply
from tests.database import empty_database
from tests.web.conftest import Visitor
from tests.web.page import Page

PAGES = [
    "/",
    "/clear",
    "/f/five-pillars",
    "/f/nothing",
    "/c/x",
    "/c/0000-0000",
    "/find",
    "/comment",
    "/record",
    "/privacy",
    "/accessibility",
    "/embed",
    "/embed/clear",
    "/nowhere",
]
RESPONSES = [
    *PAGES,
    "/live",
    "/ready",
    "/api/messages",
    "/api/nothing",
    "/static/site.css",
    "/static/nothing.css",
    "/static/",
    "/find?receipt=x",
]
FIELDS = ("input", "textarea", "select")


NAMES = [f"{path}?lang={language}" for path in PAGES for language in WORDS]


def kept_in_outbox(app):
    """A comment that stays in the outbox; its receipt."""

    async def nothing(_):
        return 0

    app[OUTBOX].deliver = nothing
    new = NewComment("d", "web", "en", "education", "Shade.", "late", (), "1", "1")
    return app[OUTBOX].keep(new, datetime.now(UTC)).receipt


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def htmls(knowledge, tmp_path_factory):
    """Every page in both languages, a conversation, and a problem, by their names."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("pages"), secret_key="k")
    empty_database(settings.data_dir)
    fake = FakeAssistant()
    async with fake.server:
        app = make_app(settings, knowledge, Assistant(fake.url, SECRET))
        receipt = kept_in_outbox(app)
        async with TestClient(TestServer(app)) as client:
            visitor = Visitor(client)
            found = {name: (await visitor.open(name)).html for name in NAMES}
            fake.replies = [reply(), COMMENT_FORM]
            await visitor.open("/?lang=en")
            found["a conversation"] = (await visitor.ask("what are the pillars?")).html
            fake.replies = [reply(TIMELINE)]
            found["a picture"] = (await visitor.ask("when did it all happen?")).html
            for language in WORDS:
                name = f"a comment that waits, {language}"
                found[name] = (await visitor.open(f"/c/{receipt}?lang={language}")).html
            await visitor.open("/?lang=en")
            found["a problem"] = (await visitor.ask("x" * 6000)).html
    return found


WAITING = [f"a comment that waits, {language}" for language in WORDS]


@pytest.fixture(params=[*NAMES, *WAITING, "a conversation", "a picture", "a problem"])
def page(request, htmls):
    """Every page, in both languages."""
    return Page(htmls[request.param])


def in_frame(page):
    return page.one("body")["class"] == "frame"


def test_a_page_names_its_language_and_title(page):
    assert page.html.startswith("<!DOCTYPE html>")
    language = page.one("html")["lang"]
    assert WORDS[language]["site"] in page.one("head").one("title").words


def test_a_page_has_one_main_heading_and_skips_no_level(page):
    assert len(page.all("h1")) == 1
    levels = [int(e.tag[1]) for e in page.all("*") if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in zip(levels, levels[1:], strict=False))


def test_a_page_has_its_landmarks(page):
    page.one("main")
    if not in_frame(page):
        for landmark in ("header", "nav", "footer"):
            page.one(landmark)
        assert page.one("nav")["aria-label"]


def test_the_header_says_which_page_this_is(page):
    here = [a for nav in page.all("nav") for a in nav.all("a") if a["aria-current"]]
    assert len(here) <= 1
    assert all(a["aria-current"] == "page" for a in here)


def test_every_field_has_a_label(page):
    labelled = {label["for"] for label in page.all("label")}
    for field in [f for tag in FIELDS for f in page.all(tag) if f["type"] != "hidden"]:
        assert field["id"] in labelled
    assert all(label.words for label in page.all("label"))


def test_every_button_and_link_has_words(page):
    for element in (*page.all("button"), *page.all("a")):
        assert element.words or element["aria-label"]


def test_every_id_stands_once_and_what_is_named_is_there(page):
    ids = [e["id"] for e in page.all("*") if e["id"]]
    assert len(ids) == len(set(ids))
    for element in page.all("*"):
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for wanted in (element[name] or "").split():
                assert wanted in ids
        if element.tag == "a" and (element["href"] or "").startswith("#"):
            assert element["href"][1:] in ids


def test_there_is_no_script_or_style_in_a_page(page):
    for script in page.all("script"):
        assert script["src"].startswith("/static/")
        assert script.text == ""
    assert page.all("style") == []
    for element in page.all("*"):
        assert element["style"] is None
        assert not [name for name in element.attributes if name.startswith("on")]
        assert not (element["href"] or "").lower().startswith(("javascript:", "data:"))


def test_a_page_loads_nothing_from_elsewhere(page):
    for element in page.all("*"):
        loads = element["src"] or (element["href"] if element.tag == "link" else None)
        assert loads is None or loads.startswith("/static/")


def test_static_files_have_addresses_that_change_with_them(page):
    addresses = [e["src"] or e["href"] for e in (*page.all("script"), *page.all("link"))]
    assert addresses
    assert all(re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.\w+", address) for address in addresses)


def test_a_form_that_changes_something_is_posted_to_us(page):
    for form in page.all("form"):
        assert form["action"].startswith("/")
        assert form["method"] in {"get", "post"}
        if form["method"] == "post":
            form.one("input", name="form_token")


async def test_nothing_of_a_spanish_page_is_english(visitor):
    for path in PAGES:
        page = await visitor.open(f"{path}?lang=es")
        for key, english in WORDS["en"].items():
            spoken = english != WORDS["es"][key] and len(english) > 12
            assert not spoken or english not in page.words, (path, key)


# Words


def test_both_languages_have_the_same_words():
    assert WORDS["en"].keys() == WORDS["es"].keys()


def test_no_word_is_empty_or_left_in_the_other_language():
    for key, english in WORDS["en"].items():
        assert english.strip()
        assert WORDS["es"][key].strip()
        assert WORDS["es"][key] != english, key


def test_the_same_places_are_filled_in_both_languages():
    for key, english in WORDS["en"].items():
        assert re.findall(r"{\w+}", english) == re.findall(r"{\w+}", WORDS["es"][key]), key


def test_every_word_is_used_and_every_word_used_is_there():
    templates = "\n".join(file.read_text() for file in (HERE / "templates").glob("*.html"))
    used = set(re.findall(r"words\.(\w+)", templates)) | set(
        re.findall(r"'(example_\d)'", templates)
    )
    used |= {key for _, key in NAVIGATION} | {
        f"moment_{one}" for one in re.findall(r"'(current|to_come|today)'", templates)
    }
    code = "\n".join(file.read_text() for file in HERE.glob("*.py"))
    used |= set(re.findall(r'words\["(\w+)"\]', code))
    assert used == set(WORDS["en"])


# Headers


@pytest.mark.parametrize("path", RESPONSES)
async def test_every_response_has_the_security_headers(client, path):
    async with client.get(path, allow_redirects=False) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for directive in (
            "script-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors " + ("'self'" if path.startswith("/embed") else "'none'"),
        ):
            assert directive in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert (response.headers.get("X-Frame-Options") == "DENY") != path.startswith("/embed")
        assert "geolocation=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "HEAD"])
async def test_other_methods_have_them_too(client, method):
    for path in ("/", "/privacy", "/api/messages", "/nowhere"):
        async with client.request(method, path, allow_redirects=False) as response:
            assert "Content-Security-Policy" in response.headers


async def test_an_unforeseen_error_has_them_too(client, app):
    app[TURNS].assistant = None
    async with client.post("/api/messages", json={"text": "hello"}) as response:
        assert response.status == 503
        assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("path", [p for p in RESPONSES if not p.startswith("/static")])
async def test_what_may_be_personal_is_kept_by_no_cache(client, path):
    async with client.get(path, allow_redirects=False) as response:
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e%2fwords.py",
    ],
)
async def test_nothing_but_static_files_is_served_there(client, path):
    # By hand: a client library would tidy the address up.
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.split()[1] in {"403", "404"}
    assert "import" not in answer
